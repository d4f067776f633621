"""Templates beyond automation's: tactics with arguments read off the goal. Too many to try them all at every goal.

Which of them are worth a call is what a policy has to learn (`prover.train`); automation does without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, islice

from prover.policy.reading import Shape, fresh, shape, variables
from prover.policy.templates import TEMPLATES, Template
from prover.types import Goal

_BINDER_NAME = re.compile(r"[^\W\d][\w'₀-₉]*")
_CONSTANT = re.compile(r"(?<![\w.'])(?:[A-Z]\w*\.)+[a-z_]\w*[!?']*")
_METHOD = re.compile(r"(?:(?<![\w.'])([^\W\d][\w'₀-₉]*)|[)\]])\.([a-z]\w*[!?']*)")
_CONDITION = re.compile(r"\bif (?:\w+ : )?([^∀∃]{1,60}?) then\b")
_HEADS = {"ℕ": "Nat", "ℤ": "Int", "ℚ": "Rat"}
_ORDERED = ("ℝ", "ℚ", "ℤ", "ℕ")
_DATA = re.compile(r"^(?:List|Array|Option|Bool|Nat|ℕ|Int|ℤ|Fin|Vector|String|Sum|Except|Char|Ordering|Subarray|.* × )")
MOST_VARIABLES = 3
MOST_FACTS = 12


def intro_all(goal: Goal, target: Shape) -> Iterator[str]:
    """Everything that can be introduced, at once; then with conjunctions taken apart."""
    names: list[str] = []
    patterns: list[str] = []
    text = goal.target
    taken = {name for hypothesis in goal.hypotheses for name in hypothesis.names}
    found = target

    def new(wish: str) -> str:
        name = next(it for it in (wish, *(f"{wish}{n}" for n in range(1, 1000))) if it not in taken)
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
            width = _conjuncts(hypothesis)
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


def _conjuncts(text: str) -> int:
    found = shape(text)
    return 1 + _conjuncts(found.right) if found.head == "and" else 1


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


def constants(goal: Goal) -> list[str]:
    """Names with a namespace that occur in the goal, those of its target first, at most five.

    `xs.length` stands for `List.length` if `xs` is a list.
    """
    heads = _heads(goal)
    methods = [f"{heads[it]}.{method}" for it, method in _METHOD.findall(goal.text) if it in heads]
    return list(dict.fromkeys(_CONSTANT.findall(goal.target) + methods + _CONSTANT.findall(goal.text)))[:5]


def guessed(goal: Goal) -> list[str]:
    """Names of methods of terms in brackets, of which the type is guessed: that of a variable that is no number."""
    heads = list(_heads(goal).values())
    usual = next((head for head in heads if head not in ("Nat", "Int")), heads[0] if heads else "")
    return list(dict.fromkeys(f"{usual}.{method}" for it, method in _METHOD.findall(goal.target) if not it and usual))[
        :2
    ]


def _heads(goal: Goal) -> dict[str, str]:
    """Return the heads of the types of variables, where they can be a namespace: `List` of `xs : List α`."""
    return {
        name: _HEADS.get(head, head)
        for hypothesis in goal.hypotheses
        if hypothesis.type
        and ((head := hypothesis.type.split()[0])[0].isupper() or head in _HEADS)
        and head not in ("Type", "Sort", "Prop")
        for name in hypothesis.names
    }


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
    found = dict.fromkeys(it.strip() for it in _CONDITION.findall(goal.target) if it.count("(") == it.count(")"))
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


def _signs(goal: Goal) -> list[tuple[str, str, bool]]:
    """Hypotheses that say of something simple that it is positive (True) or not negative: name, term, which."""
    found: list[tuple[str, str, bool]] = []
    for name, kind, it in _hypotheses(goal):
        if it.head in ("lt", "le"):
            flipped = bool(re.search(r"[>≥]", kind))
            low, high = (it.right, it.left) if flipped else (it.left, it.right)
            if low == "0" and len(high) < 24:
                found.append((name, high, it.head == "lt"))
    return found


def facts(goal: Goal, target: Shape) -> Iterator[str]:
    """Squares and products as hypotheses for `grind`, for polynomial inequalities: more kinds than automation has."""
    if target.head not in ("le", "lt", "eq", "false", "or", "and", "iff"):
        return
    names = [it for it in variables(goal, *_ORDERED) if re.search(rf"(?<![\w.]){re.escape(it)}(?![\w'])", goal.text)]
    names = names[:4]
    if not names or not re.search(r"[≤<≥>]", goal.text):
        return
    pairs = list(combinations(names, 2))
    signs = _signs(goal)
    strict = [(name, term) for name, term, positive in signs if positive]
    differences = [f"sq_nonneg ({a} - {b})" for a, b in pairs]
    sums = [f"sq_nonneg ({a} + {b})" for a, b in pairs]
    alone = [f"sq_nonneg {a}" for a in names]
    ones = [f"sq_nonneg ({a} - 1)" for a in names]
    products = [
        f"{'mul_pos' if p and q else 'mul_nonneg'} {_weak(a, p, p and q)} {_weak(b, q, p and q)}"
        for (a, _, p), (b, _, q) in combinations(signs[:4], 2)
    ]
    weighted = [
        f"mul_nonneg {_weak(name, positive, False)} (sq_nonneg ({a} - {b}))"
        for name, _, positive in signs[:4]
        for a, b in pairs[:3]
    ]
    weighted_ones = [
        f"mul_nonneg {_weak(name, positive, False)} (sq_nonneg ({term} - 1))" for name, term, positive in signs[:4]
    ]
    squares = [f"sq_nonneg ({a} ^ 2 - {b} ^ 2)" for a, b in pairs]
    mixed = [f"sq_nonneg ({a} * {b} - {c} * {d})" for (a, b), (c, d) in islice(combinations(pairs, 2), 3)]
    thirds = [f"sq_nonneg ({a} + {b} - {c})" for a, b in pairs for c in names if c not in (a, b)][:3]
    groups = (
        differences, ones, [*products, *differences], weighted, [*weighted, *products], [*products, *ones],
        [*weighted_ones, *ones], squares, mixed, thirds, [*differences, *sums], [*differences, *alone, *products],
        [*differences, *ones, *products],
    )  # fmt: skip
    triple = [f"mul_pos (mul_pos {a} {b}) {c}" for (a, _), (b, _), (c, _) in islice(combinations(strict, 3), 1)]
    for group in (*groups, [*triple, *products, *weighted] if triple else []):
        if group:
            yield _with(goal, group[:MOST_FACTS])


def _weak(name: str, positive: bool, keep: bool) -> str:
    return f"(le_of_lt {name})" if positive and not keep else name


def _with(goal: Goal, found: list[str]) -> str:
    lines = [f"have {fresh(goal, f'f{number}')} := {fact}" for number, fact in enumerate(dict.fromkeys(found))]
    return "\n".join([*lines, "grind"])


def quotients(goal: Goal, target: Shape) -> Iterator[str]:
    """Inequalities between quotients, multiplied out."""
    if target.head in ("le", "lt") and "/" in goal.target:
        strict = "lt" if target.head == "lt" else "le"
        for lemma in (f"div_{strict}_iff₀", f"{strict}_div_iff₀"):
            yield f"rw [{lemma} (by positivity)]\ngrind"
            yield f"rw [ge_iff_le, {lemma} (by positivity)]\ngrind"
        yield "apply sub_nonneg.1"
    if target.head == "eq" and "/" in goal.target:
        yield "rw [div_eq_iff (by grind)]\ngrind"
        yield "rw [div_eq_div_iff (by grind) (by grind)]\ngrind"


def equations(goal: Goal, target: Shape) -> Iterator[str]:
    """Consequences of equations: factors that vanish, roots."""
    names = variables(goal, "ℝ", "ℚ", "ℤ")[:2]
    if target.head in ("or", "eq") and names:
        for name in names:
            for value in ("0", "1", "2", "-1"):
                yield f"by_cases {fresh(goal, 'hz')} : {name} = {value}\n· simp_all\n· grind"
    if target.head == "eq" and names:
        yield "apply le_antisymm <;> grind"


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
    "facts": facts,
    "quotients": quotients,
    "equations": equations,
}

WIDE: dict[str, Template] = {**TEMPLATES, **ARGUMENTS}
"""All templates by name, automation's first."""
