"""Complex numbers by their real and imaginary parts: conjugates, parts, norms."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import Term, number

_PARTS = ("re", "im", "normSq")
_RULES = "Complex.normSq_apply, Complex.norm_def, pow_two"
_CLOSE = "first | done | ring | grind | nlinarith"


def components(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs of equations that hold parts, conjugates or norms of complex numbers, part by part."""
    found = relation(sequent.target, sequent.types)
    if effort != 0 or found is None or found[0] not in ("=", "≤", "<", "≥", ">"):
        return
    yield from _powers(sequent)
    if any(part.value == "starRingEnd" for part in sequent.target.walk()) or (
        found[0] == "=" and found[3] == "ℂ" and any(_is_part(part) for part in sequent.target.walk())
    ):
        part = f"first | (simp [{_RULES}]; done) | (simp [{_RULES}]; {_CLOSE})"
        yield f"apply Complex.ext\n· {part}\n· {part}"
    given = [each.proof for each in sequent.assumptions if any(_is_part(part) for part in each.claim.walk())]
    if found[0] == "=" and found[3] == "ℂ" and given:
        part = f"simp [{', '.join(given)}]"
        yield f"apply Complex.ext\n· {part}\n· {part}"
    if found[3] != "ℂ":
        yield from _parts_of_assumed(sequent)
    if any(_is_part(part) for part in sequent.target.walk()):
        yield f"first | (simp [{_RULES}]; done) | (simp [{_RULES}]; {_CLOSE})"
    if any(part.is_op("norm") or part.value == "Norm.norm" for part in sequent.target.walk()):
        nonnegative = "first | exact Real.sqrt_nonneg _ | positivity | (norm_num; done) | grind"
        squared = "simp only [Complex.sq_norm, Complex.normSq_apply]\nfirst | (simp; done) | (simp; grind)"
        if found[0] == "=":
            yield f"refine pow_left_injective_two (by {nonnegative}) (by {nonnegative}) ?_\n{squared}"
            cases = "Complex.norm_def, Complex.normSq_apply, Real.sqrt_eq_cases"
            yield f"rw [{cases}]\nfirst | (simp; done) | (simp; grind)"


def _powers(sequent: Sequent) -> Iterator[str]:
    """Yield the evaluation of large powers of `I` by their exponents modulo 4."""
    i = "Complex.I"
    square = f"show {i} ^ 4 = 1 by rw [show (4 : ℕ) = 2 * 2 from rfl, pow_mul, Complex.I_sq]; ring"
    rules = []
    for part in dict.fromkeys(sequent.target.walk()):
        exponent = number(part.args[1]) if part.is_op("^") and part.args[0].value in ("I", i) else None
        if exponent is not None and exponent > 4:
            turns, rest = divmod(int(exponent), 4)
            split = (
                f"show ({exponent} : ℕ) = 4 * {turns} + {rest} from rfl, pow_add, pow_mul, {square}, one_pow, one_mul"
            )
            rules.append(f"show {i} ^ {exponent} = {i} ^ {rest} by rw [{split}]")
    if rules:
        ends = (f"linear_combination {factor}{i}_sq" for factor in ("", "-", f"{i} * ", f"-{i} * "))
        close = " | ".join(["ring", *ends, "(simp; done)", "grind"])
        yield f"rw [{', '.join(rules)}]\nfirst | {close}"


def _parts_of_assumed(sequent: Sequent) -> Iterator[str]:
    """Yield proofs from both parts of an assumed equation between complex numbers."""
    real, imaginary = sequent.fresh("hre"), sequent.fresh("him")
    for assumption in sequent.assumptions:
        known = relation(assumption.claim, sequent.types)
        if known is not None and known[0] == "=" and (known[3] == "ℂ" or _holds_i(assumption.claim)):
            yield (
                f"have {real} := congrArg Complex.re {assumption.proof}\n"
                f"have {imaginary} := congrArg Complex.im {assumption.proof}\n"
                f"simp [pow_two] at {real} {imaginary}\n"
                f"first | assumption | linarith | nlinarith [{real}, {imaginary}] | grind"
            )


def _holds_i(claim: Term) -> bool:
    return any(part.kind == "name" and part.value in ("I", "Complex.I") for part in claim.walk())


def _is_part(part: Term) -> bool:
    name = part.value.rpartition(".")[2]
    return (part.kind == "op" and part.value in (".re", ".im")) or (part.kind == "name" and name in _PARTS)
