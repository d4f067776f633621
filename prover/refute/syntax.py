"""Read terms as Lean prints them: the part of the notation in which competition statements are written.

Nothing is elaborated: names stand for themselves and no type is known. A term that is read wrongly costs a search for
counterexamples its effort and nothing else, since Lean judges what comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


class Unread(Exception):
    """The text holds notation that is not read here."""


@dataclass(frozen=True, slots=True)
class Number:
    """A numeral; `decimal` tells that it was written with a point."""

    value: Fraction
    decimal: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A constant or a variable."""

    text: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator (`+`, `abs`, `[MOD]`, …) or, with the head `call`, a function and its arguments."""

    head: str
    arguments: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Bind:
    """A binder: `∀`, `∃`, `∃!`, `fun`, `∑`, `∏`, `set`. `type` and `inside` (behind `∈`) say what the name is."""

    kind: str
    name: str
    type: Term | None
    inside: Term | None
    body: Term


Term = Number | Name | Apply | Bind

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<symbol>⁻¹|\[MOD|\[ZMOD|∃!|:=|⌋₊|⌉₊|→|↔|∨|∧|¬|≠|≤|≥|=>|↦|<|>|=|∣|∈|∉|⊆|∪|∩|\\|∘|∑|∏|∀|∃|√|↑|⌊|⌋|⌈|⌉|≡"
    r"|[-+*/%^|(){}\[\],:!⟨⟩∅#&])"
    r"|(?P<name>[^\W\d][\w'?✝¹²³⁴⁵⁶⁷⁸⁹⁰]*(?:\.(?:[^\W\d][\w'?!]*|\d+))*|«[^»]*»))"
)
# Precedence of infix operators: (left binding power, right binding power).
_INFIX = {
    "↔": (20, 21),
    "→": (25, 25),
    "∨": (30, 30),
    "∧": (35, 35),
    **{relation: (50, 51) for relation in ("=", "≠", "<", "≤", ">", "≥", "∣", "∈", "∉", "⊆", "≡")},
    "∪": (65, 66),
    "+": (65, 66),
    "-": (65, 66),
    "∩": (70, 71),
    "\\": (70, 71),
    "*": (70, 71),
    "/": (70, 71),
    "%": (70, 71),
    "^": (75, 75),
    "∘": (90, 90),
}
_NEGATIVE = 75
_ARGUMENT = 1024
_LONGEST = 4000


def subterms(term: Term) -> Iterable[Term]:
    """Give a term and all terms in it."""
    yield term
    if isinstance(term, Apply):
        for part in term.arguments:
            yield from subterms(part)
    elif isinstance(term, Bind):
        for inner in (term.type, term.inside, term.body):
            if inner is not None:
                yield from subterms(inner)


def read_term(text: str) -> Term:
    """Return the term that a text stands for. Raises `Unread`."""
    if len(text) > _LONGEST:
        raise Unread("the term is long")
    reader = _Reader(text)
    try:
        term = reader.term(0)
    except RecursionError as error:
        raise Unread("the term is nested too deeply") from error
    if reader.next is not None:
        raise Unread(f"{reader.next!r} is not expected")
    return term


class _Reader:
    """A reader by precedence (Pratt 1973)."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                raise Unread(f"{text[at : at + 10]!r} is not read")
            self._tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        self._at = 0

    @property
    def next(self) -> str | None:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else None

    def term(self, power: int) -> Term:
        left = self._prefix()
        while (token := self.next) is not None:
            if token == "⁻¹":
                self._take()
                left = Apply("⁻¹", (left,))
            elif token == "!" and power < _ARGUMENT:
                self._take()
                left = Apply("!", (left,))
            elif token in _INFIX and _INFIX[token][0] >= power:
                left = self._infix(token, left)
            elif power <= _ARGUMENT - 1 and self._starts_argument():
                left = self._call(left)
            else:
                break
        return left

    def _infix(self, token: str, left: Term) -> Term:
        self._take()
        right = self.term(_INFIX[token][1])
        if token == "≡":
            kind = self._take()
            if kind not in ("[MOD", "[ZMOD"):
                raise Unread("a congruence without a modulus")
            modulus = self.term(0)
            self._expect("]")
            return Apply(f"{kind}]", (left, right, modulus))
        if token == "∉":
            return Apply("¬", (Apply("∈", (left, right)),))
        if token == "≠":
            return Apply("¬", (Apply("=", (left, right)),))
        if token in (">", "≥"):
            return Apply({">": "<", "≥": "≤"}[token], (right, left))
        return Apply(token, (left, right))

    def _call(self, function: Term) -> Term:
        arguments = [function]
        while self._starts_argument():
            arguments.append(self.term(_ARGUMENT))
        return Apply("call", tuple(arguments))

    def _starts_argument(self) -> bool:
        if self._at >= len(self._tokens):
            return False
        kind, token = self._tokens[self._at]
        if kind == "name":
            return token not in ("then", "else", "if", "in", "fun")
        if token == "|":
            return False
        return kind == "number" or token in ("(", "{", "⟨", "⌊", "⌈", "↑", "√", "∅", "[")

    def _prefix(self) -> Term:
        if self._at >= len(self._tokens):
            raise Unread("the term ends early")
        kind, token = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            return Number(Fraction(token), "." in token)
        if kind == "name":
            if token == "fun" or token == "λ":
                return self._binder("fun")
            if token == "if":
                condition = self.term(0)
                self._expect("then")
                first = self.term(0)
                self._expect("else")
                return Apply("if", (condition, first, self.term(0)))
            return Name(token)
        if token in ("∀", "∃", "∃!", "∑", "∏"):
            return self._binder(token)
        if token == "¬":
            return Apply("¬", (self.term(40),))
        if token == "-":
            return Apply("neg", (self.term(_NEGATIVE),))
        if token == "↑":
            return Apply("↑", (self.term(_ARGUMENT),))
        if token == "√":
            return Apply("√", (self.term(_ARGUMENT),))
        if token == "∅":
            return Apply("list set", ())
        if token == "|":
            inner = self.term(0)
            self._expect("|")
            return Apply("abs", (inner,))
        if token in ("⌊", "⌈"):
            inner = self.term(0)
            end = self._take()
            if end not in ("⌋", "⌉", "⌋₊", "⌉₊"):
                raise Unread("a floor that does not end")
            return Apply({"⌋": "⌊⌋", "⌉": "⌈⌉", "⌋₊": "⌊⌋₊", "⌉₊": "⌈⌉₊"}[end], (inner,))
        if token == "(":
            return self._brackets()
        if token == "{":
            return self._braces()
        if token in ("⟨", "["):
            items = self._items({"⟨": "⟩", "[": "]"}[token])
            return Apply("tuple" if token == "⟨" else "list", tuple(items))
        raise Unread(f"{token!r} is not read")

    def _brackets(self) -> Term:
        inner = self.term(0)
        if self.next == ":":
            self._take()
            kind = self.term(0)
            self._expect(")")
            return Apply(":", (inner, kind))
        items = [inner]
        while self.next == ",":
            self._take()
            items.append(self.term(0))
        self._expect(")")
        return inner if len(items) == 1 else Apply("tuple", tuple(items))

    def _braces(self) -> Term:
        save = self._at
        if self._at < len(self._tokens) and self._tokens[self._at][0] == "name":
            name = self._take()
            kind = inside = None
            if self.next == ":":
                self._take()
                kind = self.term(60)
            elif self.next == "∈":
                self._take()
                inside = self.term(51)
            if self.next == "|":
                self._take()
                body = self.term(0)
                self._expect("}")
                return Bind("set", name, kind, inside, body)
            self._at = save
        return Apply("list set", tuple(self._items("}")))

    def _items(self, end: str) -> list[Term]:
        items: list[Term] = []
        if self.next == end:
            self._take()
            return items
        items.append(self.term(0))
        while self.next == ",":
            self._take()
            items.append(self.term(0))
        self._expect(end)
        return items

    def _binder(self, kind: str) -> Term:
        groups: list[tuple[list[str], Term | None, Term | None, str | None, Term | None]] = []
        while True:
            names: list[str] = []
            bracket = self.next in ("(", "{")
            if bracket:
                self._take()
            while self._at < len(self._tokens) and self._tokens[self._at][0] == "name" and self.next != "in":
                names.append(self._take())
            if not names:
                raise Unread("a binder without a name")
            type_ = inside = bound = None
            relation: str | None = None
            if self.next == ":":
                self._take()
                type_ = self.term(0 if bracket else 1)
            elif self.next in ("∈", "in"):
                self._take()
                inside = self.term(51)
            elif self.next in ("<", "≤", ">", "≥", "≠"):
                relation = self._take()
                bound = self.term(51)
            groups.append((names, type_, inside, relation, bound))
            if bracket:
                self._expect(")" if self.next == ")" else "}")
            if self.next in (",", "=>", "↦"):
                self._take()
                break
        body = self.term(0 if kind not in ("∑", "∏") else 67)
        for names, type_, inside, relation, bound in reversed(groups):
            for name in reversed(names):
                if relation is not None and bound is not None:
                    held = _relation(relation, Name(name), bound)
                    body = Apply("→" if kind == "∀" else "∧", (held, body))
                body = Bind(kind, name, type_, inside, body)
        return body

    def _take(self) -> str:
        if self._at >= len(self._tokens):
            raise Unread("the term ends early")
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _expect(self, token: str) -> None:
        found = self._take()
        if found != token:
            raise Unread(f"{found!r} where {token!r} is expected")


