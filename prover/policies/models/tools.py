"""Tool correction: a call of automation that fails is replaced by others of its kind (Lyra, 2309.15806, section 3.1).

All alternatives are tried by Lean itself, in one step: `linarith [h]` becomes `(first | linarith [h] | nlinarith [h] |
omega | …)`. A tool that this Lean does not have is left out, or the whole block could not even be read.
"""

from __future__ import annotations

import re

_KINDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("linarith", "nlinarith", "omega", "positivity", "polyrith", "gcongr", "bound", "interval_cases", "bv_decide"),
        ("linarith{}", "nlinarith{}", "omega", "positivity", "norm_num{}", "simp_all", "grind"),
    ),
    (
        ("ring", "ring_nf", "field_simp", "linear_combination", "abel", "group", "noncomm_ring"),
        ("ring", "linarith", "nlinarith", "norm_num", "omega", "grind"),
    ),
    (
        (
            "simp",
            "simp_all",
            "norm_num",
            "norm_cast",
            "push_cast",
            "aesop",
            "tauto",
            "decide",
            "rfl",
            "trivial",
            "grind",
        ),
        ("simp{}", "norm_num{}", "simp_all", "decide", "omega", "linarith", "grind", "aesop"),
    ),
)
"""Tools of one kind, and what stands in for them; `{}` takes over the arguments in brackets."""

_ABSENT = {
    "core": frozenset({
        "polyrith", "gcongr", "bound", "interval_cases", "bv_decide", "ring_nf", "field_simp", "linear_combination",
        "abel", "group", "noncomm_ring", "norm_cast", "push_cast",
    })
}  # fmt: skip
_TAKES_ARGUMENTS = ("linarith", "nlinarith", "norm_num", "simp", "simp_all")
_TOOLS = "|".join(sorted({tool for tools, _ in _KINDS for tool in tools}, key=len, reverse=True))
_CALL = re.compile(
    rf"(?P<before>^[ \t]*(?:·[ \t]*)*|\bby[ \t]+|<;>[ \t]*)"
    rf"(?P<tool>{_TOOLS})(?P<bang>[!?]?)(?P<rest>(?![\w.'])[^\n]*)$",
    re.MULTILINE,
)
_ARGUMENTS = re.compile(r"^\s*(\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\])\s*$")


def corrected(action: str, context: str) -> str | None:
    """Return an action with alternatives to every call of automation that ends a line; None if none does."""
    found = _CALL.sub(lambda call: _alternatives(call, context), action)
    return found if found != action else None


def _alternatives(call: re.Match[str], context: str) -> str:
    rest = call["rest"].strip()
    arguments = _ARGUMENTS.match(rest)
    if rest and arguments is None:
        return call[0]  # `simp at h`, `linarith only [h]`, several tactics: not a call that is to end a goal
    tool = call["tool"]
    others = next(others for tools, others in _KINDS if tool in tools)
    given = f" {arguments[1]}" if arguments else ""
    first = f"{tool}{call['bang']}{given}"
    absent = _ABSENT.get(context, frozenset())
    names = [] if tool in absent else [first]
    for other in others:
        name = other.split("{")[0]
        text = other.format(given if tool in _TAKES_ARGUMENTS else "")
        if name not in absent and text not in names:
            names.append(text)
    return f"{call['before']}(first | {' | '.join(names)})"
