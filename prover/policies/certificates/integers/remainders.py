"""Remainders of an expression whose variables have known remainders: Lean computes with those."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.evaluation import evaluate
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import free_names, number

MAX_POWER = 8
_RULES = {"ℕ": "Nat.add_mod, Nat.mul_mod", "ℤ": "Int.add_emod, Int.sub_emod, Int.mul_emod"}


def remainders(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield the computation of `(x + 1) ^ 2 * y % 19 = 13` from `x % 19 = 4` and `y % 19 = 7`."""
    target = sequent.target
    if effort != 0 or not target.is_op("=") or not target.args[0].is_op("%"):
        return
    whole, modulus = target.args[0].args
    names = free_names(whole) & set(sequent.types)
    kinds = {sequent.types[name].value for name in names}
    powers = [number(part.args[1]) for part in whole.walk() if part.is_op("^")]
    if len(kinds) != 1 or not kinds <= set(_RULES) or any(power is None or power > MAX_POWER for power in powers):
        return
    (kind,) = kinds
    known: dict[str, tuple[int, str]] = {}
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if claim.is_op("=") and claim.args[0].is_op("%") and claim.args[0].args[1] == modulus:
            name, rest = claim.args[0].args[0], number(claim.args[1])
            if name.kind == "name" and rest is not None:
                known[name.value] = rest, assumption.proof
    if not names <= set(known):
        return
    try:
        if not evaluate(target, {name: known[name][0] for name in names}, kind):
            return
    except CannotRead:
        return
    yield f"simp [pow_succ, {_RULES[kind]}, {', '.join(known[name][1] for name in sorted(names))}]"
