"""A goal as a list of slots: what has to be chosen, what has to hold of it, and what follows if the goal is true."""

from __future__ import annotations

from dataclasses import dataclass

from prover.refute.kinds import Kind, read_kind
from prover.refute.meaning import Scope, kind_of
from prover.refute.syntax import Apply, Bind, Name, Term, Unread, read_term, renamed
from prover.states import Goal

_GIVEN = ("Reals", "Core.Reals")


@dataclass(frozen=True, slots=True)
class Value:
    """A variable to be given a value; of a type variable the value is a type."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Premise:
    """A hypothesis, which has to hold; `term` is None for an instance, which Lean finds."""

    name: str
    term: Term | None


Slot = Value | Premise


@dataclass(frozen=True, slots=True)
class Claim:
    """All slots in the order of the statement, and the conclusion."""

    slots: tuple[Slot, ...]
    conclusion: Term

    @property
    def values(self) -> tuple[Value, ...]:
        return tuple(slot for slot in self.slots if isinstance(slot, Value))


def claim(goal: Goal, type_of: Kind) -> Claim:
    """Return what a goal claims; type variables are read as `type_of`. Raises `Unread`."""
    slots: list[Slot] = []
    types: dict[str, Kind] = {}
    for hypothesis in goal.hypotheses:
        if hypothesis.type in _GIVEN:
            continue
        if hypothesis.value is not None or not hypothesis.names:
            raise Unread("a local definition")
        if all(name.startswith("inst✝") for name in hypothesis.names):
            slots += [Premise(name, None) for name in hypothesis.names]
            continue
        term = read_term(hypothesis.type)
        kind = _kind(term, types)
        for name in hypothesis.names:
            if kind is None:
                slots.append(Premise(name, term))
            else:
                slots.append(Value(name, kind))
                if kind.head == "Type":
                    types[name] = type_of
    conclusion = _peel(read_term(goal.target), slots, types)
    return Claim(tuple(slots), conclusion)


def _kind(term: Term, types: dict[str, Kind]) -> Kind | None:
    try:
        return read_kind(term, types)
    except Unread:
        return None


def _bound(type_: Term | None, inside: Term | None, slots: list[Slot], types: dict[str, Kind]) -> Kind:
    if type_ is not None:
        return read_kind(type_, types)
    known = {slot.name: slot.kind for slot in slots if isinstance(slot, Value)}
    kind = kind_of(inside, Scope(known, types)) if inside is not None else None
    if kind is None or not kind.parts:
        raise Unread("a quantifier without a type")
    return kind.parts[0]


def _peel(term: Term, slots: list[Slot], types: dict[str, Kind]) -> Term:
    """Take the quantifiers and premises in front of a target for slots, and return the rest."""
    while True:
        taken = {slot.name for slot in slots}
        match term:
            case Bind("∀", name, type_, inside, body):
                kind = _bound(type_, inside, slots, types)
                own = name
                while own in taken or own == "_":
                    own += "'"
                slots.append(Value(own, kind))
                if kind.head == "Type":
                    raise Unread("a quantifier over types")
                body = renamed(body, name, own)
                if inside is not None:
                    slots.append(Premise("_", Apply("∈", (Name(own), inside))))
                term = body
            case Apply("→", (premise, rest)):
                slots.append(Premise("_", premise))
                term = rest
            case Apply("¬", (premise,)):
                slots.append(Premise("_", premise))
                return Name("False")
            case _:
                return term
