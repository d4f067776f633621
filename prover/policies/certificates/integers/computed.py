"""Goals about numbers alone, once functions that are written out have their values: Lean computes them.

Lean leaves powers with exponents above 256 alone; those of 0, 1 and -1 are taken apart here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne

from prover.policies.certificates.reading.definitions import definitions, unfolded
from prover.policies.certificates.reading.evaluation import evaluate, rational
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import Term, free_names, number

_RINGS = ("ℝ", "ℤ", "ℚ")
_COMPARE = {"=": eq, "≠": ne, "<": lt, "≤": le, ">": gt, "≥": ge}
_COUNTED = ("Finset.image", "Finset.powersetCard", "Finset.product")
"""Finite sets that Lean counts out, and this does not."""
MOST = 256
"""The largest exponent that Lean evaluates."""


def computed(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield the evaluation of a goal without variables, its functions unfolded by what is assumed of them."""
    if effort != 0:
        return
    claim, used = unfolded(sequent.target, definitions(sequent))
    if free_names(claim) & set(sequent.types):
        return
    found = relation(claim, sequent.types)
    unfolding = f"simp only [{', '.join(used)}]\n" if used else ""
    if found is not None and (powers := _large_powers(*found[:3])):
        rings = (found[3],) if found[3] in _RINGS else _RINGS if sequent.reals else _RINGS[1:]
        yield from (f"{unfolding}{_apart(sequent, powers, ring)}" for ring in rings)
    if any(part.kind == "name" and part.value in _COUNTED for part in claim.walk()):
        yield f"{unfolding}decide +kernel"
        return
    for kind in ("ℕ", "ℤ") if found is None or found[3] is None else (found[3],):
        try:
            if kind not in ("ℕ", "ℤ") or evaluate(claim, {}, kind) is not True:
                continue
        except CannotRead:
            continue
        yield f"{unfolding}first | decide +kernel | rfl | norm_num"
        return


def _large_powers(symbol: str, left: Term, right: Term) -> dict[Term, Fraction]:
    """Return the large powers of 0, 1 and -1 in a comparison that holds, with their bases; none if there are others."""
    large = [part for side in (left, right) for part in side.walk() if part.is_op("^") and _exponent(part) > MOST]
    try:
        powers = {part: rational(part.args[0], {}) for part in large}
        if any(base not in (-1, 0, 1) for base in powers.values()):
            return {}
        return powers if powers and _COMPARE[symbol](rational(left, {}), rational(right, {})) else {}
    except CannotRead:
        return {}


def _apart(sequent: Sequent, powers: Mapping[Term, Fraction], kind: str) -> str:
    """Return the evaluation of a comparison whose large powers are known."""
    one, two = sequent.fresh("h1"), sequent.fresh("h2")
    step = "(fun n ih => by rw [pow_succ, ih, mul_one])"
    bases = [  # before there is a large power in the context, which `norm_num` would look at
        f"have {one} : ∀ n : ℕ, (1 : {kind}) ^ n = 1 := fun n => Nat.rec (pow_zero 1) {step} n",
        f"have {two} : (-1 : {kind}) ^ 2 = 1 := by norm_num",
    ]
    lines, names = list[str](), list[str]()
    for place, (part, base) in enumerate(powers.items()):
        exponent, known = _exponent(part), f"{sequent.fresh('hb')}{place}"
        half, odd = divmod(exponent, 2)
        bases.append(f"have {known} : ({show(part.args[0])} : {kind}) = {base} := by norm_num")
        how = {
            1: one,
            0: f"show ({exponent} : ℕ) = {exponent - 1} + 1 by decide, pow_succ, mul_zero",
            -1: f"show ({exponent} : ℕ) = 2 * {half} + 1 by decide, pow_succ, pow_mul, {two}, {one}, one_mul"
            if odd
            else f"show ({exponent} : ℕ) = 2 * {half} by decide, pow_mul, {two}, {one}",
        }[int(base)]
        names.append(f"{sequent.fresh('he')}{place}")
        value = base if odd else abs(base)
        lines.append(f"have {names[-1]} : ({show(part)} : {kind}) = {value} := by rw [{known}, {how}]")
    return "\n".join([*bases, *lines, f"rw [{', '.join(names)}]", f"all_goals (clear {' '.join(names)}; norm_num)"])


def _exponent(power: Term) -> int:
    return number(power.args[1]) or 0
