"""Whole graphs of toy games, compared with stored ones.

A golden graph is what `search.export.to_json` writes, a line for every node and edge, with the result beside it. After
a change that is meant to change graphs, write them anew with

    SEARCH_GOLDEN=write python -m pytest tests/search/test_search_golden.py

and read the difference before committing it. Without the variable a missing or different file is a failure.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from search import Budget, SearchResult
from search.export import to_json
from search.testing import PROVED, ConstantValue, Game, Goals, ScriptedPolicy, Table, random_game, random_policy
from tests.search.search_cases import CASES, suggestions

FOLDER = Path(__file__).parent / "golden"

ORCHARD: Table = {
    "g0": {"split": ("g1", "g2"), "loop": ("g3",), "fail": "no such lemma"},
    "g1": {"simp": "simp made no progress", "cases": ("g4", "g5", "g4")},
    "g2": {"ring": PROVED, "norm": ("g2",)},
    "g3": {"back": ("g0",), "on": ("g5",)},
    "g4": {"omega": "omega failed", "simp": PROVED},
    "g5": {"intro": ("g6",), "fail": "no such lemma"},
    "g6": {"linarith": "linarith failed", "back": ("g5",), "exact": PROVED},
}
ORCHARD_POLICY = {
    "g0": suggestions(loop=0.5, split=0.3, fail=0.2),
    "g1": suggestions(simp=0.6, cases=0.4),
    "g2": suggestions(norm=0.7, ring=0.3),
    "g3": suggestions(back=0.6, on=0.4),
    "g4": suggestions(omega=0.5, simp=0.5),
    "g5": suggestions(fail=0.6, **{"intro; linarith": 0.2}, intro=0.2),
    "g6": suggestions(linarith=0.5, back=0.3, exact=0.2),
}
CRITIC = ConstantValue({"g1": 0.9, "g3": 0.2, "g5": 0.4, "g6": 0.7})


def play(game: str, case: str) -> SearchResult[Goals]:
    if game == "orchard":
        env, policy = Game(ORCHARD, {(("g2",), "ring"): 1}), ScriptedPolicy(ORCHARD_POLICY)
        return CASES[case](("g0",), env, policy, seed=1, value=CRITIC)
    # Random games get large and are cut off; the first of them is not split.
    number = int(game.removeprefix("random"))
    table = random_game(number, goals=12, actions=4, solved=0.08)
    return CASES[case](
        ("g0", "g1"), Game(table), random_policy(number, table), Budget(lean_calls=25), split_goals=number > 0
    )


def golden_text(result: SearchResult[Goals]) -> str:
    """Return the result and its graph as JSON with a line for every node and edge."""
    # Nine digits: mathematical libraries differ in the last ones.
    graph = json.loads(to_json(result.graph, " ".join), parse_float=lambda digits: round(float(digits), 9))
    summary: dict[str, Any] = {
        "stop": result.stop.value,
        "limit": result.limit,
        "proof": None if result.proof is None else list(result.proof.actions()),
        "steps": result.cost.steps,
        "generations": result.cost.generations,
        "retries": result.retries,
    }
    parts = [f'"result": {json.dumps(summary)}', f'"format": {json.dumps(graph["format"])}']
    for name in ("nodes", "edges"):
        lines = ",\n".join(json.dumps(each, sort_keys=True) for each in graph[name])
        parts.append(f'"{name}": [\n{lines}\n]')
    return "{" + ",\n".join(parts) + "}\n"


@pytest.mark.parametrize("game", ["orchard", "random0", "random2"])
@pytest.mark.parametrize("case", list(CASES))
def test_golden_graph(game: str, case: str) -> None:
    result = play(game, case)
    text = golden_text(result)
    path = FOLDER / f"{game}.{case}.json"
    if os.environ.get("SEARCH_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path.name} is missing: see the docstring of this file"
    assert text == path.read_text(encoding="utf-8"), f"the graph differs from {path.name}"


def test_no_golden_graph_is_left_over() -> None:
    expected = {f"{game}.{case}.json" for game in ("orchard", "random0", "random2") for case in CASES}
    assert {path.name for path in FOLDER.iterdir()} == expected


def test_golden_graphs_cover_what_can_happen() -> None:
    """Golden graphs without rejections, shared nodes, cycles, salvage and retries would compare little."""
    stored = [json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.iterdir()]
    assert {golden["result"]["stop"] for golden in stored} == {"solved", "exhausted", "budget"}
    edges = [edge for golden in stored for edge in golden["edges"]]
    assert {edge["outcome"] for edge in edges} == {"solved", "advanced", "rejected", "salvaged", "split"}
    assert {edge["status"] for edge in edges} == {"open", "proved", "dead"}
    assert any(golden["result"]["retries"] for golden in stored)
    assert any(len(edge["children"]) != len(set(edge["children"])) for edge in edges)
