"""`hf:`: a transformers model on this machine, on CPU, CUDA or MPS, decoder-only or encoder-decoder."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from prover.errors import PolicyError, PromptTooLong
from prover.policies.entry import PolicyEntry
from prover.policies.models.batcher import Batcher
from prover.policies.models.beams import search_beams
from prover.policies.models.decoding import Row, Sampled, Sampler
from prover.policies.models.generation import Answer, Completion, Generation, Request, seed_of, shares
from prover.policies.models.loading import Loaded, is_out_of_memory, load
from prover.policies.models.making import asked_as, model_policy
from prover.policies.models.model import ModelPolicy
from prover.policies.models.prompts import answer_text, as_tokens, cut
from prover.policies.models.settings import LocalSettings
from prover.policies.models.weights import folder_sha256
from prover.policies.recipes import Sampling
from prover.registry import Spec, packages


@dataclass(frozen=True, slots=True)
class _Part:
    """Samples of one request, or some of them: the request's place and the row to decode."""

    place: int
    row: Row


class HfGenerator:
    """Generates with a transformers model, loaded when it is first needed. For one thread at a time.

    The same request gives the same samples in any batch, up to the rounding of the logits: every sample
    has random numbers of its own. `max_batch` falls when memory runs out, and what did not fit is done again.
    """

    def __init__(self, target: str, settings: LocalSettings) -> None:
        self._target = target
        self._settings = settings
        self._loaded: Loaded | None = None
        self._sampler: Sampler | None = None
        self._cancelled = threading.Event()
        self.max_batch = settings.batch

    def load(self) -> None:
        self._ready()

    def close(self) -> None:
        """Let the model go, and its memory with it; what is being written ends with `PolicyError`. It stays closed."""
        self._cancelled.set()
        if self._loaded is not None:
            torch = self._loaded.torch
            self._loaded = self._sampler = None
            if torch.cuda.is_available():
                torch.cuda.empty_cache()

    def generate(self, requests: Sequence[Request]) -> list[Answer]:
        began = time.monotonic()
        loaded, _ = self._ready()
        prompts = [self._tokens(request, loaded) for request in requests]
        found: list[list[Completion]] = [[] for _ in requests]
        kinds: dict[tuple[Sampling, int], list[_Part]] = {}
        for place, (request, prompt) in enumerate(zip(requests, prompts, strict=True)):
            if isinstance(prompt, PolicyError):
                continue
            sampling = request.sampling
            if sampling.beam and request.samples == 1:
                sampling = sampling.model_copy(update={"beam": False, "temperature": 0.0})  # one beam is greedy
            width = request.samples if sampling.beam else 0
            row = self._row(request, prompt, loaded)
            kinds.setdefault((sampling, width), []).append(_Part(place, row))
        for (sampling, _), parts in kinds.items():
            for part, samples in self._decoded(parts, sampling):
                found[part.place].extend(self._completion(part.row, sample, sampling, loaded) for sample in samples)
        return _billed(prompts, found, time.monotonic() - began)

    @property
    def _who(self) -> str:
        return f"--policy hf:{self._target}"

    def _ready(self) -> tuple[Loaded, Sampler]:
        if self._cancelled.is_set():
            raise PolicyError("the model was closed while it was writing")
        if self._loaded is None or self._sampler is None:
            loaded = load(self._target, self._settings)
            self._sampler = Sampler(loaded.torch, loaded.model, loaded.tokenizer, self._cancelled)
            self._loaded = loaded
        return self._loaded, self._sampler

    def _tokens(self, request: Request, loaded: Loaded) -> tuple[int, ...] | PolicyError:
        try:
            tokens = as_tokens(request.prompt, loaded.tokenizer, self._who)
        except PolicyError as error:
            return error
        if len(tokens) >= loaded.context:
            return PromptTooLong(
                f"{self._who}: the prompt has {len(tokens)} tokens and the model's context holds {loaded.context}, "
                "answer included: ask with fewer premises= or examples=, or choose a model with a longer context"
            )
        return tokens

    def _row(self, request: Request, prompt: tuple[int, ...], loaded: Loaded) -> Row:
        room = loaded.context if loaded.model.config.is_encoder_decoder else loaded.context - len(prompt)
        seeds = tuple(seed_of(request, index) for index in range(request.samples))
        return Row(prompt, seeds, min(request.sampling.max_tokens, room))

    def _decoded(self, parts: list[_Part], sampling: Sampling) -> Iterator[tuple[_Part, list[Sampled]]]:
        """Yield every part, or piece of one, with its samples; those of one request come in order."""
        loaded, sampler = self._ready()
        parts = sorted(parts, key=lambda part: -len(part.row.prompt))  # prompts of one length together: less padding
        while parts:
            batch, rest = _filled(parts, self.max_batch, divide=not sampling.beam)
            rows = [part.row for part in batch]
            try:
                done = search_beams(loaded, rows, sampling) if sampling.beam else sampler.sample(rows, sampling)
            except Exception as error:
                smallest = len(rows) == 1 and (sampling.beam or len(rows[0].seeds) == 1)
                self._give_way(error, sum(len(row.seeds) for row in rows), smallest)
                continue
            yield from zip(batch, done, strict=True)
            parts = rest

    def _give_way(self, error: Exception, tried: int, smallest: bool) -> None:
        """Halve the batches if memory ran out and they can be halved; otherwise raise what is wrong."""
        loaded, _ = self._ready()
        if is_out_of_memory(error):
            if loaded.torch.cuda.is_available():
                loaded.torch.cuda.empty_cache()
            if not smallest:
                self.max_batch = max(1, tried // 2)
                return
            raise PolicyError(
                f"{self._who} ran out of memory with nothing left to divide: choose a smaller max_tokens= or samples=, "
                "dtype=bfloat16, another device=, or a smaller model"
            ) from error
        if "not implemented for" in str(error):
            raise PolicyError(
                f"{self._who}: this device cannot compute in dtype={self._settings.dtype} ({error}); use dtype=float32"
            ) from error
        raise error

    def _completion(self, row: Row, sample: Sampled, sampling: Sampling, loaded: Loaded) -> Completion:
        # What went into an encoder does not stand in front of the answer.
        before = () if loaded.model.config.is_encoder_decoder else row.prompt
        text = cut(answer_text(before, sample.ids, loaded.tokenizer), sampling.stop)
        return Completion(text, min(0.0, sample.log_prob), len(sample.ids), sample.finished, tuple(sample.ids))


def _billed(
    prompts: Sequence[tuple[int, ...] | PolicyError], found: list[list[Completion]], seconds: float
) -> list[Answer]:
    good = [
        Generation(tuple(completions), len(prompt), 0.0)
        for prompt, completions in zip(prompts, found, strict=True)
        if not isinstance(prompt, PolicyError)
    ]
    paid = iter(shares(seconds, good))
    return [prompt if isinstance(prompt, PolicyError) else next(paid) for prompt in prompts]


def _filled(parts: list[_Part], most: int, divide: bool) -> tuple[list[_Part], list[_Part]]:
    """Take as many samples off the front as one batch holds, at least one part or, divided, one sample."""
    batch: list[_Part] = []
    for place, part in enumerate(parts):
        seeds = part.row.seeds
        if len(seeds) <= most or (not divide and not batch):
            batch.append(part)
            most -= len(seeds)
        elif most <= 0 or not divide:
            return batch, parts[place:]
        else:
            batch.append(_Part(part.place, replace(part.row, seeds=seeds[:most])))
            return batch, [_Part(part.place, replace(part.row, seeds=seeds[most:])), *parts[place + 1 :]]
    return batch, []


def _make(settings: LocalSettings, spec: Spec) -> ModelPolicy:
    return model_policy(settings, spec, Batcher(HfGenerator(spec.target, settings)))


POLICY = PolicyEntry(
    name="hf",
    summary="a transformers model on this machine",
    target="PATH_OR_ID",
    settings=LocalSettings,
    make=_make,
    asking=asked_as,
    fingerprint=lambda settings, spec: folder_sha256(spec.target),
    check=lambda: packages("ml", "torch", "transformers", "tokenizers"),
    extra="ml",
)
