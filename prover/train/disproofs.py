"""Learn from refuted statements: the verified proof of the negation becomes a proof of a problem of its own.

DeepSeek-Prover (Xin et al. 2024, 2405.14333, section 3) searches statement and negation side by side, so that false
statements cost less and both kinds of proof train. Here the search of a train statement looks for a counterexample when
it has found no proof (`prover.refute`); this phase replays the accepted proof of the negation tactic by tactic, has the
verifier judge it again, and keeps states and tactics. No negation is ever drawn for a search.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from prover.config import SearchConfig
from prover.errors import LeanError
from prover.policies.protocol import ProblemPolicy
from prover.refute.attempt import POLICY
from prover.refute.negation import negation
from prover.refute.syntax import Unread
from prover.runs.executor import Executor
from prover.runs.loop import run_phase
from prover.runs.meter import Account
from prover.runs.records import Dropped, Finished, PhaseRecord, Result, StateRecord, TacticRecord, Task
from prover.runs.solver import Solver, solver_with
from prover.runs.work import SolverWork
from prover.train.corpus import HELD_OUT, types
from prover.train.decontaminate import guard, same_type
from prover.train.figures import Facts
from prover.train.records import DISPROOFS, Role
from prover.train.store import IterateStore
from prover.types import Attempt, CostRecord, Problem, VerifiedProof
from search.tree import Outcome, Status
from search.types import Advanced, Cost, Rejected, Solved

STRATEGY = "disprove"


def disprove(
    store: IterateStore,
    phase: PhaseRecord,
    search: SearchConfig,
    policy: Callable[[], ProblemPolicy],
    executor: Executor,
) -> Facts:
    """Add the disproofs of a round's search to what is learnt from, and return how many there are.

    A negation that is, or is too much like, a held-out statement is dropped. Raises as `run_phase`.
    """
    proofs = _proofs(store, phase.round)
    store.join(DISPROOFS, [problem for problem, _ in proofs])
    named = {problem.name: proof for problem, proof in proofs}
    asked = [
        entry for entry in store.problems(Role.TRAIN) if entry.dataset == DISPROOFS and entry.problem.name in named
    ]
    against = guard(store.problems(*HELD_OUT))[0]
    dropped = [finding for entry in asked if (finding := against.finding(entry)) is not None]
    store.drop(dropped)
    left = {finding.name for finding in dropped}
    tasks = [
        Task(place=entry.place, problem=entry.problem, seed=search.seed)
        for entry in asked
        if entry.problem.name not in left
    ]
    work = OpenDisproofs(search, policy, named, types(store))
    run_phase(store, phase, tasks, work, executor=executor)
    rows = store.rows(phase.round, phase.phase)
    return {
        "refuted": len(proofs),
        "dropped": len(dropped),
        "learnt from": sum(r.attempt.status == "proved" for r in rows),
    }


def _proofs(store: IterateStore, number: int) -> list[tuple[Problem, str]]:
    """Return the negations that a round's search proved, with their proofs, in the order of the problems."""
    asked = {entry.place: entry.problem for entry in store.problems(Role.TRAIN)}
    found = []
    for row in store.rows(number, "search"):
        disproof = row.attempt.disproof
        if row.attempt.status != "refuted" or disproof is None or row.place not in asked:
            continue
        try:
            problem = negation(asked[row.place])
        except Unread:
            continue
        if problem.statement == disproof.statement:
            source = f"negation of {asked[row.place].name}"
            found.append((problem.model_copy(update={"source": source, "tags": ("disproof",)}), disproof.proof))
    return found


@dataclass(frozen=True, slots=True)
class OpenDisproofs:
    """Opens the work of replaying disproofs; `proofs` are by name, `types` hashes of held-out types with names."""

    search: SearchConfig
    policy: Callable[[], ProblemPolicy]
    proofs: dict[str, str]
    types: dict[int, str]

    def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
        """Open Lean for so many replays at once. Raises `SetupError`."""
        account = Account(stop)
        solver = solver_with(self.policy(), self.search.model_copy(update={"workers": workers}), account, None)
        return _Replay(solver.attempt, account, POLICY, STRATEGY, solver.close, solver=solver, work=self)

    def label(self) -> tuple[str, str]:
        return POLICY, STRATEGY


@dataclass(kw_only=True)
class _Replay(SolverWork):
    """Replays proofs of negations."""

    solver: Solver
    work: OpenDisproofs

    def result(self, task: Task) -> Result:
        problem, pool = task.problem, self.solver.pool
        proof = self.work.proofs[problem.name]
        root = pool.start(problem)
        dropped = same_type(self.work.types, problem.name, DISPROOFS, root.goals[0].digest)
        if dropped is not None:
            return Dropped(name=dropped.name, dataset=DISPROOFS, reason="type", like=dropped.like)
        try:
            states, spent = replayed(problem, proof, self.solver)
            verdict = self.solver.verifier.verify(problem, proof, len(states))
        finally:
            pool.release(problem)
        if not isinstance(verdict, VerifiedProof):
            raise LeanError(f"the proof of {problem.name} was accepted before and is not now: {verdict.message}")
        attempt = Attempt(
            problem=problem.name,
            statement_sha256=problem.statement_sha256,
            status="proved",
            proof=verdict.proof,
            verdict=verdict.verdict,
            axioms=verdict.axioms,
            lean=verdict.lean,
            policy=POLICY,
            strategy=STRATEGY,
            seed=task.seed,
            cost=CostRecord.of(spent, 0.0),
        )
        return Finished(attempt=attempt, verified=verdict, states=tuple(states))


def replayed(problem: Problem, proof: str, solver: Solver) -> tuple[list[StateRecord], Cost]:
    """Return the states of a proof with the tactic that was right at each, and what replaying it cost.

    A proof whose parts do not work one by one is one tactic at the root.
    """
    for parts in (steps(proof), [proof]):
        found: list[StateRecord] = []
        state, spent = solver.pool.start(problem), Cost()
        for depth, tactic in enumerate(parts):
            step = solver.pool.step(state, tactic)
            spent = spent + step.cost
            if isinstance(step, Rejected):
                break
            outcome = Outcome.SOLVED if isinstance(step, Solved) else Outcome.ADVANCED
            right = TacticRecord(
                tactic=tactic,
                log_prob=0.0,
                outcome=outcome,
                status=Status.PROVED,
                lean_calls=step.cost.lean_calls,
                heartbeats=step.cost.heartbeats,
                on_proof=True,
            )
            goals = tuple(goal.text for goal in state.goals)
            found.append(
                StateRecord(problem=problem.name, goals=goals, depth=depth, status=Status.PROVED, tried=(right,))
            )
            if isinstance(step, Advanced):
                state = step.state
            elif depth + 1 == len(parts):
                return found, spent
    return [], spent


def steps(proof: str) -> Sequence[str]:
    """Return the tactics of a block: a line in the first column begins one, lines to its right belong to it."""
    found: list[str] = []
    for line in proof.split("\n"):
        if found and (not line or line[0] == " "):
            found[-1] += f"\n{line}"
        elif line:
            found.append(line)
    return found
