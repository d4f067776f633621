"""Functions that assumptions write out, `∀ x, f x = x ^ 2 + 1`, and terms with their values put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prover.policies.certificates.reading.printing import spelled, substituted
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import Term, free_names

MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Definition:
    """`proof : ∀ parameters, function parameters = value`; the value does not mention the function."""

    parameters: tuple[str, ...]
    value: Term
    proof: str


def definitions(sequent: Sequent) -> dict[str, Definition]:
    """Return what each local function is, by its name."""
    found: dict[str, Definition] = {}
    for assumption in sequent.assumptions:
        names: tuple[str, ...] = ()
        body = assumption.claim
        while body.is_bind("∀") and (body.args[0].is_op(":") or body.args[0].value == "_"):
            names, body = names + body.names, body.args[1]
        if not names or not body.is_op("=") or body.args[0].kind != "app":
            continue
        (head, *arguments), value = body.args[0].args, body.args[1]
        plain = tuple(argument.value for argument in arguments if argument.kind == "name")
        if head.value in sequent.types and plain == names and head.value not in free_names(value):
            found.setdefault(head.value, Definition(names, value, assumption.proof))
    return found


def unfolded(term: Term, known: Mapping[str, Definition]) -> tuple[Term, list[str]]:
    """Return a term with the values of known functions put in, and the proofs that this takes."""
    used: dict[str, None] = {}

    def inner(part: Term, depth: int) -> Term:
        args = tuple(inner(argument, depth) for argument in part.args)
        part = part if args == part.args else Term(part.kind, part.value, args, part.names)
        definition = known.get(part.args[0].value) if part.kind == "app" else None
        if definition is None or len(part.args) != len(definition.parameters) + 1 or depth >= MAX_DEPTH:
            return part
        used[definition.proof] = None
        given = dict(zip(definition.parameters, part.args[1:], strict=True))
        return inner(substituted(definition.value, given), depth + 1)

    return spelled(inner(term, 0)), list(used)
