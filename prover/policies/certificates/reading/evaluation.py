"""Closed terms about numbers, evaluated as Lean evaluates them: natural subtraction, division by zero is zero."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import comb, factorial, gcd, prod

from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.terms import Term

MAX_BITS = 4_000
MAX_ADDENDS = 3_000
_ENDS = {"range": (0, 0), "Icc": (0, 1), "Ico": (0, 0), "Ioc": (1, 1), "Ioo": (1, 0)}
"""Intervals, with what is added to their ends for a range that includes the first and not the last."""
_COMPARE = {
    "=": lambda a, b: a == b, "≠": lambda a, b: a != b, "<": lambda a, b: a < b, "≤": lambda a, b: a <= b,
    ">": lambda a, b: a > b, "≥": lambda a, b: a >= b, "∣": lambda a, b: b % a == 0 if a else b == 0,
}  # fmt: skip


def _prime(n: int) -> bool:
    return n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))


_FUNCTIONS = {
    "Nat.gcd": gcd, "Nat.lcm": lambda a, b: a * b // gcd(a, b) if a and b else 0, "Nat.choose": comb,
    "Nat.factorial": factorial, "Int.gcd": gcd,
    "Nat.Prime": _prime, "Prime": _prime,
    "Nat.Coprime": lambda a, b: gcd(a, b) == 1, "Even": lambda n: n % 2 == 0, "Odd": lambda n: n % 2 == 1,
}  # fmt: skip


def evaluate(term: Term, values: Mapping[str, int], kind: str) -> int | bool:
    """Return the value of a term in ℕ or ℤ (`kind`). Raises `CannotRead` for what is not known here."""
    if term.kind == "num" and term.value.isdigit():
        return int(term.value)
    if term.kind == "name" and term.value in values:
        return values[term.value]
    if term.kind == "app" and term.args[0].kind == "name":
        function = _FUNCTIONS.get(term.args[0].value)
        if function is not None:
            arguments = [evaluate(argument, values, kind) for argument in term.args[1:]]
            if all(0 <= a < 10**6 for a in arguments):
                return function(*arguments)  # type: ignore[no-any-return,operator]
        raise CannotRead("a function without values")
    if term.is_bind("∑", "∏") and len(term.names) == 1:
        parts = (evaluate(term.args[1], {**values, term.names[0]: n}, kind) for n in _range(term.args[0], values))
        return sum(parts) if term.value == "∑" else prod(parts)
    if term.kind != "op":
        raise CannotRead("a term without a value")
    if term.value == "∧":
        return all(evaluate(part, values, kind) for part in term.args)
    if term.value == "∨":
        return any(evaluate(part, values, kind) for part in term.args)
    if term.value == "¬":
        return not evaluate(term.args[0], values, kind)
    if term.value == "type":
        return evaluate(term.args[0], values, kind)
    numbers = [evaluate(part, values, kind) for part in term.args]
    if term.value in _COMPARE:
        return bool(_COMPARE[term.value](*numbers))
    if term.value in ("MOD", "ZMOD"):
        a, b, m = numbers
        return (a - b) % m == 0 if m else a == b
    return _arithmetic(term.value, numbers, kind)


def rational(term: Term, values: Mapping[str, Fraction]) -> Fraction:
    """Return the value of a term in a field, where division by zero is zero. Raises `CannotRead`."""
    if term.kind == "num":
        return Fraction(term.value)
    if term.kind == "name" and term.value in values:
        return values[term.value]
    if term.is_bind("∑", "∏") and len(term.names) == 1:
        whole = {name: int(value) for name, value in values.items() if value.denominator == 1}
        found = Fraction(term.value == "∏")
        for each in _range(term.args[0], whole):
            value = rational(term.args[1], {**values, term.names[0]: Fraction(each)})
            found = found + value if term.value == "∑" else found * value
        return found
    if term.is_op("type", "↑"):
        return rational(term.args[0], values)
    if term.kind != "op" or term.value not in ("+", "-", "*", "/", "^", "neg", "inv", "abs"):
        raise CannotRead("a term without a value")
    numbers = [rational(part, values) for part in term.args]
    a, b = numbers[0], numbers[-1]
    if len(numbers) == 1:
        return {"neg": -a, "abs": abs(a), "inv": 1 / a if a else a}[term.value]
    if term.value == "^":
        large = a not in (-1, 0, 1) and (b >= 1_000 or _size(a) * b > MAX_BITS)
        if b.denominator != 1 or b < 0 or large:
            raise CannotRead("a power without a value")
        return a ** int(b)
    return {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else b}[term.value]


def _size(number: Fraction) -> int:
    return max(abs(number.numerator), number.denominator, 2).bit_length()


def _range(bound: Term, values: Mapping[str, int]) -> range:
    """Return the natural numbers that a sum runs over."""
    if bound.is_op("∈") and bound.args[0].kind == "app" and bound.args[0].args[0].kind == "name":
        head, *ends = bound.args[0].args
        shift = _ENDS.get(head.value.removeprefix("Finset."))
        if shift is not None:
            numbers = [evaluate(end, values, "ℕ") for end in ends]
            low, high = (0, numbers[0]) if len(numbers) == 1 else (numbers[0] + shift[0], numbers[1] + shift[1])
            if 0 <= high - low <= MAX_ADDENDS:
                return range(low, high)
    raise CannotRead("a sum over another set")


def _arithmetic(symbol: str, numbers: list[int], kind: str) -> int:
    if symbol == "neg" and kind == "ℤ":
        return -numbers[0]
    if symbol == "abs":
        return abs(numbers[0])
    if symbol == "!" and 0 <= numbers[0] < 400:
        return factorial(numbers[0])
    if len(numbers) != 2:
        raise CannotRead(f"no value for {symbol}")
    a, b = numbers
    if symbol == "+":
        return a + b
    if symbol == "-":
        return a - b if kind == "ℤ" else max(a - b, 0)
    if symbol == "*":
        return a * b
    if symbol == "^" and 0 <= b < 1_000 and max(abs(a), 2).bit_length() * b < MAX_BITS:
        return int(a**b)
    if symbol == "%":
        return a % abs(b) if b else a
    if symbol == "/" and (b > 0 or kind == "ℕ"):
        return a // b if b else 0
    raise CannotRead(f"no value for {symbol}")
