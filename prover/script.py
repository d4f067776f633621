"""Writes a proof tree as a block of tactics.

Independent goals become `·` blocks in their order. Where some goals depend on each other, those are proved last,
together; goals in front of an independent one are rotated out of its way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prover.lean.block import indent
from prover.types import ProofState
from search.proof import Proof
from search.tree import SPLIT

Parts = tuple[tuple[int, ...], ...]
PartsAfter = Callable[[ProofState, str], Parts]
"""Carries an action out again and returns the positions of the goals that belong together afterwards."""


def script(proof: Proof[ProofState], parts_after: PartsAfter) -> str:
    """Return the block of tactics of a proof. `parts_after` is asked only where goals depend on each other."""
    lines = [] if proof.action == SPLIT else [proof.action]
    children = proof.children
    if len(children) == 1:
        lines.append(script(children[0], parts_after))
    elif children:
        blocks = [script(child, parts_after) for child in children]
        if all(len(child.state.goals) == 1 for child in children):
            lines.extend(_bullet(block) for block in blocks)
        else:
            lines.extend(_rotated(blocks, parts_after(proof.state, proof.action)))
    return "\n".join(line for line in lines if line)


def steps(proof: Proof[ProofState]) -> int:
    """Count the actions of a proof as they stand in its script."""
    return sum(1 for _ in proof.actions())


def _bullet(block: str) -> str:
    return "· " + indent(block, 2).lstrip(" ")


def _rotated(blocks: Sequence[str], parts: Parts) -> list[str]:
    alone = {part[0] for part in parts if len(part) == 1}
    goals = max(max(part) for part in parts) + 1
    lines: list[str] = []
    left = len(alone)
    independent = iter(blocks)
    for goal in range(goals):
        if goal in alone:
            lines.append(_bullet(next(independent)))
            left -= 1
        elif left:
            lines.append("rotate_left")
        else:
            break
    # Every goal of the last part was rotated as often as any other of them, or not at all behind the last independent
    # one: bring those that were rotated back in front.
    rotated = sum(1 for line in lines if line == "rotate_left")
    if rotated and goals - len(alone) != rotated:
        lines.append(f"rotate_right {rotated}")
    lines.append(blocks[-1])
    return lines
