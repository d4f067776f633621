"""Write what the documents take from the code: `python docs/generate.py` (with `--check`, only say what is stale).

    docs/reference/*.md              one page a registry or a subject
    docs/reference/schemas/*.json    JSON schemas of the files of a run
    docs/extending.md                the tables between `<!-- table: NAME -->` and `<!-- end -->`

Nothing here depends on what else is installed: entries that other packages bring are left out. Help texts and schemas
are worded by typer and pydantic: `--check` passes over those that another version of these wrote, and says so.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from prover.lean.backend import BACKENDS
from prover.learners import LEARNERS
from prover.policies.entry import POLICIES
from prover.policies.recipes import RECIPES, describe
from prover.problems.datasets import DATASETS
from prover.registry import Entry, Registry
from prover.strategies import STRATEGIES
from prover.types import CostRecord, Frozen
from search.types import WHOLE, Budget, Cost

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent

WIDTH = 100
REGISTRIES: Mapping[str, Registry[Any]] = {
    "policies": POLICIES,
    "strategies": STRATEGIES,
    "backends": BACKENDS,
    "learners": LEARNERS,
    "datasets": DATASETS,
}
_TABLE = re.compile(r"<!-- table: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
_VARIABLE = re.compile(r"\bPROOFSMITH_[A-Z_]+[A-Z]\b")

ENVIRONMENT = {
    "PROOFSMITH_CACHE": "Folder of the cache: Lean, compiled contexts, cached results, datasets that were fetched.",
    "PROOFSMITH_DATA": "Folder in which datasets are looked for before the cache.",
    "PROOFSMITH_LOG": "`FILE` or `LEVEL:FILE` (debug, info, warning, error): appends a log to this file.",
    "PROOFSMITH_DEBUG": "Any value: print tracebacks and what Lean prints on standard error, as `--debug` does.",
    "PROOFSMITH_SERVER": "Address of a running `prover serve`, used by prove, verify, fill and `prover.reward`.",
    "PROOFSMITH_SERVER_KEY": "The key that `prover serve` asks for, and that its clients send.",
    "PROOFSMITH_REWARD_CONTEXT": "`prover.reward`: context of the statements, `core` if unset.",
    "PROOFSMITH_REWARD_STORE": "`prover.reward`: SQLite file in which verdicts are kept.",
    "PROOFSMITH_REWARD_WORKERS": "`prover.reward`: verifiers that work at once, 1 if unset.",
    "PROOFSMITH_LAKE": "Native Lean: the program `lake`, where it is not on the PATH or in `~/.elan/bin`.",
    "PROOFSMITH_PROJECT": "Native Lean: a Lake project of yours instead of the one that `prover setup` makes.",
    "PROOFSMITH_REPL": "Native Lean: the folder of a built REPL.",
    "PROOFSMITH_NATIVE_CACHE": "Native Lean: the folder that `prover setup --lean native` fills.",
    "PROOFSMITH_NATIVE_MEMORY_MB": "Native Lean: memory that one REPL may take.",
    "PROOFSMITH_SANDBOX": "Native Lean: `bwrap`, `landrun`, `unshare` or `none` instead of the strongest that works.",
    "PROOFSMITH_DOJO_CACHE": "LeanDojo: the folder that `prover setup --lean leandojo` fills.",
}
"""Every variable of ours. A page cannot be made while the source reads one that is not here."""

OTHERS = {
    "XDG_CACHE_HOME": "The cache is in its folder `proofsmith`, unless `PROOFSMITH_CACHE` is set; else in `~/.cache`.",
    "OPENAI_API_KEY": "The key of `openai:`; the setting `key_env` names another variable.",
    "HF_TOKEN": "Read by `transformers` for models that need an account.",
    "GITHUB_ACCESS_TOKEN": "Handed to LeanDojo by `prover data mine`, which asks GitHub only with it.",
}


def main(check: bool) -> int:
    """Write every page, or name those that are stale; returns 1 if there are any and nothing was written."""
    stale = []
    for path, text in sorted(pages().items()):
        file = DOCS / path
        there = file.read_text("utf-8") if file.is_file() else ""
        if there == text:
            continue
        if check and (wrote := _worded(there)) and wrote != _worded(text):
            print(f"not compared: docs/{path} was written with {wrote}, and this is {_worded(text)}")
            continue
        stale.append(path)
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{'stale' if check else 'written'}: docs/{path}")
    return int(check and bool(stale))


def _worded(text: str) -> str:
    """Return the package and version that worded a page, or nothing."""
    found = re.search(r"worded by (\w+ [\w.]+)", text)
    return found[1] if found else ""


def pages() -> dict[str, str]:
    """Return the text of every generated file by its path below docs/."""
    comment = {"$comment": f"worded by pydantic {version('pydantic')}"}
    made = {f"reference/{name}.md": _page(page()) for name, page in PAGES.items()}
    made |= {
        f"reference/schemas/{name}.json": f"{json.dumps(comment | schema, indent=1, ensure_ascii=False)}\n"
        for name, (_, schema) in schemas().items()
    }
    return {"extending.md": written((DOCS / "extending.md").read_text("utf-8")), **made}


def written(page: str) -> str:
    """Return a page with its tables as the registries have them now."""

    def filled(found: re.Match[str]) -> str:
        return f"<!-- table: {found[1]} -->\n{_overview(REGISTRIES[found[1]])}\n<!-- end -->"

    return _TABLE.sub(filled, page)


def _page(parts: Iterator[str]) -> str:
    title, *rest = parts
    note = "<!-- Written by `python docs/generate.py`; change the code instead. -->"
    return "\n\n".join([title, note, *rest]) + "\n"


def _overview(registry: Registry[Any]) -> str:
    rows = registry.table().split("\n")
    ours = [entry.form for entry in _ours(registry)]
    return "\n".join([*rows[:2], *(row for row in rows[2:] if row.split("`")[1] in ours)])


def _ours(registry: Registry[Any]) -> list[Entry[Any]]:
    return [entry for entry in registry.entries() if not registry.origin(entry.name)]


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]] | list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines)


def _policies() -> Iterator[str]:
    yield "# Policies and their settings"
    yield "`--policy NAME[:TARGET][?SETTING=VALUE&…]`. [Which one to choose](../policies.md)."
    for entry in _ours(POLICIES):
        yield from _entry(entry)


def _strategies() -> Iterator[str]:
    yield "# Strategies and their options"
    yield "`--strategy NAME[?OPTION=VALUE&…]`. [How a search runs](../search.md)."
    from search.context import Options

    yield f"Options that all have: {_prose(Options, skip=1)}"
    from search.strategies import STRATEGIES as known

    shared = {option.name for option in fields(Options)}
    for entry in _ours(STRATEGIES):
        options = known[entry.name].options
        yield f"## `{entry.name}`\n\n{entry.summary[:1].upper()}{entry.summary[1:]}."
        if options.__doc__ and not options.__doc__.startswith(f"{options.__name__}("):
            yield _prose(options)
        own = [name for name in entry.settings.model_fields if name not in shared]
        yield _settings(entry.settings, own) if own else "It has no options of its own."
    yield "## Defaults of the options that all have"
    yield _settings(_ours(STRATEGIES)[0].settings, [option.name for option in fields(Options)])


def _entry(entry: Entry[Any]) -> Iterator[str]:
    yield f"## `{entry.form}`\n\n{entry.summary[:1].upper()}{entry.summary[1:]}."
    if entry.extra:
        yield f"Needs `pip install 'proofsmith[{entry.extra}]'`."
    if entry.settings.model_fields:
        for model in reversed(entry.settings.__mro__):
            if issubclass(model, Frozen) and model is not Frozen and model.__doc__:
                yield _prose(model)
        yield _settings(entry.settings, list(entry.settings.model_fields))


def _settings(model: type[Frozen], names: list[str]) -> str:
    properties = model.model_json_schema()["properties"]
    rows = [(f"`{name}`", f"`{_shown(properties[name].get('default'))}`", _type(properties[name])) for name in names]
    return _table(("name", "default", "type"), rows)


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value) or '""'


def _type(field: Mapping[str, Any]) -> str:
    """Say in words what a JSON schema allows."""
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_type(one) for one in field["anyOf"]))
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"`{name}`"
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field.get("type") == "array":
        inner = field.get("items") or {}
        if "prefixItems" in field:
            return "list of " + ", ".join(_type(one) for one in field["prefixItems"])
        return f"list of {_type(inner)}" if inner else "list"
    if field.get("type") == "object":
        return "object"
    words = {"null": "none", "boolean": "true or false", "number": "number", "integer": "integer", "string": "text"}
    bounds = (("minimum", "at least"), ("exclusiveMinimum", "above"), ("maximum", "at most"), ("pattern", "like"))
    limits = [f"{word} `{field[key]}`" for key, word in bounds if key in field]
    return " ".join([words.get(str(field.get("type")), "anything"), ", ".join(limits)]).strip()


def _prose(value: Any, skip: int = 0) -> str:
    """Return a docstring as Markdown paragraphs, without its first `skip` ones."""
    paragraphs = (inspect.cleandoc(value.__doc__ or "")).split("\n\n")[skip:]
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _recipes() -> Iterator[str]:
    yield "# Recipes"
    yield (
        "A recipe is a prompt format with the sampling of its source: `--policy 'hf:MODEL?recipe=NAME'`. Without a "
        "name the recipe is the one that names the model, else `chat`. A test pins every prompt by its hash."
    )
    records = [(describe(recipe), recipe) for recipe in RECIPES.values()]
    yield _table(
        ("name", "kind", "models that choose it", "prompt sha256"),
        [
            (
                f"`{r.name}`",
                str(r.kind),
                ", ".join(f"`{m}`" for m in recipe.models) or "-",
                f"`{r.template_sha256[:12]}`",
            )
            for r, recipe in records
        ],
    )
    yield "## Sources"
    yield _table(("name", "source"), [(f"`{record.name}`", record.source) for record, _ in records])


def _datasets() -> Iterator[str]:
    yield "# Datasets"
    yield (
        "`prover data list` says which are on this machine, `prover data get NAME` fetches one at its pinned revision. "
        "A `.jsonl` file, a `.lean` file and a folder of `.lean` files are datasets too."
    )
    rows = []
    for entry in _ours(DATASETS):
        source = entry.make(entry.settings(), None)
        splits = ", ".join(f"`{split}`" for split in source.splits)
        rows.append((f"`{entry.name}`", entry.summary, splits, source.licence))
    yield _table(("name", "what it is", "splits", "licence"), rows)


def _budgets() -> Iterator[str]:
    yield "# Budgets and costs"
    yield "`--budget UNIT=N,…` limits one problem; `--budget 100` is 100 Lean calls; `unlimited` limits nothing."
    yield _prose(Cost, skip=2)
    yield _table(
        ("unit", "counted in"),
        [(f"`{unit.name}`", "whole numbers" if unit.name in WHOLE else "fractions") for unit in fields(Budget)],
    )
    yield "`tokens` limits tokens in and out together; `seconds` is the wall clock of the whole search."
    yield "## What is recorded"
    yield "Every attempt has these in `cost`, limited or not."
    yield _table(
        ("field", "as reports print it"), [(f"`{unit.name}`", unit.metadata["label"]) for unit in fields(CostRecord)]
    )


def schemas() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return, by name, what each file is and its JSON schema, from the models that write it."""
    from prover.bench.comparison import ComparisonReport
    from prover.bench.folder import _ConfigFile
    from prover.bench.summary import Summary
    from prover.report.write import GridReport
    from prover.types import Attempt, Rejection, TrainingExample, VerifiedProof

    models: dict[str, tuple[str, type[Frozen]]] = {
        "attempt": ("a row of `attempts.jsonl`, and `prover prove --json`", Attempt),
        "config": ("`config.json`", _ConfigFile),
        "report": ("`report.json` of a run", Summary),
        "grid": ("`report.json` of a grid", GridReport),
        "comparison": ("`prover compare --json`", ComparisonReport),
        "verified": ("a verdict that accepts", VerifiedProof),
        "rejection": ("a verdict that rejects", Rejection),
        "example": ("a row of `data/round-N/examples.jsonl` of `prover iterate`", TrainingExample),
    }
    return {name: (what, model.model_json_schema(mode="serialization")) for name, (what, model) in models.items()}


