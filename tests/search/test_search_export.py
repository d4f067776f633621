"""Graphs as documents: nothing is lost, and the document is plain JSON."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings

import search
from search import Budget, Graph, Solved, Suggestion
from search.export import FORMAT, GraphDocument, NodeDocument, to_document, to_dot, to_json, to_networkx
from search.testing import PROVED, Game, Goals, ScriptedPolicy, Table
from tests.search.search_cases import CASES, Match, matches, suggestions

TABLE: Table = {
    "g0": {"both": ("g1", "g2", "g1"), "no": 'first\nsecond "line"'},
    "g1": {"a": PROVED},
    "g2": {"a": PROVED, "b": "never tried"},
    "g3": {},
}
POLICY = {"g0": suggestions(no=0.6, both=0.4), "g1": suggestions(a=1.0), "g2": suggestions(a=0.6, b=0.4)}


def solved() -> Graph[Goals]:
    return search.mcts(("g0",), Game(TABLE), ScriptedPolicy(POLICY), Budget()).graph


def test_the_document() -> None:
    document = json.loads(to_json(solved(), " ".join))
    assert document["format"] == FORMAT
    root, left, right = document["nodes"]
    assert (root["label"], root["status"], root["on_proof"], root["depth"]) == ("g0", "proved", True, 0)
    assert root["proposals"] == [
        {"action": "no", "log_prob": pytest.approx(math.log(0.6))},
        {"action": "both", "log_prob": pytest.approx(math.log(0.4))},
    ]
    assert (left["label"], right["label"], right["depth"]) == ("g1", "g2", 1)
    assert root["cost"]["generations"] == 2
    no, both, *_ = document["edges"]
    assert (no["outcome"], no["kind"], no["reason"]) == ("rejected", "error", 'first\nsecond "line"')
    assert (both["source"], both["children"], both["on_proof"]) == (0, [1, 2, 1], True)
    assert (both["kind"], both["reason"]) == (None, "")
    assert both["cost"]["lean_calls"] == 1
    assert both["visits"] == 2
    assert no["mean"] is None
    assert both["mean"] == pytest.approx((0.25 + 1.0) / 2)


def keys(document: type[Any]) -> set[str]:
    return set(document.__annotations__)


@given(match=matches())
@settings(deadline=None)
def test_nothing_is_lost(match: Match) -> None:
    from search.export import EdgeDocument

    graph = CASES["best-first"](match.root, match.game(), match.policy(), Budget(steps=20)).graph
    document: GraphDocument = to_document(to_networkx(graph, repr))
    assert keys(GraphDocument) == set(document)
    for node, drawn in zip(graph.nodes, document["nodes"], strict=True):
        assert set(drawn) == keys(NodeDocument)
        assert (drawn["id"], drawn["label"], drawn["status"]) == (node.id, repr(node.state), node.status.value)
        assert (drawn["proposals"] is None) == (node.proposals is None)
    for edge, line in zip(graph.edges, document["edges"], strict=True):
        assert set(line) == keys(EdgeDocument)
        assert (line["id"], line["source"], tuple(line["children"])) == (edge.id, edge.source, edge.children)
        assert (line["action"], line["outcome"], line["status"]) == (edge.action, edge.outcome.value, edge.status.value)
    on_proof = [line for line in document["edges"] if line["on_proof"]]
    assert bool(on_proof) == (graph.root.status is search.Status.PROVED)
    assert all(document["nodes"][line["source"]]["on_proof"] for line in on_proof)
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_the_networkx_graph_is_bipartite() -> None:
    drawn = to_networkx(solved())
    assert nx.is_bipartite(drawn)
    assert list(drawn.successors("n0")) == ["e0", "e1"]
    assert drawn["e1"]["n1"]["place"] == [0, 2]
    assert drawn["e1"]["n2"]["place"] == [1]
    assert drawn.nodes["n1"]["label"] == str(("g1",))


def test_minus_infinity_is_null() -> None:
    graph: Graph[str] = Graph("a", ["a"])
    graph.propose(0, [Suggestion("x", -math.inf)])
    graph.add(0, Suggestion("x", -math.inf), Solved(), (), search.Cost())
    document = json.loads(to_json(graph))
    assert document["edges"][0]["log_prob"] is None
    assert document["nodes"][0]["proposals"][0]["log_prob"] is None


def test_dot() -> None:
    text = to_dot(solved(), " ".join)
    assert re.search(r'^  n0 \[label="g0", shape=box, color=forestgreen, style=bold\];$', text, re.MULTILINE)
    assert re.search(r'^  e0 \[label="no", shape=ellipse, color=firebrick\];$', text, re.MULTILINE)
    assert "  n0 -> e1 [style=bold];" in text
    assert "  n0 -> e0;" in text
    assert text.count("{") == text.count("}") == 1


def test_dot_quotes_labels() -> None:
    graph: Graph[str] = Graph('say "hi"\\\nthere', ['say "hi"\\\nthere'])
    assert '[label="say \\"hi\\"\\\\\\nthere", shape=box' in to_dot(graph)
    assert '[label="(split)", shape=ellipse' in to_dot(Graph("a b", ["a", "b"]))


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_reads_it() -> None:
    subprocess.run(["dot", "-Tsvg"], input=to_dot(solved()), text=True, capture_output=True, check=True)
