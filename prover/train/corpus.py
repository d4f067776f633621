"""The problems of a run: which are searched, which are kept for evaluation, what is kept out of the training data."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from prover.errors import StatementError, UsageError
from prover.lean.pool import Pool
from prover.problems.dataset import Dataset
from prover.train.decontaminate import guard
from prover.train.records import CorpusProblem, Role
from prover.train.store import IterateStore
from prover.types import Problem

PORTION = 500
"""So many training problems are compared with the evaluation problems and written down at once."""
TOGETHER = 64
"""Types of so many problems are asked for and written down at once: a kill loses no more."""
HELD_OUT = (Role.PROMOTE, Role.REPORT, Role.GUARD)


Watch = Callable[[int, int], None]
"""Is told how many are done, and how many there are."""


def freeze_corpus(
    store: IterateStore,
    train: Sequence[Dataset],
    valid: Sequence[Dataset],
    measured: Mapping[str, int],
    seed: int,
    watch: Watch = lambda done, all: None,
) -> str:
    """Write the problems of a run into its store, unless they are there, and return what they are guarded against.

    Of every evaluation dataset, as many problems as `measured` says are drawn by a hash of seed and name, the same ones
    whenever asked; half decide promotions, half report. The rest of those datasets is guarded against like the drawn.
    Problems are written in portions: a kill loses one. Raises `DataError` where a dataset has changed since.
    """
    evaluation = [
        CorpusProblem(place=place, dataset=dataset.name, role=role, problem=problem)
        for place, (dataset, role, problem) in enumerate(
            (dataset, _role(rank, measured[dataset.name]), problem)
            for dataset in valid
            for rank, problem in enumerate(drawn(dataset.problems, seed))
        )
    ]
    if not evaluation:
        raise UsageError("there is nothing to evaluate on: name at least one dataset with --valid")
    against, line = guard(evaluation)
    if store.get("guard") is not None:
        return line
    for dataset in (*train, *valid):
        store.settle(f"statements of {dataset.name}", dataset.statements_sha256)
    next_place = store.next_place()
    if next_place == 0:
        store.add_problems(evaluation, [])
    asked = [
        CorpusProblem(place=place, dataset=name, role=Role.TRAIN, problem=problem)
        for place, (name, problem) in enumerate(
            ((dataset.name, problem) for dataset in train for problem in drawn(dataset.problems, seed)),
            2 * len(evaluation),
        )
    ]
    left = [entry for entry in asked if entry.place >= next_place]
    for at in range(0, len(left), PORTION):
        some = left[at : at + PORTION]
        findings = (against.finding(entry) for entry in some)
        store.add_problems(some, [finding for finding in findings if finding is not None])
        watch(len(asked) - len(left) + at + len(some), len(asked))
    store.settle("guard", line)
    return line


def _role(rank: int, measured: int) -> Role:
    return Role.GUARD if rank >= measured else Role.PROMOTE if rank % 2 else Role.REPORT


def drawn(problems: Sequence[Problem], seed: int) -> list[Problem]:
    """Return problems in an order that depends on the seed and their names alone."""
    return sorted(problems, key=lambda entry: hashlib.sha256(f"{seed}\0{entry.name}".encode()).digest())


def known_types(store: IterateStore, pool: Pool, watch: Watch = lambda done, all: None) -> dict[int, str]:
    """Return the names of the evaluation problems by the hashes of their elaborated types; Lean is asked for new ones.

    A statement that does not elaborate has no type, and nothing can be equal to it.
    """
    asked = store.problems(*HELD_OUT)
    known = store.digests(*HELD_OUT)
    missing = [problem for problem in asked if problem.place not in known] if store.get("digests") is None else []
    missing.sort(key=lambda problem: (problem.problem.context, problem.place))
    done = 0
    with ThreadPoolExecutor(pool.workers) as threads:
        for at in range(0, len(missing), TOGETHER):
            some = missing[at : at + TOGETHER]
            found = dict(
                zip((problem.place for problem in some), threads.map(partial(_digest, pool), some), strict=True)
            )
            store.set_digests({place: digest for place, digest in found.items() if digest is not None})
            done += len(some)
            watch(done, len(missing))
    store.settle("digests", "known")
    return types(store)


def types(store: IterateStore) -> dict[int, str]:
    """Return the names of the evaluation problems by the hashes of their elaborated types, as far as known."""
    return {digest: name for name, digest in store.digests(*HELD_OUT).values()}


def _digest(pool: Pool, asked: CorpusProblem) -> int | None:
    try:
        digest = pool.start(asked.problem).goals[0].digest
    except StatementError:
        return None
    pool.release(asked.problem)
    return digest
