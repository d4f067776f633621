"""A trained critic (`prover.learners.critic`) as the value of a search, for any policy."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from prover.errors import PolicyError, UsageError
from prover.policies.models.cards import Calibration, model_folder, read_model_card
from prover.policies.models.extras import require_extra
from prover.policies.models.prompts import as_tokens
from prover.policies.protocol import Prepared, ProblemPolicy
from prover.policies.recipes import PromptRequest, Recipe
from prover.types import Problem, ProofState

_WHO = "--value hf:"
_LONGEST = 1024


class CriticValue:
    """Estimates how likely a state is to be proved. Loaded when it is first asked; threads take turns."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._turn = threading.Lock()
        self._loaded: tuple[Any, Any, Any, Recipe, Calibration] | None = None

    def load(self) -> None:
        """Read the model. Raises `PolicyError` for a folder that holds no critic."""
        with self._turn:
            self._ready()

    def close(self) -> None:
        """Let the model go."""
        with self._turn:
            self._loaded = None

    def estimate(self, states: Sequence[ProofState]) -> list[float]:
        """Return the probability that each state is proved; a part of several goals is asked about as a whole."""
        from prover.learners.critic import logits_of
        from prover.learners.loop import precision

        with self._turn:
            torch, model, tokenizer, recipe, calibration = self._ready()
            texts = []
            for state in states:
                request = PromptRequest(statement="", goals=tuple(goal.text for goal in state.goals))
                texts.append(list(as_tokens(recipe.prompt(request), tokenizer, _WHO))[-_LONGEST:])
            with torch.inference_mode(), precision(torch, next(model.parameters()).device.type):
                logits = logits_of(torch, model, texts, tokenizer.pad_token_id or 0)
            return [calibration(score) for score in logits.tolist()]

    def _ready(self) -> tuple[Any, Any, Any, Recipe, Calibration]:
        if self._loaded is None:
            folder = model_folder(self._target)
            card = read_model_card(folder) if folder is not None else None
            if folder is None or card is None or card.kind != "critic" or card.recipe is None:
                raise PolicyError(
                    f"{_WHO}{self._target} is no critic: name the folder of one, which `prover train RUN --critic "
                    "--preset small --out FOLDER` trains"
                )
            torch, transformers = require_extra("torch", _WHO, "ml"), require_extra("transformers", _WHO, "ml")
            transformers.utils.logging.disable_progress_bar()
            auto = transformers.AutoModelForSequenceClassification
            model = auto.from_pretrained(folder).to("cuda" if torch.cuda.is_available() else "cpu").eval()
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
            calibration = card.calibration or Calibration(edges=(0.0,), levels=(0.5,))
            self._loaded = torch, model, tokenizer, card.recipe.recipe(self._target), calibration
        return self._loaded


@dataclass(frozen=True, slots=True)
class ValuedPolicy:
    """A policy with a critic at its side; its name is the policy's own, and what the critic is."""

    inner: ProblemPolicy
    critic: CriticValue
    spec: str

    @property
    def name(self) -> str:
        return f"{self.inner.name} with {self.spec}"

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        """Prepare the policy, and have the critic take part."""
        return replace(self.inner.prepare(problem, seed), value=self.critic)

    def load(self) -> None:
        """Make both ready. Raises `PolicyError`."""
        self.critic.load()
        self.inner.load()

    def close(self) -> None:
        """Let both go."""
        self.critic.close()
        self.inner.close()


def valued(policy: ProblemPolicy, spec: str) -> ValuedPolicy:
    """Return a policy with the critic that `--value SPEC` names. Raises `UsageError`."""
    kind, _, target = spec.partition(":")
    if kind != "hf" or not target:
        raise UsageError(f"--value {spec}: write hf:FOLDER, of a critic that was trained here")
    return ValuedPolicy(policy, CriticValue(target), f"hf:{target}")
