"""Templates beyond automation's: tactics with arguments read off the goal. Too many to try them all at every goal.

Which of them are worth a call is what a policy has to learn (`prover.train`); automation does without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prover.policies.templates import numbers
from prover.policies.templates.goal_features import Shape, conjuncts, constants, fresh, guessed, shape, variables
from prover.policies.templates.templates import TEMPLATES, Template
from prover.types import Goal

_BINDER_NAME = re.compile(r"[^\W\d][\w'₀-₉]*")
_CONDITION = re.compile(r"\bif (?:\w+ : )?([^∀∃]{1,60}?) then\b")
_DATA = re.compile(r"^(?:List|Array|Option|Bool|Nat|ℕ|Int|ℤ|Fin|Vector|String|Sum|Except|Char|Ordering|Subarray|.* × )")
MOST_VARIABLES = 3


def intro_all(goal: Goal, target: Shape) -> Iterator[str]:
    """Everything that can be introduced, at once; then with conjunctions taken apart."""
    names: list[str] = []
    patterns: list[str] = []
    text = goal.target
    taken = {name for hypothesis in goal.hypotheses for name in hypothesis.names}
    found = target

    def new(wish: str) -> str:
        name = next(entry for entry in (wish, *(f"{wish}{n}" for n in range(1, 1000))) if entry not in taken)
        taken.add(name)
        return name

    while found.head in ("forall", "implies", "not") and len(names) < 24:
        if found.head == "forall":
            binders, text = _binders(found.left)
            fresh_names = [new(name) for name in binders]
            names += fresh_names
            patterns += fresh_names
        else:
            hypothesis = found.left
            name = new("h")
            names.append(name)
            width = conjuncts(hypothesis)
            patterns.append(name if width == 1 else f"⟨{', '.join(new(f'{name}_') for _ in range(width))}⟩")
            text = found.right if found.head == "implies" else "False"
        if not text:
            break
        found = shape(text)
    if len(names) > 1:
        yield f"intro {' '.join(names)}"
    if patterns != names:
        yield f"intro {' '.join(patterns)}"
    if names:
        yield f"intro {' '.join(patterns)}\nsimp_all"
        yield f"intro {' '.join(patterns)}\ngrind"


def _binders(text: str) -> tuple[list[str], str]:
    """Take `(a b : ℝ) {n : ℕ}, rest` or `x, rest` or `x ∈ s, rest` apart: names and the rest."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([{⦃⟨") - (character in ")]}⦄⟩")
        if character == "," and depth == 0:
            head, rest = text[:place], text[place + 1 :].strip()
            groups = re.findall(r"[(\[{⦃]([^()\[\]{}⦃⦄]*?):", head) or [re.split(r":|∈|<|>|≤|≥|∣|≠", head)[0]]
            names = [name for group in groups for name in _BINDER_NAME.findall(group)]
            extra = [] if "(" in head or ":" in head else re.findall(r"∈|<|>|≤|≥|∣|≠", head)
            return names + ["hx"] * len(extra), rest
    return [], ""


def _hypotheses(goal: Goal) -> list[tuple[str, str, Shape]]:
    return [
        (name, hypothesis.type, found)
        for hypothesis in goal.hypotheses
        for name in hypothesis.names
        if "✝" not in name
        and hypothesis.value is None
        and ((found := shape(hypothesis.type)).head != "other" or " " in hypothesis.type)
        and not _DATA.match(hypothesis.type)
        and not hypothesis.type.endswith(("→ Prop", "→ Bool", " α", " β", " γ", "Type u"))
    ]


def unfolding(goal: Goal, target: Shape) -> Iterator[str]:
    """Definitions in the goal, unfolded."""
    names = constants(goal)
    if names:
        joined = ", ".join(names)
        yield f"simp [{joined}]"
        yield f"grind [{joined}]"
        yield f"simp_all [{joined}]"
        yield f"unfold {names[0]}\nsimp"
        yield f"unfold {names[0]}\ngrind"
    for name in names[:3] + guessed(goal):
        if len(names) != 1 or name not in names:
            yield f"simp [{name}]"
            yield f"grind [{name}]"
        yield f"rw [{name}]"
        yield f"unfold {name}\nsplit <;> simp_all"


