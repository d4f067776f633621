"""Numbers in products, spread over groups of factors in every way, and their roots in ℚ(√d)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import isqrt, prod

from prover.policies.certificates.reading.printing import spelled
from prover.policies.certificates.reading.terms import Term

MAX_CONSTANT = 10_000
"""Integers above it are not spread over factors."""
ONE = Term("num", "1", text="1")


def product_of(terms: Sequence[Term]) -> Term:
    """Return the product of terms, 1 for none."""
    whole = terms[0] if terms else ONE
    for term in terms[1:]:
        whole = Term("op", "*", (whole, term))
    return spelled(whole)


def spread(constants: Sequence[Term], groups: Sequence[Sequence[Term]]) -> Iterator[list[list[Term]]]:
    """Yield the groups of factors with numbers added to each whose product is that of some numbers."""
    constants = [term for term in constants if term != ONE]
    whole = _in_root_field(product_of(constants))
    if not any(groups) and len(groups) == 2 and (half := _half(product_of(constants))) is not None:
        yield [[half], [half]]
    if whole is not None and whole[1] == 0 and whole[0].denominator == 1 and 1 < whole[0] <= MAX_CONSTANT:
        number = whole[0].numerator
        divisors = [d for d in range(1, number + 1) if number % d == 0]
        for chosen in product(divisors, repeat=len(groups) - 1):
            rest = Fraction(number, prod(chosen))
            if rest.denominator == 1:
                numbers = [*map(Fraction, chosen), rest]
                yield [[*([_number(n)] if n != 1 else []), *group] for n, group in zip(numbers, groups, strict=True)]
        return
    yield [[*constants, *groups[0]], *map(list, groups[1:])]


def _half(constant: Term) -> Term | None:
    """Return the root of a number that is a square in ℚ or in ℚ(√d), as a term."""
    found = _in_root_field(constant)
    if found is None:
        return None
    p, q, d = found
    if q == 0:
        r = _rational_root(p)
        return None if r is None else _number(r)
    # (u + v√d)² = p + q√d: u² solves s² - p s + d q² / 4 = 0.
    discriminant = _rational_root(p * p - d * q * q)
    for sign in (1, -1):
        u = _rational_root((p + sign * discriminant) / 2) if discriminant is not None else None
        if u:
            surd = Term("op", "√", (_number(Fraction(d)),))
            scaled = Term("op", "*", (_number(q / (2 * u)), surd))
            return spelled(Term("op", "+", (_number(u), scaled)))
    return None


def _in_root_field(term: Term) -> tuple[Fraction, Fraction, int] | None:
    """Return `p`, `q`, `d` with `term = p + q√d`; `d` is 1 for a rational number."""
    if term.kind == "num" and term.value.isdigit():
        return Fraction(int(term.value)), Fraction(0), 1
    if term.is_op("type"):
        return _in_root_field(term.args[0])
    if term.is_op("√") and term.args[0].kind == "num" and term.args[0].value.isdigit():
        return Fraction(0), Fraction(1), int(term.args[0].value)
    if not term.is_op("+", "-", "*", "/"):
        return None
    a, b = (_in_root_field(argument) for argument in term.args)
    if a is None or b is None or (a[1] and b[1] and a[2] != b[2]):
        return None
    d = a[2] if a[1] else b[2]
    if term.value in ("+", "-"):
        sign = 1 if term.value == "+" else -1
        return a[0] + sign * b[0], a[1] + sign * b[1], d
    if term.value == "*":
        return a[0] * b[0] + d * a[1] * b[1], a[0] * b[1] + a[1] * b[0], d
    return (a[0] / b[0], a[1] / b[0], d) if b[0] and not b[1] else None


def _rational_root(number: Fraction) -> Fraction | None:
    if number < 0:
        return None
    over, under = isqrt(number.numerator), isqrt(number.denominator)
    return Fraction(over, under) if Fraction(over, under) ** 2 == number else None


def _number(number: Fraction) -> Term:
    over = Term("num", str(number.numerator), text=str(number.numerator))
    if number.denominator == 1:
        return over
    under = Term("num", str(number.denominator), text=str(number.denominator))
    return spelled(Term("op", "/", (over, under)))
