"""Look at the goals after some tactics, taken apart: names, types, targets."""

from prover import Prover

STATEMENT = "theorem t (n : ℕ) (f : ℕ → ℕ) (h₀ : f 0 = 1) (h : ∀ k, f (k + 1) = 2 * f k) : 0 < f n := by"

with Prover() as prover:
    state = prover.goals(STATEMENT, ["induction n"])

for goal in state.goals:
    for hypothesis in goal.hypotheses:
        print(", ".join(hypothesis.names), ":", hypothesis.type)
    print("⊢", goal.target, "\n")
