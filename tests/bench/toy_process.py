"""A run of toys in a process of its own, to be killed: `python -m tests.bench.toy_process DIR COUNT DELAY WORKERS`."""

from __future__ import annotations

import sys
from pathlib import Path

from prover.bench.folder import held
from prover.bench.meter import Account
from prover.bench.run import run
from prover.bench.watch import RunWatcher
from tests.bench import toy


def main(folder: str, count: str, delay: str, workers: str) -> None:
    dataset, search, account = toy.toys(int(count)), toy.settings(workers=int(workers)), Account()
    config = toy.config(dataset, search)
    with held(Path(folder), config, dataset) as held_folder, toy.engine(search, account, float(delay)) as engine:
        run(held_folder, dataset.problems, engine.attempt, account, RunWatcher(), search.workers)


if __name__ == "__main__":
    main(*sys.argv[1:])