def _data(goal: Goal) -> list[str]:
    """Variables that can be taken apart, those of the target first."""
    names = [
        name
        for hypothesis in goal.hypotheses
        if hypothesis.value is None and _DATA.match(hypothesis.type)
        for name in hypothesis.names
        if "✝" not in name
    ]
    return sorted(names, key=lambda name: not re.search(rf"(?<![\w.]){re.escape(name)}(?![\w'])", goal.target))


def cases_closing(goal: Goal, target: Shape) -> Iterator[str]:
    for name in _data(goal)[:MOST_VARIABLES]:
        yield f"cases {name} <;> simp"
        yield f"cases {name} <;> simp_all"
        yield f"cases {name} <;> grind"
        yield f"cases {name} <;> rfl"


def cases_closing_defs(goal: Goal, target: Shape) -> Iterator[str]:
    names = constants(goal)
    for name in _data(goal)[:MOST_VARIABLES]:
        if names:
            yield f"cases {name} <;> simp [{', '.join(names)}]"
    pair = _data(goal)[:2]
    if len(pair) == 2:
        yield f"cases {pair[0]} <;> cases {pair[1]} <;> simp_all"
        yield f"cases {pair[0]} <;> cases {pair[1]} <;> rfl"


def induction_closing(goal: Goal, target: Shape) -> Iterator[str]:
    names = _data(goal)[:MOST_VARIABLES]
    known = constants(goal)
    for name in names:
        others = " ".join(other for other in names if other != name)
        yield f"induction {name} <;> simp_all"
        yield f"induction {name} <;> grind"
        if known:
            yield f"induction {name} <;> simp_all [{', '.join(known)}]"
            yield f"induction {name} <;> grind [{', '.join(known)}]"
        if others:
            yield f"induction {name} generalizing {others} <;> simp_all"
            yield f"induction {name} generalizing {others} <;> grind"


def splitting(goal: Goal, target: Shape) -> Iterator[str]:
    if re.search(r"\bif\b|\bmatch\b", goal.target):
        yield "split"
        yield "split <;> simp_all"
        yield "split <;> grind"
        yield "split <;> omega"
    if re.search(r"\bif\b|\bmatch\b", goal.text):
        yield "repeat' split at *\nall_goals simp_all"


def by_hypothesis(goal: Goal, target: Shape) -> Iterator[str]:
    """A hypothesis applied, rewritten with, simplified with."""
    for name, _, found in reversed(_hypotheses(goal)[-4:]):
        yield f"simpa using {name}"
        if found.head in ("forall", "implies", "iff"):
            yield f"apply {name}"
            yield f"exact {name} .."
        if found.head in ("eq", "iff"):
            yield f"rw [{name}]"
            yield f"rw [← {name}]"
            yield f"simp [← {name}]"
        if found.head == "eq":
            yield f"subst {name}\nsimp"
            yield f"cases {name}\nrfl"
        if found.head in ("other", "mem", "le", "lt"):
            yield f"cases {name} <;> simp_all"


