"""The small decoder, mixed with what the templates propose.

Templates say what could be tried (`prover.policies.templates.arguments`), a table how often that was right for such
goals, and the decoder, which has read the goal, how probable it is that each tactic proves it; it also writes tactics
of its own. The probability of a tactic is proportional to

    P(<proved> | state, tactic) ^ policy_exponent * table(tactic) ^ prior_exponent

over all that is looked at. What the decoder says of the best of them, to the power `value_exponent`, is a factor of
them all: a search leaves a state that looks hopeless for one that does not. The same goals give the same proposals:
what is sampled is sampled with a seed that is derived from the goal.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import AliasChoices, Field, ValidationError

from prover.errors import PolicyError, SetupError
from prover.paths import PACKAGE
from prover.policies.entry import PolicyEntry
from prover.policies.fingerprint import code_sha256
from prover.policies.goal_context import GoalContext, in_context
from prover.policies.protocol import Prepared
from prover.policies.templates.arguments import WIDE
from prover.policies.templates.automation import weighted
from prover.policies.templates.priors import Priors
from prover.policies.tiny.branches import END, LONGEST_TACTIC, row
from prover.policies.tiny.score import log_proving
from prover.policies.tiny.table import TablePolicy, premises_in
from prover.problems.dataset import digest
from prover.registry import Spec, packages
from prover.types import Frozen, Goal, Problem
from search.types import Cost, Proposals, Suggestion

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import LlamaForCausalLM
CARD = "model.json"
SHIPPED = PACKAGE / "models" / "tiny"
"""The model that comes with this package."""
_TABLE_FLOOR = 1e-4
"""What the table is taken to say of a tactic that no template proposes."""


def _named(name: str, written: str, usual: float) -> Any:
    """Return a field whose name in the file is an older one; both names are read."""
    return Field(default=usual, validation_alias=AliasChoices(name, written), serialization_alias=written)


class Card(Frozen):
    """What lies next to the weights. A `table` has no weights: it is the control that a decoder is measured against.

    `policy_exponent`, `prior_exponent`, `value_exponent`: the exponents above. `pool`: how many of the templates'
    tactics the decoder looks at. `samples`: how many it writes itself. `premises`: how many lemmas are looked for at a
    goal, in the contexts of the library. `better_in`: the kinds of context (`core`, `library`) in which it was measured
    to prove more than automation at equal Lean calls, paired by statement.
    """

    format: Literal["proofsmith-tiny/1"] = "proofsmith-tiny/1"
    kind: Literal["decoder", "table"] = "decoder"
    name: str
    counts: dict[str, dict[str, float]] = Field(default_factory=dict)
    base: dict[str, float] = Field(default_factory=dict)
    policy_exponent: float = _named("policy_exponent", "sharpness", 1.0)
    prior_exponent: float = _named("prior_exponent", "mixture", 0.5)
    value_exponent: float = _named("value_exponent", "worth", 0.0)
    pool: int = 48
    samples: int = 0
    premises: int = 0
    temperature: float = 1.0
    better_in: tuple[str, ...] = ()
    lineage: dict[str, str | int | float] = Field(default_factory=dict)


def read_card(folder: Path) -> Card:
    """Return what a model's folder says of it. Raises `PolicyError`."""
    try:
        return Card.model_validate_json((folder / CARD).read_bytes())
    except FileNotFoundError as error:
        raise PolicyError(f"{folder} holds no model of `prover iterate`: it has no {CARD}") from error
    except ValidationError as error:
        raise PolicyError(f"{folder / CARD} cannot be read by this version: {error.errors()[0]['msg']}") from error


def tiny_folder(model: str | None) -> Path:
    """Return the folder of a model; without a name, that of the one that is shipped."""
    return SHIPPED if model is None else Path(model)


def model_sha256(model: str | None) -> str:
    """Return one hash over the files of a model."""
    folder = tiny_folder(model)
    read_card(folder)
    found = sorted(path for path in folder.iterdir() if path.is_file())
    return digest(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in found)


def load_tiny(folder: Path, samples: int = 0) -> TinyPolicy | TablePolicy:
    """Return the policy that a model's folder holds; the decoder is loaded when it is first asked.

    With `samples` it writes so many tactics of its own a state; this overrides its card. Raises `PolicyError` if there
    is none, `SetupError` if PyTorch is missing.
    """
    card = read_card(folder)
    if card.kind == "table":
        return TablePolicy(Priors(card.counts, card.base), card.name, card.premises)
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None:
        raise SetupError("the policy tiny needs PyTorch: pip install 'proofsmith[ml]', or use automation")
    return TinyPolicy(folder, card.model_copy(update={"samples": samples}) if samples else card)


def log_frequency(table: Mapping[str, float], tactic: str) -> float:
    """Return the logarithm of what the table says of a tactic."""
    return math.log(max(table.get(tactic, 0.0), _TABLE_FLOOR))


