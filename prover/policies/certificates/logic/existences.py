"""What is assumed for every element, taken for the elements that the goal speaks of: `grind` looks for no witness of
`∀ x, ∃ y, r x y` by itself, and instantiates `∀ y, p y y` only where it sees `p y y`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from prover.policies.certificates.reading.sequents import Assumption, Names, Sequent
from prover.policies.certificates.reading.terms import Term, free_names

MOST = 4
"""Instances that are taken."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """That for all elements of some types, or without them, there are others; `proof` proves it, `names` are these.

    What is assumed to exist without more is here only where it is `unique`: another finder takes the rest apart.
    """

    proof: str
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    found: tuple[str, ...]
    unique: bool


def existences(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield the witnesses of what exists for the elements in the goal, and `grind`; then also what exists for these."""
    if effort > 1:
        return
    claims = [found for assumption in sequent.assumptions if (found := _claim(assumption)) is not None]
    named = free_names(sequent.target)
    everything: dict[str, list[str]] = {}
    for name, type_ in sequent.types.items():
        everything.setdefault(_text(type_), []).append(name)
    elements = {kind: [name for name in names if name in named] or names for kind, names in everything.items()}
    lines: list[str] = []
    used = Names(sequent.names)
    for turn in range(effort + 1):
        new: dict[str, list[str]] = {}
        for claim in claims:
            if turn and not claim.kinds:
                continue
            for chosen in product(*(elements.get(kind, ()) for kind in claim.kinds)):
                names = [used.fresh(wish) for wish in (*claim.names, *("hw", "hu")[: 1 + claim.unique])]
                for kind, name in zip(claim.found, names, strict=False):
                    new.setdefault(kind, []).append(name)
                lines.append(f"obtain ⟨{', '.join(names)}⟩ := {' '.join([claim.proof, *chosen])}")
        elements = new
    if 0 < len(lines) <= MOST:
        yield "\n".join([*lines, "grind"])
    if effort == 0:
        yield from _instances(sequent, everything)
        yield from _only_one(sequent)


def _instances(sequent: Sequent, elements: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield all that is assumed of every element, said of each element that there is, and `grind`."""
    lines: list[str] = []
    used = Names(sequent.names)
    for assumption in sequent.assumptions:
        kinds, claim = _ranges(assumption.claim)
        if kinds and not claim.is_bind("∃") and len(set(kinds)) == 1 and kinds[0] in sequent.types:
            for chosen in product(elements.get(kinds[0], ()), repeat=len(kinds)):
                lines.append(f"have {used.fresh('hi')} := {' '.join([assumption.proof, *chosen])}")
    if 0 < len(lines) <= 2 * MOST:
        yield "\n".join([*lines, "grind"])


def _only_one(sequent: Sequent) -> Iterator[str]:
    """Yield proofs that there is exactly one element with a property, for elements that are there."""
    target = sequent.target
    if (target.kind == "app" and target.args[0].value == "ExistsUnique") or target.is_bind("∃!"):
        elements = [name for name, kind in sequent.types.items() if kind.value in sequent.types]
        yield from (f"exact ⟨{name}, by grind, fun _ _ => by grind⟩" for name in elements[:MOST])


def _claim(assumption: Assumption) -> _Claim | None:
    kinds, claim = _ranges(assumption.claim)
    unique = claim.kind == "app" and claim.args[0].value == "ExistsUnique" and claim.args[-1].is_bind("fun")
    if unique:
        claim = claim.args[-1]
    elif not (kinds and claim.is_bind("∃")):
        return None
    bound = claim.args[0]
    kind = _text(bound.args[0]) if bound.is_op(":") else kinds[0] if kinds else ""
    found = (kind,) * len(claim.names)
    return _Claim(assumption.proof, tuple(kinds), claim.names, found, unique)


def _ranges(claim: Term) -> tuple[list[str], Term]:
    """Return the types of what a claim is made of all of, and the claim."""
    kinds: list[str] = []
    while claim.is_bind("∀") and claim.args[0].is_op(":"):
        kinds += [_text(claim.args[0].args[0])] * len(claim.names)
        claim = claim.args[1]
    return kinds, claim


def _text(kind: Term) -> str:
    return kind.text or kind.value
