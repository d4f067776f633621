"""`prover fill` end to end on real Lean."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from prover.cli import run
from prover.lean.embedded.install import Installation

Capture = pytest.CaptureFixture[str]

FILE = """import Mathlib
-- sorry is a word here
namespace Mine

def twice (n : ℕ) : ℕ := n + n

lemma twice_eq (n : ℕ) : twice n = n + n := by sorry

theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ (q ∧ twice 1 = 2) := by
  constructor
  · sorry
  · have h : q ∧ p := by sorry
    exact ⟨h.1, sorry⟩

theorem falsum (n : ℕ) (h : n = 1) : n + 1 = 3 := by
  have : n + 1 = 2 := by sorry
  sorry

def three : ℕ := sorry

end Mine
"""


def test_fills_what_it_can_and_says_what_remains(lean: Installation, capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "mine.lean"
    file.write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    code = run(["fill", str(file), "--budget", "lean_calls=12", "--heartbeats", "1000", "--no-cache", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert code == 1, document
    assert document["status"] == "open"
    assert [(hole["name"], hole["line"]) for hole in document["filled"]] == [
        ("twice_eq", 7), ("both", 11), ("both", 12), ("both", 13), ("falsum", 16),
    ]  # fmt: skip
    assert [theorem["name"] for theorem in document["accepted"]] == ["twice_eq", "both"]
    assert [(hole["name"], hole["reason"].split(":")[0]) for hole in document["remaining"]] == [
        ("falsum", "the statement is false"), ("def three", "this reads theorems, lemmas and examples that have a `"),
    ]  # fmt: skip
    written = file.read_bytes()
    assert written.startswith(b"\xef\xbb\xbfimport Mathlib\r\n-- sorry is a word here\r\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]
    text = written.decode("utf-8-sig").replace("\r\n", "\n")
    remains = {hole["line"] for hole in document["remaining"]}
    assert {number for number, line in enumerate(text.split("\n"), 1) if line.endswith("sorry")} == remains
    # Every stretch between two holes is as it was.
    place = 0
    for piece in FILE.replace("-- sorry", "-- Sorry").split("sorry"):
        place = text.replace("-- sorry", "-- Sorry").index(piece, place) + len(piece)
    # What is left is found again, and a second run changes nothing.
    assert run(["fill", str(file), "--name", "three"]) == 2
    assert run(["fill", str(file), "--name", "falsum", "--budget", "lean_calls=1", "--heartbeats", "1000"]) == 1
    assert file.read_bytes() == written


def test_a_filled_file_checks(lean: Installation, capsys: Capture, tmp_path: Path) -> None:
    file, out = tmp_path / "sketch.lean", tmp_path / "filled.lean"
    sketch = """theorem t (a b : ℕ) (h : a = b + 2) : a ≠ b ∧ (∃ c, a = b + c) := by
  have k : b < a := by sorry
  refine ⟨?_, ?_⟩
  · sorry
  · cases a with
    | zero => sorry
    | succ n => exact ⟨2, sorry⟩
"""
    file.write_text(sketch, encoding="utf-8")
    code = run(["fill", str(file), "--out", str(out)])
    assert code == 0, capsys.readouterr()
    assert file.read_text(encoding="utf-8") == sketch
    assert "sorry" not in out.read_text(encoding="utf-8")
    assert run(["verify", sketch.split("\n")[0], str(out)]) == 0, capsys.readouterr()
    assert run(["fill", str(out)]) == 0
    assert "has no `sorry`" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (None, "missing.lean", "there is no file"),
        (b"theorem t : 1 = 1 := by sorry", "t.txt", "no .lean file"),
        (b"\xff\xfe", "t.lean", "not a text file"),
        (b"theorem a : 1 = 1 := by sorry\r\n-- x\n", "t.lean", "mixes line ends"),
    ],
)
def test_bad_input(content: bytes | None, name: str, says: str, capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    assert run(["fill", str(file)]) == 2
    assert says in capsys.readouterr().err
    if content is not None:
        assert file.read_bytes() == content


def test_a_file_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    from prover.commands.fill import _Target
    from prover.errors import InputError

    file = tmp_path / "t.lean"
    file.write_text("theorem t : 1 = 1 := by sorry\n")
    target = _Target(file, None)
    file.write_text("-- new\n")
    with pytest.raises(InputError, match="was changed meanwhile"):
        target.write("theorem t : 1 = 1 := by rfl\n")
    assert (file.read_text(), os.listdir(tmp_path)) == ("-- new\n", ["t.lean"])


def filled(file: Path, text: str, capsys: Capture) -> dict[str, list[dict[str, object]]]:
    """Return what `prover fill --json` says of a text."""
    file.write_text(text, encoding="utf-8")
    run(["fill", str(file), "--budget", "lean_calls=4", "--heartbeats", "1000", "--json"])
    document: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return document


def test_an_error_above_a_hole_is_told_as_lean_tells_it(lean: Installation, capsys: Capture, tmp_path: Path) -> None:
    text = """theorem t : 1 = 1 := by
  have g : undefinedName = 1 := by decide
  sorry

theorem u (p : Prop) (hp : p) : p ∧ p := by
  constructor
  · skip
  · sorry

theorem v (n : ℕ) : n + 0 = n := by
  exact helper n
where
  helper (n : ℕ) : n + 0 = n := by sorry
"""
    remaining = filled(tmp_path / "t.lean", text, capsys)["remaining"]
    reasons = {str(hole["name"]): str(hole["reason"]) for hole in remaining}
    assert "undefinedName" in reasons["t"] and "expected" not in reasons["t"]
    assert "unsolved goals" in reasons["u"]
    assert "`where`" in reasons["v"]


def test_a_definition_that_does_not_elaborate_is_told_once(lean: Installation, capsys: Capture, tmp_path: Path) -> None:
    text = """open Nat

def good : ℕ := 2

/-- no such function -/
def bad (n : ℕ) : ℕ :=
  missing n

theorem fine : good = 2 := by
  sorry

theorem uses : bad 1 = 2 := by sorry

theorem typed (f : ℕ → ℕ) (h : ∀ n : ℕ, f n = n) : f 1 = 1 ∧ f 2 = 2 := by
  constructor
  · sorry
  · sorry
"""
    document = filled(tmp_path / "t.lean", text, capsys)
    (fault,) = document["faults"]
    assert fault["line"] == 7 and "missing" in str(fault["reason"])
    assert [hole["name"] for hole in document["filled"]] == ["fine", "typed", "typed"]
    (left,) = document["remaining"]
    assert "bad" in str(left["reason"]) and "line 7 above" in str(left["reason"])
    assert left["line"] == 12
