"""`prover export`: a proof as others can check it, stated in Mathlib's words."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from prover.lean.native.export import Proved


class Official(StrEnum):
    """The setting that a proof is exported to."""

    mathlib = "mathlib"


def run(
    proof: Path = typer.Argument(help="A file that `prover prove --out` wrote.", show_default=False),
    context: Official = typer.Option(Official.mathlib, "--context", help="The setting of the official statement."),
    out: Path = typer.Option(
        Path("exported"),
        *("--out", "--comparator"),
        help="A .lean file to write for Mathlib, or the folder to write for leanprover/comparator.",
    ),
    lean_eval: Path | None = typer.Option(
        None, "--lean-eval", help="Write a workspace of leanprover/lean-eval into this folder instead."
    ),
    kernel: Path | None = typer.Option(
        None, "--kernel", help="Write the declarations into this file instead, in lean4export's text format."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Write a proof for Mathlib: one file, or the files that leanprover/comparator checks.

    With --out FILE.lean: the theorems under `import Mathlib`, with Mathlib's names for what the proofs use. A proof
    that rests on what Mathlib lacks is refused. Whether Mathlib's tactics do the same, only a compilation says.

    With --out DIR: the official statement is proved from the core proof, which is taken along. `Challenge.lean` holds
    the statement, `Solution.lean` the same theorem proved, `config.json` which axioms it may rest on. Whether it
    compiles is for native Lean to say: `lake build` there, after `prover setup --lean native`. comparator and lean-eval
    themselves were never run on what this writes.

    With --kernel, one proof that was found in core is elaborated and accepted by the native kernel once more, and
    written with all that it rests on for other checkers of Lean. Theorems of the library have no proof in the embedded
    package: they stand there as axioms, and are listed.

    \b
    Examples:
      prover export proof.lean --context mathlib --out ForMathlib.lean
      prover export proof.lean --context mathlib --comparator exported
    """
    from prover.errors import UsageError
    from prover.lean.native.export import export, export_lean_eval, read_proofs
    from prover.lean.native.toolchain import workspaces
    from prover.paths import lean_sources
    from prover.problems.formats import read_text

    if kernel is not None and lean_eval is not None:
        raise UsageError("--kernel and --lean-eval write different things: give one of them")
    text = read_text(proof)
    found_in = "core" if _imports_core(text) else context.value
    proofs = read_proofs(text, str(proof), found_in)
    names = [one.problem.name for one in proofs]
    if (kernel or lean_eval) and len(proofs) != 1:
        raise UsageError(f"{proof} holds {len(proofs)} theorems and one is exported at a time: leave one in the file")
    if kernel is not None:
        return _kernel(proofs[0], found_in, kernel, as_json)
    if lean_eval is None and out.suffix == ".lean":
        return _one_file(proofs, found_in, out, as_json)
    built = workspaces() / "current"
    project = built if built.is_dir() else lean_sources()
    folder = lean_eval or out
    if lean_eval is not None:
        files = export_lean_eval(proofs[0], found_in, lean_eval, project)
    else:
        files = export(proofs, found_in, out, project)
    if as_json:
        document = {"folder": str(folder), "context": context.value, "found_in": found_in, "theorems": names}
        print(json.dumps(document | {"files": [str(file.relative_to(folder)) for file in files]}, ensure_ascii=False))
    else:
        print(f"{', '.join(names)}: found in {found_in}, stated in {context.value}")
        for file in files:
            print(f"  {file}")
    return 0


def _one_file(proofs: list[Proved], found_in: str, file: Path, as_json: bool) -> int:
    """Write one file for Mathlib; print what is to be known of it."""
    from prover.lean.native.export import export_file

    said = export_file(proofs, found_in, file)
    names = [one.problem.name for one in proofs]
    if as_json:
        document = {"file": str(file), "context": "mathlib", "found_in": found_in, "theorems": names}
        print(json.dumps(document | {"remarks": said, "compiled": False}, ensure_ascii=False))
    else:
        print(f"{', '.join(names)}: found in {found_in}, written for Mathlib to {file}; it was not compiled there")
        for line in said:
            print(f"  {line}")
    return 0


def _kernel(one: Proved, found_in: str, file: Path, as_json: bool) -> int:
    """Write the declarations of a proof; print what the file takes for granted."""
    from prover.errors import InputError, UsageError
    from prover.lean.embedded.install import install
    from prover.lean.kernel.texts import export

    if found_in != "core":
        raise UsageError(
            "--kernel exports proofs of the embedded Lean: one that was found in core, which imports `Core`"
        )
    problem = one.problem.model_copy(update={"context": "core"})
    made = export(install(), problem, one.proof)
    try:
        file.write_bytes(made.text)
    except OSError as error:
        raise InputError(f"{file} cannot be written ({error.strerror}): choose another --kernel") from error
    lines = made.text.count(b"\n")
    if as_json:
        document = {"file": str(file), "theorem": problem.name, "lines": lines, "kernel": made.kernel}
        print(json.dumps(document | {"axioms": made.axioms}, ensure_ascii=False))
    else:
        print(f"{problem.name}: {lines} lines in {file}, accepted by {made.kernel}")
        print(f"  {len(made.axioms)} axioms in it: Lean's own, and what the library holds without a proof or a body:")
        for name in made.axioms:
            print(f"  {name}")
    return 0


def _imports_core(text: str) -> bool:
    return any(line.split()[1].split(".")[0] == "Core" for line in text.split("\n") if line.startswith("import "))
