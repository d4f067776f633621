"""Goals about natural numbers, moved to the integers, where there is subtraction and every finder works.

The ring operations are pushed through the casts here; Lean follows with `exact_mod_cast`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.equations.ideals import equation
from prover.policies.certificates.inequalities.inequality import inequality
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.printing import block, show
from prover.policies.certificates.reading.sequents import RELATIONS, Assumption, Sequent, relation
from prover.policies.certificates.reading.terms import Term

_MAX = 12


def cast(term: Term) -> Term:
    """Return `((term : ℕ) : ℤ)` with the cast at the leaves."""
    if term.kind == "num" and term.value.isdigit():
        return term
    if term.is_op("+", "*"):
        return Term("op", term.value, (cast(term.args[0]), cast(term.args[1])))
    if term.is_op("^") and term.args[1].kind == "num":
        return Term("op", "^", (cast(term.args[0]), term.args[1]))
    return Term("op", "↑", (term,), text=f"({show(term)} : ℤ)" if term.kind == "name" else f"(({show(term)} : ℕ) : ℤ)")


def _claim(claim: Term, sequent: Sequent) -> Term | None:
    """Return a claim about natural numbers as one about integers, or None."""
    if claim.is_op("∨", "∧"):
        left, right = _claim(claim.args[0], sequent), _claim(claim.args[1], sequent)
        return Term("op", claim.value, (left, right)) if left is not None and right is not None else None
    found = relation(claim, sequent.types)
    if found is None or found[3] != "ℕ" or found[0] not in RELATIONS:
        return None
    return Term("op", found[0], (cast(found[1]), cast(found[2])))


def natural(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs of a relation between natural numbers, or of `False` from such relations."""
    false = sequent.target.kind == "name" and sequent.target.value == "False"
    target = sequent.target if false else _claim(sequent.target, sequent)
    if target is None:
        return
    lines: list[str] = []
    moved = sequent
    for assumption in sequent.assumptions:
        claim = _claim(assumption.claim, sequent)
        if claim is None or len(lines) >= _MAX:
            continue
        name = moved.fresh("hz")
        try:
            lines.append(f"have {name} : {_statement(claim)} := by exact_mod_cast {assumption.proof}")
        except CannotRead:
            continue
        moved = moved.naming(name).assuming(Assumption(name, _typed(claim)))
    if false and not lines:
        return
    moved = replace(moved, target=_typed(target))
    for finder in (equation, inequality):
        for text in finder(moved, effort):
            if all(_linear(assumption.claim) for assumption in moved.assumptions) and _linear(moved.target):
                yield "omega"  # decides what is linear, and says so
                return
            if false:
                yield "\n".join([*lines, text])
            else:
                name = moved.fresh("hg")
                head = f"have {name} : {_statement(target)} := by"
                yield "\n".join([*lines, head, "  " + block("", text), f"exact_mod_cast {name}"])
            return


def _linear(claim: Term) -> bool:
    """Whether nothing but numerals is multiplied in a claim, and nothing is raised to a power."""
    return not any(
        part.is_op("^", "/", "%") or (part.is_op("*") and all(side.kind != "num" for side in part.args))
        for part in claim.walk()
    )


def _statement(claim: Term) -> str:
    if claim.is_op("∨", "∧"):
        return f"({_statement(claim.args[0])} {claim.value} {_statement(claim.args[1])})"
    left, right = (show(side) for side in claim.args)
    return f"({left} : ℤ) {claim.value} {right}"


def _typed(claim: Term) -> Term:
    """Say of the sides that they are integers, for those that hold numerals and casts alone, and give them text."""
    if claim.is_op("∨", "∧"):
        return Term("op", claim.value, tuple(_typed(part) for part in claim.args))
    if claim.kind != "op":
        return claim
    integer = Term("name", "ℤ", text="ℤ")
    sides = tuple(Term("op", "type", (_written(side), integer), text=f"({show(side)} : ℤ)") for side in claim.args)
    return Term("op", claim.value, sides)


def _written(term: Term) -> Term:
    """Return the term with a text at every node."""
    if term.text or term.kind in ("num", "name"):
        return term if term.text else Term(term.kind, term.value, text=term.value)
    args = tuple(_written(argument) for argument in term.args)
    return Term(term.kind, term.value, args, term.names, show(Term(term.kind, term.value, args, term.names)))
