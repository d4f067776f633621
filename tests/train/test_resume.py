"""A kill inside a phase of the loop loses a portion of it and no more, and what comes out is the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from prover.config import search_config
from prover.errors import DataError
from prover.iterate import loop
from prover.iterate.config import IterateConfig
from prover.iterate.loop import Loop
from prover.learners.rounds import PlainRounds
from prover.policies.odds import Labelled
from prover.policies.protocol import ProblemPolicy
from prover.problems.dataset import Dataset
from prover.train import corpus, learn
from prover.train.corpus import freeze_corpus, known_types
from prover.train.decontaminate import Guard
from prover.train.examples import examples
from prover.train.export import layout
from prover.train.learn import collect
from prover.train.records import CorpusProblem, Role
from prover.train.store import IterateStore
from prover.train.watch import Screen
from prover.types import Goal, Problem, ProofState
from search.tree import Outcome
from tests.train import made

VALID = Dataset(
    "v", "", tuple(made.problem(f"v{n}", f"(n : ℕ) : n + {n} = {n} + n") for n in range(4)), "local", (), {}
)
TRAIN = Dataset(
    "t", "", tuple(made.problem(f"t{n}", f"(m : ℕ) : m * {n} = {n} * m") for n in range(11)), "local", (), {}
)


SOLVES = made.tried("simp", Outcome.SOLVED, on_proof=True)


class Killed(Exception):
    """The process is gone."""


def dump(store: IterateStore) -> list[tuple[object, ...]]:
    return [(entry.place, entry.dataset, entry.role, entry.problem.name) for entry in store.problems(*Role)]


def test_the_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "PORTION", 2)
    whole = IterateStore(tmp_path / "whole")
    freeze_corpus(whole, [TRAIN], [VALID], {"v": 2}, 0)
    compared = Counter[str]()
    plain = Guard.finding

    def counted(guard: Guard, asked: CorpusProblem) -> object:
        compared[asked.problem.name] += 1
        if sum(compared.values()) % 5 == 0:
            raise Killed
        return plain(guard, asked)

    monkeypatch.setattr(Guard, "finding", counted)
    kills = 0
    while True:
        store = IterateStore(tmp_path / "cut")
        try:
            freeze_corpus(store, [TRAIN], [VALID], {"v": 2}, 0)
            break
        except Killed:
            kills += 1
            store.close()
    assert kills >= 2 and max(compared.values()) <= 3, "a portion of two is the most that is compared again"
    assert dump(store) == dump(whole) and len(store.problems(Role.TRAIN)) == 11
    assert store.dropped() == whole.dropped()


def test_a_dataset_that_changed_meanwhile_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(guard: Guard, asked: CorpusProblem) -> object:
        raise Killed

    monkeypatch.setattr(Guard, "finding", killed)
    store = IterateStore(tmp_path / "s")
    with pytest.raises(Killed):
        freeze_corpus(store, [TRAIN], [VALID], {"v": 2}, 0)
    other = Dataset("t", "", TRAIN.problems[:5], "local", (), {})
    with pytest.raises(DataError, match="another statements of t"):
        freeze_corpus(store, [other], [VALID], {"v": 2}, 0)


class Types:
    """Gives every statement a type by its name, and dies after so many."""

    workers = 1

    def __init__(self, left: int) -> None:
        self.left = left
        self.asked: list[str] = []

    def start(self, problem: Problem) -> ProofState:
        self.left -= 1
        if self.left < 0:
            raise Killed
        self.asked.append(problem.name)
        goal = Goal(f"⊢ {problem.name}", sum(problem.name.encode()), None, (), problem.name)
        return ProofState(problem.name, (goal,), ())

    def release(self, problem: Problem) -> None: ...


def test_the_types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "TOGETHER", 2)
    store = IterateStore(tmp_path / "s")
    freeze_corpus(store, [TRAIN], [VALID], {"v": 2}, 0)
    asked: list[str] = []
    for left in (3, 100):
        pool = Types(left)
        try:
            found = known_types(store, pool)  # type: ignore[arg-type]
        except Killed:
            pass
        asked += pool.asked
    assert sorted(found.values()) == ["v0", "v1", "v2", "v3"]
    assert max(Counter(asked).values()) <= 2 and Counter(asked).total() <= 5, "what was written down is not asked again"


def test_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = IterateStore(tmp_path / "s")
    asked = [made.asked(f"p{n}", n) for n in range(6)]
    store.add_problems(asked, [])
    monkeypatch.setattr(learn, "premises_in", lambda problem, most: most)
    searched = [
        (entry, made.proof(entry.problem), [made.visited(entry.problem.name, SOLVES, goal=f"⊢ goal {n}")])
        for n, entry in enumerate(asked)
    ]

    def rows(self: IterateStore, number: int, phase: str) -> Iterator[object]:
        return iter(searched if phase == "search" else [])

    monkeypatch.setattr(IterateStore, "searched", rows)
    looked_up: list[str] = []

    def premises_for(problem: Problem) -> object:
        def names(state: ProofState, count: int) -> list[str]:
            if len(looked_up) == 3 and "again" not in looked_up:
                looked_up.append("again")
                raise Killed
            looked_up.append(state.goals[0].target)
            return [f"lemma of {state.goals[0].target}"]

        return names

    monkeypatch.setattr("prover.policies.retrieval.open.premises_for", premises_for)
    kept = tmp_path / "data" / "premises.jsonl"
    with pytest.raises(Killed):
        collect(store, 1, 0, 4.0, 3, kept)
    found = collect(store, 1, 0, 4.0, 3, kept)
    assert sorted(looked_up) == sorted(["again", *(f"goal {n}" for n in range(6))]), "each goal once"
    assert {row.premises for row in found} == {(f"lemma of goal {n}",) for n in range(6)}
    assert collect(store, 1, 0, 4.0, 3, kept) == found and len(looked_up) == 7


def config(rounds: int = 2, seed: int = 0) -> IterateConfig:
    search = search_config(budget="lean_calls=4")
    return IterateConfig(
        train=("t",), valid={"v": 2}, rounds=rounds, seed=seed, search=search, evaluation=search, learner="toy"
    )


def opened(store: IterateStore, folder: Path, settings: IterateConfig) -> Loop:
    learner = PlainRounds("toy", None)  # type: ignore[arg-type]
    return Loop(store, folder, settings, learner, [TRAIN], [VALID], Screen())


def test_the_odds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labelled: list[str] = []

    def label(sources: object, problems: Sequence[Problem], pool: object, k: int) -> Iterator[Labelled]:
        (problem,) = problems
        labelled.append(problem.name)
        if labelled.count("t2") == 1 and problem.name == "t2":
            raise Killed
        yield Labelled(source="toy", log_prob=-1.0, rank=int(problem.name[1:]), proves=True)

    monkeypatch.setattr(loop, "labelled", label)
    work = opened(IterateStore(tmp_path / "s"), tmp_path, config())
    sources: Sequence[tuple[str, ProblemPolicy]] = ()
    with pytest.raises(Killed):
        work._labels(1, sources, TRAIN.problems[:4], None)  # type: ignore[arg-type]
    found = work._labels(1, sources, TRAIN.problems[:4], None)  # type: ignore[arg-type]
    assert [row.rank for row in found] == [0, 1, 2, 3] and labelled == ["t0", "t1", "t2", "t2", "t3"]


def test_a_run_grows_by_rounds_and_by_nothing_else(tmp_path: Path) -> None:
    store = IterateStore(tmp_path / "s")
    opened(store, tmp_path, config(rounds=2))._settle()
    opened(store, tmp_path, config(rounds=3))._settle()
    assert IterateConfig.model_validate_json(store.get("config") or "").rounds == 3
    for other in (config(rounds=2), config(rounds=4, seed=1)):
        with pytest.raises(DataError, match="another config"):
            opened(store, tmp_path, other)._settle()


def test_queries_are_not_exported() -> None:
    tactics = (made.tried("simp", Outcome.SOLVED, on_proof=True), made.tried("exact?", Outcome.SOLVED, on_proof=True))
    asked = made.asked("p")
    rows = list(examples(asked, made.proof(asked.problem), [made.visited("p", *tactics)]))
    for name in ("tactics", "outcomes"):
        assert [row["tactic"] for row in layout(rows, name)] == ["simp"]
