"""A run of toys in a process of its own, to be killed: `python -m tests.bench.toy_process DIR COUNT DELAY WORKERS`."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from prover.bench.folder import open_run
from prover.bench.run import run
from prover.bench.watch import RunWatcher
from prover.runs.executor import make_executor
from tests.bench import toy


def main(folder: str, count: str, delay: str, workers: str, executor: str = "threads") -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored where tests run in the background
    dataset, search = toy.toys(int(count)), toy.settings(workers=int(workers))
    config = toy.config(dataset, search)
    with open_run(Path(folder), config, dataset) as opened:
        chosen = make_executor(executor, int(workers))
        run(opened, dataset.problems, toy.OpenToys(search, float(delay)), chosen, RunWatcher())


if __name__ == "__main__":
    main(*sys.argv[1:])
