"""Templates whose tactics take lemmas as arguments; which lemmas, retrieval says (`prover.policies.retrieval`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from prover.policies.templates.goal_features import Shape, constants
from prover.types import Goal

LemmaTemplate = Callable[[Goal, Shape, Sequence[str]], Iterator[str]]
_DATA = re.compile(r"^(?:List|Array|Option|Nat|ℕ|Vector)\b")


def simp_lemmas(goal: Goal, target: Shape, names: Sequence[str]) -> Iterator[str]:
    """Simplification with the best few together, then with each alone."""
    for few in dict.fromkeys((min(3, len(names)), len(names))):
        yield f"simp [{', '.join(names[:few])}]"
    if goal.hypotheses:
        yield f"simp_all [{', '.join(names[:4])}]"
    for name in names[:4]:
        yield f"simp [{name}]"


def grind_lemmas(goal: Goal, target: Shape, names: Sequence[str]) -> Iterator[str]:
    yield f"grind [{', '.join(names[:4])}]"


def rewrite_lemmas(goal: Goal, target: Shape, names: Sequence[str]) -> Iterator[str]:
    for name in names[:5]:
        yield f"rw [{name}]"
    for name in names[:3]:
        yield f"rw [← {name}]"


def apply_lemmas(goal: Goal, target: Shape, names: Sequence[str]) -> Iterator[str]:
    for name in names[:4]:
        yield f"apply {name} <;> simp_all"
        yield f"apply {name}"


def induct_with_lemmas(goal: Goal, target: Shape, names: Sequence[str]) -> Iterator[str]:
    """Induction over data, each case simplified with the best lemmas."""
    for hypothesis in goal.hypotheses:
        if _DATA.match(hypothesis.type):
            for name in hypothesis.names[:1]:
                if "✝" not in name and re.search(rf"(?<![\w.]){re.escape(name)}(?![\w'])", goal.target):
                    yield f"induction {name} <;> simp_all [{', '.join(names[:3])}]"


def open_with_lemmas(goal: Goal, target: Shape, names: Sequence[str]) -> Iterator[str]:
    """Arrays and vectors as the lists that they wrap, then what is known of those."""
    patterns = [
        (name, "⟩" if hypothesis.type.startswith("Array ") else ", rfl⟩")
        for hypothesis in goal.hypotheses
        if hypothesis.type.startswith(("Array ", "Vector "))
        for name in hypothesis.names
        if "✝" not in name
    ]
    if patterns:
        lines = "".join(f"rcases {name} with ⟨{name}{rest}\n" for name, rest in patterns[:3])
        yield f"{lines}simp [{', '.join(names[:4])}]"
        yield f"{lines}simp_all [{', '.join(names[:4])}]"


def unfold_with_lemmas(goal: Goal, target: Shape, names: Sequence[str]) -> Iterator[str]:
    """Definitions in the goal, unfolded, with the best lemmas."""
    known = constants(goal)
    if known:
        yield f"simp [{', '.join([*known[:3], *names[:3]])}]"
        yield f"simp_all [{', '.join([*known[:3], *names[:3]])}]"


LEMMAS: dict[str, LemmaTemplate] = {
    "simp_lemmas": simp_lemmas,
    "grind_lemmas": grind_lemmas,
    "rewrite_lemmas": rewrite_lemmas,
    "apply_lemmas": apply_lemmas,
    "induct_with_lemmas": induct_with_lemmas,
    "open_with_lemmas": open_with_lemmas,
    "unfold_with_lemmas": unfold_with_lemmas,
}
"""By name; all are silent where no lemma was found."""