def _runs() -> Iterator[str]:
    from prover.bench import folder

    yield "# The files of a run"
    yield "A folder of `prover bench` holds:"
    yield _fence(inspect.cleandoc(folder.__doc__ or "").split("\n\n")[1])
    yield "All but the store is written from the store: delete it and run the same command, and it is there again."
    made = schemas()
    yield "## Schemas"
    yield _table(
        ("file", "JSON schema"),
        [(what, f"[schemas/{name}.json](schemas/{name}.json)") for name, (what, _) in made.items()],
    )
    for name, (what, schema) in made.items():
        yield f"### {name}: {what.replace('`', '')}"
        needed = set(schema.get("required", ()))
        rows = [
            (f"`{field}`", _type(facts), "" if field in needed else f"`{_shown(facts.get('default'))[:40]}`")
            for field, facts in schema["properties"].items()
        ]
        yield _table(("field", "type", "default"), rows)
    yield "## The store"
    yield "`store.sqlite` is SQLite (`prover/runs/schema.sql`):"
    yield _fence((ROOT / "prover" / "runs" / "schema.sql").read_text("utf-8").strip(), "sql")


def _exit_codes() -> Iterator[str]:
    from prover import cli, errors

    yield "# Exit codes and errors"
    yield _table(
        ("code", "says"),
        [
            ("0", "yes: proved, accepted, finished"),
            ("1", "no: not proved within the budget, rejected, does not work"),
            ("2", "the question could not be answered; standard error says in one sentence why, and what to do"),
            (str(cli.INTERRUPTED), "interrupted (Ctrl-C)"),
            (str(cli.BROKEN_PIPE), "the reader of the output ended"),
        ],
    )
    yield 'With `--json`, a code of 2 also prints `{"status": "error", "message": …}` on standard output.'
    yield "## Exceptions"
    yield "The library raises these, and the command line turns each into exit code 2."
    yield _fence(inspect.cleandoc(errors.__doc__ or "").partition("\n\n")[2])


