"""`openai:`: any server that speaks the OpenAI protocol, vLLM, llama.cpp, SGLang and the commercial ones among them.

Requests go out one by one, up to `concurrency` at a time from all searches together: servers of this kind make batches
themselves. What fails for a reason that passes (429, 5xx, a broken line, a slow or garbled answer) is repeated with
growing pauses, or after as long as the server asks for; what does not pass is that request's error and no other's.
The key comes from an environment variable, goes into one header, and is removed from every message.
"""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import ValidationError

from prover.errors import PolicyError, PromptTooLong, UsageError
from prover.policies.entry import PolicyEntry
from prover.policies.models.endpoint_wire import ModelList, Reply, body_of, generation_of, path_of
from prover.policies.models.generation import Answer, Request
from prover.policies.models.making import asked_as, model_policy
from prover.policies.models.model import ModelPolicy
from prover.policies.models.rate_limit import RateLimiter
from prover.policies.models.settings import EndpointSettings
from prover.policies.models.spend_limit import SpendLimit
from prover.registry import Spec, packages

PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Statuses that a repetition may get past."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0
LOAD_RETRIES = 1
"""A person waits for the first answer, and a server that is down is said at once."""
LONGEST_RETRY_AFTER = 600.0
_TOO_LONG = ("maximum context length", "context_length_exceeded", "context length", "max_model_len", "too many tokens")


_LOGGER = logging.getLogger("prover.policies")

T = TypeVar("T")


class _Passing(Exception):
    """A failure that may pass; `pause` is how long the server asks to wait."""

    def __init__(self, message: str, pause: float | None = None) -> None:
        super().__init__(message)
        self.pause = pause


