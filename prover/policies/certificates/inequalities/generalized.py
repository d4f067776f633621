"""Comparisons in which variables occur only inside of certain terms: those terms become variables.

`1 / (x + y) + 1 / (y + z) + 1 / (z + x) = 3` and a goal about `x + y`, `y + z` and `z + x` say nothing else of `x`, `y`
and `z`. What is known of the signs of the terms is proved first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.reading.printing import put, spelled
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, relation
from prover.policies.certificates.reading.terms import Term, free_names

MAX_TERMS = 6
_ZERO = Term("num", "0", text="0")
_REAL = Term("name", "ℝ", text="ℝ")


def generalized(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of a comparison of reals with new variables for the terms that hold all the others."""
    found = relation(sequent.target, sequent.types)
    if found is not None and found[3] == "ℕ" and effort == 0:
        yield from _of_naturals(sequent)
    if found is None or found[3] != "ℝ" or found[0] in ("=", "≠") or effort not in (1, 2):
        return
    reals = {name for name, kind in sequent.types.items() if kind == _REAL}
    equations = [a for a in sequent.assumptions if a.claim.is_op("=") and free_names(a.claim) & reals]
    claims = [sequent.target, *(a.claim for a in equations)]
    names = frozenset().union(*(free_names(claim) for claim in claims)) & reals
    for terms in (_holders(claims, names), _repeated(claims, names)):
        if terms and len(terms) <= min(len(names), MAX_TERMS) and not all(term.kind == "name" for term in terms):
            text = _with_variables(sequent, terms, reals, effort, prove)
            if text is not None:
                yield text
                return


def _with_variables(sequent: Sequent, terms: Sequence[Term], reals: set[str], effort: int, prove: Prove) -> str | None:
    """Prove a goal with new variables for terms, or return None."""
    signs = Signs(sequent, "ℝ")
    lines: list[str] = []
    known: list[Assumption] = []
    inner, places = sequent, dict[Term, Term]()
    for term in terms:
        if term.kind == "name":
            continue
        fresh, sign = inner.fresh("w"), inner.naming(inner.fresh("w")).fresh("hw")
        inner = inner.naming(fresh, sign)
        places[term] = Term("name", fresh, text=fresh)
        for symbol, proof in (("<", signs.positive(term)), ("≤", signs.nonnegative(term))):
            if proof is not None:
                lines.append(f"have {sign} : (0 : ℝ) {symbol} {term.text} := {proof}")
                known.append(Assumption(sign, Term("op", symbol, (_ZERO, places[term]))))
                break
    lines += [f"generalize ({term.text} : ℝ) = {variable.value} at *" for term, variable in places.items()]
    target = _put(sequent.target, places)
    gone = (frozenset().union(*(free_names(term) for term in places)) & reals) - free_names(target)
    rewritten = [Assumption(a.proof, _put(a.claim, places)) for a in sequent.assumptions]
    inner = replace(
        inner,
        types={
            **{name: kind for name, kind in sequent.types.items() if name not in gone},
            **dict.fromkeys((variable.value for variable in places.values()), _REAL),
        },
        assumptions=(*(a for a in rewritten if not free_names(a.claim) & gone), *known),
        target=target,
    )
    for lower in range(effort + 1):
        if (proof := prove(inner, lower)) is not None:
            return "\n".join([*lines, proof])
    return None


def _of_naturals(sequent: Sequent) -> Iterator[str]:
    """Yield what puts a variable for the term that holds the only natural number of a goal; the goal stays open."""
    names = free_names(sequent.target) & set(sequent.types)
    if len(names) != 1:
        return
    terms = _holders([sequent.target, *(a.claim for a in sequent.assumptions if free_names(a.claim) & names)], names)
    if len(terms) == 1 and terms[0].is_op("^", "*"):
        yield f"generalize ({terms[0].text} : ℕ) = {sequent.fresh('w')} at *"


def _put(claim: Term, places: dict[Term, Term]) -> Term:
    for term, variable in sorted(places.items(), key=lambda entry: -len(entry[0].text)):
        claim = spelled(put(claim, term, variable))
    return claim


def _holders(claims: Sequence[Term], names: frozenset[str]) -> list[Term]:
    """Return terms, at most as many as names, that hold every occurrence of these; the largest that do."""
    best: list[Term] = []
    held = {Term("name", name, text=name) for name in names}
    for _ in range(4):
        parents: dict[Term, set[Term]] = {}
        for claim in claims:
            for part in claim.walk():
                for argument in part.args:
                    if argument in held:
                        parents.setdefault(argument, set()).add(part)
        wider = set[Term]()
        for term in held:
            above = parents.get(term, set())
            single = len(above) == 1 and all(_usable(part) for part in above)
            wider |= above if single or (term.kind == "name" and all(_usable(part) for part in above)) else {term}
        if wider == held or any(free_names(a) & free_names(b) & names and _inside(a, b) for a in wider for b in wider):
            break
        held = wider
        if len(held) <= len(names):
            best = sorted(held, key=lambda term: term.text)
        else:
            break
    return best


def _repeated(claims: Sequence[Term], names: frozenset[str]) -> list[Term]:
    """Return a term that occurs more than once and holds every occurrence of some name; the largest such term."""
    parts = [part for claim in claims for part in claim.walk() if _usable(part) and free_names(part) & names]
    for term in sorted(dict.fromkeys(parts), key=lambda term: -len(term.text)):
        fresh = Term("name", "_", text="_")
        left = frozenset().union(*(free_names(put(claim, term, fresh)) for claim in claims))
        if parts.count(term) > 1 and (free_names(term) & names) - left:
            return [term]
    return []


def _inside(a: Term, b: Term) -> bool:
    return a != b and any(part == a for part in b.walk())


def _usable(term: Term) -> bool:
    """Whether a term may become a variable: it is real, and more than a multiple of one."""
    if not term.text or term.is_op("type", "neg"):
        return False
    if term.is_op("*", "+", "-", "/"):
        numbers = [part for part in term.args if part.kind == "num"]
        return not numbers or term.is_op("/")
    return term.is_op("^", "√", "inv", "abs") or term.kind == "app"
