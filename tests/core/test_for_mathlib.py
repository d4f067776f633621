"""A proof found in `core` as a file for Mathlib: names are replaced, and what Mathlib lacks is refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover.cli import run
from prover.errors import InputError
from prover.lean.core.catalogue import catalogue
from prover.lean.core.for_mathlib import OURS, RENAMED, for_mathlib, lacking_in_mathlib, remarks
from prover.lean.core.notices import written

Capture = pytest.CaptureFixture[str]
CORE = """import Core

-- For proofsmith's `core` prelude.

-- accepted by Lean
section
open Core

theorem t (x : ℝ) (hx : 0 < x) : 1 / x ≤ 1 ↔ 1 ≤ x := by
  PROOF

end
"""


def file(folder: Path, proof: str) -> Path:
    path = folder / "proof.lean"
    path.write_text(CORE.replace("PROOF", proof), encoding="utf-8")
    return path


def test_names_that_are_said_to_be_ours_are_of_the_prelude() -> None:
    names = {entry.name for entry in catalogue()}
    assert set(RENAMED) <= names and not OURS & set(RENAMED)
    assert names >= OURS


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        ("rw [div_le_iff hx]", "rw [div_le_iff₀ hx]"),
        ("exact Core.div_le_iff hx", "exact div_le_iff₀ hx"),
        ("rw [div_le_iff₀ hx]", "rw [div_le_iff₀ hx]"),
        ("exact my_div_le_iff.abs_add", "exact my_div_le_iff.abs_add"),
        ("nlinarith [abs_add x y] -- abs_add", "nlinarith [abs_add_le x y] -- abs_add"),
        ("exact div_pos hx (Certificate.numeral_pos 3)", "exact div_pos hx (by norm_num)"),
        ("exact Core.Real.sqrt_nonneg _", "exact Real.sqrt_nonneg _"),
    ],
)
def test_names_are_replaced(proof: str, expected: str) -> None:
    assert for_mathlib(proof, "t") == expected


@pytest.mark.parametrize("name", ["Certificate.refute", "Core.Certificate.ring", "Rat.max_def", "isLeast_iff"])
def test_what_mathlib_lacks_is_named(name: str) -> None:
    with pytest.raises(InputError, match=f"`{name.removeprefix('Core.')}`, which Mathlib lacks"):
        for_mathlib(f"exact {name} h", "t")
    assert lacking_in_mathlib(f"exact foo -- {name}") == ()


def test_says_what_is_not_known() -> None:
    assert remarks("norm_num\ngrind") == [
        "norm_num: only imitated in `core`; Mathlib's own does this here",
        "grind: depends on which lemmas are known, and Mathlib knows others than `core`",
    ]
    assert remarks("linarith") == []


def test_the_command_writes_one_file(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "ForMathlib.lean"
    assert run(["export", str(file(tmp_path, "rw [div_le_iff hx]\n  norm_num")), "--out", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    assert text.startswith("import Mathlib\n") and "div_le_iff₀ hx" in text and "import Core" not in text
    assert "not compiled there" in text and "was not compiled" in capsys.readouterr().out


def test_the_command_refuses_what_mathlib_lacks(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "ForMathlib.lean"
    assert run(["export", str(file(tmp_path, "exact Certificate.refute a b")), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert "`Certificate.refute`, which Mathlib lacks" in said and said.count("\n") == 1 and not out.exists()


def test_the_command_as_json(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "ForMathlib.lean"
    assert run(["export", str(file(tmp_path, "linarith")), "--out", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["theorems"] == ["t"] and found["compiled"] is False and found["remarks"] == []


def test_a_written_file_says_its_world() -> None:
    assert "not for Mathlib" in written("t.lean", "core") and "--out ForMathlib.lean" in written("t.lean", "core")
    assert written("t.lean", "mathlib") == "t.lean is for the context mathlib"
