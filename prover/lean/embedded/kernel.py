"""The embedded kernel: Lean 4.28 in a process that imports the context, is handed documents and elaborates nothing."""

from __future__ import annotations

import secrets

from prover.errors import LeanError, ProtocolError, WorkerDied
from prover.lean.context import Context
from prover.lean.embedded import wire
from prover.lean.embedded.contexts import ContextProcesses
from prover.lean.embedded.install import Installation
from prover.lean.embedded.loading import begin, needed
from prover.lean.embedded.process import KERNEL, START_SECONDS, LeanProcess
from prover.lean.embedded.trust import COMPILER_ONLY, NEVER, STANDARD_AXIOMS, axioms, is_trusted
from prover.lean.export import limits as bounds
from prover.lean.kernel.answer import KernelReason
from prover.lean.kernel.client import KernelAnswer
from prover.lean.session import Limits
from search.types import RejectionKind

NAME = "embedded 4.28.0-pre"
_LIMITS = {
    "names": bounds.MOST_NAMES,
    "levels": bounds.MOST_LEVELS,
    "exprs": bounds.MOST_EXPRESSIONS,
    "declarations": bounds.MOST_DECLARATIONS,
    "parameters": bounds.MOST_PARAMETERS,
    "types": bounds.MOST_TYPES,
    "constructors": bounds.MOST_CONSTRUCTORS,
    "nameDepth": bounds.DEEPEST_NAME,
    "namePart": bounds.LONGEST_NAME,
    "nameNumber": bounds.LARGEST_NAME_NUMBER,
    "levelDepth": bounds.DEEPEST_LEVEL,
    "depth": bounds.DEEPEST_EXPRESSION,
    "variable": bounds.LARGEST_VARIABLE,
    "field": bounds.LARGEST_FIELD,
    "height": bounds.LARGEST_HEIGHT,
    "digits": bounds.MOST_DIGITS,
    "text": bounds.LONGEST_TEXT,
}


class EmbeddedKernel:
    """Asks the embedded kernel. Not thread-safe, `prepare` aside."""

    def __init__(self, installation: Installation, limits: Limits) -> None:
        self._installation = installation
        self._limits = limits
        self._processes = ContextProcesses(installation, KERNEL, self._load, limits.recycle_mb)

    def prepare(self, where: Context) -> None:
        """Start the process and import the context."""
        self._processes.get(where)

    def ask(self, where: Context, statement: bytes, candidate: bytes, heartbeats: int) -> KernelAnswer:
        """Return the verdict. Raises `LeanError` where Lean cannot be used, `ProtocolError` for what is no answer."""
        for document, what, reason in (
            (statement, "statement", KernelReason.STATEMENT),
            (candidate, "candidate", KernelReason.DOCUMENT),
        ):
            if len(document) > bounds.LARGEST_DOCUMENT:
                return _answer(reason, f"the {what} has {len(document)} bytes; {bounds.LARGEST_DOCUMENT} is the most")
        try:
            texts = statement.decode("utf-8"), candidate.decode("utf-8")
        except UnicodeDecodeError:
            return _answer(KernelReason.DOCUMENT, "the candidate is refused: it is not UTF-8")
        nonce = secrets.token_hex(16)
        request = wire.KernelJudge(statement=texts[0], candidate=texts[1], nonce=nonce, heartbeats=heartbeats)
        guard = max(1.0, heartbeats / self._limits.heartbeats) * self._limits.wall_seconds
        while True:
            process, fresh = self._processes.get(where)
            try:
                ruling = process.ask(request, wire.Ruling, guard)
                break
            except WorkerDied as died:
                self._processes.discard(where)
                if died.kind is RejectionKind.KILLED and fresh:
                    raise LeanError(
                        f"the kernel process was killed from outside ({died}); is there enough memory?"
                    ) from died
                if died.kind is not RejectionKind.KILLED and (fresh or died.kind is RejectionKind.WALL):
                    return _answer(KernelReason.LIMIT, f"the kernel process gave up: {died}")
        if ruling.nonce != nonce:
            self._processes.discard(where)
            raise ProtocolError("the kernel process answered another question than it was asked")
        return judged(ruling)

    def close(self) -> None:
        """End the processes."""
        self._processes.close()

    @property
    def pids(self) -> tuple[int, ...]:
        return self._processes.pids

    def _load(self, process: LeanProcess, where: Context) -> None:
        if process.pid is not None and process.context == where.name:
            return
        if process.pid is None:
            begin(process, self._installation, where)
        imports, files = needed(process, self._installation, where)
        request = load_request(where.name, imports, where.before, files)
        process.ask(request, wire.Loaded, START_SECONDS)
        process.context = where.name


def load_request(key: str, imports: tuple[str, ...], before: str, files: dict[str, str]) -> wire.KernelLoad:
    """Return what makes a kernel process import a context, with what it has to refuse."""
    trust = wire.KernelTrust(never=tuple(sorted(NEVER)), compiler=COMPILER_ONLY.pattern, axioms=STANDARD_AXIOMS)
    return wire.KernelLoad(key=key, imports=imports, before=before, files=files, limits=_LIMITS, trust=trust)


def judged(ruling: wire.Ruling) -> KernelAnswer:
    """Return the verdict on what the kernel found: accepted, if what it rests on is trusted."""
    if not ruling.accepted:
        return _answer(KernelReason(ruling.reason), ruling.message, ruling.nonce)
    stated = frozenset(ruling.stated)
    for constant in ruling.bodiless:
        if not is_trusted(constant, stated):
            message = f"the proof rests on {constant.name}, which is not trusted"
            return _answer(KernelReason.AXIOMS, message, ruling.nonce)
    for name, kind in ruling.unsound:
        message = f"{name} is neither a theorem nor a safe definition ({kind})"
        return _answer(KernelReason.AXIOMS, message, ruling.nonce)
    theorems = (c.name for c in ruling.bodiless if c.proposition and c.name not in STANDARD_AXIOMS)
    return KernelAnswer(
        accepted=True,
        reason=KernelReason.NONE,
        message="",
        axioms=axioms(ruling),
        theorems=tuple(sorted(theorems)),
        constants=ruling.constants,
        nonce=ruling.nonce,
        kernel=NAME,
    )


def _answer(reason: KernelReason, message: str, nonce: str = "") -> KernelAnswer:
    return KernelAnswer(
        accepted=False,
        reason=reason,
        message=message,
        axioms=(),
        theorems=(),
        constants=0,
        nonce=nonce,
        kernel=NAME,
    )
