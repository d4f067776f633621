"""Terms of Lean as a tree: what the grammar makes of printed text and what the finders compute with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Term:
    """A node. Equality is structural; `text` is how Lean printed it and takes no part.

    `kind` is one of
        num     `value` is the numeral's digits, with a decimal point where there is one
        name    `value` is an identifier or a symbol that stands alone (`π`, `∅`)
        app     `args` are the function and its arguments
        op      `value` is an operator (`+`, `neg`, `^`, `≤`, `∧`, `abs`, `√`, `↑`, `inv`, …), `args` its operands
        bind    `value` is the binder (`∀`, `∃`, `∃!`, `∑`, `∏`, `fun`, `setOf`), `args` are its range and its body;
                `names` are what it binds. The range is `op ":" [type]`, `op "∈" [set]` or another relation to one
                operand, and `name "_"` where nothing is said.
        list    `value` is the opening bracket, `args` the elements
    """

    kind: str
    value: str = ""
    args: tuple[Term, ...] = ()
    names: tuple[str, ...] = ()
    text: str = field(default="", compare=False)

    def is_op(self, *symbols: str) -> bool:
        """Return whether this is one of some operators."""
        return self.kind == "op" and self.value in symbols

    def is_bind(self, *symbols: str) -> bool:
        """Return whether this is one of some binders."""
        return self.kind == "bind" and self.value in symbols

    def walk(self) -> Iterator[Term]:
        """Yield this term and all below it, from the outside in."""
        stack = [self]
        while stack:
            term = stack.pop()
            yield term
            stack.extend(reversed(term.args))


def free_names(term: Term) -> frozenset[str]:
    """Return the identifiers that occur free in a term; of `x.re` also `x`."""
    if term.kind == "name":
        parts = term.value.split(".")
        return frozenset(".".join(parts[:end]) for end in range(1, len(parts) + 1))
    below = frozenset().union(*(free_names(argument) for argument in term.args)) if term.args else frozenset()
    return below - frozenset(term.names)


def chained(term: Term, symbol: str) -> list[Term]:
    """Return the parts of `a ∧ b ∧ c`, or of another connective that groups to the right."""
    parts = [term]
    while parts[-1].is_op(symbol):
        parts[-1:] = parts[-1].args
    return parts


def number(term: Term) -> int | None:
    """Return the value of an integer numeral, or None."""
    if term.kind == "num" and term.value.isdigit():
        return int(term.value)
    if term.is_op("neg") and (inner := number(term.args[0])) is not None:
        return -inner
    return None
