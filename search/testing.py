"""Fakes for tests: AND/OR games given as tables, seeded random games, a scripted policy and an exhaustive solver.

A game is a table from goals to actions to outcomes: `PROVED`, a tuple of the goals the action leaves, or a text, the
reason for which it is rejected. A state is the tuple of the goals that are left; as in Lean, an action works on the
first of them, and the goals are independent parts of the state. What these fakes answer depends on the request
alone, except for the crashes that `Game` is told to stage.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from search.types import (
    Advanced,
    Cost,
    Environment,
    Policy,
    Proposals,
    Rejected,
    RejectionKind,
    S,
    Salvaged,
    Solved,
    Step,
    Suggestion,
)

Goals = tuple[str, ...]
Table = Mapping[str, Mapping[str, Goals | str]]

PROVED: Goals = ()
"""The outcome of an action that leaves nothing to prove."""


@dataclass
class Game:
    """An environment that plays a table.

    An action that the table does not list is a *script* if it holds `"; "`: its actions are carried out one after the
    other, and a script that fails is rejected with its longest good prefix salvaged. Any other unlisted action is
    rejected. `crashes` stages, for a state and an action, so many crashes before the true outcome. Every request costs
    one Lean call and ten heartbeats for every action carried out. `calls` logs the requests, batch by batch.
    """

    table: Table
    crashes: dict[tuple[Goals, str], int] = field(default_factory=dict)
    calls: list[list[tuple[Goals, str]]] = field(default_factory=list)

    def step(self, state: Goals, action: str) -> Step[Goals]:
        return self.step_many([(state, action)])[0]

    def step_many(self, requests: Sequence[tuple[Goals, str]]) -> list[Step[Goals]]:
        self.calls.append(list(requests))
        return [self._play(state, action) for state, action in requests]

    def split(self, state: Goals) -> Sequence[Goals]:
        return [(goal,) for goal in state]

    def _play(self, state: Goals, action: str) -> Step[Goals]:
        left = self.crashes.get((state, action), 0)
        if left:
            self.crashes[state, action] = left - 1
            return Rejected(RejectionKind.CRASH, "the worker died", Cost(lean_calls=1))
        actions = [action] if action in self.table.get(state[0], {}) else action.split("; ")
        done: list[str] = []
        goals = state
        for each in actions:
            cost = Cost(lean_calls=1, heartbeats=10 * (len(done) + 1))
            outcome = self.table.get(goals[0], {}).get(each, "unknown action") if goals else "no goals"
            if isinstance(outcome, str):
                salvaged = Salvaged("; ".join(done), goals) if done and goals else None
                return Rejected(RejectionKind.ERROR, outcome, cost, salvaged)
            goals = outcome + goals[1:]
            done.append(each)
        return Advanced(goals, cost) if goals else Solved(cost)


@dataclass
class ScriptedPolicy:
    """A policy that reads its suggestions for the first goal of a state from a table; one generation a suggestion.

    `calls` logs the states it was asked about, batch by batch.
    """

    table: Mapping[str, Sequence[Suggestion]]
    calls: list[list[Goals]] = field(default_factory=list)

    def suggest(self, states: Sequence[Goals], k: int) -> list[Proposals]:
        self.calls.append(list(states))
        answers = []
        for state in states:
            suggestions = tuple(self.table.get(state[0], ()))[:k]
            answers.append(Proposals(suggestions, Cost(generations=len(suggestions), tokens_out=3 * len(suggestions))))
        return answers


@dataclass(frozen=True)
class ConstantValue:
    """A critic that knows the values of some goals and gives the product over the goals of a state."""

    table: Mapping[str, float]
    default: float = 0.5

    def estimate(self, states: Sequence[Goals]) -> list[float]:
        return [math.prod(self.table.get(goal, self.default) for goal in state) for state in states]


def uniform_policy(table: Table) -> ScriptedPolicy:
    """Return a policy that proposes every action of a table, in its order, all equally probable."""
    return ScriptedPolicy(
        {goal: [Suggestion(action, -math.log(len(actions))) for action in actions] for goal, actions in table.items()}
    )


def random_game(seed: int, goals: int = 8, actions: int = 4, solved: float = 0.15, rejected: float = 0.3) -> Table:
    """Return a random game on the goals g0, g1, ...: cycles, shared goals, repeated goals and self-loops included.

    An action proves with probability `solved`, fails with probability `rejected`, and otherwise leaves one to three
    goals. The same arguments give the same game.
    """
    rng = random.Random(seed)
    names = [f"g{number}" for number in range(goals)]
    table: dict[str, dict[str, Goals | str]] = {}
    for name in names:
        outcomes: dict[str, Goals | str] = {}
        for number in range(rng.randint(0, actions)):
            luck = rng.random()
            if luck < solved:
                outcomes[f"a{number}"] = PROVED
            elif luck < solved + rejected:
                outcomes[f"a{number}"] = f"a{number} fails on {name}"
            else:
                outcomes[f"a{number}"] = tuple(rng.choices(names, k=rng.choice((1, 1, 2, 2, 3))))
        table[name] = outcomes
    return table


def random_policy(seed: int, table: Table) -> ScriptedPolicy:
    """Return a policy that proposes every action of a table with random probabilities, best first."""
    rng = random.Random(seed)
    scripted = {}
    for goal, actions in table.items():
        weights = {action: rng.uniform(0.05, 1.0) for action in actions}
        total = sum(weights.values())
        suggestions = [Suggestion(action, math.log(weight / total)) for action, weight in weights.items()]
        scripted[goal] = sorted(suggestions, key=lambda suggestion: -suggestion.log_prob)
    return ScriptedPolicy(scripted)


def solve_exhaustively(
    root: S, env: Environment[S], policy: Policy[S], k: int = 1000, *, split_goals: bool = True, most: int = 100_000
) -> dict[S, bool]:
    """Try every proposed action in every part that can be reached; tell for each part whether it can be proved.

    The truth to hold a search against: a least fixed point, found by plain iteration and sharing no code with the
    strategies. The root is included. Raises `ValueError` beyond `most` parts.
    """

    def parts(state: S) -> tuple[S, ...]:
        return tuple(env.split(state)) if split_goals else (state,)

    ways: dict[S, list[tuple[S, ...]]] = {root: [parts(root)]} if parts(root) != (root,) else {}
    queue = list(parts(root))
    for state in queue:
        if state in ways:
            continue
        if len(ways) == most:
            raise ValueError(f"more than {most} parts can be reached")
        ways[state] = []
        for suggestion in policy.suggest([state], k)[0].suggestions:
            step = env.step(state, suggestion.action)
            if isinstance(step, Solved):
                ways[state].append(())
            elif isinstance(step, Advanced):
                ways[state].append(parts(step.state))
                queue.extend(ways[state][-1])
    proved: set[S] = set()
    size = -1
    while size != len(proved):
        size = len(proved)
        proved |= {state for state, choices in ways.items() if any(proved.issuperset(choice) for choice in choices)}
    return {state: state in proved for state in ways}
