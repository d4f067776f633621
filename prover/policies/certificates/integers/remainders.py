"""Remainders of an expression whose variables have known remainders: Lean computes with those."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from prover.policies.certificates.reading.evaluation import evaluate
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import free_names, number

MAX_POWER = 8


class Remainder(NamedTuple):
    """What is assumed of a variable: `name % modulus = rest`, or, as a `congruence`, `name ≡ rest [MOD modulus]`."""

    name: str
    rest: int
    modulus: int
    proof: str
    congruence: bool


def known_remainders(sequent: Sequent) -> Iterator[Remainder]:
    """Yield the remainders that are assumed of variables, by numerals."""
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if claim.is_op("MOD"):
            of, rest, modulus = claim.args
        elif claim.is_op("=") and claim.args[0].is_op("%"):
            (of, modulus), rest = claim.args[0].args, claim.args[1]
        else:
            continue
        left, by = number(rest), number(modulus)
        if of.kind == "name" and left is not None and by is not None:
            yield Remainder(of.value, left, by, assumption.proof, claim.value == "MOD")


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
    known = {
        found.name: (found.rest, found.proof)
        for found in known_remainders(sequent)
        if found.modulus == number(modulus) and not found.congruence
    }
    if not names <= set(known):
        return
    try:
        if not evaluate(target, {name: known[name][0] for name in names}, kind):
            return
    except CannotRead:
        return
    yield f"simp [pow_succ, {_RULES[kind]}, {', '.join(known[name][1] for name in sorted(names))}]"
