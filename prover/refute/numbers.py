"""Arithmetic as Lean's total functions have it: `x / 0 = 0`, subtraction of naturals cut off at 0, and so on.

A real number is an integer or a fraction where it is known exactly, else a float. Nothing rests on floats: they say
which witness is worth a question to Lean.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

NEAR = 1e-9
_LARGEST_POWER = 6000  # bits
_LARGEST_FACTORIAL = 300


class Undefined(Exception):
    """A value is too large to compute, or not known."""


def exact(value: Any) -> Any:
    """Return a whole fraction as an integer, everything else as it is."""
    # `isinstance` asks Fraction's metaclass, which takes longer than all the rest; integers are the common case.
    return value.numerator if type(value) is Fraction and value.denominator == 1 else value


def divide(a: Any, b: Any) -> Any:
    """Divide in a field."""
    if b == 0:
        return 0
    if type(a) is int and type(b) is int:
        return a // b if a % b == 0 else Fraction(a, b)
    if isinstance(a, (float, complex)) or isinstance(b, (float, complex)):
        return a / b
    return exact(a / b if type(a) is Fraction or type(b) is Fraction else Fraction(a) / b)


def natural_difference(a: int, b: int) -> int:
    """Subtract as on ℕ."""
    return a - b if a > b else 0


def whole_quotient(a: int, b: int) -> int:
    """Divide as on ℕ and ℤ: the remainder is never negative."""
    if b == 0:
        return 0
    return a // b if b > 0 else -(a // -b)


def whole_remainder(a: int, b: int) -> int:
    """Return the remainder as on ℕ and ℤ."""
    return a if b == 0 else a % abs(b)


def power(base: Any, exponent: Any) -> Any:
    """Raise to a power: whole exponents exactly, real ones as `Real.rpow`."""
    if type(exponent) is int and exponent >= 0:
        if type(base) is int:
            if exponent * base.bit_length() > _LARGEST_POWER and not -1 <= base <= 1:
                raise Undefined
            return base**exponent
        if type(base) is Fraction and base.denominator > 1:  # asked before `isinstance`, which is slow for fractions
            if exponent * max(abs(base.numerator), base.denominator).bit_length() > _LARGEST_POWER:
                raise Undefined
            return exact(base**exponent)
    if isinstance(exponent, (Fraction, float)):
        return _real_power(base, exponent)
    if isinstance(base, (float, complex)):
        return base**exponent if exponent >= 0 or base != 0 else 0
    size = max(abs(base.numerator), base.denominator, 1)
    if abs(exponent) * size.bit_length() > _LARGEST_POWER and size > 1:
        raise Undefined
    if exponent < 0:
        return divide(1, power(base, -exponent))
    return exact(base**exponent)


def _real_power(base: Any, exponent: Any) -> Any:
    if base == 0:
        return 1 if exponent == 0 else 0
    if isinstance(exponent, Fraction) and not isinstance(base, float) and base > 0:
        root = nth_root(base, exponent.denominator)
        if root is not None:
            return power(root, exponent.numerator)
    size = abs(float(base)) ** float(exponent)
    return size if base > 0 else size * math.cos(float(exponent) * math.pi)


def nth_root(value: Any, n: int) -> Any:
    """Return the exact n-th root of a positive fraction, or None where it is irrational."""
    fraction = Fraction(value)
    parts = []
    for part in (fraction.numerator, fraction.denominator):
        root = round(part ** (1 / n)) if part < 2**200 else 0
        if root**n != part:
            return None
        parts.append(root)
    return exact(Fraction(*parts))


def square_root(value: Any) -> Any:
    """`Real.sqrt`: 0 for what is negative."""
    if value <= 0:
        return 0
    if not isinstance(value, float):
        fraction = Fraction(value)
        top, bottom = math.isqrt(fraction.numerator), math.isqrt(fraction.denominator)
        if top * top == fraction.numerator and bottom * bottom == fraction.denominator:
            return exact(Fraction(top, bottom))
    return math.sqrt(value)


def logarithm(value: Any) -> Any:
    """`Real.log`: 0 at 0, and that of the absolute value for what is negative."""
    size = abs(value)
    if size == 0 or size == 1:
        return 0
    return math.log(size)


def exponential(value: Any) -> Any:
    """`Real.exp`."""
    return 1 if value == 0 else math.exp(value)


def sine(value: Any) -> Any:
    """`Real.sin`."""
    return 0 if value == 0 else math.sin(value)


def cosine(value: Any) -> Any:
    """`Real.cos`."""
    return 1 if value == 0 else math.cos(value)


def factorial(n: int) -> int:
    """n!"""
    if n > _LARGEST_FACTORIAL:
        raise Undefined
    return math.factorial(n)


def choose(n: int, k: int) -> int:
    """The binomial coefficient."""
    if n > 2000:
        raise Undefined
    return math.comb(n, k)


def fibonacci(n: int) -> int:
    """Fibonacci numbers, from 0 and 1."""
    if n > 1000:
        raise Undefined
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def is_prime(n: int) -> bool:
    """Tell by trial division."""
    if n < 2:
        return False
    if n > 10**8:
        raise Undefined
    return n in (2, 3) or (n % 2 == 1 and all(n % d for d in range(3, math.isqrt(n) + 1, 2)))


def divisors(n: int) -> frozenset[int]:
    """`Nat.divisors`."""
    if n > 10**5:
        raise Undefined
    return frozenset(d for d in range(1, n + 1) if n % d == 0)


def totient(n: int) -> int:
    """`Nat.totient`."""
    if n > 5000:
        raise Undefined
    return sum(1 for k in range(n) if math.gcd(k, n) == 1)


def digits(base: int, n: int) -> tuple[int, ...]:
    """`Nat.digits`: little-endian."""
    if base < 2:
        if base == 0:
            return (n,) if n else ()
        if n > 1000:
            raise Undefined
        return (1,) * n
    found = []
    while n:
        n, last = divmod(n, base)
        found.append(last)
    return tuple(found)


def equal(a: Any, b: Any) -> bool:
    """Tell whether two values are equal, as far as floats can tell."""
    if type(a) is int and type(b) is int:
        return a == b
    if isinstance(a, (float, complex)) or isinstance(b, (float, complex)):
        return bool(abs(a - b) <= NEAR * max(1.0, abs(a), abs(b)))
    return bool(a == b)


def below(a: Any, b: Any) -> bool:
    """Tell whether a < b, as far as floats can tell."""
    if type(a) is int and type(b) is int:
        return a < b
    return bool(a < b) and not equal(a, b)
