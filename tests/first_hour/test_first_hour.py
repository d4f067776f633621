"""The first hour of a new user, on a pseudo-terminal: `prove` says what it does, stops softly and explains itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from prover.lean.embedded.install import Installation
from tests.first_hour.terminal import Terminal

pytestmark = pytest.mark.slow  # whole runs on real Lean: minutes

HARD = "theorem fermat (a b c : ℤ) (h : a ^ 3 + b ^ 3 = c ^ 3) (k : a * b * c ≠ 0) : False := by"


def test_prove_is_alive_and_stops_softly(lean: Installation, tmp_path: Path) -> None:
    tree = tmp_path / "t.html"
    shown = Terminal(["prove", HARD, "--tree", str(tree), "--no-cache"])
    assert shown.until(lambda text: "proving fermat, at most 300 s" in text, 120), shown.text
    assert shown.until(lambda text: "open goal" in text and "⊢" in text and "←" in text and "call" in text, 400), (
        shown.text
    )
    assert shown.until(lambda text: "3 calls" in text or "4 calls" in text or "5 calls" in text, 400), shown.text
    shown.interrupt()
    assert shown.wait(60) == 130, shown.text
    assert tree.exists() and "<html" in tree.read_text(encoding="utf-8")
    assert "stopped by Ctrl-C" in shown.text and "tried" in shown.text
    assert "Traceback" not in shown.text


def test_a_second_interrupt_leaves_at_once(lean: Installation) -> None:
    shown = Terminal(["prove", HARD, "--no-cache"])
    assert shown.until(lambda text: "open goal" in text, 400), shown.text
    shown.interrupt()
    shown.interrupt()
    assert shown.wait(60) == 130
    assert "Traceback" not in shown.text


@pytest.mark.slow
def test_a_limit_of_time_is_said_and_the_failure_explained(lean: Installation, tmp_path: Path) -> None:
    shown = Terminal(["prove", HARD, "--timeout", "20", "--no-cache"])
    assert shown.wait(500) == 1, shown.text
    assert "at most 20 s" in shown.text and "raise --timeout" in shown.text
    assert "tried" in shown.text and "--tree FILE.html" in shown.text
