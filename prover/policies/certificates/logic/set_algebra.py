"""Sets that are letters: what is claimed and assumed of them, said of one element."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.sequents import FALSE, Sequent
from prover.policies.certificates.reading.terms import Term

_MEMBERS = (
    "Set.mem_inter_iff, Set.mem_union, Set.mem_diff, Set.mem_compl_iff, Set.mem_empty_iff_false, Set.mem_univ, "
    "Set.mem_singleton_iff, Set.mem_insert_iff, Set.mem_setOf_eq, Set.mem_preimage, Set.mem_iUnion, Set.mem_iInter"
)
_CLOSE = "first | grind | (simp_all; done) | tauto"


def set_algebra(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs of `=`, `⊆` and equivalences of these between sets, by their elements."""
    target = sequent.target
    if effort != 0 or not any(_is_set(kind) for kind in sequent.types.values()):
        return
    if target.is_op("=", "⊆"):
        yield _by_element(sequent, target)
    elif target == FALSE or target.is_op("∈", "∉"):
        claims = [target, *(assumption.claim for assumption in sequent.assumptions)]
        for element in dict.fromkeys(claim.args[0].text for claim in claims if claim.is_op("∈", "∉")):
            yield "\n".join([*_known_of(sequent, element), f"simp only [{_MEMBERS}] at *", _CLOSE])


def _by_element(sequent: Sequent, target: Term) -> str:
    name, assumed = sequent.fresh("x"), sequent.fresh("hx")
    opening = f"refine Set.ext fun {name} => ?_" if target.value == "=" else f"intro {name} {assumed}"
    known = _known_of(sequent.naming(name, assumed), name)
    return "\n".join([opening, *known, f"simp only [{_MEMBERS}] at *", _CLOSE])


def _known_of(used: Sequent, element: str) -> Iterator[str]:
    """Yield what is assumed of sets, said of one element."""
    for assumption in used.assumptions:
        if assumption.claim.is_op("=", "⊆"):
            known, member = used.fresh("hs"), used.fresh("hm")
            used = used.naming(known, member)
            proof = f"Set.ext_iff.1 {assumption.proof} {element}"
            if assumption.claim.value == "⊆":
                proof = f"fun ({member} : {element} ∈ {assumption.claim.args[0].text}) => {assumption.proof} {member}"
            yield f"have {known} := {proof}"


def _is_set(kind: Term) -> bool:
    return kind.kind == "app" and kind.args[0].value == "Set"
