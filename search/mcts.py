"""Monte-Carlo tree search over the AND/OR graph.

A rollout has the textbook phases. *Select*: from the root, follow the best arm of every node (`search.bandit`) and, at
an edge, all open children at once; the result is a hypertree (HTPS, 2205.11491). *Expand*: ask the policy
at leaves it was not asked for, and carry out one untried action at every leaf. *Evaluate*: ask the critic for the
values of the new parts; without a critic they are `default_value`. An arm that was never followed has the value of its
node. *Backup*: the value of an edge is the product of the
values of its children, all of which have to be proved (HTPS), or their minimum, the hardest one
(AlphaProof).

A rejected action adds a visit to the nodes above it and leaves their mean values as they were, so that a node that
keeps failing is left for others. Proved nodes count 1 and dead nodes 0; neither is visited again.

With `intrinsic` the rewards are those of RMaxTS (DeepSeek-Prover-V1.5, 2408.08152, "Intrinsic Rewards for Monte-Carlo
Tree Search"): 1 if the rollout added a node to the graph or proved one, else 0, and arms are chosen by discounted upper
confidence bounds. The rule has no use for the critic or for priors beyond their order.

`parallel` rollouts are selected one after the other, each under the virtual losses of those before it, and carried out
together; this is part of the algorithm and changes the graph, unlike `width` and `batch`. Within a round, results are
committed in the order of selection.

A path never leads through a node twice. When a round finds nothing new, nodes that only cycles keep open are closed and
the oldest untried action that can help the root is carried out; at a node where all failed, a policy that samples is
asked again. So the search is complete: given budget and a `k` that
covers all actions, a provable root of a finite game is proved, and otherwise the root ends dead.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Literal

from search.bandit import Arm, Trials, discounted_ucb, make_arms, puct
from search.context import Options, Request, SearchContext, require
from search.hooks import NO_HOOKS, Hooks
from search.result import SearchResult
from search.rollout import Rollout, Visit, leaves_of, open_to, select
from search.tree import Edge, Node, Status
from search.types import Budget, Environment, Policy, S, Suggestion, Value


@dataclass(frozen=True, kw_only=True)
class MctsOptions(Options):
    """Options of `mcts`.

    `exploration`: the constant c of PUCT. `default_value`: the value of a part without a critic. `backup`: how the
    values of an edge's children combine. `parallel`: rollouts selected together. `virtual_loss`: visits of value 0 that
    a selected arm counts until its rollout is backed up. `widening`: a node with N visits considers only its first
    ceil(widening * (N + 1) ^ widening_exponent) actions that have not failed (progressive widening, Coulom 2007); None
    considers all. `intrinsic`: rewards for new nodes, with `discount` per visit. Widening applies to PUCT only.
    """

    exploration: float = 1.0
    default_value: float = 0.5
    backup: Literal["product", "min"] = "product"
    parallel: int = 1
    virtual_loss: float = 1.0
    widening: float | None = None
    widening_exponent: float = 0.5
    intrinsic: bool = False
    discount: float = 0.99

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.exploration > 0.0, "exploration", "above 0")
        require(0.0 <= self.default_value <= 1.0, "default_value", "in [0, 1]")
        require(self.backup in ("product", "min"), "backup", "'product' or 'min'")
        require(self.parallel >= 1, "parallel", "at least 1")
        require(self.virtual_loss > 0.0, "virtual_loss", "above 0")
        require(self.widening is None or self.widening > 0.0, "widening", "above 0, or None")
        require(self.widening_exponent > 0.0, "widening_exponent", "above 0")
        require(0.0 < self.discount <= 1.0, "discount", "in (0, 1]")


def mcts(
    root: S,
    env: Environment[S],
    policy: Policy[S],
    budget: Budget,
    *,
    seed: int = 0,
    value: Value[S] | None = None,
    hooks: Hooks = NO_HOOKS,
    options: MctsOptions = MctsOptions(),
) -> SearchResult[S]:
    """Search for a proof of `root` by rollouts. Nothing is random: `seed` has no effect."""
    run = SearchContext(root, env, policy, budget, options, value, hooks)
    return run.finish(_Mcts(run, options).search)


class _Mcts(Generic[S]):
    """The state of one search: the arms and trials of every expanded node, and how much was asked so far."""

    def __init__(self, run: SearchContext[S], options: MctsOptions) -> None:
        self.run = run
        run.widens = True
        self.graph = run.graph
        self.options = options
        self.arms: dict[int, list[Arm]] = {}
        self.trials: dict[int, Trials] = {}
        self.asked = 0
        self.evaluated = 0

    def search(self) -> None:
        for edge in self.graph.edges:
            self.arms[0] = [Arm(Suggestion(edge.action, edge.log_prob), 1.0, edge)]
            self.trials[0] = Trials()
        while self.graph.root.status is Status.OPEN:
            before = self.asked
            self._round()
            if self.asked == before and self.graph.root.status is Status.OPEN:
                self.graph.close_cycles()
                self.run.record()
                self._try_oldest()

    def _round(self) -> None:
        rollouts, losses = select(self.graph, self.arms, self._pick, self.options.parallel)
        leaves = [leaf for rollout in rollouts for leaf in leaves_of(rollout)]
        for leaf in leaves:
            self._expand(leaf, leaves)
        news = []
        for rollout in rollouts:
            before = (len(self.graph.nodes), self.graph.proved)
            for leaf in leaves_of(rollout):
                # A leaf before it may have settled the node, or a node or an edge above it.
                if open_to(self.graph, rollout, leaf):
                    self._carry_out(leaf, leaves)
            news.append(before != (len(self.graph.nodes), self.graph.proved))
        for arm in losses:
            arm.virtual -= 1
        self._evaluate()
        for rollout, new in zip(rollouts, news, strict=True):
            if self.options.intrinsic:
                self._reward(rollout, float(new))
            else:
                self._backup(rollout)

    def _pick(self, node: Node[S], path: set[int]) -> Arm | None:
        options = self.options
        arms = self.arms[node.id]
        # A path may not return to the node itself either.
        path.add(node.id)
        if options.intrinsic:
            chosen = discounted_ucb(arms, path, self.trials[node.id], options.virtual_loss)
        else:
            most = math.inf
            if options.widening is not None:
                most = math.ceil(options.widening * (node.visits + 1) ** options.widening_exponent)
            first = self.options.default_value if node.value is None else node.value
            chosen = puct(arms, path, node.visits, first, options.exploration, options.virtual_loss, most)
        path.remove(node.id)
        return chosen

    def _expand(self, leaf: Visit, others: Rollout) -> None:
        """Ask the policy at a leaf it was not asked for, and choose the action to carry out there."""
        if leaf.node not in self.arms:
            node = self.run.expand(leaf.node, lambda: self._nodes_ahead(others))
            self.asked += 1
            self.arms[leaf.node] = make_arms(node.proposals or ())
            self.trials[leaf.node] = Trials()
        if leaf.arm is None:
            leaf.arm = self._pick(self.graph.nodes[leaf.node], set())

    def _carry_out(self, leaf: Visit, others: Rollout) -> None:
        arm = leaf.arm
        if arm is None:
            return
        if arm.edge is None:
            edges = self.run.step(leaf.node, arm.suggestion, lambda: self._requests_ahead(others))
            self.asked += 1
            leaf.tried = True
            for edge in edges:
                self._bind(leaf.node, edge, arm.prior)
            leaf.edge = edges[0]
        else:
            leaf.edge = arm.edge

    def _bind(self, node: int, edge: Edge, prior: float) -> None:
        """Give an edge to its arm; a salvaged prefix that no policy proposed becomes a new arm."""
        for arm in self.arms[node]:
            if arm.suggestion.action == edge.action:
                arm.edge = edge
                return
        self.arms[node].append(Arm(Suggestion(edge.action, edge.log_prob), prior, edge))

    def _evaluate(self) -> None:
        self.run.estimate(range(self.evaluated, len(self.graph.nodes)))
        self.evaluated = len(self.graph.nodes)

    def _backup(self, rollout: Rollout) -> None:
        below: list[dict[int, float]] = [{} for _ in rollout]
        for place in range(len(rollout) - 1, -1, -1):
            visit = rollout[place]
            node, edge = self.graph.nodes[visit.node], visit.edge
            if visit.arm is None:
                value = 0.0
            elif edge is None or edge.status is Status.DEAD:
                value = self._mean(node)
            else:
                values = [
                    below[place].get(child, self._mean(self.graph.nodes[child]))
                    for child in dict.fromkeys(edge.children)
                ]
                value = math.prod(values) if self.options.backup == "product" else min(values, default=1.0)
                _count(edge, value, 1.0)
            node.visits += 1
            node.total += value
            if visit.above >= 0:
                below[visit.above][visit.node] = value

    def _reward(self, rollout: Rollout, reward: float) -> None:
        for visit in rollout:
            node = self.graph.nodes[visit.node]
            node.visits += 1
            node.total += reward
            if visit.tried:
                trials = self.trials[visit.node]
                trials.weight = self.options.discount * trials.weight + 1.0
                trials.total = self.options.discount * trials.total + reward
            if visit.edge is not None and visit.edge.status is not Status.DEAD:
                _count(visit.edge, reward, self.options.discount)

    def _mean(self, node: Node[S]) -> float:
        if node.status is not Status.OPEN:
            return 1.0 if node.status is Status.PROVED else 0.0
        if node.visits:
            return node.total / node.visits
        return self.options.default_value if node.value is None else node.value

    def _try_oldest(self) -> None:
        oldest = self.run.oldest()
        if oldest is not None:
            leaf = Visit(oldest, -1, None)
            self._expand(leaf, [])
            leaf.arm = next((arm for arm in self.arms[oldest] if arm.edge is None), None)
            if leaf.arm is None and self.graph.nodes[oldest].more:
                fresh = make_arms(self.run.widen(oldest))
                self.asked += 1
                self.arms[oldest] += fresh
                leaf.arm = fresh[0] if fresh else None
            self._carry_out(leaf, [])
            self._evaluate()

    def _foresee(self, number: int) -> Rollout:
        """Return the leaves of the next rollouts, as they would be if nothing changed but the virtual losses."""
        rollouts, losses = select(self.graph, self.arms, self._pick, number)
        for arm in losses:
            arm.virtual -= 1
        return [leaf for rollout in rollouts for leaf in leaves_of(rollout)]

    def _nodes_ahead(self, others: Rollout) -> Iterator[int]:
        for leaf in [*others, *self._foresee(self.options.batch)]:
            if leaf.node not in self.arms:
                yield leaf.node

    def _requests_ahead(self, leaves: Rollout) -> Iterator[Request]:
        for leaf in leaves:
            if leaf.arm is not None and leaf.edge is None:
                yield leaf.node, leaf.arm.suggestion
        # If an action fails, the next at its node is likely to be chosen soon: the measured best is two such guesses,
        # then the leaves of the next rollouts.
        for leaf in leaves:
            untried = (arm for arm in self.arms.get(leaf.node, ()) if arm.edge is None)
            yield from ((leaf.node, arm.suggestion) for arm in itertools.islice(untried, 3))
        for leaf in self._foresee(self.options.width // 2):
            if leaf.arm is not None and leaf.edge is None:
                yield leaf.node, leaf.arm.suggestion
            elif leaf.node not in self.arms:
                yield from ((leaf.node, suggestion) for suggestion in self.run.lookahead(leaf.node)[:1])


def _count(edge: Edge, value: float, discount: float) -> None:
    edge.visits += 1
    edge.weight = discount * edge.weight + 1.0
    edge.total = discount * edge.total + value
