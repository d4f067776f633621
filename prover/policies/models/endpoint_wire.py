"""The OpenAI-compatible protocol, as far as it is used: bodies out, answers in."""

from __future__ import annotations

import math
from typing import Any

from pydantic import BaseModel, ConfigDict

from prover.policies.models.generation import Completion, Generation, Request, seed_of
from prover.policies.models.prompts import cut
from prover.policies.recipes import ChatPrompt


class _Loose(BaseModel):
    """Servers add fields of their own."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class TokenLog(_Loose):
    logprob: float


class LogProbs(_Loose):
    """`token_logprobs` of completions, `content` of chats."""

    token_logprobs: list[float | None] | None = None
    content: list[TokenLog] | None = None

    @property
    def values(self) -> list[float]:
        if self.content is not None:
            return [token.logprob for token in self.content]
        return [value for value in self.token_logprobs or [] if value is not None]


class Turn(_Loose):
    content: str | None = None


class Choice(_Loose):
    text: str | None = None
    message: Turn | None = None
    finish_reason: str | None = None
    logprobs: LogProbs | None = None

    @property
    def said(self) -> str:
        return self.text if self.text is not None else (self.message.content if self.message else None) or ""


class Usage(_Loose):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Reply(_Loose):
    choices: list[Choice]
    usage: Usage | None = None


class ModelName(_Loose):
    id: str


class ModelList(_Loose):
    data: list[ModelName]


def path_of(request: Request) -> str:
    """Return where a request goes: raw text is completed, a conversation is continued."""
    return "chat/completions" if isinstance(request.prompt, ChatPrompt) else "completions"


def body_of(request: Request, model: str, samples: int, first: int, log_probs: bool) -> dict[str, Any]:
    """Return the body that asks for `samples` answers, the first of which is number `first` of the request.

    What not every server knows (top-k, beams, a prefilled answer, a prompt without special tokens) is sent only where
    the recipe or the settings need it.
    """
    sampling = request.sampling
    body: dict[str, Any] = {
        "model": model,
        "n": samples,
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "seed": seed_of(request, first) % 2**31,
    }
    if sampling.top_k:
        body["top_k"] = sampling.top_k
    if sampling.stop:
        body["stop"] = list(sampling.stop)
    if sampling.beam:
        body |= {"use_beam_search": True, "temperature": 0.0, "length_penalty": 0.0}
    if isinstance(request.prompt, ChatPrompt):
        body["messages"] = [{"role": turn.role, "content": turn.content} for turn in request.prompt.messages]
        if request.prompt.prefill:
            body["messages"].append({"role": "assistant", "content": request.prompt.prefill})
            body |= {"continue_final_message": True, "add_generation_prompt": False}
        if log_probs:
            body["logprobs"] = True
    else:
        body["prompt"] = request.prompt.text
        if not request.prompt.special_tokens:
            body["add_special_tokens"] = False
        if log_probs:
            body["logprobs"] = 1
    return body


def generation_of(request: Request, replies: list[Reply], seconds: float) -> Generation:
    """Return what the replies to one request say together.

    Where a server gives no log-probabilities, every answer has that of one in as many as there are, and equal ones add
    up to their share. Where it counts no tokens, four bytes are taken for one.
    """
    completions: list[Completion] = []
    total = sum(len(reply.choices) for reply in replies) or 1
    tokens_in = 0
    for reply in replies:
        # A prompt is paid for with every reply; within one, samples share it.
        tokens_in += reply.usage.prompt_tokens if reply.usage else 0
        told = reply.usage.completion_tokens if reply.usage else None
        counts = _token_counts(reply.choices, told)
        for choice, tokens in zip(reply.choices, counts, strict=True):
            logs = choice.logprobs.values if choice.logprobs else []
            number = len(completions)
            completions.append(
                Completion(
                    text=cut(choice.said, request.sampling.stop),
                    log_prob=min(0.0, sum(logs)) if logs else -math.log(total),
                    tokens=tokens,
                    finished=choice.finish_reason != "length",
                    ids=() if logs else (number,),
                )
            )
    return Generation(tuple(completions), tokens_in, seconds)


def _token_counts(choices: list[Choice], told: int | None) -> list[int]:
    counts = [len(choice.logprobs.values) if choice.logprobs else 0 for choice in choices]
    if not all(counts):
        counts = [-(-len(choice.said.encode()) // 4) for choice in choices]
    if told is not None and choices:
        # The server's sum is what is billed; who said how much of it is only known roughly.
        whole = sum(counts) or 1
        shared = [count * told // whole for count in counts]
        shared[0] += told - sum(shared)
        counts = shared
    return counts
