"""Templates that take the goal apart: what it says decides the tactic."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prover.policy.reading import BINDER, NUMBERS, NUMERAL, Shape, fresh, named
from prover.types import Goal


def intro(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head in ("forall", "let"):
        match = BINDER.match(target.left.strip())
        names = [name for name in match.group(1).split() if re.fullmatch(r"[^\W\d][\w'₀-₉]*", name)] if match else []
        yield "intro " + " ".join(fresh(goal, name) for name in (names or ["x"]))
    elif target.head in ("implies", "not"):
        yield f"intro {fresh(goal, 'h')}"


def constructor(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head in ("and", "iff"):
        yield "constructor"
    if target.head == "unique":
        yield "refine ⟨_, ?_, ?_⟩"


def disjunct(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head == "or":
        yield "left"
        yield "right"


def witness(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head in ("exists", "unique"):
        rest = ", ?_, ?_" if target.head == "unique" else ", ?_"
        names = [name for name, hypothesis in named(goal) if hypothesis.type in NUMBERS]
        numerals = list(dict.fromkeys(NUMERAL.findall(goal.target) + NUMERAL.findall(goal.text)))
        for term in dict.fromkeys(["0", "1", "2", *names[:3], *numerals[:5], *(f"{name} + 1" for name in names[:1])]):
            yield f"refine ⟨{term}{rest}⟩"


def extensional(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head == "eq" and re.match(r"^(fun|λ)\b", target.right or target.left):
        yield f"funext {fresh(goal, 'x')}"


def contradiction(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head in ("eq", "le", "lt", "dvd", "or"):
        yield (
            f"by_cases {fresh(goal, 'hn')} : {goal.target}\n· assumption\n· exfalso"
            if len(goal.target) < 80
            else "exfalso"
        )
    elif target.head not in ("false", "other"):
        yield "exfalso"
