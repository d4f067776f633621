"""Numbers of which a power is a natural one: a rational root would lie between two neighbours, and there is none."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import Term, number


def between_powers(one: Term, other: Term) -> str | None:
    """Print the first arguments of `Certificate.rat_pow_ne` for `x ^ n = d`; None where `d` may be a power."""
    exponent, value = number(one.args[1]) if one.is_op("^") else None, number(other)
    if exponent is None or value is None or not 2 <= exponent <= 12 or not 1 < value < 10**9:
        return None
    n, d = int(exponent), int(value)
    root = next(r for r in range(d + 1) if (r + 1) ** n > d)
    return None if root**n == d else f"(d := {d}) (n := {n}) {root} (by decide) (by decide)"


def by_power(sequent: Sequent, value: Term) -> Iterator[str]:
    """Yield a proof for a number of which a power is known, by what stands between the powers of two neighbours."""
    for assumption in sequent.assumptions:
        known = relation(assumption.claim, sequent.types)
        if known is None or known[0] != "=":
            continue
        for one, other, flip in ((known[1], known[2], ""), (known[2], known[1], ".symm")):
            if one.is_op("^") and one.args[0] == value and (powers := between_powers(one, other)) is not None:
                given = f"(by rw [{assumption.proof}{flip}]; norm_num)"
                yield f"exact Certificate.irrational_of_pow {powers} {given}"


def of_powers(sequent: Sequent, proof: str, one: Term, other: Term) -> Iterator[str]:
    """Yield a proof of `False` from `p ^ n = d * q ^ n` with `q ≠ 0`: the quotient would be a rational root."""
    if not one.is_op("^") or not other.is_op("*") or not other.args[1].is_op("^"):
        return
    (p, n), (d, (q, m)) = one.args, (other.args[0], other.args[1].args)
    powers = between_powers(Term("op", "^", (p, n)), d) if n == m and number(n) != 2 else None
    away = next((a.proof for a in sequent.assumptions if a.claim.is_op("≠") and a.claim.args[0] == q), None)
    if powers is None or away is None:
        return
    cleared = f"div_pow, div_eq_iff (pow_ne_zero _ (by exact_mod_cast {away}))"
    quotient = f"(({show(p, 0)} : ℚ) / ({show(q, 0)} : ℚ))"
    yield f"exact Certificate.rat_pow_ne {powers} {quotient} (by rw [{cleared}]; exact_mod_cast {proof})"
