"""Inequalities between positive variables, order by order: successive differences are what can be multiplied.

Where `x₁ ≤ … ≤ xₙ`, put `x₁ = t₁`, `x₂ = t₁ + t₂` and so on (successive difference substitution, Yang 2005). A
polynomial whose coefficients in `t` are not negative is not negative there, which settles most symmetric and cyclic
inequalities of contests at once; where some are negative, a linear program adds products of the `t` with squares of
differences of two. A condition such as `a + b + c = 3` first makes the polynomial homogeneous.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import combinations, combinations_with_replacement, pairwise

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.clearing import Clearing
from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.facts import Equation, Fact
from prover.policies.certificates.algebra.linear import Column, nonnegative_solution
from prover.policies.certificates.algebra.products import Product
from prover.policies.certificates.algebra.telling import shown
from prover.policies.certificates.algebra.trees import Ring, Tree, degree, mul, sub
from prover.policies.certificates.programs.krivine import Part, printed_refutation
from prover.policies.certificates.reading.printing import is_whole

MAX_VARIABLES = 3
MAX_TOTAL = 18
MAX_COLUMNS = 1_500
MAX_TEXT = 20_000
"""Characters of a proof above which Lean takes minutes."""
RATIOS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1))
"""Squares of `a * x - b * y` that are tried, of products of two differences only those with `a = b`."""

Exponents = tuple[int, ...]
Shape = tuple[Exponents, tuple[int, Exponents, int, Exponents] | None]
"""A monomial in the differences, perhaps times the square of `a * m - b * n`, as `(a, m, b, n)`."""


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be shown to be positive (`strict`) or not negative, and the signs of its variables, with proofs."""

    encoder: Encoder
    ring: Ring
    wanted: fmpq_mpoly
    strict: bool
    signs: dict[int, Fact]
    names: Sequence[str]
    rich: bool


def by_order(
    encoder: Encoder,
    fact: Fact,
    equations: Sequence[Equation],
    negated: tuple[str, str],
    names: Sequence[str],
    rich: bool,
) -> list[str]:
    """Return proofs that the negated goal `fact` is false in every order of its variables, the most readable first.

    `negated` is its name and the tactic that introduces it. `names` are fresh: one for what is proved by orders, three
    for comparisons, three for signs. `rich` allows the linear program. Raises `TooLarge`.
    """
    ring = Ring(len(encoder.atoms))
    clearing = Clearing(encoder, ring)
    lead = clearing.clear(fact)
    if lead is None or degree(lead.reduced) > MAX_TOTAL:
        return []
    wanted, multiples = homogenized(clearing, -lead.reduced, [*equations, *encoder.equations])
    variables = sorted({v for m in wanted.monoms() for v, e in enumerate(m) if e})
    if not 2 <= len(variables) <= MAX_VARIABLES or degree(wanted) > MAX_TOTAL:
        return []
    signs = {v: sign for v in variables if (sign := sign_of(encoder, v)) is not None}
    if len(signs) < len(variables):
        return []
    tree, scale = ring.tree(wanted)
    task = _Task(encoder, ring, ring.polynomial(tree), not lead.product.strict, signs, names[1:], rich)
    found = _split(task, (variables[0],), tuple(variables[1:]), {})
    if found is None:
        return []
    claim = Fact(tree, names[0], task.strict)
    symbol = "<" if task.strict else "≤"
    stated = f"have {claim.proof} : 0 {symbol} {shown(tree, encoder.atoms, typed=True)} := by"
    parts = [(scale, Part(lead.product, lead.reduced)), (1, Part(Product.of(claim), task.wanted))]
    scaled = [(scale * multiple, equation) for multiple, equation in multiples]
    proofs = printed_refutation(encoder, ring, clearing, parts, scaled, negated)
    known = "\n  ".join([stated, found.replace("\n", "\n  ")])
    return [text for proof in proofs if len(text := "\n".join([known, *proof])) <= MAX_TEXT]


