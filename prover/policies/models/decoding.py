"""Sampling from a transformers model, many prompts at once, one generator of random numbers a sample.

Each prompt is read once, however many samples it gets: its keys and values are copied for them. Prompts are padded on
the left. A sample draws from its own stream of random numbers (`prover.policies.models.drawing`), so what it says does
not depend on what it is batched with, up to the rounding of the logits.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from prover.errors import PolicyError
from prover.policies.models.drawing import draw

if TYPE_CHECKING:
    from prover.policies.recipes import Sampling

TAIL = 24
"""How many tokens back a stop string is looked for, at least; longer strings look back further."""


@dataclass(frozen=True, slots=True)
class Row:
    """One prompt in a batch: its tokens, the seeds of its samples, and the most tokens that each may get."""

    prompt: tuple[int, ...]
    seeds: tuple[int, ...]
    most: int


@dataclass(slots=True)
class Sampled:
    """One sample: its tokens, the stop or the end included, the sum of their log-probabilities, and how it ended."""

    ids: list[int]
    log_prob: float = 0.0
    finished: bool = False


class Sampler:
    """Draws from one model. `torch` is the module; `stop` strings are those of the sampling given."""

    def __init__(self, torch: Any, model: Any, tokenizer: Any, cancelled: threading.Event) -> None:
        self._torch = torch
        self._model = model
        self._tokenizer = tokenizer
        self._cancelled = cancelled
        self._takes = frozenset(inspect.signature(model.forward).parameters)
        ends = getattr(model.generation_config, "eos_token_id", None)
        found = ends if isinstance(ends, list) else [ends]
        self._ends = {end for end in [*found, tokenizer.eos_token_id] if end is not None}
        self._may_stop: dict[tuple[int, str], bool] = {}

    def sample(self, rows: Sequence[Row], sampling: Sampling) -> list[list[Sampled]]:
        """Return the samples of every row, in order."""
        torch = self._torch
        with torch.inference_mode():
            return self._sample(rows, sampling)

    def _sample(self, rows: Sequence[Row], sampling: Sampling) -> list[list[Sampled]]:
        torch, device = self._torch, self._model.device
        samples = [[Sampled([]) for _ in row.seeds] for row in rows]
        flat = [sample for group in samples for sample in group]
        most = [row.most for row in rows for _ in row.seeds]
        longest = max(most)
        owner = torch.tensor([place for place, row in enumerate(rows) for _ in row.seeds], device=device)
        noise = torch.stack([self._stream(seed, longest) for row in rows for seed in row.seeds]).to(device)

        state = self._read(rows)
        logits = state.logits.index_select(0, owner)
        state.select(owner)
        alive = list(range(len(flat)))
        for step in range(longest):
            if self._cancelled.is_set():
                raise PolicyError("the model was closed while it was writing")
            tokens, logs = draw(torch, logits, noise[:, step].contiguous(), sampling)
            said, weights = tokens.tolist(), logs.tolist()
            going: list[int] = []
            for place, index in enumerate(alive):
                sample = flat[index]
                sample.ids.append(said[place])
                sample.log_prob += weights[place]
                sample.finished = said[place] in self._ends or self._stopped(sample.ids, sampling.stop)
                if not sample.finished and len(sample.ids) < most[index]:
                    going.append(place)
            if not going:
                break
            if len(going) < len(alive):
                kept = torch.tensor(going, device=device)
                alive = [alive[place] for place in going]
                tokens, noise = tokens.index_select(0, kept), noise.index_select(0, kept)
                state.select(kept)
            logits = state.advance(tokens)
        return samples

    def _stream(self, seed: int, length: int) -> Any:
        torch = self._torch
        return torch.rand(length, generator=torch.Generator().manual_seed(seed))

    def _read(self, rows: Sequence[Row]) -> _Reading:
        """Read the prompts, padded on the left."""
        torch, device = self._torch, self._model.device
        width = max(len(row.prompt) for row in rows)
        pad = self._tokenizer.pad_token_id if self._tokenizer.pad_token_id is not None else 0
        ids = torch.tensor([[pad] * (width - len(row.prompt)) + list(row.prompt) for row in rows], device=device)
        mask = torch.tensor([[0] * (width - len(row.prompt)) + [1] * len(row.prompt) for row in rows], device=device)
        if self._model.config.is_encoder_decoder:
            return _EncoderDecoder(torch, self._model, ids, mask)
        return _DecoderOnly(torch, self._model, ids, mask, self._takes)

    def _stopped(self, ids: list[int], stop: tuple[str, ...]) -> bool:
        if not stop or not any(self._can_end(ids[-1], string[-1]) for string in stop):
            return False
        back = max(TAIL, *(2 * len(string) for string in stop))
        tail = self._tokenizer.decode(ids[-back:], skip_special_tokens=False, clean_up_tokenization_spaces=False)
        return any(string in tail for string in stop)

    def _can_end(self, token: int, character: str) -> bool:
        """Tell whether a token's text holds the last character of a stop string: most do not, and need no decoding."""
        known = self._may_stop.get((token, character))
        if known is None:
            text = self._tokenizer.decode([token], skip_special_tokens=False, clean_up_tokenization_spaces=False)
            known = self._may_stop[token, character] = character in text or not text.isascii()
        return known


