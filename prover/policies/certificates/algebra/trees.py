"""Ring expressions as trees over atoms: what Lean's reflection calls `Lean.Grind.CommRing.Expr`.

A tree is a nested tuple `("num", k)`, `("var", i)`, `("neg", a)`, `("add" | "sub" | "mul", a, b)`, `("pow", a, n)`.
Its shape is that of the Lean term it stands for, so that Lean sees by unfolding that both are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from prover.policies.certificates.reading.failures import TooLarge

Tree = tuple[Any, ...]
MAX_DEGREE = 40
MAX_TERMS = 3_000
MAX_BITS = 600
FACTORED = 6
"""Terms of a polynomial above which it is worth to look for its factors."""
"""Above these a polynomial is not expanded: the goal is left to others."""


def num(value: int) -> Tree:
    return ("neg", ("num", -value)) if value < 0 else ("num", value)


def add(a: Tree, b: Tree) -> Tree:
    return ("add", a, b)


def sub(a: Tree, b: Tree) -> Tree:
    return ("sub", a, b)


def mul(a: Tree, b: Tree) -> Tree:
    return ("mul", a, b)


class Printer:
    """Prints trees as Lean terms of type `Lean.Grind.CommRing.Expr`, over the atoms that occur and no others."""

    def __init__(self, atoms: Sequence[str]) -> None:
        self._atoms = atoms
        self._places: dict[int, int] = {}

    def expression(self, tree: Tree) -> str:
        """Print a tree, for a place where its type is known."""
        head = tree[0]
        if head == "num":
            return f"(.num {tree[1]})"
        if head == "var":
            return f"(.var {self._places.setdefault(tree[1], len(self._places))})"
        if head == "pow":
            return f"(.pow {self.expression(tree[1])} {tree[2]})"
        return f"(.{head} {' '.join(self.expression(part) for part in tree[1:])})"

    def context(self) -> str:
        """Print the atoms met so far as a `Lean.RArray`, a balanced tree: left of `branch p` are those below `p`."""
        used = [self._atoms[index] for index in self._places] or ["0"]

        def build(low: int, high: int) -> str:
            if high - low == 1:
                return f"(.leaf {used[low]})"
            middle = (low + high) // 2
            return f"(.branch {middle} {build(low, middle)} {build(middle, high)})"

        return build(0, len(used))


class Ring:
    """Polynomials over ℚ in so many variables, and how trees become such. Work is bounded; raises `TooLarge`."""

    def __init__(self, variables: int) -> None:
        self.names = [f"v{index}" for index in range(max(variables, 1))]
        self.context = fmpq_mpoly_ctx.get(self.names, "degrevlex")
        self.gens = list(self.context.gens())
        self.zero = self.constant(0)
        self.one = self.constant(1)

    def constant(self, value: int | Fraction) -> fmpq_mpoly:
        fraction = Fraction(value)
        return self.context.constant(fmpq(fraction.numerator, fraction.denominator))

    def polynomial(self, tree: Tree) -> fmpq_mpoly:
        """Return the expanded polynomial of a tree."""
        head = tree[0]
        if head == "num":
            if tree[1].bit_length() > MAX_BITS:
                raise TooLarge("a numeral of hundreds of digits")
            return self.constant(tree[1])
        if head == "var":
            return self.gens[tree[1]]
        if head == "neg":
            return -self.polynomial(tree[1])
        if head == "pow":
            base, exponent = self.polynomial(tree[1]), tree[2]
            if exponent * max(degree(base), 0) > MAX_DEGREE or (len(base) > 1 and exponent > MAX_DEGREE):
                raise TooLarge("a polynomial of too high a degree")
            if len(base) > 1 and len(base) ** min(exponent, 6) > 40 * MAX_TERMS:
                raise TooLarge("a polynomial of too many terms")
            return self.small(base**exponent)
        left, right = self.polynomial(tree[1]), self.polynomial(tree[2])
        if head == "add":
            return left + right
        if head == "sub":
            return left - right
        if len(left) * len(right) > 40 * MAX_TERMS:
            raise TooLarge("a polynomial of too many terms")
        return self.small(left * right)

    def small(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """Return the polynomial. Raises `TooLarge` if it is not small."""
        if len(polynomial) > MAX_TERMS or degree(polynomial) > MAX_DEGREE:
            raise TooLarge("a polynomial of too many terms or too high a degree")
        return polynomial

    def monomial(self, exponents: Sequence[int], coefficient: int = 1) -> fmpq_mpoly:
        """Return one term."""
        return self.context.from_dict({tuple(exponents): coefficient})

    def tree(self, polynomial: fmpq_mpoly) -> tuple[Tree, int]:
        """Return a tree of `n * polynomial` with integer coefficients, and the positive `n`."""
        terms = [(tuple(map(int, exponents)), Fraction(int(c.p), int(c.q))) for exponents, c in polynomial.terms()]
        scale = 1
        for _, coefficient in terms:
            scale = scale * coefficient.denominator // _gcd(scale, coefficient.denominator)
        built: Tree | None = None
        for exponents, coefficient in terms:
            factor = int(coefficient * scale)
            powers = [
                ("var", index) if exponent == 1 else ("pow", ("var", index), exponent)
                for index, exponent in enumerate(exponents)
                if exponent
            ]
            size = abs(factor)
            parts = powers if size == 1 and powers else [("num", size), *powers]
            term: Tree = parts[0]
            for part in parts[1:]:
                term = mul(term, part)
            if built is None:
                built = ("neg", term) if factor < 0 else term
            else:
                built = add(built, term) if factor > 0 else sub(built, term)
        return (built if built is not None else ("num", 0)), scale

    def factored(self, polynomial: fmpq_mpoly) -> Tree:
        """Return a tree of a polynomial with integer coefficients, as a product where that is shorter."""
        if len(polynomial) > FACTORED:
            constant, factors = polynomial.factor()
            if sum(len(factor) for factor, _ in factors) < len(polynomial) / 2:
                scale = 1
                trees: list[Tree] = []
                for factor, exponent in factors:
                    tree, times = self.tree(factor)
                    scale *= times**exponent
                    trees.append(tree if exponent == 1 else ("pow", tree, int(exponent)))
                whole = Fraction(int(constant.p), int(constant.q)) / scale
                if whole.denominator == 1:
                    product = trees[0]
                    for tree in trees[1:]:
                        product = mul(product, tree)
                    return product if whole == 1 else mul(num(int(whole)), product)
        return self._common(polynomial)

    def _common(self, polynomial: fmpq_mpoly) -> Tree:
        """Return a tree of a polynomial with its content and common monomial in front."""
        terms = [(tuple(map(int, exponents)), int(c.p)) for exponents, c in polynomial.terms()]
        if len(terms) < 2:
            return self.tree(polynomial)[0]
        content = 0
        for _, coefficient in terms:
            content = _gcd(content, abs(coefficient))
        common = [min(exponents[v] for exponents, _ in terms) for v in range(len(self.gens))]
        front = self.monomial(common, content)
        if front == 1:
            return self.tree(polynomial)[0]
        rest, _ = divmod(polynomial, front)
        return mul(self.tree(front)[0], self.tree(rest)[0])


def degree(polynomial: fmpq_mpoly) -> int:
    """Return the total degree, -1 for zero."""
    return int(polynomial.total_degree()) if len(polynomial) else -1


def printed(tree: Tree, atoms: Sequence[str]) -> str:
    """Print a tree as the Lean term it stands for, with brackets around everything."""
    head = tree[0]
    if head == "num":
        return str(tree[1])
    if head == "var":
        return atoms[tree[1]]
    if head == "neg":
        return f"(-{printed(tree[1], atoms)})"
    if head == "pow":
        return f"({printed(tree[1], atoms)} ^ {tree[2]})"
    symbol = {"add": "+", "sub": "-", "mul": "*"}[head]
    return f"({printed(tree[1], atoms)} {symbol} {printed(tree[2], atoms)})"


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a
