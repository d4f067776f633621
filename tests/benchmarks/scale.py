"""What one driving process can feed: recorded searches, made again by workers that only wait: `make bench-scale`.

    python -m tests.benchmarks.scale RUN [--workers 1 2 4 8 16] [--step 0.03]

RUN is a folder of `prover bench`. A simulated worker answers a step as Lean did in that run, after a pause of `--step`
seconds; what was not asked there is refused. Policy, search, journal and store are the real ones, so what a second
worker does not bring is theirs. The goal is 500 steps a second with 15 workers from one process.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from prover.bench.config import run_config
from prover.bench.folder import Run, open_run, read_run
from prover.bench.run import run
from prover.bench.watch import Quiet
from prover.config import SearchConfig, make_policy, search_config
from prover.lean.goals import parse_goal
from prover.lean.pool import Pool
from prover.lean.session import SessionStats
from prover.problems.dataset import Dataset
from prover.runs.meter import Account, metered
from prover.runs.solver import Solver
from prover.runs.threads import Threads
from prover.runs.work import SolverWork
from prover.types import LeanInfo, Move, Problem, ProofState, Tactic, Verdict, VerifiedProof
from search.export import EdgeDocument
from search.tree import SPLIT
from search.types import Advanced, Cost, Rejected, RejectionKind, Solved, Step

Recorded = dict[str, tuple[str, dict[tuple[str, str], tuple[EdgeDocument, tuple[str, ...]]]]]
"""For each problem the root, and what became of each tactic at each state: the edge, and the states it led to."""


def recorded(source: Run) -> Recorded:
    """Return what Lean answered in a run."""
    found: Recorded = {}
    for attempt in source.attempts:
        graph = source.tree(attempt.problem, attempt.seed)
        if graph is None or attempt.problem in found:
            continue
        labels = {node["id"]: node["label"] for node in graph["nodes"]}
        edges = {
            (labels[edge["source"]], edge["action"]): (edge, tuple(labels[child] for child in edge["children"]))
            for edge in graph["edges"]
        }
        found[attempt.problem] = labels[0], edges
    return found


@dataclass
class RecordedSession:
    """A worker that answers what was answered before, after a pause."""

    answers: Recorded
    pause: float
    info: LeanInfo
    stats: SessionStats = field(default_factory=SessionStats)

    def start(self, problem: Problem) -> ProofState:
        time.sleep(self.pause)
        return _state(problem.name, self.answers[problem.name][0], ())

    def register(self, problem: Problem) -> None: ...

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        time.sleep(self.pause)
        cost = Cost(lean_calls=1, lean_seconds=self.pause)
        edge, below = self.answers[state.problem][1].get((state.text, tactic), (None, ()))
        if edge is None or edge["outcome"] == "rejected":
            kind = RejectionKind(edge["kind"]) if edge is not None and edge["kind"] else RejectionKind.ERROR
            return Rejected(kind, edge["reason"] if edge is not None else "not asked in the recorded run", cost)
        if not below:
            return Solved(cost)
        return Advanced(_state(state.problem, below[0], (*state.trail, Tactic(tactic))), cost)

    def split(self, state: ProofState) -> tuple[ProofState, ...]:
        _, below = self.answers[state.problem][1].get((state.text, SPLIT), (None, (state.text,)))
        return tuple(_state(state.problem, text, state.trail) for text in below)

    def is_loaded(self, state: ProofState) -> bool:
        return True

    def release(self, problem: Problem) -> None: ...

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


def _state(problem: str, text: str, trail: tuple[Move, ...]) -> ProofState:
    return ProofState(problem, tuple(parse_goal(goal) for goal in text.split("\n\n")), trail)


@dataclass(frozen=True)
class Accepting:
    """Accepts what the recorded search found."""

    lean: LeanInfo

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        return VerifiedProof(
            problem=problem.name,
            statement_sha256=problem.statement_sha256,
            proof=proof,
            axioms=(),
            lean=self.lean,
            heartbeats=0,
            type_digest="",
        )

    def info(self, problem: Problem) -> LeanInfo:
        return self.lean

    def prepare(self, problem: Problem) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class OpenRecorded:
    search: SearchConfig
    answers: Recorded
    pause: float
    lean: LeanInfo

    def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
        account, policy = Account(stop), make_policy(self.search.policy)
        policy.load()
        pool = Pool(metered(partial(RecordedSession, self.answers, self.pause, self.lean), account), workers)
        solver = Solver(self.search, pool, Accepting(self.lean), policy)  # type: ignore[arg-type]
        return SolverWork(solver.attempt, account, policy.name, self.search.strategy.name, solver.close)

    def label(self) -> tuple[str, str]:
        return str(self.search.policy), self.search.strategy.name


def measured(source: Run, answers: Recorded, problems: Sequence[Problem], workers: int, pause: float) -> float:
    """Make the searches again with so many workers, print what came of it, and return steps a second."""
    search = search_config(policy=str(source.config.search.policy), budget="lean_calls=100", workers=workers)
    lean = source.config.lean
    dataset = Dataset(source.config.dataset.name, "", tuple(problems), "", (), {})
    config = run_config(dataset, lean, search)
    began, spent = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder, open_run(Path(folder) / "run", config, dataset) as opened:
        run(opened, dataset.problems, OpenRecorded(search, answers, pause, lean), Threads(workers), Quiet())
        wall, cpu = time.perf_counter() - began, time.process_time() - spent
        steps = sum(attempt.cost.lean_calls for attempt in read_run(Path(folder) / "run").attempts)
    print(
        f"{workers:3} workers {steps:7,} steps {wall:7.1f} s {steps / wall:8.0f} steps/s "
        f"{100 * steps * pause / (workers * wall):5.0f} % of what they could, "
        f"{1000 * cpu / steps:5.2f} ms of this process a step"
    )
    return steps / wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder of a run of `prover bench`")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8, 15])
    parser.add_argument("--step", type=float, default=0.03, help="seconds that a simulated step takes")
    parser.add_argument("--problems", type=int, default=60)
    given = parser.parse_args()
    source = read_run(given.run)
    answers = recorded(source)
    problems = [entry.problem for entry in source.asked if entry.problem.name in answers][: given.problems]
    print(f"{len(problems)} recorded searches of {given.run}, {given.step * 1000:.0f} ms a step")
    first = 0.0
    for workers in given.workers:
        rate = measured(source, answers, problems, workers, given.step)
        first = first or rate / workers
        print(f"    {rate / first:.1f} times one worker")


if __name__ == "__main__":
    main()