class _Reading(Protocol):
    """What a model holds of the texts in a batch; `logits` are those of the next token after reading."""

    logits: Any

    def select(self, rows: Any) -> None:
        """Keep these rows, repeated where they are named repeatedly."""
        ...

    def advance(self, tokens: Any) -> Any:
        """Append a token to every row and return the next logits."""
        ...


class _DecoderOnly:
    def __init__(self, torch: Any, model: Any, ids: Any, mask: Any, takes: frozenset[str]) -> None:
        self._torch, self._model, self._mask = torch, model, mask
        self._next = mask.sum(dim=-1, keepdim=True) if "position_ids" in takes else None
        more: dict[str, Any] = {"logits_to_keep": 1} if "logits_to_keep" in takes else {}
        if self._next is not None:
            more["position_ids"] = (mask.cumsum(dim=-1) - 1).clamp(min=0)
        out = model(input_ids=ids, attention_mask=mask, use_cache=True, **more)
        self._cache = out.past_key_values
        self.logits = out.logits[:, -1]

    def select(self, rows: Any) -> None:
        self._cache.batch_select_indices(rows)
        self._mask = self._mask.index_select(0, rows)
        if self._next is not None:
            self._next = self._next.index_select(0, rows)

    def advance(self, tokens: Any) -> Any:
        self._mask = self._torch.cat([self._mask, self._mask.new_ones(len(tokens), 1)], dim=-1)
        place = {}
        if self._next is not None:
            place, self._next = {"position_ids": self._next}, self._next + 1
        out = self._model(
            input_ids=tokens.unsqueeze(-1),
            attention_mask=self._mask,
            past_key_values=self._cache,
            use_cache=True,
            **place,
        )
        return out.logits[:, -1]


class _EncoderDecoder:
    def __init__(self, torch: Any, model: Any, ids: Any, mask: Any) -> None:
        self._model, self._mask = model, mask
        self._encoded = model.get_encoder()(input_ids=ids, attention_mask=mask)
        start = model.config.decoder_start_token_id
        self._cache: Any = None
        self.logits = self.advance(torch.full((len(ids),), start, device=ids.device))

    def select(self, rows: Any) -> None:
        self._cache.batch_select_indices(rows)
        self._mask = self._mask.index_select(0, rows)
        self._encoded.last_hidden_state = self._encoded.last_hidden_state.index_select(0, rows)

    def advance(self, tokens: Any) -> Any:
        out = self._model(
            encoder_outputs=self._encoded, attention_mask=self._mask, decoder_input_ids=tokens.unsqueeze(-1),
            past_key_values=self._cache, use_cache=True,
        )  # fmt: skip
        self._cache = out.past_key_values
        return out.logits[:, -1]
