"""What a process does before its machine code is kept (`images`): a little of what searches do most."""

from __future__ import annotations

from prover.errors import ProtocolError
from prover.lean.context import Context
from prover.lean.embedded import wire
from prover.lean.embedded.process import START_SECONDS, LeanProcess
from prover.types import Problem

ROUNDS = 2  # functions are compiled well when they are called again
HEARTBEATS = 5_000
STATEMENTS = (
    "theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by",
    "theorem t (n : ℕ) (h : n % 2 = 1) : n ^ 2 % 2 = 1 := by",
    "theorem t (x y : ℝ) (h : x + y = 3) (h₂ : 0 < x) : x ^ 2 + y ^ 2 ≥ 2 * x * y := by",
    "theorem t : ∀ s : Finset ℕ, s = {1, 2} → ∑ i ∈ s, i = 3 := by",
)
TACTICS = (
    "intro x",
    "omega",
    "simp_all",
    "norm_num",
    "grind",
    "decide",
    "nlinarith [sq_nonneg (x - y)]",
    "linarith",
    "constructor",
    "have h₃ : 1 + 1 = 2 := by rfl\nsimp at *",
    "rcases Nat.even_or_odd n with h₃ | h₃",
    "induction n with\n| zero => simp\n| succ n ih => grind",
)


def warm(process: LeanProcess, where: Context) -> None:
    """Open some statements and run tactics on them, whatever comes of it. Raises `WorkerDied`, `ProtocolError`."""
    number = 0
    for statement in STATEMENTS * ROUNDS:
        problem = Problem(name="t", statement=statement, context=where.name)
        number += 1
        first = number
        start = wire.Start(
            problem=first,
            state=first,
            header=where.header(problem),
            statement=statement,
            heartbeats=HEARTBEATS,
        )
        view = process.ask(start, wire.View, START_SECONDS)
        if view.status != "ok":
            raise ProtocolError(f"a statement that every prelude knows is refused: {statement}")
        for tactic in TACTICS:
            number += 1
            step = wire.StepRequest(op="step", origin=first, state=number, tactic=tactic, heartbeats=HEARTBEATS)
            process.ask(step, wire.View, START_SECONDS)
