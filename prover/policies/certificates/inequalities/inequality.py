"""Inequalities and contradictions over ordered rings: what is handed to the linear programs, and in which form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from prover.policies.certificates.algebra.encoding import ORDERED, Encoder
from prover.policies.certificates.algebra.facts import Equation, Fact
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import sub
from prover.policies.certificates.inequalities.differences import by_order
from prover.policies.certificates.inequalities.gram import by_squares
from prover.policies.certificates.inequalities.means import by_means
from prover.policies.certificates.inequalities.ordered import in_order
from prover.policies.certificates.inequalities.termwise import instantiated, sign_of_sum
from prover.policies.certificates.programs.krivine import refutation
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.printing import block, put, spelled
from prover.policies.certificates.reading.sequents import FALSE, Assumption, Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term

SHORT = 11_000
"""Characters above which a proof order by order waits for shorter ones: Lean takes half a minute for it."""


def inequality(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof of an inequality, of `False`, or of an equation by two inequalities."""
    target = sequent.target
    if target.kind == "name" and target.value == "False":
        for domain in ORDERED:
            proofs = refuted(sequent, domain, None, effort)
            yield from ("\n".join(lines) for lines in proofs)
            if proofs:
                return
        return
    found = relation(target, sequent.types)
    if found is None or found[3] not in ORDERED:
        return
    symbol, left, right, domain = (*found[:3], str(found[3]))
    if any(part.is_bind("∑", "∏") for part in target.walk()):
        lines, inner = _generalized(sequent, domain)
        for text in inequality(inner, effort) if lines else ():
            yield "\n".join([*lines, text])
        return
    if symbol == "≠":
        hypothesis = sequent.fresh("hn")
        claim = Term("op", "=", (left, right))
        for lines in refuted(sequent.naming(hypothesis).assuming(Assumption(hypothesis, claim)), domain, None, effort):
            yield "\n".join([f"intro {hypothesis}", *lines])
        return
    if symbol == "=":
        both = [
            _ordered(sequent, "≤", left, right, domain, effort),
            _ordered(sequent, "≤", right, left, domain, effort),
        ]
        for up, down in zip(*both, strict=False):
            yield "\n".join(["refine le_antisymm ?_ ?_", block("· ", up), block("· ", down)])
        return
    symbol, left, right = ascending(symbol, left, right)
    yield from _ordered(sequent, symbol, left, right, domain, effort)


