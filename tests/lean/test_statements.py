"""What is typed and what stands in a file, on real Lean: unknown names, universes, raw strings, large inputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from prover import Prover
from prover.cli import run
from prover.errors import InputError, StatementError
from prover.lean.embedded.install import Installation
from prover.lean.goals import parse_goal
from prover.lean.verifier import LONGEST_MESSAGE
from prover.policies.certificates.finders import certificates
from prover.policies.templates.goal_features import shape
from prover.policies.templates.templates import TEMPLATES
from prover.problems.formats import read_jsonl
from prover.types import Problem

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def library(lean: Installation) -> Iterator[Prover]:
    with Prover(policy="automation", budget="lean_calls=6", heartbeats=500, cache=False) as opened:
        yield opened


def _row(statement: str, **fields: object) -> Problem:
    (problem,) = read_jsonl(json.dumps({"name": "t", "formal_statement": statement, **fields}), "a file")
    return problem


@pytest.mark.parametrize(
    ("statement", "name", "hint"),
    [
        ("theorem t : x = x := by", "x", "`(x : ℕ)`"),
        ("theorem t (a : α) : a = a := by", "α", "`{α : Type*}`"),
        ("theorem t (h₁ : (1 : ℕ) = 2) : h1 := by", "h1", "did you mean `h₁`?"),
        ("theorem t (n : ℕ) : Nat.prime n := by", "Nat.prime", "did you mean `Nat.Prime`?"),
        ("theorem t (a : Type u) : a = a := by", "u", "`universe u`"),
        ("def double (n : ℕ) := m + n\ntheorem t (n : ℕ) : double n = n := by", "m", "`(m : ℕ)`"),
    ],
)
def test_an_unknown_name_is_an_error_with_its_place(library: Prover, statement: str, name: str, hint: str) -> None:
    for ask in (lambda: library.verify(statement, "rfl"), lambda: library.goals(statement)):
        with pytest.raises(StatementError) as caught:
            ask()
        *_, line, caret = str(caught.value).split("\n")
        assert name in str(caught.value) and hint in str(caught.value), caught.value
        assert line[caret.index("^") :].startswith(name), caught.value


def test_a_row_may_say_that_its_statement_binds_names(library: Prover) -> None:
    statement = "theorem t (h : a = b) (h₂ : b = (c : ℕ)) : a = c := by"
    with pytest.raises(StatementError):
        library.verify(_row(statement), "exact h.trans h₂")
    binding = _row(statement, auto_implicit=True)
    assert library.verify(binding, "exact h.trans h₂").verdict == "accepted"
    assert library.prove(binding).status == "proved"
    with pytest.raises(StatementError):  # longer names are not bound even then
        library.verify(_row("theorem t : total = total := by", auto_implicit=True), "rfl")


@pytest.mark.parametrize(
    "statement",
    [
        "theorem t {α : Type*} (a : α) : a = a := by",
        "theorem t {α β : Type*} {γ : Sort*} (f : α → β) (a : α) (c : γ) : (f a, c).1 = f a := by",
        'theorem t : r"a\\nb".length = 4 := by',
        'theorem t : r#"a"b"#.length = 3 := by',
        "variable {α : Type*} (a : α)\ntheorem t : a = a := by",
    ],
)
def test_notation_that_people_write(library: Prover, statement: str) -> None:
    if "c : γ" in statement:
        statement = statement.replace("(f a, c).1", "(⟨f a, c⟩ : PProd β γ).1")
    assert library.verify(statement, "rfl").verdict == "accepted"
    assert library.prove(statement).status == "proved"


def test_universes_are_parameters_of_their_own(library: Prover) -> None:
    two = "theorem t {α : Type*} {β : Type*} (a : α) (b : β) : (a, b).1 = a := by"
    use = "theorem t (a b : ℕ) (h : a = b) : b = a := by"
    lemma = "theorem helper {α : Type*} {β : Type*} (a : α) (b : β) : (a, b).1 = a := rfl\n"
    proof = f"{lemma}{use}\n  have := helper.{{5, 7}} (PUnit.unit) (PUnit.unit)\n  exact h.symm\n"
    assert library.verify(two, "rfl").verdict == "accepted"
    assert library.verify(use, proof).verdict == "accepted"
    with pytest.raises(StatementError, match="two universes for one"):
        library.verify("theorem t {α : Type*} {β : Type*} (h : α = β) : β = α := by", "exact h.symm")


FILE = """def text := r#"theorem u : 1 = 2 := by sorry"#

