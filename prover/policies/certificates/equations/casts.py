"""Whole numbers of which the assumptions speak as real ones: what is shown of them is shown over the real numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.printing import show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Sequent, ascending, relation
from prover.policies.certificates.reading.terms import free_names

_WORDS = {"=": "inj", "≤": "le", "<": "lt"}
_INSIDE = {"ℤ": "Int", "ℕ": "Nat"}


def cast_up(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs of comparisons between whole numbers by the same comparison of their casts."""
    found = relation(sequent.target, sequent.types)
    if effort > 1 or not sequent.reals or found is None or found[3] not in _INSIDE:
        return
    symbol, left, right = ascending(*found[:3])
    kind, names = str(found[3]), free_names(sequent.target) & set(sequent.types)
    if symbol not in _WORDS or not names or any(sequent.types[name].value != kind for name in names):
        return
    if kind == "ℕ" and any(part.is_op("-", "/") for part in sequent.target.walk()):
        return
    cast = {part.args[0].value for each in sequent.assumptions for part in each.claim.walk() if part.is_op("↑")}
    if not names & cast:
        return
    name = sequent.fresh("hr")
    try:
        values = {each: parse(f"(↑{each} : ℝ)") for each in names}
        target = spelled(substituted(sequent.target, values))
        proof = prove(replace(sequent.naming(name), target=target), effort)
    except (CannotRead, TooLarge):
        return
    if proof is None:
        return
    lines = proof.replace("\n", "\n  ")
    sides = (f"((({show(side)} : {kind})) : ℝ)" for side in (left, right))
    yield (
        f"have {name} : {f' {symbol} '.join(sides)} := by\n  push_cast\n  {lines}\n"
        f"exact {_INSIDE[kind]}.cast_{_WORDS[symbol]}.1 {name}"
    )
