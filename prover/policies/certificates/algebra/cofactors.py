"""Cofactors of equations by exact linear algebra, and the term that states the combination.

`l = r` follows from equations `e` if `m * (l - r) = sum of q * e` with a factor `m` that is not zero. The cofactors `q`
are polynomials of bounded degree with unknown coefficients, which turns the question into a linear system over ℚ
(NulLA: De Loera, Lee, Malkin, Margulies, ISSAC 2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.clearing import ROUNDS, Clearing
from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.facts import Equation, Rule
from prover.policies.certificates.algebra.linear import Column, solve
from prover.policies.certificates.algebra.products import equations, together
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.telling import combined
from prover.policies.certificates.algebra.trees import Printer, Ring, Tree, degree, mul, sub
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import Term

DOMAINS = ("ℝ", "ℚ", "ℤ", "ℂ")


MAX_UNKNOWNS = 900


@dataclass(slots=True)
class System:
    """The equations and the goal of one sequent in one domain."""

    encoder: Encoder
    ring: Ring
    clearing: Clearing
    hypotheses: list[tuple[Equation, Tree, fmpq_mpoly]]
    """Equations, what each is multiplied with to clear it, and the cleared and reduced polynomial."""


def system_of(sequent: Sequent, domain: str, terms: Sequence[Term]) -> tuple[System, list[Tree]]:
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
    return System(encoder, ring, clearing, hypotheses), trees


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


def find_cofactors(
    problem: System, goal: fmpq_mpoly, degrees: int, slack: Sequence[fmpq_mpoly] = ()
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


def combination(
    problem: System, multiplier: Tree, left: Tree, right: Tree, cofactors: Sequence[fmpq_mpoly]
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


def equal_by(
    problem: System,
    domain: str,
    multiplier: Tree,
    left: Tree,
    right: Tree,
    factors: list[tuple[Tree, Equation]],
    used: list[Rule],
) -> list[str]:
    """Return tactics that prove `left = right` in a domain by trees times equations, the one that reads best first."""
    exact = _exactly(problem, domain, multiplier, left, right, factors, used)
    told = combined(domain, multiplier[1], factors, problem.encoder.atoms) if multiplier[0] == "num" else None
    return [text for text in (told, exact) if text is not None]


def _exactly(
    problem: System,
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


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a
