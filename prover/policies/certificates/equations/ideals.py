"""Equations by ideal membership: one combination of the equations, or a case split over the factors of one.

`cofactors` finds the combinations. With an unknown factor of the goal as well, a solution says that the goal's
difference times something vanishes, and a case split ends the proof: so do quadratic equations with a sign condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations_with_replacement

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.cofactors import (
    DOMAINS,
    System,
    clear,
    combination,
    equal_by,
    find_cofactors,
    system_of,
)
from prover.policies.certificates.algebra.encoding import ORDERED
from prover.policies.certificates.algebra.trees import Ring, Tree, degree, mul, printed, sub
from prover.policies.certificates.inequalities.inequality import inequality
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.printing import block
from prover.policies.certificates.reading.sequents import Assumption, Sequent, relation
from prover.policies.certificates.reading.terms import Term

MAX_DEPTH = 4
MOST_DEGREE = 8
"""The largest degree of an equation in one variable that is divided by the goal's difference."""
WIDE, WIDEST = 12, 40
"""Equations times variables above which a factor is not looked for: below another factor, and at first."""


def equation(sequent: Sequent, effort: int, depth: int = 0) -> Iterator[str]:
    """Yield proofs of an equation, of alternatives between equations, or of `False` and `≠` from equations."""
    target = sequent.target
    if target.is_op("∨"):
        yield from _alternatives(sequent, effort, depth)
        return
    found = relation(target, sequent.types)
    if target.kind == "name" and target.value == "False":
        for domain in DOMAINS:
            yield from _contradiction(sequent, domain, effort)
        return
    if found is None or found[3] not in DOMAINS:
        return
    symbol, left, right, domain = (*found[:3], str(found[3]))
    if symbol == "≠":
        name = sequent.fresh("hn")
        inner = sequent.naming(name).assuming(Assumption(name, Term("op", "=", (left, right))))
        for text in _contradiction(inner, domain, effort):
            yield f"intro {name}\n{text}"
        return
    if symbol != "=":
        return
    direct = _membership(sequent, domain, left, right, effort)
    yield from direct
    if direct:
        return
    if depth < MAX_DEPTH:
        yield from _factored(sequent, domain, left, right, effort, depth)


def _membership(sequent: Sequent, domain: str, left: Term, right: Term, effort: int) -> list[str]:
    """Prove `left = right` from the equations by one combination, the proof that reads best first."""
    try:
        problem, (a, b) = system_of(sequent, domain, (left, right))
        cleared = clear(problem.ring, problem.clearing, sub(a, b))
        if cleared is None:
            return []
        factor, goal, used = cleared
        top = max([degree(goal), *(degree(p) for *_, p in problem.hypotheses)], default=0)
        for degrees in range(top, top + 1 + min(effort, 2)):
            if not len(goal):
                cofactors = [problem.ring.zero for _ in problem.hypotheses]
            else:
                if not problem.hypotheses:
                    return []
                found = find_cofactors(problem, goal, degrees)
                if found is None:
                    continue
                cofactors = found[0]
            whole = combination(problem, factor, a, b, cofactors)
            if whole is None:
                return []
            multiplier, factors = whole
            return equal_by(problem, domain, multiplier, a, b, factors, used)
    except (CannotRead, TooLarge):
        return []
    return []


def _contradiction(sequent: Sequent, domain: str, effort: int) -> Iterator[str]:
    """Yield a proof of `False`: a number that is not zero is a combination of the equations."""
    try:
        problem, _ = system_of(sequent, domain, ())
        if not problem.hypotheses:
            return
        top = max(degree(p) for *_, p in problem.hypotheses)
        for degrees in range(top, top + 1 + min(effort, 2)):
            found = find_cofactors(problem, problem.ring.one, degrees)
            if found is None:
                continue
            whole = combination(problem, ("num", 1), ("num", 1), ("num", 0), found[0])
            if whole is None:
                return
            multiplier, factors = whole
            name = sequent.fresh("he")
            tail = "(by grind)" if domain == "ℂ" else "(Certificate.numeral_ne 1)"
            for text in equal_by(problem, domain, multiplier, ("num", 1), ("num", 0), factors, []):
                yield f"have {name} : (1 : {domain}) = 0 := by\n  {text}\nexact {tail} {name}"
            return
    except (CannotRead, TooLarge):
        return


