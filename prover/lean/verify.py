"""The only maker of a `VerifiedProof`.

A proof counts if, and only if, a process that never ran a search elaborates it from a saved clean environment (a whole
file: in a process of its own), the theorem then exists with exactly the type of the trusted statement, everything that is
new is a safe theorem or definition, the kernel accepts all of it again when it is replayed into the trusted environment,
and what it rests on is trusted: by module, not by name. The driver reports facts; the verdict is drawn here.

Lean's tasks run where they are spawned (`driver/tasks.cjs`), so nothing is still at work when the facts are reported.
The traps that this closes are listed, with sources, in the adversarial tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from prover.errors import InputError, LeanError, StatementError, WorkerDied
from prover.lean import block
from prover.lean.context import Context, context
from prover.lean.embedded import wire
from prover.lean.embedded.install import Installation
from prover.lean.embedded.process import LeanProcess
from prover.lean.embedded.session import LOAD_HEARTBEATS, statement_message
from prover.lean.session import Limits
from prover.types import LeanInfo, Problem, Rejection, RejectReason, Verdict, VerifiedProof
from search.types import RejectionKind

STANDARD_AXIOMS = ("propext", "Classical.choice", "Quot.sound")

# Never trusted, wherever they come from: they prove anything, or ask compiled code, or exist for the compiler alone.
NEVER = frozenset(
    {
        "sorryAx", "Lean.reduceBool", "Lean.reduceNat", "Lean.ofReduceBool", "Lean.ofReduceNat", "Lean.trustCompiler",
    }
)  # fmt: skip
COMPILER_ONLY = re.compile(r"^(lc[A-Z]\w*|Lean\.lc[A-Z]\w*)$")
# Imported constants without a body that are no propositions, and that proofs may use all the same. The pinned package
# hides the bodies of definitions that are not exposed; these are such definitions.
TRUSTED_OPAQUES: frozenset[str] = frozenset()

_PARSER = "Lean.Parser."
THEOREM = (f"{_PARSER}Command.theorem",)
FILE_COMMANDS = (
    *(
        f"{_PARSER}Command.{name}"
        for name in (
            "theorem", "definition", "abbrev", "open", "namespace", "section", "end", "set_option", "moduleDoc", "in",
        )
    ),
    "lemma",
)  # fmt: skip
# Syntax of commands that may occur within those: modifiers, signatures, bodies, doc comments.
COMMAND_SYNTAX = (
    "declaration", "theorem", "definition", "abbrev", "open", "namespace", "section", "end", "set_option", "moduleDoc",
    "in", "eoi", "declModifiers", "declId", "declSig", "optDeclSig", "declBody", "declValSimple", "declValEqns",
    "whereStructInst", "whereStructField", "docComment", "private", "public", "protected", "noncomputable", "visibility",
    "openSimple", "openOnly", "openHiding", "openRenaming", "openRenamingItem", "openScoped", "commentBody",
    "sectionHeader", "optionValue", "identWithPartialTrailing", "declName", "plainDocComment", "versoComment",
)  # fmt: skip
OPTIONS = (
    "maxHeartbeats", "maxRecDepth", "synthInstance.maxHeartbeats", "synthInstance.maxSize", "exponentiation.threshold",
    "autoImplicit", "relaxedAutoImplicit", "linter.all", "linter.unusedVariables", "linter.unusedSimpArgs",
    "linter.unnecessarySimpa", "linter.unusedSectionVars", "pp.unicode.fun", "pp.all",
)  # fmt: skip
ATTRIBUTES = ("simp", "grind", "reducible", "irreducible", "inline", "elab_as_elim", "ext", "symm", "refl")
# Syntax of terms and tactics that runs code, leaves holes or asks the compiler.
REFUSED_KINDS = tuple(
    f"{_PARSER}{name}"
    for name in (
        "Tactic.runTac", "Tactic.nativeDecide", "Tactic.tacticSorry", "Tactic.tacticAdmit", "Tactic.tacticStop_",
        "Term.sorry", "Term.unsafe", "Term.byElab", "Term.runElab", "Term.includeStr", "Term.declareSyntaxCat",
        "Tactic.bvDecide", "Tactic.bvCheck",
    )
) + ("Lean.includeStr", "Lean.byElab", "Lean.Elab.Term.byElab")  # fmt: skip
REFUSED_NAMES = ("sorryAx", "_root_.sorryAx", "Lean.ofReduceBool", "Lean.ofReduceNat", "Lean.reduceBool", "Lean.reduceNat")

_BLOCK = wire.Allow(
    commands=THEOREM, commandSyntax=COMMAND_SYNTAX, options=OPTIONS, attributes=ATTRIBUTES,
    refusedKinds=REFUSED_KINDS, refusedNames=REFUSED_NAMES,
)  # fmt: skip
_FILE = _BLOCK.model_copy(update={"commands": FILE_COMMANDS})


class Verifier:
    """Judges proofs in processes that do nothing else. Not thread-safe.

    Raises `StatementError` where the trusted statement itself cannot be elaborated, and `LeanError` where Lean cannot be
    started; anything that is wrong with a proof is a `Rejection`.
    """

    def __init__(self, installation: Installation, limits: Limits = Limits()) -> None:
        self._installation = installation
        self._limits = limits
        self._processes: dict[str, LeanProcess] = {}
        self._audited: set[str] = set()

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        """Judge a block of tactics or a whole file.

        The heartbeat limit is that of a step, for every step of the proof and one more: (steps + 1) times. Without a
        number of steps, lines are counted.
        """
        where = context(problem.context)
        check_text(problem.statement, "the statement")
        if unusable := unusable_proof(proof):
            return self._reject(problem, where, RejectReason.SYNTAX, unusable)
        limit = ((steps or proof.count("\n") + 1) + 1) * self._limits.heartbeats
        if block.is_whole_file(proof):
            return self._judge_file(problem, where, proof, limit)
        verdict: Verdict | None = None
        for reading in block.readings(proof):
            if not reading.strip():
                return self._reject(problem, where, RejectReason.INCOMPLETE, "the proof is empty")
            later = self._judge_block(problem, where, reading, limit)
            if isinstance(later, VerifiedProof) or verdict is None:
                verdict = later
            if isinstance(verdict, VerifiedProof):
                break
        assert verdict is not None
        return verdict

    def check_statement(self, problem: Problem) -> None:
        """Raise `StatementError` unless the statement elaborates."""
        self.verify(problem, "skip")

    def info(self, problem: Problem) -> LeanInfo:
        """Return which Lean and which context judge a problem."""
        return self._info(context(problem.context))

    def close(self) -> None:
        """End the processes."""
        for process in self._processes.values():
            process.kill()
        self._processes.clear()

    def _judge_block(self, problem: Problem, where: Context, reading: str, limit: int) -> Verdict:
        candidate = f"{problem.statement.rstrip()}\n{block.indent(reading, 2)}\n"
        try:
            process = self._process(where)
            facts = self._facts(process, problem, where, candidate, _BLOCK, limit)
        except WorkerDied as died:
            self._discard(where)
            return self._died(problem, where, died)
        if facts.status == "judged" and facts.refused is None and facts.commands != 1:
            return self._reject(problem, where, RejectReason.SYNTAX, "the proof ends its theorem and goes on with other commands")
        return self._verdict(problem, where, reading, facts)

    def _judge_file(self, problem: Problem, where: Context, proof: str, limit: int) -> Verdict:
        source = "\n".join("" if re.match(r"^\s*import\s", line) else line for line in proof.split("\n"))
        process = LeanProcess(self._installation)
        try:
            self._load(process, where)
            facts = self._facts(process, problem, where, source, _FILE, limit)
        except WorkerDied as died:
            return self._died(problem, where, died)
        finally:
            process.kill()
        return self._verdict(problem, where, proof, facts)

    def _facts(
        self, process: LeanProcess, problem: Problem, where: Context, candidate: str, allow: wire.Allow, limit: int
    ) -> wire.Facts:
        header = where.header(problem)
        request = wire.Judge(
            header=header,
            statement=problem.statement,
            candidate=candidate,
            candidateHeader=header if allow is _BLOCK else where.header(problem.model_copy(update={"header": ""})),
            allow=allow,
            heartbeats=limit,
        )
        return process.ask(request, wire.Facts, self._limits.wall_seconds)

    # -- the verdict ---------------------------------------------------------------------------------------------------

    def _verdict(self, problem: Problem, where: Context, proof: str, facts: wire.Facts) -> Verdict:
        if facts.status == "statement":
            raise StatementError(statement_message(problem, where, facts.messages))
        for check in (_refused, _elaboration, _difference, _foundations, _kernel):
            found = check(facts)
            if found is not None:
                reason, message = found
                return self._reject(problem, where, reason, message, facts.heartbeats)
        return VerifiedProof(
            problem=problem.name,
            statement_sha256=problem.statement_sha256,
            proof=proof,
            axioms=_axioms(facts),
            lean=self._info(where),
            heartbeats=facts.heartbeats,
            type_digest=facts.typeDigest,
        )

    def _died(self, problem: Problem, where: Context, died: WorkerDied) -> Rejection:
        reason = RejectReason.LIMIT if died.kind in (RejectionKind.WALL, RejectionKind.MEMORY) else RejectReason.ELABORATION
        return self._reject(problem, where, reason, f"{died}", kind=died.kind)

    def _reject(
        self,
        problem: Problem,
        where: Context,
        reason: RejectReason,
        message: str,
        heartbeats: int = 0,
        kind: RejectionKind = RejectionKind.ERROR,
    ) -> Rejection:
        return Rejection(
            problem=problem.name,
            statement_sha256=problem.statement_sha256,
            reason=reason,
            message=message,
            lean=self._info(where),
            heartbeats=heartbeats,
            kind=kind,
        )

    def _info(self, where: Context) -> LeanInfo:
        return LeanInfo(
            version=self._installation.version, backend="embedded", context=where.name, context_sha256=where.sha256
        )

    # -- processes -----------------------------------------------------------------------------------------------------

    def _process(self, where: Context) -> LeanProcess:
        process = self._processes.get(where.name)
        if process is not None and process.heap > self._limits.recycle_mb * 2**20:
            self._discard(where)
            process = None
        if process is None:
            process = LeanProcess(self._installation)
            self._load(process, where)
            self._processes[where.name] = process
        return process

    def _load(self, process: LeanProcess, where: Context) -> None:
        try:
            process.start()
            loaded = process.ask(
                wire.Load(imports=where.imports, source=where.source, heartbeats=LOAD_HEARTBEATS),
                wire.Loaded,
                self._limits.wall_seconds,
            )
            errors = [message.text for message in loaded.messages if message.severity == "error" or "sorry" in message.text]
            if errors:
                raise LeanError(f"the source of context {where.name} is damaged: {errors[0]}; reinstall proofsmith")
            if where.sha256 not in self._audited and where.source:
                self._audit(process, where)
        except WorkerDied as died:
            process.kill()
            raise LeanError(f"Lean does not start: {died}; run `prover doctor`") from died

    def _audit(self, process: LeanProcess, where: Context) -> None:
        """Replay the context's own constants, bodies and all: none is trusted for being there."""
        found = process.ask(wire.AuditContext(), wire.Audited, self._limits.wall_seconds)
        # Macros of the context use hidden definitions of Lean itself, so these are no fault here.
        bad = [constant.name for constant in found.bodiless if _never(constant.name) or not constant.safe]
        bad += [constant.name for constant in found.constants if constant.kind in ("axiom", "opaque") or not constant.safe]
        if bad or found.kernel is not None:
            raise LeanError(f"the source of context {where.name} fails its audit: {found.kernel or ', '.join(bad[:5])}")
        self._audited.add(where.sha256)

    def _discard(self, where: Context) -> None:
        process = self._processes.pop(where.name, None)
        if process is not None:
            process.kill()


