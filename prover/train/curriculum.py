"""Which problems a round searches."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from prover.train.records import CONJECTURES, DISPROOFS, CorpusProblem, Role
from prover.train.store import IterateStore


def select(
    store: IterateStore, number: int, count: int, shares: Mapping[str, float], conjectures: float = 0.0
) -> list[CorpusProblem]:
    """Return the problems of a round's search, chosen once: those that were searched least, unproved ones first.

    What was refuted in an earlier round is left out: nothing can prove it. At most the share `conjectures` of the
    problems are those that the run made itself.
    """
    key = f"problems {number}"
    asked = {problem.place: problem for problem in store.problems(Role.TRAIN)}
    kept = store.get(key)
    if kept is None:
        tried: dict[int, int] = {}
        proved: dict[int, int] = {}
        refuted: set[int] = set()
        for earlier in range(1, number):
            for row in store.rows(earlier, "search"):
                tried[row.place] = tried.get(row.place, 0) + 1
                proved[row.place] = proved.get(row.place, 0) + (row.attempt.status == "proved")
                if row.attempt.status == "refuted":
                    refuted.add(row.place)

        def ordered(problems: Sequence[CorpusProblem]) -> list[int]:
            left = [problem for problem in problems if problem.place not in refuted]
            found = sorted(
                mixed(left, shares), key=lambda entry: (tried.get(entry.place, 0), proved.get(entry.place, 0))
            )
            return [entry.place for entry in found]

        made = ordered([problem for problem in asked.values() if problem.dataset == CONJECTURES])
        made = made[: int(count * conjectures)]
        given = ordered([problem for problem in asked.values() if problem.dataset not in (CONJECTURES, DISPROOFS)])
        kept = json.dumps([*given[: count - len(made)], *made])
        store.settle(key, kept)
    return [asked[place] for place in json.loads(kept) if place in asked]


def mixed(asked: Sequence[CorpusProblem], shares: Mapping[str, float]) -> list[CorpusProblem]:
    """Return problems with those of different datasets by turns, by their shares, each dataset in its own order."""
    ranks: dict[str, int] = {}
    keyed = []
    for item in asked:
        ranks[item.dataset] = ranks.get(item.dataset, 0) + 1
        keyed.append((ranks[item.dataset] / shares.get(item.dataset, 1.0), item.place, item))
    return [entry for *_, entry in sorted(keyed, key=lambda key: key[:2])]
