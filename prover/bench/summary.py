"""What a run comes to: every number of its report, and everything that a report has to state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from prover.bench.config import RunConfig
from prover.bench.curve import Curve, Trial, curve
from prover.bench.folder import Run
from prover.bench.imitations import unsupported_candidates
from prover.bench.pass_at_k import mean_pass_at_k
from prover.bench.stratum import stratum
from prover.lean.context import LIBRARY
from prover.problems.fault import KINDS, Kind
from prover.runs.intervals import Interval, bootstrap, clopper_pearson, mean, wilson
from prover.runs.records import Lost, Segment
from prover.runs.store import STATEMENT
from prover.types import Attempt, CostRecord, Frozen
from search.types import UNITS, Stop

CORE_NOTE = (
    "Statements were read in the context core: they are generalised over ordered fields with this project's own "
    "definitions. This is not the official Mathlib setting, and the result must not be compared with one that is."
)
LIBRARY_NOTE = (
    "Every statement was read and proved with what its own module of Lean's library imports: neither the theorem nor "
    "anything built on it could be used, and early modules lack the lemmas that omega and grind rest on."
)
CACHE_NOTE = (
    "Answers of Lean were shared with other runs and billed at the cost that they had: seconds of Lean are as if it "
    "had been asked every time, and seconds of wall clock say nothing."
)
ALLOCATION_NOTE = (
    "One budget was spent over all problems (--allocate): the limit is the mean a problem, and each had what a model "
    "gave it. Results of Lean come from the run's own cache, so seconds of wall clock say nothing."
)
BINDING_NOTE = (
    "statements were read with auto_implicit, as their dataset says: an unknown letter in them is a variable that Lean "
    "binds by itself. Elsewhere it is an error."
)
CLOCK_NOTE = "The budget limits seconds of wall clock, so outcomes depend on the machine and its load."


class Failure(Frozen):
    """A problem that could not be attempted properly. It counts as not proved."""

    problem: str
    seed: int
    message: str


class Stratum(Frozen):
    """A group of problems."""

    name: str
    problems: int
    proved: int
    share: Interval


class PassAtK(Frozen):
    """pass@k, the mean over problems, with its bootstrap interval over problems."""

    k: int
    share: Interval


class Summary(Frozen):
    """The numbers of a run. `problems` is the denominator of every share: what failed or is unfinished counts.

    `proved` counts verified proofs; `faulty` lists those among them whose statement is known to be wrong, which are
    counted apart. One whose statement is `false` is an alarm: the mark is mistaken, or Lean's surroundings are.
    """

    format: Literal["proofsmith-report/2"] = "proofsmith-report/2"
    config: RunConfig
    config_sha256: str
    finished: bool
    problems: int
    proved: int
    share: Interval
    exact: Interval
    resampled: Interval
    faulty: dict[Kind, tuple[str, ...]]
    statuses: dict[str, int]
    not_attempted: tuple[str, ...]
    statement_failures: tuple[Failure, ...]
    infrastructure_failures: tuple[Failure, ...]
    unverified: tuple[Failure, ...]
    strata: tuple[Stratum, ...]
    pass_at_k: tuple[PassAtK, ...]
    no_pass_at_k: str
    curves: tuple[Curve, ...]
    no_curves: str
    cost: CostRecord
    cost_of_proofs: CostRecord
    wasted: CostRecord
    lost: tuple[Lost, ...]
    segments: tuple[Segment, ...]
    notes: tuple[str, ...]


def summarise(run: Run, ks: Sequence[int] = ()) -> Summary:
    """Return the numbers of a run, finished or not, with pass@k also for these k.

    Raises `UsageError` if one of them makes no sense for this run.
    """
    config = run.config
    names = [entry.problem.name for entry in run.asked]
    faults = {entry.problem.name: entry.fault.kind for entry in run.asked if entry.fault is not None}
    proved = {attempt.problem for attempt in run.attempts if attempt.status == "proved"}
    solved = [float(name in proved) for name in names]
    attempted = {attempt.problem for attempt in run.attempts}
    finished = len(run.attempts) == len(names) * config.samples
    errors = [_failure(attempt) for attempt in run.attempts if attempt.status == "error"]
    pass_at, no_pass_at = _pass_at_k(run, names, ks)
    curves, no_curves = _curves(run)
    segments = tuple(segment for _, segment in run.segments)
    faulty: dict[Kind, tuple[str, ...]] = {
        kind: tuple(name for name in names if name in proved and faults.get(name) == kind) for kind in KINDS
    }
    return Summary(
        config=config,
        config_sha256=config.sha256,
        finished=finished,
        problems=len(names),
        proved=len(proved),
        share=wilson(len(proved), len(names)),
        exact=clopper_pearson(len(proved), len(names)),
        resampled=bootstrap(solved, mean) if solved else wilson(0, 0),
        faulty=faulty,
        statuses={status: _count(run.attempts, status) for status in ("proved", "refuted", "unproved", "error")},
        not_attempted=tuple(name for name in names if name not in attempted),
        statement_failures=tuple(error for error in errors if error.message.startswith(STATEMENT)),
        infrastructure_failures=tuple(error for error in errors if not error.message.startswith(STATEMENT)),
        unverified=tuple(_failure(attempt) for attempt in run.attempts if attempt.verdict == "rejected"),
        strata=_strata(names, proved),
        pass_at_k=pass_at,
        no_pass_at_k=no_pass_at,
        curves=curves,
        no_curves=no_curves,
        cost=CostRecord.total(attempt.cost for attempt in run.attempts),
        cost_of_proofs=CostRecord.total(attempt.cost for attempt in run.attempts if attempt.status == "proved"),
        wasted=CostRecord.total(attempt.wasted for attempt in run.attempts),
        lost=_lost(run, finished),
        segments=segments,
        notes=_notes(run, finished, faulty["false"], segments),
    )


def position(attempt: Attempt) -> dict[str, float]:
    """Return what an attempt cost in the units of a budget."""
    cost = attempt.cost
    return {unit: float(cost.wall_seconds if unit == "seconds" else getattr(cost, unit)) for unit in UNITS}


def shares_cache(run: Run) -> bool:
    """Whether answers of Lean came from other runs, so that wall clocks say nothing."""
    return any(segment.cached for _, segment in run.segments)


def _strata(names: Sequence[str], proved: set[str]) -> tuple[Stratum, ...]:
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(stratum(name), []).append(name)
    counts = {group: sum(name in proved for name in members) for group, members in groups.items()}
    return tuple(
        Stratum(name=group, problems=len(members), proved=counts[group], share=wilson(counts[group], len(members)))
        for group, members in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def _pass_at_k(run: Run, names: Sequence[str], wanted: Sequence[int]) -> tuple[tuple[PassAtK, ...], str]:
    config = run.config
    for k in wanted:
        mean_pass_at_k([(config.samples, 0)], k, deterministic=config.policy.deterministic)  # raises what is wrong
    if config.policy.deterministic:
        return (), "pass@k is about independent samples, and this policy always gives the same answer."
    if config.samples == 1 and not wanted:
        return (), "With one sample a problem, pass@1 is the share of proved problems; --samples N gives more."
    counts = {name: [0, 0] for name in names}
    for attempt in run.attempts:
        counts[attempt.problem][0] += 1
        counts[attempt.problem][1] += attempt.status == "proved"
    if any(made < config.samples for made, _ in counts.values()):
        return (), "The run is unfinished: some problems have fewer samples than others."
    ks = sorted({2**power for power in range(config.samples.bit_length())} | {config.samples} | set(wanted))
    pairs = [(made, found) for made, found in counts.values()]
    return tuple(PassAtK(k=k, share=mean_pass_at_k(pairs, k, deterministic=False)) for k in ks), ""


def _curves(run: Run) -> tuple[tuple[Curve, ...], str]:
    config = run.config
    if config.reads_budget:
        return (), f"{config.search.strategy.name} reads its budget: a shorter run is no prefix of this one."
    if config.allocation:
        return (), "Every problem had a budget of its own (--allocate): no single budget stands on the axis."
    if config.samples > 1:
        return (), "With several samples a problem there is no single order in which cost was spent."
    made = {attempt.problem: attempt for attempt in run.attempts}
    trials = [trial(made.get(entry.problem.name)) for entry in run.asked]
    limits = config.search.budget.set()
    found = [curve(trials, unit, limits.get(unit)) for unit in UNITS if unit != "seconds" or not shares_cache(run)]
    return tuple(curve for curve in found if curve is not None), ""


def trial(attempt: Attempt | None) -> Trial:
    """Return what a curve needs of an attempt; one that is missing proved nothing."""
    if attempt is None:
        return Trial(proved=False)
    return Trial(
        proved=attempt.status == "proved" and attempt.first_success is not None,
        position=attempt.first_success or {},
        spent=position(attempt),
        ended=attempt.stop is not Stop.BUDGET,
        stopped_by=attempt.limit,
    )


def _lost(run: Run, finished: bool) -> tuple[Lost, ...]:
    """Return what was cut short; in a run that may still be running, its latest attempts are not lost yet."""
    if finished or not run.segments or run.segments[-1][1].seconds is not None:
        return run.lost
    return tuple(lost for lost in run.lost if lost.segment != run.segments[-1][0])


def _notes(run: Run, finished: bool, impossible: Sequence[str], segments: Sequence[Segment]) -> tuple[str, ...]:
    config = run.config
    notes = []
    if impossible:
        notes.append(f"ALARM: a statement that is marked false was proved ({', '.join(impossible)}): find out why.")
    if not finished:
        notes.append("The run is unfinished: what was not attempted counts as not proved.")
    if config.lean.context == "core":
        notes.append(CORE_NOTE)
        notes += [told] if (told := unsupported_candidates(run)) is not None else []
    if config.lean.context == LIBRARY:
        notes.append(LIBRARY_NOTE)
    binding = sum(entry.problem.auto_implicit for entry in run.asked)
    if binding:
        notes.append(f"{binding} of {len(run.asked)} {BINDING_NOTE}")
    if config.search.budget.seconds is not None or config.search.budget.lean_seconds is not None:
        notes.append(CLOCK_NOTE)
    if config.allocation:
        notes.append(ALLOCATION_NOTE)
    elif any(segment.cached for segment in segments):
        notes.append(CACHE_NOTE)
    for what, values in (
        ("machines", {str(segment.machine) for segment in segments}),
        (
            "versions of the code",
            {f"{segment.machine.package} {segment.machine.commit}".strip() for segment in segments},
        ),
    ):
        if len(values) > 1:
            notes.append(f"The segments of this run had different {what}: {'; '.join(sorted(values))}.")
    return tuple(notes)


def _failure(attempt: Attempt) -> Failure:
    return Failure(problem=attempt.problem, seed=attempt.seed, message=attempt.message)


def _count(attempts: Sequence[Attempt], status: str) -> int:
    return sum(attempt.status == status for attempt in attempts)
