"""What is assumed to exist for every element, taken for the elements that the goal speaks of: `grind` instantiates what
holds for all, but looks for no witness of `∀ x, ∃ y, r x y` by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from prover.policies.certificates.reading.sequents import Assumption, Sequent
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
    used = set(sequent.names)
    for turn in range(effort + 1):
        new: dict[str, list[str]] = {}
        for claim in claims:
            if turn and not claim.kinds:
                continue
            for chosen in product(*(elements.get(kind, ()) for kind in claim.kinds)):
                names = [_fresh(wish, used) for wish in (*claim.names, *("hw", "hu")[: 1 + claim.unique])]
                for kind, name in zip(claim.found, names, strict=False):
                    new.setdefault(kind, []).append(name)
                lines.append(f"obtain ⟨{', '.join(names)}⟩ := {' '.join([claim.proof, *chosen])}")
        elements = new
    if 0 < len(lines) <= MOST:
        yield "\n".join([*lines, "grind"])


def _claim(assumption: Assumption) -> _Claim | None:
    kinds: list[str] = []
    claim = assumption.claim
    while claim.is_bind("∀") and claim.args[0].is_op(":"):
        kinds += [_text(claim.args[0].args[0])] * len(claim.names)
        claim = claim.args[1]
    unique = claim.kind == "app" and claim.args[0].value == "ExistsUnique" and claim.args[-1].is_bind("fun")
    if unique:
        claim = claim.args[-1]
    elif not (kinds and claim.is_bind("∃")):
        return None
    bound = claim.args[0]
    kind = _text(bound.args[0]) if bound.is_op(":") else kinds[0] if kinds else ""
    found = (kind,) * len(claim.names)
    return _Claim(assumption.proof, tuple(kinds), claim.names, found, unique)


def _fresh(wish: str, used: set[str]) -> str:
    name = next(each for n in range(1, 1_000) if (each := f"{wish}{n}") not in used)
    used.add(name)
    return name


def _text(kind: Term) -> str:
    return kind.text or kind.value
