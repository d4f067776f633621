"""Products of facts and squares, as the prelude's `Certificate.Product` has them, and the term that refutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prover.policies.certificates.algebra.facts import Equation, Fact
from prover.policies.certificates.algebra.trees import Printer, Tree, mul


@dataclass(frozen=True, slots=True)
class Product:
    """A fact, the square of a tree, or the product of two such; `tree` is what it says is positive or not negative."""

    tree: Tree
    strict: bool
    fact: Fact | None = None
    root: Tree | None = None
    factors: tuple[Product, Product] | None = None

    @staticmethod
    def of(fact: Fact) -> Product:
        return Product(fact.tree, fact.strict, fact=fact)

    @staticmethod
    def square(root: Tree) -> Product:
        return Product(("pow", root, 2), False, root=root)

    def times(self, other: Product) -> Product:
        """Return the product of two; one that is 1 is left out."""
        if self is ONE:
            return other
        if other is ONE:
            return self
        return Product(mul(self.tree, other.tree), self.strict and other.strict, factors=(self, other))

    def facts(self) -> list[Fact]:
        """Return the facts in it."""
        if self.factors is not None:
            return [*self.factors[0].facts(), *self.factors[1].facts()]
        return [self.fact] if self.fact is not None else []

    def printed(self, places: dict[Fact, str], printer: Printer) -> str:
        """Print as a term of type `Certificate.Product`."""
        if self.factors is not None:
            return f"(.mul {self.factors[0].printed(places, printer)} {self.factors[1].printed(places, printer)})"
        if self.root is not None:
            return f"(.square {printer.expression(self.root)})"
        return places[self.fact] if self.fact is not None else ".one"


ONE = Product(("num", 1), True)


def refuting(
    atoms: Sequence[str], parts: Sequence[tuple[int, Product]], multiples: Sequence[tuple[Tree, Equation]]
) -> str:
    """Print the tactic that ends a proof of `False` by a certificate: numbers times products, trees times equations."""
    printer = Printer(atoms)
    used = dict.fromkeys(fact for _, product in parts for fact in product.facts())
    strict, weak = [fact for fact in used if fact.strict], [fact for fact in used if not fact.strict]
    places = {
        fact: f"(.{kind} {at})" for kind, found in (("pos", strict), ("weak", weak)) for at, fact in enumerate(found)
    }
    summands = ", ".join(f"({k}, {product.printed(places, printer)})" for k, product in parts)
    lists = " ".join(f"[{', '.join(printer.expression(fact.tree) for fact in found)}]" for found in (strict, weak))
    proofs = " ".join(together([part.proof for part in found]) for found in (strict, weak, [e for _, e in multiples]))
    sides = equations(printer, multiples)
    factors = ", ".join(printer.expression(tree) for tree, _ in multiples)
    known = f"{printer.context()} {lists} {sides} {proofs}"
    return f"exact Certificate.refute {known} [{summands}] [{factors}] (by decide +kernel)"


def equations(printer: Printer, multiples: Sequence[tuple[Tree, Equation]]) -> str:
    """Print the sides of equations as a list of pairs."""
    pairs = (f"({printer.expression(e.left)}, {printer.expression(e.right)})" for _, e in multiples)
    return f"[{', '.join(pairs)}]"


def together(proofs: Sequence[str]) -> str:
    """Print proofs of the parts of a conjunction that ends in `True`."""
    return f"⟨{', '.join([*proofs, 'trivial'])}⟩" if proofs else "trivial"