def _relation(relation: str, left: Term, right: Term) -> Term:
    if relation in (">", "≥"):
        return Apply({">": "<", "≥": "≤"}[relation], (right, left))
    if relation == "≠":
        return Apply("¬", (Apply("=", (left, right)),))
    return Apply(relation, (left, right))


def renamed(term: Term, old: str, new: str) -> Term:
    """Return a term with another name for a variable, inner binders of the old name excepted."""
    if old == new:
        return term
    match term:
        case Name(text):
            if text == old:
                return Name(new)
            return Name(f"{new}{text[len(old) :]}") if text.startswith(f"{old}.") else term
        case Apply(head, arguments):
            return Apply(head, tuple(renamed(part, old, new) for part in arguments))
        case Bind(kind, name, type_, inside, body):
            return Bind(
                kind,
                name,
                renamed(type_, old, new) if type_ is not None else None,
                renamed(inside, old, new) if inside is not None else None,
                body if name == old else renamed(body, old, new),
            )
        case _:
            return term


def free_names(term: Term) -> frozenset[str]:
    """Return the names in a term that no binder in it binds; of `x.gcd` both `x` and the whole."""
    match term:
        case Name(text):
            return frozenset({text, text.partition(".")[0]})
        case Apply(_, arguments):
            return frozenset().union(*map(free_names, arguments)) if arguments else frozenset()
        case Bind(_, name, type_, inside, body):
            outside = [free_names(part) for part in (type_, inside) if part is not None]
            return (free_names(body) - {name}).union(*outside)
        case _:
            return frozenset()
