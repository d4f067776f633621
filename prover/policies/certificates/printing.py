"""Terms printed as Lean, for terms that were made here and have no text of their own."""

from __future__ import annotations

from prover.policies.certificates.failures import CannotRead
from prover.policies.certificates.terms import Term

_BINARY = (
    "+", "-", "*", "/", "%", "^", "=", "≠", "<", "≤", ">", "≥", "∧", "∨", "→", "↔", "∣", "∈", "∉", "∘", "++", "::",
)  # fmt: skip


def show(term: Term) -> str:
    """Return the text of a term, with brackets around everything that is not an atom."""
    if term.kind in ("num", "name"):
        return term.value
    if term.text:
        return f"({term.text})"
    if term.kind == "app":
        return f"({' '.join(show(part) for part in term.args)})"
    if term.kind == "op":
        if term.value in _BINARY:
            return f"({show(term.args[0])} {term.value} {show(term.args[1])})"
        if term.value in ("neg", "¬"):
            return f"({'-' if term.value == 'neg' else '¬'}{show(term.args[0])})"
        if term.value == "inv":
            return f"({show(term.args[0])}⁻¹)"
        if term.value == "abs":
            return f"|{show(term.args[0])}|"
        if term.value == "√":
            return f"(Real.sqrt {show(term.args[0])})"
        if term.value == "↑":
            return f"(↑{show(term.args[0])})"
        if term.value == "type":
            return f"({show(term.args[0])} : {show(term.args[1])})"
        if term.value == "!":
            return f"(Nat.factorial {show(term.args[0])})"
    raise CannotRead(f"a term without its text: {term.kind} {term.value}")


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
