"""The only maker of a `VerifiedProof` for the embedded Lean. See docs/verifier.md for why a verdict can be believed.

Three kinds of process take part. The *statement process* elaborates what is trusted and has never seen a proof. The
*elaboration process* runs the proof: nothing it says is believed, it hands over declarations as data. The *kernel
process* holds the pinned library and context, elaborates nothing, and declares the theorem itself: with the name and
the type of the statement, and the value of the candidate. The verdict is drawn here, from its answer.

A verdict makes two promises, and they stand apart: that the statement is a theorem (the kernel process), and that this
text is its proof (the elaboration process, which starts from the same memory for every proof). A process may change
from the first kind to the second, once its statement is written down, and never back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from prover.errors import LeanError, ProtocolError, ProverError, StatementError, WorkerDied
from prover.lean import allowed, block, whole_file
from prover.lean.context import Context, context
from prover.lean.embedded import wire
from prover.lean.embedded.contexts import ContextProcesses
from prover.lean.embedded.install import Installation
from prover.lean.embedded.loading import load
from prover.lean.embedded.process import ELABORATION, START_SECONDS
from prover.lean.embedded.reject_reasons import reject_reason
from prover.lean.embedded.statements import Statements
from prover.lean.embedded.trust import STANDARD_AXIOMS
from prover.lean.kernel.answer import KernelReason
from prover.lean.kernel.client import KernelAnswer
from prover.lean.kernels import Kernels, keep_finding, open_kernels
from prover.lean.session import Limits, end_process
from prover.lean.source_text import check_text
from prover.lean.verifier import BaseVerifier
from prover.types import LeanInfo, Problem, RejectReason, Verdict, VerifiedProof
from search.types import RejectionKind

__all__ = ["STANDARD_AXIOMS", "EmbeddedVerifier"]

_BLOCK = wire.Allow(
    commands=allowed.BLOCK_COMMANDS,
    kinds=allowed.KINDS,
    options=allowed.OPTIONS,
    attributes=allowed.ATTRIBUTES,
    configurationKinds=allowed.CONFIGURATION_KINDS,
    configurationNames=allowed.CONFIGURATION_NAMES,
    refusedNames=allowed.REFUSED_NAMES,
    refusedParts=allowed.REFUSED_PARTS,
)
_FILE = _BLOCK.model_copy(update={"commands": allowed.FILE_COMMANDS})
# What a lemma rests on that keeps tactics as data for those who use it.
_SYNTAX = "Lean.mkAtom"
_BY_HAND = "tactics as the default of a hypothesis, `(h : p := by …)`, are refused in a proof: give it by hand"
_REASONS = {
    KernelReason.DOCUMENT: RejectReason.KERNEL,
    KernelReason.AXIOMS: RejectReason.AXIOMS,
    KernelReason.KERNEL: RejectReason.KERNEL,
    KernelReason.LIMIT: RejectReason.LIMIT,
}


class EmbeddedVerifier(BaseVerifier):
    """Judges proofs in processes that do nothing else. Not thread-safe.

    Raises `StatementError` where the trusted statement itself cannot be elaborated, and `LeanError` where Lean cannot
    be used; anything that is wrong with a proof is a `Rejection`.
    """

    def __init__(self, installation: Installation, limits: Limits = Limits()) -> None:
        super().__init__(limits)
        self._installation = installation
        self._kernels: Kernels | None = None
        self._statements = Statements(installation, limits)
        self._elaboration = ContextProcesses(
            installation,
            ELABORATION,
            lambda process, where: load(process, installation, where, START_SECONDS),
            limits.recycle_mb,
        )
        self._prepared: set[str] = set()
        self._preparing: list[threading.Thread] = []
        self._interrupted = False

    def check_statement(self, problem: Problem) -> None:
        """Raise `StatementError` unless the statement elaborates."""
        check_text(problem.header + problem.statement, "the statement")
        self._statements.get(problem, self._context(problem))

    def interrupt(self) -> None:
        """End the elaboration of a proof that is in progress: `verify` then raises `LeanError`. For any thread."""
        self._interrupted = True
        for pid in self._elaboration.pids:
            end_process(pid)

    def prepare(self, problem: Problem) -> None:
        """Start the processes and have the statement elaborated, one after the other beside what else runs."""
        where = self._context(problem)
        if where.family in self._prepared:
            return
        self._prepared.add(where.family)
        kernels = self._opened()

        def start() -> None:
            _quietly(lambda: self.check_statement(problem))
            _quietly(lambda: kernels.prepare(where))

        self._beside(start)

    def close(self) -> None:
        """End the processes; what is being prepared is waited for, so that nothing is closed under its hands."""
        for pid in self._statements.pids:
            end_process(pid)
        for thread in self._preparing:
            thread.join()
        self._statements.close()
        self._elaboration.close()
        if self._kernels is not None:
            self._kernels.close()

    # -- judging -------------------------------------------------------------------------------------------------------

    def _verify_block(self, problem: Problem, where: Context, reading: str, limit: int) -> Verdict:
        candidate = f"{problem.statement.rstrip()}\n{block.indent(reading, 2)}\n"
        return self._judge(problem, where, reading, candidate, where.header(problem, reading), _BLOCK, limit)

    def _verify_file(self, problem: Problem, where: Context, proof: str, header: str, limit: int) -> Verdict:
        return self._judge(problem, where, proof, whole_file.body(proof, where.variable), header, _FILE, limit)

    def _judge(
        self,
        problem: Problem,
        where: Context,
        proof: str,
        candidate: str,
        header: str,
        allow: wire.Allow,
        limit: int,
    ) -> Verdict:
        self._interrupted = False
        self._prepare(where)
        stated = self._statements.get(problem, where)
        request = wire.Examine(
            header=header,
            candidate=candidate,
            theorem=stated.theorem,
            says=stated.says,
            stated=stated.stated,
            allow=allow,
            heartbeats=limit,
        )
        # The first process that runs proofs is the statement process, which has done its work: it is one no longer, and
        # the next statement starts another. So a verdict on one statement starts one process less; every request starts
        # from the same memory in any case.
        if not self._elaboration.has(where) and (process := self._statements.give(where)) is not None:
            self._elaboration.adopt(where, process)
        facts = self._examine(request, where, limit)
        if isinstance(facts, WorkerDied):
            return self._reject(problem, where, RejectReason.LIMIT, str(facts), kind=facts.kind)
        if facts.refused is None and allow is _BLOCK and facts.commands > 1:
            message = "the proof ends its theorem and goes on with other commands"
            return self._reject(problem, where, RejectReason.SYNTAX, message)
        found = reject_reason(facts)
        if found is not None:
            return self._reject(problem, where, *found, facts.heartbeats)
        return self._ruled(problem, where, proof, stated, facts, limit)

    def _examine(self, request: wire.Examine, where: Context, limit: int) -> wire.Facts | WorkerDied:
        """Return what the elaboration process says, or how it died of this proof."""
        while True:
            process, fresh = self._elaboration.get(where)
            try:
                return process.ask(request, wire.Facts, self._guard(limit))
            except (WorkerDied, ProtocolError) as error:
                self._elaboration.discard(where)
                # What a process that runs proofs answers is the proof's: nonsense, or more than a frame holds, as well.
                died = error if isinstance(error, WorkerDied) else WorkerDied(RejectionKind.CRASH, str(error))
                if self._interrupted:
                    raise LeanError("the verdict was interrupted; ask again") from died
                if fresh and died.kind is RejectionKind.KILLED:
                    raise LeanError(
                        f"the Lean process was killed from outside ({died}); is there enough memory?"
                    ) from died
                # What earlier questions left behind in a process must not decide: ask a new one.
                if fresh or died.kind is RejectionKind.WALL:
                    return died

    def _ruled(
        self, problem: Problem, where: Context, proof: str, stated: wire.Stated, facts: wire.Facts, limit: int
    ) -> Verdict:
        """Have the kernels decide."""
        statement, candidate = stated.document.encode(), facts.document.encode("utf-8", "surrogatepass")
        answers = self._opened().ask(where, statement, candidate, limit)
        refused = [answer for answer in answers if not answer.accepted]
        if refused and len(refused) < len(answers):
            path = keep_finding(statement, candidate, answers)
            message = f"kernels disagree: {_said(answers)}; the export is kept as {path}"
            return self._reject(problem, where, RejectReason.KERNEL, message, facts.heartbeats)
        if refused:
            if refused[0].reason is KernelReason.STATEMENT:
                raise StatementError(
                    f"the kernel does not accept the statement of {problem.name}: {refused[0].message}"
                )
            if refused[0].reason is KernelReason.UNSUPPORTED:
                raise StatementError(
                    f"--kernel {self._limits.kernel.value} cannot judge {problem.name} ({refused[0].message}): "
                    "leave --kernel out, and the embedded kernel judges it"
                )
            reason = _REASONS[refused[0].reason]
            if "sorryAx" in refused[0].message:
                reason = RejectReason.INCOMPLETE
            message = refused[0].message
            if _SYNTAX in message:
                message = f"{message}; {_BY_HAND}"
            return self._reject(problem, where, reason, message, facts.heartbeats)
        return VerifiedProof(
            problem=problem.name,
            statement_sha256=problem.statement_sha256,
            proof=proof,
            axioms=tuple(axiom for axiom in STANDARD_AXIOMS if any(axiom in answer.axioms for answer in answers)),
            lean=self._info(where),
            heartbeats=facts.heartbeats,
            type_digest=stated.typeDigest,
            kernels=tuple(answer.kernel for answer in answers),
        )

    # -- processes -----------------------------------------------------------------------------------------------------

    def _opened(self) -> Kernels:
        if self._kernels is None:
            self._kernels = open_kernels(self._installation, self._limits)
        return self._kernels

    def _prepare(self, where: Context) -> None:
        """Start the kernels of a family of contexts beside the elaboration, when the first proof in one is judged."""
        if where.family in self._prepared:
            return
        self._prepared.add(where.family)
        kernels = self._opened()
        self._beside(lambda: _quietly(lambda: kernels.prepare(where)))

    def _beside(self, work: Callable[[], None]) -> None:
        """Do something in a thread that `close` waits for."""
        thread = threading.Thread(target=work, daemon=True)
        self._preparing = [*(other for other in self._preparing if other.is_alive()), thread]
        thread.start()

    def _context(self, problem: Problem) -> Context:
        return context(problem.context)

    def _info(self, where: Context) -> LeanInfo:
        return LeanInfo(
            version=self._installation.version, backend="embedded", context=where.name, context_sha256=where.sha256
        )


def _quietly(start: Callable[[], object]) -> None:
    """Run what starts a process; what is wrong with it is said when the process is asked."""
    try:
        start()
    except ProverError:
        pass


def _said(answers: tuple[KernelAnswer, ...]) -> str:
    return ", ".join(
        f"{answer.kernel} {'accepts' if answer.accepted else f'says {answer.message}'}" for answer in answers
    )
