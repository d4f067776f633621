"""Values of a type in the order in which they are tried, the simplest first, each with the text that Lean reads."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from prover.refute.kinds import NAT, NUMBERS, Kind
from prover.refute.numbers import exact
from prover.refute.syntax import Unread

MOST = 4000
"""How many values of a type are tried."""
_RATIONAL = ("ℕ", "ℕ+", "ℤ", "ℚ", "NNReal", "ℝ")
_NUMBER = re.compile(r"(-?)\(?(\d+)(?: / (\d+))?\)?")
"""How numbers are written."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A value as Python computes with it; `written` is how Lean reads it, unless it is a number."""

    value: Any
    written: str = ""

    @property
    def text(self) -> str:
        """The value as Lean reads it."""
        value = self.value
        if self.written or not isinstance(value, Fraction):
            return self.written or str(value)
        return f"{value.numerator} / {value.denominator}" if value > 0 else f"-({-value})".replace("/", " / ")


def number(value: Any) -> Witness:
    """Return the witness of an exact number."""
    return Witness(exact(value))


def witnesses(kind: Kind) -> Iterator[Witness]:
    """Give the values of a type. Raises `Unread` for a type of which none are known."""
    found = _LISTS.get(kind.head)
    if found is None:
        raise Unread(f"no values of {kind} are known")
    return found(kind)


def read_witness(kind: Kind, text: str) -> Witness:
    """Return the value of a type that is written so. Raises `Unread` for one that no search here comes to."""
    if kind.head == "Type":
        return Witness(None, text)
    match = _NUMBER.fullmatch(text) if kind.head in _RATIONAL else None
    if match is not None:
        value = Fraction(int(match[2]), int(match[3] or 1))
        return number(-value if match[1] else value)
    for witness in simplest(kind, MOST):
        if witness.text == text:
            return witness
    raise Unread(f"{text} is no value of {kind} that is tried")


@lru_cache(maxsize=64)
def simplest(kind: Kind, count: int) -> tuple[Witness, ...]:
    """Return the values of a type that are tried first, at most `count`. Raises `Unread` where none are known."""
    return tuple(itertools.islice(witnesses(kind), count))


def samples(kind: Kind) -> Iterable[Any]:
    """Give the values over which a quantifier is tried."""
    return _samples(kind)


@lru_cache(maxsize=256)
def _samples(kind: Kind) -> tuple[Any, ...]:
    count = 40 if kind.head in NUMBERS else 12
    return tuple(witness.value for witness in simplest(kind, count))


def _naturals(kind: Kind) -> Iterator[Witness]:
    return (Witness(n) for n in itertools.count())


def _positive(kind: Kind) -> Iterator[Witness]:
    return (Witness(n) for n in itertools.count(1))


def _integers(kind: Kind) -> Iterator[Witness]:
    yield Witness(0)
    for n in itertools.count(1):
        yield Witness(n)
        yield Witness(-n)


def _rationals(kind: Kind) -> Iterator[Witness]:
    yield Witness(0)
    for height in itertools.count(1):
        yield Witness(height)
        yield Witness(-height)
        for other in range(1, height):
            if math.gcd(height, other) == 1:
                for value in (Fraction(other, height), Fraction(height, other)):
                    if value.denominator > 1:
                        yield Witness(value)
                        yield Witness(-value)


def _nonnegative(kind: Kind) -> Iterator[Witness]:
    return (witness for witness in _rationals(kind) if witness.value >= 0)


_ROOTS = (
    Witness(math.sqrt(2), "√2"),
    Witness(-math.sqrt(2), "-√2"),
    Witness(math.sqrt(3), "√3"),
    Witness(math.sqrt(2) / 2, "√2 / 2"),
    Witness(1 + math.sqrt(2), "1 + √2"),
    Witness(math.pi, "Real.pi"),
    Witness(math.pi / 2, "Real.pi / 2"),
    Witness(math.e, "Real.exp 1"),
)


def _reals(kind: Kind) -> Iterator[Witness]:
    rationals = _rationals(kind)
    yield from itertools.islice(rationals, 25)
    yield from _ROOTS
    yield from rationals


def _complexes(kind: Kind) -> Iterator[Witness]:
    for size in itertools.count():
        for x, y in itertools.product(range(-size, size + 1), repeat=2):
            if max(abs(x), abs(y)) == size:
                yield Witness(complex(x, y), _complex_text(x, y))


def _complex_text(re: int, im: int) -> str:
    if im == 0:
        return str(re)
    size = "Complex.I" if abs(im) == 1 else f"{abs(im)} * Complex.I"
    if re == 0:
        return size if im > 0 else f"-{size}"
    return f"{re} {'+' if im > 0 else '-'} {size}"


def _truths(kind: Kind) -> Iterator[Witness]:
    texts = ("true", "false") if kind.head == "Bool" else ("True", "False")
    yield Witness(True, texts[0])
    yield Witness(False, texts[1])


def _residues(kind: Kind) -> Iterator[Witness]:
    return (Witness(n) for n in range(kind.size))


