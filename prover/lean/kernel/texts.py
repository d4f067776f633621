"""Export a proof for other checkers: accepted by the native kernel once more, and written as lean4export does."""

from __future__ import annotations

import json
from dataclasses import dataclass

from prover.errors import InputError, StatementError
from prover.lean import block
from prover.lean.context import context
from prover.lean.embedded import wire
from prover.lean.embedded.install import Installation
from prover.lean.embedded.loading import load
from prover.lean.embedded.process import START_SECONDS, LeanProcess
from prover.lean.kernel import install, libraries
from prover.lean.kernel.client import text_export
from prover.types import Problem

HEARTBEATS = 2_000_000
_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Export:
    """An export as text, and the names of all axioms in it, sorted."""

    text: bytes
    axioms: tuple[str, ...]
    kernel: str


def documents(installation: Installation, problem: Problem, proof: str) -> tuple[bytes, bytes]:
    """Return a statement and a proof of it as documents of the export format. Judges nothing.

    Raises `InputError` with Lean's message where the proof does not elaborate.
    """
    where = context(problem.context)
    header = where.header(problem)
    candidate = f"{problem.statement.rstrip()}\n{block.indent(proof, 2)}\n"
    request = wire.ProofRequest(
        header=header,
        statement=problem.statement,
        candidate=candidate,
        candidateHeader=where.header(problem, proof),
        heartbeats=HEARTBEATS,
    )
    process = LeanProcess(installation)
    try:
        load(process, installation, where, START_SECONDS)
        found = process.ask(request, wire.ProofDocuments, _SECONDS)
    finally:
        process.kill()
    if found.messages:
        raise InputError(f"{problem.name} cannot be exported: {found.messages[0].text}; check it with `prover verify`")
    return found.statement.encode(), found.candidate.encode()


def export(installation: Installation, problem: Problem, proof: str) -> Export:
    """Return a proof in lean4export's text format.

    Raises `SetupError` without the native kernel, `StatementError` for a statement and `InputError` for a proof that it
    does not accept.
    """
    folder = install.check()
    library = libraries.library(installation, context(problem.context))
    if library is None:
        raise InputError(f"the native kernel has no library of the context {problem.context}: use core or init")
    made = documents(installation, problem, proof)
    answer, text = text_export(folder, library.path, library.sha256, made)
    if not answer.accepted:
        kind = StatementError if answer.reason == "statement" else InputError
        raise kind(f"{problem.name} is not exported: {answer.message}; check it with `prover verify`")
    return Export(text, listed_axioms(text), answer.kernel)


def listed_axioms(text: bytes) -> tuple[str, ...]:
    """Return the names of the axioms in an export."""
    shown = {0: ""}
    found = []
    for line in text.splitlines():
        entry = json.loads(line)
        if "in" in entry:
            part = entry.get("str") or entry["num"]
            shown[entry["in"]] = f"{shown[part['pre']]}.{part.get('str', part.get('i'))}".lstrip(".")
        elif "axiom" in entry:
            found.append(shown[entry["axiom"]["name"]])
    return tuple(sorted(found))
