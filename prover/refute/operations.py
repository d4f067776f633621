"""Terms as Python source: expressions over `v`, the values of variables, and what numerals and operations are there.

A search evaluates one term some ten thousand times. As nested closures every operation of it costs two calls; as one
compiled expression most of them cost none.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from prover.refute import functions, numbers
from prover.refute.kinds import NUMBERS, Kind
from prover.refute.syntax import Unread

Values = dict[str, Any]
Meaning = Callable[[Values], Any]

DEEPEST = 40
"""So deep expressions are nested in one another; Python's own parser refuses 200 brackets."""
_WORD = re.compile(r"\b[a-z]\w*")
_FRESH = itertools.count()


@dataclass(frozen=True, slots=True)
class Code:
    """An expression over `v` and the names in `given`; `depth` is how deep it is nested."""

    text: str
    given: dict[str, Any]
    depth: int = 0

    def compiled(self) -> Meaning:
        """Return the function of the values."""
        function: Meaning = eval(f"lambda v: ({self.text})", dict(self.given))
        return function


def code(text: str, **parts: Any) -> Code:
    """Return an expression. Its names that are among the parts stand for them: other expressions, or values of Python.

    Every part stands in it once at most, since an expression is evaluated wherever it stands.
    """
    given: dict[str, Any] = {}
    depth = 0

    def put(match: re.Match[str]) -> str:
        nonlocal depth
        if match[0] not in parts:
            return match[0]
        part = parts[match[0]]
        if isinstance(part, Code) and part.depth >= DEEPEST:
            part = called(part.compiled())
        if isinstance(part, Code):
            given.update(part.given)
            depth = max(depth, part.depth + 1)
            return f"({part.text})"
        if type(part) in (int, str):
            return repr(part) if type(part) is str or part >= 0 else f"({part})"
        name = f"k{next(_FRESH)}"
        given[name] = part
        return name

    return Code(_WORD.sub(put, text), given, depth)


def called(function: Meaning) -> Code:
    """Return a function of the values as an expression."""
    return code("f(v)", f=function)


LARGEST_SET = 2500


def numeral(value: Any, kind: Kind) -> Code:
    """Return a numeral of a type. Raises `Unread`."""
    if kind.head in ("Fin", "ZMod"):
        return constant(int(value) % kind.size)
    if kind.head in NUMBERS:
        return constant(numbers.exact(value))
    raise Unread(f"a numeral of type {kind}")


def constant(value: Any) -> Code:
    """Return a value as an expression."""
    return code("a", a=value)


def all_values(kind: Kind) -> Iterable[Any]:
    """Return the values of a finite type. Raises `Unread`."""
    if kind.head in ("Fin", "ZMod"):
        return range(kind.size)
    if kind.head in ("Bool", "Prop"):
        return (False, True)
    raise Unread(f"all of {kind}")


def arithmetic(head: str, parts: list[Code], kind: Kind) -> Code:
    """Return an operation on numbers of a type. Raises `Unread`."""
    if kind.head not in NUMBERS and kind.head not in ("Fin", "ZMod"):
        raise Unread(f"arithmetic on {kind}")
    if len(parts) == 1:
        (one,) = parts
        if head == "abs":
            return code("abs(a)", a=one)
        if head == "neg":
            found = code("-a", a=one)
        elif kind.head == "ZMod":
            found = code("inverse(a, n)", inverse=functions.inverse, a=one, n=kind.size)
        else:
            found = code("divide(1, a)", divide=numbers.divide, a=one)
        return code("a % n", a=found, n=kind.size) if kind.size else found
    first, second = parts
    whole = kind.head in ("ℕ", "ℤ", "Fin")
    if head == "/" and kind.head == "ZMod":
        found = code("a * inverse(b, n)", a=first, inverse=functions.inverse, b=second, n=kind.size)
    elif head == "/":
        found = _of_two(numbers.whole_quotient if whole else numbers.divide, first, second)
    elif head == "%":
        found = _of_two(numbers.whole_remainder, first, second)
    elif head == "-" and kind.head in ("ℕ", "NNReal"):
        found = _of_two(numbers.natural_difference, first, second)
    else:
        found = code(f"a {head} b", a=first, b=second)
    if kind.size:
        return code("a % n", a=found, n=kind.size)
    return found if whole else code("exact(a)", exact=numbers.exact, a=found)


def _of_two(function: Callable[[Any, Any], Any], first: Code, second: Code) -> Code:
    return code("f(a, b)", f=function, a=first, b=second)


def congruent(a: int, b: int, n: int) -> bool:
    return a == b if n == 0 else (a - b) % abs(n) == 0


def set_of(name: str, body: Meaning, inside: Meaning | None) -> Meaning:
    """Return the set of what a body holds of, of the members of another set if there is one."""
    if inside is None:
        return lambda values: lambda x: body({**values, name: x})

    def chosen(values: Values) -> Any:
        whole = inside(values)
        if isinstance(whole, frozenset):
            return frozenset(x for x in whole if body({**values, name: x}))
        return lambda x: functions.member(x, whole) and body({**values, name: x})

    return chosen
