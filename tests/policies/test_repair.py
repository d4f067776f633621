"""Repair on real Lean: failures that are states, other automation, sketches with holes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from prover.lean.embedded.session import EmbeddedSession
from prover.lean.pool import Pool
from prover.policies.models.generation import Answer, Completion, Generation, Request
from prover.policies.models.model import ModelPolicy
from prover.policies.models.settings import ModelSettings
from prover.policies.models.sketching import holes
from prover.policies.models.tools import corrected
from prover.policies.recipes import ChatPrompt, find_recipe
from prover.policies.repair import Repairing, tried, without_failures
from prover.script import script
from prover.types import Failure, Problem, ProofState
from search.best_of_n import BestOfNOptions, best_of_n
from search.result import SearchResult
from search.subgoal import SubgoalOptions, subgoal
from search.types import Advanced, Budget, Rejected, RejectionKind, Solved, Stop
from tests.policies.tiny_problems import BOTH, SUM, answer

AMBIGUOUS = Problem(name="tiny_two", statement="theorem tiny_two (a b : ℕ) (h : a + b = 10) : a = 7 := by")


class Scripted:
    """A model that gives fixed answers, one a request, and keeps what it was asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []

    def generate(self, requests: Sequence[Request]) -> list[Answer]:
        self.asked.extend(requests)
        return [Generation((Completion(self.answers.pop(0), -1.0, 5, True),), 10, 0.5) for _ in requests]

    def load(self) -> None: ...

    def close(self) -> None: ...


def _hole(name: str, stated: str) -> str:
    return f"refine (fun ({name} : {stated}) => ?_) ?_"


@pytest.fixture(scope="module")
def pool(session: EmbeddedSession) -> Iterator[Pool]:
    yield Pool(lambda: session)


def policy(model: Scripted, **settings: object) -> ModelPolicy:
    recipe = find_recipe("chat")
    return ModelPolicy("scripted", recipe, recipe.sampling, model, ModelSettings.model_validate(settings))


def search(
    pool: Pool, problem: Problem, model: Scripted, budget: Budget, **settings: object
) -> SearchResult[ProofState]:
    prepared = policy(model, **settings).prepare(problem, seed=0)
    root = pool.start(problem)
    return best_of_n(root, prepared.wrap_env(pool), prepared.policy, budget, options=BestOfNOptions(k=1))


def proved(pool: Pool, result: SearchResult[ProofState]) -> str:
    assert result.stop is Stop.SOLVED and result.proof is not None
    return script(without_failures(result.proof), lambda state, action: ())


def test_a_model_is_told_what_lean_said_where_and_about_which_goals(pool: Pool) -> None:
    wrong = "constructor\n· exact hp\n· exact ⟨hq, hp⟩"
    model = Scripted(answer(BOTH, wrong), answer(BOTH, "exact ⟨hp, hq, hr⟩"))
    result = search(pool, BOTH, model, Budget(generations=2), repair=1)
    assert proved(pool, result) == "exact ⟨hp, hq, hr⟩"
    assert (result.cost.generations, result.cost.tokens_in, result.cost.tokens_out, result.cost.steps) == (2, 20, 10, 2)
    again = model.asked[1].prompt
    assert isinstance(again, ChatPrompt)
    assert again.messages[2].content == answer(BOTH, wrong), "its own words"
    said = again.messages[3].content
    assert "line 3, `· exact ⟨hq, hp⟩`: " in said and "mismatch" in said
    assert "The goals there:\ncase right\np q r : Prop\nhp : p\nhq : q\nhr : r\n⊢ q ∧ r" in said


def test_rounds_are_counted_and_end(pool: Pool) -> None:
    model = Scripted(*(answer(BOTH, f"exact h{number}") for number in range(9)))
    result = search(pool, BOTH, model, Budget(), repair=2)
    assert result.stop is Stop.EXHAUSTED
    assert (len(model.asked), result.cost.generations) == (3, 3), "once, and two rounds"


def test_a_budget_ends_in_the_middle_of_a_repair(pool: Pool) -> None:
    model = Scripted(*(answer(BOTH, f"exact h{number}") for number in range(9)))
    result = search(pool, BOTH, model, Budget(generations=2), repair=5)
    assert (result.stop, result.limit, result.cost.generations) == (Stop.BUDGET, "generations", 2)


def test_the_same_failure_again_costs_nothing(pool: Pool) -> None:
    root = pool.start(BOTH)
    env = Repairing(pool, "core", rounds=3, correct=False)
    first = env.step(root, "exact hp")
    assert isinstance(first, Advanced) and first.cost.lean_calls == 1
    assert first.state.goals == root.goals and first.state != root
    again = env.step(first.state, "exact hp")
    assert isinstance(again, Rejected) and again.kind is RejectionKind.ERROR and again.cost.lean_calls == 0
    assert isinstance(env.step(first.state, "exact ⟨hp, hq, hr⟩"), Solved)