Finding = tuple[RejectReason, str] | None


def _refused(facts: wire.Facts) -> Finding:
    refusal = facts.refused
    if refusal is None:
        return None
    if refusal.stage == "syntax":
        at = f" (line {refusal.at.line} of statement and proof)" if refusal.at is not None and refusal.at.line else ""
        return RejectReason.SYNTAX, f"the proof does not parse{at}: {refusal.what}"
    what = refusal.what.removeprefix(_PARSER)
    if what in ("Tactic.tacticSorry", "Tactic.tacticAdmit", "Term.sorry", "Tactic.tacticStop_") or what.endswith("sorryAx"):
        return RejectReason.INCOMPLETE, f"the proof contains {what}"
    return RejectReason.FORBIDDEN, f"no proof may contain this {refusal.stage}: {what}"


def _elaboration(facts: wire.Facts) -> Finding:
    errors = [message for message in facts.messages if message.severity == "error"]
    if not errors:
        return None
    error = errors[0]
    limit = "(deterministic) timeout" in error.text or "maximum recursion depth" in error.text
    hint = "; raise --heartbeats" if "maximum number of heartbeats" in error.text else ""
    reason = RejectReason.LIMIT if limit else RejectReason.INCOMPLETE if "unsolved goals" in error.text else RejectReason.ELABORATION
    return reason, f"line {error.line} of statement and proof: {error.text}{hint}"


