"""Templates about numbers: induction, residues, bounded values, squares and products; polynomial inequalities."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, combinations_with_replacement, islice

from prover.policies.templates.goal_features import DISCRETE, Shape, fresh, mentioned, occurs, propositions, variables
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
    products, weighted = _products(signs[:4]), _weighted(signs[:4], pairs[:3])
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


MOST_HINTS = 24


def hinted(goal: Goal, target: Shape) -> Iterator[str]:
    """All squares and products of what the goal is about at once, for `nlinarith`, which finds those that it takes."""
    if target.head not in ("le", "lt", "false"):
        return
    names = mentioned(goal, "ℝ", "ℚ", "ℤ")[:4]
    if not names or not re.search(r"[≤<≥>]", goal.text):
        return
    signs = _signs(goal)
    pairs = list(combinations(names, 2))
    hints = [
        *(f"sq_nonneg ({a} - {b})" for a, b in pairs),
        *(f"sq_nonneg ({a} - 1)" for a in names),
        *_products(signs[:4]),
        *_weighted(signs[:3], pairs[:3]),
        *(f"sq_nonneg ({a} + {b})" for a, b in pairs),
        *(f"sq_nonneg ({a} + {b} - {c})" for a, b in pairs for c in names if c not in (a, b)),
        *(f"sq_nonneg ({a} ^ 2 - {b} ^ 2)" for a, b in pairs if "^" in goal.text),
    ]
    yield f"nlinarith [{', '.join(dict.fromkeys(hints[:MOST_HINTS]))}]"


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


def _products(signs: Sequence[tuple[str, str, bool]]) -> list[str]:
    """Return the products of every two hypotheses, as strict as they are."""
    return [
        f"{'mul_pos' if p and q else 'mul_nonneg'} {_weak(a, p, p and q)} {_weak(b, q, p and q)}"
        for (a, _, p), (b, _, q) in combinations(signs, 2)
    ]


def _weighted(signs: Sequence[tuple[str, str, bool]], pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return every hypothesis times the square of every difference."""
    return [
        f"mul_nonneg {_weak(name, positive, False)} (sq_nonneg ({a} - {b}))"
        for name, _, positive in signs
        for a, b in pairs
    ]


def _weak(name: str, positive: bool, keep: bool) -> str:
    return f"(le_of_lt {name})" if positive and not keep else name


def quotients(goal: Goal, target: Shape) -> Iterator[str]:
    """Inequalities between quotients, multiplied out."""
    if target.head in ("le", "lt") and "/" in goal.target:
        strict = "lt" if target.head == "lt" else "le"
        for lemma in (f"div_{strict}_iff₀", f"{strict}_div_iff₀"):
            yield f"rw [{lemma} (by first | positivity | grind)]\ngrind"
            yield f"rw [ge_iff_le, {lemma} (by first | positivity | grind)]\ngrind"
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
