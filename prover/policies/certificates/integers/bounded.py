"""Goals about natural numbers below a bound that an assumption gives: all cases, decided by evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

from prover.policies.certificates.reading.evaluation import evaluate
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term, free_names, number

MAX_CASES = 2_000
"""A tenth of it where sums are evaluated in each."""


def bounded(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof by evaluation for all numbers below bounds: `n < 10`, `n ≤ 9`, `n ∣ 24`, `m * n = 35`."""
    if effort != 0:
        return
    naturals = [name for name, kind in sequent.types.items() if kind.kind == "name" and kind.value == "ℕ"]
    wanted = set(free_names(sequent.target))
    for assumption in sequent.assumptions:
        names = free_names(assumption.claim) & set(naturals)
        if names & wanted and all(below(sequent, name) is not None for name in names):
            wanted |= names
    used = [name for name in naturals if name in wanted]
    bounds = {name: found for name in used if (found := below(sequent, name)) is not None}
    if not used or len(bounds) < len(used):
        return
    known = [
        assumption
        for assumption in sequent.assumptions
        if free_names(assumption.claim) & set(sequent.types) and _evaluates(assumption.claim, used)
    ]
    claims = (*(assumption.claim for assumption in known), sequent.target)
    sums = any(part.is_bind("∑", "∏") for claim in claims for part in claim.walk())
    cases = prod(limit for limit, _ in bounds.values())
    if cases > (MAX_CASES // 10 if sums else MAX_CASES) or not _evaluates(sequent.target, used):
        return
    for values in product(*(range(limit) for limit, _ in bounds.values())):
        given = dict(zip(bounds, values, strict=True))
        try:
            if all(evaluate(a.claim, given, "ℕ") for a in known) and evaluate(sequent.target, given, "ℕ") is not True:
                return
        except CannotRead:
            return
    key = sequent.fresh("key")
    every = " ".join(f"∀ {name} : ℕ, {name} < {limit} →" for name, (limit, _) in bounds.items())
    said = " → ".join(show(claim, 26) for claim in claims)
    arguments = " ".join(f"{name} ({proof})" for name, (_, proof) in bounds.items())
    given_ = " ".join(assumption.proof for assumption in known)
    yield f"have {key} : {every} {said} := by decide +kernel\nexact {key} {arguments} {given_}".rstrip()


def below(sequent: Sequent, name: str) -> tuple[int, str] | None:
    """Return a number that a variable is below, and the proof."""
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if claim.is_op("∣") and claim.args[0].value == name and (whole := number(claim.args[1]) or 0) > 0:
            return whole + 1, f"Nat.lt_succ_of_le (Nat.le_of_dvd (by decide) {assumption.proof})"
        found = relation(claim, sequent.types)
        if found is None:
            continue
        symbol, left, right, _ = found
        product = number(right) or 0
        factors = left.args if left.is_op("*") else (left,)
        at = next((at for at, part in enumerate(factors) if name in (part.value, _exponent(part))), None)
        if symbol == "=" and at is not None and product > 0 and len(factors) <= 2:
            least = f"Nat.le_of_eq {assumption.proof}"
            if len(factors) == 2:
                turned = ".trans (Nat.mul_comm _ _)" if at else ""
                least = f"Nat.le_of_dvd (by decide) ⟨_, {assumption.proof}.symm{turned}⟩"
            if factors[at].value == name:
                return product + 1, f"Nat.lt_succ_of_le ({least})"
            base = number(factors[at].args[0]) or 2
            most = next(n for n in range(product.bit_length() + 1) if base**n > product)
            return most, (
                f"(Nat.pow_lt_pow_iff_right (by decide : 1 < {base})).1 "
                f"(Nat.lt_of_le_of_lt ({least}) (by decide : {product} < {base} ^ {most}))"
            )
        symbol, left, right = ascending(symbol, left, right)
        high = number(right)
        if left.value == name and high is not None and symbol in ("<", "≤"):
            return high + (symbol == "≤"), "by omega"
    return None


def _exponent(term: Term) -> str:
    """Return the variable that a number above 1 is raised to, or ""."""
    if term.is_op("^") and (number(term.args[0]) or 0) > 1 and term.args[1].kind == "name":
        return term.args[1].value
    return ""


def _evaluates(claim: Term, names: list[str]) -> bool:
    """Return whether a claim has a value for every choice of some variables."""
    try:
        evaluate(claim, dict.fromkeys(names, 1), "ℕ")
    except CannotRead:
        return False
    return True
