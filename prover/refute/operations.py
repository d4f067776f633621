"""What numerals and operations mean as Python functions of the values of variables."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

from prover.refute import functions, numbers
from prover.refute.kinds import NUMBERS, Kind
from prover.refute.syntax import Unread

Values = dict[str, Any]


Meaning = Callable[[Values], Any]


LARGEST_SET = 2500


def numeral(value: Any, kind: Kind) -> Meaning:
    if kind.head in ("Fin", "ZMod"):
        known: Any = int(value) % kind.size
    elif kind.head in NUMBERS:
        known = numbers.exact(value)
    else:
        raise Unread(f"a numeral of type {kind}")
    return lambda values: known


def all_values(kind: Kind) -> Iterable[Any]:
    if kind.head in ("Fin", "ZMod"):
        return range(kind.size)
    if kind.head in ("Bool", "Prop"):
        return (False, True)
    raise Unread(f"all of {kind}")


def arithmetic(head: str, parts: list[Meaning], kind: Kind) -> Meaning:
    if kind.head not in NUMBERS and kind.head not in ("Fin", "ZMod"):
        raise Unread(f"arithmetic on {kind}")
    if len(parts) == 1:
        (one,) = parts
        if head == "abs":
            return lambda values: abs(one(values))
        if head == "neg":
            minus: Callable[[Any], Any] = operator.neg
        elif kind.head == "ZMod":
            minus = lambda a: functions.inverse(a, kind.size)  # noqa: E731
        else:
            minus = lambda a: numbers.divide(1, a)  # noqa: E731
        if kind.size:
            return lambda values: minus(one(values)) % kind.size
        return lambda values: minus(one(values))
    first, second = parts
    whole = kind.head in ("ℕ", "ℤ", "Fin")
    operation: Callable[[Any, Any], Any]
    if head == "/":
        operation = numbers.whole_quotient if whole else numbers.divide
        if kind.head == "ZMod":
            operation = lambda a, b: a * functions.inverse(b, kind.size)  # noqa: E731
    elif head == "%":
        operation = numbers.whole_remainder
    elif head == "-" and kind.head in ("ℕ", "NNReal"):
        operation = numbers.natural_difference
    else:
        operation = {"+": operator.add, "-": operator.sub, "*": operator.mul}[head]
    if kind.size:
        return lambda values: operation(first(values), second(values)) % kind.size
    if whole:
        return lambda values: operation(first(values), second(values))
    return lambda values: numbers.exact(operation(first(values), second(values)))


def congruent(a: int, b: int, n: int) -> bool:
    return a == b if n == 0 else (a - b) % abs(n) == 0


def set_of(name: str, body: Meaning, inside: Meaning | None) -> Meaning:
    if inside is None:
        return lambda values: lambda x: body({**values, name: x})

    def chosen(values: Values) -> Any:
        whole = inside(values)
        if isinstance(whole, frozenset):
            return frozenset(x for x in whole if body({**values, name: x}))
        return lambda x: functions.member(x, whole) and body({**values, name: x})

    return chosen
