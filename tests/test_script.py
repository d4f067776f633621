"""Proof trees written as blocks of tactics."""

from __future__ import annotations

from prover.script import script, steps
from prover.types import Goal, ProofState
from search.proof import Proof


def state(goals: int = 1) -> ProofState:
    return ProofState("p", tuple(Goal(f"⊢ {n}", n, None, (), str(n)) for n in range(goals)), ())


def leaf(action: str, goals: int = 1) -> Proof[ProofState]:
    return Proof(state(goals), action)


def never(state: ProofState, action: str) -> tuple[tuple[int, ...], ...]:
    raise AssertionError("no goals depend on each other")


def test_a_line_of_steps() -> None:
    proof = Proof(state(), "intro x", (Proof(state(), "intro y", (leaf("omega"),)),))
    assert script(proof, never) == "intro x\nintro y\nomega"
    assert steps(proof) == 3


def test_independent_goals_are_blocks_with_everything_indented() -> None:
    inner = Proof(state(), "induction n with\n| zero => ?_\n| succ n ih => ?_", (leaf("simp"), leaf("grind")))
    proof = Proof(state(), "constructor", (leaf("exact hp"), inner))
    assert script(proof, never) == (
        "constructor\n· exact hp\n· induction n with\n  | zero => ?_\n  | succ n ih => ?_\n  · simp\n  · grind"
    )


def test_goals_that_depend_on_each_other_come_last_together() -> None:
    proof = Proof(state(), "refine foo", (leaf("omega"), leaf("exact ⟨1, rfl⟩", goals=2)))
    text = script(proof, lambda state, action: ((0, 2), (1,)))
    assert text == "refine foo\nrotate_left\n· omega\nrotate_right 1\nexact ⟨1, rfl⟩"


def test_nothing_is_rotated_where_the_independent_goals_come_first() -> None:
    proof = Proof(state(), "refine foo", (leaf("omega"), leaf("exact rfl", goals=2)))
    assert script(proof, lambda state, action: ((0,), (1, 2))) == "refine foo\n· omega\nexact rfl"