def _factored(sequent: Sequent, domain: str, left: Term, right: Term, effort: int, depth: int) -> Iterator[str]:
    """Prove `left = right` by a factor: `(left - right) * c` vanishes, and `c = 0` is impossible or leads there too."""
    try:
        problem, (a, b) = system_of(sequent, domain, (left, right))
        cleared = clear(problem.ring, problem.clearing, sub(a, b))
        if cleared is None or not problem.hypotheses:
            return
        factor, goal, _ = cleared
        if factor != ("num", 1) or not len(goal):
            return
        ring = problem.ring
        others = sorted({v for *_, p in problem.hypotheses for m in p.monoms() for v, e in enumerate(m) if e})
        if len(problem.hypotheses) * len(others) > (WIDE if depth else WIDEST):
            return  # each factor is another system, and each system is large
        top = max(degree(p) for *_, p in problem.hypotheses)
        largest = max(2 if effort else 1, min(top, MOST_DEGREE) - 1 if len(others) == 1 else 0)
        for size in range(1, largest + 1):
            lower = [_product(ring, chosen) for n in range(size) for chosen in combinations_with_replacement(others, n)]
            leads = [_product(ring, chosen) for chosen in combinations_with_replacement(others, size)]
            # First a factor with one term of its degree: it is the likelier one, and the smaller system.
            tries = [(first, lower) for first in leads]
            if size > 1 and len(leads) > 1:
                tries.append((leads[0], lower + leads[1:]))
            for first, monomials in tries:
                slack = [problem.clearing.reduce(m * goal) for m in monomials]
                found = find_cofactors(
                    problem, problem.clearing.reduce(first * goal), max(top, size + degree(goal)), slack
                )
                if found is None:
                    continue
                cofactor = first + sum(
                    (m * ring.constant(c) for m, c in zip(monomials, found[1], strict=True)), ring.zero
                )
                tree, scale = ring.tree(cofactor)
                text = _split(
                    sequent, problem, domain, (left, a), (right, b), tree, [q * scale for q in found[0]], effort, depth
                )
                if text is not None:
                    yield text
                    return
    except (CannotRead, TooLarge):
        return


def _product(ring: Ring, chosen: Sequence[int]) -> fmpq_mpoly:
    return ring.monomial([chosen.count(v) for v in range(len(ring.gens))])


def _split(
    sequent: Sequent,
    problem: System,
    domain: str,
    left: tuple[Term, Tree],
    right: tuple[Term, Tree],
    cofactor: Tree,
    cofactors: list[fmpq_mpoly],
    effort: int,
    depth: int,
) -> str | None:
    product = mul(sub(left[1], right[1]), cofactor)
    zero: Tree = ("num", 0)
    whole = combination(problem, ("num", 1), product, zero, cofactors)
    if whole is None:
        return None
    multiplier, factors = whole
    texts = equal_by(problem, domain, multiplier, product, zero, factors, [])
    if not texts:
        return None
    name = sequent.fresh("hf")
    shown = printed(cofactor, problem.encoder.atoms)
    from prover.policies.certificates.reading.grammar import parse

    claim = Term("op", "=", (parse(shown), Term("num", "0", text="0")))
    inner = sequent.naming(name).assuming(Assumption(name, claim))
    rest = closing(inner, effort, depth + 1)
    if rest is None:
        return None
    lemma = "Certificate.zero_of_mul_ordered" if domain == "ℤ" else "mul_eq_zero.1"
    goal = f"({left[0].text} - ({right[0].text})) * {shown} = (0 : {domain})"
    return "\n".join(
        [
            f"have {name} : {goal} := by\n  {texts[0]}",
            f"rcases {lemma} {name} with {name} | {name}",
            f"· exact sub_eq_zero.1 {name}",
            block("· ", rest),
        ]
    )


