"""`prover export`: a proof as others can check it, stated in Mathlib's words."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

import typer


class Official(StrEnum):
    """The setting that a proof is exported to."""

    mathlib = "mathlib"


def run(
    proof: Path = typer.Argument(help="A file that `prover prove --out` wrote.", show_default=False),
    context: Official = typer.Option(Official.mathlib, "--context", help="The setting of the official statement."),
    out: Path = typer.Option(Path("exported"), "--out", help="The folder to write; files in it are replaced."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Write the official statement, proved from the core proof, and the files that leanprover/comparator checks.

    `Challenge.lean` holds the statement, `Solution.lean` the same theorem proved, `config.json` which axioms it may
    rest on. Whether it compiles is for native Lean to say: `lake build` there, after `prover setup --lean native`.

    \b
    Example:
      prover export proof.lean --context mathlib --out exported
    """
    from prover.lean.native.export import export, read_proofs
    from prover.lean.native.toolchain import workspaces
    from prover.paths import lean_sources
    from prover.problems.formats import read_text

    text = read_text(proof)
    found_in = "core" if _imports_core(text) else context.value
    proofs = read_proofs(text, str(proof), found_in)
    built = workspaces() / "current"
    files = export(proofs, found_in, out, built if built.is_dir() else lean_sources())
    names = [one.problem.name for one in proofs]
    if as_json:
        document = {"folder": str(out), "context": context.value, "found_in": found_in, "theorems": names}
        print(json.dumps(document | {"files": [file.name for file in files]}, ensure_ascii=False))
    else:
        print(f"{', '.join(names)}: found in {found_in}, stated in {context.value}")
        for file in files:
            print(f"  {file}")
    return 0


def _imports_core(text: str) -> bool:
    return any(line.split()[1].split(".")[0] == "Core" for line in text.split("\n") if line.startswith("import "))