class EndpointGenerator:
    """Asks a server. Thread-safe; several searches share its limits."""

    def __init__(self, url: str, model: str, settings: EndpointSettings) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"--policy openai: {url!r} is no address; write openai:http://localhost:8000/v1#MODEL")
        if parts.username or parts.password:
            raise UsageError("--policy openai: an address must not hold a password; put the key into an environment "
                             "variable and name it with key_env=")  # fmt: skip
        if settings.max_cost is not None and (settings.price_in is None or settings.price_out is None):
            raise UsageError("--policy openai: max_cost= needs price_in= and price_out=, in USD per million tokens")
        self._url = url.rstrip("/")
        self._model = model
        self._settings = settings
        self._pace = RateLimiter(settings.per_minute)
        self._closed = threading.Event()
        self._opening = threading.Lock()
        self._client: httpx.Client | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._samplers: ThreadPoolExecutor | None = None
        self._flights = threading.BoundedSemaphore(settings.concurrency)
        self._each: int | None = None
        """How many samples a request brings, of a server that gave fewer than it was asked for."""
        self._limit_name = "max_tokens"
        self.purse = SpendLimit(settings.max_cost)

    def load(self) -> None:
        """Ask the server for its models. Raises `PolicyError` if none answers, or ours is not among them."""
        response = self._repeat(self._models, min(self._settings.retries, LOAD_RETRIES))
        if response.status_code == 404:
            return  # not every server lists its models
        try:
            names = [model.id for model in ModelList.model_validate_json(response.content).data]
        except ValidationError:
            return
        if names and self._model not in names:
            shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
            raise PolicyError(f"{self._who}: the server has no model {self._model!r}; it has {shown}")

    def generate(self, requests: Sequence[Request]) -> list[Answer]:
        threads = self._opened()[1]
        return list(threads.map(self._answer, requests))

    def close(self) -> None:
        self._closed.set()
        with self._opening:
            for threads in (self._threads, self._samplers):
                if threads is not None:
                    threads.shutdown(wait=False, cancel_futures=True)
            if self._client is not None:
                self._client.close()

    @property
    def _who(self) -> str:
        return f"--policy openai:{self._url}"

    @property
    def _key(self) -> str:
        return os.environ.get(self._settings.key_env, "")

    def _opened(self) -> tuple[httpx.Client, ThreadPoolExecutor]:
        with self._opening:
            if self._client is None or self._threads is None:
                many = self._settings.concurrency
                self._client = httpx.Client(
                    timeout=httpx.Timeout(self._settings.timeout, connect=min(10.0, self._settings.timeout)),
                    limits=httpx.Limits(max_connections=many, max_keepalive_connections=many),
                )
                self._threads = ThreadPoolExecutor(many, thread_name_prefix="endpoint")
                self._samplers = ThreadPoolExecutor(many, thread_name_prefix="samples")  # a thread waits for these
            return self._client, self._threads

    def _answer(self, request: Request) -> Answer:
        began = time.monotonic()
        replies: list[Reply] = []
        most = self._most(request)
        cost = 0.0
        try:
            self.purse.reserve(most)
            try:
                # A server may answer with fewer samples than it was asked for, as those that ignore `n` do: the rest
                # are asked for again, at the same time.
                while (have := sum(len(reply.choices) for reply in replies)) < request.samples:
                    missing = request.samples - have
                    each = min(missing, self._each or missing)
                    asks = [(min(each, missing - at), have + at) for at in range(0, missing, each)]
                    for found in self._asked(request, asks):
                        if isinstance(found, PolicyError):
                            raise found
                        replies.append(found)
                        cost += self._cost(found)
                    self._learnt(replies, each)
            finally:
                self.purse.settle(most, cost)
        except PolicyError as error:
            return error
        return generation_of(request, replies, time.monotonic() - began)

    def _asked(self, request: Request, asks: Sequence[tuple[int, int]]) -> list[Reply | PolicyError]:
        """Return a reply, or what went wrong, for each number of samples with the place of the first."""

        def one(samples: int, first: int) -> Reply | PolicyError:
            try:
                return self._repeat(partial(self._complete, request, samples, first), self._settings.retries)
            except PolicyError as error:
                return error

        if len(asks) == 1:
            return [one(*asks[0])]
        self._opened()
        assert self._samplers is not None
        found = list(self._samplers.map(lambda ask: one(*ask), asks))
        return sorted(found, key=lambda answer: isinstance(answer, PolicyError))  # what was paid for counts

    def _learnt(self, replies: Sequence[Reply], asked: int) -> None:
        """Note how many samples a request brings, once it brought fewer than it was asked for; say so once."""
        given = min(len(reply.choices) for reply in replies)
        if given >= asked or self._each is not None:
            return
        self._each = given
        _LOGGER.warning(
            "%s gives %d of the %d samples that a request asks for (n): the others are asked for by themselves, "
            "%d at a time", self._who.removeprefix("--policy "), given, asked, self._settings.concurrency,
        )  # fmt: skip

    def _complete(self, request: Request, samples: int, first: int) -> Reply:
        body = body_of(request, self._model, samples, first, self._settings.log_probs)
        body[self._limit_name] = body.pop("max_tokens")
        response = self._send("POST", path_of(request), body)
        if response.status_code == 400 and "max_completion_tokens" in response.text and "max_tokens" in body:
            self._limit_name = "max_completion_tokens"
            raise _Passing("the server wants another name for max_tokens", 0.0)
        self._check(response)
        try:
            reply = Reply.model_validate_json(response.content)
        except ValidationError as error:
            raise _Passing(f"its answer cannot be read ({error.errors()[0]['msg']})") from error
        if not reply.choices:
            raise _Passing("its answer is empty")
        return reply

    def _models(self) -> httpx.Response:
        response = self._send("GET", "models", None)
        if response.status_code != 404:
            self._check(response)
        return response

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> httpx.Response:
        self._pace.wait(self._closed)
        if self._closed.is_set():
            raise PolicyError(f"{self._who}: closed while requests were in flight")
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            with self._flights:
                return self._opened()[0].request(method, f"{self._url}/{path}", json=body, headers=headers)
        except httpx.TimeoutException as error:
            kind = "connect" if isinstance(error, httpx.ConnectTimeout) else "answer"
            raise _Passing(
                f"it did not {kind} within {self._settings.timeout:g} s; raise timeout= if it is only slow"
            ) from error
        except httpx.ConnectError as error:
            raise _Passing("no server answers there: start it, or correct the address") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _Passing(f"the connection broke ({type(error).__name__})") from error

    def _repeat(self, act: Callable[[], T], retries: int) -> T:
        """Act until it succeeds. Raises `PolicyError` when the repetitions are used up."""
        for attempt in range(retries + 1):
            try:
                return act()
            except _Passing as failure:
                if attempt == retries or self._closed.is_set():
                    times = f" ({attempt + 1} tries; retries= allows more)" if attempt else ""
                    raise PolicyError(self._clean(f"{self._who}: {failure}{times}")) from failure
                self._rest(failure, attempt)
        raise AssertionError("unreachable")

    def _rest(self, failure: _Passing, attempt: int) -> None:
        pause = failure.pause
        if pause is None:
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt) * (0.75 + random.random() / 2)
        elif pause > LONGEST_RETRY_AFTER:
            raise PolicyError(f"{self._who}: the server asks to come back in {pause:.0f} s; try again then")
        else:
            self._pace.pause(pause)
        self._closed.wait(pause)

    def _check(self, response: httpx.Response) -> None:
        """Raise what a status means: `_Passing` for one that may pass, else `PolicyError` with the remedy."""
        status = response.status_code
        if status < 400:
            return
        said = _message(response)
        if status in PASSING:
            raise _Passing(f"it answers {status} ({said})", _retry_after(response))
        if status in (401, 403):
            have = "is refused" if self._key else "is not set"
            raise PolicyError(
                self._clean(f"{self._who}: the key in ${self._settings.key_env} {have} ({status}: {said})")
            )
        if any(phrase in said.lower() for phrase in _TOO_LONG):
            raise PromptTooLong(
                self._clean(
                    f"{self._who}: prompt and answer do not fit into the model's context ({said}): lower max_tokens=, "
                    "premises= or examples=, or serve the model with a longer context"
                )
            )
        if status == 404:
            raise PolicyError(
                self._clean(f"{self._who}: nothing there for {self._model!r} ({said}): the address mostly ends in /v1")
            )
        raise PolicyError(self._clean(f"{self._who}: the server refuses the request ({status}: {said})"))

    def _clean(self, text: str) -> str:
        return text.replace(self._key, "***") if self._key else text

    def _most(self, request: Request) -> float:
        """The most that a request can cost: a token is at least a byte, and every sample as long as allowed."""
        size = len(str(request.prompt).encode())
        return (
            size * request.samples * (self._settings.price_in or 0.0)
            + request.samples * request.sampling.max_tokens * (self._settings.price_out or 0.0)
        ) / 1e6

    def _cost(self, reply: Reply) -> float:
        usage = reply.usage
        if usage is None:
            return 0.0
        inward, outward = self._settings.price_in or 0.0, self._settings.price_out or 0.0
        return (usage.prompt_tokens * inward + usage.completion_tokens * outward) / 1e6


def _message(response: httpx.Response) -> str:
    """Return what a server says is wrong, in one line; servers wrap it in different ways."""
    try:
        found: Any = response.json()
    except ValueError:
        found = response.text
    while isinstance(found, dict):
        found = next((found[key] for key in ("error", "message", "detail") if found.get(key)), str(found))
    line = " ".join(str(found).split())
    return line[:300] or "no reason given"


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _make(settings: EndpointSettings, spec: Spec) -> ModelPolicy:
    url, _, model = spec.target.rpartition("#")
    # A server makes batches itself: requests go out one by one, many at a time.
    return model_policy(settings, spec, EndpointGenerator(url, model, settings))


POLICY = PolicyEntry(
    name="openai",
    summary="a model behind a server that speaks the OpenAI protocol",
    target="BASE_URL#MODEL",
    settings=EndpointSettings,
    make=_make,
    asking=asked_as,
    check=lambda: packages("", "httpx") + "; give the server's address",
)
