"""The telling step in the place of a silent one: found in a thread as it is found without one, and no longer wanted."""

from __future__ import annotations

import threading

import pytest

from prover.errors import LeanError
from prover.style import Polish, says_nothing
from prover.types import Goal, ProofState
from search.proof import Proof
from search.types import Cost, Rejected, RejectionKind, Solved, Step

STATE = ProofState("p", (Goal("⊢ True", 0, None, (), "True"),), ())
SILENT = Proof(STATE, "grind", ())


def step(state: ProofState, tactic: str) -> Step[ProofState]:
    return Solved(Cost()) if tactic == "omega" else Rejected(RejectionKind.ERROR, "no", Cost())


@pytest.mark.parametrize("ahead", [False, True])
def test_a_silent_last_step_is_replaced(ahead: bool) -> None:
    proof = Proof(STATE, "intro x", (SILENT, Proof(STATE, "linarith", ())))
    polish = Polish(proof, step)
    if ahead:
        polish.begin()
    assert polish.result() == Proof(STATE, "intro x", (Proof(STATE, "omega", ()), Proof(STATE, "linarith", ())))
    polish.end()


def test_what_nobody_wants_any_more_ends_before_the_next_step() -> None:
    asked, asking, answer = [], threading.Event(), threading.Event()

    def slow(state: ProofState, tactic: str) -> Step[ProofState]:
        asked.append(tactic)
        asking.set()
        answer.wait()
        return step(state, tactic)

    polish = Polish(SILENT, slow)
    polish.begin()
    asking.wait()
    ending = threading.Thread(target=polish.end)
    ending.start()
    while not polish._ended:
        pass
    answer.set()
    ending.join()
    assert asked == ["rfl"] and polish.result() == SILENT


def test_a_failure_is_raised_where_the_result_is_asked_for() -> None:
    def gone(state: ProofState, tactic: str) -> Step[ProofState]:
        raise LeanError("Lean is gone")

    polish = Polish(SILENT, gone)
    polish.begin()
    polish.end()
    with pytest.raises(LeanError, match="gone"):
        polish.result()


def test_a_script_that_says_nothing_is_told() -> None:
    assert says_nothing("intro x\ngrind") and not says_nothing("intro x\nomega")
