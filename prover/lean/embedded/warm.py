"""What a process does before its memory and its machine code are kept (`images`): a little of what searches do most.

Lean computes much when it is first needed: indices of lemmas for `simp` and `grind`, tables of the parser. A
process that returns to the memory after the import would compute it for every verdict. So every process elaborates
`sources` right after the import, with or without an image, and the state that they lead to is dropped. (The index of
`exact?` is left out: it takes 40 MB of every process.)
"""

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

_CLOSED = (
    ("theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by", ("omega", "grind", "simp_all; omega")),
    ("theorem t (n : ℕ) (h : n % 2 = 1) : n ^ 2 % 2 = 1 := by", ("simp [Nat.pow_mod, h]", "grind", "norm_num")),
    ("theorem t (a b : ℤ) (h : a ≤ b) (h₂ : ¬a = b) : a < b + 1 := by", ("linarith", "rcases h₂", "omega")),
    ("theorem t (x y : ℝ) : x ^ 2 + y ^ 2 ≥ 2 * x * y := by", ("nlinarith [sq_nonneg (x - y)]", "positivity")),
    ("theorem t (x y : ℝ) (h : x = 2 * y) : x + y = 3 * y := by", ("linarith", "rw [h]; ring", "norm_num [h]")),
    ("theorem t (x : ℚ) (h : x / 2 = 3) : x = 6 := by", ("linarith", "norm_num at h; grind")),
    ("theorem t : ∑ i ∈ Finset.range 4, i = 6 := by", ("decide", "simp [Finset.sum_range_succ]", "rfl")),
    ("theorem t (s : Finset ℕ) (h : s = {1, 2}) : ∃ n, n ∈ s := by", ("exact ⟨1, by simp [h]⟩", "use 1; simp [h]")),
    ("theorem t (p q : Prop) (h : p ∧ q) : q ∨ p := by", ("tauto", "obtain ⟨_, h₂⟩ := h; exact Or.inl h₂", "simp_all")),
    (
        "theorem t (n : ℕ) : 0 + n = n := by",
        ("induction n with\n  | zero => rfl\n  | succ n ih => simp", "cases n <;> simp"),
    ),
)


def sources(where: Context) -> tuple[str, ...]:
    """Return what a process elaborates after it has imported a context; nothing where no image is kept of it."""
    if where.name != "core":
        return ()
    problems = [(Problem(name="t", statement=statement, context=where.name), tactics) for statement, tactics in _CLOSED]
    return tuple(
        f"{where.header(problem)}\n{problem.statement}\n  {tactic}\n"
        for problem, tactics in problems
        for tactic in tactics
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
