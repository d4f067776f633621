"""Equational proofs by unfailing completion (Bachmair, Dershowitz & Plaisted 1989), which is Knuth and Bendix's
procedure where an equation that cannot be oriented is used in whichever direction makes an instance smaller.

A term is a variable (an integer) or a tuple of a symbol and its arguments. Every equation remembers the steps that lead
from its left side to its right one; `joined` unfolds them to a chain of instances of the axioms, which Lean checks.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Node: TypeAlias = "int | tuple[str, *tuple[Node, ...]]"
"""A variable, or a symbol with its arguments."""
Position = tuple[int, ...]
Values = dict[int, Node]

MAX_GIVEN = 160
"""Equations that are combined with all before them."""
MAX_MADE = 12_000
MAX_SIZE = 24
MAX_STEPS = 60
"""Steps of a chain."""


@dataclass(frozen=True, slots=True)
class Step:
    """A rewriting at a position by an instance of an equation, from its left side to its right one or `back`."""

    position: Position
    equation: int
    values: Values
    back: bool


@dataclass(frozen=True, slots=True)
class Equation:
    """Two sides, and the steps that lead from the first to the second; an axiom has none."""

    left: Node
    right: Node
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a chain: the term that is reached, by an instance of an axiom at a position of the term before."""

    term: Node
    position: Position
    axiom: int
    values: Values
    back: bool


def joined(axioms: Sequence[tuple[Node, Node]], left: Node, right: Node) -> list[Link] | None:
    """Return the chain of instances of axioms that leads between two terms without variables, or None.

    The variables of an axiom are 0, 1, … in it. The work is counted and bounded.
    """
    return _Completion(axioms, left, right).found()


