"""What is known in a ring, over atoms: positive and non-negative expressions, equations, and rules that eliminate."""

from __future__ import annotations

from dataclasses import dataclass

from prover.policies.certificates.algebra.trees import Tree


@dataclass(frozen=True, slots=True)
class Fact:
    """`0 < tree` (strict) or `0 ≤ tree`, with a proof."""

    tree: Tree
    proof: str
    strict: bool


@dataclass(frozen=True, slots=True)
class Equation:
    """`left = right`, with a proof."""

    left: Tree
    right: Tree
    proof: str


@dataclass(frozen=True, slots=True)
class Rule:
    """An equation that eliminates an atom: `t * q = p` for a quotient (power 1), `t ^ power = p` (`q` is 1) else.

    `positive` proves `0 < q`, or is empty where only `q ≠ 0` is known, by `nonzero`.
    """

    atom: int
    power: int
    factor: Tree
    value: Tree
    equation: Equation
    positive: str = ""
    nonzero: str = ""
