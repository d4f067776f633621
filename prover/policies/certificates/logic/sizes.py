"""How many whole numbers have a property: `{n | n < 10 ∧ 3 ∣ n}.ncard = 4`, counted over a range that holds them."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.logic.enumerated import Membership, range_of
from prover.policies.certificates.reading.printing import block, show
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import Term

_INFINITE = " | ".join(
    ["first", *(f"rw [Set.{name} (by decide)]" for name in ("encard_eq_ofNat", "encard_eq_cast", "cast_eq_encard"))]
)
"""Brings `encard = n`, `encard = ↑n` and `↑n = encard` into the form `ncard = n`."""


def sizes(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs of `S.ncard = n` and `S.encard = n` for a set of natural numbers or integers."""
    if effort != 0 or not sequent.target.is_op("="):
        return
    for side in sequent.target.args:
        found = _count(side)
        if found is None:
            continue
        whole, infinite = found
        built, lines = _built(sequent, whole)
        if built is None or len(built.names) != 1:
            continue
        if infinite:
            lines.append(_INFINITE)
        for kind in _kinds(sequent, whole, built):
            if (proof := _counted(sequent, built, kind, prove)) is not None:
                yield "\n".join([*lines, *proof])


def _count(term: Term) -> tuple[Term, bool] | None:
    """Return the set whose size a term is, and whether by the count that may be infinite."""
    for name in ("ncard", "encard"):
        if term.is_op(f".{name}"):
            return term.args[0], name == "encard"
        if term.kind == "app" and len(term.args) == 2 and term.args[0].value == f"Set.{name}":
            return term.args[1], name == "encard"
        if term.kind == "name" and term.value.endswith(f".{name}"):
            base = term.value.removesuffix(f".{name}")
            return Term("name", base, text=base), name == "encard"
    return None


def _built(sequent: Sequent, whole: Term) -> tuple[Term | None, list[str]]:
    """Return the set-builder that a set is, and the tactics that put it in."""
    if whole.is_bind("setOf"):
        return whole, []
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if claim.is_op("=") and claim.args[0] == whole and claim.args[1].is_bind("setOf"):
            return claim.args[1], [f"rw [{assumption.proof}]"]
    return None, []


def _kinds(sequent: Sequent, whole: Term, built: Term) -> tuple[str, ...]:
    """Return the types that the elements may have; Lean prints them only for a set that has a name."""
    kind = sequent.types.get(whole.value) if whole.kind == "name" else None
    if kind is not None and kind.kind == "app" and len(kind.args) == 2:
        inside = kind.args[1].value
    else:
        inside = built.args[0].args[0].value if built.args[0].is_op(":") else ""
    return (inside,) if inside in ("ℕ", "ℤ") else () if inside else ("ℕ", "ℤ")


def _counted(sequent: Sequent, built: Term, kind: str, prove: Prove) -> list[str] | None:
    """Return the lines that count a set out, whose elements are in a range."""
    x, claim = built.names[0], built.args[1]
    hx, hs = sequent.fresh("hx"), sequent.fresh("hs")
    found = range_of(sequent, Membership("", x, claim, "", kind, finite=False), hx, prove)
    if found is None:
        return None
    where, member, proof = found
    said = show(claim, 0)
    return [
        f"have {hs} : Set.ncard {{{x} : {kind} | {said}}} = "
        f"(Finset.filter (fun {x} : {kind} => {said}) ({where})).card := by",
        f"  refine Set.ncard_eq_card _ (fun {x} => ?_)",
        f"  rw [Finset.mem_filter, {member}]",
        f"  refine ⟨fun {hx} => {hx}.2, fun ({hx} : {said}) => ⟨?_, {hx}⟩⟩",
        "  " + block("", proof),
        f"rw [{hs}]",
        "decide +kernel",
    ]
