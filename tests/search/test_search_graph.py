"""The AND/OR graph: merging, status, cycles, extraction, and an invariant checker that notices what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search import SPLIT, Advanced, Cost, Graph, Outcome, Rejected, RejectionKind, Solved, Status, Suggestion, extract
from search.invariants import check
from search.proof import justified

FREE = Cost()
ERROR: Rejected[str] = Rejected(RejectionKind.ERROR, "no")
OPEN, PROVED, DEAD = Status.OPEN, Status.PROVED, Status.DEAD


def suggestion(action: str) -> Suggestion:
    return Suggestion(action, -1.0)


def propose(graph: Graph[str], state: str, *actions: str) -> None:
    node = graph.find(state)
    assert node is not None
    graph.propose(node.id, [suggestion(action) for action in actions])


def step(graph: Graph[str], state: str, action: str, *parts: str) -> None:
    node = graph.find(state)
    assert node is not None
    graph.add(node.id, suggestion(action), Advanced(" ".join(parts)), parts, FREE)


def solve(graph: Graph[str], state: str, action: str) -> None:
    node = graph.find(state)
    assert node is not None
    graph.add(node.id, suggestion(action), Solved(), (), FREE)


def reject(graph: Graph[str], state: str, action: str) -> None:
    node = graph.find(state)
    assert node is not None
    graph.add(node.id, suggestion(action), ERROR, (), FREE)


def statuses(graph: Graph[str]) -> dict[str, Status]:
    check(graph)
    return {node.state: node.status for node in graph.nodes}


def example() -> Graph[str]:
    """A root with two ways: both parts b and c, or d, which leads back to the root."""
    graph = Graph("a", ["a"])
    propose(graph, "a", "both", "one")
    step(graph, "a", "both", "b", "c")
    step(graph, "a", "one", "d")
    propose(graph, "d", "back")
    step(graph, "d", "back", "a")
    return graph


def test_an_and_edge_needs_all_its_children() -> None:
    graph = example()
    solve(graph, "b", "close b")
    assert statuses(graph) == {"a": OPEN, "b": PROVED, "c": OPEN, "d": OPEN}
    assert extract(graph) is None
    solve(graph, "c", "close c")
    assert statuses(graph) == {"a": PROVED, "b": PROVED, "c": PROVED, "d": PROVED}
    proof = extract(graph)
    assert proof is not None
    assert (proof.action, [child.action for child in proof.children]) == ("both", ["close b", "close c"])
    assert list(proof.actions()) == ["both", "close b", "close c"]


def test_one_dead_child_kills_the_edge() -> None:
    graph = example()
    propose(graph, "b", "x")
    reject(graph, "b", "x")
    assert statuses(graph) == {"a": OPEN, "b": DEAD, "c": OPEN, "d": OPEN}
    assert graph.edges[0].status is DEAD


def test_no_proposal_at_all_is_a_dead_end() -> None:
    graph = Graph("a", ["a"])
    propose(graph, "a")
    assert statuses(graph) == {"a": DEAD}


def test_only_a_cycle_is_left() -> None:
    graph = example()
    propose(graph, "b")
    assert statuses(graph) == {"a": OPEN, "b": DEAD, "c": OPEN, "d": OPEN}
    graph.close_cycles()
    assert statuses(graph) == {"a": DEAD, "b": DEAD, "c": OPEN, "d": DEAD}


def test_a_cycle_with_a_way_out_stays_open() -> None:
    graph = example()
    propose(graph, "b")
    propose(graph, "d", "another")
    graph.close_cycles()
    assert statuses(graph) == {"a": OPEN, "b": DEAD, "c": OPEN, "d": OPEN}
    solve(graph, "d", "another")
    assert statuses(graph)["a"] is PROVED
    proof = extract(graph)
    assert proof is not None
    assert list(proof.actions()) == ["one", "another"]


def test_an_edge_needs_hope_for_all_its_children() -> None:
    graph = Graph("a", ["a"])
    propose(graph, "a", "both")
    step(graph, "a", "both", "b", "c")
    propose(graph, "b", "back")
    step(graph, "b", "back", "a")
    assert statuses(graph) == {"a": OPEN, "b": OPEN, "c": OPEN}
    graph.close_cycles()
    assert statuses(graph) == {"a": DEAD, "b": DEAD, "c": OPEN}


def test_an_edge_to_its_own_source_is_dead_at_once() -> None:
    graph = Graph("a", ["a"])
    propose(graph, "a", "stay")
    step(graph, "a", "stay", "b", "a")
    assert statuses(graph) == {"a": DEAD, "b": OPEN}


def test_an_edge_to_known_nodes_is_settled_at_once() -> None:
    graph = example()
    solve(graph, "c", "close c")
    propose(graph, "a", "third", "fourth")
    propose(graph, "b")
    step(graph, "a", "third", "b", "c")
    assert graph.edges[-1].status is DEAD
    step(graph, "a", "fourth", "c", "c")
    assert statuses(graph)["a"] is PROVED
    proof = extract(graph)
    assert proof is not None
    assert list(proof.actions()) == ["fourth", "close c", "close c"]


def test_the_first_proof_is_kept() -> None:
    graph = example()
    for state in "bcd":
        solve(graph, state, f"close {state}")
    before = justified(graph)
    solve(graph, "a", "directly")
    check(graph)
    assert justified(graph) == before == ({0, 1, 2}, {0, 3, 4})


def test_a_root_of_several_parts() -> None:
    graph = Graph("b c b", ["b", "c", "b"])
    (split,) = graph.edges
    assert (split.action, split.outcome, split.children) == (SPLIT, Outcome.SPLIT, (1, 2, 1))
    solve(graph, "b", "close b")
    assert graph.root.status is OPEN
    solve(graph, "c", "close c")
    assert graph.root.status is PROVED
    proof = extract(graph)
    assert proof is not None
    assert list(proof.actions()) == ["close b", "close c", "close b"]
    assert proof.children[0] is proof.children[2]


def test_a_root_is_dead_with_one_of_its_parts() -> None:
    graph = Graph("b c", ["b", "c"])
    propose(graph, "c")
    assert statuses(graph) == {"b c": DEAD, "b": OPEN, "c": DEAD}


def test_relevance() -> None:
    graph = example()
    assert [graph.relevant(node.id) for node in graph.nodes] == [True] * 4
    assert not graph.relevant(3, ignoring=1)
    propose(graph, "c")
    assert [graph.relevant(node.id) for node in graph.nodes] == [True, False, False, True]
    step(graph, "d", "more", "b")
    assert [graph.relevant(node.id) for node in graph.nodes] == [True, True, False, True]
    solve(graph, "b", "close b")
    assert [graph.relevant(node.id) for node in graph.nodes] == [False] * 4


def test_what_is_below() -> None:
    graph = example()
    assert list(graph.below(0)) == [0, 3, 1, 2]
    assert list(graph.below(3)) == [3, 0, 1, 2]
    propose(graph, "c")
    assert list(graph.below(0)) == [0, 3]


def test_what_is_refused() -> None:
    graph = example()
    with pytest.raises(ValueError, match="tried before"):
        solve(graph, "a", "both")
    with pytest.raises(ValueError, match="no part"):
        step(graph, "a", "nowhere")
    for bad in (0.1, float("nan")):
        with pytest.raises(ValueError, match="log-probability"):
            graph.propose(0, [Suggestion("x", bad)])
    propose(graph, "b")
    with pytest.raises(ValueError, match="dead"):
        propose(graph, "b", "late")
    with pytest.raises(ValueError, match="dead"):
        solve(graph, "b", "late")
    assert len(graph.edges) == 3


def test_the_first_prior_of_an_action_counts() -> None:
    graph = Graph("a", ["a"])
    graph.propose(0, [Suggestion("x", -1.0), Suggestion("x", -2.0), Suggestion("y", -3.0)])
    graph.propose(0, [Suggestion("y", -1.0), Suggestion("z", -1.0)])
    assert graph.root.proposals == (Suggestion("x", -1.0), Suggestion("y", -3.0), Suggestion("z", -1.0))
    assert graph.root.untried == 3
    check(graph)


def test_absorbing_what_another_search_found() -> None:
    graph = example()
    other = Graph("b", ["b"])
    other.propose(0, [suggestion("to d"), suggestion("to e")], Cost(generations=2))
    step(other, "b", "to e", "e", "c")
    step(other, "b", "to d", "d")
    solve(other, "e", "close e")
    solve(other, "d", "close d")
    graph.absorb(other)
    assert statuses(graph) == {"a": PROVED, "b": PROVED, "c": OPEN, "d": PROVED, "e": PROVED}
    found = graph.find("b")
    assert found is not None
    assert found.cost == Cost(generations=2)
    graph.absorb(other)
    assert len(graph.edges) == 7
    check(graph)


def test_absorbing_leaves_dead_nodes_alone() -> None:
    graph = example()
    propose(graph, "b")
    other = Graph("b", ["b"])
    solve(other, "b", "close b")
    graph.absorb(other)
    assert statuses(graph)["b"] is DEAD
    with pytest.raises(ValueError, match="split_goals"):
        graph.absorb(Graph("x y", ["x", "y"]))


def spoil_status(graph: Graph[str]) -> None:
    graph.nodes[3].status = PROVED


def spoil_death(graph: Graph[str]) -> None:
    graph.nodes[2].status = DEAD


def spoil_belated(graph: Graph[str]) -> None:
    graph.nodes[1].status = OPEN


def spoil_count(graph: Graph[str]) -> None:
    graph.nodes[0].untried += 1


def spoil_live(graph: Graph[str]) -> None:
    graph.nodes[0].live -= 1


def spoil_parents(graph: Graph[str]) -> None:
    graph.nodes[2].parents.clear()


def spoil_edge(graph: Graph[str]) -> None:
    graph.edges[1].status = DEAD


def spoil_rank(graph: Graph[str]) -> None:
    graph.nodes[1].rank = None


def spoil_state(graph: Graph[str]) -> None:
    graph.nodes[2].state = "other"


def spoil_order(graph: Graph[str]) -> None:
    graph.edges.reverse()


def spoil_outcome(graph: Graph[str]) -> None:
    graph.edges[0].outcome = Outcome.SOLVED


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_status,
        spoil_death,
        spoil_belated,
        spoil_count,
        spoil_live,
        spoil_parents,
        spoil_edge,
        spoil_rank,
        spoil_state,
        spoil_order,
        spoil_outcome,
    ],
)
def test_the_checker_notices(spoil: Callable[[Graph[str]], None]) -> None:
    graph = example()
    solve(graph, "b", "close b")
    check(graph)
    spoil(graph)
    with pytest.raises(AssertionError):
        check(graph)


def test_the_checker_notices_a_circular_proof() -> None:
    graph = example()
    for state in "bcd":
        solve(graph, state, f"close {state}")
    check(graph)
    graph.nodes[0].proved_by, graph.nodes[3].proved_by = 1, 2
    with pytest.raises(AssertionError, match="circle"):
        check(graph)


def test_the_checker_notices_a_status_that_goes_back() -> None:
    graph = example()
    before = check(graph)
    check(graph, before)
    with pytest.raises(AssertionError, match="from dead to open"):
        check(graph, [OPEN, OPEN, DEAD, OPEN])
    with pytest.raises(AssertionError, match="removed"):
        check(graph, [*before, OPEN])
