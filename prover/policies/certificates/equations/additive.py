"""Functions that turn sums into sums or products: values at natural numbers by induction, and at halves.

`f x = f (x / 2) * f (x / 2)` is not negative; `f n = n * f 1` for natural `n` follows one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Assumption, Sequent, relation
from prover.policies.certificates.reading.terms import Term, free_names


def additive(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs of relations between values of a function by what an assumption says of its values at sums."""
    found = relation(sequent.target, sequent.types)
    if effort != 0 or found is None:
        return
    for assumption in sequent.assumptions:
        function = _of_sums(assumption)
        if function is None:
            continue
        yield from _at_naturals(sequent, assumption, function)
        if found[0] in ("≤", "≥", "<", ">"):
            yield from _at_halves(sequent, assumption, function)


def _of_sums(assumption: Assumption) -> str | None:
    """Return the function `f` of `∀ x y, f (x + y) = …`."""
    claim = assumption.claim
    names: list[str] = []
    while claim.is_bind("∀"):
        names += claim.names
        claim = claim.args[1]
    if len(names) != 2 or not claim.is_op("="):
        return None
    left = claim.args[0]
    if left.kind != "app" or len(left.args) != 2 or left.args[0].kind != "name" or not left.args[1].is_op("+"):
        return None
    return left.args[0].value if [part.value for part in left.args[1].args] == names else None


def _arguments(sequent: Sequent, function: str) -> list[Term]:
    return [
        part.args[1]
        for part in sequent.target.walk()
        if part.kind == "app" and len(part.args) == 2 and part.args[0].value == function
    ]


def _at_naturals(sequent: Sequent, rule: Assumption, function: str) -> Iterator[str]:
    for argument in _arguments(sequent, function):
        inner = argument.args[0] if argument.is_op("type") else argument
        name = inner.args[0].value if inner.is_op("↑") else ""
        kind = sequent.types.get(name)
        used = any(name in free_names(assumption.claim) for assumption in sequent.assumptions)
        if kind is None or kind.value != "ℕ" or used:
            continue
        hypothesis, known = sequent.fresh("ih"), sequent.fresh("hs")
        zero = "simp only [Nat.cast_zero, add_zero, zero_mul, mul_zero, pow_zero] at *"
        yield (
            f"induction {name} with\n| zero =>\n  have {known} := {rule.proof} 0 0\n"
            f"  try {zero}\n  first | linarith | grind\n"
            f"| succ {name} {hypothesis} =>\n  have {known} := {rule.proof} {name} 1\n  push_cast\n"
            f"  first | (rw [{known}, {hypothesis}]; (try simp only [pow_succ]); ring) | linarith | grind"
        )
        return


def _at_halves(sequent: Sequent, rule: Assumption, function: str) -> Iterator[str]:
    kind = sequent.types.get(function)
    if kind is None or not kind.is_op("→") or kind.args[0].value not in ("ℝ", "ℚ"):
        return
    domain = kind.args[0].value
    for argument in dict.fromkeys(_arguments(sequent, function)):
        known = sequent.fresh("hs")
        text = show(argument)
        half = f"({text} / 2 : {domain})"
        yield (
            f"have {known} := {rule.proof} {half} {half}\n"
            f"rw [show {half} + {half} = {text} by ring] at {known}\n"
            f"first | (rw [{known}]; exact mul_self_nonneg _) | nlinarith [mul_self_nonneg ({function} {half})]"
        )
        return