class _Completion:
    """The equations known, in the order in which they were found, and those that wait, the smallest first."""

    def __init__(self, axioms: Sequence[tuple[Node, Node]], left: Node, right: Node) -> None:
        self._goal = (left, right)
        self._known: list[Equation] = [Equation(*axiom) for axiom in axioms]
        self._axioms = len(axioms)
        self._active: list[int] = []
        self._waiting: list[tuple[int, int]] = []
        self._seen: set[tuple[Node, Node]] = set()
        self._order = _Order([*(side for axiom in axioms for side in axiom), left, right])
        self._anything = next(part for part in _parts(left) if isinstance(part, tuple) and len(part) == 1)
        for number in range(len(axioms)):
            self._wait(number)

    def found(self) -> list[Link] | None:
        """Complete until the sides of the goal have the same normal form."""
        for _ in range(MAX_GIVEN):
            if (steps := self._goal_steps()) is not None:
                return self._chain(steps)
            if not self._waiting or len(self._known) > MAX_MADE:
                return None
            _, number = heapq.heappop(self._waiting)
            given = self._simplified(number)
            if given is None:
                continue
            for other in [*self._active, given]:
                self._combine(given, other)
                if other != given:
                    self._combine(other, given)
            self._active.append(given)
        return None

    def _wait(self, number: int) -> None:
        equation = self._known[number]
        heapq.heappush(self._waiting, (_size(equation.left) + _size(equation.right), number))

    def _add(self, equation: Equation) -> int | None:
        """Keep an equation, its variables numbered from 0, unless it is known or says nothing."""
        names: dict[int, Node] = {}
        for part in [*_parts(equation.left), *_parts(equation.right)]:
            if isinstance(part, int):
                names.setdefault(part, len(names))
        left, right = _put(equation.left, names), _put(equation.right, names)
        if left == right or (left, right) in self._seen or (right, left) in self._seen:
            return None
        if _size(left) + _size(right) > MAX_SIZE:
            return None
        self._seen.add((left, right))
        steps = tuple(
            Step(step.position, step.equation, {k: _put(v, names) for k, v in step.values.items()}, step.back)
            for step in equation.steps
        )
        self._known.append(Equation(left, right, steps))
        return len(self._known) - 1

    def _simplified(self, number: int) -> int | None:
        """Return an equation with both sides in normal form, or None where they are the same or known."""
        equation = self._known[number]
        left, before = self._normal(equation.left)
        right, after = self._normal(equation.right)
        if left == right:
            return None
        if not before and not after:
            return number
        own: Values = {name: name for name in _variables(equation)}
        steps = (*_reversed(before), Step((), number, own, False), *after)
        return self._add(Equation(left, right, steps))

    def _goal_steps(self) -> list[Step] | None:
        (left, before), (right, after) = (self._normal(side) for side in self._goal)
        return [*before, *_reversed(after)] if left == right else None

    def _normal(self, term: Node) -> tuple[Node, list[Step]]:
        """Rewrite a term as long as a known equation makes it smaller."""
        steps: list[Step] = []
        while len(steps) < MAX_STEPS and (found := self._rewritten(term)) is not None:
            term, step = found
            steps.append(step)
        return term, steps

    def _rewritten(self, term: Node) -> tuple[Node, Step] | None:
        for position, part in _places(term):
            for number in self._active:
                equation = self._known[number]
                for back in (False, True):
                    large, small = (equation.right, equation.left) if back else (equation.left, equation.right)
                    values = _matched(large, part)
                    if values is None:
                        continue
                    values |= {name: self._anything for name in _names(small) if name not in values}
                    instance = _put(small, values)
                    if self._order(part, instance):
                        return placed(term, position, instance), Step(position, number, values, back)
        return None

    def _combine(self, first: int, second: int) -> None:
        """Add what follows where a side of one equation meets a part of a side of another."""
        shift = 1 + max(_variables(self._known[first]), default=-1)
        one, two = self._known[first], self._known[second]
        moved: Values = {name: name + shift for name in _variables(two)}
        for back in (False, True):
            large, small = (one.right, one.left) if back else (one.left, one.right)
            if self._order(small, large):
                continue
            for behind in (False, True):
                whole, other = (two.right, two.left) if behind else (two.left, two.right)
                if self._order(other, whole):
                    continue
                whole, other = _put(whole, moved), _put(other, moved)
                for position, part in _places(whole):
                    if (values := _unified(large, part)) is None:
                        continue
                    low, high = _closed(small, values), _closed(large, values)
                    if self._order(low, high):
                        continue
                    left = placed(_closed(whole, values), position, low)
                    steps = (
                        Step(position, first, {n: _closed(n, values) for n in _variables(one)}, not back),
                        Step((), second, {n: _closed(n + shift, values) for n in _variables(two)}, behind),
                    )
                    made = self._add(Equation(left, _closed(other, values), steps))
                    if made is not None:
                        self._wait(made)

    def _chain(self, steps: Sequence[Step]) -> list[Link] | None:
        """Unfold steps to instances of axioms; None if there are too many."""
        links: list[Link] = []
        term = self._goal[0]
        for position, axiom, values, back in self._unfolded(steps):
            equation = self._known[axiom]
            term = placed(term, position, _put(equation.left if back else equation.right, values))
            at = next((i for i, link in enumerate(links) if link.term == term), None)
            if term == self._goal[0]:
                links = []
            elif at is not None:
                del links[at + 1 :]
            else:
                links.append(Link(term, position, axiom, values, back))
            if len(links) > MAX_STEPS:
                return None
        return links if term == self._goal[1] else None

    def _unfolded(self, steps: Sequence[Step]) -> Iterator[tuple[Position, int, Values, bool]]:
        """Yield steps by axioms alone, without variables; only the first of them if there are too many."""
        stack: list[tuple[Position, Step]] = [((), step) for step in reversed(steps)]
        for _ in range(100 * MAX_STEPS):
            if not stack:
                return
            above, step = stack.pop()
            position = above + step.position
            values = {name: self._ground(value) for name, value in step.values.items()}
            if step.equation < self._axioms:
                yield position, step.equation, values, step.back
                continue
            inner = self._known[step.equation].steps
            unfolded = [
                Step(one.position, one.equation, {n: _put(v, values) for n, v in one.values.items()}, one.back)
                for one in inner
            ]
            for one in unfolded if step.back else reversed(unfolded):
                turned = Step(one.position, one.equation, one.values, one.back != step.back)
                stack.append((position, turned))

    def _ground(self, term: Node) -> Node:
        return _put(term, {name: self._anything for name in _names(term)})


