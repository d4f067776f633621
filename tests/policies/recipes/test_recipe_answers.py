"""Recipes work both ways: what a model is taught to answer is read back as the block that it stands for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from prover.policies.recipes import RECIPES, PromptRequest, find_recipe
from prover.policies.recipes.answer import block as read_block

REQUEST = PromptRequest(
    "theorem sum_pos (a b : ℝ) (ha : 0 < a)\n    (hb : 0 < b) : 0 < a + b := by",
    goals=("a b : ℝ\nha : 0 < a\nhb : 0 < b\n⊢ 0 < a + b",),
)
REQUESTS = {
    "as it is": REQUEST,
    "with a header": replace(REQUEST, header="import Mathlib\n\nopen Real in\ndef two : ℕ := 2"),
    "from a prefix": replace(REQUEST, prefix="have h := ha\nskip"),
}
BLOCKS = [
    "omega",
    "nlinarith [sq_nonneg (a - b), h.le]",
    "have h := add_pos ha hb\nexact h",
    "induction n with\n| zero => exact h₀\n| succ k ih =>\n  rw [ih]\n  ring_nf",
    "constructor\n· exact hp\n·\n  have h : p := by\n    assumption\n  exact h",
    "-- the two are positive\nsimp [← two_mul] at *  -- then\nexact ⟨x, by simpa using y⟩",
    "open Real in\nsimp",
    "calc a = b := h\n  _ = c := by ring",
    "have h : a ∣ b := ?_\n\nexact h",
]
LINE = st.text(st.sampled_from("abxyhn012 ₀ℕ⟨⟩·∀←()[]:=,|_'+*<≤⊢.-"), min_size=1, max_size=20)
RANDOM = st.lists(st.tuples(st.sampled_from([0, 2, 4]), LINE), min_size=1, max_size=5).map(
    lambda lines: "\n".join(" " * columns + line for columns, line in lines)
)


def canonical(block: str) -> bool:
    """Tell whether a block is written as parsers give it: the first line first, no comment or blank at the end."""
    return not block.startswith(" ") and read_block(block, REQUEST.statement).block == block and ":::" not in block


def check(block: str) -> None:
    for recipe in RECIPES.values():
        for request in REQUESTS.values():
            parsed = recipe.parse(recipe.answer(block, request), request)
            assert (parsed.block, parsed.complete) == (block, True), recipe.name


@pytest.mark.parametrize("block", BLOCKS)
def test_an_answer_is_read_back_as_its_block(block: str) -> None:
    assert canonical(block)
    check(block)


@given(block=RANDOM)
@settings(deadline=None)
def test_any_answer_is_read_back_as_its_block(block: str) -> None:
    assume(canonical(block))
    check(block)


@pytest.mark.parametrize("name", RECIPES)
def test_a_stop_string_is_part_of_what_is_taught(name: str) -> None:
    recipe = find_recipe(name)
    answer = recipe.answer("omega", REQUEST)
    assert not recipe.sampling.stop or answer.endswith(recipe.sampling.stop)


def test_our_own_prompts() -> None:
    assert find_recipe("step").prompt(REQUEST).text == (  # type: ignore[union-attr]
        "Goal:\na b : ℝ\nha : 0 < a\nhb : 0 < b\n⊢ 0 < a + b\nTactic:\n"
    )
    more = find_recipe("step").parse("omega\nGoal:\n⊢ p\nTactic:\nsimp", REQUEST, False)
    assert (more.block, more.complete) == ("omega", True), "what goes on with another goal has ended"