def contradiction(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a refutation of what is assumed, for a goal that is about something else than what contradicts itself."""
    found = relation(sequent.target, sequent.types)
    kinds = {
        str(known[3])
        for assumption in sequent.assumptions
        if (known := relation(assumption.claim, sequent.types)) is not None and known[0] != "≠"
    }
    if effort > 1 or not {"ℝ", "ℚ"} & kinds or (found is not None and found[3] in ("ℝ", "ℚ")):
        return
    for text in inequality(replace(sequent, target=FALSE), effort):
        yield f"exfalso\n{text}"


def _generalized(sequent: Sequent, domain: str) -> tuple[list[str], Sequent]:
    """Return a goal with variables for its sums and products, and the tactics that put them there."""
    lines: list[str] = []
    sequent = instantiated(sequent)
    while (part := next((p for p in _outermost(sequent.target) if p.text), None)) is not None:
        if (sign := sign_of_sum(sequent, part, domain)) is not None:
            known = sequent.fresh("hS")
            lines.append(f"have {known} : (0 : {domain}) ≤ {part.text} := {sign}")
            claim = Term("op", "≤", (Term("num", "0", text="0"), part))
            sequent = sequent.naming(known).assuming(Assumption(known, claim))
        name = sequent.fresh("S")
        lines.append(f"generalize ({part.text} : {domain}) = {name} at *")
        variable = Term("name", name, text=name)
        rewritten = (Assumption(a.proof, spelled(put(a.claim, part, variable))) for a in sequent.assumptions)
        sequent = replace(
            sequent.naming(name),
            types={**sequent.types, name: Term("name", domain, text=domain)},
            assumptions=tuple(rewritten),
            target=spelled(put(sequent.target, part, variable)),
        )
    return lines, sequent


def _outermost(term: Term) -> Iterator[Term]:
    if term.is_bind("∑", "∏"):
        yield term
    elif not term.names:
        for part in term.args:
            yield from _outermost(part)


def _ordered(sequent: Sequent, symbol: str, left: Term, right: Term, domain: str, effort: int) -> list[str]:
    """Prove `left ≤ right` or `left < right` by refuting its negation, the proof that reads best first."""
    hypothesis = sequent.fresh("hn")
    sequent = sequent.naming(hypothesis)
    return ["\n".join(lines) for lines in refuted(sequent, domain, (hypothesis, symbol, left, right), effort)]


def refuted(sequent: Sequent, domain: str, goal: tuple[str, str, Term, Term] | None, effort: int) -> list[list[str]]:
    """Return proofs, as lists of tactics, of a comparison in an ordered ring, or of `False` where there is no goal.

    A goal is the name of its negation, `<` or `≤`, and its sides.
    """
    signs = Signs(sequent, domain, _nested(sequent, domain) if effort >= 0 else None)
    encoder = Encoder(sequent, domain, signs)
    try:
        facts: list[Fact] = []
        if goal is not None:
            hypothesis, symbol, left, right = goal
            tree = sub(encoder.encode(left), encoder.encode(right))
            lemma = "sub_pos" if symbol == "≤" else "sub_nonneg"
            facts.append(Fact(tree, f"({lemma}.2 {hypothesis})", symbol == "≤"))
        equations: list[Equation] = []
        for assumption in sequent.assumptions:
            _assumed(encoder, assumption, domain, facts, equations)
        if goal is None:
            return refutation(encoder, facts, equations, max(effort, 0)) if facts or equations else []
        negated = (goal[0], f"refine {'not_lt' if goal[1] == '≤' else 'not_le'}.1 fun {goal[0]} => ?_")
        proofs = _richer(encoder, facts, equations, negated, effort)
        if proofs:
            return proofs
        try:
            found = refutation(encoder, facts, equations, effort, 0, negated)
        except TooLarge:
            found = []
        if not found and effort == 0:
            found = _shorter(encoder, facts, equations, negated)
        return found
    except (CannotRead, TooLarge):
        return []


def _shorter(
    encoder: Encoder, facts: list[Fact], equations: list[Equation], negated: tuple[str, str]
) -> list[list[str]]:
    """Return short proofs by means, by sums of squares or order by order, which are tried before richer programs."""
    ways: tuple[Callable[[], list[list[str]]], ...] = (
        lambda: by_means(encoder, facts, equations, negated),
        lambda: by_squares(encoder, facts, equations, negated),
        lambda: [[p] for p in by_order(encoder, facts[0], equations, negated, _orders(encoder.sequent), False)],
    )
    found: list[list[list[str]]] = []
    for at, way in enumerate(ways):
        found += _tried(way)
        if at and (shortest := _shortest(found, SHORT)):
            return shortest
    return []


def _tried(way: Callable[[], list[list[str]]]) -> list[list[list[str]]]:
    try:
        return [way()]
    except (CannotRead, TooLarge):
        return []


def _shortest(found: list[list[list[str]]], most: int | None = None) -> list[list[str]]:
    """Return the proofs whose exact form, the last, is the shortest, without those that are too long."""
    kept = [proofs for each in found if (proofs := [p for p in each if most is None or sum(map(len, p)) <= most])]
    sizes = [(sum(map(len, proofs[-1])), place) for place, proofs in enumerate(kept)]
    return kept[min(sizes)[1]] if sizes else []


def _richer(
    encoder: Encoder, facts: list[Fact], equations: list[Equation], negated: tuple[str, str], effort: int
) -> list[list[str]]:
    """Return proofs by sums of squares and order by order, from effort 1 on: the shortest that an effort has."""
    ways: list[Callable[[], list[list[str]]]] = []
    if effort == 1:
        ways = [
            lambda: by_squares(encoder, facts, equations, negated),
            lambda: [[p] for p in by_order(encoder, facts[0], equations, negated, _orders(encoder.sequent), True)],
        ]
    elif effort == 2:
        ways = [
            lambda: by_squares(encoder, facts, equations, negated, 1),
            lambda: in_order(encoder, facts, equations, negated),
        ]
    elif effort == 3:
        ways = [lambda: by_squares(encoder, facts, equations, negated, 2)]
    found: list[list[list[str]]] = []
    for way in ways:
        found += _tried(way)
        if effort == 1 and _shortest(found):
            break
    return _shortest(found)


def _orders(sequent: Sequent) -> list[str]:
    """Return fresh names for a claim that is proved order by order, three comparisons of variables and three signs."""
    names: list[str] = []
    for wish in ("key", "ho", "ho", "ho", "hs", "hs", "hs"):
        names.append(sequent.naming(*names).fresh(wish))
    return names


def _assumed(
    encoder: Encoder, assumption: Assumption, domain: str, facts: list[Fact], equations: list[Equation]
) -> None:
    found = relation(assumption.claim, encoder.sequent.types)
    if found is None or found[3] != domain or found[0] == "≠":
        return
    symbol, left, right, _ = found
    try:
        a, b = encoder.encode(left), encoder.encode(right)
    except (CannotRead, TooLarge):
        return
    proof = assumption.proof
    if symbol == "=":
        equations.append(Equation(a, b, proof))
        return
    strict = symbol in ("<", ">")
    if symbol in ("<", "≤"):
        a, b = b, a
    zero = ("num", 0)
    if b == zero:
        facts.append(Fact(a, proof, strict))
    else:
        facts.append(Fact(sub(a, b), f"({'sub_pos' if strict else 'sub_nonneg'}.2 {proof})", strict))


def _nested(sequent: Sequent, domain: str):  # type: ignore[no-untyped-def]
    """Return what proves a sign that recursion does not show, by a small certificate of its own."""

    def fallback(term: Term, strict: bool) -> str | None:
        combined = term.is_op("+", "-", "*")
        if not term.text or not (combined or (term.kind == "name" and term.value in sequent.types)):
            return None
        zero = Term("num", "0", text="0")
        hypothesis = sequent.fresh("hs")
        proofs = refuted(
            replace(sequent.naming(hypothesis)), domain, (hypothesis, "<" if strict else "≤", zero, term), -1
        )
        if not proofs:
            return None
        return f"(by {'; '.join(proofs[0])} : (0 : {domain}) {'<' if strict else '≤'} {term.text})"

    return fallback
