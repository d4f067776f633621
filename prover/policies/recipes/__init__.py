"""Prompt formats of public provers, one small file a family; see `recipe` for what a recipe is.

Read only in copies, because the original source was not available: the card of Kimina-Prover-Preview (through two
repositories that follow it) and ByteDance-Seed's own repository of BFS-Prover-V2 (through an author's copy). Without a
plan, DeepSeek-Prover-V2's prompt is only in a paper's figure: its words are from there, its line breaks from the
README's prompt with a plan. How the data of Kimina-Prover-RL and TheoremLlama end a statement was not seen.

Left out: prompts that carry a source's own worked examples (DeepSeek-Prover-V1.5 few-shot, TheoremLlama's 14 proofs of
miniF2F-valid, LLMStep's for Llemma), since those are content rather than format; prompts for other tasks than proving
(the planner of BFS-Prover-V2, the conjecturer of STP, autoformalizers); penalties on repetition (TheoremLlama, 1.1) and
on presence (Kimina-Prover, 0.2 in its first round), which `Sampling` does not hold; models that no source read here
names, such as Goedel-Prover-DPO.
"""

from prover.policies.recipes.recipe import (
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
    Writer,
)
from prover.policies.recipes.registry import RECIPES, RecipeRecord, describe, find_recipe, recipe_for

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
    "Writer",
    "describe",
    "find_recipe",
    "recipe_for",
]
