"""Comparisons taken apart: sums addend by addend, products factor by factor, quotients and minima side by side.

Which part belongs to which is guessed: by the variables they share, or by trying all ways at points where the
assumptions hold. What fails at no point is then proved by the other finders, each part under the assumptions about its
own variables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from prover.policies.certificates.algebra.constants import product_of, spread
from prover.policies.certificates.algebra.sampling import Values, difference, points
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.printing import block, show, spelled
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term, free_names

MAX_PARTS = 10
"""Addends of both sides together whose distributions are all tried."""
MAX_WAYS = 3
MAX_SPREADS = 120
SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class _Claim:
    low: Term
    high: Term

    @property
    def names(self) -> frozenset[str]:
        return free_names(self.low) | free_names(self.high)


def factorwise(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of a comparison of two products whose factors have different variables, factor by factor."""
    if effort == 0:
        yield from _of_naturals(sequent)
    task = _compared(sequent, effort + 1, prove)
    if task is not None and effort < 2:
        yield from task.products(apart=True)


def _of_naturals(sequent: Sequent) -> Iterator[str]:
    """Yield what leaves a comparison of two products of natural numbers to one comparison of each pair of factors."""
    found = relation(sequent.target, sequent.types)
    if found is None or found[3] != "ℕ" or found[0] not in ("≤", "≥"):
        return
    _, low, high = ascending(*found[:3])
    if low.is_op("*") and high.is_op("*"):
        names = [[free_names(part) & set(sequent.types) for part in side.args] for side in (low, high)]
        if names[0] == names[1] and all(names[0]) and not names[0][0] & names[0][1]:
            yield "refine Nat.mul_le_mul ?_ ?_"