def _environment() -> Iterator[str]:
    source = "".join(file.read_text("utf-8") for file in sorted((ROOT / "prover").rglob("*.py")))
    read = set(_VARIABLE.findall(source))
    if read != set(ENVIRONMENT):
        unknown = ", ".join(sorted(read ^ set(ENVIRONMENT)))
        raise SystemExit(f"docs/generate.py: ENVIRONMENT differs from what the source reads in {unknown}")
    yield "# Environment variables"
    yield _table(("variable", "what it does"), [(f"`{name}`", text) for name, text in ENVIRONMENT.items()])
    yield "## Variables of others"
    yield _table(("variable", "what it does"), [(f"`{name}`", text) for name, text in OTHERS.items()])


def _command_line() -> Iterator[str]:
    import typer

    from prover.cli import app
    from prover.commands import SUMMARIES

    yield "# The command line"
    yield f"<!-- worded by typer {version('typer')} -->"
    yield "What `prover COMMAND --help` prints. [Exit codes](exit-codes.md), [environment variables](environment.md)."
    group: Any = typer.main.get_command(app)
    with group.make_context("prover", [], resilient_parsing=True) as top:
        yield _fence(_help(group, top), "text")
        for name in SUMMARIES:
            command = group.get_command(top, name)
            with command.make_context(name, [], parent=top, resilient_parsing=True) as context:
                yield f"## {name}"
                yield _fence(_help(command, context), "text")
                for below in getattr(command, "commands", {}):
                    child = command.get_command(context, below)
                    with child.make_context(below, [], parent=context, resilient_parsing=True) as inner:
                        yield f"### {name} {below}"
                        yield _fence(_help(child, inner), "text")


def _help(command: Any, context: Any) -> str:
    context.terminal_width = WIDTH
    context.max_content_width = WIDTH
    return "\n".join(line.rstrip() for line in command.get_help(context).strip().split("\n"))


def _fence(text: str, language: str = "text") -> str:
    return f"```{language}\n{text}\n```"


PAGES: Mapping[str, Callable[[], Iterator[str]]] = {
    "policies": _policies,
    "strategies": _strategies,
    "recipes": _recipes,
    "datasets": _datasets,
    "budgets": _budgets,
    "runs": _runs,
    "exit-codes": _exit_codes,
    "environment": _environment,
    "command-line": _command_line,
}

if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
