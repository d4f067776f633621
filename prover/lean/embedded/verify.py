"""The only maker of a `VerifiedProof`.

A proof counts if, and only if, a process that never ran a search elaborates it from a saved clean environment (a
whole file: in a process of its own), the theorem then exists with exactly the type of the trusted statement,
everything that is new is a safe theorem or definition, the kernel accepts all of it again when it is replayed into
the trusted environment, and what it rests on is trusted: by module, not by name. The driver reports facts; `findings`
says what speaks against the proof; the verdict is drawn here.

Lean's tasks run where they are spawned (`driver/tasks.cjs`), so nothing is still at work when the facts are reported.
The traps that this closes are listed, with sources, in `tests/adversarial`.
"""

from __future__ import annotations

from prover.errors import LeanError, StatementError, WorkerDied
from prover.lean import allowed, block, whole_file
from prover.lean.context import Context, context
from prover.lean.embedded import wire
from prover.lean.embedded.compiled import load
from prover.lean.embedded.findings import first_finding
from prover.lean.embedded.install import Installation
from prover.lean.embedded.process import START_SECONDS, LeanProcess
from prover.lean.embedded.session import statement_message
from prover.lean.embedded.trust import STANDARD_AXIOMS, axioms
from prover.lean.judging import TextJudge
from prover.lean.session import Limits
from prover.types import LeanInfo, Problem, Rejection, RejectReason, Verdict, VerifiedProof
from search.types import RejectionKind

__all__ = ["STANDARD_AXIOMS", "Verifier"]

_BLOCK = wire.Allow(
    commands=allowed.BLOCK_COMMANDS,
    kinds=allowed.KINDS,
    options=allowed.OPTIONS,
    attributes=allowed.ATTRIBUTES,
    configurationKinds=allowed.CONFIGURATION_KINDS,
    configurationNames=allowed.CONFIGURATION_NAMES,
    refusedNames=allowed.REFUSED_NAMES,
)
_FILE = _BLOCK.model_copy(update={"commands": allowed.FILE_COMMANDS})


class Verifier(TextJudge):
    """Judges proofs in processes that do nothing else. Not thread-safe.

    Raises `StatementError` where the trusted statement itself cannot be elaborated, and `LeanError` where Lean cannot
    be used; anything that is wrong with a proof is a `Rejection`.
    """

    def __init__(self, installation: Installation, limits: Limits = Limits()) -> None:
        super().__init__(limits)
        self._installation = installation
        self._processes: dict[str, LeanProcess] = {}

    def check_statement(self, problem: Problem) -> None:
        """Raise `StatementError` unless the statement elaborates."""
        self.verify(problem, "skip")

    def close(self) -> None:
        """End the processes."""
        for process in self._processes.values():
            process.kill()
        self._processes.clear()

    # -- judging -------------------------------------------------------------------------------------------------------

    def _judge_block(self, problem: Problem, where: Context, reading: str, limit: int) -> Verdict:
        header = where.header(problem)
        candidate = f"{problem.statement.rstrip()}\n{block.indent(reading, 2)}\n"
        request = _request(problem, header, candidate, header, _BLOCK, limit)
        while True:
            try:
                process, fresh = self._process(where)
                facts = process.ask(request, wire.Facts, self._guard(limit))
                break
            except WorkerDied as died:
                self._discard(where)
                # What earlier questions left behind in a process must not decide: ask a new one.
                if fresh or died.kind is RejectionKind.WALL:
                    return self._died(problem, where, died)
        if facts.status == "judged" and facts.refused is None and facts.commands != 1:
            message = "the proof ends its theorem and goes on with other commands"
            return self._reject(problem, where, RejectReason.SYNTAX, message)
        return self._verdict(problem, where, reading, facts)

    def _judge_file(self, problem: Problem, where: Context, proof: str, header: str, limit: int) -> Verdict:
        body = whole_file.body(proof, where.variable)
        request = _request(problem, where.header(problem), body, header, _FILE, limit)
        process = LeanProcess(self._installation)
        try:
            self._load(process, where)
            facts = process.ask(request, wire.Facts, self._guard(limit))
        except WorkerDied as died:
            return self._died(problem, where, died)
        finally:
            process.kill()
        return self._verdict(problem, where, proof, facts)

    def _verdict(self, problem: Problem, where: Context, proof: str, facts: wire.Facts) -> Verdict:
        if facts.status == "statement":
            raise StatementError(statement_message(problem, where, facts.messages))
        found = first_finding(facts)
        if found is not None:
            return self._reject(problem, where, *found, facts.heartbeats)
        return VerifiedProof(
            problem=problem.name,
            statement_sha256=problem.statement_sha256,
            proof=proof,
            axioms=axioms(facts),
            lean=self._info(where),
            heartbeats=facts.heartbeats,
            type_digest=facts.typeDigest,
        )

    def _died(self, problem: Problem, where: Context, died: WorkerDied) -> Rejection:
        """Reject a proof that ended a process of its own, unless the statement does so without it."""
        if died.kind is RejectionKind.KILLED:
            raise LeanError(f"the Lean process was killed from outside ({died}); is there enough memory?") from died
        start = wire.Start(
            problem=0,
            state=0,
            header=where.header(problem),
            statement=problem.statement,
            heartbeats=self._limits.heartbeats,
        )
        process = LeanProcess(self._installation)
        try:
            self._load(process, where)
            process.ask(start, wire.View, self._limits.wall_seconds)
        except WorkerDied as again:
            raise StatementError(f"Lean does not survive the statement of {problem.name}: {again}") from again
        finally:
            process.kill()
        return self._reject(problem, where, RejectReason.LIMIT, f"{died}", kind=died.kind)

    def _context(self, problem: Problem) -> Context:
        return context(problem.context)

    def _info(self, where: Context) -> LeanInfo:
        return LeanInfo(
            version=self._installation.version, backend="embedded", context=where.name, context_sha256=where.sha256
        )

    # -- processes -----------------------------------------------------------------------------------------------------

    def _process(self, where: Context) -> tuple[LeanProcess, bool]:
        """Return the process that judges blocks, and whether it is new."""
        process = self._processes.get(where.family)
        full = process is not None and (process.heap > self._limits.recycle_mb * 2**20 or process.is_full(where.name))
        if process is not None and not full:
            try:
                load(process, self._installation, where, START_SECONDS)
                return process, False
            except WorkerDied:
                pass  # what it imported before may have filled its memory: a new process is asked
        self._discard(where)
        process = LeanProcess(self._installation)
        self._load(process, where)
        self._processes[where.family] = process
        return process, True

    def _load(self, process: LeanProcess, where: Context) -> None:
        try:
            load(process, self._installation, where, START_SECONDS)
        except WorkerDied as died:
            process.kill()
            raise LeanError(f"Lean does not start: {died}; run `prover doctor`") from died

    def _discard(self, where: Context) -> None:
        process = self._processes.pop(where.family, None)
        if process is not None:
            process.kill()


def _request(
    problem: Problem, header: str, candidate: str, candidate_header: str, allow: wire.Allow, limit: int
) -> wire.Judge:
    return wire.Judge(
        header=header,
        statement=problem.statement,
        candidate=candidate,
        candidateHeader=candidate_header,
        allow=allow,
        heartbeats=limit,
    )