class TinyPolicy:
    """Proposes tactics for the first goal of a state. Deterministic. Threads take turns."""

    def __init__(self, folder: Path, card: Card) -> None:
        self._folder = folder
        self._card = card
        self._priors = Priors(card.counts, card.base)
        self._turn = threading.Lock()
        self._loaded: tuple[LlamaForCausalLM, Tokenizer] | None = None

    @property
    def name(self) -> str:
        return f"tiny:{self._card.name}"

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        """Return what takes part in an attempt; nothing depends on its seed."""
        return in_context(self, problem, premises_in(problem, self._card.premises))

    def load(self) -> None:
        """Read the model, unless it was read. Raises `PolicyError`."""
        with self._turn:
            self._ready()

    def close(self) -> None:
        """Let the model go."""
        with self._turn:
            self._loaded = None

    def propose(self, goal: Goal, k: int, scope: GoalContext) -> Proposals:
        """Propose at most `k` distinct tactics, most probable first."""
        with self._turn:
            return self._propose(goal, k, scope)

    def _propose(self, goal: Goal, k: int, scope: GoalContext) -> Proposals:
        began = time.monotonic()
        model, tokenizer = self._ready()
        state = tokenizer.encode(goal.text).ids
        table = dict(weighted(goal, WIDE, self._priors, scope)[: self._card.pool])
        written = [tactic for tactic in self._write(model, tokenizer, goal, state) if tactic not in table]
        tactics = [*table, *written]
        encoded = [tokenizer.encode(tactic).ids for tactic in tactics]
        found = log_proving(model, state, encoded)
        mixed = [
            self._card.policy_exponent * score + self._card.prior_exponent * log_frequency(table, tactic)
            for tactic, score in zip(tactics, found, strict=True)
        ]
        whole = max(mixed) + math.log(sum(math.exp(score - max(mixed)) for score in mixed))
        factor = self._card.value_exponent * max(found)
        ranked = sorted(zip(tactics, mixed, strict=True), key=lambda pair: -pair[1])[:k]
        return Proposals(
            tuple(Suggestion(tactic, min(0.0, score - whole + factor)) for tactic, score in ranked),
            Cost(
                generations=self._card.samples,
                tokens_in=len(state) + sum(map(len, encoded)),
                tokens_out=sum(len(tokenizer.encode(tactic).ids) for tactic in written),
                policy_seconds=time.monotonic() - began,
            ),
        )

    def _write(self, model: LlamaForCausalLM, tokenizer: Tokenizer, goal: Goal, state: list[int]) -> list[str]:
        """Sample tactics that the decoder writes itself, without those that it did not end."""
        if not self._card.samples:
            return []
        import torch

        seed = int.from_bytes(hashlib.sha256(goal.text.encode()).digest()[:7], "big")
        draw = torch.Generator().manual_seed(seed)
        prefix = list(row(state, []).tokens)
        texts = [[] for _ in range(self._card.samples)]  # type: list[list[int]]
        ended = torch.zeros(self._card.samples, dtype=torch.bool)
        with torch.inference_mode():
            given = model(input_ids=torch.tensor([prefix]), use_cache=True)
            cache = given.past_key_values
            cache.batch_repeat_interleave(self._card.samples)
            logits = given.logits[:, -1].expand(self._card.samples, -1)
            for _ in range(LONGEST_TACTIC):
                chances = (logits.float() / self._card.temperature).softmax(-1)
                tokens = torch.multinomial(chances, 1, generator=draw)[:, 0]
                ended |= tokens == END
                for number, token in enumerate(tokens.tolist()):
                    if not ended[number]:
                        texts[number].append(token)
                if ended.all():
                    break
                given = model(input_ids=tokens[:, None], past_key_values=cache, use_cache=True)
                logits = given.logits[:, -1]
        whole = [tokenizer.decode(text) for text, done in zip(texts, ended.tolist(), strict=True) if done]
        return list(dict.fromkeys(text for text in whole if text.strip()))

    def _ready(self) -> tuple[LlamaForCausalLM, Tokenizer]:
        if self._loaded is None:
            self._loaded = read_decoder(self._folder, "bfloat16")
        return self._loaded


def read_decoder(folder: Path, dtype: Literal["float32", "bfloat16"] = "float32") -> tuple[LlamaForCausalLM, Tokenizer]:
    """Load a decoder and its tokenizer. Raises `PolicyError`."""
    import torch
    from tokenizers import Tokenizer
    from transformers import LlamaForCausalLM
    from transformers.utils.logging import disable_progress_bar

    # One thread: while a Lean process runs, more of them spin.
    torch.set_num_threads(1)
    disable_progress_bar()
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        model = LlamaForCausalLM.from_pretrained(folder, local_files_only=True, dtype=getattr(torch, dtype))
    except Exception as error:  # what these libraries raise is theirs to choose
        raise PolicyError(f"the model in {folder} cannot be loaded: {' '.join(str(error).split())[:300]}") from error
    model.eval()
    return model, tokenizer


def write_card(card: Card, folder: Path) -> None:
    """Put a card into a folder."""
    written = json.dumps(card.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1)
    (folder / CARD).write_text(written, encoding="utf-8")


class TinySettings(Frozen):
    """`model`: the folder of a model of `prover iterate`, by default the one that is shipped; `samples`: how many
    tactics the decoder writes itself, by default as many as the model's card says.
    """

    model: str | None = None
    samples: int = Field(default=0, ge=0)


def _consists_of(settings: TinySettings, spec: Spec) -> str:
    return digest([code_sha256(Path(__file__)), model_sha256(settings.model)])


POLICY = PolicyEntry(
    name="tiny",
    summary="a small decoder over the same tactics, trained by `prover iterate`; one is shipped",
    settings=TinySettings,
    make=lambda settings, spec: load_tiny(tiny_folder(settings.model), settings.samples),
    fingerprint=_consists_of,
    check=lambda: packages("ml", "torch", "transformers", "tokenizers"),
    extra="ml",
)
