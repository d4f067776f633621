"""prove(problem, session, policy, strategy, budget) -> Attempt: one search, one cold verification, one row."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from prover.cancel import CancelToken
from prover.errors import StatementError, UsageError
from prover.events import Ended, Event, Listen, Started, Stepped, Trying, Turned, Verified
from prover.lean.pool import Attended, Pool
from prover.lean.verifier import Verifier
from prover.policies.protocol import Prepared, ProblemPolicy, unchanged
from prover.queries import Unanswered, without_queries
from prover.refute.attempt import disproved
from prover.refute.run import USUAL, Effort, at_a_glance, refute
from prover.script import Parts, PartsAfter, script, steps
from prover.strategies import StrategySpec
from prover.style import Polish, Style, kept, says_nothing
from prover.types import Attempt, CostRecord, Problem, ProofState, VerifiedProof
from search.hooks import Cancelled, Hooks
from search.proof import Proof
from search.result import SearchResult
from search.tree import Edge, Graph
from search.types import Advanced, Budget, Cost, Policy, Proposals, Resampling, Step, Stop

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """An attempt with the search behind it, and the verified proof where there is one.

    `search` is None where the search could not begin.
    """

    attempt: Attempt
    search: SearchResult[ProofState] | None
    verified: VerifiedProof | None = None


def prove(
    problem: Problem,
    pool: Pool,
    verifier: Verifier,
    policy: ProblemPolicy,
    strategy: StrategySpec,
    budget: Budget,
    *,
    seed: int = 0,
    width: int | None = None,
    style: Style = Style.first,
    disprove: Effort | None = USUAL,
    listen: Listen | None = None,
    token: CancelToken | None = None,
) -> Outcome:
    """Search for a proof and judge what was found. Raises `StatementError` if the statement does not elaborate.

    The attempt says `proved` only with a `VerifiedProof`. A script that the search believes in and the verifier does
    not is `unproved`, with the verifier's message. `width` is how many steps the search asks for at once, by default
    four for every worker of the pool if it has several. `style` says which of several proofs is kept. `disprove` is
    what looking for a counterexample may cost where no proof is found; a proved one makes the attempt `refuted`. A
    statement that is plainly false is refuted before it is searched (`GLANCE`).
    `listen` is told of events; `token` cancels the attempt, whose `stop` is then `cancelled`.
    """
    attempt = _Attempt(problem, policy, strategy, seed, listen or _nobody, token or CancelToken())
    with attempt.token.calling(partial(pool.interrupt, attempt.token)):
        outcome = attempt.made(pool, verifier, budget, width, style, disprove, patient=token is None)
    attempt.listen(Ended(problem=problem.name, seed=seed, attempt=outcome.attempt))
    return outcome


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attempt in progress."""

    problem: Problem
    policy: ProblemPolicy
    strategy: StrategySpec
    seed: int
    listen: Listen
    token: CancelToken

    def made(
        self,
        pool: Pool,
        verifier: Verifier,
        budget: Budget,
        width: int | None,
        style: Style,
        disprove: Effort | None,
        patient: bool,
    ) -> Outcome:
        """Search and verify. With `patient`, nothing can cancel the attempt, and what answers is waited for."""
        began = time.monotonic()
        waiting = _at_once if patient else self.token.waiting
        problem, chosen = self.problem, self.strategy.chosen()
        try:
            root = waiting(lambda: pool.start(problem, self.token))
        except Cancelled:
            return Outcome(Attempt(**self._row(None), cost=CostRecord.of(Cost(), time.monotonic() - began)), None)
        began = time.monotonic()  # what it takes to start Lean is not billed to the first problem
        several = 4 * pool.workers if pool.workers > 1 else 1
        options = chosen.options(width=several if width is None else width, retries=0)  # the pool retries
        asked = self.policy.prepare(problem, self.seed)
        _affordable(asked, options.k, self.strategy.address, budget)
        self.listen(Started(problem=problem.name, seed=self.seed, goals=root.text))
        if disprove is not None:
            self._turn("looking for a plain counterexample")
            try:
                false = waiting(lambda: at_a_glance(problem, root, pool, verifier))
            except Cancelled:
                false = None  # the search says so
            if false is not None:
                pool.release(problem)
                row = self._row(None) | {"stop": None, "lean": verifier.info(problem)} | disproved(false)
                return Outcome(Attempt(**row, cost=CostRecord.of(Cost(), time.monotonic() - began)), None)
        result = chosen.search(
            root,
            asked.wrap_env(self._announced(Attended(pool, self.token))),
            asked.policy if patient else impatient(asked.policy, self.token),
            budget,
            options=options,
            seed=self.seed,
            hooks=Hooks(_Steps(self), lambda: self.token.cancelled),
            sketcher=asked.sketcher,
            value=asked.value,
        )
        row = self._row(result) | {"lean": verifier.info(problem)}
        verified: VerifiedProof | None = None
        polish: Polish | None = None
        if result.proof is not None:
            after: PartsAfter = partial(parts_after, pool)
            self._turn("verifying the proof")
            try:
                found = _accepted_steps(asked, result.proof)
                proof = waiting(lambda: without_queries(found, pool))
                text = script(proof, after)
                polish = Polish(proof, Attended(pool, self.token).step)
                if style is Style.readable and says_nothing(text):
                    polish.begin()
                verdict = waiting(lambda: verifier.verify(problem, text, steps(proof)))
                self.listen(Verified(problem=problem.name, seed=self.seed, verdict=verdict))
                row |= {"verdict": verdict.verdict}
                if isinstance(verdict, VerifiedProof):
                    verified = verdict
                    row |= {"status": "proved", "proof": verdict.proof, "axioms": verdict.axioms}
                    if style is not Style.first:
                        row |= {"minimised": waiting(lambda: kept(problem, proof, verifier, after, style, polish))}
                else:
                    said = f"({verdict.reason.value}): {verdict.message}"
                    row |= {"message": f"the verifier rejects what the search found {said}"}
            except Unanswered as query:
                row |= {"message": str(query)}
            except Cancelled:
                row |= {"stop": Stop.CANCELLED} if verified is None else {}
        if polish is not None:
            polish.end()
        if verified is None and disprove is not None and not self.token.cancelled:
            effort = disprove
            self._turn("looking for a counterexample")
            try:
                row |= disproved(waiting(lambda: refute(problem, root, pool, verifier, effort)))
            except Cancelled:
                row |= {"stop": Stop.CANCELLED}
        pool.release(problem)
        asked.finished(result)
        return Outcome(Attempt(**row, cost=CostRecord.of(result.cost, time.monotonic() - began)), result, verified)

    def _turn(self, what: str) -> None:
        if getattr(self.listen, "trying", False):
            self.listen(Turned(problem=self.problem.name, seed=self.seed, what=what))

    def _announced(self, pool: Attended) -> Attended:
        """Return the environment, which tells of an action before it carries it out if the listener asks for that."""
        if not getattr(self.listen, "trying", False):
            return pool

        def tell(state: ProofState, action: str) -> None:
            self.listen(Trying(problem=self.problem.name, seed=self.seed, state=state.text, action=action))

        return Announced(pool, tell)

    def _row(self, result: SearchResult[ProofState] | None) -> dict[str, Any]:
        row: dict[str, Any] = {
            "problem": self.problem.name,
            "statement_sha256": self.problem.statement_sha256,
            "policy": self.policy.name,
            "strategy": self.strategy.address,
            "seed": self.seed,
            "stop": Stop.CANCELLED,
            "status": "unproved",
        }
        if result is None:
            return row
        return row | {
            "stop": result.stop,
            "limit": result.limit,
            "wasted": CostRecord.of(result.wasted, 0.0),
            "retries": result.retries,
            "first_success": dict(result.first_success) if result.first_success else None,
        }


