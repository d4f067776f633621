"""Attempts a minute with two Ray actors against one, on real Lean: `make bench-ray`. The goal is 1.6 times as many.

The clock runs from the first result to the last, so that the start of Ray, of Lean and of the actors is left out. Two
actors need two free cores. What bounds them is printed beside it: how long an attempt takes by itself in each case
(an actor's first one, which starts Lean, left out), the CPU seconds of an attempt by process, and how much longer plain
computing takes on this machine when two processes do it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import psutil

from prover.bench.choose import choose, in_context
from prover.bench.config import RunConfig, run_config
from prover.bench.folder import open_run
from prover.bench.run import OpenBench, run
from prover.bench.watch import Quiet
from prover.config import SearchConfig, search_config
from prover.problems.dataset import Dataset
from prover.problems.target import find_dataset
from prover.runs.executor import make_executor
from prover.runs.solver import lean_info
from prover.types import Attempt

PARTS = {
    "main.cjs": "Lean that searches",
    "elaboration.cjs": "Lean that elaborates for verdicts",
    "native_process": "the kernel",
    "kernel.cjs": "the kernel",
    "refute.outside": "the search for counterexamples",
    "ray::SearchActor": "the actors",
    "raylet": "Ray's own",
    "gcs_server": "Ray's own",
    "ray::": "Ray's own",
    "/ray/": "Ray's own",
}
"""What a process is, by what stands in its command line; the first that fits."""
COMPUTING = (
    "import time; t = time.perf_counter(); sum(i * i % 7 for i in range(10_000_000)); print(time.perf_counter() - t)"
)


class Times(Quiet):
    """Notes when results come, and how long their attempts took."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.walls: dict[str, float] = {}

    def row(self, attempt: Attempt) -> None:
        self.times.append(time.perf_counter())
        self.walls[attempt.problem] = attempt.cost.wall_seconds

    @property
    def rate(self) -> float:
        """Attempts a minute."""
        return 60 * (len(self.times) - 1) / (self.times[-1] - self.times[0])


class Processes:
    """Adds up the CPU seconds of this process and of all below it, while it is entered."""

    def __init__(self) -> None:
        self._seconds: dict[int, tuple[str, float]] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Processes:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._end.set()
        self._thread.join()

    def seconds(self) -> Counter[str]:
        """Return what each kind of process has used."""
        found: Counter[str] = Counter()
        for part, used in self._seconds.values():
            found[part] += used  # type: ignore[assignment]  # a counter of seconds
        return found

    def _watch(self) -> None:
        this = psutil.Process()
        before = sum(this.cpu_times()[:2])
        while not self._end.wait(0.25):
            self._seconds[this.pid] = "the driver", sum(this.cpu_times()[:2]) - before
            for process in this.children(recursive=True):
                try:
                    command, used = " ".join(process.cmdline()), sum(process.cpu_times()[:2])
                except psutil.Error:
                    continue
                part = next((part for word, part in PARTS.items() if word in command), "others")
                self._seconds[process.pid] = part, used


def measured(actors: int, config: RunConfig, dataset: Dataset, search: SearchConfig) -> tuple[Times, Counter[str]]:
    """Make the attempts with so many actors; return when they ended and the CPU seconds of the processes."""
    times = Times()
    with (
        Processes() as processes,
        tempfile.TemporaryDirectory() as folder,
        open_run(Path(folder) / "run", config, dataset) as opened,
    ):
        run(opened, dataset.problems, OpenBench(search, cached=False), make_executor("ray", actors), times)
    return times, processes.seconds()


def computing(processes: int) -> float:
    """Return how long a computation takes that so many processes make at the same time, the slowest of them."""
    running = [
        subprocess.Popen([sys.executable, "-c", COMPUTING], stdout=subprocess.PIPE, text=True) for _ in range(processes)
    ]
    return max(float(process.communicate()[0]) for process in running)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", default="minif2f/valid")
    parser.add_argument("--problems", type=int, default=40)
    parser.add_argument("--calls", type=int, default=30, help="budget of a problem in Lean calls")
    given = parser.parse_args()
    search = search_config(budget=f"lean_calls={given.calls}", heartbeats=2_000)
    dataset, selection = choose(find_dataset(given.dataset, None, search.context), None, given.problems)
    search = in_context(search, dataset)
    config = run_config(dataset, lean_info(search), search, selection=selection)
    alone, together = computing(1), computing(2)
    found: dict[int, Times] = {}
    for actors in (1, 2):
        times, seconds = measured(actors, config, dataset, search)
        found[actors] = times
        print(f"{actors} actor{'s' if actors > 1 else ''}: {times.rate:.1f} attempts a minute; CPU seconds an attempt:")
        for part, used in [*seconds.most_common(), ("in all", seconds.total())]:
            print(f"    {part:<36}{used / len(times.walls):8.2f}", flush=True)
    late = {problem for times in found.values() for problem in list(times.walls)[:2]}
    one, two = (sum(wall for problem, wall in found[n].walls.items() if problem not in late) for n in (1, 2))
    each = one / (len(found[1].walls) - len(late))
    print(f"an attempt takes {each:.2f} s with one actor and {two / one:.2f} times that with two;")
    print(f"    by that, two against one: {2 * one / two:.2f}")
    print(f"plain computing takes {together / alone:.2f} times as long where two processes do it;")
    print(f"    by that, two against one: {2 * alone / together:.2f}")
    print(f"two against one: {found[2].rate / found[1].rate:.2f} (goal: 1.6)")


if __name__ == "__main__":
    main()