theorem same {α : Type*} (a : α) : a = a := by sorry

theorem length : text.length = 29 := by
  have : r"\\".length = 1 := by sorry
  rfl

theorem unknown : x = x := by sorry
"""


@pytest.mark.slow
def test_fill_reads_the_same(lean: Installation, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "mine.lean"
    file.write_text(FILE)
    options = ("--policy", "automation", "--budget", "lean_calls=12", "--no-cache", "--json")
    assert run(["fill", str(file), *options]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [theorem["name"] for theorem in document["accepted"]] == ["same", "length"], document
    (left,) = document["remaining"]
    assert left["name"] == "unknown" and "`(x : ℕ)`" in left["reason"] and left["reason"].endswith("^")


CONJUNCTS = f"theorem t : {' ∧ '.join(f'({n} : ℕ) = {n}' for n in range(150))} := by"
DIGITS = f"theorem t (n : ℕ) (h : n = {'7' * 20_000}) : {'7' * 20_000} = n := by"
BINDERS = f"theorem t {' '.join(f'(a{n} : ℕ)' for n in range(2_000))} : a0 = a0 := by"
LARGE = {"conjuncts": CONJUNCTS, "digits": DIGITS, "binders": BINDERS}


def _one_sentence(sentence: str) -> bool:
    """What Lean said is cut at a known length; a sentence in front says what it is about."""
    return (
        "internal error" not in sentence and "Traceback" not in sentence and 0 < len(sentence) < LONGEST_MESSAGE + 100
    )


@pytest.mark.parametrize("digits", [5_000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_a_long_numeral(library: Prover, digits: int) -> None:
    statement = DIGITS.replace("7" * 20_000, "7" * digits)
    assert library.verify(statement, "exact h.symm").verdict == "accepted"


@pytest.mark.slow
@pytest.mark.parametrize("name", list(LARGE))
def test_large_statements_get_an_answer_or_a_sentence(library: Prover, name: str) -> None:
    statement = LARGE[name]
    proof = {"conjuncts": "simp", "digits": "exact h.symm", "binders": "rfl"}[name]

    def judged() -> object:
        return library.verify(statement, proof)

    def searched() -> object:
        return library.prove(statement)

    for ask in (judged, searched):
        try:
            assert ask() is not None
        except InputError as error:
            assert _one_sentence(str(error))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(LARGE))
def test_large_statements_in_a_file(lean: Installation, tmp_path: Path, capsys: Capture, name: str) -> None:
    file = tmp_path / "large.lean"
    file.write_text(f"{LARGE[name]}\n  sorry\n")
    code = run(["fill", str(file), "--budget", "lean_calls=4", "--heartbeats", "500", "--no-cache", "--json"])
    said = capsys.readouterr()
    assert code in (0, 1, 2) and _one_sentence(said.err or "nothing")
    if code == 1:
        assert all(_one_sentence(entry["reason"]) for entry in json.loads(said.out)["remaining"])


@pytest.mark.parametrize(
    "goal",
    [
        f"n : ℕ\nh : n = {'7' * 20_000}\n⊢ {'7' * 20_000} = n",
        "⊢ " + " ∧\n    ".join(f"{n} = {n}" for n in range(150)),
        " ".join(f"a{n}" for n in range(2_000)) + " : ℕ\n⊢ a0 = a0",
    ],
)
def test_what_proposes_reads_large_goals(goal: str) -> None:
    read = parse_goal(goal, 1)
    assert isinstance(certificates(read, 0), list)
    assert sum(len(list(template(read, shape(read.target)))) for template in TEMPLATES.values()) > 0
