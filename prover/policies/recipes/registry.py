"""The recipes by name, and the one that suits a model."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType

from prover.errors import UsageError
from prover.policies.recipes import (
    bfs_prover,
    chat,
    completion,
    internlm,
    kimina,
    llmstep,
    own,
    planning,
    reprover,
    theoremllama,
    tiny,
)
from prover.policies.recipes.recipe import (
    Complaint,
    Example,
    Kind,
    Premise,
    Prompt,
    PromptRequest,
    Recipe,
    Sampling,
    Tried,
)
from prover.types import Frozen

_ALL = (
    own.STEP,
    own.STEP_EXAMPLES,
    own.PROOF,
    tiny.TINY,
    reprover.REPROVER,
    reprover.REPROVER_RETRIEVAL,
    llmstep.LLMSTEP,
    internlm.INTERNLM2_STEP,
    internlm.INTERNLM2_5_STEP,
    bfs_prover.BFS_PROVER_V1,
    bfs_prover.BFS_PROVER_V2,
    theoremllama.THEOREM_LLAMA,
    completion.DEEPSEEK_V1_5,
    completion.DEEPSEEK_V1_5_COT,
    completion.GOEDEL_V1,
    completion.STP,
    planning.DEEPSEEK_V2,
    planning.DEEPSEEK_V2_COT,
    planning.GOEDEL_V2,
    kimina.KIMINA_PREVIEW,
    kimina.KIMINA,
    kimina.KIMINA_RL,
    chat.CHAT,
    chat.CHAT_STEP,
)

RECIPES: Mapping[str, Recipe] = MappingProxyType({recipe.name: recipe for recipe in _ALL})
"""Every recipe by its name."""

DEFAULT = "chat"
"""The recipe of a model that no recipe names."""


class RecipeRecord(Frozen):
    """A recipe as it stands in reports. `template_sha256` is the hash of its prompt for one fixed request."""

    name: str
    version: int
    kind: Kind
    source: str
    template_sha256: str
    sampling: Sampling


def find_recipe(name: str) -> Recipe:
    """Return the recipe of a name. Raises `UsageError` that lists the names."""
    if name in RECIPES:
        return RECIPES[name]
    close = difflib.get_close_matches(name, RECIPES, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise UsageError(f"there is no recipe {name!r}{hint}; known are {', '.join(sorted(RECIPES))}")


def recipe_for(model: str) -> Recipe:
    """Return the recipe that names a model: its id on the Hugging Face hub, or a folder or server name that ends in it.

    Upper and lower case are alike. A model that no recipe names gets the generic chat recipe.
    """
    wanted = model.rstrip("/").rpartition("/")[2].lower()
    for recipe in RECIPES.values():
        if any(known.rpartition("/")[2].lower() == wanted for known in recipe.models):
            return recipe
    return RECIPES[DEFAULT]


def prompt_sha256(prompt: Prompt) -> str:
    """Hash a prompt: its text, or the JSON of its turns."""
    text = json.dumps(asdict(prompt), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def describe(recipe: Recipe) -> RecipeRecord:
    """Return what reports print of a recipe."""
    return RecipeRecord(
        name=recipe.name,
        version=recipe.version,
        kind=recipe.kind,
        source=recipe.source,
        template_sha256=prompt_sha256(recipe.prompt(_FIXED)),
        sampling=recipe.sampling,
    )


_FIXED = PromptRequest(
    statement="theorem sample (p q : Prop) (hp : p) (hq : q) : p ∧ q := by",
    informal="If p and q hold, then p and q hold together.",
    goals=("p q : Prop\nhp : p\nhq : q\n⊢ p ∧ q",),
    prefix="skip",
    premises=(Premise("And.intro", "{a b : Prop} (left : a) (right : b) : a ∧ b"),),
    examples=(Example("p : Prop\nhp : p\n⊢ p ∧ p", "exact ⟨hp, hp⟩"),),
    attempts=(Tried("```lean4\nexact hp\n```", "exact hp", "type mismatch", (Complaint("type mismatch", 1, 0),)),),
)