def test_other_automation_is_tried_before_the_model_is_asked_again(pool: Pool) -> None:
    model = Scripted(answer(SUM, "have hb : b = 3 := by simp\nring_nf"))
    result = search(pool, SUM, model, Budget(), correct="true")
    assert len(model.asked) == 1, "two failing calls corrected without the model"
    assert result.cost.generations == 1 and result.cost.steps == 2
    text = proved(pool, result)
    assert text.startswith("have hb : b = 3 := by (first | simp | ") and "ring_nf" not in text


def test_correction_fails_then_the_model_learns_of_both(pool: Pool) -> None:
    model = Scripted(answer(AMBIGUOUS, "omega"), answer(AMBIGUOUS, "linarith"), answer(AMBIGUOUS, "exact h"))
    result = search(pool, AMBIGUOUS, model, Budget(), correct="true", repair=2)
    assert result.stop is Stop.EXHAUSTED and len(model.asked) == 3
    asked = model.asked[1].prompt
    assert isinstance(asked, ChatPrompt)
    assert [message.role for message in asked.messages] == ["system", "user", *["assistant", "user"] * 2]
    # omega, its correction, linarith, its correction, exact h
    assert result.cost.steps == 5


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("omega", "(first | omega | linarith | nlinarith | positivity | norm_num | simp_all | grind)"),
        (
            "nlinarith [sq_nonneg (a - b), mul_pos ha hb]",
            "(first | nlinarith [sq_nonneg (a - b), mul_pos ha hb] | linarith [sq_nonneg (a - b), mul_pos ha hb] "
            "| omega | positivity | norm_num [sq_nonneg (a - b), mul_pos ha hb] | simp_all | grind)",
        ),
        ("intro x\n· ring_nf", "intro x\n· (first | ring | linarith | nlinarith | norm_num | omega | grind)"),
        ("constructor <;> rfl", "constructor <;> (first | rfl | simp | norm_num | simp_all | decide | omega | linarith "
         "| grind | aesop)"),
        ("simp at h", None),
        ("simp only [foo]", None),
        ("exact foo", None),
        ("simpa using h", None),
        ("rw [omega_def]", None),
        ("norm_num1", None),
    ],
)  # fmt: skip
def test_corrections(action: str, expected: str | None) -> None:
    assert corrected(action, "core") == expected


def test_what_only_mathlib_has_is_kept_there() -> None:
    fixed = corrected("ring_nf", "mathlib")
    assert fixed is not None and fixed.startswith("(first | ring_nf | ring | ")


def test_a_position_in_the_message_names_the_line() -> None:
    shown = tried(Failure("intro x\n  foo", "unknown tactic", 2), "raw")
    assert shown.feedback == "line 2, `foo`: unknown tactic"
    assert (shown.complaints[0].line, shown.complaints[0].column) == (2, 2)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (
            "have h1 : b = 3 := by sorry\nhave h2 : a = 7 := by\n  omega\nexact h2",
            [
                f"{_hole('h1', 'b = 3')}\n{_hole('h2', 'a = 7')}\nexact h2",
                f"{_hole('h1', 'b = 3')}\n{_hole('h2', 'a = 7')}",
            ],
        ),
        ("intro x\nhave h : ∀ y, (f y) = 0 := by sorry\nsorry", [f"intro x\n{_hole('h', '∀ y, (f y) = 0')}"]),
        ("have h (y : ℕ) {z : ℕ} :\n    f y = z := by sorry", [_hole("h", "∀ (y : ℕ) {z : ℕ}, f y = z")]),
        ("have : b = 3 := by omega\nomega", [f"{_hole('this', 'b = 3')}\nomega", _hole("this", "b = 3")]),
        ("have ⟨x, hx⟩ : ∃ x, x = b := by sorry", []),
        ("have := foo x\nomega", []),
        ("omega", []),
        ("constructor\n· sorry\n· sorry", []),
    ],
)
def test_sketches(block: str, expected: list[str]) -> None:
    assert holes(block) == expected


def test_a_model_sketches_and_a_search_fills_the_holes(pool: Pool) -> None:
    sketch = "have hb : b = 3 := by sorry\nhave ha : a = b + 4 := by sorry\nomega"
    model = Scripted(answer(SUM, sketch), *[answer(SUM, "omega")] * 2)
    prepared = policy(model, samples=1).prepare(SUM, seed=0)
    result = subgoal(
        pool.start(SUM), pool, prepared.policy, Budget(generations=8), options=SubgoalOptions(sketches=2, k=1),
        sketcher=prepared.sketcher,
    )  # fmt: skip
    assert result.stop is Stop.SOLVED and result.cost.generations == 3
    asked = model.asked[0].prompt
    assert isinstance(asked, ChatPrompt) and "Sketch a proof of this theorem" in asked.messages[1].content
    holes_asked = [str(request.prompt) for request in model.asked[1:]]
    for hole in ("(hb : b = 3) : a = b + 4 := by", "(h₂ : a = b + 4) : b = 3 := by"):
        assert any(hole in asked for asked in holes_asked)
    assert result.proof is not None
    text = script(result.proof, lambda state, action: ())
    assert text == f"{_hole('hb', 'b = 3')}\n{_hole('ha', 'a = b + 4')}\nomega\n· omega\n· omega", text
