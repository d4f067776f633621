"""Expert iteration (Anthony et al. 2017, 1705.08439; for proofs Polu et al. 2022, 2202.01344): round after round,

    search -> examples -> train -> evaluate -> promote

with a phase `calibrate` after `train` for models that are to be mixed with other sources, and a phase `critic` after
`evaluate`, the same evaluation with a critic, in rounds that train one.

Each phase is begun and ended in the store. What is inside it is either one transaction an attempt, or made again from
what is in the store, or continued from a checkpoint; so a kill at any moment loses at most what was in progress, and
what is made again is the same. The evaluation is frozen: the same problems, budget and strategy for every policy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from pydantic import TypeAdapter

from prover.config.search import SearchConfig
from prover.conjecture.round import conjecture
from prover.iterate.config import IterateConfig
from prover.lean.cache import ANSWERS, LeanCache
from prover.lean.pool import Pool
from prover.learners.calibrate import labelled
from prover.learners.held_out import is_held_out
from prover.learners.rounds import (
    Calibrates,
    NamesBaseline,
    Round,
    RoundLearner,
    SearchesAlong,
    TrainsCritic,
    WritesBaseline,
)
from prover.policies.hybrid import HybridPolicy
from prover.policies.odds import Labelled, fit_odds
from prover.policies.protocol import ProblemPolicy
from prover.policies.templates.automation import AutomationPolicy
from prover.problems.dataset import Dataset
from prover.runs.executor import Executor
from prover.runs.loop import now
from prover.runs.meter import Account
from prover.runs.records import PhaseRecord, StateRecord
from prover.runs.solver import solver_with
from prover.runs.threads import Threads
from prover.train.collect_attempts import MakePolicy, OpenAttempts, OpenGathering, attempt_all
from prover.train.corpus import freeze_corpus, known_types, types
from prover.train.curriculum import mixed, select
from prover.train.disproofs import disprove
from prover.train.efforts import Plan, plan_round, told
from prover.train.explore import Explorer
from prover.train.figures import Facts, compared, costs
from prover.train.learn import collect, corpus_texts, read_examples, write_examples
from prover.train.records import CONJECTURES, DISPROOFS, ModelRecord, Role
from prover.train.store import IterateStore
from prover.types import Attempt, Problem

TABLE = "table"
LABELS = 16
"""Proposals of one source that are tried at a goal to calibrate."""
_LABELS: TypeAdapter[list[Labelled]] = TypeAdapter(list[Labelled])


class Watcher(Protocol):
    """Is told how a run progresses."""

    def phase(self, number: int, name: str) -> None: ...

    def attempt(self, attempt: Attempt, done: int, all: int) -> None: ...

    def work(self, what: str, done: int, all: int) -> None: ...

    def step(self, step: int, steps: int, loss: float) -> None: ...

    def ended(self, record: PhaseRecord) -> None: ...


class Loop:
    """One run of the loop over a store that this process has locked."""

    def __init__(
        self,
        store: IterateStore,
        out: Path,
        config: IterateConfig,
        learner: RoundLearner,
        train: Sequence[Dataset],
        valid: Sequence[Dataset],
        watch: Watcher,
        command: str = "",
        executor: Executor | None = None,
    ) -> None:
        self._store = store
        self._out = out
        self._config = config
        self._learner = learner
        self._train = train
        self._valid = valid
        self._watch = watch
        self._command = command
        self._executor = executor or Threads()

    def run(self) -> None:
        """Run every phase that is not finished yet."""
        store, config = self._store, self._config
        self._settle()
        told = partial(self._watch.work, "train problems compared with what is held out")
        freeze_corpus(store, self._train, self._valid, config.valid, config.seed, told)
        self._phase(0, "types", self._types)
        self._phase(0, "evaluate", lambda record: self._evaluate(record, AutomationPolicy))
        for number in range(1, config.rounds + 1):
            if config.conjecture:
                self._phase(number, "conjecture", self._conjecture)
            self._phase(number, "search", self._search)
            if config.disproofs:
                self._phase(number, "disprove", self._disprove)
            self._phase(number, "examples", self._examples)
            self._phase(number, "train", self._learn)
            if isinstance(self._learner, Calibrates) and config.calibration:
                self._phase(number, "calibrate", partial(self._calibrate, self._learner))
            self._phase(number, "evaluate", self._evaluate_round)
            if isinstance(self._learner, TrainsCritic) and self._learner.criticises(number):
                self._phase(number, "critic", partial(self._evaluate_with_critic, self._learner))
            self._phase(number, "promote", self._promote)
        self._phase(config.rounds, "control", self._control)

    def _settle(self) -> None:
        """Write the configuration down. Raises `DataError` if the run has another one and is not extended by this.

        A run is extended by rounds: those that are there count as they are, and the table is measured once more.
        """
        before, asked = self._store.get("config"), self._config.settled()
        if before is not None and before != asked:
            known = IterateConfig.model_validate_json(before)
            same = known.model_copy(update={"rounds": self._config.rounds}).settled() == asked
            if same and known.rounds < self._config.rounds:
                self._store.extend({"config": asked}, 0, [])
        self._store.settle("config", asked)

    # -- phases --------------------------------------------------------------------------------------------------------

    def _types(self, record: PhaseRecord) -> Facts:
        search = self._config.search.model_copy(update={"workers": self._executor.workers})
        with solver_with(self._learner.first(), search, Account()) as solver:
            told = partial(self._watch.work, "evaluation statements elaborated")
            return {"types": len(known_types(self._store, solver.pool, told))}

    def _conjecture(self, record: PhaseRecord) -> Facts:
        config = self._config
        wanted = int(config.searched(record.round) * config.conjecture)
        with solver_with(self._learner.first(), config.search, Account()) as solver:
            seed = config.seed + record.round
            told = partial(self._watch.work, "conjectures accepted")
            return conjecture(
                self._store, record.round, wanted, seed, solver.pool, solver.verifier, told, config.conjecturers
            )

    def _disprove(self, record: PhaseRecord) -> Facts:
        return disprove(self._store, record, self._config.search, self._learner.first, self._executor)

    def _search(self, record: PhaseRecord) -> Facts:
        config, number = self._config, record.round
        plan = self._plan(number) if config.curriculum else None
        if plan is None:
            asked = select(self._store, number, config.searched(number), config.shares, config.conjecture)
        else:
            asked = [entry for entry in self._store.problems(Role.TRAIN) if entry.place in plan.efforts]
        work = OpenGathering(
            search=config.search,
            policy=partial(_explorer, self._searcher(number), config.seed + number, config.temperature),
            types=types(self._store),
            datasets={problem.place: problem.dataset for problem in asked},
            everything=self._learner.first,
            most=config.audit,
            efforts={} if plan is None else plan.efforts,
            cache=self._answers(config.search),
        )
        attempt_all(self._store, record, asked, work, self._executor, self._watch.attempt)
        rows = self._store.rows(number, record.phase)
        facts = costs(rows) | {"audited": self._store.audited(number, record.phase)}
        return facts if plan is None else facts | told(plan, rows)

    def _plan(self, number: int) -> Plan:
        config = self._config
        searchers = ["" if model is None else model.name for model in map(self._searches, range(1, number + 1))]
        return plan_round(
            self._store, number, config.searched(number), config.shares, searchers, config.conjecture, config.seed
        )

    def _examples(self, record: PhaseRecord) -> Facts:
        learner = self._learner
        rows = collect(
            self._store,
            record.round,
            self._config.seed,
            learner.without,
            learner.premises,
            self._out.absolute() / "data" / "premises.jsonl",
            partial(self._watch.work, "examples made"),
        )
        sha256 = write_examples(rows, self._data(record.round))
        return {
            "examples": len(rows),
            "states with a proof": sum(bool(row.positives) for row in rows),
            "tactics in proofs": sum(len(row.positives) for row in rows),
            "judged tactics": sum(len(row.judged) for row in rows),
            "proofs": sum(bool(row.proof) for row in rows),
            "sha256": sha256,
        }

    def _learn(self, record: PhaseRecord) -> Facts:
        number = record.round
        rows = read_examples(self._data(number) / "examples.jsonl")
        if not any(row.positives for row in rows):
            return {"skipped": "nothing was proved yet: there is nothing to learn from"}
        best = self._best(number)
        parent = None if best is None else self._folder(best.name)
        name = f"round-{number}"
        corpus = corpus_texts(self._store, rows) if parent is None else ()
        made = Round(number, name, corpus, self._command, self._watch.step, partial(self._searched, number))
        model = self._learner.train_round(rows, parent, self._config.seed + number, self._folder(name), made)
        self._store.put_model(model)
        return {"model": model.name, "sha256": model.sha256, "parameters": model.parameters}

    def _calibrate(self, learner: Calibrates, record: PhaseRecord) -> Facts:
        model = self._model(record.round)
        if model is None:
            return {"skipped": "there is no model of this round"}
        given = [entry for entry in self._store.problems(Role.TRAIN) if entry.dataset not in (CONJECTURES, DISPROOFS)]
        order = mixed(given, self._config.shares)
        # The last ones: those are searched last, if at all. What is held out by name is never trained on.
        apart = [entry.problem for entry in reversed(order) if is_held_out(entry.problem.name)]
        sources = learner.sources(self._folder(model.name))
        search = self._config.evaluation
        with (
            closing(LeanCache(self._out.absolute() / ANSWERS)) as answers,
            solver_with(HybridPolicy("sources", sources), search, Account(), answers) as solver,
        ):
            found = self._labels(record.round, sources, apart[: self._config.calibration], solver.pool)
        if not found:
            return {"skipped": "there is no problem to calibrate on"}
        learner.keep_odds(odds := fit_odds(found), self._folder(model.name))
        facts: Facts = {f"{source} first": round(chance, 3) for source, chance in odds.first.items()}
        return facts | {"labels": len(found)}

    def _labels(
        self, number: int, sources: Sequence[tuple[str, ProblemPolicy]], problems: Sequence[Problem], pool: Pool
    ) -> list[Labelled]:
        """Return the labels at problems; those of each are written down, and a kill loses one problem's."""
        found: list[Labelled] = []
        for place, problem in enumerate(problems):
            key = f"labels {number} {place}"
            kept = self._store.get(key)
            if kept is None:
                made = list(labelled(sources, [problem], pool, LABELS))
                kept = _LABELS.dump_json(made).decode()
                self._store.settle(key, kept)
            found += _LABELS.validate_json(kept)
            self._watch.work("problems for the odds", place + 1, len(problems))
        return found

    def _evaluate_round(self, record: PhaseRecord) -> Facts:
        model = self._model(record.round)
        if model is None:
            return {"skipped": "there is no model of this round"}
        return self._evaluate(record, partial(self._learner.policy, self._folder(model.name)))

    def _evaluate_with_critic(self, learner: TrainsCritic, record: PhaseRecord) -> Facts:
        model = self._model(record.round)
        critic = None if model is None else learner.critic(self._folder(model.name), record.round)
        if model is None or critic is None:
            return {"skipped": "there were too few states to learn a critic from"}
        self._store.put_critic(critic)
        return self._evaluate(record, partial(learner.valued, self._folder(model.name), record.round))

    def _evaluate(self, record: PhaseRecord, policy: MakePolicy) -> Facts:
        search = self._config.evaluation
        asked = self._store.problems(Role.PROMOTE, Role.REPORT)
        work = OpenAttempts(search, policy, self._answers(search))
        attempt_all(self._store, record, asked, work, self._executor, self._watch.attempt)
        return costs(self._store.rows(record.round, record.phase))

    def _answers(self, search: SearchConfig) -> Path | None:
        """Return the file of Lean's answers; a wall clock would make known ones count for less than they cost."""
        return self._out.absolute() / ANSWERS if search.budget.seconds is None else None

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
        examples = self._data(record.round) / "examples.jsonl"
        rows = read_examples(examples)
        if self._learner.baseline(rows) is None:
            return {"skipped": "this learner has no baseline"}
        if isinstance(self._learner, WritesBaseline):
            self._learner.write_baseline(rows, TABLE, self._folder(TABLE))
        found = self._evaluate(record, partial(_baseline, self._learner, examples))
        named = self._learner.baseline_name if isinstance(self._learner, NamesBaseline) else TABLE
        return found | {"baseline": named}

    # -- what phases need ----------------------------------------------------------------------------------------------

    def _phase(self, number: int, name: str, work: Callable[[PhaseRecord], Facts]) -> None:
        record = self._store.phase(number, name)
        if record is not None and record.finished:
            return
        record = record or PhaseRecord(round=number, phase=name, began=now())
        self._store.begin_phase(record)
        self._watch.phase(number, name)
        with self._timed(record):
            facts = work(record)
        seconds = self._seconds(record)
        ended = record.model_copy(update={"ended": now(), "facts": facts, "seconds": seconds})
        self._store.end_phase(ended)
        self._watch.ended(ended)

    @contextmanager
    def _timed(self, record: PhaseRecord) -> Iterator[None]:
        """Add to the clock of a phase; what a killed segment took is not known and not in it."""
        began = time.monotonic()
        key = f"seconds {record.round} {record.phase}"
        try:
            yield
        finally:
            self._store.add_seconds(key, time.monotonic() - began)

    def _seconds(self, record: PhaseRecord) -> float:
        return round(float(self._store.get(f"seconds {record.round} {record.phase}") or 0.0), 3)

    def _searcher(self, number: int) -> MakePolicy:
        """Return the last promoted model, or, while there is none, what searches before; or what the learner says."""
        model = self._searches(number)
        if model is not None and isinstance(self._learner, SearchesAlong):
            return partial(_along, self._learner, self._folder(model.name), self._data(model.round) / "examples.jsonl")
        if model is not None:
            return partial(self._learner.policy, self._folder(model.name))
        if number == 1:
            return self._learner.first
        return partial(_first, self._learner, self._data(number - 1) / "examples.jsonl")

    def _searches(self, number: int) -> ModelRecord | None:
        """Return the model that a round searches with, by itself or beside others; None while there is none."""
        return (self._last(number) if isinstance(self._learner, SearchesAlong) else None) or self._best(number)

    def _best(self, before: int) -> ModelRecord | None:
        """Return the last model that was promoted before a round."""
        promoted = [model for model in self._store.models() if model.promoted and model.round < before]
        return promoted[-1] if promoted else None

    def _last(self, before: int) -> ModelRecord | None:
        """Return the last model of the rounds before one."""
        made = [model for model in self._store.models() if model.round < before]
        return made[-1] if made else None

    def _model(self, number: int) -> ModelRecord | None:
        return next((model for model in self._store.models() if model.round == number), None)

    def _folder(self, name: str) -> Path:
        return self._out.absolute() / "models" / name

    def _searched(self, last: int) -> Iterator[tuple[Problem, Sequence[StateRecord]]]:
        """Yield the problems that were searched for training data up to a round, with the states of each search."""
        for number in range(1, last + 1):
            for asked, _, states in self._store.searched(number, "search"):
                yield asked.problem, states

    def _data(self, number: int) -> Path:
        return self._out.absolute() / "data" / f"round-{number}"


def _explorer(make: MakePolicy, seed: int, temperature: float) -> Explorer:
    return Explorer(make(), seed, temperature)


def _along(learner: SearchesAlong, folder: Path, examples: Path) -> ProblemPolicy:
    return learner.searcher(folder, read_examples(examples))


def _first(learner: RoundLearner, examples: Path) -> ProblemPolicy:
    return learner.first(read_examples(examples))


def _baseline(learner: RoundLearner, examples: Path) -> ProblemPolicy:
    found = learner.baseline(read_examples(examples))
    assert found is not None
    return found
