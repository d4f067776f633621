"""The types over which counterexamples are looked for, as values."""

from __future__ import annotations

from dataclasses import dataclass

from prover.refute.syntax import Apply, Name, Number, Term, Unread

NUMBERS = ("ℕ", "ℤ", "ℚ", "NNReal", "ℝ", "ℂ")
"""From the narrowest to the widest."""
_SPELLINGS = {
    "Nat": "ℕ", "Int": "ℤ", "Rat": "ℚ", "Real": "ℝ", "Complex": "ℂ", "Core.Real": "ℝ", "ℝ≥0": "NNReal",
    "Core.NNReal": "NNReal", "PNat": "ℕ+",
}  # fmt: skip
_UNARY = ("Set", "Finset", "List", "Option")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type: its head (`ℕ`, `→`, `Set`, `Fin`, …), what it is applied to, and the number in `Fin 3` or `ZMod 5`."""

    head: str
    parts: tuple[Kind, ...] = ()
    size: int = 0

    def __str__(self) -> str:
        if self.head in ("→", "×"):
            left, right = self.parts
            return f"({left}) {self.head} {right}" if left.head == self.head else f"{left} {self.head} {right}"
        if self.head in ("Fin", "ZMod"):
            return f"{self.head} {self.size}"
        return " ".join([self.head, *(f"({part})" if part.parts or part.size else str(part) for part in self.parts)])


PROP, NAT, INT, RAT, REAL, COMPLEX, BOOL = (Kind(head) for head in ("Prop", "ℕ", "ℤ", "ℚ", "ℝ", "ℂ", "Bool"))


def function_kind(source: Kind, target: Kind) -> Kind:
    """Return the type of functions between two types."""
    return Kind("→", (source, target))


def read_kind(term: Term, types: dict[str, Kind] | None = None) -> Kind:
    """Return the type that a term stands for; `types` says what type variables stand for. Raises `Unread`."""
    known = types or {}
    match term:
        case Name(text):
            if text in known:
                return known[text]
            head = _SPELLINGS.get(text, text.removeprefix("Core."))
            if head in (*NUMBERS, "Prop", "Bool"):
                return Kind(head)
            if head in ("Type", "Sort"):
                return Kind("Type")
        case Apply("→", (source, target)):
            return function_kind(read_kind(source, known), read_kind(target, known))
        case Apply("call", (Name("Fin" | "ZMod" | "Core.ZMod" as head), Number(value))) if 0 < value <= 1000:
            return Kind(head.removeprefix("Core."), (), int(value))
        case Apply("call", (Name("Type" | "Sort"), _)):
            return Kind("Type")
        case Apply("call", (Name(head), argument)) if head.removeprefix("Core.") in _UNARY:
            return Kind(head.removeprefix("Core."), (read_kind(argument, known),))
    raise Unread("a type that is not searched")