def _reversed(steps: Sequence[Step]) -> list[Step]:
    return [Step(step.position, step.equation, step.values, not step.back) for step in reversed(steps)]


class _Order:
    """The order of Knuth and Bendix, every symbol of weight 1; a symbol with more arguments is greater."""

    def __init__(self, terms: Sequence[Node]) -> None:
        symbols: dict[str, int] = {}
        for term in terms:
            for part in _parts(term):
                if isinstance(part, tuple):
                    symbols.setdefault(part[0], len(part) - 1)
        ranked = sorted(symbols, key=lambda symbol: symbols[symbol])
        self._rank = {symbol: rank for rank, symbol in enumerate(ranked)}

    def __call__(self, first: Node, second: Node) -> bool:
        """Tell whether the first term is greater than the second, whatever its variables stand for."""
        if isinstance(first, int) or first == second:
            return False
        ours, theirs = Counter(_names(first)), Counter(_names(second))
        if any(theirs[name] > ours[name] for name in theirs):
            return False
        if isinstance(second, int):
            return True
        one, two = _size(first), _size(second)
        if one != two:
            return one > two
        if first[0] != second[0]:
            return self._rank[first[0]] > self._rank[second[0]]
        for mine, other in zip(_arguments(first), _arguments(second), strict=True):
            if mine != other:
                return self(mine, other)
        return False


def _arguments(term: Node) -> tuple[Node, ...]:
    return () if isinstance(term, int) else term[1:]


def _parts(term: Node) -> Iterator[Node]:
    yield term
    for argument in _arguments(term):
        yield from _parts(argument)


def _names(term: Node) -> list[int]:
    return [part for part in _parts(term) if isinstance(part, int)]


def _variables(equation: Equation) -> set[int]:
    return {*_names(equation.left), *_names(equation.right)}


def _size(term: Node) -> int:
    return sum(1 for _ in _parts(term))


def _places(term: Node, position: Position = ()) -> Iterator[tuple[Position, Node]]:
    """Yield the parts of a term that are not variables, with where they are, from the outside in."""
    if isinstance(term, int):
        return
    yield position, term
    for index, argument in enumerate(_arguments(term)):
        yield from _places(argument, (*position, index))


def placed(term: Node, position: Position, part: Node) -> Node:
    """Return a term with another part at a position."""
    if not position:
        return part
    assert isinstance(term, tuple)
    arguments = list(_arguments(term))
    arguments[position[0]] = placed(arguments[position[0]], position[1:], part)
    return (term[0], *arguments)


def _put(term: Node, values: Mapping[int, Node]) -> Node:
    if isinstance(term, int):
        return values.get(term, term)
    return (term[0], *(_put(argument, values) for argument in _arguments(term)))


def _closed(term: Node, values: Mapping[int, Node]) -> Node:
    """Put values for variables, and values for the variables in these."""
    if isinstance(term, int):
        return _closed(values[term], values) if term in values else term
    return (term[0], *(_closed(argument, values) for argument in _arguments(term)))


def _matched(pattern: Node, term: Node) -> Values | None:
    """Return the values by which a pattern becomes a term, or None."""
    values: Values = {}
    pairs = [(pattern, term)]
    while pairs:
        one, two = pairs.pop()
        if isinstance(one, int):
            if values.setdefault(one, two) != two:
                return None
        elif isinstance(two, int) or one[0] != two[0]:
            return None
        else:
            pairs += zip(_arguments(one), _arguments(two), strict=True)
    return values


def _unified(first: Node, second: Node) -> Values | None:
    """Return the most general values that make two terms equal, or None."""
    values: Values = {}
    pairs = [(first, second)]
    while pairs:
        one, two = (_closed_head(term, values) for term in pairs.pop())
        if one == two:
            continue
        if isinstance(two, int) and not isinstance(one, int):
            one, two = two, one
        if isinstance(one, int):
            if one in _names(_closed(two, values)):
                return None
            values[one] = two
        elif isinstance(two, int) or one[0] != two[0]:
            return None
        else:
            pairs += zip(_arguments(one), _arguments(two), strict=True)
    return values


def _closed_head(term: Node, values: Mapping[int, Node]) -> Node:
    while isinstance(term, int) and term in values:
        term = values[term]
    return term
