"""Expert iteration (Anthony et al. 2017, 1705.08439; for proofs Polu et al. 2022, 2202.01344): round after round,

    search -> examples -> train -> evaluate -> promote

Each phase is begun and ended in the store. What is inside it is either one transaction an attempt, or made anew from
what is in the store, or continued from a checkpoint; so a kill at any moment loses at most what was in progress, and
what is made again is the same. The evaluation is frozen: the same problems, budget and strategy for every policy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pydantic import Field

from prover.config import SearchConfig
from prover.lean.answers import Answers
from prover.policies.protocol import ProblemPolicy
from prover.policies.templates.automation import AutomationPolicy
from prover.policies.tiny.policy import load_tiny
from prover.problems.dataset import Dataset
from prover.train.audit import Audit
from prover.train.choose import chosen
from prover.train.corpus import HELD_OUT, settle_corpus, type_guard
from prover.train.decontaminate import Guard
from prover.train.explore import Explorer, first_policy
from prover.train.figures import Facts, compared, costs
from prover.train.fit import TinyPreset
from prover.train.gather import attempt_all, bench
from prover.train.learn import collect, corpus_texts, read_examples, table_of, train_tiny, write_examples, write_table
from prover.train.preset import TINY
from prover.train.records import ModelRecord, PhaseRecord, Role
from prover.train.store import Store
from prover.types import Attempt, Frozen

TABLE = "table"


class IterateConfig(Frozen):
    """Everything that decides what a run of the loop comes to; `workers` decides only how fast.

    `search` and `evaluation` say how training problems are searched and how every policy is measured. `problems` are
    searched a round, by `shares` of the datasets (1 if not named); `valid` says how many are drawn from each dataset.
    `audit`: how many proposals are tried at every state of a proof once it is found (`prover.train.audit`).
    `promotion`: the level of the two-sided McNemar test at which a model is promoted, if it proved more; with a hundred
    problems a stricter one would promote nothing.
    """

    train: tuple[str, ...]
    valid: dict[str, int]
    shares: dict[str, float] = Field(default_factory=dict)
    rounds: int = Field(default=3, ge=1)
    seed: int = 0
    problems: int = Field(default=600, ge=1)
    search: SearchConfig
    evaluation: SearchConfig
    temperature: float = 1.0
    audit: int = Field(default=96, ge=0)
    promotion: float = 0.2
    tiny: TinyPreset = TINY


class Watcher(Protocol):
    """Is told how a run goes."""

    def phase(self, number: int, name: str) -> None: ...

    def attempt(self, attempt: Attempt, done: int, all: int) -> None: ...

    def step(self, step: int, steps: int, loss: float) -> None: ...

    def ended(self, record: PhaseRecord) -> None: ...


class Loop:
    """One run of the loop over a store that this process holds."""

    def __init__(
        self,
        store: Store,
        out: Path,
        config: IterateConfig,
        train: Sequence[Dataset],
        valid: Sequence[Dataset],
        watch: Watcher,
        command: str = "",
        workers: int = 1,
    ) -> None:
        self._store = store
        self._out = out
        self._config = config
        self._train = train
        self._valid = valid
        self._watch = watch
        self._command = command
        self._workers = workers
        self._guard = Guard()

    def run(self) -> None:
        """Run every phase that is not finished yet."""
        store, config = self._store, self._config
        store.settle("config", config.model_dump_json())
        settle_corpus(store, self._train, self._valid, config.valid, config.seed)
        self._phase(0, "types", self._types)
        self._phase(0, "evaluate", lambda record: self._evaluate(record, AutomationPolicy()))
        for number in range(1, config.rounds + 1):
            self._phase(number, "search", self._search)
            self._phase(number, "examples", self._examples)
            self._phase(number, "train", self._learn)
            self._phase(number, "evaluate", self._evaluate_round)
            self._phase(number, "promote", self._promote)
        self._phase(config.rounds, "control", self._control)

    # -- phases --------------------------------------------------------------------------------------------------------

    def _types(self, record: PhaseRecord) -> Facts:
        with bench(self._search_config(), first_policy()) as using:
            guard = type_guard(self._store, using.engine.pool)
        return {"types": len(guard.types)}

    def _search(self, record: PhaseRecord) -> Facts:
        asked = chosen(self._store, record.round, self._config.problems, self._config.shares)
        if not self._guard.types:
            self._guard.types = {it: name for name, it in self._store.digests(*HELD_OUT).values()}
        explorer = Explorer(self._searcher(record.round), self._config.seed + record.round, self._config.temperature)
        everything = first_policy(premises=self._config.tiny.premises)
        audit = Audit(everything, self._config.audit) if self._config.audit else None
        with bench(self._search_config(), explorer, audit=audit) as using:
            attempt_all(self._store, record, asked, using, self._watch.attempt, self._guard)
        return costs(self._store.rows(record.round, record.phase)) | {
            "audited": self._store.audited(record.round, record.phase)
        }

    def _examples(self, record: PhaseRecord) -> Facts:
        rows = collect(self._store, record.round, self._config.seed, self._config.tiny)
        sha256 = write_examples(rows, self._data(record.round))
        return {
            "examples": len(rows),
            "states with a proof": sum(bool(it.positives) for it in rows),
            "tactics in proofs": sum(len(it.positives) for it in rows),
            "judged tactics": sum(len(it.judged) for it in rows),
            "proofs": sum(bool(it.proof) for it in rows),
            "sha256": sha256,
        }

    def _learn(self, record: PhaseRecord) -> Facts:
        number = record.round
        rows = read_examples(self._data(number) / "examples.jsonl")
        if not any(it.positives for it in rows):
            return {"skipped": "nothing was proved yet: there is nothing to learn from"}
        best = self._best(number)
        parent = None if best is None else self._folder(best.name)
        name = f"round-{number}"
        model = train_tiny(
            rows,
            corpus_texts(self._store, rows) if parent is None else (),
            self._config.tiny,
            self._config.seed + number,
            self._folder(name),
            name=name,
            number=number,
            parent=parent,
            command=self._command,
            watch=self._watch.step,
        )
        self._store.put_model(model)
        return {"model": model.name, "sha256": model.sha256, "parameters": model.parameters}

    def _evaluate_round(self, record: PhaseRecord) -> Facts:
        model = self._model(record.round)
        if model is None:
            return {"skipped": "there is no model of this round"}
        return self._evaluate(record, load_tiny(self._folder(model.name)))

    def _evaluate(self, record: PhaseRecord, policy: ProblemPolicy) -> Facts:
        search = self._config.evaluation.model_copy(update={"workers": self._workers})
        asked = self._store.problems(Role.PROMOTE, Role.REPORT)
        # A wall clock in the budget would make answers from the cache count for less than they cost.
        cache = Answers(self._out / "answers.sqlite") if search.budget.seconds is None else None
        with bench(search, policy, cache) as using:
            attempt_all(self._store, record, asked, using, self._watch.attempt)
        if cache is not None:
            cache.close()
        return costs(self._store.rows(record.round, record.phase))

    def _promote(self, record: PhaseRecord) -> Facts:
        model = self._model(record.round)
        if model is None:
            return {"skipped": "there is no model of this round"}
        best = self._best(record.round)
        before = 0 if best is None else best.round
        found = compared(self._store, (before, "evaluate"), (record.round, "evaluate"), Role.PROMOTE)
        promoted = len(found.wins) > len(found.losses) and found.p_value <= self._config.promotion
        self._store.put_model(model.model_copy(update={"promoted": promoted}))
        return {
            "against": "automation" if best is None else best.name,
            "wins": len(found.wins),
            "losses": len(found.losses),
            "p": round(found.p_value, 4),
            "promoted": int(promoted),
        }

    def _control(self, record: PhaseRecord) -> Facts:
        rows = read_examples(self._data(record.round) / "examples.jsonl")
        write_table(rows, TABLE, self._folder(TABLE), self._config.tiny.premises)
        return self._evaluate(record, load_tiny(self._folder(TABLE)))

    # -- what phases need ----------------------------------------------------------------------------------------------

    def _phase(self, number: int, name: str, work: Callable[[PhaseRecord], Facts]) -> None:
        record = self._store.phase(number, name)
        if record is not None and record.finished:
            return
        record = record or PhaseRecord(round=number, phase=name, began=_now())
        self._store.begin_phase(record)
        self._watch.phase(number, name)
        with self._timed(record):
            facts = work(record)
        seconds = self._seconds(record)
        ended = record.model_copy(update={"ended": _now(), "facts": facts, "seconds": seconds})
        self._store.end_phase(ended)
        self._watch.ended(ended)

    @contextmanager
    def _timed(self, record: PhaseRecord) -> Iterator[None]:
        """Add to the clock of a phase; what a sitting took that was killed is not known and not in it."""
        began = time.monotonic()
        key = f"seconds {record.round} {record.phase}"
        try:
            yield
        finally:
            self._store.add_seconds(key, time.monotonic() - began)

    def _seconds(self, record: PhaseRecord) -> float:
        return round(float(self._store.get(f"seconds {record.round} {record.phase}") or 0.0), 3)

    def _searcher(self, number: int) -> ProblemPolicy:
        """Return the last promoted model, or, as long as there is none, the table of what was proved so far."""
        best = self._best(number)
        if best is not None:
            return load_tiny(self._folder(best.name))
        premises = self._config.tiny.premises
        if number == 1:
            return first_policy(premises=premises)
        return first_policy(table_of(read_examples(self._data(number - 1) / "examples.jsonl")), premises)

    def _best(self, before: int) -> ModelRecord | None:
        """Return the last model that was promoted before a round."""
        promoted = [it for it in self._store.models() if it.promoted and it.round < before]
        return promoted[-1] if promoted else None

    def _model(self, number: int) -> ModelRecord | None:
        return next((it for it in self._store.models() if it.round == number), None)

    def _search_config(self) -> SearchConfig:
        return self._config.search.model_copy(update={"workers": self._workers})

    def _folder(self, name: str) -> Path:
        return self._out / "models" / name

    def _data(self, number: int) -> Path:
        return self._out / "data" / f"round-{number}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
