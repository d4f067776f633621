"""Attempts in the threads of this process: each thread takes a problem, and all share one pool of Lean workers."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

from prover.runs.executor import EVERY_SECONDS, Journal
from prover.runs.meter import Stopped
from prover.runs.records import Task
from prover.runs.work import OpenWork, Work

STOP_SECONDS = 10.0


class Threads:
    """An executor of this process: `workers` Lean workers, and a thread for each of `in_flight` problems.

    More problems than workers fill the batches of a model: while one problem's step runs, others have theirs sampled.
    """

    name = "threads"

    def __init__(self, workers: int = 1, in_flight: int | None = None) -> None:
        self._workers = workers
        self._in_flight = max(workers, in_flight or workers)

    @property
    def workers(self) -> int:
        return self._workers

    @property
    def in_flight(self) -> int:
        return self._in_flight

    def run(self, tasks: Iterable[Task], open_work: OpenWork, journal: Journal, stop: threading.Event) -> None:
        work = open_work(self._workers, stop)
        queue = _Queue(tasks)
        threads = ThreadPoolExecutor(self._in_flight, thread_name_prefix="problem")
        lanes = [threads.submit(_serve, queue, work, journal, stop) for _ in range(self._in_flight)]
        try:
            _wait(lanes, work, journal)
        except BaseException:
            stop.set()
            raise
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            wait(lanes, STOP_SECONDS)
            work.close()


class _Queue:
    """Tasks that threads share."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks: Iterator[Task] = iter(tasks)
        self._lock = threading.Lock()

    def next(self) -> Task | None:
        with self._lock:
            return next(self._tasks, None)


def _serve(queue: _Queue, work: Work, journal: Journal, stop: threading.Event) -> None:
    while not stop.is_set() and (task := queue.next()) is not None:
        journal.begin(task)
        try:
            result = work.attempt(task)
        except Stopped:
            return
        journal.end(task, result)


def _wait(lanes: list[Future[None]], work: Work, journal: Journal) -> None:
    pending = set(lanes)
    while pending:
        finished, pending = wait(pending, EVERY_SECONDS, FIRST_EXCEPTION)
        for lane in finished:
            lane.result()  # only what must end the run raises here, such as a full disk
        if pending and (costs := work.spent()):
            journal.spent(costs)
