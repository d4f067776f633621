"""Templates that call automation to close a goal, or that take the goal apart: what it says decides the tactic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from prover.policies.templates.goal_features import (
    BINDER,
    NUMBERS,
    NUMERAL,
    Shape,
    domain,
    fresh,
    named,
    occurs,
    propositions,
    shape,
)
from prover.types import Goal


def omega(goal: Goal, target: Shape) -> Iterator[str]:
    discrete = domain(goal) in ("nat", "int") or any(mark in goal.text for mark in ("ℕ", "ℤ"))
    if discrete and target.head not in ("forall", "let", "unique", "mem", "modeq", "other"):
        yield "omega"


def grind(goal: Goal, target: Shape) -> Iterator[str]:
    yield "grind"


def grind_more(goal: Goal, target: Shape) -> Iterator[str]:
    yield "grind (splits := 20) (ematch := 10) (gen := 12)"


def simp_all(goal: Goal, target: Shape) -> Iterator[str]:
    if any(True for _ in propositions(goal)):
        yield "simp_all"
        yield "simp_all <;> omega"
        yield "simp_all <;> grind"


def simp(goal: Goal, target: Shape) -> Iterator[str]:
    yield "simp"


def decide(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head not in ("other", "exists") and domain(goal) not in ("real", "complex"):
        yield "decide"
        yield "decide +revert"
        if "^" in goal.target:
            yield "set_option exponentiation.threshold 3000 in decide"


def rfl(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head in ("eq", "iff"):
        yield "rfl"


def norm_num(goal: Goal, target: Shape) -> Iterator[str]:
    if NUMERAL.search(goal.text):
        yield "norm_num"
        if goal.hypotheses:
            yield "norm_num at *"
            yield "norm_num at * <;> grind"


def assumption(goal: Goal, target: Shape) -> Iterator[str]:
    if any(hypothesis.type == goal.target for hypothesis in goal.hypotheses):
        yield "assumption"


def search_library(goal: Goal, target: Shape) -> Iterator[str]:
    yield "exact?"


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
    """What a quantified variable is compared with, then names and numerals that occur."""
    if target.head in ("exists", "unique"):
        rest = ", ?_, ?_" if target.head == "unique" else ", ?_"
        match = BINDER.match(target.left.strip())
        bound, *later = match.group(1).split() if match else [""]
        body = _settled(later, target.left.partition(",")[2])
        names = [name for name, hypothesis in named(goal) if hypothesis.type in NUMBERS]
        numerals = list(dict.fromkeys(NUMERAL.findall(goal.target) + NUMERAL.findall(goal.text)))
        common = ["0", "1", "2", *names[:3], *numerals[:5], *(f"{name} + 1" for name in names[:1])]
        compared = (term for term in _compared(bound, body) if not any(occurs(name, term) for name in later))
        for term in dict.fromkeys([*islice(compared, 4), *common]):
            yield f"refine ⟨{term}{rest}⟩"


_OPPOSITE = {"+": "-", "-": "+", "*": "/", "/": "*"}


def _settled(bound: list[str], body: str) -> str:
    """Put what bound variables are said to be equal to, where that is a numeral, in their place."""
    for name in bound:
        if found := re.search(rf"(?<![\w.]){re.escape(name)} = (\d+)(?=$| [∧∨])", body):
            body = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w'])", found[1], body)
    return body


def _compared(bound: str, body: str) -> Iterator[str]:
    """Yield terms that solve a comparison of a variable in a proposition."""
    for part in re.split(r"[∧∨,]", body):
        found = shape(part)
        for one, other, strict in ((found.left, found.right, "- 1"), (found.right, found.left, "+ 1")):
            if found.head not in ("eq", "le", "lt") or occurs(bound, other):
                continue
            if one == bound:
                yield f"({other} {strict})" if found.head == "lt" else f"({other})"
            elif found.head == "eq" and (solution := _solved(bound, one, other)) is not None:
                yield f"({solution})"


def _solved(bound: str, side: str, value: str) -> str | None:
    """Return what a variable has to be for a side of an equation to have a value; None if it is not linear in it.

    Sums and products are undone one by one, the outermost first: `2 * x + 1 = y` gives `(y - 1) / 2`.
    """
    side = side.strip()
    while side != bound:
        if side.startswith("(") and side.endswith(")") and _top(side) is None:
            side = side[1:-1].strip()
            continue
        found = _top(side)
        if found is None:
            return None
        before, operator, after = found
        inside_before, inside_after = occurs(bound, before), occurs(bound, after)
        if inside_before == inside_after:
            return None
        value = _bracketed(value)
        known = _bracketed(after if inside_before else before)
        if inside_before:
            value = f"{value} {_OPPOSITE[operator]} {known}"
        else:
            value = f"{value} {_OPPOSITE[operator]} {known}" if operator in "+*" else f"{known} {operator} {value}"
        side = before if inside_before else after
        side = side.strip()
    return value


def _top(text: str) -> tuple[str, str, str] | None:
    """Split a term at its outermost sum, or else product; None if it is neither, or a power is in the way."""
    for operators in ("+-", "*/"):
        depth = 0
        for position in range(len(text) - 1, 0, -1):
            character = text[position]
            depth += (character in ")]⟩") - (character in "([⟨")
            if depth == 0 and character in operators and text[position - 1] == " " and text[position + 1 :][:1] == " ":
                return text[: position - 1], character, text[position + 2 :]
    return None


def _bracketed(term: str) -> str:
    return f"({term})" if " " in term else term


def structures(goal: Goal, target: Shape) -> Iterator[str]:
    """A variable that is neither a number nor a function, taken apart: a pair, a `Fin`, what a file defines itself."""
    names = [
        (name, hypothesis.type)
        for name, hypothesis in named(goal)
        if hypothesis.type not in (*NUMBERS, "Prop", "Bool", "ℂ", "Complex")
        and not re.search(r"→|^(Type|Sort)\b", hypothesis.type)
        and (shape(hypothesis.type).head == "other" or "×" in hypothesis.type)
        and (occurs(name, goal.target) or any(occurs(name, other.type) for other in goal.hypotheses))
    ]
    for name, kind in names[:2]:
        parts = kind.count("×") + 1
        if parts > 1 and "(" not in kind:
            yield f"obtain ⟨{', '.join(fresh(goal, f'{name}{number}') for number in range(1, parts + 1))}⟩ := {name}"
        yield f"cases {name} <;> simp_all"
        yield f"cases {name} <;> grind"
        yield f"cases {name}"


def extensional(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head == "eq" and re.match(r"^(fun|λ)\b", target.right or target.left):
        yield f"funext {fresh(goal, 'x')}"
    sets = target.head == "eq" and re.search(r"[∪∩∅\\]|''|⁻¹'|\{\w+ \|", goal.target)
    if sets and "Injective" not in goal.text:  # with it `grind` rests on an inverse that Lean keeps to itself
        yield f"ext {fresh(goal, 'x')}\ngrind"


def contradiction(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head in ("eq", "le", "lt", "dvd", "or"):
        yield (
            f"by_cases {fresh(goal, 'hn')} : {goal.target}\n· assumption\n· exfalso"
            if len(goal.target) < 80
            else "exfalso"
        )
    elif target.head not in ("false", "other"):
        yield "exfalso"
