"""A policy of one's own: a function from a goal to tactics, best first.

An installed package names such a function as an entry point of the group `proofsmith.policies`; then
`prover prove … --policy by-shape` works too. Without a package, `--policy python:MODULE:by_shape` does.
"""

from prover import Goal, Prover, policy


@policy("by-shape")
def by_shape(goal: Goal) -> list[str | tuple[str, float]]:
    """Look at the goal only."""
    if "∧" in goal.target:
        return ["constructor"]
    if goal.target.startswith("∀"):
        return ["intro x"]
    return [("assumption", 0.5), ("omega", 0.3), ("simp_all", 0.2)]


with Prover(policy="by-shape", budget="lean_calls=30") as prover:
    attempt = prover.prove("theorem t (p : Prop) (hp : p) (n : ℕ) (h : n < 3) : p ∧ n < 5 := by")

print(attempt.status, "with", attempt.policy)
print(attempt.proof)
