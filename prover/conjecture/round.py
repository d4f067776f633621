"""The phase of a round that makes conjectures, from what the rounds before have left in the store.

What is proposed is a function of the store at the beginning of the phase and the seed, and every ruling is written down
as it is made: a killed phase continues where it was, and comes to the same.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack

from prover.conjecture.conjecturer import CONJECTURERS, Conjecture, Conjecturer, ConjecturerSpec, Seed
from prover.conjecture.gate import Gate, Ruling, Word
from prover.lean.pool import Pool
from prover.lean.verifier import Verifier
from prover.train.corpus import HELD_OUT, types
from prover.train.decontaminate import guard
from prover.train.figures import Facts
from prover.train.records import CONJECTURES, DISPROOFS, Role
from prover.train.store import IterateStore

PATIENCE = 8
"""So many conjectures are looked at, at most, for each that is wanted."""
_FACTS: tuple[Word, ...] = ("accepted", "held out", "known", "ill-formed", "trivial", "refuted")

Watch = Callable[[int, int], None]


def conjecture(
    store: IterateStore,
    number: int,
    wanted: int,
    seed: int,
    pool: Pool,
    verifier: Verifier,
    watch: Watch = lambda done, all: None,
    named: Sequence[str] = (),
) -> Facts:
    """Make at most `wanted` conjectures for a round and add them to the corpus; return what came of how many.

    `named` are the conjecturers, as SPECs; without any, all that need no target. Raises `LeanError` where Lean cannot
    be used, `PolicyError` where a model cannot be asked.
    """
    gate = Gate(
        pool,
        verifier,
        guard(store.problems(*HELD_OUT))[0],
        types(store),
        [problem.problem for problem in store.problems(Role.TRAIN)],
    )
    before = {ruling.conjecture.problem.name for earlier in range(1, number) for ruling in rulings(store, earlier)}
    found: list[Ruling] = []
    accepted = 0
    for place, made in enumerate(proposed(seeds(store, number), f"{seed} {number}", before, named)):
        if accepted >= wanted or place >= PATIENCE * wanted:
            break
        key = f"conjecture {number} {place}"
        kept = store.get(key)
        if kept is not None:
            ruling = Ruling.model_validate_json(kept)
            gate.recall(ruling)
        else:
            ruling = gate.judge(made)
            store.settle(key, ruling.model_dump_json())
        found.append(ruling)
        accepted += ruling.word == "accepted"
        watch(accepted, wanted)
    store.join(CONJECTURES, [ruling.conjecture.problem for ruling in found if ruling.word == "accepted"])
    words = Counter(ruling.word for ruling in found)
    origins = Counter(ruling.conjecture.conjecturer for ruling in found if ruling.word == "accepted")
    return {
        "looked at": len(found),
        **{word: words[word] for word in _FACTS},
        **{f"from {name}": count for name, count in sorted(origins.items())},
        "lean_calls": sum(ruling.lean_calls for ruling in found),
    }


def rulings(store: IterateStore, number: int) -> Iterator[Ruling]:
    """Yield what the gate said in a round, in order."""
    place = 0
    while (kept := store.get(f"conjecture {number} {place}")) is not None:
        yield Ruling.model_validate_json(kept)
        place += 1


def seeds(store: IterateStore, number: int) -> list[Seed]:
    """Return the train statements with what the rounds before `number` know of them.

    Conjectures are no seeds: mutations of mutations drift away from what anybody asked.
    """
    found: dict[int, Seed] = {}
    for problem in store.problems(Role.TRAIN):
        if problem.dataset not in (CONJECTURES, DISPROOFS):
            found[problem.place] = Seed(problem=problem.problem)
    for earlier in range(1, number):
        for asked, verified, seen in store.searched(earlier, "search"):
            if asked.place in found:
                before = found[asked.place]
                found[asked.place] = Seed(
                    problem=before.problem,
                    proved=before.proved or verified is not None,
                    states=(*before.states, *seen),
                )
    return list(found.values())


def proposed(
    known: Sequence[Seed], seed: str, before: Iterable[str] = (), named: Sequence[str] = ()
) -> Iterator[Conjecture]:
    """Yield what the conjecturers propose, theirs by turns, none twice and none of those named in `before`.

    The seeds are in an order drawn from `seed`.
    """
    order = list(known)
    random.Random(seed).shuffle(order)
    seen = set(before)
    with ExitStack() as ending:
        rows = [maker.propose(order) for maker in conjecturers(named)]
        for row in rows:
            if isinstance(row, Generator):
                ending.callback(row.close)  # a model is let go, however many of its statements were taken
        while rows:
            left = []
            for row in rows:
                made = next((one for one in row if one.problem.name not in seen), None)
                if made is not None:
                    seen.add(made.problem.name)
                    yield made
                    left.append(row)
            rows = left


def conjecturers(named: Sequence[str] = ()) -> list[Conjecturer]:
    """Return the conjecturers that are named, or every one that needs no target, those of installed packages too.

    Raises `SetupError`, `UsageError`.
    """
    if named:
        return [ConjecturerSpec.model_validate(spec).make() for spec in named]
    names = [name for name in CONJECTURERS.names() if not CONJECTURERS.get(name).target]
    return [ConjecturerSpec(name=name).make() for name in names]