def closing(sequent: Sequent, effort: int, depth: int) -> str | None:
    """Close a case: by contradiction, which may need the last assumption alone, or by a proof of the target."""
    false = replace(sequent, target=Term("name", "False", text="False"))
    alone = replace(false, assumptions=sequent.assumptions[-1:])
    last = inequality(alone, min(effort, 1)) if len(sequent.assumptions) > 1 else ()
    for found_by in (equation(false, effort, depth), last, inequality(false, min(effort, 1))):
        for closed in found_by:
            return f"exfalso\n{closed}"
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is not None and found[0] == "≠" and found[3] in DOMAINS:
            for text in _membership(sequent, found[3], found[1], found[2], 0):
                return f"exact absurd (by {text}) {assumption.proof}"
    for text in equation(sequent, effort, depth):
        return text
    return None


def _alternatives(sequent: Sequent, effort: int, depth: int) -> Iterator[str]:
    """Prove `a = b ∨ c = d ∨ …` by the product of the differences."""
    parts: list[Term] = []
    rest = sequent.target
    while rest.is_op("∨"):
        parts.append(rest.args[0])
        rest = rest.args[1]
    parts.append(rest)
    read = [relation(part, sequent.types) for part in parts]
    domains = {found[3] for found in read if found is not None}
    domain = next(iter(domains - {None, "ℕ"}), None)
    if domain not in DOMAINS or any(found is None or found[0] != "=" for found in read) or len(parts) > 5:
        return
    try:
        sides = [(found[1], found[2]) for found in read if found is not None]
        problem, trees = system_of(sequent, domain, [term for pair in sides for term in pair])
        differences = [sub(trees[2 * at], trees[2 * at + 1]) for at in range(len(parts))]
        product = differences[0]
        for tree in differences[1:]:
            product = mul(product, tree)
        cleared = clear(problem.ring, problem.clearing, product)
        if cleared is None or cleared[0] != ("num", 1) or not problem.hypotheses:
            return
        goal = cleared[1]
        top = max([degree(goal), *(degree(p) for *_, p in problem.hypotheses)])
        for degrees in range(top, top + 1 + min(effort, 2)):
            found = find_cofactors(problem, goal, degrees)
            if found is None:
                continue
            whole = combination(problem, ("num", 1), product, ("num", 0), found[0])
            texts = [] if whole is None else equal_by(problem, domain, whole[0], product, ("num", 0), whole[1], [])
            if not texts:
                return
            name = sequent.fresh("hf")
            shown = " * ".join(f"({a.text} - ({b.text}))" for a, b in sides)
            lemma = "Certificate.zero_of_mul_ordered" if domain == "ℤ" else "mul_eq_zero.1"
            lines = [f"have {name} : {shown} = (0 : {domain}) := by\n  {texts[0]}"]
            indent = ""
            for at in range(len(parts) - 1, 0, -1):
                lines.append(f"{indent}rcases {lemma} {name} with {name} | {name}")
                lines.append(f"{indent}rotate_left")
                lines.append(f"{indent}· exact {_injection(at, len(parts), f'(sub_eq_zero.1 {name})')}")
            lines.append(f"{indent}exact {_injection(0, len(parts), f'(sub_eq_zero.1 {name})')}")
            yield "\n".join(lines)
            return
    except (CannotRead, TooLarge):
        return


def _injection(at: int, count: int, proof: str) -> str:
    """Print the proof of alternative `at` of `count`."""
    text = proof if at == count - 1 else f"Or.inl {proof}"
    for _ in range(at):
        text = f"Or.inr ({text})"
    return text


assert set(ORDERED) <= set(DOMAINS)
