"""The process that traces a repository with `lean_dojo` and prints what it finds, one JSON line a tactic.

    python -m prover.lean.leandojo.miner REPOSITORY COMMIT [--offline]

Tracing compiles the repository; what was traced is kept in the package's cache and read from there the next time. The
package asks GitHub what Lean is, even for a local repository; `--offline` leaves that out.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from typing import Any

from prover.lean.leandojo.mined import MinedStep, Premise, Progress
from prover.lean.leandojo.worker import own_output


def steps(package: Any, repository: str, commit: str, say: Any) -> Iterator[MinedStep]:
    """Trace a repository and yield the tactics of its own files."""
    repo = package.LeanGitRepo(repository, commit) if commit else package.LeanGitRepo.from_path(repository)
    say(Progress(stage="tracing", done=0, total=0))
    traced = package.trace(repo, build_deps=False)
    files = [file for file in traced.traced_files if ".lake/packages" not in str(file.path)]
    for number, file in enumerate(sorted(files, key=lambda file: str(file.path))):
        say(Progress(stage="reading traces", done=number, total=len(files)))
        for theorem in file.get_traced_theorems():
            if not theorem.has_tactic_proof():
                continue
            statement = theorem.get_theorem_statement().strip()
            for depth, tactic in enumerate(theorem.get_traced_tactics()):
                if tactic.state_before == "no goals":
                    continue
                _, premises = tactic.get_annotated_tactic()
                yield MinedStep(
                    repository=repository,
                    commit=repo.commit,
                    file=str(file.path),
                    theorem=theorem.theorem.full_name,
                    statement=statement,
                    depth=depth,
                    state_before=tactic.state_before,
                    tactic=tactic.tactic,
                    state_after=tactic.state_after,
                    premises=tuple(
                        Premise(name=premise["full_name"], file=str(premise["def_path"])) for premise in premises
                    ),
                )


def main() -> None:
    """Print progress and steps, one document a line."""
    wire = own_output()
    repository, commit, *rest = sys.argv[1:]
    package: Any = importlib.import_module("lean_dojo")
    if "--offline" in rest:
        package.LeanGitRepo.get_dependencies = lambda self, path=None: {}

    def say(document: Progress | MinedStep) -> None:
        print(document.model_dump_json(), file=wire, flush=True)

    for step in steps(package, repository, commit, say):
        say(step)


if __name__ == "__main__":
    main()
