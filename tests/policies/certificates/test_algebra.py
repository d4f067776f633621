"""Polynomials of trees, exact solutions of linear systems, and tight points."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("flint", reason="needs python-flint: pip install -e '.[certificates]'")
pytest.importorskip("scipy", reason="needs scipy: pip install -e '.[certificates]'")

from prover.policies.certificates.algebra.linear import nonnegative_solution, solve
from prover.policies.certificates.algebra.trees import Printer, Ring, Tree
from prover.policies.certificates.programs.points import tight_points, value
from prover.policies.certificates.reading.failures import TooLarge

TREES = st.recursive(
    st.one_of(st.integers(0, 5).map(lambda n: ("num", n)), st.integers(0, 2).map(lambda i: ("var", i))),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["add", "sub", "mul"]), inner, inner),
        inner.map(lambda item: ("neg", item)),
        st.tuples(st.just("pow"), inner, st.integers(0, 3)),
    ),
    max_leaves=8,
)


def _evaluated(tree: Tree, point: tuple[int, ...]) -> int:
    head = tree[0]
    if head == "num":
        return int(tree[1])
    if head == "var":
        return point[tree[1]]
    if head == "neg":
        return -_evaluated(tree[1], point)
    if head == "pow":
        return int(_evaluated(tree[1], point) ** tree[2])
    a, b = _evaluated(tree[1], point), _evaluated(tree[2], point)
    return {"add": a + b, "sub": a - b, "mul": a * b}[head]


@given(TREES, st.tuples(*[st.integers(-3, 3)] * 3))
def test_a_polynomial_has_the_values_of_its_tree(tree: Tree, point: tuple[int, ...]) -> None:
    ring = Ring(3)
    try:
        polynomial = ring.polynomial(tree)
    except TooLarge:
        return
    where = {index: Fraction(x) for index, x in enumerate(point)}
    assert value(polynomial, where) == _evaluated(tree, point)
    back, scale = ring.tree(polynomial)
    assert ring.polynomial(back) == polynomial * scale
    assert ring.polynomial(ring.factored(polynomial * scale)) == polynomial * scale


def test_atoms_are_numbered_as_they_are_met() -> None:
    printer = Printer(["a", "b", "c"])
    assert printer.expression(("add", ("var", 2), ("pow", ("var", 0), 2))) == "(.add (.var 0) (.pow (.var 1) 2))"
    assert printer.context() == "(.branch 1 (.leaf c) (.leaf a))"


@pytest.mark.parametrize("tree", [("pow", ("add", ("var", 0), ("var", 1)), 41), ("num", 10**500)])
def test_what_is_too_large_is_refused(tree: Tree) -> None:
    with pytest.raises(TooLarge):
        Ring(2).polynomial(tree)


def test_a_system_is_solved_exactly_or_not_at_all() -> None:
    third = Fraction(1, 3)
    assert solve([{0: Fraction(3)}, {1: Fraction(1)}], {0: Fraction(1)}, 2) == [third, 0]
    assert solve([{0: Fraction(1)}], {1: Fraction(1)}, 2) is None


def test_a_vertex_is_rational_and_not_negative() -> None:
    # x + 3 y = 1 and x - y = 0 with x, y ≥ 0
    columns = [{0: Fraction(1), 1: Fraction(1)}, {0: Fraction(3), 1: Fraction(-1)}]
    assert nonnegative_solution(columns, [False, False], {0: Fraction(1)}, 2) == {0: Fraction(1, 4), 1: Fraction(1, 4)}
    assert nonnegative_solution([{0: Fraction(-1)}], [False], {0: Fraction(1)}, 1) is None


def test_tight_points_are_exact() -> None:
    ring = Ring(2)
    x, y = ring.gens
    goal = 2 * x * y - x**2 - y**2
    found = tight_points(goal, [x, y], [], [], [0, 1], True)
    assert found and all(value(goal, point) == 0 and min(point.values()) > 0 for point in found)
    # The minimum of 4x² + 4y² + (1 - x - y)² - 2/3 is at 1/6, which is not on the grid.
    off = ring.constant(Fraction(2, 3)) - 4 * x**2 - 4 * y**2 - (1 - x - y) ** 2
    assert tight_points(off, [], [x, y], [], [0, 1], False) == [{0: Fraction(1, 6), 1: Fraction(1, 6)}]
