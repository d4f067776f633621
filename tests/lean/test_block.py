"""Blocks of tactics as people and models write them, and whole files told apart from them."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.lean.block import indent, readings
from prover.lean.whole_file import body, is_whole_file, repeats

BLOCK = "constructor\n· exact h\n· cases g with\n  | a => rfl\n  | b =>\n    simp\n    omega"

WORD = (
    st.text("abc ·|=>", min_size=1, max_size=8).map(str.strip).filter(lambda word: word and not word.startswith("by"))
)
LINES = st.lists(st.tuples(st.integers(0, 3), WORD), min_size=1, max_size=8)


def _block(lines: list[tuple[int, str]]) -> str:
    return "\n".join("  " * (depth if place else 0) + word for place, (depth, word) in enumerate(lines))


@pytest.mark.parametrize("columns", [0, 1, 2, 4, 7])
def test_common_indentation_means_nothing(columns: int) -> None:
    assert readings(indent(BLOCK, columns))[0] == BLOCK


def test_tabs_are_two_columns() -> None:
    assert readings("\tconstructor\n\t· exact h\n\t\t| a => rfl")[0] == "constructor\n· exact h\n  | a => rfl"


def test_first_line_without_its_indentation() -> None:
    stripped = indent(BLOCK, 4).strip()
    assert BLOCK in readings(stripped)


@pytest.mark.parametrize("text", ["by\n{}", "by\n  {}", "  by\n    {}", " by {}", "by {}"])
def test_by_is_dropped(text: str) -> None:
    proof = text.format("omega")
    assert readings(proof)[0] == "omega"


def test_by_with_deeper_lines() -> None:
    assert BLOCK in readings("by\n" + indent(BLOCK, 2))
    assert BLOCK in readings("by " + indent(BLOCK, 3).strip())


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t", "by", "  by  \n", "\r\n"])
def test_nothing(text: str) -> None:
    assert not "".join(readings(text)).strip()


def test_names_that_begin_with_by_are_no_by() -> None:
    assert readings("by_cases h : p")[0] == "by_cases h : p"


@given(LINES)
def test_reading_is_idempotent(lines: list[tuple[int, str]]) -> None:
    block = readings(_block(lines))[0]
    assert readings(block)[0] == block


@given(LINES, st.integers(0, 6), st.booleans())
def test_layout_does_not_matter(lines: list[tuple[int, str]], columns: int, trailing: bool) -> None:
    block = _block(lines)
    shown = indent(block, columns)
    if trailing:
        shown = "\r\n".join(line + "  \t" for line in shown.split("\n"))
    assert readings(shown)[0] == textwrap.dedent(readings(block)[0])


@given(LINES, st.integers(1, 6))
def test_stripped_text_can_be_read_as_it_was(lines: list[tuple[int, str]], columns: int) -> None:
    # Where no other line stands level with the first, how deep the others stood cannot be known, nor does it matter.
    block = readings(_block([*lines, (0, "done")]))[0]
    assert block in readings(indent(block, columns).strip())


@given(st.text())
def test_any_text_has_a_reading(text: str) -> None:
    assert readings(text)


@pytest.mark.parametrize(
    "text",
    [
        "theorem t : True := by trivial",
        "  lemma foo : True := trivial",
        "import Mathlib\n\n@[simp] theorem t : True := trivial",
        "open Nat in theorem t : True := trivial",
        "set_option maxHeartbeats 400000 in\n/-- doc -/\ntheorem t : True := trivial",
        "private theorem t : True := trivial",
        "@[simp, grind]\nnoncomputable nonrec theorem t : True := trivial",
    ],
)
def test_whole_files(text: str) -> None:
    assert is_whole_file(text)


@pytest.mark.parametrize(
    "text",
    [
        "omega",
        "-- theorem t : True\ntrivial",
        "/- theorem\ntheorem t : False -/\ntrivial",
        'have s := "\ntheorem t : False"\ntrivial',
        "exact theorem_of_something",
        "apply lemma1",
        "",
        "example : True := trivial",
    ],
)
def test_blocks_are_no_files(text: str) -> None:
    assert not is_whole_file(text)


def test_imports_and_foreign_words_are_taken_out_and_lines_stay() -> None:
    source = textwrap.dedent(
        """\
        import Mathlib
        public import Aesop

        open BigOperators Real Nat Topology Rat
        -- import in a comment
        lemma foo : True := trivial
        /- lemma -/ lemma bar : True := trivial
        @[simp] lemma baz : "lemma" = "lemma" := rfl
        theorem t : True := by
          trivial
        """
    )
    taken = body(source).split("\n")
    assert taken[:4] == ["", "", "", ""]
    assert taken[5] == "theorem foo : True := trivial"
    assert taken[7] == '@[simp] theorem baz : "lemma" = "lemma" := rfl'
    assert len(taken) == len(source.split("\n"))


def test_late_imports_stay() -> None:
    assert "import Evil" in body("def x := 1\nimport Evil\n")


def test_line_ends() -> None:
    assert body("theorem t : True :=\r\n  trivial\r") == "theorem t : True :=\n  trivial\n"


@given(st.text())
def test_any_text_has_a_body(text: str) -> None:
    is_whole_file(text)
    assert body(text).count("\n") == text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def test_header_that_a_file_repeats() -> None:
    header = "open Nat\ndef magic := 3"
    assert repeats("import Mathlib\nopen Nat\n\ndef magic := 3\ntheorem t : magic = 3 := rfl", header)
    assert not repeats("theorem t : magic = 3 := rfl", header)
