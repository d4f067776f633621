"""The helper that looks for counterexamples: the same answers as in this process, whatever happens to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from prover.helpers import Helpers
from prover.lean.goals import parse_goal
from prover.refute import outside
from prover.refute.search import Found, simplest_found
from prover.refute.syntax import Unread
from prover.refute.witnesses import read_witness, simplest

ROOT = Path(__file__).parents[2]
FALSE = (
    "n : ℕ\n⊢ n ^ 3 ≥ 2 * n ^ 2",
    "x : ℚ\nh : 0 < x\n⊢ x ≤ x ^ 2",
    "x y : ℝ\nh : x + y = 2026\n⊢ x * y ≤ 1000",
    "f : ℤ → ℤ\nh : ∀ (x : ℤ), f (x + 2) = f x\n⊢ f 0 = f 1",
    "x : ℝ\nh : x ^ 2 = 2\n⊢ x = 7 / 5",
    "z : ℂ\n⊢ z * z = z",
    "p q : Prop\nh : p → q\n⊢ q → p",
    "a : ZMod 6\nh : a * a = a\n⊢ a = 0 ∨ a = 1",
    "s : Finset ℕ\nh : s.card = 2\nh₂ : 0 ∈ s\n⊢ 1 ∈ s",
    "α : Type\nx y : α\n⊢ x = y",
)
TRUE = "a b : ℕ\n⊢ a - b ≤ a"
LONG = "a b c d : ℕ\nh : a ^ 3 + b ^ 3 + c ^ 3 = d ^ 3 + 4\n⊢ a + b + c + d = a"
"""No sum of three cubes is 4 more than a cube below what is tried here, so every evaluation is spent."""


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[Helpers]:
    """A helper of this test, which has been asked before."""
    made = outside._Outside(used=True)
    monkeypatch.setattr(outside, "_OUTSIDE", made)
    yield made.helpers
    made.helpers.close()
    made.short.close()


def shown(found: list[Found]) -> list[list[tuple[str, str, object]]]:
    return [
        [
            (value.name, witness.text, "a function" if callable(witness.value) else witness.value)
            for value, witness in one
        ]
        for one in (candidate.chosen for candidate in found)
    ]


def test_a_helper_finds_what_this_process_finds(own: Helpers) -> None:
    for text in FALSE:
        asked, found = outside.find(parse_goal(text), 3_000, 40, 6)
        assert found and shown(found) == shown(simplest_found(asked, 3_000, 40, 6))
    assert outside.find(parse_goal(TRUE), 3_000, 40, 6)[1] == []
    with pytest.raises(Unread):
        outside.find(parse_goal("a : ℕ\n⊢ a ⊗ a"), 3_000, 40, 6)
    assert len(own._idle) == 1 and own._busy == set(), "one process answered all of it"


def test_the_first_short_search_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    made = outside._Outside()
    monkeypatch.setattr(outside, "_OUTSIDE", made)
    assert outside.find(parse_goal(FALSE[0]), outside.SHORT, 20, 2)[1]
    assert made.short._idle == []
    assert outside.find(parse_goal(FALSE[0]), outside.SHORT, 20, 2)[1]
    assert len(made.short._idle) == 1
    made.short.close()


def test_a_short_search_does_not_wait_for_long_ones(own: Helpers) -> None:
    found: list[Found] = []
    with ExitStack() as busy:
        for _ in range(outside._most()):
            busy.enter_context(own._free)
        short = threading.Thread(target=lambda: found.extend(outside.find(parse_goal(FALSE[0]), 2_000, 20, 2)[1]))
        short.start()
        short.join(60)
        assert found
    short.join()


def test_a_kill_of_the_helper_changes_nothing(own: Helpers) -> None:
    own.start()
    killer = threading.Thread(target=_kill_at_work, args=(own,))
    killer.start()
    asked, found = outside.find(parse_goal(LONG), 60_000, 200, 5)
    killer.join()
    assert shown(found) == shown(simplest_found(asked, 60_000, 200, 5))


def _kill_at_work(own: Helpers) -> None:
    while not own._busy:
        time.sleep(0.001)
    (process,) = own._busy
    os.kill(process.pid, signal.SIGKILL)


def test_a_helper_that_dies_twice_has_found_nothing(own: Helpers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "_command", lambda: [sys.executable, "-c", "input()"])
    assert outside.find(parse_goal(FALSE[0]), 3_000, 40, 6)[1] == []
    monkeypatch.undo()
    monkeypatch.setattr(outside, "_OUTSIDE", outside._Outside(helpers=own, used=True))
    assert outside.find(parse_goal(FALSE[0]), 3_000, 40, 6)[1]


def test_a_helper_ends_with_its_driver_in_the_middle_of_its_work() -> None:
    script = (
        "import sys; from prover.refute import outside; from prover.lean.goals import parse_goal;"
        "h = outside._OUTSIDE; h.used = True; h.helpers.start(); print(h.helpers._idle[0].pid, flush=True);"
        f"outside.find(parse_goal({LONG!r}), 50_000_000, 200, 5)"
    )
    driver = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE)
    assert driver.stdout is not None
    helper = psutil.Process(int(driver.stdout.readline()))
    before = helper.cpu_times().user
    while helper.cpu_times().user < before + 0.3:  # its imports are over, or soon are
        time.sleep(0.02)
    driver.kill()
    driver.wait()
    driver.stdout.close()
    helper.wait(timeout=60)


def test_a_witness_is_read_back() -> None:
    for text in FALSE:
        for value in outside.read_claim(parse_goal(text)).values:
            if value.kind.head != "Type":
                for witness in simplest(value.kind, 80):
                    again = read_witness(value.kind, witness.text)
                    assert again.text == witness.text
                    assert callable(again.value) or (again.value == witness.value)
