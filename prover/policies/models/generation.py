"""What a language model is asked and what it answers, whichever program runs it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from prover.errors import PolicyError
from prover.policies.recipes import Prompt, Sampling


@dataclass(frozen=True, slots=True)
class Request:
    """Ask for `samples` continuations of a prompt. The same request is answered alike, as far as the backend can."""

    prompt: Prompt
    samples: int
    sampling: Sampling
    seed: int


@dataclass(frozen=True, slots=True)
class Completion:
    """One continuation: its text without the stop string, and how probable it was.

    `log_prob` is the natural logarithm of the model's own probability, at temperature 1 and uncut by top-p, of all
    tokens that were generated, the end or the stop included. `ids` are those tokens, where the backend tells them;
    `tokens` is their number. `finished` is False where the limit of tokens cut the text off.
    """

    text: str
    log_prob: float
    tokens: int
    finished: bool
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Generation:
    """The answer to a request. `tokens_in` counts the prompt once, however many samples share it.

    `seconds` is this request's share of the wall clock: shares of requests that were answered together add up.
    """

    completions: tuple[Completion, ...]
    tokens_in: int
    seconds: float

    @property
    def tokens_out(self) -> int:
        return sum(completion.tokens for completion in self.completions)


Answer = Generation | PolicyError
"""The result of one request: a request that fails does not affect the others of its batch."""


class Generator(Protocol):
    """A language model, batch first."""

    def generate(self, requests: Sequence[Request]) -> list[Answer]:
        """Answer each request, in order. Raises `PolicyError` where nothing can be answered at all."""
        ...

    def load(self) -> None:
        """Make ready now rather than at the first request. Raises `PolicyError`."""
        ...

    def close(self) -> None:
        """Let go of what is held, and let requests in progress end soon. May be called from another thread."""
        ...


def seed_of(request: Request, index: int = 0) -> int:
    """Return a seed in [0, 2**63) that depends on the request's seed, its prompt and the place of a sample alone."""
    prompt = json.dumps(asdict(request.prompt), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(f"{request.seed}\0{index}\0{prompt}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def shares(seconds: float, answers: Sequence[Generation]) -> list[Generation]:
    """Divide the seconds of a batch among its answers, in proportion to their tokens."""
    weights = [answer.tokens_in + answer.tokens_out for answer in answers]
    whole = sum(weights) or 1
    return [
        Generation(answer.completions, answer.tokens_in, seconds * weight / whole)
        for answer, weight in zip(answers, weights, strict=True)
    ]
