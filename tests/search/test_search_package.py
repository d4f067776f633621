"""What the package promises as a whole: pure, small, with known public names."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import search

FILES = sorted(Path(search.__file__).parent.glob("*.py"))


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_only_the_standard_library_is_needed(path: Path) -> None:
    allowed = sys.stdlib_module_names | {"search"} | ({"networkx"} if path.stem == "export" else set())
    assert imported(path) <= allowed


def test_importing_the_package_imports_nothing_foreign() -> None:
    code = "import sys, search, search.testing, search.minimise; print(*sys.modules)"
    root = str(FILES[0].parent.parent)
    result = subprocess.run([sys.executable, "-S", "-c", code], cwd=root, text=True, capture_output=True, check=True)
    modules = {name.partition(".")[0] for name in result.stdout.split()}
    assert modules & {"networkx", "numpy", "torch", "pydantic", "prover"} == set()


def test_the_public_names() -> None:
    assert set(search.__all__) == {
        "SPLIT", "STRATEGIES", "UNITS", "Advanced", "BeamOptions", "BestFirstOptions", "BestOfNOptions", "Budget",
        "Cancelled", "Cost", "Edge", "Environment", "Graph", "Hooks", "MctsOptions", "Node", "Options", "Outcome",
        "Policy", "Proof", "Proposals", "Rejected", "RejectionKind", "Salvaged", "SearchContext", "SearchResult",
        "Sketcher", "Solved", "Status", "Step", "Stop", "Strategy", "StrategyEntry", "SubgoalOptions", "Suggestion",
        "Value", "beam", "best_first", "best_of_n", "extract", "mcts", "replays", "strategy_of", "subgoal",
    }  # fmt: skip
    assert all(hasattr(search, name) for name in search.__all__)


def test_the_names_of_the_strategies() -> None:
    assert list(search.STRATEGIES) == ["best-first", "mcts", "beam", "best-of-n", "subgoal"]
