"""What a conjecture has to pass before a run searches it.

In this order, cheap checks first: it is no held-out statement by name, text or 8-grams, and no train statement up to
names of bound variables; it elaborates; its elaborated type is neither held out nor known; no cheap call closes it; no
counterexample is found that the verifier accepts. STP (Dong and Ma 2025, 2502.00212, section 3) keeps conjectures that
are new and barely provable; how hard one is only the search of the round shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from prover.conjecture.conjecturer import Conjecture
from prover.errors import StatementError
from prover.formalize.checks import CHEAP
from prover.lean.pool import Pool
from prover.lean.verifier import Verifier
from prover.refute.run import USUAL, Effort, refute
from prover.train.decontaminate import Guard, same_type
from prover.train.fingerprint import sha256, tokens
from prover.train.records import CONJECTURES, CorpusProblem, Role
from prover.types import Frozen, Problem, ProofState
from search.types import Solved

Word = Literal["accepted", "held out", "known", "ill-formed", "trivial", "refuted"]


class Ruling(Frozen):
    """What the gate says of a conjecture. `why` names the statement it is like, Lean's message, or the witness."""

    conjecture: Conjecture
    word: Word
    why: str = ""
    lean_calls: int = 0
    digest: int = 0


@dataclass(slots=True)
class Gate:
    """Judges conjectures one after the other; what it has accepted is known to it from then on. For one thread.

    `held_out` maps hashes of elaborated types of evaluation problems to names, `known` are the run's train problems.
    """

    pool: Pool
    verifier: Verifier
    guard: Guard
    held_out: Mapping[int, str]
    known: Iterable[Problem]
    effort: Effort = USUAL
    _texts: dict[str, str] = field(default_factory=dict)
    _digests: dict[int, str] = field(default_factory=dict)
    _bags: dict[tuple[str, ...], list[Problem]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for problem in self.known:
            found = tokens(problem.statement)
            self._texts[sha256(found)] = problem.name
            self._bags.setdefault(_bag(found), []).append(problem)

    def recall(self, ruling: Ruling) -> None:
        """Take note of an earlier ruling, as if it had been made now."""
        if ruling.word == "accepted":
            problem = ruling.conjecture.problem
            self._texts[sha256(tokens(problem.statement))] = problem.name
            self._digests[ruling.digest] = problem.name

    def judge(self, conjecture: Conjecture) -> Ruling:
        """Return what speaks against a conjecture. Raises `LeanError` where Lean cannot be used."""
        ruling = self._judged(conjecture)
        self.recall(ruling)
        return ruling

    def _judged(self, conjecture: Conjecture) -> Ruling:
        problem = conjecture.problem
        asked = CorpusProblem(place=0, dataset=CONJECTURES, role=Role.TRAIN, problem=problem)
        if (dropped := self.guard.finding(asked)) is not None:
            return Ruling(conjecture=conjecture, word="held out", why=f"{dropped.reason}: {dropped.like}")
        found = tokens(problem.statement)
        if (like := self._texts.get(sha256(found))) is not None:
            return Ruling(conjecture=conjecture, word="known", why=like)
        try:
            root = self.pool.start(problem)
        except StatementError as error:
            return Ruling(conjecture=conjecture, word="ill-formed", why=str(error)[:300])
        try:
            return self._opened(conjecture, root, _bag(found))
        finally:
            self.pool.release(problem)

    def _opened(self, conjecture: Conjecture, root: ProofState, bag: tuple[str, ...]) -> Ruling:
        problem, digest = conjecture.problem, root.goals[0].digest
        held = same_type(self.held_out, problem.name, CONJECTURES, digest)
        if held is not None:
            return Ruling(conjecture=conjecture, word="held out", why=f"type: {held.like}", digest=digest)
        # Only a statement of the same words can have the same type up to layout and order of names: Lean is asked
        # about these, once.
        for like in self._bags.pop(bag, ()):
            self._note(like)
        if (name := self._digests.get(digest)) is not None:
            return Ruling(conjecture=conjecture, word="known", why=name, digest=digest)
        calls = 0
        for tactic in (*CHEAP, "norm_num"):
            calls += 1
            if isinstance(self.pool.step(root, f"intros\n{tactic}"), Solved):
                return Ruling(conjecture=conjecture, word="trivial", why=tactic, lean_calls=calls, digest=digest)
        refuted = refute(problem, root, self.pool, self.verifier, self.effort)
        calls += refuted.cost.lean_calls if refuted is not None else 0
        if refuted is not None and refuted.verified is not None:
            why = refuted.counterexample
            return Ruling(conjecture=conjecture, word="refuted", why=why, lean_calls=calls, digest=digest)
        return Ruling(conjecture=conjecture, word="accepted", lean_calls=calls, digest=digest)

    def _note(self, problem: Problem) -> None:
        try:
            digest = self.pool.start(problem).goals[0].digest
        except StatementError:
            return
        self.pool.release(problem)
        self._digests.setdefault(digest, problem.name)


def _bag(found: list[str]) -> tuple[str, ...]:
    """Return the words of a statement without brackets and bound names, sorted."""
    return tuple(
        sorted(word for word in found if not (word[0] == "v" and word[1:].isdigit()) and word not in "(){}[]:,")
    )
