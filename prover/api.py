"""The prover as a library: one object that proves, verifies and shows goals, over Lean processes of its own.

with Prover(policy="automation", budget="lean_calls=100") as prover:
    attempt = prover.prove("theorem t (a b : ℕ) : a + b = b + a := by")
    print(attempt.status, attempt.proof)
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from types import TracebackType
from typing import TYPE_CHECKING, Any

from prover.cancel import CancelToken, expiring
from prover.config.search import SearchConfig, checked
from prover.errors import InputError, UsageError
from prover.events import Event, Listen
from prover.lean.open import LeanEnv
from prover.lean.session import Limits
from prover.policies.protocol import ProblemPolicy
from prover.prove import Outcome, prove
from prover.refute.attempt import disprove
from prover.refute.run import THOROUGH, Effort
from prover.style import read_style
from prover.types import Attempt, LeanInfo, Problem, ProofState, Verdict
from search.types import UNITS, Advanced, Budget, Rejected

if TYPE_CHECKING:
    from prover.lean.backend import Progress

Statement = Problem | str
"""A problem, or what `prover prove` takes: a statement, a `.lean` or JSONL file or a dataset that holds one problem."""


class Prover:
    """Proves and verifies. Safe from several threads; Lean starts when it is first needed, and `close` ends it.

    `lean`, `policy` and `strategy` are SPECs as on the command line (`hf:MODEL?temperature=0.8`). A policy may also be
    a function from a goal to tactics or an object of `prover.policies.protocol` or `search`, a strategy a function over
    a `search.SearchContext` or a `search.StrategyEntry`. `budget` is what one problem may cost:
    `lean_calls=100,seconds=60`, or a `search.Budget`. `heartbeats` (in thousands) and `step_seconds` limit a single
    step. `workers` Lean processes serve all threads, about 0.5 GB each. With `cache`, Lean's verdicts are kept in the
    user's cache and still count against the budget; where the wall clock is a limit there is none. `style` is which of
    several proofs is kept: `readable`, `shortest` or `first`. `kernel` says which kernels have to accept a proof:
    `native`, `embedded` or `both`; by default the native one where it is set up, else the embedded one. `on_event` is
    told what happens, `progress` how a set-up goes.

    Raises `UsageError` for settings that make no sense. All errors are `ProverError`.
    """

    def __init__(
        self,
        *,
        lean: str = "embedded",
        context: str = "core",
        policy: Any = "automation",
        strategy: Any = "best-first",
        budget: str | Budget = "lean_calls=1000",
        heartbeats: int = 6_000,
        step_seconds: float | None = None,
        workers: int = 1,
        seed: int = 0,
        kernel: str = "default",
        cache: bool = True,
        style: str = "readable",
        on_event: Listen | None = None,
        progress: Progress | None = None,
    ) -> None:
        named: dict[str, Any] = {} if step_seconds is None else {"step_seconds": step_seconds}
        self._given_policy: Any = None if isinstance(policy, str) else policy
        self.settings = checked(
            {
                **named,
                "lean": lean,
                "context": context,
                "policy": policy if isinstance(policy, str) else "automation",
                "strategy": _strategy(strategy),
                "budget": _units(budget),
                "heartbeats": heartbeats,
                "workers": workers,
                "seed": seed,
                "kernel": kernel,
            }
        )
        self._cache = cache
        self._style = read_style(style)
        self._listen = on_event
        self._progress = progress
        self._lock = threading.Lock()
        self._lean: LeanEnv | None = None
        self._policy: ProblemPolicy | None = None
        self._closed = False

    @classmethod
    def of(
        cls,
        settings: SearchConfig,
        *,
        cache: bool = True,
        style: str = "readable",
        on_event: Listen | None = None,
        progress: Progress | None = None,
        lean: LeanEnv | None = None,
    ) -> Prover:
        """Return a prover with the settings of the command line, over a Lean of theirs if there is one already."""
        made = cls(cache=cache, style=style, on_event=on_event, progress=progress)
        made.settings = settings
        made._lean = lean
        return made

    # -- what it does --------------------------------------------------------------------------------------------------

    def prove(
        self,
        problem: Statement,
        *,
        seed: int | None = None,
        cancel: CancelToken | None = None,
        on_event: Listen | None = None,
    ) -> Attempt:
        """Search for a proof and have it verified.

        The attempt's `status` is `proved` only with a proof that the verifier accepted. A search that was cancelled has
        the `stop` `cancelled`. Raises `InputError` for what is no single statement, `StatementError` with Lean's
        message for one that does not elaborate, `PolicyError` for a policy that does not answer.
        """
        return self.search(problem, seed=seed, cancel=cancel, on_event=on_event).attempt

    def search(
        self,
        problem: Statement,
        *,
        seed: int | None = None,
        cancel: CancelToken | None = None,
        on_event: Listen | None = None,
        width: int | None = None,
    ) -> Outcome:
        """Do as `prove`, and return the search graph and the `VerifiedProof` with the attempt."""
        problem = self._problem(problem)
        settings, policy, lean = self.settings, self.policy, self.lean
        lean.prepare(problem)
        return prove(
            problem,
            lean.pool,
            lean.verifier,
            policy,
            settings.strategy,
            settings.budget.limits(),
            seed=settings.seed if seed is None else seed,
            width=width,
            style=self._style,
            listen=on_event or self._listen,
            token=cancel,
        )

    def prove_many(
        self,
        problems: Iterable[Statement],
        *,
        cancel: CancelToken | None = None,
        on_event: Listen | None = None,
    ) -> Iterator[Attempt]:
        """Attempt problems, as many at once as there are workers, and yield each attempt as it ends.

        Problems are taken from the iterable as they are needed. One whose search cannot begin or breaks is a row with
        the status `error`. Leaving the iterator early, by `break` or by an exception, cancels what is in progress.
        """
        with closing(self.outcomes(problems, cancel=cancel, on_event=on_event)) as found:
            for outcome in found:
                yield outcome.attempt

    def outcomes(
        self,
        problems: Iterable[Statement],
        *,
        seconds: float | None = None,
        cancel: CancelToken | None = None,
        on_event: Listen | None = None,
    ) -> Generator[Outcome, None, None]:
        """Do as `prove_many`, with the search and the `VerifiedProof` of each attempt.

        `seconds` cancels an attempt softly after so long: the attempt keeps what it found.
        """
        from prover.runs.records import Task
        from prover.runs.stream import outcomes

        token, settings = CancelToken(), self.settings
        label = self.policy.name, settings.strategy.address

        def tasks() -> Iterator[Task]:
            for place, problem in enumerate(problems):
                if token.cancelled:
                    return
                yield Task(place=place, problem=self._problem(problem), seed=settings.seed)

        def solve(problem: Problem, seed: int) -> Outcome:
            with expiring(token, seconds) as own:
                # Every worker has a problem of its own: what a search asks for in advance could only be wasted.
                return self.search(problem, seed=seed, cancel=own, on_event=on_event, width=1)

        with (cancel or CancelToken()).calling(token.cancel):
            yield from outcomes(tasks(), solve, label, settings.workers, token.cancel)

    def watch(self, *problems: Statement, cancel: CancelToken | None = None) -> Iterator[Event]:
        """Attempt problems and yield the events as they happen, the last of each problem being `Ended`.

        Leaving the iterator early cancels what is in progress. Raises as `prove`, for a problem whose search cannot
        begin.
        """
        token = CancelToken()
        events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()

        def work() -> None:
            try:
                for problem in problems:
                    self.search(problem, cancel=token, on_event=events.put)
                events.put(None)
            except BaseException as error:  # raised again where the events are read
                events.put(error)

        thread = threading.Thread(target=work, name="watched", daemon=True)
        with (cancel or CancelToken()).calling(token.cancel):
            thread.start()
            try:
                while (event := events.get()) is not None:
                    if isinstance(event, BaseException):
                        raise event
                    yield event
            finally:
                token.cancel()
                thread.join()

    def verify(
        self, problem: Statement, proof: str, *, heartbeats: int = 200_000, wall_seconds: float = 300.0
    ) -> Verdict:
        """Judge a proof, a block of tactics or a whole file, of a statement that is trusted.

        Returns a `VerifiedProof` or a `Rejection` that says why. `heartbeats`, in thousands, are for each step of the
        proof; the wall clock guards them. Raises `StatementError` where the statement itself does not elaborate.
        """
        problem = self._problem(problem)
        limits = Limits(heartbeats=heartbeats, wall_seconds=wall_seconds, kernel=self.settings.kernel)
        return self.lean.verifier_under(limits, problem.context).verify(problem, proof)

    def goals(self, problem: Statement, tactics: str | Sequence[str] = ()) -> ProofState:
        """Return the proof state after some tactics; one without goals is proved, though not yet verified.

        A text is one block of tactics. Raises `InputError` with Lean's message for one that fails.
        """
        problem = self._problem(problem)
        pool = self.lean.pool
        state = pool.start(problem)
        try:
            for number, tactic in enumerate([tactics] if isinstance(tactics, str) else tactics, 1):
                if not state.goals:
                    raise InputError(f"nothing is left to prove before tactic {number}; leave it out")
                if not tactic.strip():
                    continue
                step = pool.step(state, tactic)
                if isinstance(step, Rejected):
                    raise InputError(f"tactic {number}, {_line(tactic)}, fails: {step.reason}")
                state = step.state if isinstance(step, Advanced) else ProofState(state.problem, (), state.trail)
            return state
        finally:
            pool.release(problem)

    def disprove(self, problem: Statement, effort: Effort = THOROUGH, *, on_event: Listen | None = None) -> Attempt:
        """Look for a counterexample and for nothing else. `on_event` is told when Lean has read the statement.

        The attempt is `refuted` once the verifier has accepted a proof of the negation. Raises as `prove`.
        """
        problem = self._problem(problem)
        lean = self.lean
        return disprove(problem, lean.pool, lean.verifier, effort, on_event)

    # -- what it stands on ---------------------------------------------------------------------------------------------

    @property
    def lean(self) -> LeanEnv:
        """Lean, not started before a search or a verdict needs it."""
        with self._lock:
            self._open()
            if self._lean is None:
                self._lean = self.settings.open_lean(self._cache, self._progress)
            return self._lean

    @property
    def policy(self) -> ProblemPolicy:
        """The policy, ready to be asked. Raises `PolicyError`, `SetupError`."""
        with self._lock:
            self._open()
            if self._policy is None:
                policy = self._made_policy()
                policy.load()
                self._policy = policy
            return self._policy

    def load(self) -> None:
        """Make the policy ready now, so that what it lacks is said before Lean is set up. Raises as `policy`."""
        self.policy  # noqa: B018  # the property loads it

    def info(self, problem: Statement) -> LeanInfo:
        """Return which Lean and which context judge a problem."""
        return self.lean.verifier.info(self._problem(problem))

    def close(self) -> None:
        """End Lean's processes and let the policy go; a closed prover cannot be used again."""
        with self._lock:
            self._closed = True
            lean, self._lean = self._lean, None
            policy, self._policy = self._policy, None
        try:
            if policy is not None:
                policy.close()
        finally:
            if lean is not None:
                lean.close()

    def __enter__(self) -> Prover:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> None:
        if self._closed:
            raise UsageError("this Prover is closed: make another one")

    def _made_policy(self) -> ProblemPolicy:
        if self._given_policy is None:
            return self.settings.make_policy()
        from prover.policies.entry import PolicySpec, wrapped

        name = getattr(self._given_policy, "name", None) or getattr(self._given_policy, "__name__", "policy")
        entry = wrapped(str(name), self._given_policy)
        return entry.make(entry.read({}), PolicySpec.model_construct(name=str(name), target="", settings={}))

    def _problem(self, given: Statement) -> Problem:
        if isinstance(given, Problem):
            return given
        from prover.problems.target import read_target

        found = read_target(given, None, self.settings.context)
        if len(found) != 1:
            names = ", ".join(problem.name for problem in found[:5])
            raise InputError(f"{_line(given)} holds {len(found)} problems ({names}, …); use prove_many, or pick one")
        return found[0]


def _strategy(given: Any) -> Any:
    if isinstance(given, str):
        return given
    from prover.strategies import STRATEGIES, wrapped

    name = str(getattr(given, "__name__", "strategy")).replace("_", "-")
    if name in STRATEGIES and STRATEGIES.origin(name) != "this process":
        name = f"my-{name}"
    entry = wrapped(name, getattr(given, "__proofsmith_entry__", given))
    STRATEGIES.register(entry)
    return entry.name


def _units(given: str | Budget) -> Any:
    if isinstance(given, str):
        return given
    return {unit: value for unit in UNITS if (value := getattr(given, unit)) is not None}


def _line(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return repr(first if len(first) <= 60 else f"{first[:60]}…")
