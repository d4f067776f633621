"""A Pratt parser (Pratt 1973, "Top down operator precedence") for the terms that Lean prints.

Binding powers are Lean's own, from `Init/Prelude` and the prelude of the core context. What is not in this grammar
raises `CannotRead`; nothing is guessed.
"""

from __future__ import annotations

from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.terms import Term
from prover.policies.certificates.reading.tokens import Token, tokens

# symbol -> (left binding power, binding power of the right operand)
INFIX = {
    "↔": (20, 21), "→": (25, 25), "∨": (30, 30), "∧": (35, 35),
    "=": (50, 51), "≠": (50, 51), "<": (50, 51), "≤": (50, 51), ">": (50, 51), "≥": (50, 51), "∣": (50, 51),
    "∈": (50, 51), "∉": (50, 51), "⊆": (50, 51), "⊂": (50, 51), "≡": (50, 51), "≃": (25, 26), "==": (50, 51),
    "++": (65, 66), "+": (65, 66), "-": (65, 66), "∪": (65, 66), "::": (67, 67), "×": (35, 35),
    "*": (70, 71), "/": (70, 71), "%": (70, 71), "∩": (70, 71), "\\": (70, 71), "/.": (70, 71), "•": (73, 73),
    "^": (75, 75), "''": (80, 81), "⁻¹'": (80, 81), "∘": (90, 90),
}  # fmt: skip
_OPENING = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉"}
_BINDERS = ("∀", "∃", "∃!", "∑", "∏")
_RELATIONS = ("∈", "<", ">", "≤", "≥", "≠", "∣", "⊆")
_DEPTH = 200


def parse(text: str) -> Term:
    """Return the tree of a printed term. Raises `CannotRead`."""
    parser = _Parser(text)
    term = parser.term(0)
    if parser.token.kind != "end":
        raise CannotRead(f"{parser.token.value!r} is not understood here")
    return term


