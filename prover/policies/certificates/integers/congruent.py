"""Congruences modulo a number that may be a variable: what is congruent may be put in place of each other.

From `a ≡ 1 [MOD m]` follows `a ^ n ≡ 1 ^ n [MOD m]` by the laws of congruences alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.printing import put, show, spelled
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import Term

_LAWS = {"+": "add", "*": "mul", "-": "sub"}


def congruent(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof of a congruence by assumed ones modulo the same number, put into both sides."""
    target = sequent.target
    if effort != 0 or not target.is_op("MOD", "ZMOD") or len(target.args) != 3:
        return
    left, right, modulus = target.args
    known = {
        assumption.claim.args[0]: (assumption.claim.args[1], assumption.proof)
        for assumption in sequent.assumptions
        if assumption.claim.is_op(target.value) and assumption.claim.args[2] == modulus
    }
    if not known:
        return
    sides = []
    for side in (left, right):
        other = side
        for before, (after, _) in known.items():
            other = put(other, before, after)
        sides.append((show(side, 51), show(spelled(other), 51), _proof(side, known, target.value)))
    first, second, equal = (sequent.fresh(wish) for wish in ("hl", "hr", "he"))
    sign = f"[{target.value} {show(modulus, 0)}]"
    (low, low_after, low_proof), (high, high_after, high_proof) = sides
    yield (
        f"have {first} : {low} ≡ {low_after} {sign} := {low_proof}\n"
        f"have {second} : {high} ≡ {high_after} {sign} := {high_proof}\n"
        f"have {equal} : {low_after} = {high_after} := by first | rfl | ring | (simp; done) | omega\n"
        f"exact {first}.trans (by first | exact {equal} ▸ {second}.symm | (rw [{equal}]; exact {second}.symm))"
    )


def _proof(term: Term, known: Mapping[Term, tuple[Term, str]], kind: str) -> str:
    """Print the proof that a term is congruent to itself with the known terms replaced."""
    if term in known:
        return known[term][1]
    if not any(part in known for part in term.walk()):
        return "rfl"
    package = "Nat" if kind == "MOD" else "Int"
    if term.is_op("^") and not any(part in known for part in term.args[1].walk()):
        return f"({package}.ModEq.pow {show(term.args[1])} {_proof(term.args[0], known, kind)})"
    if term.is_op("neg") and package == "Int":
        return f"(Int.ModEq.neg {_proof(term.args[0], known, kind)})"
    if term.kind == "op" and term.value in _LAWS and (term.value != "-" or package == "Int"):
        left, right = (_proof(part, known, kind) for part in term.args)
        return f"({package}.ModEq.{_LAWS[term.value]} {left} {right})"
    raise CannotRead("no polynomial in what is known to be congruent")
