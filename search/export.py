"""The graph of a search to look at: networkx, a plain document for JSON, DOT.

The only module that needs networkx. In the networkx graph both parts and actions are vertices, named `"n3"` and `"e5"`
after their numbers, so that an action that leaves several parts is one vertex with several successors. The proof's path
is marked: `on_proof` is true for the nodes and edges that the extracted proof consists of.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final, Literal, TypedDict

import networkx as nx

from search.proof import justified
from search.tree import Graph
from search.types import Cost, S

FORMAT: Final = "search-graph/1"
"""The version of the document; it changes whenever a field changes its name or meaning."""


CostDocument = dict[str, int | float]
"""The units of `search.types.Cost` by name."""


_COSTS = tuple(unit.name for unit in fields(Cost))


class PriorDocument(TypedDict):
    """A suggestion that the policy made, tried or not."""

    action: str
    log_prob: float | None


class NodeDocument(TypedDict):
    """An OR node. `proposals` is None if the policy was not asked, `mean` if no rollout went through the node."""

    id: int
    label: str
    status: str
    depth: int
    on_proof: bool
    proposals: list[PriorDocument] | None
    value: float | None
    visits: int
    mean: float | None
    cost: CostDocument


class EdgeDocument(TypedDict):
    """An AND edge from `source` to all of `children`; `kind` and `reason` only if it was rejected."""

    id: int
    source: int
    children: list[int]
    action: str
    log_prob: float | None
    outcome: str
    status: str
    on_proof: bool
    kind: str | None
    reason: str
    visits: int
    mean: float | None
    cost: CostDocument


class GraphDocument(TypedDict):
    """A whole graph. Node 0 is the root; nodes and edges are in the order in which the search added them."""

    format: Literal["search-graph/1"]
    nodes: list[NodeDocument]
    edges: list[EdgeDocument]


def to_networkx(graph: Graph[S], label: Callable[[S], str] = str) -> nx.DiGraph[str]:
    """Return the graph with parts and actions as vertices; `label` renders a state.

    The attribute `type` is "node" or "edge"; the other attributes are the fields of `NodeDocument` and `EdgeDocument`
    except `source` and `children`, which become arcs; an arc to a child has the attribute `place`, the places of the
    child among the parts that the action leaves.
    """
    nodes_used, edges_used = justified(graph)
    drawn: nx.DiGraph[str] = nx.DiGraph(format=FORMAT)
    for node in graph.nodes:
        proposals = None if node.proposals is None else [_prior(s.action, s.log_prob) for s in node.proposals]
        drawn.add_node(
            f"n{node.id}",
            type="node",
            id=node.id,
            label=label(node.state),
            status=node.status.value,
            depth=node.depth,
            on_proof=node.id in nodes_used,
            proposals=proposals,
            value=node.value,
            visits=node.visits,
            mean=node.total / node.visits if node.visits else None,
            cost=_cost(node.cost),
        )
    for edge in graph.edges:
        drawn.add_node(
            f"e{edge.id}",
            type="edge",
            id=edge.id,
            **_prior(edge.action, edge.log_prob),
            outcome=edge.outcome.value,
            status=edge.status.value,
            on_proof=edge.id in edges_used,
            kind=None if edge.kind is None else edge.kind.value,
            reason=edge.reason,
            visits=edge.visits,
            mean=edge.total / edge.weight if edge.weight else None,
            cost=_cost(edge.cost),
        )
        drawn.add_edge(f"n{edge.source}", f"e{edge.id}")
        for child in dict.fromkeys(edge.children):
            places = [place for place, part in enumerate(edge.children) if part == child]
            drawn.add_edge(f"e{edge.id}", f"n{child}", place=places)
    return drawn


def to_document(drawn: nx.DiGraph[str]) -> GraphDocument:
    """Return the document of a graph that `to_networkx` made: plain lists, dicts, texts and numbers."""
    nodes: list[Any] = []
    edges: list[Any] = []
    for name, attributes in drawn.nodes(data=True):
        fields = {key: value for key, value in attributes.items() if key != "type"}
        if attributes["type"] == "node":
            nodes.append(fields)
            continue
        places = {place: child for _, child, arc in drawn.out_edges(name, data=True) for place in arc["place"]}
        (source,) = drawn.predecessors(name)
        fields["source"] = drawn.nodes[source]["id"]
        fields["children"] = [drawn.nodes[places[place]]["id"] for place in sorted(places)]
        edges.append(fields)
    return {"format": FORMAT, "nodes": nodes, "edges": edges}


def to_json(graph: Graph[S], label: Callable[[S], str] = str, *, indent: int | None = None) -> str:
    """Return the document as JSON, the same text for the same graph. A log-probability of minus infinity is null."""
    document = to_document(to_networkx(graph, label))
    return json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=indent)


def to_dot(graph: Graph[S], label: Callable[[S], str] = str) -> str:
    """Return the graph in Graphviz's language: boxes for parts, ellipses for actions, the proof in bold."""
    drawn = to_networkx(graph, label)
    colours = {"open": "gray40", "proved": "forestgreen", "dead": "firebrick"}
    lines = ["digraph search {", "  node [fontname=monospace];"]
    for name, attributes in drawn.nodes(data=True):
        text = attributes["label"] if attributes["type"] == "node" else attributes["action"] or "(split)"
        shape = "box" if attributes["type"] == "node" else "ellipse"
        style = ", style=bold" if attributes["on_proof"] else ""
        lines.append(f"  {name} [label={_quoted(text)}, shape={shape}, color={colours[attributes['status']]}{style}];")
    for tail, head in drawn.edges():
        style = " [style=bold]" if drawn.nodes[tail]["on_proof"] and drawn.nodes[head]["on_proof"] else ""
        lines.append(f"  {tail} -> {head}{style};")
    return "\n".join([*lines, "}", ""])


def _prior(action: str, log_prob: float) -> PriorDocument:
    # JSON has no infinities.
    return {"action": action, "log_prob": log_prob if log_prob > -float("inf") else None}


def _cost(cost: Cost) -> CostDocument:
    return {unit: getattr(cost, unit) for unit in _COSTS}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
