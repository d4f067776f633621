"""Verification by a native Lean: a proof is compiled where it can do no harm, and judged where none of its code runs.

Three processes: the trusted statement, with a hole for its proof, and the candidate are each compiled to a file, in the
sandbox and a scratch folder; a third one, which imports neither, compares the two files, replays the candidate's
constants with the kernel in the environment of the imports alone, and says what the theorem rests on
(`lean_project/Replay.lean`, after lean4checker and leanprover/comparator). Its answer carries a nonce that the
candidate never saw.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from prover.errors import LeanError, ProtocolError, StatementError
from prover.lean import block, whole_file
from prover.lean.context import Context
from prover.lean.embedded.session import statement_message
from prover.lean.embedded.trust import STANDARD_AXIOMS
from prover.lean.embedded.wire import Message
from prover.lean.native.context import native_context
from prover.lean.native.facts import ReplayFacts, reject_reason
from prover.lean.native.toolchain import Toolchain, workspaces
from prover.lean.processes import end_group
from prover.lean.repl_connection import clamped
from prover.lean.session import Limits
from prover.lean.source_text import check_text
from prover.lean.verifier import BaseVerifier
from prover.paths import lean_sources
from prover.types import LeanInfo, Problem, Rejection, RejectReason, Verdict, VerifiedProof
from search.types import RejectionKind

OUT_OF_MEMORY = 137
_LIMIT = re.compile(r"deterministic\)? timeout|maximum recursion depth|deep recursion|excessive memory")


class _Compiled(NamedTuple):
    """What a compilation left: the file, or the first error with its line in the source."""

    file: Path | None
    message: str = ""
    line: int = 0
    column: int = 0
    kind: RejectionKind = RejectionKind.ERROR


class NativeVerifier(BaseVerifier):
    """Judges proofs with the Lean of a toolchain. Thread-safe: nothing is kept but what trusted statements compiled to.

    Raises `StatementError` where the trusted statement does not elaborate, and `LeanError` where Lean cannot be used.
    """

    def __init__(self, toolchain: Toolchain, backend: str, limits: Limits = Limits()) -> None:
        super().__init__(limits)
        self._toolchain = toolchain
        self.backend = backend
        self._turn = threading.Lock()
        self._folder: Path | None = None
        self._trusted: dict[str, Path] = {}

    def check_statement(self, problem: Problem) -> None:
        """Raise `StatementError` unless the statement elaborates."""
        check_text(problem.header + problem.statement, "the statement")
        self._statement(problem, self._context(problem))

    def close(self) -> None:
        """Remove the compiled statements."""
        with self._turn:
            folder, self._folder = self._folder, None
            self._trusted.clear()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    # -- judging ---------------------------------------------------------------------------------------------------

    def _verify_block(self, problem: Problem, where: Context, reading: str, limit: int) -> Verdict:
        before = f"{where.header(problem, reading)}\nset_option maxHeartbeats {limit} in"
        body = f"{problem.statement.rstrip()}\n{block.indent(clamped(reading, limit), 2)}\n"
        return self._judge(problem, where, reading, before, body, limit)

    def _verify_file(self, problem: Problem, where: Context, proof: str, header: str, limit: int) -> Verdict:
        body = clamped(whole_file.body(proof, where.variable), limit)
        return self._judge(problem, where, proof, f"set_option maxHeartbeats {limit}\n{header}", body, limit)

    def _judge(self, problem: Problem, where: Context, proof: str, before: str, body: str, limit: int) -> Verdict:
        trusted = self._statement(problem, where)
        scratch = Path(tempfile.mkdtemp(prefix="candidate-", dir=self._scratch()))
        try:
            head = f"{_imports(where)}\n{before}\n"
            seconds = self._guard(limit)
            compiled = self._compile(scratch, f"{head}{body}", seconds)
            if compiled.file is None:
                return self._not_compiled(problem, where, compiled, head.count("\n"), limit)
            facts = self._replay(trusted, compiled.file, seconds)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        found = reject_reason(facts, is_block=not whole_file.is_whole_file(proof))
        if found is not None:
            return self._reject(problem, where, *found)
        return VerifiedProof(
            problem=problem.name,
            statement_sha256=problem.statement_sha256,
            proof=proof,
            axioms=tuple(axiom for axiom in STANDARD_AXIOMS if axiom in facts.axioms),
            lean=self._info(where),
            heartbeats=0,
            type_digest=facts.typeDigest,
        )

    def _statement(self, problem: Problem, where: Context) -> Path:
        """Return the compiled file of the trusted statement."""
        key = problem.statement_sha256
        with self._turn:
            known = self._trusted.get(key)
        if known is not None:
            return known
        folder = Path(tempfile.mkdtemp(prefix="statement-", dir=self._scratch()))
        head = f"{_imports(where)}\n{where.header(problem)}\n"
        compiled = self._compile(folder, f"{head}{problem.statement.rstrip()} sorry\n", self._limits.wall_seconds)
        if compiled.file is None:
            line = max(0, compiled.line - head.count("\n"))
            message = Message(severity="error", line=line, column=compiled.column, text=compiled.message)
            raise StatementError(statement_message(problem, where, (message,)))
        with self._turn:
            self._trusted[key] = compiled.file
        return compiled.file

    def _not_compiled(self, problem: Problem, where: Context, compiled: _Compiled, above: int, limit: int) -> Rejection:
        if compiled.kind is not RejectionKind.ERROR:
            return self._reject(problem, where, RejectReason.LIMIT, compiled.message, kind=compiled.kind)
        text = compiled.message
        reason = RejectReason.ELABORATION
        if _LIMIT.search(text):
            reason, text = RejectReason.LIMIT, f"{text} (the limit was {limit} thousand heartbeats; raise --heartbeats)"
        elif "unsolved goals" in text:
            reason = RejectReason.INCOMPLETE
        elif text.startswith(("unexpected", "expected")):
            reason = RejectReason.SYNTAX
        return self._reject(problem, where, reason, f"line {compiled.line - above} of statement and proof: {text}")

    # -- processes -------------------------------------------------------------------------------------------------

    def _compile(self, folder: Path, source: str, seconds: float) -> _Compiled:
        """Compile a source in the sandbox. Lean's own messages decide, one JSON document a line."""
        file, target = folder / "Candidate.lean", folder / "Candidate.olean"
        file.write_text(source, encoding="utf-8")
        lean = [str(self._toolchain.lake), "env", "lean", "--json", "-o", str(target), str(file)]
        code, output = self._run(self._toolchain.sandbox.command(lean, folder), seconds)
        if code is None:
            text = f"Lean did not end within {seconds:g} s of wall clock; raise --wall-seconds"
            return _Compiled(None, text, kind=RejectionKind.WALL)
        errors = list(_errors(output))
        if errors:
            return errors[0]
        if code == OUT_OF_MEMORY or "out of memory" in output:
            return _Compiled(None, "Lean ran out of memory over the proof", kind=RejectionKind.MEMORY)
        if code != 0 or not target.is_file():
            said = (output.strip().splitlines() or ["it says nothing"])[-1][:200]
            return _Compiled(None, f"Lean ended with status {code} over the proof: {said}", kind=RejectionKind.CRASH)
        return _Compiled(target)

    def _replay(self, trusted: Path, candidate: Path, seconds: float) -> ReplayFacts:
        """Have the two files compared and the constants replayed, where none of their code runs."""
        nonce = secrets.token_hex(16)
        program = lean_sources() / "Replay.lean"
        lake = str(self._toolchain.lake)
        code, output = self._run(
            [lake, "env", "lean", "--run", str(program), nonce, str(trusted), str(candidate)], seconds
        )
        for line in output.splitlines():
            if nonce in line:
                try:
                    facts = ReplayFacts.model_validate_json(line)
                except ValidationError as error:
                    raise ProtocolError(f"the replay program answered what it may not: {line[:200]}") from error
                if facts.nonce == nonce:
                    return facts
        said = (output.strip().splitlines() or ["it says nothing"])[-1][:200]
        raise LeanError(f"the replay program gave no answer (status {code}: {said}); run `prover doctor`")

    def _run(self, command: list[str], seconds: float) -> tuple[int | None, str]:
        """Run a command in the project, with a clean environment; returns no status if it took too long."""
        kept = {name: os.environ[name] for name in ("HOME", "PATH", "ELAN_HOME", "TMPDIR") if name in os.environ}
        try:
            process = subprocess.Popen(
                command, cwd=self._toolchain.project, env=kept, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace", start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise LeanError(f"{command[0]} cannot be started ({error}); run `prover doctor`") from error
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            end_group(process)
            return None, ""
        return process.returncode, output

    def _scratch(self) -> Path:
        with self._turn:
            if self._folder is None:
                parent = workspaces() / "scratch"
                parent.mkdir(parents=True, exist_ok=True)
                self._folder = Path(tempfile.mkdtemp(prefix="verify-", dir=parent))
            return self._folder

    def _context(self, problem: Problem) -> Context:
        return native_context(problem.context)

    def _info(self, where: Context) -> LeanInfo:
        lean = self._toolchain.lean
        return LeanInfo(version=lean, backend=self.backend, context=where.name, context_sha256=where.sha256)


def _imports(where: Context) -> str:
    return "\n".join(f"import {module}" for module in where.imports)


def _errors(output: str) -> list[_Compiled]:
    found = []
    for line in output.splitlines():
        try:
            message = json.loads(line)
        except ValueError:
            continue  # what the proof itself printed
        if isinstance(message, dict) and message.get("severity") == "error":
            place = message.get("pos") or {}
            found.append(_Compiled(None, str(message.get("data")), place.get("line", 0), place.get("column", 0)))
    return found
