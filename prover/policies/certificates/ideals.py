"""Equations by ideal membership, with cofactors found by exact linear algebra.

`l = r` follows from equations `e` if `m * (l - r) = sum of q * e` with a factor `m` that is not zero. The cofactors `q`
are polynomials of bounded degree with unknown coefficients, which turns the question into a linear system over ℚ
(NulLA: De Loera, Lee, Malkin, Margulies, ISSAC 2008). With an unknown `m` as well, a solution says that the goal's
difference times something vanishes, and a case split ends the proof: so do quadratic equations with a sign condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations_with_replacement

from flint import fmpq_mpoly

from prover.policies.certificates.clearing import ROUNDS, Clearing
from prover.policies.certificates.encoding import ORDERED, Encoder
from prover.policies.certificates.facts import Equation, Rule
from prover.policies.certificates.failures import CannotRead, TooLarge
from prover.policies.certificates.inequalities import block, inequality
from prover.policies.certificates.linear import Column, solve
from prover.policies.certificates.products import equations, together
from prover.policies.certificates.sequents import Assumption, Sequent, relation
from prover.policies.certificates.signs import Signs
from prover.policies.certificates.terms import Term
from prover.policies.certificates.trees import Printer, Ring, Tree, degree, mul, printed, sub

DOMAINS = ("ℝ", "ℚ", "ℤ", "ℂ")
MAX_UNKNOWNS = 900
MAX_DEPTH = 4


@dataclass(slots=True)
class _Problem:
    """The equations and the goal of one sequent in one domain."""

    encoder: Encoder
    ring: Ring
    clearing: Clearing
    hypotheses: list[tuple[Equation, Tree, fmpq_mpoly]]
    """Equations, what each is multiplied with to clear it, and the cleared and reduced polynomial."""


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
    if direct is not None:
        yield direct
        return
    if depth < MAX_DEPTH:
        yield from _factored(sequent, domain, left, right, effort, depth)


def _problem(sequent: Sequent, domain: str, terms: Sequence[Term]) -> tuple[_Problem, list[Tree]]:
    encoder = Encoder(sequent, domain, Signs(sequent, domain))
    trees = [encoder.encode(term) for term in terms]
    known: list[Equation] = []
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is not None and found[0] == "=" and found[3] == domain:
            try:
                known.append(Equation(encoder.encode(found[1]), encoder.encode(found[2]), assumption.proof))
            except (CannotRead, TooLarge):
                continue
    ring = Ring(len(encoder.atoms))
    clearing = Clearing(encoder, ring)
    hypotheses = []
    for equation in [*known, *encoder.equations]:
        cleared = clear(ring, clearing, sub(equation.left, equation.right))
        if cleared is not None and len(cleared[1]):
            hypotheses.append((equation, cleared[0], cleared[1]))
    return _Problem(encoder, ring, clearing, hypotheses), trees


def clear(ring: Ring, clearing: Clearing, tree: Tree) -> tuple[Tree, fmpq_mpoly, list[Rule]] | None:
    """Return denominators that a tree has to be multiplied with, the reduced polynomial, and their rules."""
    polynomial = ring.polynomial(tree)
    factor: Tree = ("num", 1)
    used: list[Rule] = []
    for _ in range(ROUNDS):
        before = polynomial
        for rule in clearing.rules:
            polynomial, times = clearing.apply(polynomial, rule)
            for _ in range(times):
                factor = rule.rule.factor if factor == ("num", 1) else mul(factor, rule.rule.factor)
                used.append(rule.rule)
        if polynomial == before:
            break
    return factor, polynomial, used


def _cofactors(
    problem: _Problem, goal: fmpq_mpoly, degrees: int, slack: Sequence[fmpq_mpoly] = ()
) -> tuple[list[fmpq_mpoly], list[Fraction]] | None:
    """Solve `goal + sum of c * slack = sum of q * e` for polynomials `q` up to a degree and numbers `c`."""
    ring = problem.ring
    polynomials = [p for *_, p in problem.hypotheses]
    variables = sorted({v for p in (*polynomials, goal, *slack) for m in p.monoms() for v, e in enumerate(m) if e})
    columns: list[fmpq_mpoly] = []
    owners: list[tuple[int, fmpq_mpoly]] = []
    for index, p in enumerate(polynomials):
        for total in range(max(degrees - degree(p), 0) + 1):
            for chosen in combinations_with_replacement(variables, total):
                exponents = [0] * len(ring.gens)
                for variable in chosen:
                    exponents[variable] += 1
                m = ring.monomial(exponents)
                columns.append(problem.clearing.reduce(m * p))
                owners.append((index, m))
                if len(columns) > MAX_UNKNOWNS:
                    raise TooLarge("too many cofactors")
    whole = [*columns, *(-p for p in slack)]
    rows: dict[tuple[int, ...], int] = {}

    def column(p: fmpq_mpoly) -> Column:
        return {rows.setdefault(tuple(map(int, m)), len(rows)): Fraction(int(c.p), int(c.q)) for m, c in p.terms()}

    right = column(goal)
    exact = solve([column(p) for p in whole], right, len(rows))
    if exact is None:
        return None
    result = [ring.zero for _ in polynomials]
    for (index, m), x in zip(owners, exact, strict=False):
        if x:
            result[index] += m * ring.constant(x)
    return result, exact[len(columns) :]


def _printed(
    problem: _Problem, multiplier: Tree, left: Tree, right: Tree, cofactors: Sequence[fmpq_mpoly]
) -> tuple[Tree, list[tuple[Tree, Equation]]] | None:
    """Return an integer multiple of the multiplier, and the trees times equations that it takes, exactly."""
    ring = problem.ring
    whole = ring.polynomial(mul(multiplier, sub(left, right)))
    residues: list[tuple[fmpq_mpoly, Equation]] = []
    for q, (known, factor, _) in zip(cofactors, problem.hypotheses, strict=True):
        if len(q):
            p = q * ring.polynomial(factor)
            residues.append((p, known))
            whole -= p * ring.polynomial(sub(known.left, known.right))
    residues += problem.clearing.corrections(whole)
    merged: dict[int, tuple[fmpq_mpoly, Equation]] = {}
    for p, known in residues:
        before = merged.get(id(known), (ring.zero, known))[0]
        merged[id(known)] = (before + p, known)
    scale = 1
    for p, _ in merged.values():
        size = ring.tree(p)[1]
        scale = scale * size // _gcd(scale, size)
    if scale > 1:
        multiplier = ("num", scale) if multiplier == ("num", 1) else mul(("num", scale), multiplier)
    factors = [(ring.factored(p * scale), known) for p, known in merged.values() if len(p)]
    rest = ring.polynomial(mul(multiplier, sub(left, right)))
    for tree, known in factors:
        rest -= ring.polynomial(mul(tree, sub(known.left, known.right)))
    return None if len(rest) else (multiplier, factors)


def _membership(sequent: Sequent, domain: str, left: Term, right: Term, effort: int) -> str | None:
    """Prove `left = right` from the equations by one combination."""
    try:
        problem, (a, b) = _problem(sequent, domain, (left, right))
        cleared = clear(problem.ring, problem.clearing, sub(a, b))
        if cleared is None:
            return None
        factor, goal, used = cleared
        top = max([degree(goal), *(degree(p) for *_, p in problem.hypotheses)], default=0)
        for degrees in range(top, top + 1 + min(effort, 2)):
            if not len(goal):
                cofactors = [problem.ring.zero for _ in problem.hypotheses]
            else:
                if not problem.hypotheses:
                    return None
                found = _cofactors(problem, goal, degrees)
                if found is None:
                    continue
                cofactors = found[0]
            whole = _printed(problem, factor, a, b, cofactors)
            if whole is None:
                return None
            multiplier, factors = whole
            return _equal(problem, domain, multiplier, a, b, factors, used)
    except (CannotRead, TooLarge):
        return None
    return None


def _equal(
    problem: _Problem,
    domain: str,
    multiplier: Tree,
    left: Tree,
    right: Tree,
    factors: list[tuple[Tree, Equation]],
    used: list[Rule],
) -> str | None:
    printer = Printer(problem.encoder.atoms)
    head = f"{equations(printer, factors)} {together([known.proof for _, known in factors])}"
    both = f"{printer.expression(left)} {printer.expression(right)}"
    sides = f"{both} [{', '.join(printer.expression(tree) for tree, _ in factors)}]"
    if multiplier == ("num", 1):
        if not factors:
            return f"exact Certificate.ring {printer.context()} {both} (by decide +kernel)"
        return f"exact Certificate.equal {printer.context()} {head} {sides} (by decide +kernel)"
    nonzero = _nonzero(multiplier, used, domain)
    if nonzero is None:
        return None
    name = "equal_ordered" if domain == "ℤ" else "equal_field"
    times = printer.expression(multiplier)
    return f"exact Certificate.{name} {printer.context()} {head} {times} {sides} {nonzero} (by decide +kernel)"


def _nonzero(multiplier: Tree, used: list[Rule], domain: str) -> str | None:
    """Return a proof that a product of denominators, perhaps with a number in front, is not zero."""
    lemma = "Certificate.mul_ne_zero_ordered" if domain == "ℤ" else "mul_ne_zero"
    numeral = "(by grind)" if domain == "ℂ" else "(Certificate.numeral_ne {})"
    proof: str | None = None
    tree: Tree | None = None
    for rule in used:
        if not rule.nonzero and not rule.positive:
            return None
        part = rule.nonzero or f"(ne_of_gt {rule.positive})"
        proof = part if proof is None else f"({lemma} {proof} {part})"
        tree = rule.factor if tree is None else mul(tree, rule.factor)
    if tree == multiplier:
        return proof
    if multiplier[0] == "num":
        return numeral.format(multiplier[1])
    # The number that makes cofactors whole stands in front.
    return f"({lemma} {numeral.format(multiplier[1][1])} {proof})" if proof is not None else None


def _contradiction(sequent: Sequent, domain: str, effort: int) -> Iterator[str]:
    """Yield a proof of `False`: a number that is not zero is a combination of the equations."""
    try:
        problem, _ = _problem(sequent, domain, ())
        if not problem.hypotheses:
            return
        top = max(degree(p) for *_, p in problem.hypotheses)
        for degrees in range(top, top + 1 + min(effort, 2)):
            found = _cofactors(problem, problem.ring.one, degrees)
            if found is None:
                continue
            whole = _printed(problem, ("num", 1), ("num", 1), ("num", 0), found[0])
            if whole is None:
                return
            multiplier, factors = whole
            name = sequent.fresh("he")
            tail = "(by grind)" if domain == "ℂ" else "(Certificate.numeral_ne 1)"
            text = _equal(problem, domain, multiplier, ("num", 1), ("num", 0), factors, [])
            if text is not None:
                yield f"have {name} : (1 : {domain}) = 0 := by\n  {text}\nexact {tail} {name}"
            return
    except (CannotRead, TooLarge):
        return


def _factored(sequent: Sequent, domain: str, left: Term, right: Term, effort: int, depth: int) -> Iterator[str]:
    """Prove `left = right` by a factor: `(left - right) * c` vanishes, and `c = 0` is impossible or leads there too."""
    try:
        problem, (a, b) = _problem(sequent, domain, (left, right))
        cleared = clear(problem.ring, problem.clearing, sub(a, b))
        if cleared is None or not problem.hypotheses:
            return
        factor, goal, _ = cleared
        if factor != ("num", 1) or not len(goal):
            return
        ring = problem.ring
        others = sorted({v for *_, p in problem.hypotheses for m in p.monoms() for v, e in enumerate(m) if e})
        top = max(degree(p) for *_, p in problem.hypotheses)
        for size in range(1, 3 if effort else 2):
            monomials = [
                problem.ring.monomial([chosen.count(v) for v in range(len(ring.gens))])
                for total in range(size)
                for chosen in combinations_with_replacement(others, total)
            ]
            for lead in combinations_with_replacement(others, size):
                first = ring.monomial([lead.count(v) for v in range(len(ring.gens))])
                slack = [problem.clearing.reduce(m * goal) for m in monomials]
                found = _cofactors(problem, problem.clearing.reduce(first * goal), max(top, size + degree(goal)), slack)
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


def _split(
    sequent: Sequent,
    problem: _Problem,
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
    whole = _printed(problem, ("num", 1), product, zero, cofactors)
    if whole is None:
        return None
    multiplier, factors = whole
    text = _equal(problem, domain, multiplier, product, zero, factors, [])
    if text is None:
        return None
    name = sequent.fresh("hf")
    shown = printed(cofactor, problem.encoder.atoms)
    from prover.policies.certificates.grammar import parse

    claim = Term("op", "=", (parse(shown), Term("num", "0", text="0")))
    inner = sequent.naming(name).assuming(Assumption(name, claim))
    rest = closing(inner, effort, depth + 1)
    if rest is None:
        return None
    lemma = "Certificate.zero_of_mul_ordered" if domain == "ℤ" else "mul_eq_zero.1"
    goal = f"({left[0].text} - ({right[0].text})) * {shown} = (0 : {domain})"
    return "\n".join(
        [
            f"have {name} : {goal} := by\n  {text}",
            f"rcases {lemma} {name} with {name} | {name}",
            f"· exact sub_eq_zero.1 {name}",
            block("· ", rest),
        ]
    )


def closing(sequent: Sequent, effort: int, depth: int) -> str | None:
    """Close a case: by contradiction, or by a proof of the target."""
    false = replace(sequent, target=Term("name", "False", text="False"))
    for found_by in (equation(false, effort, depth), inequality(false, min(effort, 1))):
        for closed in found_by:
            return f"exfalso\n{closed}"
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is not None and found[0] == "≠" and found[3] in DOMAINS:
            text = _membership(sequent, found[3], found[1], found[2], 0)
            if text is not None:
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
        problem, trees = _problem(sequent, domain, [term for pair in sides for term in pair])
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
            found = _cofactors(problem, goal, degrees)
            if found is None:
                continue
            whole = _printed(problem, ("num", 1), product, ("num", 0), found[0])
            text = None if whole is None else _equal(problem, domain, whole[0], product, ("num", 0), whole[1], [])
            if text is None:
                return
            name = sequent.fresh("hf")
            shown = " * ".join(f"({a.text} - ({b.text}))" for a, b in sides)
            lemma = "Certificate.zero_of_mul_ordered" if domain == "ℤ" else "mul_eq_zero.1"
            lines = [f"have {name} : {shown} = (0 : {domain}) := by\n  {text}"]
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


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


assert set(ORDERED) <= set(DOMAINS)
