"""Templates about numbers: induction, residues, bounded values, squares and products."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, islice

from prover.policies.templates.goal_features import DISCRETE, Shape, fresh, mentioned, propositions, variables
from prover.types import Goal

MOST_CASES = 60
_QUADRATIC = re.compile(r"(?:\b(\d+) \* )?\b([a-zA-Z]\w*) \^ 2 ([+-]) (?:(\d+) \* )?\2\b")


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


def residues(goal: Goal, target: Shape) -> Iterator[str]:
    """All residues of a variable, one by one."""
    moduli = sorted(
        {
            int(m)
            for m in re.findall(r"% (\d+)|\b(\d+) ∣", goal.text)
            for m in m
            if m and len(m) < 4 and 1 < int(m) <= 16
        }
    )
    for name in variables(goal, *DISCRETE)[:2]:
        kind = next((h.type for h in goal.hypotheses if name in h.names), "ℕ")
        rules = "Int.pow_succ, Int.mul_emod, Int.add_emod, Int.sub_emod"
        if kind in ("ℕ", "Nat"):
            rules = "Nat.pow_succ, Nat.mul_mod, Nat.add_mod"
        for modulus in (moduli or [2])[:2]:
            options = " ∨ ".join(f"{name} % {modulus} = {r}" for r in range(modulus))
            pattern = " | ".join(["hm"] * modulus)
            split = f"have hm : {options} := by omega\nrcases hm with {pattern} <;> "
            yield f"{split}simp [{rules}, hm]"
            yield f"{split}grind"


def interval(goal: Goal, target: Shape) -> Iterator[str]:
    """All values of a variable that two numerals bound, one by one."""
    for name in variables(goal, *DISCRETE)[:3]:
        kind = next((h.type for h in goal.hypotheses if name in h.names), "ℕ")
        upper = [
            int(n) - (sign == "<") for sign, n in re.findall(rf"\b{re.escape(name)} ([<≤]) (\d{{1,9}})\b", goal.text)
        ]
        lower = [
            int(n) + (sign == "<") for n, sign in re.findall(rf"\b(\d{{1,9}}) ([<≤]) {re.escape(name)}\b", goal.text)
        ]
        if upper and (lower or kind in ("ℕ", "Nat")):
            low, high = max(lower, default=0), min(upper)
            if 0 <= high - low < MOST_CASES:
                values = " ∨ ".join(f"{name} = {value}" for value in range(low, high + 1))
                pattern = " | ".join(["rfl"] * (high - low + 1))
                yield f"have hv : {values} := by omega\nrcases hv with {pattern} <;> simp_all"
                yield f"have hv : {values} := by omega\nrcases hv with {pattern} <;> grind"


def squares(goal: Goal, target: Shape) -> Iterator[str]:
    """Squares that are not negative, for polynomial inequalities."""
    if target.head not in ("le", "lt") and not any(found.head in ("le", "lt") for *_, found in propositions(goal)):
        return
    names = mentioned(goal, "ℝ", "ℚ", "ℤ")[:4]
    if not names:
        return
    alone = [f"sq_nonneg {name}" for name in names]
    completed = [
        f"sq_nonneg ({2 * int(leading or 1)} * {name} {sign} {linear or 1})"
        for leading, name, sign, linear in dict.fromkeys(_QUADRATIC.findall(goal.text))
        if name in names
    ]
    completed = completed or [square for name in names for square in _completed(name, goal.text)]
    if completed:
        yield with_facts(goal, completed[:4])
    if len(names) == 1:
        yield with_facts(goal, [f"sq_nonneg ({names[0]} - {n})" for n in ("1", "2")])
        yield with_facts(goal, [*alone, f"sq_nonneg ({names[0]} + 1)", f"sq_nonneg (2 * {names[0]} - 1)"])
        return
    pairs = list(combinations(names, 2))
    differences = [f"sq_nonneg ({a} - {b})" for a, b in pairs]
    yield with_facts(goal, differences)
    yield with_facts(goal, [*differences, *alone])
    positive = [f"mul_pos {a} {b}" for a, b in islice(combinations(_positive(goal), 2), 4)]
    if positive:
        yield with_facts(goal, [*positive, *differences])
    yield with_facts(goal, [*differences, *(f"sq_nonneg ({a} + {b})" for a, b in pairs[:3])])
    yield with_facts(goal, [*(f"sq_nonneg ({a} * {b})" for a, b in pairs[:3]), *alone])
    if re.search(r"\^ [34]", goal.text):
        yield with_facts(goal, [f"mul_nonneg (sq_nonneg ({a} - {b})) (sq_nonneg {a})" for a, b in pairs[:3]])
        yield with_facts(goal, [f"mul_nonneg (sq_nonneg ({a} - {b})) (sq_nonneg ({a} + {b}))" for a, b in pairs[:3]])
        yield with_facts(goal, [f"sq_nonneg ({a} ^ 2 - {b} ^ 2)" for a, b in pairs[:3]] + differences)


def _completed(name: str, text: str) -> Iterator[str]:
    """Yield the squares that a variable's square and its multiples are part of, wherever they stand."""
    leading = re.search(rf"(?:\b(\d+) \* )?(?<![\w.]){re.escape(name)} \^ 2\b", text)
    if leading is None:
        return
    for linear in dict.fromkeys(re.findall(rf"\b(\d+) \* {re.escape(name)}\b(?! [\^*])", text)):
        for sign in "-+":
            yield f"sq_nonneg ({2 * int(leading[1] or 1)} * {name} {sign} {linear})"


def products(goal: Goal, target: Shape) -> Iterator[str]:
    """Products of hypotheses that say that something is positive or not negative."""
    positive = _positive(goal)
    if len(positive) >= 2:
        yield with_facts(goal, [f"mul_pos {a} {b}" for a, b in islice(combinations(positive, 2), 6)])


def negation(goal: Goal, target: Shape) -> Iterator[str]:
    """The negated goal, multiplied with itself and with what is positive."""
    if target.head not in ("le", "lt") or not any(kind in goal.text for kind in ("ℝ", "ℚ", "ℤ")):
        return
    strict = target.head == "le"
    assumed = fresh(goal, "hn")
    opposite = f"sub_pos.2 (not_le.1 {assumed})" if strict else f"sub_nonneg.2 (not_lt.1 {assumed})"
    pairs = ["hm hm", *(f"hm {name if strict else f'(le_of_lt {name})'}" for name in _positive(goal)[:3])]
    times = "mul_pos" if strict else "mul_nonneg"
    facts = [f"have {fresh(goal, f'f{number}')} := {times} {pair}" for number, pair in enumerate(pairs)]
    opening = [f"apply Classical.byContradiction\nintro {assumed}", f"have hm := {opposite}"]
    yield "\n".join([*opening, *facts, "grind"])


def _positive(goal: Goal) -> list[str]:
    return [name for name, _, found in propositions(goal) if found.head == "lt" and found.left == "0"]


def with_facts(goal: Goal, facts: list[str], closing: str = "grind") -> str:
    """Return the tactics that hand facts to `grind`, or what else closes the goal, as hypotheses."""
    lines = [f"have {fresh(goal, f'f{number}')} := {fact}" for number, fact in enumerate(facts)]
    return "\n".join([*lines, closing])
