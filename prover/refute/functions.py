"""Named functions, sets and predicates that statements use, as Python has them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from typing import Any

from prover.refute import numbers
from prover.refute.kinds import BOOL, COMPLEX, INT, NAT, NUMBERS, PROP, REAL, Kind
from prover.refute.numbers import Undefined
from prover.refute.syntax import Apply, Name, Term, Unread

Samples = Callable[[Kind], Iterable[Any]]
Known = tuple[list[Kind], Kind, Callable[..., Any]]

_LONGEST_RANGE = 2500
_REAL_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "log": numbers.logarithm,
    "exp": numbers.exponential,
    "sin": numbers.sine,
    "cos": numbers.cosine,
    "tan": lambda x: numbers.divide(numbers.sine(x), numbers.cosine(x)),
    "sqrt": numbers.square_root,
}
_NATURAL_FUNCTIONS: dict[str, tuple[int, Kind, Callable[..., Any]]] = {
    "gcd": (2, NAT, math.gcd),
    "lcm": (2, NAT, math.lcm),
    "choose": (2, NAT, numbers.choose),
    "factorial": (1, NAT, numbers.factorial),
    "fib": (1, NAT, numbers.fibonacci),
    "Prime": (1, PROP, numbers.is_prime),
    "Coprime": (2, PROP, lambda a, b: math.gcd(a, b) == 1),
    "digits": (2, Kind("List", (NAT,)), numbers.digits),
    "divisors": (1, Kind("Finset", (NAT,)), numbers.divisors),
    "properDivisors": (1, Kind("Finset", (NAT,)), lambda n: numbers.divisors(n) - {n}),
    "totient": (1, NAT, numbers.totient),
    "φ": (1, NAT, numbers.totient),
    "sqrt": (1, NAT, math.isqrt),
    "succ": (1, NAT, lambda n: n + 1),
    "pred": (1, NAT, lambda n: max(0, n - 1)),
    "dist": (2, NAT, lambda a, b: abs(a - b)),
}
_INTEGER_FUNCTIONS: dict[str, tuple[int, Kind, Callable[..., Any]]] = {
    "natAbs": (1, NAT, abs),
    "toNat": (1, NAT, lambda z: max(0, z)),
    "gcd": (2, NAT, math.gcd),
    "lcm": (2, NAT, math.lcm),
}
_CONSTANTS: dict[str, tuple[Kind, Any]] = {
    "π": (REAL, math.pi),
    "pi": (REAL, math.pi),
    "I": (COMPLEX, 1j),
}
_SETS = ("Icc", "Ico", "Ioc", "Ioo", "Ici", "Iic", "Ioi", "Iio")


def constant_kind(name: str) -> Kind | None:
    """Return the type of a constant."""
    known = _CONSTANTS.get(name.rpartition(".")[2])
    return known[0] if known else None


def constant(name: str) -> Any:
    """Return the value of a constant. Raises `Unread`."""
    known = _CONSTANTS.get(name.rpartition(".")[2])
    if known is None:
        raise Unread(f"{name} is not known")
    return known[1]


def signature(name: str, own: list[Kind | None], expected: Kind | None) -> Known | None:
    """Return the types of arguments and result of a function, and the function; its first argument is the samples."""
    name = name.removeprefix("Core.")
    space, _, short = name.rpartition(".")
    first = next((kind for kind in own if kind is not None), None)
    if short in ("min", "max") and len(own) == 2:
        kind = first or expected or NAT
        return [kind, kind], kind, _plain(min if short == "min" else max)
    if short == "abs" and len(own) == 1:
        kind = first or expected or REAL
        return [kind], REAL if kind == COMPLEX else kind, _plain(abs)
    if short in ("Even", "Odd", "IsSquare") and len(own) == 1:
        return [first or NAT], PROP, _plain({"Even": _even, "Odd": _odd, "IsSquare": _is_square}[short])
    if short == "rpow":
        return [REAL, REAL], REAL, _plain(numbers.power)
    if short == "logb":
        return [REAL, REAL], REAL, _plain(lambda b, x: numbers.divide(numbers.logarithm(x), numbers.logarithm(b)))
    if short == "Irrational":
        return [REAL], PROP, _plain(lambda x: isinstance(x, float))
    if short in _REAL_FUNCTIONS and space in ("", "Real") and (short != "sqrt" or first in (None, REAL)):
        return [REAL], REAL, _plain(_REAL_FUNCTIONS[short])
    if short in _INTEGER_FUNCTIONS and (space == "Int" or (not space and first == INT)):
        count, result, function = _INTEGER_FUNCTIONS[short]
        return [INT] * count, result, _plain(function)
    if short in _NATURAL_FUNCTIONS and space in ("", "Nat"):
        count, result, function = _NATURAL_FUNCTIONS[short]
        return [NAT] * count, result, _plain(function)
    if short in ("floor", "ceil", "fract"):
        kind = first or REAL
        result = kind if short == "fract" else NAT if space == "Nat" else INT
        functions: dict[str, Callable[[Any], Any]] = {
            "floor": math.floor,
            "ceil": math.ceil,
            "fract": lambda x: x - math.floor(x),
        }
        chosen = functions[short]
        return [kind], result, _plain((lambda x: max(0, chosen(x))) if space == "Nat" else chosen)
    return _of_sets(space, short, own, first) or _of_functions(short, own)


def _of_sets(space: str, short: str, own: list[Kind | None], first: Kind | None) -> Known | None:
    if short in _SETS and space in ("Set", "Finset"):
        kind = first or NAT
        if space == "Finset":
            if kind.head not in ("ℕ", "ℤ", "Fin") or len(own) != 2:
                return None
            low, high = int(short[1] == "o"), int(short[2] == "c")
            return [kind, kind], Kind("Finset", (kind,)), _plain(lambda a, b: _range(a + low, b + high))
        return [kind] * len(own), Kind("Set", (kind,)), _plain(_interval(short))
    if short == "range" and space in ("Finset", "List"):
        found = "Finset" if space == "Finset" else "List"
        return [NAT], Kind(found, (NAT,)), _plain(lambda n: _range(0, n) if space == "Finset" else tuple(range(n)))
    if not own or own[0] is None or own[0].head not in ("Set", "Finset", "List"):
        if short == "filter" and len(own) == 2 and (own[1] or PROP).head == "Finset":
            kind = own[1] or NAT
            return [Kind("→", (kind.parts[0], PROP)), kind], kind, _plain(_filtered)
        return None
    kind = own[0]
    if short in ("card", "ncard", "length") and len(own) == 1:
        return [kind], NAT, _plain(_size)
    if short == "sum" and len(own) == 1:
        return [kind], kind.parts[0], _plain(sum)
    if short == "Nonempty":
        return [kind], PROP, lambda samples, a: any(member(x, a) for x in _elements(samples, kind, a))
    if short == "reverse":
        return [kind], kind, _plain(lambda items: items[::-1])
    if short == "Finite":
        return [kind], PROP, _plain(lambda a: isinstance(a, frozenset))
    return None


def _of_functions(short: str, own: list[Kind | None]) -> Known | None:
    kind = own[0] if len(own) == 1 else None
    if kind is None or kind.head != "→":
        return None
    source = kind.parts[0]
    if short == "Injective":
        return [kind], PROP, lambda samples, f: _distinct([f(x) for x in itertools.islice(samples(source), 20)])
    if short in ("Monotone", "StrictMono", "Antitone", "StrictAnti") and source.head in NUMBERS:
        strict, up = short.startswith("Strict"), short in ("Monotone", "StrictMono")

        def monotone(samples: Samples, f: Callable[[Any], Any]) -> bool:
            points = sorted(itertools.islice(samples(source), 15))
            pairs = [(f(x), f(y)) if up else (f(y), f(x)) for x, y in itertools.pairwise(points)]
            return all(numbers.below(a, b) if strict else not numbers.below(b, a) for a, b in pairs)

        return [kind], PROP, monotone
    return None


def guessed_kind(body: Term, name: str, kind_of: Callable[[Term], Kind | None]) -> Kind | None:
    """Guess the type of a bound variable from what it is combined with."""
    if isinstance(body, Apply):
        if body.head not in ("∧", "∨", "→", "¬", "↔", "call", "^", "↑"):
            others = [part for part in body.arguments if part != Name(name)]
            if len(others) < len(body.arguments):
                try:
                    kind = next((kind for part in others if (kind := kind_of(part)) is not None), None)
                except Unread:
                    kind = None
                if kind is not None:
                    return kind
        if body.head == "call" and Name(name) in body.arguments[1:]:
            function = kind_of(body.arguments[0])
            if function is not None and function.head == "→":
                return function.parts[0]
        for part in body.arguments:
            found = guessed_kind(part, name, kind_of)
            if found is not None:
                return found
    return None


def equal(a: Any, b: Any) -> bool:
    """Tell whether two values are equal, sets and pairs of numbers among them."""
    if type(a) is int and type(b) is int:
        return a == b
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    if callable(a) or callable(b):
        raise Undefined
    if isinstance(a, frozenset) or isinstance(b, frozenset):
        return bool(a == b)
    return numbers.equal(a, b)


def member(value: Any, collection: Any) -> bool:
    """Tell whether a value is in a set, which is finite or a predicate."""
    return bool(collection(value)) if callable(collection) else value in collection


def subset(first: Any, second: Any) -> bool:
    """Tell whether a finite set lies in another."""
    if not isinstance(first, frozenset):
        raise Undefined
    return all(member(value, second) for value in first)


def set_operation(head: str, one: Callable[[Any], Any], two: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return union, intersection or difference of two sets."""

    def combined(values: Any) -> Any:
        a, b = one(values), two(values)
        if isinstance(a, frozenset) and isinstance(b, frozenset):
            return a | b if head == "∪" else a & b if head == "∩" else a - b
        if head == "∪":
            return lambda x: member(x, a) or member(x, b)
        if head == "∩":
            return lambda x: member(x, a) and member(x, b)
        return lambda x: member(x, a) and not member(x, b)

    return combined


