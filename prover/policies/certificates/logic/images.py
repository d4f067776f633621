"""What is assumed of all values of a function, said of those in a goal: `Set.range f = {5}` says `f x = 5`."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.logic.memberships import image_of, says
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
        for values, function, among, whole in _sides(assumption.claim):
            for value in dict.fromkeys(sequent.target.walk()):
                if value.kind != "app" or len(value.args) != 2 or value.args[0] != function or len(lines) == _MOST:
                    continue
                proof = _inside(sequent, among, value.args[1])
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


def _sides(claim: Term) -> Iterator[tuple[Term, Term, Term | None, Term]]:
    """Yield the images that a claim is about, their functions and arguments, and the set that each is or lies in."""
    if not claim.is_op("=", "⊆"):
        return
    pairs = [claim.args] if claim.value == "⊆" else [claim.args, claim.args[::-1]]
    for values, whole in pairs:
        if (image := image_of(values)) is not None:
            yield values, *image, whole


def _inside(sequent: Sequent, among: Term | None, argument: Term) -> str | None:
    """Return the proof that an argument is one of those of an image, with a comma; "" for a range."""
    if among is None:
        return ""
    if among.kind == "name" and among.value == "Set.univ":
        return "trivial, "
    claim = Term("op", "∈", (argument, among))
    return next((f"{each.proof}, " for each in sequent.assumptions if each.claim == claim), None)