def apart(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of `low ≤ high` by comparisons of parts that may have variables in common."""
    task = _compared(sequent, effort, prove)
    if task is None or effort not in (1, 2):
        return
    for way in (task.minima, task.products, task.quotients, task.sums):
        for text in way():
            yield text
            return


def _compared(sequent: Sequent, effort: int, prove: Prove) -> _Comparison | None:
    found = relation(sequent.target, sequent.types)
    if found is None or found[3] != "ℝ" or found[0] not in ("≤", "≥"):
        return None
    _, low, high = ascending(*found[:3])
    return _Comparison(sequent, _untyped(low), _untyped(high), effort, prove)


class _Comparison:
    """One comparison, the points at which its parts are tried, and how parts are proved."""

    def __init__(self, sequent: Sequent, low: Term, high: Term, effort: int, prove: Prove) -> None:
        self.sequent, self.low, self.high, self.effort, self._prove = sequent, low, high, effort, prove
        self.reals = {name for name, kind in sequent.types.items() if kind.kind == "name" and kind.value == "ℝ"}
        self.names = (free_names(low) | free_names(high)) & set(sequent.types)
        self._at: Values | None = None
        self._drawn = False

    @property
    def at(self) -> Values | None:
        """Points at which all assumptions hold, or None."""
        if not self._drawn:
            self._drawn = True
            self._at = points(sorted(self.reals), self.sequent.assumptions, self.sequent.types)
        return self._at

    # -- what is taken apart ---------------------------------------------------------------------------------------

    def minima(self) -> Iterator[str]:
        """`min a b ≤ min c d` by two comparisons."""
        low, high = _arguments(self.low, "min"), _arguments(self.high, "min")
        if low is None or high is None:
            yield from self._one_sided(low, high)
            return
        for order in ((0, 1), (1, 0)):
            claims = [_Claim(low[order[0]], high[0]), _Claim(low[order[1]], high[1])]
            if (proofs := self.proved(claims)) is not None:
                sides = [("min_le_left", "min_le_right")[place] for place in order]
                names, lines = self.stated(claims, proofs)
                ends = [f"(le_trans ({side} _ _) {name})" for side, name in zip(sides, names, strict=True)]
                yield "\n".join([*lines, f"exact le_min {' '.join(ends)}"])
                return

    def _one_sided(self, least: tuple[Term, ...] | None, most: tuple[Term, ...] | None) -> Iterator[str]:
        """A comparison with a minimum or maximum on one side, by that of one or both of its arguments."""
        ways: list[tuple[list[_Claim], str]] = []
        if most is not None:
            ways.append(([_Claim(self.low, part) for part in most], "exact le_min {0} {1}"))
        if (above := _arguments(self.low, "max")) is not None:
            ways.append(([_Claim(part, self.high) for part in above], "exact max_le {0} {1}"))
        for place, side in enumerate(("left", "right")):
            if least is not None:
                ways.append(([_Claim(least[place], self.high)], f"exact le_trans (min_le_{side} _ _) {{0}}"))
            if (greatest := _arguments(self.high, "max")) is not None:
                ways.append(([_Claim(self.low, greatest[place])], f"exact le_trans {{0}} (le_max_{side} _ _)"))
        for claims, ending in ways:
            if not self.fails(claims) and (proofs := self.proved(claims)) is not None:
                names, lines = self.stated(claims, proofs)
                yield "\n".join([*lines, ending.format(*names)])
                return

    def quotients(self) -> Iterator[str]:
        """`a / b ≤ c / d` by `a ≤ c` and `d ≤ b`."""
        if not (self.low.is_op("/") and self.high.is_op("/")):
            return
        (a, b), (c, d) = self.low.args, self.high.args
        claims = [_Claim(a, c), _Claim(d, b)]
        signs = Signs(self.sequent, "ℝ")
        positive, above = signs.positive(d), signs.nonnegative(a)
        if positive is None or above is None or self.fails(claims):
            return
        if (proofs := self.proved(claims)) is None:
            return
        (first, second), lines = self.stated(claims, proofs)
        under = f"(lt_of_lt_of_le {positive} {second})"
        known = self.sequent.naming(first, second).fresh("hm")
        crossed = f"have {known} := mul_le_mul {first} {second} (le_of_lt {positive}) (le_trans {above} {first})"
        yield "\n".join([*lines, crossed, f"exact (div_le_div_iff_of_pos {under} {positive}).2 {known}"])

    def products(self, apart: bool = False) -> Iterator[str]:
        """A comparison of two products by comparisons of their factors; `apart` of factors without common variables."""
        low, high = _factors(self.low), _factors(self.high)
        if len(low) + len(high) > MAX_PARTS or (len(low) < 2 and len(high) < 2):
            return
        for claims in self._factored(low, high, apart):
            if self.fails(claims):
                continue
            signs = Signs(self.sequent, "ℝ")
            above = [signs.nonnegative(spelled(claim.low)) for claim in claims]
            if None in above or (proofs := self.proved(claims)) is None:
                continue
            names, lines = self.stated(claims, proofs)
            whole, known, taken = names[0], str(above[0]), self.sequent.naming(*names)
            for name, sign in zip(names[1:], above[1:], strict=True):
                fresh = taken.fresh("hm")
                taken = taken.naming(fresh)
                lines.append(f"have {fresh} := mul_le_mul {whole} {name} {sign} (le_trans {known} {whole})")
                known, whole = f"(mul_nonneg {known} {sign})", fresh
            yield "\n".join([*lines, _same(whole)])
            return

    def _factored(self, low: Sequence[Term], high: Sequence[Term], apart: bool) -> Iterator[list[_Claim]]:
        groups = self._components([*low, *high])
        constant = [[t for t in side if not free_names(t) & self.names] for side in (low, high)]
        if len(groups) > 1:
            sides = [[[t for t in side if free_names(t) & group] for group in groups] for side in (low, high)]
            ways = [list(spread(constant[place], sides[place]))[:MAX_SPREADS] for place in (0, 1)]
            for one, other in product(*ways):
                yield [_Claim(product_of(a), product_of(b)) for a, b in zip(one, other, strict=True)]
            return
        if apart or len(low) < 2 or len(high) < 2 or self.at is None:
            return
        yield from self._distributed(list(low), list(high), product_of)

    def sums(self) -> Iterator[str]:
        """A comparison of two sums by comparisons of some of their addends."""
        low, high = _addends(self.low), _addends(self.high)
        if len(low) < 2 or len(high) < 2 or len(low) + len(high) > MAX_PARTS or self.at is None:
            return
        for claims in self._distributed(low, high, _sum):
            if (proofs := self.proved(claims)) is not None:
                names, lines = self.stated(claims, proofs)
                yield "\n".join([*lines, f"linarith [{', '.join(names)}]"])
                return

    def _distributed(
        self, low: list[Term], high: list[Term], whole: Callable[[Sequence[Term]], Term]
    ) -> Iterator[list[_Claim]]:
        """Yield ways to split two lists in two such that each comparison holds at all points, fewest names first."""
        found: list[tuple[int, int, list[_Claim]]] = []
        count = 0
        for chosen in product((0, 1), repeat=len(low) + len(high) - 1):
            chosen = (0, *chosen)
            sides = list(zip(chosen, [*((0, t) for t in low), *((1, t) for t in high)], strict=True))
            claims = []
            for group in (0, 1):
                parts = [[t for g, (side, t) in sides if g == group and side == which] for which in (0, 1)]
                if not parts[0] or not parts[1]:
                    break
                claims.append(_Claim(whole(parts[0]), whole(parts[1])))
            if len(claims) == 2 and all(claim.names for claim in claims) and not self.fails(claims):
                count += 1
                found.append((sum(len(claim.names) for claim in claims), count, claims))
        for _, _, claims in sorted(found, key=lambda entry: entry[:2])[:MAX_WAYS]:
            yield claims

    # -- what is known of parts --------------------------------------------------------------------------------------

    def _components(self, terms: Sequence[Term]) -> list[frozenset[str]]:
        """Return the variables in groups: those are together that occur in one term or one assumption."""
        groups: list[frozenset[str]] = []
        claims = [assumption.claim for assumption in self.sequent.assumptions]
        for names in (free_names(term) & set(self.sequent.types) for term in (*terms, *claims)):
            if names:
                joined = frozenset(names).union(*(group for group in groups if group & names))
                groups = [*(group for group in groups if not group & names), joined]
        return [group for group in groups if group & self.names]

    def fails(self, claims: Sequence[_Claim]) -> bool:
        """Whether one of some comparisons does not hold at some point."""
        import numpy

        if self.at is None:
            return False
        try:
            return any(float(numpy.nanmin(difference(c.low, c.high, self.at))) < -SLACK for c in claims)
        except CannotRead:
            return False

    def proved(self, claims: Sequence[_Claim]) -> list[str] | None:
        """Prove each of some comparisons, or return None."""
        proofs: list[str] = []
        for claim in claims:
            proof = self._shown(claim)
            if proof is None:
                return None
            proofs.append(proof)
        return proofs

    def _shown(self, claim: _Claim) -> str | None:
        target = spelled(Term("op", "≤", (_typed(claim.low), _typed(claim.high))))
        if not target.text:
            return None
        if claim.low == claim.high:
            return "exact le_refl _"
        for assumptions in self._relevant(claim):
            inner = replace(self.sequent, target=target, assumptions=assumptions)
            for effort in range(self.effort + 1):
                if (proof := self._prove(inner, effort)) is not None:
                    return proof
        return None

    def _relevant(self, claim: _Claim) -> Iterator[tuple[Assumption, ...]]:
        """Yield the assumptions about a claim's variables alone, then those about what these have to do with."""
        every = self.sequent.assumptions
        variables = set(self.sequent.types)
        names = claim.names & variables
        alone = tuple(a for a in every if free_names(a.claim) & variables <= names)
        yield alone
        while True:
            wider = names.union(*(f for a in every if (f := free_names(a.claim) & variables) & names))
            if wider == names:
                break
            names = wider
        more = tuple(a for a in every if free_names(a.claim) & variables <= names)
        if more != alone:
            yield more

    def stated(self, claims: Sequence[_Claim], proofs: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return names of claims and the tactics that prove them."""
        names: list[str] = []
        lines: list[str] = []
        for claim, proof in zip(claims, proofs, strict=True):
            names.append(self.sequent.naming(*names).fresh("hp"))
            text = f"{show(_typed(claim.low), 51)} ≤ {show(_typed(claim.high), 51)}"
            lines += [f"have {names[-1]} : {text} := by", block("  ", proof)]
        return names, lines


def _same(name: str) -> str:
    """Close a goal by a fact that says the same up to the order of factors."""
    steps = f"refine le_trans (le_of_eq ?_) (le_trans {name} (le_of_eq ?_)) <;> ring"
    return f"first | exact {name} | ({steps}; done) | linarith [{name}]"


def _arguments(term: Term, function: str) -> tuple[Term, ...] | None:
    return term.args[1:] if term.kind == "app" and term.args[0].value == function and len(term.args) == 3 else None


def _untyped(term: Term) -> Term:
    return term.args[0] if term.is_op("type") else term


def _typed(term: Term) -> Term:
    """Return a numeral, or an operation between such, as a real number."""
    if free_names(term):
        return term
    real = Term("name", "ℝ", text="ℝ")
    bare = spelled(term)
    return Term("op", "type", (bare, real), text=f"({bare.text} : ℝ)")


def _factors(term: Term) -> list[Term]:
    if term.is_op("*"):
        return [part for argument in term.args for part in _factors(argument)]
    return [_untyped(term)]


def _addends(term: Term) -> list[Term]:
    if term.is_op("+"):
        return [part for argument in term.args for part in _addends(argument)]
    if term.is_op("-"):
        return [*_addends(term.args[0]), *(Term("op", "neg", (part,)) for part in _addends(term.args[1]))]
    return [_untyped(term)]


def _sum(terms: Sequence[Term]) -> Term:
    whole = terms[0]
    for term in terms[1:]:
        whole = Term("op", "-", (whole, term.args[0])) if term.is_op("neg") else Term("op", "+", (whole, term))
    return spelled(whole)
