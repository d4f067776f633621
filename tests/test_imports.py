"""Imports point one way: no circle among the packages, `search` free of `prover`, nothing heavy at the top."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "prover").rglob("*.py"), *(ROOT / "search").rglob("*.py")])


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package_of(module: str) -> str:
    """Return the room that a module stands in: `prover.lean`, `search`, or the module itself at the top of `prover`."""
    parts = module.split(".")
    return parts[0] if parts[0] == "search" else ".".join(parts[:2])


def imports(path: Path, deferred: bool) -> Iterator[str]:
    """Yield the modules that a file imports: at its top, and, with `deferred`, inside functions; not for types only."""
    known = {module_of(source) for source in SOURCES}

    def visit(node: ast.AST, top: bool) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
            if isinstance(child, ast.ImportFrom) and child.module and (top or deferred):
                for alias in child.names:
                    full = f"{child.module}.{alias.name}"
                    yield full if full in known else child.module
            elif isinstance(child, ast.Import) and (top or deferred):
                yield from (alias.name for alias in child.names)
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from visit(child, top and not inside)

    for name in visit(ast.parse(path.read_text("utf-8")), True):
        if name.split(".")[0] in ("prover", "search"):
            yield name


def graph(deferred: bool) -> nx.DiGraph:
    made = nx.DiGraph()
    for path in SOURCES:
        here = module_of(path)
        for name in imports(path, deferred):
            made.add_edge(here, name)
    return made


def test_no_circle_among_modules() -> None:
    circles = [sorted(part) for part in nx.strongly_connected_components(graph(deferred=False)) if len(part) > 1]
    assert circles == []


def test_no_circle_among_packages() -> None:
    packages = nx.DiGraph()
    for first, second in graph(deferred=False).edges:
        here, there = package_of(first), package_of(second)
        if here != there:
            packages.add_edge(here, there)
    circles = [sorted(part) for part in nx.strongly_connected_components(packages) if len(part) > 1]
    assert circles == []


def test_search_knows_nothing_of_prover() -> None:
    for path in SOURCES:
        if module_of(path).split(".")[0] == "search":
            assert not [name for name in imports(path, deferred=True) if name.startswith("prover")]
