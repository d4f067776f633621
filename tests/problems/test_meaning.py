"""What a statement means must not change while it is read: strings, white space, unknown names, universes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover.errors import StatementError
from prover.fill.holes import incomplete
from prover.lean.context import BINDS_NAMES, STRICT_NAMES, context
from prover.lean.source_text import blanked, declared, theorems
from prover.lean.universes import check_universes
from prover.lean.unknown import suggestion
from prover.problems.catalogue import LEAN_WORKBOOK, MINIF2F
from prover.problems.formats import read_jsonl, read_statement
from prover.problems.target import find_dataset
from prover.types import Problem

CORE = context("core")


def stated(text: str) -> str:
    (problem,) = read_statement(text)
    return problem.statement


@pytest.mark.parametrize(
    "string",
    [
        'r"a\\"',
        'r"a\\" ++ "b"',
        'r#"a"b"#',
        'r##"a"#b"##',
        'r#"" := by sorry -- "#',
        'r"theorem u : False := by sorry"',
        '"\\" := by"',
        "'\"'.toString",
    ],
)
def test_strings_are_read_as_lean_reads_them(string: str) -> None:
    statement = f"theorem t : ({string}).length = 3 := by"
    assert stated(f"{statement} sorry") == statement
    (hole,) = incomplete(f"{statement}\n  sorry\n")
    assert hole.name == "t" and len(hole.holes) == 1
    assert len(declared(f"def s := {string}\n{statement}\n  rfl\n")) == 1


def test_an_identifier_that_ends_in_r_begins_no_raw_string() -> None:
    text = 'theorem t : for"a\\"b" = x.r"c\\"" := by'
    assert blanked(text)[0].endswith(":= by") and len(blanked(text)[0]) == len(text)


def test_a_raw_string_without_an_end_hides_the_rest() -> None:
    assert blanked('x r#"a" by')[0].split()[0] == "x" and "by" not in blanked('x r#"a" by')[0]


@pytest.mark.parametrize("string", ['"a b"', 'r"a\\"', "'a'"])
def test_a_text_that_ends_in_a_string_is_read_to_its_end(string: str) -> None:
    (problem,) = read_statement(f"def s := {string}\n-- a comment\ntheorem t : s = s := by")
    assert problem.header == f"def s := {string}"
    (hole,) = incomplete(f"def s := {string}\ntheorem t : s = s := by\n  sorry\n")
    assert hole.header == f"def s := {string}"
    text = f"theorem t : s = s := by\n  exact f {string}\n"
    assert text[: declared(text)[0].end] == text.rstrip()


def test_common_indentation_is_not_taken_from_strings() -> None:
    def read(text: str) -> str:
        return theorems(text, "a text")[0].statement

    assert read('  theorem t :\n    "a\n  b" = s := by\n  sorry') == 'theorem t :\n  "a\n  b" = s := by'
    assert read('  theorem t : "a\n   \n  b" = s := by') == 'theorem t : "a\n   \n  b" = s := by'
    assert read("\ttheorem t :\n\t  1 = 1 := by") == "theorem t :\n  1 = 1 := by"


def test_empty_lines_of_a_header_stay_in_strings() -> None:
    (problem,) = read_statement('def s := "a\n\nimport b\n"\n\ntheorem t : s.length = 5 := by')
    assert CORE.header(problem).endswith('"a\n\nimport b\n"')
    plain = problem.model_copy(update={"header": "open Nat\n\nimport Mathlib\nopen Real"})
    assert CORE.header(plain).endswith("open Nat\nopen Real")


def test_what_is_marked_as_an_answer_in_a_string_is_text() -> None:
    assert stated('theorem t : answer(3) = "answer(3)".length := by') == 'theorem t : (3) = "answer(3)".length := by'


def test_the_hash_knows_white_space_in_strings_and_names_that_bind_themselves() -> None:
    problem = Problem(name="t", statement='theorem t : "a b" = s := by')
    assert problem.statement_sha256 != Problem(name="t", statement='theorem t : "a  b" = s := by').statement_sha256
    assert problem.statement_sha256 != problem.model_copy(update={"auto_implicit": True}).statement_sha256


def test_names_bind_themselves_only_where_a_dataset_says_so() -> None:
    typed, row = (
        read_statement("theorem t : x = x := by")[0],
        {"name": "t", "formal_statement": "theorem t : x = x := by"},
    )
    assert STRICT_NAMES in CORE.header(typed).split("\n") and BINDS_NAMES not in CORE.header(typed)
    (plain,) = read_jsonl(json.dumps(row), "a file")
    (binding,) = read_jsonl(json.dumps(row | {"auto_implicit": True}), "a file")
    assert (plain.auto_implicit, binding.auto_implicit) == (False, True)
    assert BINDS_NAMES in CORE.header(binding).split("\n") and STRICT_NAMES not in CORE.header(binding)


def test_what_the_header_says_comes_after_what_the_context_says() -> None:
    (problem,) = read_statement("set_option autoImplicit true\ntheorem t : x = x := by")
    lines = CORE.header(problem).split("\n")
    assert lines.index(STRICT_NAMES) < lines.index("set_option autoImplicit true")


def test_known_datasets_say_whether_their_statements_bind_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MINIF2F.auto_implicit <= set(MINIF2F.splits) and LEAN_WORKBOOK.auto_implicit <= set(LEAN_WORKBOOK.splits)
    for place in ("lean_workbook/valid", "minif2f/valid"):
        path = tmp_path / f"{place}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"name": "t", "formal_statement": "theorem t : x = x := by"}))
    monkeypatch.setenv("PROOFSMITH_DATA", str(tmp_path))
    copy, other = (find_dataset(place) for place in ("lean_workbook/valid", "minif2f/valid"))
    assert (copy.problems[0].auto_implicit, other.problems[0].auto_implicit) == (True, False)
    assert copy.statements_sha256 != other.statements_sha256


@pytest.mark.parametrize(
    ("message", "source", "expected"),
    [
        ("Unknown identifier `x`", "theorem t : x = x := by", "bind it in front of the colon, as in `(x : ℕ)`"),
        ("Unknown identifier `h1`", "theorem t (h₁ : p) : h1 = 2 := by", "did you mean `h₁`?"),
        ("unknown identifier 'totl'", "theorem t (total : ℕ) : totl = 2 := by", "did you mean `total`?"),
        ("Unknown constant `nat.prime`", "theorem t : nat.prime 2 := by", "did you mean `Nat.Prime`?"),
        ("unknown universe level 'u'", "theorem t (a : Type u) : a = a := by", "write `universe u` above"),
        ("unsolved goals", "theorem t : x = x := by", ""),
    ],
)
def test_what_an_unknown_name_may_have_meant(message: str, source: str, expected: str) -> None:
    found = suggestion(message, source, "core")
    assert (expected in found) if expected else found == ""


def test_a_universe_for_every_variable() -> None:
    def document(*levels: str) -> str:
        names = [[0, level] for level in levels]
        return json.dumps({"names": names, "target": {"levels": [number + 1 for number in range(len(names))]}})

    two = "theorem t {α β : Type*} : α = α := by"
    check_universes("t", two, document("u_1", "u_2"))
    check_universes("t", 'theorem t (s : String := "Type*") : s = s := by', document())
    check_universes("t", "theorem t (a : ℕ → Type*) (b : Sort*) : a = a := by", document("u_1", "u_2", "u_3"))
    for levels in (("u_1",), ("u", "u_1")):
        with pytest.raises(StatementError, match="two universes for one"):
            check_universes("t", two, document(*levels))


def test_notation_for_universes_stands_above_what_needs_it() -> None:
    (plain,) = read_statement("theorem t (a : ℕ) : a = a := by")
    (star,) = read_statement("theorem t {α : Type*} (a : α) : a = a := by")
    assert "Type*" not in CORE.header(plain) and 'notation:max "Type*"' in CORE.header(star)
    assert 'notation:max "Sort*"' in CORE.header(plain, "have : ∀ α : Sort*, True := fun _ => trivial")
    assert set(CORE.header(star).split("\n")) <= CORE.given()