def _difference(facts: wire.Facts) -> Finding:
    if facts.difference is not None:
        return RejectReason.CHANGED, facts.difference
    if facts.missing:
        return RejectReason.CHANGED, f"the proof uses constants that do not exist: {', '.join(facts.missing[:3])}"
    return None


def _foundations(facts: wire.Facts) -> Finding:
    statement = frozenset(facts.statementUses)
    for constant in facts.bodiless:
        if not _trusted(constant, statement):
            reason = RejectReason.INCOMPLETE if constant.name == "sorryAx" else RejectReason.AXIOMS
            return reason, f"the proof rests on {constant.name}, which is not trusted"
    for fresh in facts.fresh:
        if fresh.kind not in ("theorem", "def") or not fresh.safe:
            return RejectReason.AXIOMS, f"{fresh.name} is {'an' if fresh.kind[0] in 'aio' else 'a'} {fresh.kind}{'' if fresh.safe else ', and unsafe'}"
    return None


def _kernel(facts: wire.Facts) -> Finding:
    return None if facts.kernel is None else (RejectReason.KERNEL, facts.kernel)


def _never(name: str) -> bool:
    return name in NEVER or COMPILER_ONLY.match(name) is not None


def _trusted(constant: wire.Bodiless, statement: frozenset[str]) -> bool:
    if constant.name in STANDARD_AXIOMS:
        return True
    if _never(constant.name) or not constant.safe:
        return False
    return constant.proposition or constant.name in TRUSTED_OPAQUES or constant.name in statement


def _axioms(facts: wire.Facts) -> tuple[str, ...]:
    """The standard axioms that the proof may rest on.

    The package holds no proofs of library theorems, so where one is used all three have to be assumed.
    """
    used = {constant.name for constant in facts.bodiless}
    if any(constant.proposition and constant.name not in STANDARD_AXIOMS for constant in facts.bodiless):
        return STANDARD_AXIOMS
    return tuple(axiom for axiom in STANDARD_AXIOMS if axiom in used)


def unusable_proof(proof: str) -> str | None:
    """Say what makes a text unusable as Lean source, or None."""
    try:
        check_text(proof, "the proof")
    except InputError as error:
        return str(error)
    return None


def check_text(text: str, what: str) -> None:
    """Raise `InputError` for text that no Lean file can hold."""
    if "\0" in text:
        raise InputError(f"{what} contains a NUL byte; remove it")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{what} contains a lone surrogate (character {error.start + 1}); it is not valid Unicode") from error


VerifierFactory = Callable[[], Verifier]
