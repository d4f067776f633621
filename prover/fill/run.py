"""Fill the holes of a Lean text, declaration by declaration.

A hole that is the whole proof is an ordinary problem. For one inside a proof, Lean runs the proof up to it and prints
the goal; that goal is proved as a theorem of its own and its proof is tried in the place. Once a declaration has no
hole left, the verifier judges it as it then stands in the file; what it rejects is not written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prover.errors import HeaderError, StatementError
from prover.fill.goal import apart
from prover.fill.holes import Above, Hole, Incomplete, incomplete, position
from prover.fill.place import Form, likely, placed
from prover.lean import block
from prover.lean.pool import Pool
from prover.lean.verifier import Verifier
from prover.types import Attempt, Frozen, LeanInfo, Problem, ProofState, VerifiedProof
from search.types import Rejected, Solved, Step

# How Lean begins what it says of a block that it cannot parse: with a place in it.
_PARSING = re.compile(r"\d+:\d+: ")
HERE = "proofsmith: the goal at this hole"
LATER = "proofsmith: a hole further on"


class Filled(Frozen):
    """A hole that has a proof now. `line` and `column`, from 1, are where it stood."""

    name: str
    line: int
    column: int
    proof: str
    attempt: Attempt


class Remaining(Frozen):
    """A hole that is still there, and why. `line` and `column`, from 1, are those of the file as it is now."""

    name: str
    line: int
    column: int
    reason: str


class Accepted(Frozen):
    """A declaration without holes, as the verifier accepted it."""

    name: str
    axioms: tuple[str, ...]
    lean: LeanInfo


class Fault(Frozen):
    """A command that does not elaborate; what stands below does without. `line`, from 1, is that of the file."""

    line: int
    reason: str


class Filling(Frozen):
    """What came of a text."""

    text: str
    filled: tuple[Filled, ...] = ()
    remaining: tuple[Remaining, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    faults: tuple[Fault, ...] = ()


Search = Callable[[Problem], Attempt]
"""Looks for a proof of a problem and has it verified. Raises `StatementError`."""


def fill(
    text: str,
    source: str,
    context: str,
    pool: Pool,
    verifier: Verifier,
    search: Search,
    only: str | None = None,
) -> Iterator[Filling]:
    """Yield what has come of a text after each of its declarations with holes; the last one is the result.

    `only` names the one declaration that is wanted. Line ends have to be `\n`.
    """
    done = Filling(text=text)
    after = 0
    faults: dict[str, Fault] = {}
    while left := [
        theorem for theorem in incomplete(done.text) if theorem.end > after and only in (None, theorem.name)
    ]:
        grown = done.text.count("\n") - text.count("\n")
        found = _Declaration(done.text, grown, left[0], source, context, pool, verifier, search, faults).fill()
        after = left[0].end + len(found.text) - len(done.text)
        done = Filling(
            text=found.text,
            filled=done.filled + found.filled,
            remaining=done.remaining + found.remaining,
            accepted=done.accepted + found.accepted,
            faults=tuple(faults.values()),
        )
        yield done


@dataclass(frozen=True, slots=True)
class _Declaration:
    """One declaration and what it takes to fill its holes.

    `text` is that of the whole file, in which what came before has added `grown` lines. `faults` are the commands, by
    their text, that were found not to elaborate; more are added.
    """

    text: str
    grown: int
    stated: Incomplete
    source: str
    context: str
    pool: Pool
    verifier: Verifier
    search: Search
    faults: dict[str, Fault]

    def fill(self) -> Filling:
        """Return the text with what was proved, and what became of each hole."""
        stated = self.stated
        if stated.trouble:
            return self._all_remain(stated.trouble)
        while True:
            above = [command for command in stated.above if command.text not in self.faults]
            problem = Problem(
                name=stated.name,
                statement=stated.statement,
                context=self.context,
                header="\n".join(command.text for command in above),
                source=self.source,
            )
            try:
                root = self.pool.start(problem)
                return self._whole(problem) if stated.whole(self.text) else self._inside(problem, root)
            except HeaderError as error:
                if not self._left_out(above, error):
                    return self._all_remain(str(error))
            except StatementError as error:
                left_out = ", ".join(
                    str(self.faults[name.text].line) for name in stated.above if name.text in self.faults
                )
                lines = f" (line {left_out} above does not elaborate and is left out)" if left_out else ""
                return self._all_remain(f"{error}{lines}")

    def _left_out(self, above: list[Above], error: HeaderError) -> bool:
        """Note the command above in which Lean finds an error; it is left out from now on. False if there is none."""
        first = 1
        for command in above:
            behind = first + command.text.count("\n") + 1
            if first <= error.line < behind:
                line = command.line + error.line - first
                self.faults[command.text] = Fault(line=line, reason=f"Lean does not accept it: {error.said}")
                return True
            first = behind
        return False

    def _whole(self, problem: Problem) -> Filling:
        (hole,) = self.stated.holes
        proof, attempt = self._searched(problem)
        text = placed(self.text, hole, likely(self.text, hole), proof, alone=True)
        return self._judged(problem, text, [self._filled(hole, proof, attempt)])

    def _inside(self, problem: Problem, root: ProofState) -> Filling:
        """Fill the holes of a proof in their order; one that cannot be filled is passed over."""
        text = self.text
        filled: list[Filled] = []
        reasons: list[str] = []
        for original in self.stated.holes:
            grown = len(text) - len(self.text)
            hole = Hole(original.start + grown, original.end + grown)
            try:
                own = problem.model_copy(update={"name": f"{problem.name} (line {self._place(original)[0]})"})
                text, proof, attempt = self._hole(own, root, text, hole, passed_over=bool(reasons))
                filled.append(self._filled(original, proof, attempt))
            except StatementError as error:
                reasons.append(str(error))
        self.pool.release(problem)
        if not reasons:
            return self._judged(problem, text, filled)
        end = self._end(text)
        still = next(theorem.holes for theorem in incomplete(text) if theorem.end == end)
        remaining = (self._remains(text, *pair) for pair in zip(still, reasons, strict=True))
        return Filling(text=text, filled=tuple(filled), remaining=tuple(remaining))

    def _hole(
        self, problem: Problem, root: ProofState, text: str, hole: Hole, passed_over: bool
    ) -> tuple[str, str, Attempt]:
        """Return the text with the hole filled, what fills it, and the search for that.

        Raises `StatementError` with the reason why it remains.
        """
        form, goals = self._goals(root, text, hole, passed_over)
        own = apart(goals[0], "hole")
        found, attempt = self._searched(problem.model_copy(update={"statement": own.statement}))
        proof = "\n".join([*own.naming(found), found])
        written = placed(text, hole, form, proof, alone=len(goals) == 1)
        step = self._run(root, written, hole.end + len(written) - len(text))
        if not (isinstance(step, Solved) or LATER in _said(step) or (passed_over and "`sorry`" in _said(step))):
            raise StatementError(f"its goal was proved by itself, but the proof fails in its place: {_said(step)}")
        return written, proof, attempt

    def _goals(self, root: ProofState, text: str, hole: Hole, passed_over: bool) -> tuple[Form, list[str]]:
        """Return what a hole stands for and the goals that Lean prints there, the hole's own first."""
        first = likely(text, hole)
        reasons: list[str] = []
        for form in (first, *(form for form in Form if form is not first)):
            written = placed(text, hole, form, f'fail "{HERE}"', alone=True)
            said = _said(self._run(root, written, hole.end + len(written) - len(text)))
            if HERE in said:
                return form, said.partition(HERE)[2].strip("\n").split("\n\n")
            reasons.append(said)
        # The likely reading says more, unless it is none: a reading that does not parse says nothing of the proof.
        said = next((reason for reason in reasons if not _PARSING.match(reason)), reasons[0])
        behind = "it stands behind a hole that remains" if passed_over else "Lean does not get to this place"
        raise StatementError(f"{behind}: {said}")

    def _searched(self, problem: Problem) -> tuple[str, Attempt]:
        """Return a proof that the verifier accepted, and the attempt. Raises `StatementError` where there is none."""
        attempt = self.search(problem)
        proof = attempt.minimised or attempt.proof
        if attempt.status == "proved" and proof is not None:
            return proof, attempt
        spent = f"the budget of {attempt.limit} is spent; raise --budget" if attempt.limit else "nothing is left to try"
        raise StatementError(attempt.message or f"not proved: {spent}")

    def _run(self, root: ProofState, text: str, behind: int) -> Step[ProofState]:
        """Run the proof as it stands in a text, where holes behind a place fail and say so."""
        holes = next((theorem.holes for theorem in incomplete(text) if theorem.end == self._end(text)), ())
        end = self._end(text)
        for hole in reversed([hole for hole in holes if hole.start >= behind]):
            grown = placed(text, hole, likely(text, hole), f'fail "{LATER}"', alone=True)
            text, end = grown, end + len(grown) - len(text)
        body = text[self.stated.proof : end]
        steps = [
            self.pool.step(root, reading) for reading in block.readings(body if self.stated.by else f"exact{body}")
        ]
        telling = (step for step in steps if isinstance(step, Solved) or HERE in _said(step) or LATER in _said(step))
        return next(telling, steps[0])

    def _judged(self, problem: Problem, text: str, filled: list[Filled]) -> Filling:
        """Have the declaration judged as it stands in the text, now that it has no hole."""
        proof = text[self.stated.proof : self._end(text)]
        opening = problem.statement if self.stated.by else problem.statement.removesuffix(" by")
        verdict = self.verifier.verify(problem, f"{opening}{proof}", len(proof.splitlines()))
        if isinstance(verdict, VerifiedProof):
            accepted = Accepted(name=problem.name, axioms=verdict.axioms, lean=verdict.lean)
            return Filling(text=text, filled=tuple(filled), accepted=(accepted,))
        return self._all_remain(f"the verifier rejects the whole ({verdict.reason.value}): {verdict.message}")

    def _end(self, text: str) -> int:
        """Return where the declaration ends in a text that differs from the file's inside it only."""
        return self.stated.end + len(text) - len(self.text)

    def _place(self, hole: Hole) -> tuple[int, int]:
        """Return line and column of a hole in the text that the user gave."""
        line, column = position(self.text, hole.start)
        return line - self.grown, column

    def _filled(self, hole: Hole, proof: str, attempt: Attempt) -> Filled:
        line, column = self._place(hole)
        return Filled(name=self.stated.name, line=line, column=column, proof=proof, attempt=attempt)

    def _remains(self, text: str, hole: Hole, reason: str) -> Remaining:
        line, column = position(text, hole.start)
        return Remaining(name=self.stated.name, line=line, column=column, reason=reason)

    def _all_remain(self, reason: str) -> Filling:
        return Filling(
            text=self.text, remaining=tuple(self._remains(self.text, hole, reason) for hole in self.stated.holes)
        )


def _said(step: Step[ProofState]) -> str:
    return step.reason if isinstance(step, Rejected) else "goals are left"
