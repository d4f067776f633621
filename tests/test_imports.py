"""Imports point one way: no circle among the packages, `search` free of `prover`, nothing heavy at the top."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "prover").rglob("*.py"), *(ROOT / "search").rglob("*.py")])


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


KNOWN = frozenset(module_of(source) for source in SOURCES)


def package_of(module: str) -> str:
    """Return the room that a module stands in: `prover.lean`, `search`, or the module itself at the top of `prover`."""
    parts = module.split(".")
    return parts[0] if parts[0] == "search" else ".".join(parts[:2])


def imports(path: Path, deferred: bool) -> Iterator[str]:
    """Yield the modules that a file imports: at its top, and, with `deferred`, inside functions; not for types only."""

    def visit(node: ast.AST, top: bool) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
            if isinstance(child, ast.ImportFrom) and child.module and (top or deferred):
                for alias in child.names:
                    full = f"{child.module}.{alias.name}"
                    yield full if full in KNOWN else child.module
            elif isinstance(child, ast.Import) and (top or deferred):
                yield from (alias.name for alias in child.names)
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from visit(child, top and not inside)

    for name in visit(ast.parse(path.read_text("utf-8")), True):
        if name.split(".")[0] in ("prover", "search"):
            yield name


@cache
def edges() -> frozenset[tuple[str, str]]:
    """Return which module imports which at its top."""
    return frozenset((module_of(path), name) for path in SOURCES for name in imports(path, deferred=False))


def circles(edges: set[tuple[str, str]]) -> list[list[str]]:
    """Return the names that reach each other."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(edges)
    return [sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1]


def test_no_circle_among_modules() -> None:
    assert circles({("a", "b"), ("b", "a"), ("b", "c")}) == [["a", "b"]]
    assert circles(set(edges())) == []


def test_no_circle_among_packages() -> None:
    packages = {(package_of(first), package_of(second)) for first, second in edges()}
    assert circles({(here, there) for here, there in packages if here != there}) == []


def test_search_knows_nothing_of_prover() -> None:
    for path in SOURCES:
        if module_of(path).split(".")[0] == "search":
            assert not [name for name in imports(path, deferred=True) if name.startswith("prover")]
