"""The other side: a running server instead of a Lean of one's own, for `prover prove|verify|fill --server`."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from prover.cancel import CancelToken
from prover.errors import InputError, LeanError, StatementError, UsageError
from prover.events import Event, Listen
from prover.fill.run import Filling
from prover.serve.addresses import is_loopback
from prover.serve.refusals import ABOUT, OutOfTime
from prover.types import Attempt, Problem, Verdict

if TYPE_CHECKING:
    from prover.config.search import SearchConfig
    from prover.prove import Outcome

VARIABLE = "PROOFSMITH_SERVER"
KEY_VARIABLE = "PROOFSMITH_SERVER_KEY"
TRIES = 8
LONGEST_PAUSE = 10.0
"""Seconds; the server says how long to wait, up to this."""
GREETING_SECONDS = 30.0
"""A server says at once that it is there, however busy its workers are."""
_EVENTS: TypeAdapter[Event] = TypeAdapter(Event)
_VERDICTS: TypeAdapter[Verdict] = TypeAdapter(Verdict)
R = TypeVar("R")


class RemoteProver:
    """Does what commands ask of a `Prover`, by a server. Not thread-safe.

    Raises `UsageError` for what is no address, `LeanError` where no server answers, and what `Prover` raises.
    """

    def __init__(self, address: str, settings: SearchConfig, style: str = "readable") -> None:
        key = os.environ.get(KEY_VARIABLE, "").strip()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        # A proxy that the environment names is for other machines.
        proxies = not is_loopback(_host(address))
        timeout = httpx.Timeout(10.0, read=None)
        self._http = httpx.Client(base_url=address, headers=headers, timeout=timeout, trust_env=proxies)
        self._proxies = proxies
        self._address = address
        self._style = style
        self._met = False
        self.settings = settings

    def load(self) -> None:
        """Do nothing: the server has its policy."""

    def search(self, problem: Problem, *, cancel: CancelToken | None = None, on_event: Listen | None = None) -> Outcome:
        """Search for a proof and have it verified; the graph of the search stays with the server."""
        from prover.prove import Outcome  # only here: a verdict comes sooner than this is imported

        name = uuid.uuid4().hex[:16]
        body = self._question(problem) | {
            "budget": self.settings.budget.set(),
            "strategy": str(self.settings.strategy),
            "seed": self.settings.seed,
            "style": self._style,
            "stream": True,
            "name": name,
        }
        token = cancel or CancelToken()
        with token.calling(lambda: self._cancel(name)):
            for kind, data in self._stream("/v1/prove", body):
                if kind == "attempt":
                    return Outcome(self._read(Attempt.model_validate_json, data), None)
                if kind == "error":
                    found = self._read(json.loads, data)
                    raise self._error(int(found.get("status", 422)), str(found.get("detail", "")))
                if kind != "search" and on_event is not None:
                    on_event(self._read(_EVENTS.validate_json, data))
        raise self._ended()

    def disprove(self, problem: Problem, *, on_event: Listen | None = None) -> Attempt:
        """Look for a counterexample and for nothing else. Nobody is told of events: the server's are not sent."""
        return self._asked("/v1/refute", self._question(problem), Attempt.model_validate)

    def verify(self, problem: Problem, proof: str, *, seconds: float | None = None) -> Verdict:
        """Judge a proof of a statement that is trusted, under the server's own limit of heartbeats."""
        body = self._question(problem) | {"proof": proof, "seconds": seconds}
        return self._asked("/v1/verify", body, lambda found: _VERDICTS.validate_python(found["verdict"]))

    def goals(self, problem: Problem, tactics: Sequence[str]) -> tuple[str, ...]:
        """Return the goals after tactics, none if nothing is left. Raises `InputError` with Lean's message."""
        root = self._asked("/v1/step/start", self._question(problem), dict[str, Any])
        if not tactics:
            return tuple(goal["text"] for goal in root["goals"])
        body = {"state": root["state"], "tactics": list(tactics), "chain": True}
        results = self._asked("/v1/step", body, lambda found: list(found["results"]))
        last = results[-1]
        if last["outcome"] in ("rejected", "limit"):
            raise InputError(f"tactic {len(results)} fails: {last['messages'][0]['data']}")
        if len(results) < len(tactics):
            raise InputError(f"nothing is left to prove before tactic {len(results) + 1}; leave it out")
        return tuple(goal["text"] for goal in last["goals"])

    def fill(self, text: str, source: str, only: str | None) -> Filling:
        """Fill the holes of a source text."""
        body = {"text": text, "source": source, "only": only, "budget": self.settings.budget.set()}
        return self._asked("/v1/fill", body, Filling.model_validate)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def __enter__(self) -> RemoteProver:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- within --------------------------------------------------------------------------------------------------------

    def _question(self, problem: Problem) -> dict[str, Any]:
        return {"problem": problem.model_dump(mode="json")}

    def _asked(self, path: str, body: dict[str, Any], read: Callable[[Any], R]) -> R:
        with closing(self._answer(path, body)) as answer:
            try:
                answer.read()
            except httpx.RequestError as error:
                raise self._gone(error) from error
            return self._read(lambda text: read(json.loads(text)), answer.text)

    def _read(self, read: Callable[[str], R], text: str) -> R:
        try:
            return read(text)
        except (ValueError, KeyError, ValidationError) as error:
            raise self._strange() from error

    def _stream(self, path: str, body: dict[str, Any]) -> Iterator[tuple[str, str]]:
        kind = ""
        with closing(self._answer(path, body)) as answer:
            try:
                for line in answer.iter_lines():
                    if line.startswith("event: "):
                        kind = line[len("event: ") :]
                    elif line.startswith("data: "):
                        yield kind, line[len("data: ") :]
            except httpx.RequestError as error:
                raise self._gone(error) from error

    def _meet(self) -> None:
        """Find out that a server of ours is there: something else may take a question and never say a word."""
        if self._met:
            return
        try:
            answer = self._http.get("/health", timeout=GREETING_SECONDS)
        except httpx.ConnectError as error:
            raise self._gone(error) from error
        except httpx.RequestError as error:
            raise self._strange() from error
        if answer.status_code != 200 or self._read(json.loads, answer.text) != {"status": "ok"}:
            raise self._strange()
        self._met = True

    def _answer(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Return an answer that was not read yet. What can be asked again is, after the pause that the server names."""
        self._meet()
        for attempt in range(1, TRIES + 1):
            # Pure ASCII: what a file holds that is no Unicode is for the server to refuse.
            content = json.dumps(body, ensure_ascii=True)
            headers = {"content-type": "application/json"}
            request = self._http.build_request("POST", path, content=content, headers=headers)
            try:
                answer = self._http.send(request, stream=True)
                if answer.status_code == 200:
                    return answer
                answer.read()
            except httpx.RequestError as error:
                raise self._gone(error) from error
            if answer.status_code not in (429, 503) or attempt == TRIES:
                raise self._refused(answer)
            answer.close()
            pause = answer.headers.get("retry-after", "1")
            time.sleep(min(LONGEST_PAUSE, float(pause) if pause.isdigit() else 1.0))
        raise AssertionError("unreachable")

    def _refused(self, answer: httpx.Response) -> Exception:
        try:
            detail = answer.json()["detail"]
        except (ValueError, KeyError, TypeError):
            return self._strange()
        if not isinstance(detail, str):
            return UsageError(f"the server at {self._address} refuses the request: {detail}")
        return self._error(answer.status_code, detail, answer.headers.get(ABOUT, ""))

    def _error(self, status: int, detail: str, about: str = "") -> Exception:
        if status == 401:
            said = f"the server at {self._address} asks for its key ({detail})"
            return UsageError(f"{said}: set {KEY_VARIABLE} to the one that it was started with")
        if status in (429, 503):
            return LeanError(f"the server at {self._address} cannot do it now ({detail}): ask again later")
        if about == "statement":
            return StatementError(detail)
        return (OutOfTime if status == 504 else InputError)(detail)

    def _gone(self, error: Exception) -> LeanError:
        if not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return self._ended()
        said = f"no server answers at {self._address} ({type(error).__name__})"
        return LeanError(f"{said}: start one with `prover serve`, or leave --server and {VARIABLE} out")

    def _ended(self) -> LeanError:
        return LeanError(f"the server at {self._address} ended before it had answered: ask again")

    def _strange(self) -> LeanError:
        return LeanError(f"what answers at {self._address} is no `prover serve` of this version: look at the address")

    def _cancel(self, name: str) -> None:
        """Ask for the end of a search, in a connection of its own: this may run in a signal handler."""
        try:
            headers = dict(self._http.headers)
            httpx.post(f"{self._address}/v1/prove/{name}/cancel", headers=headers, timeout=5.0, trust_env=self._proxies)
        except httpx.RequestError:
            pass  # who reads the stream finds out


def _host(address: str) -> str:
    """Return the host of an address. Raises `UsageError`."""
    try:
        read = httpx.URL(address)
    except httpx.InvalidURL:
        read = httpx.URL("")
    if read.scheme not in ("http", "https") or not read.host or (read.port or 0) > 65_535:
        raise UsageError(f"{address} is no address of a server: write http://HOST:PORT")
    return read.host