def _split(task: _Task, placed: Exponents, rest: Exponents, known: dict[tuple[int, int], str]) -> str | None:
    """Prove the claim where these variables are in this order, by inserting the others one by one."""
    if rest:
        return _insert(task, placed, rest, 0, known)
    steps = [task.signs[placed[0]]]
    for low, high in pairwise(placed):
        steps.append(Fact(sub(("var", high), ("var", low)), f"sub_nonneg.2 {known[low, high]}", False))
    # Named, each sign is elaborated once and not in every product.
    lines = []
    for at, (step, name) in enumerate(zip(steps, task.names[3:], strict=False)):
        proof = f"le_of_lt {step.proof}" if step.strict and not task.strict else step.proof
        if " " in proof or "." in proof:
            lines.append(f"have {name} := {proof}")
            steps[at] = Fact(step.tree, name, step.strict and task.strict)
    hints = _hints(task, placed, steps)
    return None if hints is None else "\n".join([*lines, f"linarith [{', '.join(hints)}]"])


def _insert(task: _Task, placed: Exponents, rest: Exponents, at: int, known: dict[tuple[int, int], str]) -> str | None:
    """Insert the first of `rest`, which is known to be above all before `at`."""
    new = rest[0]
    if at == len(placed):
        return _split(task, (*placed, new), rest[1:], known)
    other, name = placed[at], task.names[len(known)]
    below = _split(task, (*placed[:at], new, *placed[at:]), rest[1:], {**known, (new, other): name})
    above = below and _insert(task, placed, rest, at + 1, {**known, (other, new): name})
    if below is None or above is None:
        return None
    sides = " ".join(task.encoder.atoms[v] for v in (new, other))
    cases = ("· " + side.replace("\n", "\n  ") for side in (below, above))
    return "\n".join([f"rcases le_total {sides} with {name} | {name}", *cases])


def _hints(task: _Task, order: Exponents, steps: Sequence[Fact]) -> list[str] | None:
    """Return proofs that products are not negative whose sum, with positive weights, is the claim; None without."""
    small = Ring(len(steps))
    sums = [sum(small.gens[: at + 1], small.zero) for at in range(len(steps))]
    places = {variable: sums[at] for at, variable in enumerate(order)}
    images = [places.get(v, small.zero) for v in range(len(task.ring.gens))]
    wanted = task.wanted.compose(*images, ctx=small.context)
    terms = {tuple(map(int, m)): Fraction(int(c.p), int(c.q)) for m, c in wanted.terms()}
    shapes: list[Shape] | None = [(m, None) for m in terms]
    if any(weight < 0 for weight in terms.values()):
        shapes = _program(small, terms) if task.rich else None
    if shapes is None:
        return None
    if task.strict and not any(_is_strict(shape, steps) for shape in shapes):
        return None
    return [_proof(task, shape, steps) for shape in shapes]


def _is_strict(shape: Shape, steps: Sequence[Fact]) -> bool:
    """Whether a shape is positive because all of its factors are."""
    return shape[1] is None and all(step.strict for step, e in zip(steps, shape[0], strict=True) if e)


def _proof(task: _Task, shape: Shape, steps: Sequence[Fact]) -> str:
    """Print a proof that a shape is not negative, or positive where that is wanted and so."""
    front, square = shape
    strict = task.strict and _is_strict(shape, steps)
    lemma, power = ("mul_pos", "pow_pos") if strict else ("mul_nonneg", "pow_nonneg")
    proofs = []
    for step, exponent in zip(steps, front, strict=True):
        if exponent:
            proof = f"(le_of_lt {step.proof})" if step.strict and not strict else step.proof
            proofs.append(proof if exponent == 1 else f"({power} {proof} {exponent})")
    if square is not None:
        a, m, b, n = square
        root = sub(_term(a, m, steps), _term(b, n, steps))
        proofs.append(f"(sq_nonneg {shown(root, task.encoder.atoms, 4)})")
    whole = reduce(lambda left, right: f"({lemma} {left} {right})", proofs)
    return whole[1:-1] if whole.startswith("(") and is_whole(whole) else whole


def _program(small: Ring, terms: dict[Exponents, Fraction]) -> list[Shape] | None:
    """Return monomials, and monomials times squares, of which a polynomial is a sum with positive weights."""
    shapes: list[Shape] = []
    columns: list[Column] = []
    rows = {m: row for row, m in enumerate(terms)}
    for shape in _shapes(terms, len(small.gens)):
        column: dict[int, Fraction] = {}
        for m, c in _polynomial(small, shape).terms():
            row = rows.setdefault(tuple(map(int, m)), len(rows))
            column[row] = Fraction(int(c.p), int(c.q))
        shapes.append(shape)
        columns.append(column)
        if len(columns) >= MAX_COLUMNS:
            break
    right = {rows[m]: weight for m, weight in terms.items()}
    found = nonnegative_solution(columns, [False] * len(columns), right, len(rows))
    return None if found is None else [shapes[j] for j in found]


