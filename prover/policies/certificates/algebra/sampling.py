"""Points at which assumptions hold, drawn with a fixed seed, and real terms evaluated there.

Whether a comparison fails at some point is a cheap question, asked before anything is proved about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.notation import real_function, root
from prover.policies.certificates.reading.sequents import Assumption, relation
from prover.policies.certificates.reading.terms import Term, free_names

DRAWN = 400
"""Points that are drawn; those where an assumption fails are left out."""
ENOUGH = 16
STEPS = 60
TOLERANCE = 1e-7

Values = dict[str, Any]


def value(term: Term, at: Mapping[str, Any]) -> Any:
    """Return the values of a real term at many points, as an array of floats. Raises `CannotRead`."""
    import numpy

    if term.kind == "num":
        return float(term.value)
    if term.kind == "name" and term.value in at:
        return at[term.value]
    if term.kind == "name" and term.value in ("π", "Real.pi"):
        return float(numpy.pi)
    if (inner := root(term)) is not None:
        return numpy.sqrt(numpy.maximum(value(inner, at), 0.0))
    name, argument = real_function(term)
    if argument is not None:
        function = {"exp": numpy.exp, "log": numpy.log, "sin": numpy.sin, "cos": numpy.cos, "tan": numpy.tan}[name]
        return function(value(argument, at))
    if term.kind == "app" and term.args[0].value in ("min", "max") and len(term.args) == 3:
        function = numpy.minimum if term.args[0].value == "min" else numpy.maximum
        return function(value(term.args[1], at), value(term.args[2], at))
    if term.kind != "op":
        raise CannotRead("a term that is not evaluated")
    if term.value == "type" or term.value == "↑":
        return value(term.args[0], at)
    if term.value not in ("+", "-", "*", "/", "^", "neg", "inv", "abs"):
        raise CannotRead("an operator that is not evaluated")
    values = [value(argument, at) for argument in term.args]
    if len(values) == 1:
        return {"neg": numpy.negative, "inv": lambda x: 1.0 / x, "abs": numpy.abs}[term.value](values[0])
    a, b = values
    if term.value == "^":
        return numpy.power(a * numpy.ones(1), b)
    return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[term.value]()


def points(names: Sequence[str], assumptions: Sequence[Assumption], types: Mapping[str, Term]) -> Values | None:
    """Return values of real variables at which the assumptions hold that can be evaluated; None if few are found."""
    import numpy

    generator = numpy.random.default_rng(0)
    spread: Any = numpy.repeat((0.02, 0.3, 1.0, 2.0), DRAWN // 4)
    found: Values = {}
    for name in sorted(names):
        found[name] = numpy.exp(spread * generator.standard_normal(DRAWN))
    claims = [relation(assumption.claim, types) for assumption in assumptions]
    known = [claim for claim in claims if claim is not None and free_names(claim[1]) | free_names(claim[2])]
    signed = {side.value for symbol, *sides, _ in known if symbol in ("<", "≤", ">", "≥") for side in sides}
    for name in sorted(names):
        if name not in signed:
            found[name] = found[name] * generator.choice((-1.0, 1.0), DRAWN)
    with numpy.errstate(all="ignore"):
        used: set[str] = set()
        for symbol, left, right, _ in known:
            if symbol == "=":
                _solve(left, right, found, used)
        kept: Any = numpy.ones(DRAWN, dtype=bool)
        for symbol, left, right, _ in known:
            try:
                difference = value(left, found) - value(right, found)
            except CannotRead:
                continue
            if symbol == "=":
                kept &= numpy.abs(difference) < TOLERANCE
            elif symbol in ("<", "≤"):
                kept &= difference < 0 if symbol == "<" else difference <= 0
            elif symbol in (">", "≥"):
                kept &= difference > 0 if symbol == ">" else difference >= 0
            else:
                kept &= numpy.abs(difference) > TOLERANCE
    if int(kept.sum()) < ENOUGH:
        return None
    return {name: values[kept] for name, values in found.items()}


def _solve(left: Term, right: Term, found: Values, used: set[str]) -> None:
    """Change the values of one variable so that an equation holds, by bisection, where that is possible."""
    import numpy

    for name in sorted((free_names(left) | free_names(right)) & set(found) - used):

        def gap(x: Any, name: str = name) -> Any:
            at = {**found, name: x}
            return value(left, at) - value(right, at)

        grid = numpy.geomspace(1e-4, 1e4, 60)
        try:
            heights = numpy.stack([numpy.broadcast_to(gap(numpy.full(DRAWN, x)), (DRAWN,)) for x in grid])
        except CannotRead:
            return
        changes = (numpy.sign(heights[:-1]) * numpy.sign(heights[1:]) < 0) & numpy.isfinite(heights[:-1] + heights[1:])
        if changes.any(axis=0).sum() < 2 * ENOUGH:
            continue
        place = changes.argmax(axis=0)
        low, high = grid[place], grid[place + 1]
        rising = gap(low) < 0
        for _ in range(STEPS):
            middle = (low + high) / 2
            above = (gap(middle) > 0) == rising
            low, high = numpy.where(above, low, middle), numpy.where(above, middle, high)
        found[name] = (low + high) / 2
        used.add(name)
        return


def difference(left: Term, right: Term, at: Values) -> Any:
    """Return `right - left` at points, relative to the size of both."""
    import numpy

    with numpy.errstate(all="ignore"):
        a, b = value(left, at), value(right, at)
        return (b - a) / (1e-9 + numpy.abs(a) + numpy.abs(b))
