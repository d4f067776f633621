"""Templates for polynomial inequalities and equations: which products and squares automation is handed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement, islice

from prover.policies.templates.goal_features import Shape, fresh, mentioned, occurs, propositions, variables
from prover.policies.templates.numbers import with_facts
from prover.types import Goal

_ORDERED = ("ℝ", "ℚ", "ℤ", "ℕ")
MOST_FACTS = 12
_POWER = re.compile(r"((?<![\w.'])[A-Za-zα-ω_][\w.'₀-₉]*|\((?:[^()]|\([^()]*\))*\)) \^ (\d+)")
"""A variable, or a term in brackets, to the power of a numeral."""


def _signs(goal: Goal) -> list[tuple[str, str, bool]]:
    """Hypotheses that say of something simple that it is positive (True) or not negative: name, term, which."""
    found: list[tuple[str, str, bool]] = []
    for name, kind, proposition in propositions(goal):
        if proposition.head in ("lt", "le"):
            flipped = bool(re.search(r"[>≥]", kind))
            low, high = (proposition.right, proposition.left) if flipped else (proposition.left, proposition.right)
            if low == "0" and len(high) < 24:
                found.append((name, high, proposition.head == "lt"))
    return found


def facts(goal: Goal, target: Shape) -> Iterator[str]:
    """Squares and products as hypotheses for `grind`, for polynomial inequalities: more kinds than automation has."""
    if target.head not in ("le", "lt", "eq", "false", "or", "and", "iff"):
        return
    names = mentioned(goal, *_ORDERED)[:4]
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
            yield with_facts(goal, list(dict.fromkeys(group[:MOST_FACTS])))


def bounds(goal: Goal, target: Shape) -> Iterator[str]:
    """Products of two bounds: `3 ≤ a` and `4 ≤ b` give `12 ≤ a * b`."""
    if target.head not in ("le", "lt", "eq", "false") or ("*" not in goal.target and "^" not in goal.target):
        return
    compared = [
        (name, kind, found.head == "lt") for name, kind, found in propositions(goal) if found.head in ("le", "lt")
    ]
    natural = [name for name, kind, _ in compared if any(occurs(name, kind) for name in variables(goal, "ℕ", "Nat"))]
    others = [(name, strict) for name, _, strict in compared if name not in natural]
    facts = [
        f"{'mul_pos' if p and q else 'mul_nonneg'} {_difference(a, p, p and q)} {_difference(b, q, p and q)}"
        for (a, p), (b, q) in islice(combinations_with_replacement(others[:4], 2), 8)
    ]
    if facts:
        yield with_facts(goal, facts)
    pairs = [f"Nat.mul_le_mul {a} {b}" for a, b in islice(combinations_with_replacement(natural[:4], 2), 8)]
    if pairs:
        yield with_facts(goal, pairs, "omega")
        yield with_facts(goal, pairs)


def _difference(name: str, strict: bool, keep: bool) -> str:
    """Return that a difference is positive, if a strict bound is to stay one, or else not negative."""
    positive = f"sub_pos.2 {name}"
    return f"({positive})" if strict and keep else f"(le_of_lt ({positive}))" if strict else f"(sub_nonneg.2 {name})"


def even_powers(goal: Goal, target: Shape) -> Iterator[str]:
    """What is raised to an even power is not negative."""
    if target.head not in ("le", "lt", "ne", "false") and not re.search(r"[≤<]", goal.text):
        return
    powers = [(base, int(n) // 2) for base, n in _POWER.findall(goal.text) if int(n) % 2 == 0 and int(n) <= 100]
    facts = [
        f"sq_nonneg {base}" if half == 1 else f"sq_nonneg ({base} ^ {half})" for base, half in dict.fromkeys(powers)
    ]
    if facts and any(kind in goal.text for kind in ("ℝ", "ℚ", "ℤ")):
        yield with_facts(goal, facts[:MOST_FACTS])


def _weak(name: str, positive: bool, keep: bool) -> str:
    return f"(le_of_lt {name})" if positive and not keep else name


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
