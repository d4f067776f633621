"""Reading problems: statements, files, datasets, and one sentence for whatever cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover.errors import InputError
from prover.fill.holes import incomplete
from prover.problems.formats import read_path, read_statement
from prover.problems.target import find_dataset, read_target
from prover.types import Problem

LINEAR = "theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by"


def test_statement() -> None:
    (problem,) = read_target(LINEAR)
    assert (problem.name, problem.statement, problem.header, problem.context) == ("t", LINEAR, "", "core")


@pytest.mark.parametrize("end", [" sorry", "\n  sorry", "\n  -- to do\n  sorry\n", "\n  admit", "\n", ""])
def test_what_follows_the_statement_is_left_out(end: str) -> None:
    assert read_statement(LINEAR + end)[0].statement == LINEAR


def test_a_term_that_is_missing_is_a_proof_that_is_missing() -> None:
    assert read_statement("theorem t : 1 = 1 := sorry")[0].statement == "theorem t : 1 = 1 := by"


@pytest.mark.parametrize("before", ["@[simp] ", "private ", "@[simp]\nprotected ", "/-- Doc. -/ ", "nonrec "])
def test_modifiers_are_left_out(before: str) -> None:
    assert read_statement(before + LINEAR)[0].statement == LINEAR


def test_lemma_is_a_theorem() -> None:
    assert read_statement(LINEAR.replace("theorem", "lemma"))[0].statement == LINEAR


def test_doc_comment_is_what_is_meant() -> None:
    (problem,) = read_statement(f"/-- The sum\nis ten. -/\n@[simp]\n{LINEAR}")
    assert problem.informal == "The sum\nis ten."
    assert problem.header == ""


def test_header_and_scopes() -> None:
    (problem,) = read_statement(
        f"import Mathlib\n\nopen Nat\n-- a comment\nopen Real in\nset_option autoImplicit false in\n{LINEAR}"
    )
    assert problem.header == "import Mathlib\nopen Nat\nopen Real \nset_option autoImplicit false"
    (problem,) = read_statement(f"open Nat in {LINEAR}")
    assert (problem.header, problem.statement) == ("open Nat", LINEAR)


def test_statement_with_definitions_in_brackets_and_lets() -> None:
    tricky = (
        'theorem t (h : p := by simp) (s : String := ":= by") : let x := 5; have := x; x = 5 ∧ s = "theorem u" := by'
    )
    assert read_statement(f"{tricky}\n  trivial")[0].statement == tricky


def test_characters_strings_and_comments_are_not_code() -> None:
    comments = "-- theorem a : True := by\n/- theorem b : /- nested -/ True := by -/\n"
    text = f'{comments}def c := \'"\'\ndef d := "theorem e : True := by"\n{LINEAR}'
    assert [problem.name for problem in read_statement(text)] == ["t"]


def test_lines_end_as_they_like() -> None:
    assert read_statement(LINEAR.replace(" : a", "\r\n : a"))[0].statement == LINEAR.replace(" : a", "\n : a")


@pytest.mark.parametrize("name", ["foo.bar", "«a b»", "«a b».c", "t'", "ℕ_add", "t₁"])
def test_names(name: str) -> None:
    assert read_statement(f"theorem {name}.{{u}} (α : Type u) : α = α := by")[0].name == name
    assert read_statement(f"theorem {name} : 1 = 1 := by")[0].name == name


def test_file_with_several(tmp_path: Path) -> None:
    path = tmp_path / "problems.lean"
    path.write_text(
        "import Mathlib\n\ndef magic := 3\n\nlemma helper : magic = 3 := by\n  rfl\n\n"
        "theorem a : magic = 3 := by\n  sorry\n\nopen Nat\n\ntheorem b : magic + 1 = 4 := by\n  sorry\n"
    )
    first, second = read_target(str(path))
    assert (first.name, second.name) == ("a", "b")
    assert first.header == "import Mathlib\ndef magic := 3\ntheorem helper : magic = 3 := by\n  rfl"
    assert second.header == first.header + "\nopen Nat"
    assert first.source == str(path)
    assert read_target(str(path), "b") == [second]


def test_file_of_finished_proofs_states_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "done.lean"
    path.write_text("theorem a : 1 = 1 := by\n  rfl\n\ntheorem b : 2 = 2 := by\n  rfl\n")
    assert [problem.name for problem in read_path(path)] == ["a", "b"]


def test_rows(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    rows = [
        {
            "name": "a",
            "formal_statement": LINEAR,
            "split": "valid",
            "header": "open Nat",
            "informal_statement": "…",
            "x": 1,
        },
        {
            "name": "b",
            "formal_statement": "open Real\n" + LINEAR.replace(" t ", " b "),
            "context": "init",
            "source": "here",
        },
    ]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    first, second = read_target(str(path))
    assert (first.name, first.statement, first.header, first.split, first.informal) == (
        "a",
        LINEAR,
        "open Nat",
        "valid",
        "…",
    )
    assert (second.header, second.context, second.source) == ("open Real", "init", "here")
    assert read_target(str(path), "b", context="mathlib")[0].context == "init"


def test_examples_are_theorems_without_a_name(tmp_path: Path) -> None:
    path = tmp_path / "examples.lean"
    path.write_text(
        "def two := 2\nexample : two = 2 := rfl\n@[simp] theorem used : two = 2 := by rfl\n"
        "example (n : ℕ) (h : n = two) : n = 2 := by\n  sorry\nexample : 1 = 1 := by simp\n"
        "example : two = 1 + 1 := by\n"
    )
    second, fourth = read_target(str(path))
    assert (second.name, second.statement) == ("example_2", "theorem example_2 (n : ℕ) (h : n = two) : n = 2 := by")
    assert second.header.split("\n") == ["def two := 2", "theorem used : two = 2 := by rfl"]
    assert (fourth.name, fourth.statement) == ("example_4", "theorem example_4 : two = 1 + 1 := by")
    assert [hole.name for hole in incomplete(path.read_text())] == ["example_2"]


def test_every_command_reads_a_row_in_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    rows = [
        {
            "name": "a",
            "formal_statement": "theorem a : 1 = answer(1) := by",
            "formal_statement_plain": "theorem a : 1 = (1) := by",
            "informal_prefix": "/-- One is one. -/",
            "tags": ["algebra", "easy"],
        },
        {"name": "b", "formal_statement": "theorem b : 2 = 2 := by", "context": "core"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    for context in ("core", "mathlib"):
        plain, explicit = problems = read_target(str(path), context=context)
        assert problems == list(find_dataset(str(path), context=context).problems)
        assert (plain.statement, plain.informal) == ("theorem a : 1 = (1) := by", "One is one.")
        assert (plain.tags, plain.context) == (("algebra", "easy"), context)
        assert explicit.context == "core", "a context that a row names goes before the one that was asked for"


def test_a_folder_is_read_as_a_dataset_is(tmp_path: Path) -> None:
    (tmp_path / "a.lean").write_text("theorem a : 1 = 1 := sorry")
    assert read_target(str(tmp_path)) == list(find_dataset(str(tmp_path)).problems)
    with pytest.raises(InputError, match=r"no \.lean file in"):
        (tmp_path / "empty").mkdir()
        read_target(str(tmp_path / "empty"))


@pytest.mark.parametrize(
    ("name", "kind", "module"),
    [("core", "core", ""), ("library:Init.Data.Nat.Dvd", "library", "Init.Data.Nat.Dvd"), ("library", "library", "")],
)
def test_the_name_of_a_context_is_taken_apart(name: str, kind: str, module: str) -> None:
    where = Problem(name="p", statement=LINEAR, context=name).where
    assert (where.kind, where.module, str(where)) == (kind, module, name)


def test_dataset_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mini").mkdir()
    (tmp_path / "mini" / "valid.jsonl").write_text(json.dumps({"name": "a", "formal_statement": LINEAR}))
    monkeypatch.setenv("PROOFSMITH_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path / "mini")
    assert read_target("mini/valid", "a")[0].statement == LINEAR


def test_megabyte() -> None:
    statement = f"theorem t : {'1 + ' * 300_000}1 = 1 := by"
    assert read_statement(statement)[0].statement == statement


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("theorem t : 1 = 1 := rfl", "`:= by`"),
        ("theorem t : ∀ n, n = n\n  | 0 => rfl", "`:= by`"),
        ("example : 1 = 1 := rfl", "states no theorem"),
        ("def x := 1", "states no theorem"),
        ("theorem t : a := by\ntheorem t : b := by", "two theorems called t"),
        ("theorem t\0 : a := by", "NUL"),
        ("theorem t : \ud800 := by", "lone surrogate"),
        ("/- theorem t : a := by", "states no theorem"),
        ("nothing", "neither a file"),
        ("missing.lean", "there is no file"),
        ("folder/missing.jsonl", "there is no file"),
        ("x" * 10_000, "neither a file"),
        ("nowhere/valid", "neither a file"),
    ],
)
def test_one_sentence_for_what_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_target(text)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.lean", b"", "is empty"),
        ("a.lean", b"\n \n", "is empty"),
        ("a.lean", b"\x7fELF\x02\x01\x01\x00\xff\xfe", "not UTF-8"),
        ("a.lean", b"theorem t : \x00 := by", "NUL"),
        ("a.lean", b"-- nothing", "states no theorem"),
        ("a.jsonl", b"{", "line 1: the line is not JSON"),
        ("a.jsonl", b"[1]", "not a JSON object"),
        ("a.jsonl", b'{"name": "a"}', "formal_statement"),
        ("a.jsonl", b'{"name": 3, "formal_statement": "x"}', "name"),
        ("a.jsonl", b'{"name": "a", "formal_statement": "x"}', "no theorems"),
        (
            "a.jsonl",
            b'{"name": "a", "formal_statement": "theorem a : 1 = 1 := by\\ntheorem b : 1 = 1 := by"}',
            "2 theorems",
        ),
        ("a.jsonl", b'{"name": "a", "formal_statement": "theorem a : \\ud800 := by"}', "surrogate"),
        ("a.jsonl", b'{"name": "a", "formal_statement": "theorem a : 1 = 1 := by"}\n' * 2, "two theorems called a"),
        ("a.jsonl", b"[" * 100_000, "JSON"),
    ],
)
def test_one_sentence_for_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        read_target(str(path))
    assert "\n" not in str(caught.value)


def test_unknown_name_lists_some() -> None:
    with pytest.raises(InputError, match="it has t"):
        read_target(LINEAR, "u")


def test_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.lean"
    path.write_bytes(b"\xef\xbb\xbf" + LINEAR.encode())
    assert read_target(str(path))[0].statement == LINEAR