def inverse(a: int, n: int) -> int:
    """The inverse in ZMod n, 0 where there is none."""
    try:
        return pow(a, -1, n)
    except ValueError:
        return 0


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda samples, *values: function(*values)


def _range(a: int, b: int) -> frozenset[int]:
    if b - a > _LONGEST_RANGE:
        raise Undefined
    return frozenset(range(a, b))


def _interval(short: str) -> Callable[..., Any]:
    def interval(*ends: Any) -> Callable[[Any], bool]:
        low = ends[0] if short in ("Icc", "Ico", "Ioc", "Ioo", "Ici", "Ioi") else None
        high = ends[-1] if short in ("Icc", "Ico", "Ioc", "Ioo", "Iic", "Iio") else None
        open_low, open_high = short[1] == "o", short in ("Ico", "Ioo", "Iio")

        def inside(x: Any) -> bool:
            above = low is None or (numbers.below(low, x) if open_low else not numbers.below(x, low))
            under = high is None or (numbers.below(x, high) if open_high else not numbers.below(high, x))
            return above and under

        return inside

    return interval


def _filtered(predicate: Callable[[Any], Any], whole: frozenset[Any]) -> frozenset[Any]:
    return frozenset(x for x in whole if predicate(x))


def _size(collection: Any) -> int:
    if callable(collection):
        raise Undefined
    return len(collection)


def _elements(samples: Samples, kind: Kind, collection: Any) -> Iterable[Any]:
    return collection if isinstance(collection, frozenset) else samples(kind.parts[0])


def _distinct(values: list[Any]) -> bool:
    return not any(equal(a, b) for a, b in itertools.combinations(values, 2))


def _even(x: Any) -> bool:
    return x % 2 == 0 if isinstance(x, int) else True


def _odd(x: Any) -> bool:
    return x % 2 == 1 if isinstance(x, int) else True


def _is_square(x: Any) -> bool:
    return x >= 0 and (not isinstance(x, int) or math.isqrt(x) ** 2 == x)


__all__ = [
    "BOOL", "Known", "Samples", "constant", "constant_kind", "equal", "guessed_kind", "inverse", "member",
    "set_operation", "signature", "subset",
]  # fmt: skip