class _Parser:
    def __init__(self, text: str) -> None:
        self.source = text
        self.tokens = tokens(text)
        self.at = 0
        self.bars = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def expect(self, value: str) -> Token:
        if self.token.value != value:
            raise CannotRead(f"expected {value!r}, found {self.token.value!r}")
        return self.take()

    def node(self, start: int, kind: str, value: str, *args: Term, names: tuple[str, ...] = ()) -> Term:
        end = self.tokens[self.at - 1].end
        return Term(kind, value, args, names, self.source[start:end])

    def term(self, power: int) -> Term:
        self.depth += 1
        if self.depth > _DEPTH:
            raise CannotRead("a term nested too deeply")
        start = self.token.start
        left = self.prefix(power)
        while (extended := self.infix(start, left, power)) is not None:
            left = extended
        self.depth -= 1
        return left

    # -- what may follow a term ----------------------------------------------------------------------------------------

    def infix(self, start: int, left: Term, power: int) -> Term | None:
        token = self.token
        if token.value == "≡":
            return self.congruence(start, left) if power <= 50 else None
        if token.kind == "symbol" and token.value in INFIX:
            ahead, behind = INFIX[token.value]
            if ahead < power:
                return None
            self.take()
            right = self.term(behind)
            return self.node(start, "op", token.value, left, right)
        if token.value == "^[":
            self.take()
            times = self.term(0)
            self.expect("]")
            return self.node(start, "op", "iterate", left, times)
        return None

    def congruence(self, start: int, left: Term) -> Term:
        self.take()
        right = self.term(51)
        if self.token.value not in ("[MOD", "[ZMOD"):
            raise CannotRead("a congruence without its modulus")
        kind = self.take().value[1:]
        modulus = self.term(0)
        self.expect("]")
        return self.node(start, "op", kind, left, right, modulus)

    # -- what a term begins with ---------------------------------------------------------------------------------------

    def prefix(self, power: int) -> Term:
        token, start = self.token, self.token.start
        if token.value in ("-", "¬") and token.kind == "symbol":
            self.take()
            inner = self.term(75 if token.value == "-" else 40)
            return self.node(start, "op", "neg" if token.value == "-" else "¬", inner)
        if token.value in _BINDERS:
            return self.binder(power)
        if token.value == "fun":
            return self.function()
        if token.value == "if":
            return self.conditional()
        head = self.postfixed(start, self.atom())
        arguments: list[Term] = []
        while self.begins_argument():
            at = self.token.start
            arguments.append(self.postfixed(at, self.atom()))
        if self.token.value == "fun" and head.kind == "name":
            arguments.append(self.function())
        if arguments:
            return self.factorial(start, self.node(start, "app", "", head, *arguments))
        return self.factorial(start, head)

    def factorial(self, start: int, term: Term) -> Term:
        while self.token.value == "!" and self.token.kind == "symbol":
            self.take()
            term = self.node(start, "op", "!", term)
        return term

    def begins_argument(self) -> bool:
        token = self.token
        if token.kind in ("num", "ident"):
            return True
        if token.value in ("(", "⟨", "⌊", "⌈", "√", "↑", "∅", "π", "⊤", "⊥"):
            return True
        if token.value in ("[", "{"):
            return token.spaced
        return token.value == "|" and token.spaced and not self.bars and not self.tokens[self.at + 1].spaced

    def postfixed(self, start: int, term: Term) -> Term:
        while True:
            token = self.token
            if token.value == "⁻¹":
                self.take()
                term = self.node(start, "op", "inv", term)
            elif token.value == "." and not token.spaced and self.tokens[self.at + 1].kind in ("ident", "num"):
                self.take()
                field = self.take()
                term = self.node(start, "op", f".{field.value}", term)
            else:
                return term

    def atom(self) -> Term:
        token, start = self.take(), self.tokens[self.at - 1].start
        if token.kind == "num":
            return self.node(start, "num", token.value)
        if token.kind == "ident":
            return self.node(start, "name", token.value)
        if token.value in ("√", "↑"):
            inner_start = self.token.start
            inner = self.postfixed(inner_start, self.atom())
            return self.node(start, "op", token.value, inner)
        if token.value in ("π", "∅", "⊤", "⊥", "·"):
            return self.node(start, "name", token.value)
        if token.value in ("|", "‖"):
            self.bars += 1
            inner = self.term(0)
            self.bars -= 1
            self.expect(token.value)
            return self.node(start, "op", "abs" if token.value == "|" else "norm", inner)
        if token.value in _OPENING:
            return self.bracket(token, start)
        raise CannotRead(f"{token.value!r} begins no term")

    def bracket(self, opening: Token, start: int) -> Term:
        bars, self.bars = self.bars, 0
        closing = _OPENING[opening.value]
        if opening.value == "{" and (built := self.set_builder(start)) is not None:
            self.bars = bars
            return built
        elements: list[Term] = []
        while self.token.value != closing:
            elements.append(self.term(0))
            if self.token.value == ":" and opening.value == "(":
                self.take()
                kind = self.term(0)
                elements[-1] = self.node(start, "op", "type", elements[-1], kind)
            if self.token.value != closing:
                self.expect(",")
        self.expect(closing)
        self.bars = bars
        if opening.value == "(" and len(elements) == 1:
            inner = elements[0]
            return Term(
                inner.kind, inner.value, inner.args, inner.names, self.source[start : self.tokens[self.at - 1].end]
            )
        if opening.value in "⌊⌈":
            if len(elements) != 1:
                raise CannotRead("an empty floor")
            natural = self.token.value == "₊"
            if natural:
                self.take()
            return self.node(start, "op", ("floor" if opening.value == "⌊" else "ceil") + "₊" * natural, elements[0])
        return self.node(start, "list", opening.value, *elements)

    def set_builder(self, start: int) -> Term | None:
        at = self.at
        if self.token.kind != "ident":
            return None
        name = self.take().value
        bound = self.bound()
        if self.token.value != "|":
            self.at = at
            return None
        self.take()
        body = self.term(0)
        self.expect("}")
        return self.node(start, "bind", "setOf", bound, body, names=(name,))

    def bound(self) -> Term:
        """Read what is said of a bound variable: a type, a set or a bound."""
        token = self.token
        if token.value == ":":
            self.take()
            kind = self.term(51)
            return self.node(token.start, "op", ":", kind)
        if token.value in _RELATIONS:
            self.take()
            other = self.term(51)
            return self.node(token.start, "op", token.value, other)
        return Term("name", "_")

    def binder(self, power: int) -> Term:
        token = self.take()
        groups: list[tuple[tuple[str, ...], Term]] = []
        while self.token.value != ",":
            groups.append(self.group())
        self.expect(",")
        body = self.term(67 if token.value in "∑∏" else 0)
        for names, bound in reversed(groups):
            body = self.node(token.start, "bind", token.value, bound, body, names=names)
        if not groups:
            raise CannotRead("a binder that binds nothing")
        return body

    def group(self) -> tuple[tuple[str, ...], Term]:
        opening = self.token.value if self.token.value in ("(", "{", "[", "⦃") else ""
        if opening:
            self.take()
        names: list[str] = []
        while self.token.kind == "ident":
            names.append(self.take().value)
        if not names:
            raise CannotRead("a pattern behind a binder")
        bound = self.bound() if not opening else self.typed()
        if opening:
            self.expect({"(": ")", "{": "}", "[": "]", "⦃": "⦄"}[opening])
        return tuple(names), bound

    def typed(self) -> Term:
        start = self.expect(":").start
        kind = self.term(0)
        return self.node(start, "op", ":", kind)

    def function(self) -> Term:
        token = self.take()
        groups: list[tuple[tuple[str, ...], Term]] = []
        while self.token.value != "=>":
            groups.append(self.group())
        self.expect("=>")
        body = self.term(0)
        for names, bound in reversed(groups):
            body = self.node(token.start, "bind", "fun", bound, body, names=names)
        return body

    def conditional(self) -> Term:
        start = self.take().start
        condition = self.term(0)
        if self.token.value == ":":
            raise CannotRead("a conditional that names its condition")
        self.expect("then")
        yes = self.term(0)
        self.expect("else")
        no = self.term(0)
        return self.node(start, "op", "if", condition, yes, no)
