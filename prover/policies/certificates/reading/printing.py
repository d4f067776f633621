"""Terms printed as Lean, with the brackets they need, and blocks of tactics."""

from __future__ import annotations

from collections.abc import Sequence

from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.grammar import INFIX
from prover.policies.certificates.reading.terms import Term

ATOM = 1024
"""The binding power of what needs no brackets."""
_RIGHT = ("→", "∧", "∨", "^", "::", "×", "∘")


def show(term: Term, power: int = ATOM) -> str:
    """Return the text of a term, with brackets around it if it binds less strongly than `power`.

    Raises `CannotRead` for a term without its text of which nothing is known.
    """
    text, own = _printed(term)
    return f"({text})" if own < power else text


def _printed(term: Term) -> tuple[str, int]:
    """Return the text of a term without brackets and how strongly it binds."""
    if term.kind in ("num", "name"):
        return term.value, ATOM
    if term.text:
        return term.text, ATOM if is_whole(term.text) else _power(term)
    if term.kind == "app":
        return " ".join(show(part) for part in term.args), ATOM - 1
    if term.kind == "bind":
        return _bound(term)
    if term.kind != "op":
        raise CannotRead(f"a term without its text: {term.kind} {term.value}")
    name, args = term.value, term.args
    if name in INFIX and len(args) == 2:
        own, behind = INFIX[name]
        before = own + 1 if name in _RIGHT or (behind == own + 1 and name not in ("+", "-", "*", "/", "%")) else own
        return f"{show(args[0], before)} {name} {show(args[1], behind)}", own
    if name == "neg":
        return f"-{show(args[0], 75)}", 75
    if name == "¬":
        return f"¬{show(args[0], 40)}", 40
    if name == "inv":
        return f"{show(args[0])}⁻¹", ATOM
    if name == "abs":
        return f"|{show(args[0], 0)}|", ATOM
    if name == "√":
        return f"√{show(args[0])}", ATOM
    if name == "↑":
        return f"↑{show(args[0])}", ATOM
    if name == "type":
        return f"({show(args[0], 0)} : {show(args[1], 0)})", ATOM
    if name == "!":
        return f"Nat.factorial {show(args[0])}", ATOM - 1
    raise CannotRead(f"a term without its text: {term.kind} {name}")


def _power(term: Term) -> int:
    """Return how strongly a term with a text binds."""
    if term.kind == "app":
        return ATOM - 1
    if term.kind == "op":
        if term.value in INFIX:
            return INFIX[term.value][0]
        return {"neg": 75, "¬": 40, "!": ATOM - 1, "if": 0, "MOD": 50, "ZMOD": 50}.get(term.value, ATOM)
    if term.kind == "bind":
        return 67 if term.value in "∑∏" else ATOM if term.value == "setOf" else 0
    return ATOM


def _bound(term: Term) -> tuple[str, int]:
    bound, body = term.args
    over = f" {bound.value} {show(bound.args[0], 51)}" if bound.kind == "op" else ""
    names = " ".join(term.names)
    if term.value == "fun":
        return f"fun ({names}{over}) => {show(body, 0)}" if over else f"fun {names} => {show(body, 0)}", 0
    if term.value == "setOf":
        return f"{{{names}{over} | {show(body, 0)}}}", ATOM
    own = 67 if term.value in "∑∏" else 0
    return f"{term.value} {names}{over}, {show(body, own)}", own


def substituted(term: Term, values: dict[str, Term]) -> Term:
    """Return a term with terms put for names; what changes loses its text."""
    if term.kind == "name":
        if term.value in values:
            return values[term.value]
        base, dot, field = term.value.partition(".")
        if dot and base in values:
            return Term("op", f".{field}", (values[base],))
        return term
    inner = {name: value for name, value in values.items() if name not in term.names} if term.names else values
    if not inner or not term.args:
        return term
    args = tuple(substituted(argument, inner) for argument in term.args)
    return term if args == term.args else Term(term.kind, term.value, args, term.names)


def put(term: Term, part: Term, other: Term) -> Term:
    """Return a term with another one in place of a part."""
    if term == part:
        return other
    args = tuple(put(argument, part, other) for argument in term.args)
    return term if args == term.args else Term(term.kind, term.value, args, term.names)


def spelled(term: Term) -> Term:
    """Return a term with a text at every node that has lost it, where there is one."""
    if term.text:
        return term
    args = tuple(spelled(argument) for argument in term.args)
    bare = Term(term.kind, term.value, args, term.names)
    try:
        text = show(bare, 0)
    except CannotRead:
        text = ""
    return Term(term.kind, term.value, args, term.names, text)


def block(mark: str, lines: Sequence[str] | str) -> str:
    """Return lines as a block behind a mark of two characters, indented below it."""
    text = lines if isinstance(lines, str) else "\n".join(lines)
    return mark + text.replace("\n", "\n  ")


def is_whole(text: str) -> bool:
    """Whether brackets stand around all of a text."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return at == len(text) - 1 and text.startswith("(")
    return False
