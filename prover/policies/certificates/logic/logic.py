"""First-order goals that hold only classically: cases on a quantified part of the goal, a witness from its failure.

For `∃ x, p x → ∀ y, p y` either all `y` have `p`, and any `x` will do, or one has not, and that one does.
"""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import block, show
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import Term, free_names

MAX_CLAIMS = 3


def logic(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield case splits on quantified parts of a goal about predicates, each case closed by `grind` or a witness."""
    if effort != 0 or not _about_predicates(sequent):
        return
    held, witness, failed = sequent.fresh("hq"), sequent.fresh("a"), sequent.fresh("ha")
    claims = list(dict.fromkeys(_closed(sequent.target, frozenset())))[:MAX_CLAIMS]
    some = f"exact ⟨Classical.ofNonempty, fun _ => {held}⟩"
    for claim in claims:
        text = show(claim, 0)
        opened = (
            f"obtain ⟨{witness}, {failed}⟩ := Classical.not_forall.1 {held}"
            if claim.is_bind("∀")
            else f"have {failed} := not_exists.1 {held}"
        )
        use = f"exact ⟨{witness}, fun h => absurd h {failed}⟩ | exact ⟨{witness}, by grind⟩ | " * claim.is_bind("∀")
        yield (
            f"rcases Classical.em ({text}) with {held} | {held}\n"
            f"· first | grind | (simp_all; done) | {some} | exact ⟨Classical.ofNonempty, by grind⟩\n"
            f"· {opened}\n  first | grind | (simp_all; done) | {use}exact ⟨Classical.ofNonempty, by grind⟩"
        )


def equivalence(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof by cases on all quantified parts of an equivalence, with a witness or a denial from each."""
    if effort != 0 or not _about_predicates(sequent):
        return
    parts = (part for part in sequent.target.walk() if part.is_bind("∀", "∃") and not _quantified(part.args[1]))
    claims = [part for part in dict.fromkeys(parts) if free_names(part) <= set(sequent.types)]
    if 0 < len(claims) <= MAX_CLAIMS:
        elements = [name for name, kind in sequent.types.items() if kind.value in sequent.types]
        yield _cases(sequent, claims, [], elements)


def _cases(sequent: Sequent, claims: list[Term], known: list[str], elements: list[str]) -> str:
    if not claims:
        tries = ["grind", f"(simp [{', '.join(known)}]; done)", "(simp_all; done)", "(constructor <;> grind)"]
        tries += [f"exact ⟨fun _ => by grind, fun _ => ⟨{name}, by grind⟩⟩" for name in elements[:3]]
        return "first | " + " | ".join(tries)
    claim, *rest = claims
    name = sequent.fresh("hq")
    some, that = (f"{wish}{len(sequent.names)}" for wish in ("a", "ha"))
    there = f"obtain ⟨{some}, {that}⟩ := "
    inner = sequent.naming(name, some, that)
    every = claim.is_bind("∀")
    found = [*elements, some]
    both = [
        (f"{there}{name}", that, found) if not every else ("skip", name, elements),
        (f"{there}Classical.not_forall.1 {name}", that, found)
        if every
        else (f"have {that} := not_exists.1 {name}", that, elements),
    ]
    cases = [block("· ", f"{line}\n{_cases(inner, rest, [*known, fact], those)}") for line, fact, those in both]
    return "\n".join([f"rcases Classical.em ({show(claim, 0)}) with {name} | {name}", *cases])


def _quantified(term: Term) -> bool:
    return any(part.is_bind("∀", "∃") for part in term.walk())


def _about_predicates(sequent: Sequent) -> bool:
    """Return whether a local variable is a predicate."""
    return any(kind.is_op("→") and _last(kind).value == "Prop" for kind in sequent.types.values())


def _last(kind: Term) -> Term:
    return _last(kind.args[1]) if kind.is_op("→") else kind


def _closed(term: Term, bound: frozenset[str]) -> Iterator[Term]:
    """Yield the quantified statements within a goal that speak of no bound variable around them."""
    if term.is_bind("∀", "∃"):
        inner = bound | set(term.names)
        for part in term.args:
            yield from _closed(part, inner)
        if bound and not free_names(term) & bound:
            yield term
        return
    for part in term.args:
        yield from _closed(part, bound | {"✝"})
