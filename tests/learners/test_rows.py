"""Rows to train on: made by recipes, balanced, and exactly what the policy asks."""

from __future__ import annotations

import pytest

from prover.lean.goals import parse_goal
from prover.policies.models.prompt_request import build_prompt_request
from prover.policies.recipes import find_recipe
from prover.train.rows import Asked, head, one_line, preference_rows, training_rows
from prover.types import Judged, Label, Problem, ProofState, TrainingExample
from tests.learners.small import EXAMPLES, WRONG


def state(name: str, *proving: str) -> TrainingExample:
    judged = tuple(Judged(tactic=tactic, label=Label.PROVED, log_prob=-1.0) for tactic in proving)
    statement = f"theorem {name} : True := by"
    return TrainingExample(
        problem=name, statement_sha256="", statement=statement, goals=("⊢ True",), depth=0, judged=judged
    )


def test_a_prompt_is_the_one_that_the_policy_asks() -> None:
    example = EXAMPLES[0]
    problem = Problem(name=example.problem, statement=example.statement)
    asked = ProofState(problem.name, (parse_goal(example.goals[0], 0),), ())
    for name in ("step", "proof", "bfs-prover-v2", "tiny", "chat", "chat-step"):
        recipe = find_recipe(name)
        row = training_rows([example], recipe)[0]
        assert row.asked.prompt == recipe.prompt(build_prompt_request(problem, asked, recipe)), name
        assert Asked.model_validate_json(row.asked.model_dump_json()) == row.asked
        parsed = recipe.parse(row.completion, build_prompt_request(problem, asked, recipe))
        assert parsed.block == example.positives[0]


def test_rare_tactics_are_not_drowned() -> None:
    examples = [state(f"p{number}", "grind", f"exact lemma{number}") for number in range(9)]
    examples += [state(f"q{number}", "grind") for number in range(7)]
    rows = training_rows(examples, find_recipe("step"), most=1)
    assert sorted(head(row.completion) for row in rows) == ["exact"] * 9 + ["grind"] * 7, "the rarer of two is taken"
    rows = training_rows([*examples, state("r", "induction n")], find_recipe("step"))
    weight = {head(row.completion): row.weight for row in rows}
    assert weight["induction"] > weight["exact"] > 0 and weight["induction"] > 3 * weight["grind"]
    assert abs(sum(row.weight for row in rows) / len(rows) - 1.0) < 1e-9
    flat = training_rows([*examples, state("r", "induction n")], find_recipe("step"), balance=0.0)
    assert {round(row.weight / flat[-1].weight, 6) for row in flat} == {1.0, 0.5}, "a state's tactics share its weight"


def test_what_a_format_cannot_say_is_no_row() -> None:
    rows = training_rows([state("p", "exact ⟨a:::b⟩", "omega")], find_recipe("bfs-prover-v2"))
    assert [row.completion for row in rows] == ["omega"]


def test_pairs_hold_no_tactic_that_may_be_good() -> None:
    rows = preference_rows(EXAMPLES, find_recipe("step"), most=3)
    assert {row.problem for row in rows} == {example.problem for example in EXAMPLES}
    for row in rows:
        example = next(example for example in EXAMPLES if example.problem == row.problem)
        judged = {judgement.tactic: judgement for judgement in example.judged}
        assert judged[row.chosen].label is Label.PROVED
        assert (judged[row.rejected].label, judged[row.rejected].kind) == (Label.REFUSED, "error")
    first = [row.rejected for row in rows if row.problem == EXAMPLES[0].problem]
    probable = [judgement.tactic for judgement in EXAMPLES[0].judged if judgement.kind == "error"][:3]
    assert first == probable, "the most probable mistakes first"
    assert len(WRONG) == 8


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("omega", "omega"),
        ("intro x\nsimp_all", "intro x; simp_all"),
        ("repeat' split at *\nall_goals simp_all", "(repeat' split at *); all_goals simp_all"),
        ("induction n with\n| zero => simp\n| succ k ih => simp", None),
        ("constructor\n· exact h\n· exact k", None),
        ("have h : p := by\n  simp\nexact h", None),
        ("simp -- all\nomega", None),
        ("exact?", None),
    ],
)
def test_a_step_is_one_line(block: str, line: str | None) -> None:
    assert one_line(block) == line or block == "exact?"
    rows = training_rows([state("p", block)], find_recipe("step"), lines=True)
    assert [row.completion for row in rows] == ([line] if line is not None else [])


def test_pairs_take_every_right_tactic_in_turn() -> None:
    wrong = tuple(
        Judged(tactic=f"foo {number}", label=Label.REFUSED, log_prob=-float(number), kind="error")
        for number in range(4)
    )
    example = state("p", "grind", "omega")
    rows = preference_rows([example.model_copy(update={"judged": (*example.judged, *wrong)})], find_recipe("step"))
    assert len({(row.chosen, row.rejected) for row in rows}) == len(rows) == 8
    assert [row.chosen for row in rows[:4]] == ["grind", "omega", "grind", "omega"]
    assert [row.rejected for row in rows[:4]] == ["foo 0", "foo 1", "foo 2", "foo 3"], "the most probable first"
