"""`model.json`: what a model that was made here is, and how it wants to be asked.

The card lies next to the weights. `hf:` and `vllm:` read it: the prompt a model is asked with is the one that it was
trained on, without a word from the user, and another one is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from prover.errors import PolicyError, UsageError
from prover.paths import cache_dir
from prover.policies.odds import Odds
from prover.policies.recipes import Recipe, Sampling, describe, find_recipe
from prover.types import Frozen

CARD = "model.json"
FORMAT = "proofsmith-model/1"
SOLVED = "solved.jsonl"
"""The steps that a model is shown as examples, beside its card (`prover.policies.retrieval.index.read_examples`)."""


class AskedWith(Frozen):
    """The recipe of a model: its name, and the hash of its prompt as it was when the model was trained."""

    name: str
    version: int
    template_sha256: str

    @classmethod
    def of(cls, recipe: Recipe) -> AskedWith:
        record = describe(recipe)
        return cls(name=record.name, version=record.version, template_sha256=record.template_sha256)

    def recipe(self, where: str) -> Recipe:
        """Return the recipe. Raises `PolicyError` where this version writes another prompt under its name."""
        try:
            found = find_recipe(self.name)
        except UsageError as error:
            raise PolicyError(f"{where} was trained with a recipe that is not here: {error}") from error
        if describe(found).template_sha256 != self.template_sha256:
            raise PolicyError(
                f"{where} was trained with the prompt {self.name}/{self.version} (template "
                f"{self.template_sha256[:12]}), and this version writes {found.name}/{found.version} differently: "
                "use the version of proofsmith that trained it, or train it again"
            )
        return found


class Calibration(Frozen):
    """A non-decreasing step function from a score to a probability: `levels[i]` from `edges[i]` on (isotonic fit)."""

    edges: tuple[float, ...]
    levels: tuple[float, ...]

    def __call__(self, score: float) -> float:
        """Return the probability of a score; below the first edge that of the first level."""
        at = sum(edge <= score for edge in self.edges) - 1
        return self.levels[max(0, at)]


class Lineage(Frozen):
    """Where a model comes from: the hash of its parent's folder, what it was trained on, and by which command."""

    parent_sha256: str = ""
    data_sha256: str = ""
    rows: int = 0
    seed: int = 0
    round: int = 0
    learner: str = ""
    command: str = ""
    source: str = ""
    licence: str = ""


class ModelCard(Frozen):
    """The card of a model.

    `base` is the model that an adapter is put on: a folder, or an id on the hub; `base_sha256` is the hash of a folder
    (`prover.policies.models.weights`). `sampling` replaces that of the recipe. `examples`: how many solved steps the
    model was trained to be shown, of those in the file `solved.jsonl` beside the card. `calibration` is a critic's,
    `odds` say how likely what the model and its companions in `mix:` propose is to prove a goal.
    """

    format: Literal["proofsmith-model/1"] = "proofsmith-model/1"
    kind: Literal["causal-lm", "adapter", "critic"] = "causal-lm"
    name: str
    base: str = ""
    base_sha256: str = ""
    recipe: AskedWith | None = None
    sampling: Sampling | None = None
    examples: int = Field(default=0, ge=0)
    calibration: Calibration | None = None
    odds: Odds | None = None
    lineage: Lineage = Field(default_factory=Lineage)


def models_dir() -> Path:
    """Return the folder of the cache in which models are kept."""
    return cache_dir() / "models"


def model_folder(target: str) -> Path | None:
    """Return the folder that a target names: a path, or the name of a model in the cache; None for an id on a hub."""
    path = Path(target).expanduser()
    if path.is_dir():
        return path
    kept = models_dir() / target
    return kept if "/" not in target and target not in ("", ".", "..") and kept.is_dir() else None


def read_model_card(folder: Path) -> ModelCard | None:
    """Return the card in a folder; None if there is none of this kind. Raises `PolicyError` for a bad one."""
    try:
        text = (folder / CARD).read_bytes()
    except OSError:
        return None
    if FORMAT.encode() not in text:
        return None  # the tiny policy has a card of its own under the same name
    try:
        return ModelCard.model_validate_json(text)
    except ValidationError as error:
        raise PolicyError(
            f"{folder / CARD} cannot be read by this version ({error.errors()[0]['msg']}): use the version of "
            "proofsmith that wrote it"
        ) from error


def shown_examples(target: str) -> tuple[int, Path | None]:
    """Return how many solved steps a model's card says it is to be shown, and the file they are taken from."""
    folder = model_folder(target)
    card = read_model_card(folder) if folder is not None else None
    if folder is None or card is None or not card.examples:
        return 0, None
    return card.examples, folder / SOLVED


def asked_recipe(target: str, named: str, otherwise: Callable[[str], Recipe]) -> Recipe:
    """Return the recipe of a model: that of its card, else the one that is `named`, else what `otherwise` says.

    The sampling of the card becomes that of the recipe. Raises `UsageError` where a card contradicts `named`.
    """
    folder = model_folder(target)
    card = read_model_card(folder) if folder is not None else None
    if card is not None and card.kind == "critic":
        raise PolicyError(f"{target} is a critic, which writes nothing: give it as --value hf:{target}")
    if card is None or card.recipe is None:
        return find_recipe(named) if named else otherwise(target)
    if named and named != card.recipe.name:
        raise UsageError(
            f"recipe={named}: {target} was trained with the recipe {card.recipe.name}, so leave recipe= out"
        )
    recipe = card.recipe.recipe(target)
    return recipe if card.sampling is None else recipe.sampled(card.sampling)
