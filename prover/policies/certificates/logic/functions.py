"""Functions whose existence is claimed: inverses of what is onto, constants and the identity."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.sequents import Sequent

_CLOSE = "first | (norm_num; done) | (simp; done) | grind"
_VALUES = ("0", "1")


def function(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs of `∃ f, body` where the body applies `f` to something."""
    target = sequent.target
    if effort != 0 or not target.is_bind("∃") or len(target.names) != 1:
        return
    name = target.names[0]
    applied = [part for part in target.args[1].walk() if part.kind == "app" and part.args[0].value == name]
    if not applied:
        return
    for assumption in sequent.assumptions:
        claim = assumption.claim
        kind = claim.args[0].value if claim.kind == "app" else ""
        if kind in ("Function.Bijective", "Function.Surjective"):
            onto = assumption.proof + ".2" * (kind == "Function.Bijective")
            g, hg = sequent.fresh("g"), sequent.fresh("hg")
            back = f"fun x => {assumption.proof}.1 ({hg} _)"
            yield (
                f"obtain ⟨{g}, {hg}⟩ := Classical.axiomOfChoice {onto}\nrefine ⟨{g}, ?_⟩\n"
                f"first | exact {hg} | exact {back} | exact ⟨{back}, {hg}⟩ | exact ⟨{hg}, {back}⟩ | grind"
            )
            return
    places = min(len(part.args) - 1 for part in applied)
    texts = [f"fun {'_ ' * places}=> {value}" for value in _VALUES]
    if places == 1:
        texts.insert(1, "fun x => x")
    yield from (f"refine ⟨{text}, ?_⟩\n{_CLOSE}" for text in texts)
