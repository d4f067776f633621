"""A strategy of one's own: a function over a search in progress. Budgets, cancelling and events work by themselves.

`SearchContext.expand` asks the policy for the actions of a node, `SearchContext.step` carries one out and returns the
new edges.
"""

from dataclasses import dataclass
from typing import Any

from prover import Prover, strategy
from search import Options, SearchContext, Status


@dataclass(frozen=True, kw_only=True)
class DepthOptions(Options):
    """`depth`: how many actions deep the search goes."""

    depth: int = 6


@strategy("depth-first", options=DepthOptions)
def depth_first(run: SearchContext[Any], options: DepthOptions, seed: int) -> None:
    """The first action that holds, then the first that holds after it."""

    def visit(number: int, left: int) -> None:
        node = run.expand(number)
        for suggestion in node.proposals or ():
            if node.status is not Status.OPEN or left == 0:
                return
            for edge in run.step(number, suggestion):
                for child in edge.children:
                    if run.graph.nodes[child].status is Status.OPEN:
                        visit(child, left - 1)

    visit(0, options.depth)


with Prover(strategy="depth-first", budget="lean_calls=60") as prover:
    attempt = prover.prove("theorem t (p q : Prop) (hp : p) (hq : q) : q ∧ p := by")

print(attempt.status, "with", attempt.strategy, "in", attempt.cost.lean_calls, "Lean calls")
