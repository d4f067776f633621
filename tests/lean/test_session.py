"""Sessions over real embedded Lean: steps, errors, parts, limits, death and replay."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from prover.errors import StatementError
from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.session import Limits
from prover.types import Problem, ProofState
from search.types import Advanced, Rejected, RejectionKind, Solved

PAIR = Problem(name="pair", statement="theorem pair (p q : Prop) (hp : p) (hq : q) : p ∧ q := by")


@pytest.fixture(scope="module")
def session(lean: Installation) -> Iterator[EmbeddedSession]:
    opened = EmbeddedSession(lean, context("core"), Limits(heartbeats=20_000, wall_seconds=120))
    yield opened
    opened.close()


def advance(session: EmbeddedSession, state: ProofState, tactic: str) -> ProofState:
    step = session.step(state, tactic)
    assert isinstance(step, Advanced), step
    return step.state


def rejected(session: EmbeddedSession, state: ProofState, tactic: str) -> Rejected[ProofState]:
    step = session.step(state, tactic)
    assert isinstance(step, Rejected), step
    return step


class TestSteps:
    def test_the_statement_s_binders_are_in_the_first_goal(self, session: EmbeddedSession) -> None:
        (goal,) = session.start(PAIR).goals
        assert goal.target == "p ∧ q"
        assert [name for hypothesis in goal.hypotheses for name in hypothesis.names] == ["p", "q", "hp", "hq"]

    def test_what_stands_behind_the_colon_is_not_introduced(self, session: EmbeddedSession) -> None:
        (goal,) = session.start(Problem(name="u", statement="theorem u (n : ℕ) : ∀ m : ℕ, n = m → m = n := by")).goals
        assert goal.target == "∀ (m : ℕ), n = m → m = n"

    def test_children_in_any_order(self, session: EmbeddedSession) -> None:
        root = session.start(PAIR)
        split = advance(session, root, "constructor")
        assert [goal.case for goal in split.goals] == ["left", "right"]
        second = advance(session, split, "exact hp")
        assert isinstance(session.step(second, "exact hq"), Solved)
        assert isinstance(session.step(root, "exact ⟨hp, hq⟩"), Solved)
        assert advance(session, root, "constructor") == split

    def test_closing_one_of_two_goals_is_not_success(self, session: EmbeddedSession) -> None:
        split = advance(session, session.start(PAIR), "constructor")
        assert isinstance(session.step(split, "exact hp"), Advanced)

    def test_a_whole_block(self, session: EmbeddedSession) -> None:
        assert isinstance(session.step(session.start(PAIR), "constructor\n· exact hp\n· exact hq"), Solved)

    def test_equal_goals_are_equal_states_whatever_the_way(self, session: EmbeddedSession) -> None:
        root = session.start(Problem(name="w", statement="theorem w (a b : ℕ) (h : a = b) : b = a ∧ True := by"))
        one = advance(session, advance(session, root, "constructor"), "symm")
        other = advance(session, advance(session, root, "refine ⟨?left, ?right⟩"), "symm")
        assert one.goals[0].digest == other.goals[0].digest
        assert one.trail != other.trail

    @pytest.mark.parametrize(
        "tactic", ["sorry", "exact (sorry : p ∧ q)", "exact foo", "nonsense", "exact ⟨hp, hp⟩", ")"]
    )
    def test_what_does_not_work_is_an_error_with_lean_s_message(self, session: EmbeddedSession, tactic: str) -> None:
        step = rejected(session, session.start(PAIR), tactic)
        assert step.kind is RejectionKind.ERROR
        assert step.reason.strip()

    def test_the_prefix_before_the_first_error_is_salvaged(self, session: EmbeddedSession) -> None:
        step = rejected(session, session.start(PAIR), "constructor\n· exact hp\nexact wrong")
        assert step.salvaged is not None
        assert step.salvaged.action == "constructor\n· exact hp"
        assert isinstance(session.step(step.salvaged.state, "exact hq"), Solved)

    def test_library_search_runs_its_tasks(self, session: EmbeddedSession) -> None:
        root = session.start(Problem(name="s", statement="theorem s (a b : ℕ) : a + b = b + a := by"))
        assert isinstance(session.step(root, "exact?"), Solved)

    def test_library_search_costs_the_same_whatever_was_looked_up_before(self, lean: Installation) -> None:
        session = EmbeddedSession(lean, context("core"), Limits(heartbeats=1_000, wall_seconds=60))
        try:
            root = session.start(Problem(name="s", statement="theorem s (a b : ℕ) (h : a ≤ b) : a < b + 1 := by"))
            first = session.step(root, "exact?")
            assert isinstance(first, Solved)  # the index of the library is no part of the limit
            session.step(root, "have : ∃ x, x < b := by exact?")
            assert session.step(root, "exact?").cost.heartbeats == first.cost.heartbeats
        finally:
            session.close()


class TestParts:
    def test_independent_goals_come_apart(self, session: EmbeddedSession) -> None:
        split = advance(session, session.start(PAIR), "constructor")
        left, right = session.split(split)
        assert isinstance(session.step(left, "exact hp"), Solved)
        assert isinstance(session.step(right, "exact hq"), Solved)

    def test_goals_that_share_a_metavariable_stay_together(self, session: EmbeddedSession) -> None:
        root = session.start(Problem(name="e", statement="theorem e : ∃ n : ℕ, n = 3 := by"))
        opened = advance(session, root, "refine ⟨?w, ?h⟩")
        assert len(opened.goals) == 2
        assert session.split(opened) == (opened,)
        assert isinstance(session.step(opened, "case w => exact 3\nrfl"), Solved)


class TestLimits:
    def test_heartbeats_decide_and_name_the_option(self, lean: Installation) -> None:
        session = EmbeddedSession(lean, context("core"), Limits(heartbeats=5))
        try:
            root = session.start(Problem(name="h", statement="theorem h (a b : ℤ) : a * b + 1 = b * a + 1 := by"))
            step = rejected(session, root, "grind")
            assert step.kind is RejectionKind.HEARTBEATS
            assert "--heartbeats" in step.reason
            bought = rejected(session, root, "set_option maxHeartbeats 0 in grind")
            assert bought.kind is RejectionKind.HEARTBEATS
        finally:
            session.close()

    def test_what_a_step_may_take_is_not_what_a_start_may_take(self, lean: Installation) -> None:
        session = EmbeddedSession(lean, context("core"), Limits(wall_seconds=0.05))
        try:
            session.ready()
            assert session.pid is not None
        finally:
            session.close()

    def test_evicted_states_are_rebuilt_by_replay_and_counted(self, lean: Installation) -> None:
        session = EmbeddedSession(lean, context("core"), Limits(states=2))
        try:
            split = advance(session, session.start(PAIR), "constructor")
            for _ in range(3):
                advance(session, split, "skip")
                advance(session, advance(session, split, "skip"), "skip")
            assert isinstance(session.step(advance(session, split, "exact hp"), "exact hq"), Solved)
            assert session.stats.evictions > 0
            assert session.stats.replayed_moves > 0
        finally:
            session.close()


@pytest.mark.cold
class TestDeath:
    def test_a_killed_process_is_an_outcome_and_the_next_question_is_answered(self, session: EmbeddedSession) -> None:
        split = advance(session, session.start(PAIR), "constructor")
        assert session.pid is not None
        os.kill(session.pid, signal.SIGKILL)
        step = rejected(session, split, "exact hp")
        assert step.kind is RejectionKind.KILLED
        assert isinstance(session.step(advance(session, split, "exact hp"), "exact hq"), Solved)

    def test_a_statement_has_a_second_process(self, lean: Installation) -> None:
        session = EmbeddedSession(lean, context("init"))
        try:
            session.ready()
            assert session.pid is not None
            os.kill(session.pid, signal.SIGKILL)
            assert session.start(PAIR.model_copy(update={"context": "init"})).goals
            assert session.stats.restarts == 1
        finally:
            session.close()

    def test_a_hang_ends_by_the_wall_clock(self, lean: Installation) -> None:
        session = EmbeddedSession(lean, context("core"), Limits(heartbeats=2_000_000, wall_seconds=20))
        try:
            session.ready()
            root = session.start(Problem(name="d", statement="theorem d : (10 : ℕ) ^ 7 % 7 = 3 := by"))
            session._limits = Limits(heartbeats=2_000_000, wall_seconds=0.05)
            step = rejected(session, root, "exact?")
            assert step.kind is RejectionKind.WALL
            assert "--wall-seconds" in step.reason
        finally:
            session.close()


class TestStatements:
    def test_lean_s_message_with_line_and_caret(self, session: EmbeddedSession) -> None:
        with pytest.raises(StatementError, match=r"bad:2:\d+\n.*\n *\^"):
            session.start(Problem(name="bad", statement="theorem bad (n : ℕ) :\n  n + = 3 := by"))

    @pytest.mark.parametrize(
        "statement", ["theorem two : True := by trivial\ntheorem three : True := by", "def x := by"]
    )
    def test_anything_but_one_theorem_is_refused(self, session: EmbeddedSession, statement: str) -> None:
        with pytest.raises(StatementError):
            session.start(Problem(name="x", statement=statement))

    def test_a_mathlib_header_is_no_obstacle(self, session: EmbeddedSession) -> None:
        header = "import Mathlib\nimport Aesop\nset_option maxHeartbeats 0\nopen BigOperators"
        root = session.start(Problem(name="m", statement="theorem m (x : ℝ) : x = x := by", header=header))
        assert isinstance(session.step(root, "rfl"), Solved)


@pytest.mark.parametrize(
    ("statement", "header"),
    [
        ("theorem «t t» (p : Prop) (hp : p) : p := by", ""),
        ("theorem «a.b».«c d» (p : Prop) (hp : p) : p := by", ""),
        ("theorem t (p : Prop) (hp : p) : p := by", "namespace Mine.«two words»"),
        ("theorem _root_.out (p : Prop) (hp : p) : p := by", "namespace Mine"),
    ],
)
def test_names_are_those_of_source(session: EmbeddedSession, statement: str, header: str) -> None:
    state = session.start(Problem(name="named", statement=statement, header=header))
    assert [hypothesis.names for hypothesis in state.goals[0].hypotheses] == [("p",), ("hp",)]
    assert isinstance(session.step(state, "exact hp"), Solved)
