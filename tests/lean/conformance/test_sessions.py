"""The same scripted conversations give the same outcomes on every backend."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from prover.errors import StatementError
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.pool import Pool
from prover.lean.session import Limits, Session
from prover.types import Problem, ProofState
from search.types import Advanced, Rejected, RejectionKind, Solved, Step
from tests.lean.conformance.conftest import LIMITS, SLOW_ON_LEANDOJO, Backend
from tests.lean.standins.client import CRASH, HANG, OUT_OF_MEMORY

PAIR = Problem(name="pair", statement="theorem pair (p q : Prop) (hp : p) (hq : q) : p ∧ q := by")
CHAIN = Problem(name="c", statement="theorem c (p q r : Prop) (hp : p) (hq : q) (hr : r) : p ∧ q ∧ r := by")
HEAVY = Problem(name="h", statement="theorem h (a b : ℤ) : a * b + 1 = b * a + 1 := by")


def advance(session: Session, state: ProofState, tactic: str) -> ProofState:
    step = session.step(state, tactic)
    assert isinstance(step, Advanced), step
    return step.state


def outcome(step: Step[ProofState]) -> str:
    return f"rejected {step.kind.value}" if isinstance(step, Rejected) else type(step).__name__.lower()


# Each line: a problem, tactics one after the other, the last one's outcome, and how many goals it leaves.
SCRIPTS: list[tuple[str, list[str], str, int]] = [
    ("theorem t (a b : ℕ) (h : a = b) : b = a := by", ["exact h.symm"], "solved", 0),
    ("theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by", ["constructor"], "advanced", 2),
    ("theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by", ["constructor", "exact hp"], "advanced", 1),
    ("theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by", ["constructor", "exact hp", "exact hq"], "solved", 0),
    ("theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by", ["constructor\n· exact hp\n· exact hq"], "solved", 0),
    ("theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by", ["constructor <;> assumption"], "solved", 0),
    ("theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by", ["constructor; exact hp"], "advanced", 1),
    ("theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by", ["exact ⟨hp, hp⟩"], "rejected error", 0),
    ("theorem t (p : Prop) : p := by", ["sorry"], "rejected error", 0),
    ("theorem t (p : Prop) : p := by", ["exact (sorry : p)"], "rejected error", 0),
    ("theorem t (p : Prop) : p := by", ["admit"], "rejected error", 0),
    ("theorem t (p : Prop) : p := by", ["nonsense"], "rejected error", 0),
    ("theorem t (p : Prop) : p := by", [")"], "rejected error", 0),
    ("theorem t (p : Prop) : p := by", ["exact unknown_name"], "rejected error", 0),
    ("theorem t (p : Prop) (hp : p) : p := by", ["-- a remark\nexact hp"], "solved", 0),
    ("theorem t : ∃ n : ℕ, n = 3 := by", ["refine ⟨?w, ?h⟩"], "advanced", 2),
    ("theorem t : ∃ n : ℕ, n = 3 := by", ["refine ⟨?w, ?h⟩", "case w => exact 3\nrfl"], "solved", 0),
    ("theorem t (n : ℕ) : n + 0 = n := by", ["induction n with\n| zero => rfl\n| succ n ih => rfl"], "solved", 0),
    ("theorem t (x y : ℤ) (h : 2 * x + y = 5) (k : y = 1) : x = 2 := by", ["omega"], "solved", 0),
    ("theorem t (x : ℝ) (h : x = 3) : x + 1 = 4 := by", ["subst h", "grind"], "solved", 0),
    ("theorem t (a b : ℕ) : a + b = b + a := by", ["exact?"], "solved", 0),
]


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_scripts(backend: Backend, every: int) -> None:
    session = backend.session(LIMITS)
    found, wanted = [], []
    for number, (statement, tactics, last, goals) in enumerate(SCRIPTS[::every]):
        state = session.start(
            Problem(name=f"t{number}", statement=statement.replace("theorem t", f"theorem t{number}"))
        )
        for tactic in tactics[:-1]:
            state = advance(session, state, tactic)
        step = session.step(state, tactics[-1])
        left = len(step.state.goals) if isinstance(step, Advanced) else 0
        found.append((statement, tactics, outcome(step), left))
        wanted.append((statement, tactics, last, goals))
    assert found == wanted


def test_the_first_goal_is_taken_apart_alike(backend: Backend) -> None:
    (goal,) = backend.session(LIMITS).start(PAIR).goals
    assert goal.target == "p ∧ q"
    assert [name for hypothesis in goal.hypotheses for name in hypothesis.names] == ["p", "q", "hp", "hq"]


def test_a_refusal_carries_lean_s_own_message(backend: Backend) -> None:
    session = backend.session(LIMITS)
    step = session.step(session.start(PAIR), "exact unknown_name")
    assert isinstance(step, Rejected)
    assert "unknown_name" in step.reason


def test_states_are_values_and_equal_goals_are_equal_states(backend: Backend) -> None:
    session = backend.session(LIMITS)
    root = session.start(PAIR)
    split = advance(session, root, "constructor")
    assert isinstance(session.step(advance(session, split, "exact hp"), "exact hq"), Solved)
    assert isinstance(session.step(root, "exact ⟨hp, hq⟩"), Solved)
    assert advance(session, root, "constructor") == split
    assert [goal.case for goal in split.goals] == ["left", "right"]


def test_independent_goals_come_apart_in_any_order_and_depth(backend: Backend) -> None:
    session = backend.session(LIMITS)
    left, right = session.split(advance(session, session.start(CHAIN), "constructor"))
    middle, last = session.split(advance(session, right, "constructor"))
    assert isinstance(session.step(last, "exact hr"), Solved)
    assert isinstance(session.step(middle, "exact hq"), Solved)
    assert isinstance(session.step(left, "exact hp"), Solved)
    assert outcome(session.step(left, "exact hq")) == "rejected error"
    # A block on a part reaches no goal but its own.
    assert isinstance(session.step(right, "constructor\n· exact hq\n· exact hr"), Solved)
    assert outcome(session.step(left, "exact hp\nexact ⟨hq, hr⟩")) == "rejected error"


def test_goals_that_share_a_metavariable_stay_together(backend: Backend) -> None:
    session = backend.session(LIMITS)
    root = session.start(Problem(name="e", statement="theorem e : ∃ n : ℕ, n = 3 := by"))
    opened = advance(session, root, "refine ⟨?w, ?h⟩")
    assert session.split(opened) == (opened,)


def test_the_prefix_before_the_first_error_is_salvaged(backend: Backend) -> None:
    session = backend.session(LIMITS)
    step = session.step(session.start(PAIR), "constructor\n· exact hp\nexact wrong")
    assert isinstance(step, Rejected)
    assert step.salvaged is not None
    assert step.salvaged.action == "constructor\n· exact hp"
    assert isinstance(session.step(step.salvaged.state, "exact hq"), Solved)


def test_heartbeats_decide_and_name_the_option(backend: Backend) -> None:
    session = backend.session(Limits(heartbeats=5, wall_seconds=120))
    root = session.start(HEAVY)
    for tactic in ("grind", "set_option maxHeartbeats 0 in grind"):
        step = session.step(root, tactic)
        assert outcome(step) == "rejected heartbeats", step
        assert isinstance(step, Rejected)
        assert "--heartbeats" in step.reason


def test_heartbeats_are_counted_alike(backend: Backend) -> None:
    session = backend.session(LIMITS)
    step = session.step(session.start(HEAVY), "grind")
    assert isinstance(step, Solved)
    assert step.cost.lean_calls == 1
    assert 0 < step.cost.heartbeats < LIMITS.heartbeats


def test_evicted_states_are_rebuilt_by_replay_and_counted(backend: Backend) -> None:
    session = backend.session(Limits(states=2, wall_seconds=120))
    split = advance(session, session.start(PAIR), "constructor")
    for _ in range(3):
        advance(session, advance(session, split, "skip"), "skip")
    left, _right = session.split(split)
    assert isinstance(session.step(left, "exact hp"), Solved)
    assert session.stats.evictions > 0
    assert session.stats.replayed_moves > 0


def test_forgotten_problems_can_be_opened_again(backend: Backend) -> None:
    session = backend.session(LIMITS)
    split = advance(session, session.start(PAIR), "constructor")
    session.release(PAIR)
    assert not session.is_loaded(split)
    assert isinstance(session.step(advance(session, split, "exact hp"), "exact hq"), Solved)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("theorem bad (n : ℕ) :\n  n + = 3 := by", r"bad:2:\d+\n.*\n *\^"),
        ("theorem bad (n : ℕ) : unknown_name = n := by", "unknown_name"),
        ("theorem two : True := by trivial\ntheorem three : True := by", "bad"),
        ("def x := by", "bad"),
    ],
)
def test_bad_statements(backend: Backend, statement: str, says: str) -> None:
    with pytest.raises(StatementError, match=says):
        backend.session(LIMITS).start(Problem(name="bad", statement=statement))


def test_a_problem_s_own_header_counts(backend: Backend) -> None:
    session = backend.session(LIMITS)
    header = "import Mathlib\nset_option maxHeartbeats 0\nopen BigOperators\ndef twice (n : Nat) : Nat := n + n"
    root = session.start(Problem(name="m", statement="theorem m : twice 2 = 4 := by", header=header))
    assert isinstance(session.step(root, "rfl"), Solved)


@SLOW_ON_LEANDOJO
def test_a_pool_answers_in_order_with_one_worker_and_with_two(backend: Backend) -> None:
    tactics = ["constructor", "exact hp", "exact ⟨hp, hq, hr⟩", "nonsense", "refine ⟨?_, ?_, ?_⟩"] * 2
    answers = []
    for workers in (1, 2):
        with Pool(lambda: backend.own(LIMITS), workers) as pool:
            root = pool.start(CHAIN)
            answers.append([outcome(step) for step in pool.step_many([(root, tactic) for tactic in tactics])])
    assert answers[0] == answers[1]
    assert answers[0][:5] == ["advanced", "rejected error", "solved", "rejected error", "advanced"]


@pytest.mark.cold
class TestDeath:
    """What ends a process is an outcome of its own, and nothing else is lost."""

    def test_a_killed_process(self, backend: Backend) -> None:
        before = _standins()
        session = backend.own(LIMITS)
        split = advance(session, session.start(PAIR), "constructor")
        for pid in _leans_of(session, before):
            os.kill(pid, signal.SIGKILL)
        step = session.step(split, "exact hp")
        # A backend may notice the death before it asks; then the state is rebuilt at once.
        assert outcome(step) in ("rejected killed", "rejected crash", "advanced")
        assert isinstance(session.step(advance(session, split, "exact hp"), "exact hq"), Solved)
        assert session.stats.restarts == 1

    @pytest.mark.parametrize(
        ("backend", "tactic", "kind"),
        [
            ("native", CRASH, RejectionKind.CRASH),
            ("leandojo", OUT_OF_MEMORY, RejectionKind.MEMORY),
            pytest.param("leandojo", CRASH, RejectionKind.CRASH, marks=pytest.mark.slow),
            pytest.param("native", OUT_OF_MEMORY, RejectionKind.MEMORY, marks=pytest.mark.slow),
        ],
        indirect=["backend"],
    )
    def test_crashes(self, backend: Backend, tactic: str, kind: RejectionKind) -> None:
        session = backend.own(LIMITS)
        split = advance(session, session.start(PAIR), "constructor")
        step = session.step(split, f"-- {tactic}\nskip")
        assert isinstance(step, Rejected)
        assert step.kind is kind, step
        assert isinstance(session.step(advance(session, split, "exact hp"), "exact hq"), Solved)

    @SLOW_ON_LEANDOJO
    def test_a_hang_ends_by_the_wall_clock_and_loses_nothing(self, backend: Backend) -> None:
        if not backend.can_misbehave:
            pytest.skip("only stand-ins hang when they are told to")
        session = backend.session(Limits(heartbeats=20_000, wall_seconds=3))
        split = advance(session, session.start(PAIR), "constructor")
        step = session.step(split, f"-- {HANG}\nskip")
        assert isinstance(step, Rejected)
        assert step.kind is RejectionKind.WALL
        assert "--wall-seconds" in step.reason
        # Out of step after a time-out, LeanDojo would answer with the goals of another tactic.
        assert isinstance(session.step(advance(session, split, "exact hp"), "exact hq"), Solved)


def _leans_of(session: Session, before: set[int]) -> set[int]:
    """Return the processes that are the Lean of a session, and not the one behind the stand-ins or those before it."""
    if isinstance(session, EmbeddedSession):
        return {session.pid} if session.pid is not None else set()
    return _standins() - before


def _standins() -> set[int]:
    living = [child for child in psutil.Process().children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]
    return {child.pid for child in living if "standins" in " ".join(child.cmdline())}
