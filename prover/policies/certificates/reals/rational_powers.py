"""Powers with real exponents that have plain values: `4 ^ (1 / 2) = 2`, and `b ^ Real.logb b x = x`."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.reading.notation import atomic, bare, based_logarithm, fraction
from prover.policies.certificates.reading.printing import spelled
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import Term, number

MAX_ROOT = 12


def rational_powers(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof in which such powers have their values."""
    if effort != 0 or not sequent.reals:
        return
    values = [lines for part in dict.fromkeys(sequent.target.walk()) if (lines := _value(sequent, part)) is not None]
    values += [lines for part in dict.fromkeys(sequent.target.walk()) if (lines := _inverse(sequent, part)) is not None]
    if values:
        yield "\n".join([*values, "first | done | norm_num | grind"])


def _value(sequent: Sequent, part: Term) -> str | None:
    """Return the line that puts in the value of `b ^ (p / q)` for numerals, where it is a natural number."""
    if not part.is_op("^"):
        return None
    base, exponent = number(part.args[0]), fraction(part.args[1])
    if base is None or exponent is None:
        return None
    above, below = exponent
    if base < 2 or not 2 <= below <= MAX_ROOT or above < 1:
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


def _inverse(sequent: Sequent, part: Term) -> str | None:
    """Return the line that puts in `x` for `b ^ Real.logb b x`, where `b` is above 1 and `x` positive."""
    found = based_logarithm(bare(part.args[1])) if part.is_op("^") else None
    if found is None or found[0] != part.args[0]:
        return None
    signs, base = Signs(sequent, "ℝ"), atomic(found[0])
    inner = signs.positive(found[1])
    above = signs.positive(spelled(Term("op", "-", (found[0], Term("num", "1", text="1")))))
    own = signs.positive(found[0]) or f"(lt_trans Lean.Grind.OrderedRing.zero_lt_one (sub_pos.1 {above}))"
    if inner is None or above is None:
        return None
    away = f"(ne_of_gt (Real.log_pos (sub_pos.1 {above})))"
    x = atomic(found[1])
    name = sequent.fresh("hp")
    return (
        f"have {name} : {base} ^ (Real.logb {base} {x}) = {x} := by\n"
        f"  rw [Real.rpow_def_of_pos {own}, show Real.log {base} * Real.logb {base} {x} = Real.log {x} from "
        f"(mul_comm _ _).trans (div_mul_cancel₀ _ {away}), Real.exp_log {inner}]\nrw [{name}]"
    )
