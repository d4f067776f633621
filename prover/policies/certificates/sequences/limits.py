"""Limits of sequences by their definition: for every `ε` a number from which on something is smaller.

What is to be shown holds where `c < n * ε` for some number `c`, so `⌈c / ε⌉₊ + 1` is far enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.algebra.sampling import value
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.proving import Prove, easily
from prover.policies.certificates.reading.sequents import Assumption, Sequent, ascending, introduced, relation
from prover.policies.certificates.reading.terms import Term, number

FACTORS = (1, 2, 3, 5, 10)
SIZES = (1.0, 0.1, 0.01)
"""Values of `ε` at which a factor is tried."""


def limits(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of `∃ N, ∀ n ≥ N, body` for a positive real number in the body."""
    target = sequent.target
    if effort != 0 or not target.is_bind("∃") or len(target.names) != 1 or not target.args[1].is_bind("∀"):
        return
    bound = target.names[0]
    intro, inner = introduced(replace(sequent.naming(bound), target=target.args[1]))
    names = intro.split()[1:]
    if len(names) != 2:
        return
    n, above = names
    for epsilon, positive in _positive(sequent):
        facts = [inner.fresh(wish) for wish in ("hN", "hc", "hm", "hone")]
        factor = next((f for f in FACTORS if all(_small(inner.target, n, epsilon, f, e) for e in SIZES)), None)
        if factor is not None:
            ceiling = f"⌈({factor} : ℝ) / {epsilon}⌉₊"
            far = Assumption(facts[2], parse(f"{factor} < (↑{n} : ℝ) * {epsilon}"))
            one = Assumption(facts[3], parse(f"1 ≤ (↑{n} : ℝ)"))
            kept = tuple(a for a in inner.assumptions if a.proof != above)
            types = {**inner.types, n: Term("name", "ℕ", text="ℕ")}
            moved = replace(inner.naming(*facts), assumptions=(*kept, far, one), types=types)
            proof = easily(prove, moved)
            if proof is None:
                return
            yield "\n".join(
                [
                    f"refine ⟨{ceiling} + 1, fun {n} {above} => ?_⟩",
                    f"have {facts[0]} : ({factor} : ℝ) / {epsilon} ≤ ({ceiling} : ℝ) := Nat.le_ceil _",
                    f"have {facts[1]} : (({ceiling} + 1 : ℕ) : ℝ) ≤ ({n} : ℝ) := Nat.cast_le.2 {above}",
                    f"rw [Nat.cast_add, Nat.cast_one] at {facts[1]}",
                    f"have {facts[2]} : ({factor} : ℝ) < ({n} : ℝ) * {epsilon} :=",
                    f"  (div_lt_iff₀ {positive}).1 (by linarith)",
                    f"have {facts[3]} : (1 : ℝ) ≤ ({n} : ℝ) := by",
                    f"  have := Nat.cast_nonneg (R := ℝ) {ceiling}",
                    "  linarith",
                    f"clear {facts[0]} {facts[1]} {above}",
                    proof,
                ]
            )
            return


def _small(body: Term, n: str, epsilon: str, factor: int, size: float) -> bool:
    """Return whether the body holds just beyond `factor / ε`, and further on."""
    import numpy

    if not body.is_op("<", "≤"):
        return False
    at = {n: numpy.array([1.001, 2.0, 50.0]) * factor / size + 1, epsilon: numpy.full(3, size)}
    try:
        with numpy.errstate(all="ignore"):
            left, right = (value(side, at) for side in body.args)
            return bool(numpy.all(left <= right))
    except CannotRead:
        return False


def _positive(sequent: Sequent) -> Iterator[tuple[str, str]]:
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is not None:
            symbol, left, right = ascending(*found[:3])
            kind = sequent.types.get(right.value)
            if symbol == "<" and number(left) == 0 and (kind is None or kind.value == "ℝ") and right.kind == "name":
                yield right.value, assumption.proof
