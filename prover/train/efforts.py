"""Effort where success is uncertain: whom a round searches and with how much, where `--curriculum` asks for it.

A problem stands at a level: how often in a row it was searched without a proof, at most `DOUBLINGS`. It is searched
with `2**level` times the usual budget. Problems of a dataset at one level are a class, and what this run has seen of
a class is a Beta posterior. A round is filled problem by problem, datasets having their shares of it: every class
draws a chance `p` from its posterior (Thompson 1933), and the one with the largest `p (1 - p) / effort` gives its next
problem: what is uncertain, for what it costs. Failing at the last level means giving up, until another model searches;
of what is given up a few are searched all the same, so that a run knows how often that was right.

The ideas are those of Auto-CEI (2410.07627: give up only after enough effort, and come back) and LeanAgent (2410.06209:
what is neither easy nor hopeless first); the rule is our own.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from prover.train.curriculum import mixed
from prover.train.records import CONJECTURES, DISPROOFS, CorpusProblem, Role, Row
from prover.train.store import IterateStore
from prover.types import Frozen

DOUBLINGS = 3
"""A problem is given at most `2**DOUBLINGS` times the usual budget."""
CHECKED = 16
"""One part in so many of a round, and at least one problem, goes to what is given up."""

Class = tuple[str, int]
"""A dataset and a level."""


class Plan(Frozen):
    """What a round searches: by place, how many times the usual budget; and what of it had been given up."""

    efforts: dict[int, int]
    given_up: int = 0
    checked: tuple[int, ...] = ()


@dataclass(slots=True)
class _Standing:
    """What the searches so far say of a problem: failures in a row, and what searched last."""

    failures: int = 0
    proved: bool = False
    refuted: bool = False
    searcher: str = ""

    @property
    def level(self) -> int:
        return min(self.failures, DOUBLINGS)

    def given_up(self, searcher: str) -> bool:
        return self.failures > DOUBLINGS and self.searcher == searcher


@dataclass(slots=True)
class _History:
    """All searches of earlier rounds: by problem, and by class what came of them."""

    standings: defaultdict[int, _Standing] = field(default_factory=lambda: defaultdict(_Standing))
    proved: Counter[Class] = field(default_factory=Counter)
    failed: Counter[Class] = field(default_factory=Counter)

    def add(self, row: Row, searcher: str) -> None:
        standing, proved = self.standings[row.place], row.attempt.status == "proved"
        (self.proved if proved else self.failed)[row.dataset, standing.level] += 1
        standing.failures = 0 if proved else standing.failures + 1
        standing.proved |= proved
        standing.refuted |= row.attempt.status == "refuted"
        standing.searcher = searcher

    def chance(self, of: Class, draw: random.Random) -> float:
        """Draw a chance of success from the posterior of a class; a priori, the less the more was tried in vain."""
        return draw.betavariate(1 + self.proved[of], 2 ** (of[1] + 1) + self.failed[of])


def plan_round(
    store: IterateStore,
    number: int,
    units: int,
    shares: Mapping[str, float],
    searchers: Sequence[str],
    conjectures: float = 0.0,
    seed: int = 0,
) -> Plan:
    """Return what a round searches, decided once: problems whose budgets together are `units` usual ones, at most.

    `searchers` names what searched in each round up to this one, the last being this round's. At most the share
    `conjectures` of the units goes to problems that the run made itself, each with the usual budget. What was proved is
    searched again only when nothing else is left, and what was refuted never.
    """
    key = f"efforts {number}"
    kept = store.get(key)
    if kept is not None:
        return Plan.model_validate_json(kept)
    history = _History()
    for earlier, searcher in enumerate(searchers[:-1], 1):
        for row in store.rows(earlier, "search"):
            history.add(row, searcher)
    plan = _plan(store.problems(Role.TRAIN), history, units, shares, searchers[-1], conjectures, seed + number)
    store.settle(key, plan.model_dump_json())
    return plan


def told(plan: Plan, rows: Iterable[Row]) -> dict[str, int]:
    """Return what came of a plan: tried and proved by effort, and of what had been given up."""
    facts: Counter[str] = Counter()
    for row in rows:
        proved = row.attempt.status == "proved"
        effort = plan.efforts.get(row.place, 1)
        facts[f"tried at effort {effort}"] += 1
        facts[f"proved at effort {effort}"] += proved
        facts["given up, searched all the same"] += row.place in plan.checked
        facts["given up, proved all the same"] += proved and row.place in plan.checked
    return {"given up": plan.given_up} | {name: count for name, count in sorted(facts.items()) if count}


def _plan(
    problems: Sequence[CorpusProblem],
    history: _History,
    units: int,
    shares: Mapping[str, float],
    searcher: str,
    conjectures: float,
    seed: int,
) -> Plan:
    draw = random.Random(f"curriculum {seed}")
    standing = history.standings
    left = [entry for entry in problems if entry.dataset != DISPROOFS and not standing[entry.place].refuted]
    made = sorted(
        (entry for entry in left if entry.dataset == CONJECTURES), key=lambda entry: standing[entry.place].failures
    )
    efforts = {entry.place: 1 for entry in made[: int(units * conjectures)]}
    given = [entry for entry in left if entry.dataset != CONJECTURES]
    hopeless = [entry.place for entry in given if standing[entry.place].given_up(searcher)]
    most = 2**DOUBLINGS
    checked = draw.sample(hopeless, min(len(hopeless), max(1, units // CHECKED // most)))
    efforts |= dict.fromkeys(checked, most)
    classes: dict[Class, deque[int]] = defaultdict(deque)
    again: deque[int] = deque()
    for entry in mixed([entry for entry in given if entry.place not in set(hopeless)], shares):
        known = standing[entry.place]
        (again if known.proved else classes[entry.dataset, known.level]).append(entry.place)
    efforts |= _filled(units - sum(efforts.values()), classes, again, history, shares, draw)
    return Plan(efforts=efforts, given_up=len(hopeless), checked=tuple(sorted(checked)))


def _filled(
    units: int,
    classes: Mapping[Class, deque[int]],
    again: deque[int],
    history: _History,
    shares: Mapping[str, float],
    draw: random.Random,
) -> dict[int, int]:
    """Return problems with their efforts that cost `units` together: by turns of datasets, then what was proved."""
    efforts: dict[int, int] = {}
    taken = {dataset: 0.0 for dataset, _ in classes}
    while units > 0:
        values: dict[Class, float] = {}
        for of, waiting in classes.items():
            if waiting and 2 ** of[1] <= units:
                chance = history.chance(of, draw)
                values[of] = chance * (1 - chance) / 2 ** of[1]
        if values:
            turn = min((dataset for dataset, _ in values), key=taken.__getitem__)
            of = max((of for of in values if of[0] == turn), key=values.__getitem__)
            place, effort = classes[of].popleft(), 2 ** of[1]
            taken[turn] += effort / shares.get(turn, 1.0)
        elif again and not any(classes.values()):
            place, effort = again.popleft(), 1
        else:
            break
        efforts[place] = effort
        units -= effort
    return efforts
