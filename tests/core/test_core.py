"""The list of what `core` holds, and how it is kept apart from Mathlib."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover.cli import run
from prover.lean.core.absent import absent_tactics, explained, of_mathlib
from prover.lean.core.catalogue import REAL_TACTICS, catalogue, imitated_tactics, look_up, tactics
from prover.lean.core.notices import asks_for_mathlib, dropped_header
from prover.lean.core.page import core_page
from prover.lean.embedded.install import Installation
from prover.lean.imitated import unsupported
from prover.types import LeanInfo, Problem, Rejection, RejectReason

Capture = pytest.CaptureFixture[str]
PAGE = Path(__file__).parents[2] / "docs" / "core.md"
LEAN = LeanInfo(version="4", backend="embedded", context="core", context_sha256="0")


def test_the_page_is_that_of_the_prelude() -> None:
    assert PAGE.read_text(encoding="utf-8") == core_page(), "write it again: prover core --page docs/core.md"


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("Real.sqrt", "function"),
        ("Nat.Prime", "function"),
        ("Finset", "type"),
        ("Real.add_one_le_exp", "lemma"),
        ("Nat.Prime.two_le", "lemma"),
        ("nlinarith", "tactic"),
        ("ℂ", "notation"),
        ("Even", "function"),
    ],
)
def test_knows_what_is_there(name: str, sort: str) -> None:
    assert (name, sort) in {(entry.name, entry.sort) for entry in catalogue()}


def test_the_imitated_tactics_are_those_of_the_prelude_that_are_not_real() -> None:
    assert imitated_tactics() == {
        "ring_nf", "positivity", "norm_num", "push_neg", "contrapose!", "split_ifs", "use", "tauto", "aesop",
        "field_simp",
    }  # fmt: skip
    assert {"ring", "linear_combination", "linarith", "nlinarith", "interval_cases"} <= REAL_TACTICS <= tactics()
    assert not {"contrapose", "exacts", "field_simp"} & set(absent_tactics()) and "gcongr" in absent_tactics()
    assert "What differs from Mathlib's `nlinarith`" in core_page()


def test_every_entry_stands_where_it_says() -> None:
    from prover.paths import lean_sources

    for entry in catalogue():
        line = (lean_sources() / entry.file).read_text(encoding="utf-8").split("\n")[entry.line - 1]
        assert entry.name.rpartition(".")[2].split(" … ")[0] in line, entry


def test_finds_a_word() -> None:
    assert look_up("sqrt")[0].name in ("Real.sqrt", "Nat.sqrt", "NNReal.sqrt")
    assert look_up("⌊")[0].sort == "notation"
    assert look_up("nothing_like_this") == []


def test_says_whose_a_name_is() -> None:
    assert of_mathlib("Group") == "abstract algebra"
    assert of_mathlib("Filter.Tendsto") == "topology and limits"
    assert of_mathlib("Finset") is None and of_mathlib("Real.sqrt") is None and of_mathlib("frobnicate") is None
    assert "`Group` is Mathlib's; `core` has no abstract algebra" in explained("Unknown identifier `Group`")
    assert explained("Unknown identifier `frobnicate`") == "Unknown identifier `frobnicate`"


def test_the_command(capsys: Capture) -> None:
    assert run(["core", "Real.sqrt"]) == 0
    assert "Real.sqrt" in capsys.readouterr().out
    assert run(["core", "Group"]) == 1
    assert "`Group` is Mathlib's; core has no abstract algebra" in capsys.readouterr().out
    assert run(["core", "Nat.Prime", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["found"][0]["here"] == "Core.Nat.Prime"
    assert run(["core"]) == 0
    assert "tactics: " in capsys.readouterr().out


def test_a_header_for_mathlib_is_said() -> None:
    problem = Problem(name="t", statement="theorem t : 1 = 1 := by", header="import Mathlib\nopen Nat")
    assert "not Mathlib" in (dropped_header([problem]) or "")
    assert dropped_header([problem.model_copy(update={"header": "open Nat"})]) is None
    assert dropped_header([problem.model_copy(update={"context": "mathlib"})]) is None
    assert asks_for_mathlib("import Mathlib.Tactic\n") and not asks_for_mathlib("-- import Mathlib")


def rejected(proof: str, reason: RejectReason, message: str, context: str = "core") -> RejectReason:
    problem = Problem(name="t", statement="theorem t (x : ℝ)\n    (h : 0 < x) : x < 1 := by", context=context)
    rejection = Rejection(problem="t", statement_sha256="0", reason=reason, message=message, lean=LEAN)
    return unsupported(problem, proof, rejection).reason


@pytest.mark.parametrize(
    ("proof", "reason", "message", "expected"),
    [
        ("have := h\npositivity", "elaboration", "line 4 of statement and proof: no", "unsupported"),
        ("have := h\npositivity", "elaboration", "line 3 of statement and proof: no", "elaboration"),
        ("nlinarith [h]", "elaboration", "nlinarith found no certificate", "unsupported"),
        ("nlinarith [h", "elaboration", "line 3 of statement and proof: no", "elaboration"),
        ("linarith", "elaboration", "linarith found no certificate", "elaboration"),
        ("ring", "elaboration", "ring proves equations only", "elaboration"),
        ("ring", "elaboration", "a polynomial of too many terms", "unsupported"),
        ("linear_combination h", "elaboration", "linear_combination: ring does not prove what remains", "elaboration"),
        ("exact h", "elaboration", "line 3 of statement and proof: no", "elaboration"),
        ("norm_num at h\nexact h", "incomplete", "line 2 of statement and proof: unsolved goals", "unsupported"),
        ("simp", "incomplete", "line 2 of statement and proof: unsolved goals", "incomplete"),
        ("gcongr", "syntax", "the proof does not parse (line 3 of statement and proof): x", "unsupported"),
        ("exact (h", "syntax", "the proof does not parse (line 3 of statement and proof): x", "syntax"),
        ("nlinarith", "changed", "line 3 of statement and proof: no", "changed"),
    ],
)
def test_a_failing_imitation_is_told_apart(proof: str, reason: str, message: str, expected: str) -> None:
    assert rejected(proof, RejectReason(reason), message) == expected


def test_in_mathlib_nothing_is_an_imitation() -> None:
    said = "line 3 of statement and proof: no"
    assert rejected("nlinarith", RejectReason.ELABORATION, said, "mathlib") is RejectReason.ELABORATION


def test_on_real_lean(lean: Installation, capsys: Capture, tmp_path: Path) -> None:
    rows = [
        {"id": "imitated", "statement": "theorem t (x : ℝ) : x < x + 0 := by", "proof": "nlinarith [sq_nonneg x]"},
        {"id": "wrong", "statement": "theorem t (x : ℕ) : x < x + 0 := by", "proof": "omega"},
        {"id": "real", "statement": "theorem t (x : ℝ) : x < x + 0 := by", "proof": "have := x\nlinarith"},
        {"id": "ring", "statement": "theorem t (x : ℝ) : x * x = x := by", "proof": "ring"},
        {"id": "absent", "statement": "theorem t (x : ℝ) (h : x = 1) : x < 2 := by", "proof": "field_simp\nlinarith"},
        {"id": "group", "statement": "theorem t (G : Type) [Group G] : 1 = 1 := by", "proof": "rfl"},
    ]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    assert run(["verify", "--batch", str(batch)]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [(row["verdict"], row["reason"].partition(":")[0]) for row in said]
    assert kinds[0] == ("rejected", "unsupported") and kinds[4] == ("rejected", "unsupported"), said
    assert kinds[1:4] == [("rejected", "elaboration")] * 3, said
    assert said[5]["verdict"] == "error" and "core` has no abstract algebra" in said[5]["reason"], said
