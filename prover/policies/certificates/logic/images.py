"""What is assumed of all values of a function, said of those in a goal: `Set.range f = {5}` says `f x = 5`."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.logic.memberships import says
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.printing import show, spelled
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, conjuncts
from prover.policies.certificates.reading.terms import Term

_MOST = 4


def image_values(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof from the set that the values in a goal belong to."""
    if effort > 1:
        return
    lines: list[str] = []
    known = sequent
    for assumption in sequent.assumptions:
        for values, whole in _sides(assumption.claim):
            function = values.args[0] if values.is_op("''") else values.args[1]
            for value in dict.fromkeys(sequent.target.walk()):
                if value.kind != "app" or len(value.args) != 2 or value.args[0] != function or len(lines) == _MOST:
                    continue
                proof = _inside(sequent, values, value.args[1], prove)
                if proof is None:
                    continue
                try:
                    claim = spelled(says(whole, value))
                except CannotRead:
                    claim = spelled(Term("op", "∈", (value, whole)))
                name = known.fresh("hm")
                element = f"⟨{show(value.args[1], 0)}, {proof}rfl⟩"
                if assumption.claim.is_op("⊆"):
                    lines.append(f"have {name} : {show(claim, 0)} := {assumption.proof} {element}")
                else:
                    back = "" if assumption.claim.args[0] == values else "← "
                    lines += [
                        f"have {name} : {show(value, 0)} ∈ {show(values)} := {element}",
                        f"rw [{back}{assumption.proof}] at {name}",
                        f"change {show(claim, 0)} at {name}",
                    ]
                known = known.naming(name).assuming(*conjuncts(Assumption(name, claim)))
    if lines and (proof := prove(known, effort)) is not None:
        yield "\n".join([*lines, proof])


def _sides(claim: Term) -> Iterator[tuple[Term, Term]]:
    """Yield the images that a claim is about, each with the set that it is or lies in."""
    if not claim.is_op("=", "⊆"):
        return
    pairs = [claim.args] if claim.value == "⊆" else [claim.args, claim.args[::-1]]
    for values, whole in pairs:
        is_range = values.kind == "app" and values.args[0].value == "Set.range" and len(values.args) == 2
        if is_range or values.is_op("''"):
            yield values, whole


def _inside(sequent: Sequent, values: Term, argument: Term, prove: Prove) -> str | None:
    """Return the proof that an argument lies where an image is taken, with a comma; "" for a range."""
    if not values.is_op("''"):
        return ""
    whole = values.args[1]
    if whole.kind == "name" and whole.value == "Set.univ":
        return "trivial, "
    claim = Term("op", "∈", (argument, whole))
    for assumption in sequent.assumptions:
        if assumption.claim == claim:
            return f"{assumption.proof}, "
    return None
