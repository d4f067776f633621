"""Prompt formats of public provers, one small file a family; see `recipe` for what a recipe is."""

from prover.policy.recipes.recipe import (
    ChatPrompt,
    Complaint,
    Example,
    Message,
    Parsed,
    Parser,
    Premise,
    Prompt,
    PromptRequest,
    Recipe,
    Sampling,
    TextPrompt,
    Tried,
)
from prover.policy.recipes.registry import RECIPES, RecipeRecord, describe, find_recipe, recipe_for

__all__ = [
    "RECIPES",
    "ChatPrompt",
    "Complaint",
    "Example",
    "Message",
    "Parsed",
    "Parser",
    "Premise",
    "Prompt",
    "PromptRequest",
    "Recipe",
    "RecipeRecord",
    "Sampling",
    "TextPrompt",
    "Tried",
    "describe",
    "find_recipe",
    "recipe_for",
]
