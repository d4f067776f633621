"""A proof as others can check it: the official statement, and with it what leanprover/comparator asks for.

comparator builds `Challenge`, which holds the statement with `sorry`, and `Solution`, which holds the same theorem
proved, and reads which theorems and which axioms from `config.json` (https://github.com/leanprover/comparator).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from prover.errors import InputError, UsageError
from prover.lean.block import indent
from prover.lean.context import Context
from prover.lean.core.for_mathlib import for_mathlib, remarks
from prover.lean.embedded.trust import STANDARD_AXIOMS
from prover.lean.native.context import native_context
from prover.lean.source_text import declared, theorems
from prover.types import Problem

CORE_NAMESPACE = "FromCore"
_SECTION_END = re.compile(r"^end[ \t]*$", re.MULTILINE)
_FRAME = re.compile(r"^(?:section\b|import\s)")


@dataclass(frozen=True, slots=True)
class Proved:
    """A theorem of a file: the problem it solves, and the block of tactics behind its `:= by`."""

    problem: Problem
    proof: str


def read_proofs(text: str, where: str, context: str) -> list[Proved]:
    """Return the theorems of a file that have a proof. Raises `InputError` if there are none."""
    given = native_context(context).given()
    found = []
    for part in _SECTION_END.split(text):
        proofs = {one.name: part[one.proof : one.end] for one in declared(part) if one.by}
        for one in theorems(part, where):
            if one.finished and one.name in proofs:
                own = [line for line in one.header.split("\n") if line not in given and not _FRAME.match(line)]
                header = "\n".join(own).strip()
                problem = Problem(name=one.name, statement=one.statement, context=context, header=header, source=where)
                found.append(Proved(problem, _dedented(proofs[one.name])))
    if not found:
        raise InputError(f"{where} holds no proof; write one with `prover prove … --out {where}`")
    return found


def export(proofs: list[Proved], context: str, folder: Path, project: Path) -> list[Path]:
    """Write the files of an export into a folder and return them.

    `context` is the one that the proofs were found in: from `core`, the official statement is proved by the bridge.
    """
    official = native_context("mathlib" if context == "core" else context)
    names = [one.problem.name for one in proofs]
    files = {
        "Challenge.lean": _module(("Mathlib",), [_stated(one, official, "sorry") for one in proofs]),
        "config.json": json.dumps(
            {
                "challenge_module": "Challenge",
                "solution_module": "Solution",
                "theorem_names": names,
                "permitted_axioms": list(STANDARD_AXIOMS),
            },
            indent=2,
        )
        + "\n",
        "lakefile.toml": _lakefile(project, context == "core"),
        "lean-toolchain": _toolchain(project),
    }
    if context == "core":
        core = native_context("core")
        inside = [_stated(one, core, one.proof) for one in proofs]
        files["CoreProof.lean"] = _module(core.imports, inside, CORE_NAMESPACE)
        transferred = [_stated(one, official, f"core_transfer {CORE_NAMESPACE}.{one.problem.name}") for one in proofs]
        files["Solution.lean"] = _module(("Mathlib", "Bridge", "CoreProof"), transferred)
    else:
        files["Solution.lean"] = _module(("Mathlib",), [_stated(one, official, one.proof) for one in proofs])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in sorted(files)]


def export_file(proofs: list[Proved], context: str, file: Path) -> list[str]:
    """Write one file that a project with Mathlib compiles, and return what is to be known of it, a line each.

    From `core`, what is not Mathlib's is replaced by what is. Raises `InputError` for a proof that rests on more than
    Mathlib has.
    """
    official = native_context("mathlib" if context == "core" else context)
    said: list[str] = []
    parts = []
    for one in proofs:
        proof = one.proof
        if context == "core":
            proof = for_mathlib(one.proof, one.problem.name)
            said += [f"{one.problem.name}: {remark}" for remark in remarks(proof)]
        parts.append(_stated(one, official, proof))
    found = "found and verified in proofsmith's `core`, restated for Mathlib and not compiled there" if (
        context == "core"
    ) else f"found and verified in the context {context}"  # fmt: skip
    parts.insert(0, "\n".join([f"-- For Mathlib: {found}.", *(f"-- {line}" for line in said)]))
    try:
        file.write_text(_module(("Mathlib",), parts), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written ({error.strerror}): choose another --out") from error
    return said


def export_lean_eval(one: Proved, context: str, folder: Path, project: Path) -> list[Path]:
    """Write a workspace of leanprover/lean-eval into a folder and return its files.

    Only `Submission.lean` and what lies in `Submission` is read there, so the proof has to stand on Mathlib alone.
    Raises `UsageError` for a proof that was found in `core`.
    """
    if context == "core":
        raise UsageError(
            "lean-eval reads `Submission.lean` alone, and a proof that was found in core rests on more: "
            "find one with `prover prove --context mathlib`, or write it with --comparator"
        )
    official = native_context(context)
    name = one.problem.name
    submitted = f"namespace Submission\n\n{_stated(one, official, one.proof)}\n\nend Submission"
    theorem = {"name": name, "kind": "theorem"}
    config = {
        "challenge_module": "Challenge",
        "solution_module": "Solution",
        "theorem_names": [name],
        "permitted_axioms": ["propext", "Quot.sound", "Classical.choice"],
    }
    revision = _toolchain(project).strip().rpartition(":")[2]
    libraries = "".join(f'\n[[lean_lib]]\nname = "{module}"\n' for module in ("Challenge", "Solution", "Submission"))
    files = {
        "Challenge.lean": _module(("Mathlib",), [_stated(one, official, "sorry")]),
        "Solution.lean": _module(("Mathlib", "Submission"), [_stated(one, official, f"exact Submission.{name}")]),
        "Submission.lean": _module(("Mathlib", "Submission.Helpers"), [submitted]),
        "Submission/Helpers.lean": _module(("Mathlib",), ["-- What the submission needs besides: nothing."]),
        "config.json": json.dumps(config, indent=2) + "\n",
        "holes.json": json.dumps({"holes": [theorem]}, indent=2) + "\n",
        "lakefile.toml": f'name = "{name}"\nversion = "0.1.0"\n\n[[require]]\nname = "mathlib"\n'
        f'git = "https://github.com/leanprover-community/mathlib4"\nrev = "{revision}"\n{libraries}',
        "lean-toolchain": _toolchain(project),
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return [folder / path for path in sorted(files)]


def _stated(one: Proved, where: Context, proof: str) -> str:
    header = where.header(one.problem)
    return f"section\n{header}\n\n{one.problem.statement.rstrip()}\n{indent(proof, 2)}\n\nend"


def _module(imports: tuple[str, ...], parts: list[str], namespace: str = "") -> str:
    body = "\n\n".join(parts)
    if namespace:
        body = f"namespace {namespace}\n\n{body}\n\nend {namespace}"
    return "\n".join(f"import {module}" for module in imports) + f"\n\n{body}\n"


def _lakefile(project: Path, core: bool) -> str:
    requires = (
        f'[[require]]\nname = "proofsmith"\npath = "{project}"\n'
        if core
        else '[[require]]\nname = "mathlib"\ngit = "https://github.com/leanprover-community/mathlib4"\n'
        f'rev = "{_toolchain(project).strip().rpartition(":")[2]}"\n'
    )
    modules = ("Challenge", "CoreProof", "Solution") if core else ("Challenge", "Solution")
    libraries = "".join(f'\n[[lean_lib]]\nname = "{module}"\n' for module in modules)
    return f'name = "exported"\nversion = "0.1.0"\n\n{requires}{libraries}'


def _toolchain(project: Path) -> str:
    return (project / "lean-toolchain").read_text(encoding="utf-8")


def _dedented(proof: str) -> str:
    """Return a block level with the first column."""
    lines = proof.strip("\n").split("\n")
    width = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[width:] for line in lines)
