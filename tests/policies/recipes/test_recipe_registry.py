from __future__ import annotations

import pytest

from prover.errors import UsageError
from prover.policies.recipes import RECIPES, PromptRequest, RecipeRecord, TextPrompt, describe, find_recipe, recipe_for
from prover.policies.recipes.tiny import END, prompt_text


def test_names_are_the_keys_and_no_model_has_two_recipes() -> None:
    assert all(name == recipe.name for name, recipe in RECIPES.items())
    models = [model.lower() for recipe in RECIPES.values() for model in recipe.models]
    assert len(models) == len(set(models)) and all(model.count("/") == 1 for model in models)


def test_an_unknown_name_lists_the_names_and_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        find_recipe("deepseek-prover-v2-cott")
    message = str(caught.value)
    assert "did you mean deepseek-prover-v2-cot?" in message
    assert all(name in message for name in RECIPES)


@pytest.mark.parametrize(
    ("model", "recipe"),
    [
        ("deepseek-ai/DeepSeek-Prover-V2-7B", "deepseek-prover-v2-cot"),
        ("deepseek-ai/deepseek-prover-v1.5-rl", "deepseek-prover-v1.5-cot"),
        ("/models/Goedel-Prover-V2-8B/", "goedel-prover-v2"),
        ("AI-MO/Kimina-Prover-Preview-Distill-1.5B", "kimina-prover-preview"),
        ("AI-MO/Kimina-Prover-RL-1.7B", "kimina-prover-rl"),
        ("kaiyuy/leandojo-lean4-tacgen-byt5-small", "reprover"),
        ("internlm/internlm2_5-step-prover", "internlm2.5-step"),
        ("ByteDance-Seed/BFS-Prover-V2-32B", "bfs-prover-v2"),
        ("Qwen/Qwen3-8B", "chat"),
        ("", "chat"),
    ],
)
def test_the_default_recipe_follows_the_model(model: str, recipe: str) -> None:
    assert recipe_for(model).name == recipe


def test_records_hold_what_reports_print_and_read_back() -> None:
    for recipe in RECIPES.values():
        record = describe(recipe)
        assert RecipeRecord.model_validate_json(record.model_dump_json()) == record
        assert (record.name, record.version, record.kind, record.source, record.sampling) == (
            recipe.name,
            recipe.version,
            recipe.kind,
            recipe.source,
            recipe.sampling,
        )
    templates = {describe(recipe).template_sha256 for recipe in RECIPES.values()}
    same = {"bfs-prover-v1", "bfs-prover-v2"}  # one format, two ways of sampling
    assert len(templates) == len(RECIPES) - len(same) + 1


def test_what_a_tiny_model_learns_is_what_its_recipe_asks_and_reads() -> None:
    tiny = find_recipe("tiny")
    state, tactic = "a b : Nat\n⊢ a + b = b + a", "rw [Nat.add_comm]\nrfl"
    request = PromptRequest("theorem x (a b : Nat) : a + b = b + a := by", goals=(state,))
    assert tiny.prompt(request) == TextPrompt(prompt_text(state))
    assert tiny.parse(f"{tactic}{END}", request).block == tactic
    # A stop string may be cut off by the engine.
    assert tiny.parse(tactic, request).block == tactic
