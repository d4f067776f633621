"""Rollouts: the select phase of tree search over an AND/OR graph.

A rollout is a hypertree (HTPS, 2205.11491): from the root it follows one arm at every node and all open
children of that arm's edge. It is listed from the root downwards, every node once, the first part first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from search.bandit import Arm
from search.tree import Edge, Graph, Node, Status
from search.types import S


@dataclass(slots=True, eq=False)
class Visit:
    """A node in a rollout, the place of the visit above it, and the arm and edge followed.

    A leaf has no edge until its action is carried out; `tried` tells that the rollout did so. A node is `blocked` if it
    has arms and all of them lead back to the path.
    """

    node: int
    above: int
    arm: Arm | None
    edge: Edge | None = None
    blocked: bool = False
    tried: bool = False


Rollout = list[Visit]

Pick = Callable[[Node[S], set[int]], Arm | None]
"""Chooses an arm at a node, given the nodes on the path to it; None if there is none."""


def select(
    graph: Graph[S], arms: Mapping[int, list[Arm]], pick: Pick[S], number: int
) -> tuple[list[Rollout], list[Arm]]:
    """Select rollouts, each under the virtual losses of those before it; return them and the arms with a loss.

    A rollout that ends nowhere but where earlier ones end is dropped.
    """
    rollouts: list[Rollout] = []
    losses: list[Arm] = []
    claimed: set[tuple[int, Arm | None]] = set()
    for _ in range(number):
        rollout = descend(graph, arms, pick)
        for visit in rollout:
            if visit.arm is not None:
                visit.arm.virtual += 1
                losses.append(visit.arm)
        ends = {(visit.node, visit.arm) for visit in rollout if visit.edge is None}
        if not ends <= claimed:
            claimed |= ends
            rollouts.append(rollout)
    return rollouts, losses


def descend(graph: Graph[S], arms: Mapping[int, list[Arm]], pick: Pick[S]) -> Rollout:
    """Select one rollout; `arms` holds the arms of the nodes that were expanded."""
    rollout: Rollout = []
    path: set[int] = set()
    seen: set[int] = set()
    stack = [(0, -1)]
    while stack:
        number, above = stack.pop()
        if number < 0:
            path.remove(~number)
            continue
        node = graph.nodes[number]
        if number in seen or node.status is not Status.OPEN:
            continue
        seen.add(number)
        arm = pick(node, path) if number in arms else None
        edge = None if arm is None else arm.edge
        visit = Visit(number, above, arm, edge, blocked=arm is None and number in arms)
        if edge is not None:
            path.add(number)
            # The complement marks the way back, when everything below the node has been visited.
            stack.append((~number, above))
            stack.extend((child, len(rollout)) for child in reversed(edge.children))
        rollout.append(visit)
    return rollout


def leaves_of(rollout: Rollout) -> Rollout:
    """Return the visits whose action has not been carried out or not even been chosen."""
    return [visit for visit in rollout if visit.edge is None and not visit.blocked]


def open_to(graph: Graph[S], rollout: Rollout, leaf: Visit) -> bool:
    """Tell whether everything on the way from the root to a leaf is still open."""
    visit = leaf
    while graph.nodes[visit.node].status is Status.OPEN:
        if visit.above < 0:
            return True
        visit = rollout[visit.above]
        if visit.edge is None or visit.edge.status is not Status.OPEN:
            return False
    return False
