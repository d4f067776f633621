"""Powers of a numeral whose exponent is no natural number: `4 ^ (1 / 2) = 2`, and `x = 2` where `3 ^ x = 9`."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent, relation, type_of
from prover.policies.certificates.reading.terms import Term, free_names, number

MAX_ROOT = 12


def rational_powers(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs in which such powers have their values, or such exponents theirs."""
    if effort != 0 or not sequent.reals:
        return
    values = [lines for part in dict.fromkeys(sequent.target.walk()) if (lines := _value(sequent, part)) is not None]
    if values:
        yield "\n".join([*values, "first | done | norm_num | grind"])
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is None or found[0] != "=":
            continue
        for one, other, flip in ((found[1], found[2], ""), (found[2], found[1], ".symm")):
            if (lines := _exponent(sequent, one, other, assumption.proof + flip)) is not None:
                yield lines


def _value(sequent: Sequent, part: Term) -> str | None:
    """Return the line that puts in the value of `b ^ (p / q)` for numerals, where it is a natural number."""
    if not part.is_op("^"):
        return None
    base, exponent = number(part.args[0]), part.args[1]
    exponent = _bare(exponent)
    above, below = (number(_bare(side)) for side in exponent.args) if exponent.is_op("/") else (None, None)
    if base is None or above is None or below is None or base < 2 or not 2 <= below <= MAX_ROOT or above < 1:
        return None
    root = round(base ** (1 / below))
    if root**below != base or above > MAX_ROOT:
        return None
    power = f"({base} : ℝ) ^ (({above} : ℝ) / {below})"
    name = sequent.fresh("hp")
    return (
        f"have {name} : {power} = {root**above} := by\n"
        f"  rw [show ({base} : ℝ) = {root} ^ ({below} : ℕ) by norm_num, ← Real.rpow_natCast, "
        f"← Real.rpow_mul (by norm_num),\n"
        f"    show (({below} : ℕ) : ℝ) * (({above} : ℝ) / {below}) = (({above} : ℕ) : ℝ) by norm_num, "
        f"Real.rpow_natCast]\n"
        f"  norm_num\nrw [{name}]"
    )


def _bare(term: Term) -> Term:
    return _bare(term.args[0]) if term.is_op("type") else term


def _exponent(sequent: Sequent, power: Term, other: Term, proof: str) -> str | None:
    """Return a proof that takes logarithms of `a ^ x = a ^ k`, for a real `x` and a natural `k`."""
    if not power.is_op("^"):
        return None
    base, value, exponent = number(power.args[0]), number(other), power.args[1]
    kind = type_of(exponent, sequent.types)
    if base is None or value is None or base < 2 or value < 1 or kind is None or kind.value != "ℝ":
        return None
    if not free_names(exponent) & set(sequent.types):
        return None
    times, rest = 0, value
    while rest % base == 0:
        times, rest = times + 1, rest // base
    if rest != 1:
        return None
    log, equal = sequent.fresh("hl"), sequent.fresh("hx")
    return (
        f"have {log} := congrArg Real.log {proof}\n"
        f"rw [Real.log_rpow (by norm_num), show ({value} : ℝ) = {base} ^ ({times} : ℕ) by norm_num, "
        f"Real.log_pow] at {log}\n"
        f"have {equal} : {show(exponent, 51)} = {times} :=\n"
        f"  mul_right_cancel₀ (ne_of_gt (Real.log_pos (by norm_num))) ({log}.trans (by norm_num))\n"
        f"first | exact {equal} | linarith | (subst {equal}; norm_num) | (rw [{equal}]; norm_num) | grind"
    )
