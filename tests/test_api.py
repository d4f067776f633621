"""The prover as a library, on real Lean: prove, verify, goals, many at once, watched, cancelled, from threads."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

import prover
from prover import (
    Attempt,
    CancelToken,
    Ended,
    Goal,
    Problem,
    Prover,
    ProverError,
    Rejection,
    Started,
    Stepped,
    Verified,
    VerifiedProof,
)
from prover.errors import InputError, PolicyError, StatementError, UsageError
from prover.events import Event
from prover.lean.embedded.install import Installation
from search import Options, SearchContext, Stop

EASY = "theorem easy (a b : ℕ) (h : a = b) : b = a := by"
HARD = "theorem fermat (a b c n : ℕ) (h : 2 < n) (k : 0 < a * b) : a ^ n + b ^ n ≠ c ^ n := by"
SLOW = "iterate 40 (iterate 40 (iterate 40 (iterate 40 (have := h; clear this))))"
"""Keeps Lean at work for longer than any test waits."""


@pytest.fixture(scope="module")
def library(lean: Installation) -> Iterator[Prover]:
    with Prover(budget="lean_calls=12", heartbeats=500, cache=False) as opened:
        yield opened


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_the_public_names() -> None:
    assert sorted(prover.__all__) == [
        "Attempt", "CancelToken", "Ended", "Goal", "Problem", "Prover", "ProverError", "Rejection", "Started",
        "Stepped", "Verified", "VerifiedProof", "policy", "strategy",
    ]  # fmt: skip
    assert all(getattr(prover, name) is not None for name in prover.__all__)
    assert set(prover.__all__) <= set(dir(prover))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        prover.nothing  # noqa: B018
    assert Path(prover.__file__).with_name("py.typed").is_file()


class TestProving:
    def test_proves_and_says_what_happens(self, library: Prover) -> None:
        events: list[Event] = []
        attempt = library.prove(EASY, on_event=events.append)
        assert (attempt.status, attempt.verdict, attempt.stop) == ("proved", "accepted", Stop.SOLVED)
        first, *steps, verified, last = events
        assert isinstance(first, Started) and first.goals.endswith("⊢ b = a")
        assert steps and all(isinstance(step, Stepped) for step in steps)
        assert [step.number for step in steps if isinstance(step, Stepped)] == list(range(1, len(steps) + 1))
        assert isinstance(steps[-1], Stepped) and steps[-1].outcome == "solved"
        assert steps[-1].cost.lean_calls == attempt.cost.lean_calls
        assert isinstance(verified, Verified) and isinstance(verified.verdict, VerifiedProof)
        assert last == Ended(problem="easy", seed=0, attempt=attempt)

    def test_a_watched_search_is_the_same_search(self, library: Prover) -> None:
        alone, watched = library.prove(HARD), library.prove(HARD, on_event=lambda event: None)
        different = {"cost", "wasted", "first_success", "disproof"}  # all of them hold seconds
        assert alone.model_dump(exclude=different) == watched.model_dump(exclude=different)
        assert alone.cost.lean_calls == watched.cost.lean_calls == 12

    def test_many_in_order_of_completion(self, library: Prover) -> None:
        problems = (Problem(name=f"p{number}", statement=EASY.replace("easy", f"p{number}")) for number in range(3))
        rows = list(library.prove_many([*problems, Problem(name="bad", statement="theorem bad : 1 + := by")]))
        statuses = {row.problem: row.status for row in rows}
        assert statuses == dict.fromkeys(("p0", "p1", "p2"), "proved") | {"bad": "error"}

    def test_leaving_early_cancels_what_is_in_progress(self, library: Prover) -> None:
        asked: list[int] = []

        def problems() -> Iterator[Problem]:
            for number in range(100):
                asked.append(number)
                yield Problem(name=f"q{number}", statement=EASY.replace("easy", f"q{number}"))

        for attempt in library.prove_many(problems()):
            assert attempt.status == "proved"
            break
        assert len(asked) <= 3

    def test_events_as_an_iterator(self, library: Prover) -> None:
        events = list(library.watch(EASY))
        assert isinstance(events[0], Started) and isinstance(events[-1], Ended)
        for event in library.watch(HARD):
            if isinstance(event, Stepped):
                break
        assert library.prove(EASY).status == "proved"
        with pytest.raises(StatementError):
            list(library.watch("theorem t : not_a_name = 1 := by"))

    def test_threads_may_share_it(self, library: Prover) -> None:
        names = [f"r{number}" for number in range(6)]
        with ThreadPoolExecutor(3) as threads:
            rows = list(threads.map(lambda name: library.prove(EASY.replace("easy", name)), names))
        assert [(row.problem, row.status) for row in rows] == [(name, "proved") for name in names]
        assert len({row.cost.lean_calls for row in rows}) == 1


class TestVerifying:
    def test_a_verdict_is_a_value(self, library: Prover) -> None:
        assert isinstance(library.verify(EASY, "exact h.symm"), VerifiedProof)
        refused = library.verify(EASY, "sorry")
        assert isinstance(refused, Rejection) and refused.message


class TestGoals:
    def test_after_some_tactics(self, library: Prover) -> None:
        both = "theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q := by"
        state = library.goals(both, ["constructor"])
        assert [goal.target for goal in state.goals] == ["p", "q"]
        assert state.goals[0].hypotheses[0].names == ("p", "q")
        assert library.goals(both).goals[0].target == "p ∧ q"
        assert library.goals(both, "constructor\n· exact hp\n· exact hq").goals == ()
        with pytest.raises(InputError, match=r"tactic 2, 'exact hq', fails: "):
            library.goals(both, ["constructor", "exact hq"])
        with pytest.raises(InputError, match="nothing is left to prove before tactic 2"):
            library.goals(both, ["exact ⟨hp, hq⟩", "simp"])


class TestPoliciesAndStrategies:
    def test_are_functions(self, lean: Installation) -> None:
        def mine(goal: Goal) -> list[str]:
            return ["omega"] if "ℕ" in goal.text else ["trivial"]

        def shallow(run: SearchContext[object], options: Options, seed: int) -> None:
            for suggestion in run.expand(0).proposals or ():
                run.step(0, suggestion)

        with Prover(policy=mine, strategy=shallow, cache=False) as own:
            attempt = own.prove(EASY)
        assert (attempt.status, attempt.policy, attempt.strategy) == ("proved", "mine", "shallow")
        assert attempt.cost.lean_calls == 1

    def test_a_function_that_fails_is_one_sentence(self, lean: Installation) -> None:
        with (
            Prover(policy=lambda goal: 1 // 0, cache=False) as own,
            pytest.raises(PolicyError, match=r"fails \(ZeroDivisionError: .*: mend its function"),
        ):
            own.prove(EASY)


class TestBadInput:
    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"policy": "gpt"}, "--policy: there is no policy 'gpt'"),
            ({"strategy": "astar"}, "--strategy: there is no strategy 'astar'"),
            ({"lean": "coq"}, "--lean: there is no Lean backend 'coq'"),
            ({"budget": "calls=3"}, "--budget: there is no unit 'calls'"),
            ({"workers": 0}, "--workers"),
        ],
    )
    def test_settings(self, given: dict[str, object], said: str) -> None:
        with pytest.raises(UsageError) as error:
            Prover(**given)  # type: ignore[arg-type]  # that is the point
        assert said in str(error.value)

    @pytest.mark.parametrize("statement", ["", "theorem t : x1y = 1 := by", "nowhere/valid", "theorem t : 1"])
    def test_statements(self, library: Prover, statement: str) -> None:
        with pytest.raises(ProverError):
            library.prove(statement)
        assert library.prove(EASY).status == "proved"

    def test_a_closed_prover_says_so(self) -> None:
        closed = Prover()
        closed.close()
        with pytest.raises(UsageError, match="closed: make another one"):
            closed.prove(EASY)


class TestCancelling:
    def test_a_search_in_progress(self, library: Prover) -> None:
        token = CancelToken()

        def listen(event: Event) -> None:
            if isinstance(event, Stepped) and event.number == 3:
                token.cancel()

        attempt = library.prove(HARD, cancel=token, on_event=listen)
        assert (attempt.status, attempt.stop, attempt.cost.steps) == ("unproved", Stop.CANCELLED, 3)

    def test_before_it_begins(self, library: Prover) -> None:
        token = CancelToken()
        token.cancel()
        assert library.prove(HARD, cancel=token).stop is Stop.CANCELLED

    @pytest.mark.cold
    def test_a_long_step_ends_with_its_process_and_the_next_search_has_another(self, lean: Installation) -> None:
        begun = threading.Event()

        def slow(goal: Goal) -> list[str]:
            begun.set()
            return [SLOW]

        with Prover(policy=slow, cache=False, heartbeats=2_000_000, step_seconds=600) as own:
            before = own.goals(EASY)
            token, rows = CancelToken(), list[Attempt]()
            thread = threading.Thread(target=lambda: rows.append(own.prove(EASY, cancel=token)))
            thread.start()
            assert begun.wait(60)
            time.sleep(0.5)
            assert not rows, "the step has to be long"
            token.cancel()
            thread.join(60)
            assert rows, "a step in progress has to end with its process"
            assert rows[0].stop is Stop.CANCELLED
            assert own.goals(EASY) == before

    def test_a_policy_is_not_waited_for(self, lean: Installation) -> None:
        token, released = CancelToken(), threading.Event()

        def stuck(goal: Goal) -> list[str]:
            token.cancel()
            released.wait(60)
            return []

        with Prover(policy=stuck, cache=False) as own:
            attempt = own.prove(EASY, cancel=token)
            assert attempt.stop is Stop.CANCELLED and not released.is_set()
            released.set()


@pytest.mark.cold
class TestProcesses:
    def test_lean_starts_when_it_is_needed_and_ends_with_the_block(self, lean: Installation) -> None:
        before = children()
        with Prover(cache=False) as own:
            assert children() == before
            own.goals(EASY)
            assert children() - before
        assert children() == before
        with pytest.raises(ZeroDivisionError), Prover(cache=False) as own:
            own.goals(EASY)
            raise ZeroDivisionError
        assert children() == before

    def test_after_ctrl_c_nothing_runs_and_the_prover_can_be_used_again(self, lean: Installation) -> None:
        code = f"""
import os, signal, threading, psutil
from prover import Prover
signal.signal(signal.SIGINT, signal.default_int_handler)  # where tests run in the background, it is ignored
with Prover(policy=lambda goal: [{SLOW!r}], cache=False, heartbeats=2_000_000, step_seconds=600) as own:
    own.goals({EASY!r})
    threading.Timer(3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    try:
        own.prove({EASY!r})
    except KeyboardInterrupt:
        print("interrupted")
    print([goal.target for goal in own.goals({EASY!r}).goals])
print(len(psutil.Process().children(recursive=True)))
"""
        done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, timeout=300)
        assert done.stdout.splitlines() == ["interrupted", "['b = a']", "0"], done.stderr
