"""Comparisons of sums term by term, and what is known of a function at the arguments that a goal mentions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.reading.printing import show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import (
    Assumption,
    Sequent,
    ascending,
    binder_types,
    conjuncts,
    is_proposition,
    relation,
)
from prover.policies.certificates.reading.terms import Term, free_names

MAX_INSTANCES = 12


def instantiated(sequent: Sequent, *more: Term) -> Sequent:
    """Return the sequent with what `∀ i, p (f i)` says at the arguments of `f` in the target and in other terms."""
    found: list[Assumption] = []
    parts = [part for term in (sequent.target, *more) for part in term.walk() if part.kind == "app"]
    calls = list(dict.fromkeys(part for part in parts if len(part.args) == 2 and part.args[0].kind == "name"))
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if (
            not claim.is_bind("∀")
            or len(claim.names) != 1
            or (claim.args[0].kind == "op" and claim.args[0].value != ":")
        ):
            continue
        body, name = claim.args[1], claim.names[0]
        if body.is_op("→") or not is_proposition(body):
            continue
        heads = {p.args[0] for p in body.walk() if p.kind == "app" and len(p.args) == 2 and p.args[1].value == name}
        for call in calls:
            if call.args[0] in heads and free_names(call.args[1]) <= set(sequent.types):
                stated = spelled(substituted(body, {name: call.args[1]}))
                found += conjuncts(Assumption(f"({assumption.proof} {show(call.args[1])})", stated))
    known = {a.claim for a in sequent.assumptions}
    fresh = [a for a in dict.fromkeys(found) if a.claim not in known]
    return sequent.assuming(*fresh[:MAX_INSTANCES])


def sign_of_sum(sequent: Sequent, term: Term, domain: str) -> str | None:
    """Prove that a sum is not negative because none of its terms is."""
    if not term.is_bind("∑") or len(term.names) != 1 or set(term.names) & sequent.names:
        return None
    inner = replace(sequent.naming(*term.names), types={**sequent.types, **_types(sequent, term)})
    sign = Signs(instantiated(inner, term.args[1]), domain).nonnegative(term.args[1])
    return None if sign is None else f"(Finset.sum_nonneg fun {term.names[0]} _ => {sign})"


def termwise(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of a comparison of two sums over the same indices by that of their terms."""
    found = relation(sequent.target, sequent.types)
    if found is None or found[0] not in ("≤", "≥") or effort > 1:
        return
    _, low, high = ascending(*found[:3])
    if not (low.is_bind("∑") and high.is_bind("∑")) or low.args[0] != high.args[0] or len(low.names) != 1:
        return
    name = low.names[0]
    if name in sequent.names:
        return
    within = sequent.naming(name).fresh("hi")
    other = {high.names[0]: Term("name", name, text=name)} if high.names != low.names else {}
    right = spelled(substituted(high.args[1], other)) if other else high.args[1]
    opening = f"refine Finset.sum_le_sum fun {name} {within} => ?_"
    inner = replace(
        sequent.naming(name, within),
        types={**sequent.types, **_types(sequent, low)},
        target=spelled(Term("op", "≤", (low.args[1], right))),
    )
    inner = instantiated(inner)
    proof = prove(inner, effort)
    if proof is not None:
        yield f"{opening}\n{proof}"
        return
    known = [f"have := {a.proof}" for a in inner.assumptions[len(sequent.assumptions) :]]
    if effort == 0:
        yield "\n".join([opening, *known])


def _types(sequent: Sequent, term: Term) -> dict[str, Term]:
    """Return the type of what a sum binds: that of an index of a function where it does not show."""
    found = binder_types(term, sequent.types)
    for part in term.args[1].walk():
        if part.kind == "app" and len(part.args) == 2 and part.args[1].value == term.names[0]:
            kind = sequent.types.get(part.args[0].value)
            if kind is not None and kind.is_op("→"):
                found.setdefault(term.names[0], kind.args[0])
    found.setdefault(term.names[0], Term("name", "ℕ", text="ℕ"))
    return found
