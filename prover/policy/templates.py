"""Tactics worth proposing for a goal, by template. A template is silent where it cannot apply.

Structural templates read the goal and the hypotheses; closing templates call core's automation. Each template yields
its actions best first; how good one template is against another is a matter of `priors`, fitted by counting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations, islice

from prover.policy.reading import Shape, atoms, domain, shape, variables
from prover.types import Goal, Hypothesis

Template = Callable[[Goal, Shape], Iterator[str]]

NUMBERS = ("ℕ", "ℤ", "ℚ", "ℝ", "Nat", "Int", "Rat")
DISCRETE = ("ℕ", "ℤ", "Nat", "Int")
ORDERED = ("ℝ", "ℚ", "ℤ", "ℕ")
MOST_CASES = 60
_BINDER = re.compile(r"^[({\[⦃]?\s*([^\s:,(){}\[\]]+(?:\s+[^\s:,(){}\[\]]+)*)\s*(?::|,|∈|<|>|≤|≥|∣)")
_NUMERAL = re.compile(r"\d+")
_APPLIED = re.compile(r"\b(f|g|u|a|p|s|h|F|x)\s+(\d+|\([^()]*\)|[a-z]\b)")


def fresh(goal: Goal, wish: str) -> str:
    """Return a name that no hypothesis has."""
    taken = {name for hypothesis in goal.hypotheses for name in hypothesis.names}
    if wish not in taken:
        return wish
    return next(f"{wish}{n}" for n in range(1, 10_000) if f"{wish}{n}" not in taken)


def _named(goal: Goal) -> Iterator[tuple[str, Hypothesis]]:
    for hypothesis in goal.hypotheses:
        for name in hypothesis.names:
            if "✝" not in name and hypothesis.value is None:
                yield name, hypothesis


def _propositions(goal: Goal) -> list[tuple[str, str, Shape]]:
    """Hypotheses that look like propositions, with their shapes."""
    return [
        (name, hypothesis.type, found)
        for name, hypothesis in _named(goal)
        if (found := shape(hypothesis.type)).head != "other" or " " in hypothesis.type
    ]


# -- closing -----------------------------------------------------------------------------------------------------------


def omega(goal: Goal, target: Shape) -> Iterator[str]:
    discrete = domain(goal) in ("nat", "int") or any(mark in goal.text for mark in ("ℕ", "ℤ"))
    if discrete and target.head not in ("forall", "let", "unique", "mem", "modeq", "other"):
        yield "omega"


def grind(goal: Goal, target: Shape) -> Iterator[str]:
    yield "grind"


def grind_more(goal: Goal, target: Shape) -> Iterator[str]:
    yield "grind (splits := 20) (ematch := 10) (gen := 12)"


def simp_all(goal: Goal, target: Shape) -> Iterator[str]:
    if any(True for _ in _propositions(goal)):
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
    if _NUMERAL.search(goal.text):
        yield "norm_num"
        if goal.hypotheses:
            yield "norm_num at *"
            yield "norm_num at * <;> grind"


def assumption(goal: Goal, target: Shape) -> Iterator[str]:
    if any(hypothesis.type == goal.target for hypothesis in goal.hypotheses):
        yield "assumption"


def search_library(goal: Goal, target: Shape) -> Iterator[str]:
    yield "exact?"


# -- goals taken apart -------------------------------------------------------------------------------------------------


def intro(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head in ("forall", "let"):
        match = _BINDER.match(target.left.strip())
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
        names = [name for name, hypothesis in _named(goal) if hypothesis.type in NUMBERS]
        numerals = list(dict.fromkeys(_NUMERAL.findall(goal.target) + _NUMERAL.findall(goal.text)))
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


# -- hypotheses used ---------------------------------------------------------------------------------------------------


def destruct(goal: Goal, target: Shape) -> Iterator[str]:
    """All conjunctions and existentials among the hypotheses at once."""
    lines = []
    taken: list[str] = []
    for name, kind, found in _propositions(goal):
        if found.head == "and":
            pattern = ", ".join(f"{name}_{n}" for n in range(1, 1 + _conjuncts(kind)))
            lines.append(f"obtain ⟨{pattern}⟩ := {name}")
        elif found.head in ("exists", "unique"):
            match = _BINDER.match(found.left.strip())
            bound = fresh(goal, match.group(1).split()[0] if match else "x")
            bound = bound if bound not in taken else f"{bound}_{name}"
            taken.append(bound)
            lines.append(f"obtain ⟨{bound}, {name}⟩ := {name}")
    if lines:
        yield "\n".join(lines)


def _conjuncts(text: str) -> int:
    found = shape(text)
    return 1 + _conjuncts(found.right) if found.head == "and" else 1


def case_split(goal: Goal, target: Shape) -> Iterator[str]:
    for name, _kind, found in _propositions(goal):
        if found.head == "or":
            width = 1
            while (found := shape(found.right)).head == "or":
                width += 1
            yield f"rcases {name} with {' | '.join([name] * (width + 1))}"


def substitute(goal: Goal, target: Shape) -> Iterator[str]:
    names = {name for name, hypothesis in _named(goal) if not shape(hypothesis.type).right}
    lines = [
        f"subst {name}"
        for name, _, found in _propositions(goal)
        if found.head == "eq" and (found.left in names or found.right in names)
    ]
    if lines:
        yield lines[0]
        if len(lines) > 1:
            yield "subst_vars"


def simp_with(goal: Goal, target: Shape) -> Iterator[str]:
    """Simplification with what the hypotheses say about functions."""
    rules = [name for name, kind, found in _propositions(goal) if found.head == "forall" and re.search(r"=|↔", kind)]
    if rules:
        joined = ", ".join(rules)
        yield f"simp [{joined}] at *"
        yield f"simp [{joined}]"
        yield f"simp only [{joined}] at *"
        yield f"simp [{joined}] at * <;> grind"
    equations = [name for name, _, found in _propositions(goal) if found.head == "eq"]
    if equations:
        yield f"simp [{', '.join(equations)}]"
        for name in equations[:3]:
            yield f"rw [{name}]"


def instances(goal: Goal, target: Shape) -> Iterator[str]:
    """∀-hypotheses at the arguments that functions have in the goal, then automation."""
    universal = [(name, kind) for name, kind, found in _propositions(goal) if found.head in ("forall", "implies")]
    if not universal:
        return
    arguments = list(dict.fromkeys(match.group(2) for match in _APPLIED.finditer(goal.text)))
    names = [name for name in atoms(goal.target) if name.isdigit() or len(name) <= 2]
    terms = list(dict.fromkeys([*(a for a in arguments if a.isdigit() or a.startswith("(")), *names, "0", "1"]))[:6]
    lines = [
        f"have {fresh(goal, f'i{n}')} := {name} {term}"
        for n, (name, term) in enumerate((name, term) for name, kind in universal[:3] for term in terms)
    ]
    for line in lines[:4]:
        yield f"{line}\ngrind"
    if len(lines) > 1:
        yield "\n".join([*lines[:8], "grind"])
    yield from lines[:3]


# -- numbers -----------------------------------------------------------------------------------------------------------


def induction(goal: Goal, target: Shape) -> Iterator[str]:
    naturals = [name for name in variables(goal, "ℕ", "Nat") if re.search(rf"\b{re.escape(name)}\b", goal.target)]
    for name in naturals[:2]:
        others = [other for other in naturals if other != name]
        hypothesis = fresh(goal, "ih")
        body = f"| zero => ?_\n| succ {name} {hypothesis} => ?_"
        yield f"induction {name} with\n{body}"
        if others:
            yield f"induction {name} generalizing {' '.join(others)} with\n{body}"
    for name in naturals[:1]:
        hypothesis = fresh(goal, "ih")
        yield f"induction {name} with\n| zero => simp_all\n| succ {name} {hypothesis} => grind"


def cases(goal: Goal, target: Shape) -> Iterator[str]:
    for name in variables(goal, "ℕ", "Nat")[:2]:
        if re.search(rf"\b{re.escape(name)}\b", goal.target):
            yield f"cases {name} with\n| zero => ?_\n| succ {name} => ?_"
    for name in variables(goal, "Bool", "Prop")[:2]:
        yield f"by_cases {fresh(goal, 'hc')} : {name}" if name in variables(goal, "Prop") else f"cases {name}"


def parity(goal: Goal, target: Shape) -> Iterator[str]:
    moduli = sorted({int(m) for m in re.findall(r"% (\d+)|\b(\d+) ∣", goal.text) for m in m if m and 1 < int(m) <= 16})
    for name in variables(goal, *DISCRETE)[:1]:
        for modulus in (moduli or [2])[:2]:
            options = " ∨ ".join(f"{name} % {modulus} = {r}" for r in range(modulus))
            pattern = " | ".join(["hm"] * modulus)
            yield f"have hm : {options} := by omega\nrcases hm with {pattern} <;> grind"


def interval(goal: Goal, target: Shape) -> Iterator[str]:
    """All values of a variable that two numerals bound, one by one."""
    for name in variables(goal, *DISCRETE)[:3]:
        kind = next((h.type for h in goal.hypotheses if name in h.names), "ℕ")
        upper = [int(n) - (sign == "<") for sign, n in re.findall(rf"\b{re.escape(name)} ([<≤]) (\d+)\b", goal.text)]
        lower = [int(n) + (sign == "<") for n, sign in re.findall(rf"\b(\d+) ([<≤]) {re.escape(name)}\b", goal.text)]
        if upper and (lower or kind in ("ℕ", "Nat")):
            low, high = max(lower, default=0), min(upper)
            if 0 <= high - low < MOST_CASES:
                values = " ∨ ".join(f"{name} = {value}" for value in range(low, high + 1))
                pattern = " | ".join(["rfl"] * (high - low + 1))
                yield f"have hv : {values} := by omega\nrcases hv with {pattern} <;> simp_all"
                yield f"have hv : {values} := by omega\nrcases hv with {pattern} <;> grind"


def squares(goal: Goal, target: Shape) -> Iterator[str]:
    """Squares that are not negative, for polynomial inequalities."""
    if target.head not in ("le", "lt") and not any(found.head in ("le", "lt") for *_, found in _propositions(goal)):
        return
    names = [name for name in variables(goal, "ℝ", "ℚ", "ℤ") if re.search(rf"\b{re.escape(name)}\b", goal.text)][:4]
    if not names:
        return
    differences = [f"sq_nonneg ({a} - {b})" for a, b in combinations(names, 2)]
    alone = [f"sq_nonneg {name}" for name in names]
    sums = [f"sq_nonneg ({a} + {b})" for a, b in combinations(names, 2)]
    shifted = [f"sq_nonneg ({name} - {n})" for name in names[:2] for n in ("1", "2")]
    if len(names) == 1:
        yield _with_facts(goal, shifted)
        yield _with_facts(goal, [*alone, f"sq_nonneg ({names[0]} + 1)", f"sq_nonneg (2 * {names[0]} - 1)"])
        return
    yield _with_facts(goal, differences)
    yield _with_facts(goal, [*differences, *alone])
    products = [f"mul_pos {a} {b}" for a, b in islice(combinations(_positive(goal), 2), 4)]
    if products:
        yield _with_facts(goal, [*products, *differences])
    yield _with_facts(goal, [*differences, *sums[:3]])


def products(goal: Goal, target: Shape) -> Iterator[str]:
    """Products of hypotheses that say that something is positive or not negative."""
    positive = _positive(goal)
    if len(positive) >= 2:
        yield _with_facts(goal, [f"mul_pos {a} {b}" for a, b in islice(combinations(positive, 2), 6)])


def _positive(goal: Goal) -> list[str]:
    return [name for name, _, found in _propositions(goal) if found.head == "lt" and found.left == "0"]


def _with_facts(goal: Goal, facts: list[str]) -> str:
    lines = [f"have {fresh(goal, f'f{number}')} := {fact}" for number, fact in enumerate(facts)]
    return "\n".join([*lines, "grind"])


def definitions(goal: Goal, target: Shape) -> Iterator[str]:
    """Definitions of the context that occur in the goal."""
    known = [
        name
        for name in ("Nat.Prime", "Even", "Odd", "abs", "Nat.factorial", "Function.Injective", "Monotone", "StrictMono")
        if re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", goal.text)
    ]
    if "|" in goal.text and "abs" not in known:
        known.append("abs")
    if known:
        yield f"simp [{', '.join(known)}] at *"
        yield f"unfold {' '.join(known)} at *"
        yield f"simp_all [{', '.join(known)}] <;> grind"


TEMPLATES: dict[str, Template] = {
    "omega": omega,
    "grind": grind,
    "simp_all": simp_all,
    "simp": simp,
    "decide": decide,
    "rfl": rfl,
    "norm_num": norm_num,
    "assumption": assumption,
    "intro": intro,
    "constructor": constructor,
    "disjunct": disjunct,
    "witness": witness,
    "extensional": extensional,
    "destruct": destruct,
    "case_split": case_split,
    "substitute": substitute,
    "simp_with": simp_with,
    "instances": instances,
    "induction": induction,
    "cases": cases,
    "parity": parity,
    "interval": interval,
    "squares": squares,
    "products": products,
    "definitions": definitions,
    "contradiction": contradiction,
    "grind_more": grind_more,
    "search_library": search_library,
}
"""Every template by name, in the order that decides between equal priors."""
