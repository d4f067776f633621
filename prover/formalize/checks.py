"""What Lean can say against a statement that a model wrote.

Vacuous and trivial statements are common among the wrong ones that elaborate (DeepSeek-Prover, Xin et al. 2024,
2405.14333, section 3, rejects hypotheses from which False follows). Every verdict here is the verifier's; that nothing
was found is no verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from prover.errors import StatementError
from prover.formalize.records import Statement
from prover.lean.pool import Pool
from prover.lean.verifier import Verifier
from prover.policies.protocol import NamedPolicy, Prepared, ProblemPolicy
from prover.policies.templates.automation import AutomationPolicy
from prover.prove import Outcome, prove
from prover.refute.negation import with_conclusion
from prover.refute.run import USUAL, Effort, refute
from prover.refute.syntax import Unread
from prover.strategies import StrategySpec
from prover.types import Problem, ProofState, VerifiedProof
from search.types import Budget, Proposals, Solved, Suggestion

CHEAP = ("trivial", "rfl", "assumption", "decide", "simp")
"""The calls of which one alone makes a statement trivial, each after `intros`."""
_NOT_THE_CONCLUSION = "(intros; exfalso)"


@dataclass(slots=True)
class Checker:
    """Checks statements within budgets: `calls` of Lean for a search, and `effort` for a counterexample.

    `spent` counts Lean calls so far. For one thread at a time.
    """

    pool: Pool
    verifier: Verifier
    calls: int = 24
    effort: Effort = USUAL
    keep_trivial: bool = False
    spent: int = 0

    def check(self, found: Statement, problem: Problem) -> tuple[Statement, int]:
        """Return a statement with what Lean says of it, and the hash of its elaborated type (0 if it has none)."""
        try:
            root = self.pool.start(problem)
        except StatementError as error:
            return found.model_copy(update={"status": "ill-formed", "message": str(error)}), 0
        try:
            return self._opened(found, problem, root), root.goals[0].digest if root.goals else 0
        finally:
            self.pool.release(problem)

    def proved(self, problem: Problem, policy: ProblemPolicy | None = None) -> bool:
        """Tell whether a search proves a problem within the budget, the verifier's word being the last."""
        return self.searched(problem, policy).verified is not None

    def searched(self, problem: Problem, policy: ProblemPolicy | None = None) -> Outcome:
        """Search for a proof within the budget. Raises `StatementError`."""
        strategy = StrategySpec.model_validate("best-first")
        budget = Budget(lean_calls=self.calls)
        outcome = prove(
            problem, self.pool, self.verifier, policy or AutomationPolicy(), strategy, budget, width=1, disprove=None
        )
        self.spent += outcome.attempt.cost.lean_calls
        return outcome

    def closes(self, state: ProofState, action: str) -> bool:
        """Tell whether one call closes a state, for a hint: no verifier is asked."""
        self.spent += 1
        return isinstance(self.pool.step(state, action), Solved)

    def _opened(self, found: Statement, problem: Problem, root: ProofState) -> Statement:
        refuted = refute(problem, root, self.pool, self.verifier, self.effort)
        self.spent += refuted.cost.lean_calls if refuted is not None else 0
        if refuted is not None and refuted.verified is not None:
            said = f"it is false for {refuted.counterexample}"
            update = {"status": "refuted", "message": said, "counterexample": refuted.counterexample}
            return found.model_copy(update=update)
        # Before triviality: what contradictory hypotheses make trivial is vacuous, which says more.
        witness = self._witness(problem)
        if not witness and self._contradictory(problem, root):
            said = "its hypotheses contradict each other: False was proved from them"
            return found.model_copy(update={"status": "contradictory", "message": said, "proved": True})
        found = found.model_copy(update={"satisfiable": witness})
        for tactic in () if self.keep_trivial else CHEAP:
            block = f"intros\n{tactic}"
            if self.closes(root, block) and isinstance(self.verifier.verify(problem, block, 2), VerifiedProof):
                said = f"`{tactic}` proves it: the statement may say too little"
                return found.model_copy(update={"status": "trivial", "message": said, "proved": True})
        return found.model_copy(update={"proved": self.proved(problem)})

    def _witness(self, problem: Problem) -> str:
        """Return values for which all hypotheses hold, accepted by the verifier: a refutation of `… → False`."""
        try:
            bare = with_conclusion(problem, "False")
            root = self.pool.start(bare)
        except (Unread, StatementError):
            return ""
        try:
            found = refute(bare, root, self.pool, self.verifier, self.effort)
        finally:
            self.pool.release(bare)
        if found is None:
            return ""
        self.spent += found.cost.lean_calls
        return found.counterexample if found.verified is not None else ""

    def _contradictory(self, problem: Problem, root: ProofState) -> bool:
        """Tell whether a verified proof goes through False, for a statement whose conclusion is something else."""
        self.spent += 1
        opened = self.pool.step(root, "intros")
        state = getattr(opened, "state", None)
        if state is None or any(goal.target == "False" for goal in state.goals):
            return False
        return self.proved(problem, ThroughFalse(AutomationPolicy()))


@dataclass(frozen=True, slots=True)
class ThroughFalse:
    """A policy that drops the conclusion first: what it proves follows from the hypotheses alone."""

    inner: ProblemPolicy

    @property
    def name(self) -> str:
        return f"{self.inner.name} from False"

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        found = self.inner.prepare(problem, seed)
        return replace(found, policy=_ThroughFalse(found.policy))

    def load(self) -> None:
        self.inner.load()

    def close(self) -> None:
        self.inner.close()


@dataclass(frozen=True, slots=True)
class _ThroughFalse:
    inner: NamedPolicy

    @property
    def name(self) -> str:
        return self.inner.name

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Propose `exfalso` at the root, and what the inner policy proposes below it."""
        return [
            self.inner.suggest([state], k)[0] if state.trail else Proposals((Suggestion(_NOT_THE_CONCLUSION, 0.0),))
            for state in states
        ]
