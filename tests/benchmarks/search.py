"""How much of its own time the search library needs for a node.

    python -m tests.benchmarks.search [--nodes 10000] [--profile STRATEGY]

`batch` is the mean number of requests that were in flight together. Every strategy grows a graph of the given size on
an endless AND/OR game; the time spent inside the environment, the policy and the critic is measured and subtracted. The
target is at most 0.5 ms a node at 10,000 nodes. The exit status is 1 if a strategy misses it.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import search
from search import (
    Advanced,
    BeamOptions,
    BestFirstOptions,
    BestOfNOptions,
    Budget,
    Cost,
    MctsOptions,
    Proposals,
    Rejected,
    RejectionKind,
    SearchResult,
    Step,
    SubgoalOptions,
    Suggestion,
)

TARGET = 0.5
Goals = tuple[int, ...]


class Endless:
    """An endless random game, its policy and its critic; nothing can be proved. Keeps the seconds spent inside."""

    goals = 10**12
    actions = 8

    def __init__(self) -> None:
        self.seconds = 0.0
        self.batches = 0

    def step(self, state: Goals, action: str) -> Step[Goals]:
        return self.step_many([(state, action)])[0]

    def step_many(self, requests: Sequence[tuple[Goals, str]]) -> list[Step[Goals]]:
        self.batches += 1
        start = time.perf_counter()
        answers: list[Step[Goals]] = [self._play(state, action) for state, action in requests]
        self.seconds += time.perf_counter() - start
        return answers

    def split(self, state: Goals) -> Sequence[Goals]:
        start = time.perf_counter()
        parts = [(goal,) for goal in state]
        self.seconds += time.perf_counter() - start
        return parts

    def suggest(self, states: Sequence[Goals], k: int) -> list[Proposals]:
        start = time.perf_counter()
        answers = [self._propose(state, k) for state in states]
        self.seconds += time.perf_counter() - start
        return answers

    def estimate(self, states: Sequence[Goals]) -> list[float]:
        start = time.perf_counter()
        answers = [random.Random(str(state)).uniform(0.05, 0.95) for state in states]
        self.seconds += time.perf_counter() - start
        return answers

    def _play(self, state: Goals, action: str) -> Step[Goals]:
        rng = random.Random(f"{state[0]} {action}")
        cost = Cost(lean_calls=1, heartbeats=10)
        if rng.random() < 0.4:
            return Rejected(RejectionKind.ERROR, "no", cost)
        made = tuple(rng.randrange(self.goals) for _ in range(rng.choice((1, 1, 1, 2, 3))))
        return Advanced(made + state[1:], cost)

    def _propose(self, state: Goals, k: int) -> Proposals:
        rng = random.Random(state[0])
        weights = sorted((-rng.expovariate(0.5) for _ in range(min(k, self.actions))), reverse=True)
        return Proposals(tuple(Suggestion(f"a{place}", weight) for place, weight in enumerate(weights)), Cost())


class Crowded(Endless):
    """The same with few goals, so that most parts were met before: many parents, many cycles."""

    goals = 12_000


Search = Callable[[Endless, Budget], SearchResult[Goals]]


def strategies() -> dict[str, Search]:
    """Return every strategy, with the options that cost most."""

    def bind(function: Callable[..., SearchResult[Goals]], critic: bool = False, **given: object) -> Search:
        def call(game: Endless, budget: Budget) -> SearchResult[Goals]:
            return function((0,), game, game, budget, value=game if critic else None, **given)

        return call

    inner = partial(search.best_first, options=BestFirstOptions(k=8))
    return {
        "best-first": bind(search.best_first, options=BestFirstOptions(k=8)),
        "best-first, 16 workers": bind(search.best_first, options=BestFirstOptions(k=8, width=16, batch=4)),
        "best-first, lazy": bind(search.best_first, options=BestFirstOptions(k=8, lazy=True)),
        "best-first, critic": bind(search.best_first, critic=True, options=BestFirstOptions(k=8)),
        "mcts": bind(search.mcts, options=MctsOptions(k=8)),
        "mcts, 16 workers": bind(search.mcts, options=MctsOptions(k=8, width=16, batch=4)),
        "mcts, parallel": bind(search.mcts, critic=True, options=MctsOptions(k=8, parallel=8, width=8, batch=8)),
        "mcts, intrinsic": bind(search.mcts, options=MctsOptions(k=8, intrinsic=True)),
        "beam": bind(search.beam, options=BeamOptions(k=8, beam=64)),
        "best-of-n": bind(search.best_of_n, options=BestOfNOptions(k=8, n=10**6)),
        "best-of-n, 16 workers": bind(search.best_of_n, options=BestOfNOptions(k=8, n=10**6, width=16, batch=4)),
        "best-of-n, parallel": bind(
            search.best_of_n, options=BestOfNOptions(k=8, n=10**6, parallel=16, width=16, batch=16)
        ),
        "subgoal": bind(search.subgoal, options=SubgoalOptions(k=8), strategy=inner),
    }


def measure(strategy: Search, game: Endless, nodes: int) -> tuple[SearchResult[Goals], float]:
    """Run a strategy until its graph has about so many nodes; return the result and the library's own seconds."""
    # With 60 % of the steps making 1.6 parts on average, a new node takes about one step. Crowded games take more.
    budget = Budget(steps=2 * nodes if isinstance(game, Crowded) else nodes)
    start = time.perf_counter()
    result = strategy(game, budget)
    return result, time.perf_counter() - start - game.seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--profile", metavar="STRATEGY", choices=sorted(strategies()))
    arguments = parser.parse_args()
    if arguments.profile:
        with cProfile.Profile() as profile:
            measure(strategies()[arguments.profile], Endless(), arguments.nodes)
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
        return 0
    print(
        f"{'strategy':24} {'game':8} {'nodes':>7} {'steps':>7} {'wasted':>7} {'batch':>6} {'own s':>7} {'ms/node':>8}"
    )
    missed = False
    for name, strategy in strategies().items():
        for game in (Endless(), Crowded()):
            result, seconds = measure(strategy, game, arguments.nodes)
            nodes, steps, wasted = len(result.graph.nodes), result.cost.steps, result.wasted.steps
            each = 1000.0 * seconds / nodes
            missed |= each > TARGET
            print(
                f"{name:24} {type(game).__name__.lower():8} {nodes:7} {steps:7} {wasted:7} "
                f"{(steps + wasted) / game.batches:6.1f} {seconds:7.2f} {each:8.3f}{' !' * (each > TARGET)}"
            )
    print(f"target: at most {TARGET} ms a node{': missed' if missed else ''}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
