"""What a goal looks like, read off its text: the outermost connective, its numbers, the library names it speaks of.

Reading is approximate by design: it decides which tactics are worth proposing, never whether one is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from prover.types import Goal, Hypothesis

# Outermost first: the operator that binds weakest. All of these associate so that the first one splits.
_LEVELS: tuple[tuple[str, ...], ...] = (("↔",), ("→",), ("∨",), ("∧",), ("=", "≠", "<", "≤", ">", "≥", "∣", "∈", "≡"))
_NAMES = {
    "↔": "iff", "→": "implies", "∨": "or", "∧": "and", "=": "eq", "≠": "ne", "<": "lt", "≤": "le", ">": "lt", "≥": "le",
    "∣": "dvd", "∈": "mem", "≡": "modeq",
}  # fmt: skip
_OPEN, _CLOSE = "([{⟨⌊⌈", ")]}⟩⌋⌉"
NUMBERS = ("ℕ", "ℤ", "ℚ", "ℝ", "Nat", "Int", "Rat")
DISCRETE = ("ℕ", "ℤ", "Nat", "Int")
NUMERAL = re.compile(r"\d+")
BINDER = re.compile(r"^[({\[⦃]?\s*([^\s:,(){}\[\]]+(?:\s+[^\s:,(){}\[\]]+)*)\s*(?::|,|∈|<|>|≤|≥|∣)")
_TOKEN = re.compile(r"[A-Za-z_α-ωΑ-Ω][\w.'✝₀-₉]*|\d+|\S")
_BINDERS = ("∀", "∃", "fun", "λ", "∑", "∏", "∃!", "let", "have", "if")


@dataclass(frozen=True, slots=True)
class Shape:
    """The outermost connective of a target and its operands, as text."""

    head: str
    left: str = ""
    right: str = ""


def shape(target: str) -> Shape:
    """Return the outermost connective of a proposition."""
    text = _strip(target)
    for symbol, head in (("∀", "forall"), ("∃!", "unique"), ("∃", "exists"), ("let ", "let"), ("¬", "not")):
        if text.startswith(symbol) and (head != "not" or _split(text[1:]) is None):
            return Shape(head, left=text[len(symbol) :])
    if text == "False":
        return Shape("false")
    if text == "True":
        return Shape("true")
    found = _split(text)
    if found is None:
        return Shape("other", text)
    left, symbol, right = found
    return Shape(_NAMES[symbol], left.strip(), right.strip())


def conjuncts(text: str) -> int:
    """Return how many propositions a conjunction joins."""
    found = shape(text)
    return 1 + conjuncts(found.right) if found.head == "and" else 1


def domain(goal: Goal) -> str:
    """Return what the goal is about: `real`, `rat`, `int`, `nat` or `prop`; the richest type that occurs wins."""
    text = goal.text
    for name, marks in (("complex", "ℂ"), ("real", "ℝ"), ("rat", "ℚ"), ("int", "ℤ"), ("nat", "ℕ")):
        if marks in text:
            return name
    return "nat" if re.search(r"\bNat\b|\d", text) else "prop"


def variables(goal: Goal, *types: str) -> list[str]:
    """Return the names of the local variables of some types, in order; names that cannot be written are left out."""
    return [
        name
        for hypothesis in goal.hypotheses
        if hypothesis.type in types and hypothesis.value is None
        for name in hypothesis.names
        if "✝" not in name
    ]


def mentioned(goal: Goal, *types: str) -> list[str]:
    """Return the variables of some types that the target speaks of, then those that hypotheses speak of."""
    texts = (goal.target, " ".join(kind for _, kind, _ in propositions(goal)))
    names = variables(goal, *types)
    return list(dict.fromkeys(name for text in texts for name in names if occurs(name, text)))


def occurs(name: str, text: str) -> bool:
    """Return whether a name occurs in a text as a word of its own."""
    return re.search(rf"(?<![\w.]){re.escape(name)}(?![\w'])", text) is not None


def atoms(text: str, limit: int = 8) -> list[str]:
    """Return numerals and identifiers that occur in a text, in order of first use."""
    seen = dict.fromkeys(token for token in _TOKEN.findall(text) if token.isdigit() or token[0].isalpha())
    return list(seen)[:limit]


def fresh(goal: Goal, wish: str) -> str:
    """Return a name that no hypothesis has."""
    taken = {name for hypothesis in goal.hypotheses for name in hypothesis.names}
    if wish not in taken:
        return wish
    return next(f"{wish}{n}" for n in range(1, 10_000) if f"{wish}{n}" not in taken)


def named(goal: Goal) -> Iterator[tuple[str, Hypothesis]]:
    """Yield the hypotheses and variables that a tactic can name, without `let`s."""
    for hypothesis in goal.hypotheses:
        for name in hypothesis.names:
            if "✝" not in name and hypothesis.value is None:
                yield name, hypothesis


def propositions(goal: Goal) -> list[tuple[str, str, Shape]]:
    """Return the name, text and shape of the hypotheses that look like propositions."""
    return [
        (name, hypothesis.type, found)
        for name, hypothesis in named(goal)
        if (found := shape(hypothesis.type)).head != "other" or " " in hypothesis.type
    ]


def _strip(text: str) -> str:
    text = text.strip()
    while text.startswith("(") and _closing(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closing(text: str) -> int:
    depth = 0
    for position, character in enumerate(text):
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
            if depth == 0:
                return position
    return -1


@lru_cache(maxsize=4096)
def _split(text: str) -> tuple[str, str, str] | None:
    """Split at the weakest operator outside of brackets; what follows a binder belongs to it."""
    best: tuple[int, int, str] | None = None
    depth = 0
    for position, character in enumerate(text):
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
        elif depth == 0:
            if character in "∀∃∑∏λ" or text.startswith("fun ", position):
                break
            for level, symbols in enumerate(_LEVELS):
                if character in symbols and not (character == "=" and text[position - 1 : position] in (":", "!")):
                    if best is None or level < best[0]:
                        best = (level, position, character)
                    break
    if best is None:
        return None
    _, position, symbol = best
    return text[:position], symbol, text[position + 1 :]


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
