"""The invariants of an AND/OR graph, checked from first principles.

`ENABLED` is the one switch: tests set it, and then every search checks its graph after every change. A check costs time
linear in the graph, so a search that is checked costs quadratic time.
"""

from __future__ import annotations

from typing import Any

from search.tree import Graph, Outcome, Status

ENABLED = False


def check(graph: Graph[Any], before: list[Status] | None = None) -> list[Status]:
    """Raise `AssertionError` unless the graph is sound; return the statuses of its nodes.

    Given the statuses an earlier check returned, also check that nodes were only added and that a status which was
    settled stays. *Proved* must be exactly the least fixed point over the edges; *dead* must exclude every node that an
    untried action could still prove, and include every exhausted node without a live edge.
    """
    statuses = [node.status for node in graph.nodes]
    _check_links(graph)
    _check_statuses(graph)
    if before is not None:
        assert len(statuses) >= len(before), "nodes were removed"
        for number, (old, new) in enumerate(zip(before, statuses, strict=False)):
            assert old is Status.OPEN or old is new, f"node {number} went from {old.value} to {new.value}"
    return statuses


def _check_links(graph: Graph[Any]) -> None:
    for number, node in enumerate(graph.nodes):
        found = graph.find(node.state)
        assert found is node and node.id == number, f"node {number} is not the node of its state"
        for action, tried in node.edges.items():
            edge = graph.edges[tried]
            assert edge.source == number and edge.action == action, f"edge {tried} is not an edge of node {number}"
        for parent in node.parents:
            assert number in graph.edges[parent].children, f"edge {parent} does not lead to node {number}"
        untried = [s.action for s in node.proposals or () if s.action not in node.edges]
        assert node.untried == len(untried), f"node {number} miscounts its untried actions"
        live = [tried for tried in node.edges.values() if graph.edges[tried].status is not Status.DEAD]
        assert node.live == len(live), f"node {number} miscounts its live edges"
    for number, edge in enumerate(graph.edges):
        assert edge.id == number and graph.nodes[edge.source].edges[edge.action] == number, f"edge {number} is lost"
        assert bool(edge.children) == (edge.outcome not in (Outcome.SOLVED, Outcome.REJECTED))
        for child in set(edge.children):
            assert graph.nodes[child].parents.count(number) == 1, f"node {child} does not know its parent {number}"


def _check_statuses(graph: Graph[Any]) -> None:
    proved = _closure(graph, set())
    hopeful = _closure(graph, {node.id for node in graph.nodes if not node.exhausted})
    for node in graph.nodes:
        assert (node.status is Status.PROVED) == (node.id in proved), f"node {node.id} is proved wrongly or belatedly"
        assert node.status is not Status.DEAD or node.id not in hopeful, f"node {node.id} is dead but could be proved"
        if node.exhausted and node.live == 0:
            assert node.status is Status.DEAD, f"node {node.id} should be dead"
        if node.status is Status.PROVED:
            assert node.proved_by is not None and node.rank is not None
            ranks = [graph.nodes[child].rank for child in graph.edges[node.proved_by].children]
            assert all(rank is not None and rank < node.rank for rank in ranks), f"node {node.id} is proved in a circle"
    for edge in graph.edges:
        children = [graph.nodes[child].status for child in edge.children]
        dead = edge.outcome is Outcome.REJECTED or edge.source in edge.children or Status.DEAD in children
        done = not dead and all(status is Status.PROVED for status in children)
        expected = Status.DEAD if dead else Status.PROVED if done else Status.OPEN
        assert edge.status is expected, f"edge {edge.id} is {edge.status.value}, not {expected.value}"


def _closure(graph: Graph[Any], reached: set[int]) -> set[int]:
    """Return the least set with `reached` that holds the source of every accepted edge into it."""
    accepted = [edge for edge in graph.edges if edge.outcome is not Outcome.REJECTED]
    size = -1
    while size != len(reached):
        size = len(reached)
        reached |= {edge.source for edge in accepted if reached.issuperset(edge.children)}
    return reached
