"""Prove a theorem: the proof counts only if a separate, clean verifier accepts it."""

from prover import Prover

with Prover(budget="lean_calls=100") as prover:
    attempt = prover.prove("theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by")

print(attempt.status, attempt.axioms)
print(attempt.minimised or attempt.proof)
print(f"{attempt.cost.lean_calls} Lean calls, {attempt.cost.heartbeats} thousand heartbeats")
