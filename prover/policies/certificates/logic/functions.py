"""Functions whose existence is claimed: constants and the identity, which most such claims leave room for."""

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
    places = min(len(part.args) - 1 for part in applied)
    texts = [f"fun {'_ ' * places}=> {value}" for value in _VALUES]
    if places == 1:
        texts.insert(1, "fun x => x")
    yield from (f"refine ⟨{text}, ?_⟩\n{_CLOSE}" for text in texts)