def _shapes(terms: dict[Exponents, Fraction], width: int) -> Iterator[Shape]:
    total = max(map(sum, terms))
    homogeneous = all(sum(m) == total for m in terms)
    lowest = total if homogeneous else 0
    monomials = [_monomials(width, size) for size in range(max(total, 2) + 1)]
    for size in range(lowest, total + 1):
        yield from ((m, None) for m in monomials[size])
    for size in (1, 2):
        roots = [m for least in range(size if homogeneous else 0, size + 1) for m in monomials[least]]
        sizes = range(max(lowest - 2 * size, 0), max(total - 2 * size, -1) + 1)
        fronts = [m for least in sizes for m in monomials[least]]
        for m, n in combinations(roots, 2):
            if size == 2 and min(sum(m), sum(n)) < 2 and homogeneous:
                continue
            for a, b in RATIOS if size == 1 else RATIOS[:1]:
                yield from ((front, (a, m, b, n)) for front in fronts)


def _monomials(width: int, total: int) -> list[Exponents]:
    found = []
    for chosen in combinations_with_replacement(range(width), total):
        found.append(tuple(chosen.count(v) for v in range(width)))
    return found


def _polynomial(small: Ring, shape: Shape) -> fmpq_mpoly:
    front, square = shape
    whole = small.monomial(front)
    if square is not None:
        a, m, b, n = square
        whole *= (small.monomial(m, a) - small.monomial(n, b)) ** 2
    return whole


def _term(factor: int, exponents: Exponents, steps: Sequence[Fact]) -> Tree:
    powers = [_power(step.tree, e) for step, e in zip(steps, exponents, strict=True) if e]
    return _times([("num", factor), *powers] if factor > 1 or not powers else powers)


def _power(tree: Tree, exponent: int) -> Tree:
    return tree if exponent == 1 else ("pow", tree, exponent)


def _times(trees: Sequence[Tree]) -> Tree:
    return reduce(mul, trees)


def sign_of(encoder: Encoder, variable: int) -> Fact | None:
    """Return that a variable is positive, or not negative, or None if that is not known."""
    term = encoder.terms[variable]
    if (proof := encoder.signs.positive(term)) is not None:
        return Fact(("var", variable), proof, True)
    if (proof := encoder.signs.nonnegative(term)) is not None:
        return Fact(("var", variable), proof, False)
    return None


def homogenized(
    clearing: Clearing, polynomial: fmpq_mpoly, equations: Sequence[Equation]
) -> tuple[fmpq_mpoly, list[tuple[fmpq_mpoly, Equation]]]:
    """Return the polynomial made homogeneous by an equation of a form and a number, and the multiple that does it.

    The result less the polynomial is the equation times the negated multiple. Without such an equation the polynomial
    stays as it is.
    """
    ring = clearing.ring
    sizes = {sum(map(int, m)) for m in polynomial.monoms()}
    if len(sizes) < 2:
        return polynomial, []
    top = max(sizes)
    quotients = [known.rule.atom for known in clearing.rules if known.factor != 1]
    for equation in equations:
        side = clearing.reduce(ring.polynomial(sub(equation.left, equation.right)))
        degrees = {sum(map(int, m)) for m in side.monoms()}
        if len(degrees) != 2 or 0 not in degrees or any(m[v] for m in side.monoms() for v in quotients):
            continue
        size = max(degrees)
        constant = -side.coefficient(len(side) - 1)
        if any((top - own) % size for own in sizes):
            continue
        unit = (side + constant) / constant
        whole, multiple = ring.zero, ring.zero
        for own in sizes:
            form = ring.zero
            for m, c in polynomial.terms():
                if sum(map(int, m)) == own:
                    form += ring.context.from_dict({tuple(map(int, m)): c})
            times = (top - own) // size
            whole += form * unit**times
            multiple -= form * sum((unit**power for power in range(times)), ring.zero) / constant
        return ring.small(whole), [(multiple, equation)]
    return polynomial, []
