"""Names of the library that a goal speaks of, read off its text."""

from __future__ import annotations

import re

from prover.types import Goal

_CONSTANT = re.compile(r"(?<![\w.'])(?:[A-Z]\w*\.)+[a-z_]\w*[!?']*")
_METHOD = re.compile(r"(?:(?<![\w.'])([^\W\d][\w'₀-₉]*)|[)\]])\.([a-z]\w*[!?']*)")
_BARE = re.compile(r"(?<![\w.'#])[a-z]\w*[!?']*(?![\w.'])")
_BOUND = re.compile(r"(?:[∀∃∑∏λ]|fun|let) ([^,=:]*)|[({]([^(){}:]*) :")
_NAME = re.compile(r"[\w'!?]+")
_WORDS = frozenset(
    ("then", "else", "let", "fun", "have", "show", "match", "with", "true", "false", "none", "some", "abs")
)
"""Not names of definitions; `abs` is known to another template."""
_HEADS = {"ℕ": "Nat", "ℤ": "Int", "ℚ": "Rat"}


def constants(goal: Goal) -> list[str]:
    """Names with a namespace that occur in the goal, those of its target first, at most five.

    `xs.length` stands for `List.length` if `xs` is a list.
    """
    found = heads(goal)
    methods = [f"{found[name]}.{method}" for name, method in _METHOD.findall(goal.text) if name in found]
    return list(dict.fromkeys(_CONSTANT.findall(goal.target) + methods + _CONSTANT.findall(goal.text)))[:5]


def guessed(goal: Goal) -> list[str]:
    """Names of methods of terms in brackets, of which the type is guessed: that of a variable that is no number."""
    found = list(heads(goal).values())
    usual = next((head for head in found if head not in ("Nat", "Int")), found[0] if found else "")
    methods = [method for name, method in _METHOD.findall(goal.target) if not name and usual]
    return list(dict.fromkeys(f"{usual}.{method}" for method in methods))[:2]


def heads(goal: Goal) -> dict[str, str]:
    """Return the heads of the types of variables, where they can be a namespace: `List` of `xs : List α`."""
    return {
        name: _HEADS.get(head, head)
        for hypothesis in goal.hypotheses
        if hypothesis.type
        and ((head := hypothesis.type.split()[0])[0].isupper() or head in _HEADS)
        and head not in ("Type", "Sort", "Prop")
        for name in hypothesis.names
    }


def unexplained(goal: Goal) -> list[str]:
    """Names in the target without a namespace that no hypothesis and no binder explains: definitions of a file, mostly.

    At most three, in order.
    """
    bound = {name for found in _BOUND.findall(goal.target) for part in found for name in _NAME.findall(part)}
    known = {name for hypothesis in goal.hypotheses for name in hypothesis.names} | bound | _WORDS
    names = dict.fromkeys(_BARE.findall(goal.target))
    return [name for name in names if len(name) > 2 and name not in known][:3]
