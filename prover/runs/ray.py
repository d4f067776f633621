"""Attempts by the actors of a Ray cluster: many machines, one driver, one store.

The unit is one attempt. A search actor opens its own Lean workers and keeps proof states inside: they are pointers into
Lean. A language model with weights runs in an actor of its own, which merges what all searches ask at the same time
into batches; an endpoint is asked by each search itself. Only the driver writes the store, so a run resumes in the same
way with and without Ray, and with another number of workers.

Ray never repeats an attempt by itself (`max_task_retries=0`); it does start actors again (`max_restarts=-1`). An
attempt that was in progress when its actor died is made again with the same seed, `LOSSES` times at most, and then
listed as an infrastructure failure. (Ray's documentation, "Fault tolerance: actors".)
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from prover.errors import ProverError, SetupError
from prover.prove import failed
from prover.runs.actors import LOSSES, PolicyActor, RemoteGenerator, SearchActor, cause_of, first_line
from prover.runs.executor import EVERY_SECONDS, Journal
from prover.runs.records import Finished, Result, Task, TaskKey
from prover.runs.work import OpenWork, SharesModel
from prover.types import CostRecord

DEPTH = 2
"""Most attempts that are sent to an actor at once: the next one is there when one ends."""
POLL_SECONDS = 0.5
STOP_SECONDS = 10.0
START_SECONDS = 600.0
"""So long a run waits for the cluster to give it a process."""
STORE_BYTES = 200_000_000
"""Shared memory of a cluster that is started here: what passes through it is small."""


def require_ray() -> None:
    """Raise `SetupError` unless Ray is installed."""
    if find_spec("ray") is None:
        raise SetupError("--executor ray needs Ray: pip install 'proofsmith[scale]'")


class RayExecutor:
    """An executor of `workers` search actors.

    `address` is that of a running cluster (`auto` finds one on this machine). Without one a cluster that this process
    is connected to already is used, or one of this machine is started and ended with the run.
    """

    name = "ray"

    def __init__(self, workers: int, address: str = "") -> None:
        self._workers = workers
        self._address = address

    @property
    def workers(self) -> int:
        return self._workers

    @property
    def in_flight(self) -> int:
        return self._workers

    def run(self, tasks: Iterable[Task], open_work: OpenWork, journal: Journal, stop: threading.Event) -> None:
        require_ray()
        with _cluster(self._address, self._workers), _model(open_work, self._workers) as shared:
            lanes = [_Lane(_start(SearchActor, shared, num_cpus=1)) for _ in range(self._workers)]
            driver = _Driver(tasks, lanes, open_work.label, journal)
            try:
                driver.run(stop)
            except BaseException:
                stop.set()
                raise
            finally:
                driver.close()


@dataclass(slots=True)
class _Lane:
    """A search actor, and the attempts that were sent to it, in order: only the first can be in progress.

    `ping` is what tells that a started actor has a process; until then nothing is sent to it.
    """

    actor: Any
    sent: deque[tuple[Task, Any]] = field(default_factory=deque)
    ping: Any = None
    up: bool = False


class _Driver:
    """Sends attempts to actors and receives their results; knows of at most `DEPTH` attempts an actor."""

    def __init__(
        self, tasks: Iterable[Task], lanes: list[_Lane], label: Callable[[], tuple[str, str]], journal: Journal
    ) -> None:
        self._tasks: Iterator[Task] = iter(tasks)
        self._ahead: deque[Task] = deque()
        self._lanes = lanes
        self._label = label
        self._journal = journal
        self._losses: Counter[TaskKey] = Counter()
        self._costs: dict[TaskKey, CostRecord] = {}
        self._asked: list[Any] = []
        self._served = time.monotonic()

    def run(self, stop: threading.Event) -> None:
        import ray

        for lane in self._lanes:
            self._call(lane)
        asked = time.monotonic()
        while not stop.is_set():
            self._send()
            waiting = [lane.sent[0][1] for lane in self._lanes if lane.sent]
            pings = [lane.ping for lane in self._lanes if lane.ping is not None]
            if not waiting and not self._more():
                return
            ready, _ = ray.wait([*waiting, *pings, *self._asked], num_returns=1, timeout=POLL_SECONDS)
            for lane in list(self._lanes):
                if lane.ping in ready:
                    self._answered(lane)
                while lane.sent and ray.wait([lane.sent[0][1]], timeout=0)[0]:
                    self._receive(lane)
            self._note(ready)
            self._patience()
            if time.monotonic() - asked > EVERY_SECONDS and not self._asked:
                asked = time.monotonic()
                self._asked = [_control(lane.actor, "spent") for lane in self._lanes if lane.sent]

    def close(self) -> None:
        """Cancel what is in progress, let Lean end, and remove the actors."""
        import ray

        for lane in self._lanes:
            if lane.up:
                _control(lane.actor, "stop")
        closed = [lane.actor.close.remote() for lane in self._lanes if lane.up]
        if closed:
            ray.wait(closed, num_returns=len(closed), timeout=STOP_SECONDS)
        for lane in self._lanes:
            ray.kill(lane.actor)

    # -- sending -------------------------------------------------------------------------------------------------------

    def _more(self) -> bool:
        """Look ahead as far as the actors can take, and tell whether anything is left."""
        while len(self._ahead) < DEPTH * len(self._lanes) and (task := next(self._tasks, None)) is not None:
            self._ahead.append(task)
        return bool(self._ahead)

    def _send(self) -> None:
        """Give every actor an attempt, and a next one while there are more than enough for all."""
        for depth in range(DEPTH):
            for lane in self._lanes:
                if lane.up and len(lane.sent) == depth and self._more():
                    if depth and len(self._ahead) < len(self._lanes):
                        return  # the last ones wait for the first free actor
                    task = self._ahead.popleft()
                    if not depth:
                        self._journal.begin(task)
                    lane.sent.append((task, lane.actor.attempt.remote(task)))

    # -- receiving -----------------------------------------------------------------------------------------------------

    def _receive(self, lane: _Lane) -> None:
        import ray
        from ray.exceptions import RayError, RayTaskError

        task, reference = lane.sent[0]
        try:
            result: Result | None = ray.get(reference)
        except RayTaskError as error:
            raise cause_of(error) from error  # the work could not be opened
        except RayError as error:
            self._lost(lane, error)
            return
        lane.sent.popleft()
        if result is not None:
            self._journal.end(task, result)
        self._forget(task)
        if lane.sent:
            self._journal.begin(lane.sent[0][0])

    def _lost(self, lane: _Lane, error: Exception) -> None:
        """Make attempts again that were lost with their actor: the first was in progress, the others had not begun."""
        (task, _), *others = lane.sent
        lane.sent.clear()
        self._ahead.extendleft(other for other, _ in reversed(others))
        self._losses[task.key] += 1
        if self._losses[task.key] <= LOSSES:
            self._ahead.append(task)
        else:
            died = f"the process that made this attempt died {self._losses[task.key]} times"
            self._journal.end(task, self._infrastructure(task, f"{died}; the last time: {first_line(error)}"))
            self._forget(task)
        self._call(lane)

    def _infrastructure(self, task: Task, message: str) -> Finished:
        row = failed(task.problem, ProverError(message), *self._label(), task.seed)
        return Finished(attempt=row.model_copy(update={"cost": self._costs.get(task.key, CostRecord())}))

    def _forget(self, task: Task) -> None:
        self._losses.pop(task.key, None)
        self._costs.pop(task.key, None)

    def _note(self, ready: Sequence[Any]) -> None:
        """Write down the costs so far that actors have told."""
        import ray
        from ray.exceptions import RayError

        for reference in [asked for asked in self._asked if asked in ready or ray.wait([asked], timeout=0)[0]]:
            self._asked.remove(reference)
            try:
                costs: Mapping[TaskKey, CostRecord] = ray.get(reference)
            except RayError:  # the actor died
                continue
            working = {lane.sent[0][0].key for lane in self._lanes if lane.sent}
            known = {key: cost for key, cost in costs.items() if key in working}
            self._costs.update(known)
            if known:
                self._journal.spent(known)

    # -- actors --------------------------------------------------------------------------------------------------------

    def _patience(self) -> None:
        """Raise `SetupError` where the cluster has had no process for this run for too long."""
        now = time.monotonic()
        if any(lane.up for lane in self._lanes):
            self._served = now
        if now - self._served > START_SECONDS:
            raise SetupError(
                f"no search actor could start for {START_SECONDS:.0f} s: each needs a free CPU of the cluster; "
                "look at `ray status`, or lower --workers"
            )

    def _call(self, lane: _Lane) -> None:
        """Ask an actor, started or started again, for a sign of life."""
        lane.up = False
        lane.ping = _control(lane.actor, "ready")

    def _answered(self, lane: _Lane) -> None:
        import ray
        from ray.exceptions import ActorDiedError, RayError

        ping, lane.ping = lane.ping, None
        try:
            ray.get(ping)
        except ActorDiedError as error:  # it is not started again
            self._lanes.remove(lane)
            if not self._lanes:
                message = f"no process can work for this run any more ({first_line(error)}): start it again"
                raise ProverError(message) from error
        except RayError:  # it is being started again
            time.sleep(POLL_SECONDS / 5)
            self._call(lane)
        else:
            lane.up = True


def _start(kind: type, argument: object, **resources: float) -> Any:
    """Start an actor. Calls of the group `control` are answered while an attempt is in progress."""
    made = _ray().remote(max_restarts=-1, max_task_retries=0, concurrency_groups={"control": 2}, **resources)(kind)
    return made.options(scheduling_strategy="SPREAD").remote(argument)


def _ray() -> Any:
    """Import Ray, whose own types do not know every option of an actor."""
    return import_module("ray")


def _control(actor: Any, method: str) -> Any:
    return getattr(actor, method).options(concurrency_group="control").remote()


@contextmanager
def _model(open_work: OpenWork, workers: int) -> Iterator[OpenWork]:
    """Start an actor for the language model of the work, if it has one with weights."""
    make = open_work.model() if isinstance(open_work, SharesModel) else None
    if make is None or not isinstance(open_work, SharesModel):
        yield open_work
        return
    ray = _ray()
    gpus = 1.0 if ray.cluster_resources().get("GPU", 0.0) >= 1 else 0.0
    made = ray.remote(max_restarts=-1, max_task_retries=0, max_concurrency=2 * workers, num_cpus=0, num_gpus=gpus)
    actor = made(PolicyActor).remote(make)
    try:
        shared = RemoteGenerator(actor)
        shared.load()
        yield open_work.asking(shared)
    finally:
        ray.kill(actor)


@contextmanager
def _cluster(address: str, workers: int) -> Iterator[None]:
    """Connect to a cluster, or start one of this machine; what was started is always ended."""
    # The cluster listens on this machine only and ends with the run: no tokens, no statistics.
    if not address:
        os.environ.setdefault("RAY_AUTH_MODE", "disabled")
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import logging

    import ray

    if ray.is_initialized():
        yield
        return
    quiet: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    try:
        if address:
            ray.init(address=address, **quiet)
        else:
            own = {"num_cpus": workers, "include_dashboard": False, "object_store_memory": STORE_BYTES}
            ray.init(address="local", **own, **quiet)
    except (ConnectionError, RuntimeError, ValueError) as error:
        wrong = f"--executor ray:{address}: no cluster answers there" if address else "Ray cannot be started here"
        raise SetupError(f"{wrong} ({first_line(error)}): start one with `ray start --head`") from error
    try:
        yield
    finally:
        ray.shutdown()