_FUNCTIONS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("0", lambda x: 0),
    ("1", lambda x: 1),
    ("x", lambda x: x),
    ("2", lambda x: 2),
    ("x + 1", lambda x: x + 1),
    ("2 * x", lambda x: 2 * x),
    ("x ^ 2", lambda x: x * x),
    ("x % 2", lambda x: x % 2),
    ("1 - x", lambda x: 1 - x),
    ("-x", lambda x: -x),
    ("if x = 0 then 1 else 0", lambda x: 1 if x == 0 else 0),
    ("if x = 1 then 1 else 0", lambda x: 1 if x == 1 else 0),
    ("if x = 0 then 0 else 1", lambda x: 0 if x == 0 else 1),
    ("x % 3", lambda x: x % 3),
    ("x % 4", lambda x: x % 4),
    ("3 * x", lambda x: 3 * x),
    ("x - 1", lambda x: x - 1),
    ("x ^ 3", lambda x: x**3),
    ("2 * x + 1", lambda x: 2 * x + 1),
    ("-1", lambda x: -1),
    ("|x|", lambda x: abs(x)),
    ("x / 2", lambda x: x // 2),
    ("2 ^ x", lambda x: 2**x),
    ("3", lambda x: 3),
    ("5", lambda x: 5),
)
_PARITY = ("x % 2", "x % 3", "x % 4", "2 ^ x", "x / 2")


def _functions(kind: Kind) -> Iterator[Witness]:
    source, target = kind.parts
    if source.head == "Type":
        raise Unread("functions of types")
    if (
        target.head in ("Prop", "Bool", "→", "Set", "Finset")
        or source.head not in NUMBERS
        or target.head not in NUMBERS
    ):
        yield from _tables(source, target)
        return
    whole = source.head in ("ℕ", "ℤ")
    order = {head: place for place, head in enumerate(NUMBERS)}
    for text, function in _FUNCTIONS:
        signed = text.startswith("-") or "- " in text
        if (not whole and text in _PARITY) or (signed and "ℕ" in (source.head, target.head)):
            continue
        if text == "2 ^ x" and source.head != "ℕ":
            continue
        if text == "|x|" and source.head == "ℕ":
            continue
        if source != target and "x" in text and not text.startswith("if"):
            if order[source.head] > order[target.head]:
                continue
            text = text.replace("x", f"(x : {target})") if text not in _PARITY else f"(({text} : {source}) : {target})"
        yield Witness(function, f"fun x : {source} => {text}")


def _tables(source: Kind, target: Kind) -> Iterator[Witness]:
    """Give constant functions and those that tell one value from all others."""
    values = list(itertools.islice(witnesses(target), 6))
    for value in values:
        yield Witness(_constant(value.value), f"fun _ => {value.text}")
    points = list(itertools.islice(witnesses(source), 4)) if source.head not in ("→", "Prop") else []
    for point, (first, second) in itertools.product(points, itertools.permutations(values[:3], 2)):
        if not callable(first.value) and not callable(point.value):
            text = f"fun x => if x = {point.text} then {first.text} else {second.text}"
            yield Witness(_told(point.value, first.value, second.value), text)
    if target.head in ("Prop", "Bool") and source.head in ("ℕ", "ℤ"):
        yield Witness(lambda x: x % 2 == 0, "fun x => x % 2 = 0")
        yield Witness(lambda x: x > 2, "fun x => 2 < x")
    if source == target:
        yield Witness(lambda x: x, "fun x => x")
        if source.head == "Bool":
            yield Witness(lambda x: not x, "fun x => !x")
    if source.head == "Prop" and target.head == "Prop":
        yield Witness(lambda x: x, "fun x => x")
        yield Witness(lambda x: not x, "fun x => ¬ x")


def _constant(value: Any) -> Callable[[Any], Any]:
    return lambda x: value


def _told(point: Any, first: Any, second: Any) -> Callable[[Any], Any]:
    return lambda x: first if x == point else second


def _finite_sets(kind: Kind) -> Iterator[Witness]:
    inner = list(itertools.islice(witnesses(kind.parts[0]), 5))
    for size in range(len(inner) + 1):
        for chosen in itertools.combinations(inner, size):
            text = "{" + ", ".join(witness.text for witness in chosen) + "}" if chosen else "∅"
            yield Witness(frozenset(witness.value for witness in chosen), text)


def _sets(kind: Kind) -> Iterator[Witness]:
    yield from itertools.islice(_finite_sets(kind), 12)
    yield Witness(lambda x: True, "Set.univ")


def _lists(kind: Kind) -> Iterator[Witness]:
    inner = list(itertools.islice(witnesses(kind.parts[0]), 4))
    for size in range(4):
        for chosen in itertools.product(inner, repeat=size):
            yield Witness(tuple(w.value for w in chosen), "[" + ", ".join(w.text for w in chosen) + "]")


def _pairs(kind: Kind) -> Iterator[Witness]:
    parts = [list(itertools.islice(witnesses(part), 12)) for part in kind.parts]
    pairs = sorted(itertools.product(*map(enumerate, parts)), key=lambda pair: (pair[0][0] + pair[1][0], pair[0][0]))
    for (_, first), (_, second) in pairs:
        yield Witness((first.value, second.value), f"({first.text}, {second.text})")


def types() -> tuple[tuple[Kind, str], ...]:
    """Return what a type variable is tried with, and its text."""
    return (Kind("Bool"), "Bool"), (NAT, "ℕ")


_LISTS: dict[str, Callable[[Kind], Iterator[Witness]]] = {
    "ℕ": _naturals,
    "ℕ+": _positive,
    "ℤ": _integers,
    "ℚ": _rationals,
    "NNReal": _nonnegative,
    "ℝ": _reals,
    "ℂ": _complexes,
    "Prop": _truths,
    "Bool": _truths,
    "Fin": _residues,
    "ZMod": _residues,
    "→": _functions,
    "Set": _sets,
    "Finset": _finite_sets,
    "List": _lists,
    "×": _pairs,
}