def extensionality(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head in ("eq", "forall"):
        yield "ext\nsimp"
        yield "ext <;> grind"
        yield "funext\nsimp"
        yield "intros\nrfl"
        yield "intros\nsimp"
        yield "ac_rfl"
        yield "congr 1"
        yield "simp\nomega"
    if target.head == "iff":
        yield "constructor <;> intro h <;> simp_all"
        yield "constructor <;> intro h <;> grind"
        yield "constructor <;> intro h <;> omega"
        yield "simp\ngrind"
    if target.head == "eq" and "Prop" in goal.text:
        yield "apply propext\nconstructor <;> intro h <;> simp_all"


def library(goal: Goal, target: Shape) -> Iterator[str]:
    """What the library knows, after a first step: `exact?` finds a lemma, where there is one."""
    if target.head in ("forall", "implies"):
        yield "intros\nexact?"
    if target.head == "eq":
        yield "symm\nexact?"
        yield "simp\nexact?"
    if target.head in ("iff", "and"):
        yield "constructor <;> exact?"
        yield "constructor <;> intros <;> exact?"
    if target.head in ("le", "lt", "ne", "dvd", "other"):
        yield "simp\nexact?"
        yield "apply Decidable.byContradiction\nintro h\nsimp_all"


def conditions(goal: Goal, target: Shape) -> Iterator[str]:
    """The condition of an `if`, by cases; comparisons, by cases."""
    name = fresh(goal, "hc")
    found = dict.fromkeys(
        condition.strip()
        for condition in _CONDITION.findall(goal.target)
        if condition.count("(") == condition.count(")")
    )
    for condition in list(found)[:2]:
        yield f"by_cases {name} : {condition} <;> simp [{name}]"
        yield f"by_cases {name} : {condition} <;> simp_all"
        yield f"by_cases {name} : {condition} <;> simp [{name}] <;> omega"
    numbers = variables(goal, "ℕ", "Nat", "Int", "ℤ")[:2]
    if len(numbers) == 2 and re.search(r"\bmin\b|\bmax\b| - |<|≤", goal.target):
        kind = "Int" if variables(goal, "Int", "ℤ")[:1] == numbers[:1] else "Nat"
        first, second = numbers
        yield f"rcases {kind}.le_total {first} {second} with {name} | {name} <;> simp [{name}]"
        yield f"rcases {kind}.lt_trichotomy {first} {second} with {name} | {name} | {name} <;> simp_all <;> omega"


def arithmetic(goal: Goal, target: Shape) -> Iterator[str]:
    """Commutativity and associativity as rewrite rules, definitions opened up for arithmetic."""
    kind = "Nat" if variables(goal, "ℕ", "Nat") else "Int" if variables(goal, "Int", "ℤ") else ""
    if kind and re.search(r"[+*]", goal.target):
        for operation in ("add", "mul"):
            if ("+" if operation == "add" else "*") in goal.target:
                rules = ", ".join(f"{kind}.{operation}_{law}" for law in ("comm", "left_comm", "assoc"))
                yield f"simp [{rules}]"
                yield f"rw [{kind}.{operation}_comm]"
        if "*" in goal.target and re.search(r"[+-]", goal.target):
            yield f"simp [{kind}.mul_add, {kind}.add_mul, {kind}.mul_comm, {kind}.mul_left_comm, {kind}.mul_assoc]"
    for name in constants(goal)[:2]:
        if kind:
            yield f"simp [{name}]\nomega"
            yield f"unfold {name}\nomega"
            yield f"simp only [{name}]\nsplit <;> omega"


def by_components(goal: Goal, target: Shape) -> Iterator[str]:
    """Equality of what has components, component by component."""
    if target.head != "eq":
        return
    text = goal.text
    if "BitVec" in text:
        yield "apply BitVec.eq_of_toNat_eq\nsimp"
        yield "ext i\nsimp"
        yield "simp [BitVec.toNat_eq]"
    if "Fin " in text:
        yield "apply Fin.ext\nsimp"
        yield "apply Fin.ext\nomega"
    if re.search(r"\bList\b", text):
        yield "apply List.ext_getElem <;> simp"
        yield "apply List.ext_getElem? <;> simp"
    if re.search(r"\bArray\b|\bVector\b", text):
        yield "ext <;> simp"
        for name in _data(goal)[:2]:
            yield f"rcases {name} with ⟨{name}⟩\nsimp"
    for hypothesis in goal.hypotheses:
        for name in hypothesis.names[:1]:
            if re.match(r"^[A-Z]\w+(\.\w+)*( |$)", hypothesis.type) and "✝" not in name:
                yield f"cases {name}\nrfl"
                yield f"cases {name}\nsimp"
                break


ARGUMENTS: dict[str, Template] = {
    "intro_all": intro_all,
    "unfolding": unfolding,
    "cases_closing": cases_closing,
    "cases_closing_defs": cases_closing_defs,
    "induction_closing": induction_closing,
    "splitting": splitting,
    "by_hypothesis": by_hypothesis,
    "extensionality": extensionality,
    "library": library,
    "conditions": conditions,
    "arithmetic": arithmetic,
    "by_components": by_components,
    "facts": numbers.facts,
    "quotients": numbers.quotients,
    "equations": numbers.equations,
}

WIDE: dict[str, Template] = {**TEMPLATES, **ARGUMENTS}
"""All templates by name, automation's first."""
