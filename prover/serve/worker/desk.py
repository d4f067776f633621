"""What a worker process does with a job: everything over one `Prover`, in the thread of the job."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from prover.api import Prover
from prover.cancel import POLL_SECONDS, CancelToken
from prover.config.search import SearchConfig
from prover.errors import InputError, StatementError
from prover.events import Event
from prover.fill.run import Filling, fill
from prover.lean.backend import backend
from prover.lean.session import Limits, problem_key
from prover.lean.verifier import Interruptible, Verifier
from prover.problems.formats import read_statement
from prover.prove import prove
from prover.refute.attempt import disprove
from prover.refute.run import THOROUGH
from prover.serve.worker.answers import (
    Answer,
    Attempted,
    Checked,
    FilledText,
    Judged,
    Opened,
    Ready,
    Stepped,
    SteppedMany,
    TriedMany,
)
from prover.serve.worker.budgets import read_budget
from prover.serve.worker.checks import term_messages
from prover.serve.worker.jobs import (
    Asked,
    CheckJob,
    FillJob,
    GoalJob,
    Job,
    ProveJob,
    StartJob,
    StepJob,
    TryJob,
    VerifyJob,
    WorkerSettings,
)
from prover.serve.worker.places import goals_at, tried_at
from prover.serve.worker.running_code import refuse_code
from prover.serve.worker.snippets import check, judged, terms
from prover.serve.worker.views import moved, reached, said
from prover.style import read_style
from prover.types import Attempt, Problem, ProofState
from search.types import Advanced

OPEN_PROBLEMS = 200
"""How many problems a worker keeps the states of."""

Tell = Callable[[Event], None]


class Desk:
    """Holds Lean and does one job at a time. `close` may be called from another thread."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        search = SearchConfig(
            lean=settings.lean,
            context=settings.context,
            policy=settings.policy,
            heartbeats=settings.step_heartbeats,
            step_seconds=settings.step_seconds,
        )
        # No cache: a worker's answers are its own, and a file shared by all workers would make them wait.
        self._prover = Prover.of(search, cache=False)
        self._gate = threading.Event()
        self._gate.set()
        self._open: OrderedDict[str, Problem] = OrderedDict()

    def open(self) -> Ready:
        """Make everything warm, and say what is there. Raises `SetupError`, `LeanError`, `PolicyError`."""
        where = backend(self._settings.lean).context(self._settings.context)
        self._prover.load()
        example = Problem(name="warm", statement="theorem warm (p : Prop) (h : p) : p := by", context=where.name)
        if self._settings.warm:
            try:
                self._start(example)
                self._verifier.verify(example, "exact h")
            except StatementError:
                pass  # a Lean that reads other statements is as warm as this can make it
        info = self._prover.lean.pool.info
        return Ready(
            version=info.version,
            backend=info.backend,
            context=info.context,
            context_sha256=info.context_sha256,
            policy=self._prover.policy.name,
        )

    def close(self) -> None:
        """End the Lean processes."""
        self._prover.close()

    def pause(self, paused: bool) -> None:
        """Have the search in progress wait before its next step, or go on. May be called from another thread."""
        if paused:
            self._gate.clear()
        else:
            self._gate.set()

    def do(self, job: Job, token: CancelToken, tell: Tell) -> Answer:
        """Do a job. Raises `ProverError` for a question that cannot be answered, `Cancelled`."""
        token.check()
        match job:
            case CheckJob():
                return self._checked(job, token)
            case VerifyJob():
                with token.calling(self._interrupt):
                    return Judged(verdict=self._verifier.verify(self._problem(job.asked), job.proof))
            case StartJob():
                return Opened(reached=reached(self._start(self._problem(job.asked))))
            case StepJob():
                return self._stepped(job, token)
            case ProveJob():
                return Attempted(attempt=self._attempt(job, token, tell))
            case GoalJob():
                refuse_code(job.text)
                return goals_at(job.text, job.line, self._settings.context, self._prover.lean.pool)
            case TryJob():
                refuse_code(job.text, *job.snippets)
                return TriedMany(items=tried_at(job, self._settings.context, self._prover.lean.pool))
            case FillJob():
                return FilledText(filling=self._filled(job, token))

    # -- jobs ----------------------------------------------------------------------------------------------------------

    def _checked(self, job: CheckJob, token: CancelToken) -> Checked:
        if job.asked is None:
            asked = terms(job.code)
            if asked is not None:
                refuse_code(job.code)
                return Checked(messages=term_messages(asked, self._prover.lean.pool, self._settings.context))
            with token.calling(self._interrupt):
                return check(job.code, self._verifier, self._settings.context, self._settings.mathlib_is_core, token)
        with token.calling(self._interrupt):
            return judged(self._problem(job.asked), job.code, self._verifier)

    def _stepped(self, job: StepJob, token: CancelToken) -> SteppedMany:
        problem = self._problem(job.asked)
        self._known(problem)
        pool = self._prover.lean.pool
        state = ProofState(problem_key(problem), (), tuple(moved(move) for move in job.trail))
        steps: list[Stepped] = []
        with token.calling(lambda: pool.interrupt(token)):
            for tactic in job.tactics:
                try:
                    refuse_code(tactic)
                except InputError as error:
                    steps.append(Stepped(tactic=tactic, outcome="rejected", reason=str(error)))
                    if job.chain:
                        break
                    continue
                step = pool.step(state, tactic, token)
                steps.append(said(tactic, step))
                if job.chain:
                    if not isinstance(step, Advanced):
                        break
                    state = step.state
        return SteppedMany(steps=tuple(steps))

    def _attempt(self, job: ProveJob, token: CancelToken, tell: Tell) -> Attempt:
        problem = self._problem(job.asked)
        refuse_code(problem.header, problem.statement)
        lean = self._prover.lean
        if job.disprove:
            return disprove(problem, lean.pool, self._verifier, THOROUGH)
        listen: Tell | None = _Teller(tell, self._gate, token) if job.listen else None
        budget = read_budget(job.budget)
        with token.calling(self._interrupt):
            return prove(
                problem,
                lean.pool,
                self._verifier,
                self._prover.policy,
                job.strategy,
                budget.limits(),
                seed=job.seed,
                width=1,
                style=read_style(job.style),
                listen=listen,
                token=token,
            ).attempt

    def _filled(self, job: FillJob, token: CancelToken) -> Filling:
        refuse_code(job.text)
        context = self._settings.context
        lean = self._prover.lean

        def search(problem: Problem) -> Attempt:
            return self._attempt(
                ProveJob(asked=Asked(problem=problem), budget=job.budget, strategy=job.strategy, seed=job.seed),
                token,
                lambda _: None,
            )

        last = Filling(text=job.text)
        for last in fill(job.text, job.source, context, lean.pool, self._verifier, search, job.only):  # noqa: B007
            token.check()
        return last

    # -- Lean ----------------------------------------------------------------------------------------------------------

    @property
    def _verifier(self) -> Verifier:
        """The one verifier of this worker, also of its searches: a set of processes takes about 1 GB."""
        settings = self._settings
        limits = Limits(heartbeats=settings.heartbeats, wall_seconds=settings.wall_seconds)
        return self._prover.lean.verifier_under(limits, settings.context)

    def _interrupt(self) -> None:
        """End the verdict in progress; what it costs to start the process again, the next one pays."""
        verifier = self._verifier
        if isinstance(verifier, Interruptible):
            verifier.interrupt()

    def _problem(self, asked: Asked) -> Problem:
        """Return the one problem that is asked. Raises `InputError`."""
        problem = asked.problem or self._read(asked)
        if problem.context != self._settings.context:
            raise InputError(
                f"this server reads statements in the context {self._settings.context}, not {problem.context}: start "
                f"one with `prover serve --context {problem.context}`"
            )
        return problem

    def _read(self, asked: Asked) -> Problem:
        found = read_statement(asked.statement, asked.context or self._settings.context)
        if len(found) != 1:
            raise InputError(f"the statement holds {len(found)} problems; send one at a time")
        header = "\n".join(part for part in (asked.header, found[0].header) if part)
        return found[0].model_copy(update={"header": header})

    def _start(self, problem: Problem) -> ProofState:
        refuse_code(problem.header, problem.statement)
        state = self._prover.lean.pool.start(problem)
        self._open[problem_key(problem)] = problem
        while len(self._open) > OPEN_PROBLEMS:
            _, oldest = self._open.popitem(last=False)
            self._prover.lean.pool.release(oldest)
        return state

    def _known(self, problem: Problem) -> None:
        key = problem_key(problem)
        if key in self._open:
            self._open.move_to_end(key)
        else:
            self._start(problem)


class _Teller:
    """A listener that is told of a tactic before it runs, for the page; it can hold a search up."""

    trying = True

    def __init__(self, tell: Tell, gate: threading.Event, token: CancelToken) -> None:
        self._tell = tell
        self._gate = gate
        self._token = token

    def __call__(self, event: Event) -> None:
        self._tell(event)
        while not self._gate.wait(POLL_SECONDS):
            self._token.check()
