"""Templates that use what is assumed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

from prover.policies.templates.goal_features import (
    BINDER,
    NUMBERS,
    NUMERAL,
    Shape,
    conjuncts,
    fresh,
    named,
    occurs,
    propositions,
    shape,
    unexplained,
)
from prover.types import Goal

_MEMBERS = re.compile(r"^∀ \((\w+) : (ℕ|ℤ)\), \1 ∈ (\w+) ↔ (.+)$")
_SUM = re.compile(r" ([+-]) (?![^(]*\))")
"""Separates summands; none inside of brackets."""
_APPLIED = re.compile(r"\b(f|g|u|a|p|s|h|F|x)\s+(\d+|\([^()]*\)|[a-z]\b)")


def destruct(goal: Goal, target: Shape) -> Iterator[str]:
    """All conjunctions and existentials among the hypotheses at once."""
    lines = []
    taken: list[str] = []
    for name, kind, found in propositions(goal):
        if found.head == "and":
            pattern = ", ".join(f"{name}_{n}" for n in range(1, 1 + conjuncts(kind)))
            lines.append(f"obtain ⟨{pattern}⟩ := {name}")
        elif found.head in ("exists", "unique"):
            match = BINDER.match(found.left.strip())
            bound = fresh(goal, match.group(1).split()[0] if match else "x")
            bound = bound if bound not in taken else f"{bound}_{name}"
            taken.append(bound)
            lines.append(f"obtain ⟨{bound}, {name}⟩ := {name}")
    if lines:
        yield "\n".join(lines)


def case_split(goal: Goal, target: Shape) -> Iterator[str]:
    for name, _kind, found in propositions(goal):
        if found.head == "or":
            width = 1
            while (found := shape(found.right)).head == "or":
                width += 1
            yield f"rcases {name} with {' | '.join([name] * (width + 1))}"


def enumeration(goal: Goal, target: Shape) -> Iterator[str]:
    """A finite set of numbers that a hypothesis describes, as a filtered range; what is left is that they are equal."""
    for name, hypothesis in named(goal):
        match = _MEMBERS.match(" ".join(hypothesis.type.split()))
        if match is None or f"{match.group(3)} : Finset" not in goal.text:
            continue
        bound, kind, members, predicate = match.groups()
        numerals = [int(numeral) for numeral in NUMERAL.findall(predicate) if len(numeral) <= 4]
        for size in dict.fromkeys([max(numerals, default=0) + 1, 50]):
            whole = f"Finset.range {size}" if kind == "ℕ" else f"Finset.Icc (-{size}) {size}"
            filtered = f"Finset.filter (fun {bound} => {predicate}) ({whole})"
            element = fresh(goal, bound)
            yield (
                f"suffices hS : {members} = {filtered} by\n  rw [hS]\n  decide +kernel\n"
                f"apply Finset.ext\nintro {element}\nsimp [{name}]"
            )


def substitute(goal: Goal, target: Shape) -> Iterator[str]:
    names = {name for name, hypothesis in named(goal) if not shape(hypothesis.type).right}
    lines = [
        f"subst {name}"
        for name, _, found in propositions(goal)
        if found.head == "eq" and (found.left in names or found.right in names)
    ]
    if lines:
        yield lines[0]
        if len(lines) > 1:
            yield "subst_vars"


def eliminate(goal: Goal, target: Shape) -> Iterator[str]:
    """A variable that an equation between sums determines, expressed by the others: `a` by `2 - b` where `a + b = 2`.

    Automation multiplies inequalities, but does not put an equation into a product.
    """
    if not any(kind in goal.text for kind in ("ℝ", "ℚ", "ℤ")):
        return
    found: list[str] = []
    for *_, equation in propositions(goal):
        if equation.head != "eq":
            continue
        for side, other in ((equation.left, equation.right), (equation.right, equation.left)):
            terms = _SUM.split(side)
            summands = [("+", terms[0]), *zip(terms[1::2], terms[2::2], strict=True)]
            for place, (sign, term) in enumerate(summands):
                rest = [summand for at, summand in enumerate(summands) if at != place]
                if sign != "+" or not _is_variable(goal, term) or _occurs(term, other, *(part for _, part in rest)):
                    continue
                value = other + "".join(f" {'-' if its == '+' else '+'} {part}" for its, part in rest)
                new = fresh(goal, "he")
                found.append(f"have {new} : {term} = {value} := by grind\nsubst {new}")
    yield from found[:4]


def _is_variable(goal: Goal, term: str) -> bool:
    return any(
        term in hypothesis.names and hypothesis.type in ("ℝ", "ℚ", "ℤ") and hypothesis.value is None
        for hypothesis in goal.hypotheses
    )


def _occurs(name: str, *texts: str) -> bool:
    return any(re.search(rf"(?<![\w.']){re.escape(name)}(?![\w'])", text) for text in texts)


def simp_with(goal: Goal, target: Shape) -> Iterator[str]:
    """Simplification with what the hypotheses say about functions."""
    rules = [name for name, kind, found in propositions(goal) if found.head == "forall" and re.search(r"=|↔", kind)]
    if rules:
        joined = ", ".join(rules)
        yield f"simp [{joined}] at *"
        yield f"simp [{joined}]"
        yield f"simp only [{joined}] at *"
        yield f"simp [{joined}] at * <;> grind"
    equations = [name for name, _, found in propositions(goal) if found.head == "eq"]
    if equations:
        yield f"simp [{', '.join(equations)}]"
        for name in equations[:3]:
            yield f"rw [{name}]"


def instances(goal: Goal, target: Shape) -> Iterator[str]:
    """∀-hypotheses at the arguments that functions have in the goal, or at small numbers, then automation."""
    universal = [(name, _arity(kind)) for name, kind, found in propositions(goal) if found.head == "forall"]
    if not universal:
        return
    arguments = [match.group(2) for match in _APPLIED.finditer(goal.text)]
    names = [name for hypothesis in goal.hypotheses for name in hypothesis.names if hypothesis.type in NUMBERS]
    met = [a for a in arguments if a.isdigit() or a.startswith("(") or a in names]
    for terms in (dict.fromkeys(met), ("0", "1", "2"), dict.fromkeys([*met, *names, "0", "1"])):
        lines = [
            f"have {fresh(goal, f'i{number}')} := {instance}"
            for number, instance in enumerate(_instances(universal[:3], list(terms)[:5]))
        ]
        if lines:
            yield "\n".join([*lines[:9], "grind"])
    for name, arity in universal[:2]:
        for instance in islice(_instances([(name, arity)], list(dict.fromkeys([*met, *names]))[:4]), 3):
            yield f"have {fresh(goal, 'i')} := {instance}\nsimp_all"


def at_terms(goal: Goal, target: Shape) -> Iterator[str]:
    """A hypothesis at what the goal speaks of: its variables of any type, and its numerals."""
    assumed = propositions(goal)
    proofs = {name for name, _, found in assumed if found.head != "implies"}
    variables = [name for name, _ in named(goal) if name not in proofs and occurs(name, goal.target)]
    terms = list(dict.fromkeys([*NUMERAL.findall(goal.target), *variables]))[:4]
    for name, kind, found in assumed:
        if found.head == "forall":
            for instance in islice(_instances([(name, min(2, _arity(kind)))], terms), 6):
                yield f"exact {instance}"
                yield f"have {fresh(goal, 'i')} := {instance}\nomega"
            yield f"apply {name}"


def _instances(universal: list[tuple[str, int]], terms: list[str]) -> Iterator[str]:
    for name, arity in universal:
        for chosen in product(terms, repeat=arity) if arity <= 2 else ():
            yield f"{name} {' '.join(chosen)}"


def _arity(kind: str) -> int:
    """Return how many variables a proposition is quantified over."""
    match = re.match(r"^∀ \(([^:()]+) :[^()]*\),\s*(.*)$", kind, re.S)
    return len(match.group(1).split()) + _arity(match.group(2)) if match else int(kind.startswith("∀"))


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


def own_definitions(goal: Goal, target: Shape) -> Iterator[str]:
    """What a file defines itself, unfolded."""
    for name in unexplained(goal):
        yield f"simp [{name}]"
        yield f"unfold {name}\nomega"
        yield f"grind [{name}]"
        yield f"unfold {name}"
