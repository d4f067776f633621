"""Alternatives of which one is a comparison: where it does not hold, the other one has to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term

_SPLITS = {"<": ("lt_or_ge", "≤"), "≤": ("le_or_gt", "<")}


def alternatives(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of `a ≤ b ∨ q` by `q` where `b < a`, and of a comparison as the last alternative."""
    target = sequent.target
    if effort > 1 or not target.is_op("∨"):
        return
    for at in (0, 1):
        found = relation(target.args[at], sequent.types)
        if found is None or found[0] not in ("<", "≤", ">", "≥") or found[3] is None:
            continue
        symbol, left, right = ascending(*found[:3])
        split, opposite = _SPLITS[symbol]
        name = sequent.fresh("hc")
        other = target.args[1 - at]
        known = Assumption(name, Term("op", opposite, (right, left)))
        proof = prove(replace(sequent.naming(name).assuming(known), target=other), effort)
        if proof is None:
            continue
        typed = f"({show(left, 0)} : {found[3]})"
        first, second = ("Or.inl", "Or.inr") if at == 0 else ("Or.inr", "Or.inl")
        yield (
            f"rcases {split} {typed} {show(right)} with {name} | {name}\n"
            f"· exact {first} {name}\nrefine {second} ?_\n{proof}"
        )
        return