class _Steps:
    """Tells of the steps of a search."""

    def __init__(self, attempt: _Attempt) -> None:
        self._attempt = attempt
        self._number = 0

    def __call__(self, graph: Graph[ProofState], edges: Sequence[Edge], spent: Cost) -> None:
        if self._attempt.listen is _nobody:
            return
        for edge in edges:
            self._number += 1
            self._attempt.listen(
                Stepped(
                    problem=self._attempt.problem.name,
                    seed=self._attempt.seed,
                    number=self._number,
                    state=graph.nodes[edge.source].state.text,
                    action=edge.action,
                    outcome=edge.outcome,
                    goals=tuple(graph.nodes[child].state.text for child in edge.children),
                    reason=edge.reason,
                    log_prob=edge.log_prob,
                    cost=CostRecord.of(spent, 0.0),
                )
            )


class Announced(Attended):
    """An attended pool that tells of every action before it is carried out."""

    def __init__(self, inner: Attended, tell: Callable[[ProofState, str], None]) -> None:
        self._inner = inner
        self._tell = tell

    def step(self, state: ProofState, action: str) -> Step[ProofState]:
        self._tell(state, action)
        return self._inner.step(state, action)

    def step_many(self, requests: Sequence[tuple[ProofState, str]]) -> list[Step[ProofState]]:
        if requests:
            self._tell(*requests[0])
        return self._inner.step_many(requests)

    def split(self, state: ProofState) -> Sequence[ProofState]:
        return self._inner.split(state)


