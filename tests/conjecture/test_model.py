"""A language model as conjecturer: what it is asked, what of its answers is taken, and that it is let go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prover.cli import run
from prover.conjecture.conjecturer import Conjecture, ConjecturerSpec, Seed
from prover.conjecture.round import conjecturers, proposed
from prover.errors import PolicyError, UsageError
from prover.iterate.settings import iterate_settings
from prover.types import Problem
from tests.policies.stub_server import Stub, says, serving, status

GOOD = "```lean\ntheorem new_one (a b : ℕ) (h : a < b) : a + 2 ≤ b + 1 := by sorry\n```"
OTHER = "theorem again (a b : ℕ) (h : a < b) : a * a < b * b := by\n  sorry"
BAD = (
    "I cannot think of one.",
    "```lean\naxiom cheat : False\ntheorem t : 1 = 2 := by exact cheat.elim\n```",
    "theorem t : 1 + 1 = (by exact 2) := by sorry",
    "theorem one : 1 = 1 := by sorry\ntheorem two : 2 = 2 := by sorry",
)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving(Stub()) as running:
        yield running


def seed(name: str, statement: str, proved: bool = True) -> Seed:
    return Seed(problem=Problem(name=name, statement=f"theorem {name} {statement} := by"), proved=proved)


SEEDS = [seed("easy", "(a b : ℕ) (h : a < b) : a + 1 ≤ b"), seed("hard", "(n : ℕ) : n = n * n", proved=False)]


def bodies(found: list[Conjecture]) -> list[str]:
    return [one.problem.statement.removeprefix(f"theorem {one.problem.name} ") for one in found]


def test_what_is_written_beside_a_proved_theorem_is_a_conjecture(stub: Stub) -> None:
    stub.otherwise = says(GOOD, *BAD, OTHER)
    (maker,) = conjecturers([f"model:openai:{stub.url}#m?samples=6"])
    found = list(maker.propose(SEEDS))
    assert bodies(found) == [
        "(a b : ℕ) (h : a < b) : a + 2 ≤ b + 1 := by",
        "(a b : ℕ) (h : a < b) : a * a < b * b := by",
    ]
    assert {(one.seed, one.conjecturer) for one in found} == {("easy", "model")}
    (asked,) = stub.asked  # the seed without a proof is no example of what can be proved
    assert "theorem easy (a b : ℕ) (h : a < b) : a + 1 ≤ b := by" in asked["messages"][1]["content"]
    assert asked["n"] == 6
    assert list(maker.propose(SEEDS)) == found, "the same seeds, the same conjectures"


def test_it_takes_turns_with_the_others_and_is_let_go(stub: Stub) -> None:
    stub.otherwise = says(GOOD)
    named = ["mutations", f"model:openai:{stub.url}#m"]
    row = proposed(SEEDS, "0", named=named)
    makers = [next(row).conjecturer for _ in range(3)]
    assert makers.count("model") == 1 and makers.count("mutations") == 2
    row.close()  # type: ignore[attr-defined]
    assert list(proposed([], "0", named=named)) == []


def test_without_being_named_no_model_is_asked(stub: Stub) -> None:
    assert {maker.name for maker in conjecturers()} >= {"open-goals", "mutations"}
    assert "model" not in {maker.name for maker in conjecturers()}


def test_a_model_that_does_not_answer_is_one_sentence(stub: Stub) -> None:
    stub.otherwise = status(401, "no such key")
    (maker,) = conjecturers([f"model:openai:{stub.url}#m"])
    with pytest.raises(PolicyError, match="no such key"):
        list(maker.propose(SEEDS))


def test_a_policy_that_writes_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="automation: that is no language model"):
        conjecturers(["model:automation"])


def test_what_people_write(capsys: pytest.CaptureFixture[str]) -> None:
    settings = iterate_settings({"conjecturers": ["model:hf:somewhere?samples=2", "mutations"]}, None)
    assert settings.conjecturers == ("model:hf:somewhere?samples=2", "mutations")
    assert ConjecturerSpec.model_validate("model:hf:somewhere").target == "hf:somewhere"
    assert run(["iterate", "--out", "unused", "--conjecturer", "model"]) == 2
    assert "model needs SPEC; write model:SPEC" in capsys.readouterr().err
    assert run(["iterate", "--out", "unused", "--conjecturer", "model:automation"]) == 2
    assert "that is no language model" in capsys.readouterr().err
    assert run(["iterate", "--out", "unused", "--conjecturer", "dreams"]) == 2
    assert "--conjecturers" in capsys.readouterr().err