class Impatient:
    """A policy that is not waited for once a token is cancelled."""

    def __init__(self, inner: Policy[ProofState], token: CancelToken) -> None:
        self._inner = inner
        self._token = token

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        return self._token.waiting(lambda: self._inner.suggest(states, k))


class ImpatientAgain(Impatient):
    """The same of a policy that can be asked again."""

    def suggest_again(self, states: Sequence[ProofState], k: int, asked: int) -> list[Proposals]:
        inner = self._inner
        assert isinstance(inner, Resampling)
        return self._token.waiting(lambda: inner.suggest_again(states, k, asked))


def impatient(inner: Policy[ProofState], token: CancelToken) -> Impatient:
    """Return a policy that a cancelled token does not wait for; it can be asked again if the inner one can."""
    return (ImpatientAgain if isinstance(inner, Resampling) else Impatient)(inner, token)


def _accepted_steps(asked: Prepared, proof: Proof[ProofState]) -> Proof[ProofState]:
    """Return a proof without actions that failed: only an environment that repairs leaves such in it."""
    if asked.wrap_env is unchanged:
        return proof
    from prover.policies.repair import without_failures

    return without_failures(proof)


def _nobody(event: Event) -> None:
    """Tell nobody."""


def _at_once(work: Callable[[], T]) -> T:
    return work()


def failed(problem: Problem, error: Exception, policy: str, strategy: str, seed: int) -> Attempt:
    """Return the row of a problem whose search could not begin or broke: a failure that is listed, never dropped."""
    return Attempt(
        problem=problem.name,
        statement_sha256=problem.statement_sha256,
        status="error",
        message=("statement: " if isinstance(error, StatementError) else "") + str(error),
        policy=policy,
        strategy=strategy,
        seed=seed,
        cost=CostRecord.of(Cost(), 0.0),
    )


def _affordable(asked: Prepared, k: int, strategy: str, budget: Budget) -> None:
    """Raise `UsageError` where a single request takes more generations than there are: nothing could be found."""
    needed = k if asked.samples is None else asked.samples
    if budget.generations is not None and needed > budget.generations:
        raise UsageError(
            f"--budget generations={budget.generations} is less than the {needed} that the policy is asked for "
            f"at once: write --strategy '{strategy}?k={budget.generations}'"
        )


def parts_after(pool: Pool, state: ProofState, action: str) -> Parts:
    """Carry out an action again and return the positions of the goals that belong together afterwards."""
    step = pool.step(state, action)
    return step.state.parts if isinstance(step, Advanced) else ()
