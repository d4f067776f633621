"""Weighted means: terms of a polynomial in positive variables that outweigh others, by the tangent of the exponential.

For positive `u` and `w`, `w * (1 + log u - log w) ≤ u`. If the exponents of a monomial are a weighted mean of those of
others, the logarithms cancel in the weighted sum of these inequalities, and what is left says that the weighted sum of
the others is above the monomial: the inequality of arithmetic and geometric means. Which weights there are is a linear
program (SAGE certificates: Chandrasekaran and Shah 2016), of any degree and number of variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.facts import Equation, Fact
from prover.policies.certificates.algebra.linear import Column, nonnegative_solution
from prover.policies.certificates.algebra.products import ONE, Product
from prover.policies.certificates.algebra.telling import shown
from prover.policies.certificates.algebra.trees import Tree, add, mul, num, sub
from prover.policies.certificates.inequalities.positivity import Task, task_of
from prover.policies.certificates.programs.krivine import Part
from prover.policies.certificates.reading.terms import Term

MAX_PAIRS = 400
MAX_FACTS = 24
_TANGENT = (
    "have {0} : ∀ u w : ℝ, 0 < u → 0 < w → w * (1 + (Real.log u - Real.log w)) ≤ u := by\n"
    "  intro u w hu hw\n"
    "  have h := Real.add_one_le_exp (Real.log u - Real.log w)\n"
    "  rw [← Real.log_div (ne_of_gt hu) (ne_of_gt hw), Real.exp_log (div_pos hu hw)] at h\n"
    "  have k := mul_le_mul_of_nonneg_right h (le_of_lt hw)\n"
    "  rw [Real.log_div (ne_of_gt hu) (ne_of_gt hw), div_mul_cancel₀ u (ne_of_gt hw)] at k\n"
    "  nlinarith [k]"
)
Exponents = tuple[int, ...]


def by_means(
    encoder: Encoder, facts: Sequence[Fact], equations: Sequence[Equation], negated: tuple[str, str]
) -> list[list[str]]:
    """Return proofs, as lists of tactics, that the negated goal `facts[0]` is false. Raises `TooLarge`."""
    if encoder.domain != "ℝ":
        return []
    task = task_of(encoder, facts, equations, False)
    if task is None or task.ideal or not task.variables:
        return []
    if len(task.signs) < len(task.variables) or not all(sign.strict for sign in task.signs.values()):
        return []
    terms = {tuple(map(int, m)): Fraction(int(c.p), int(c.q)) for m, c in task.wanted.terms()}
    above = [m for m, c in terms.items() if c > 0]
    below = [m for m, c in terms.items() if c < 0]
    if not below or not above or len(above) * len(below) > MAX_PAIRS:
        return []
    weights = _weights(terms, above, below)
    if weights is None:
        return []
    means, rest = weights
    if len(means) > MAX_FACTS or (task.strict and not rest):
        return []
    if any(not encoder.terms[v].text for v in task.variables):
        return []
    logs = {v: encoder.encode(_log(encoder, v)) for v in task.variables}
    task = task_of(encoder, facts, equations, False)  # now with a place for logarithms
    return _printed(task, logs, means, rest, negated) if task is not None else []


def _weights(
    terms: dict[Exponents, Fraction], above: Sequence[Exponents], below: Sequence[Exponents]
) -> tuple[dict[tuple[Exponents, Exponents], Fraction], dict[Exponents, Fraction]] | None:
    """Return how much of each term goes to each that it outweighs, and what is left of the terms."""
    width = len(above[0])
    pairs = [(u, w) for w in below for u in above]
    rows: dict[object, int] = {}
    columns: list[dict[int, Fraction]] = []
    for u, w in pairs:
        column = {rows.setdefault(("sum", w), len(rows)): Fraction(1), rows.setdefault(u, len(rows)): Fraction(1)}
        for v in range(width):
            if u[v] != w[v]:
                column[rows.setdefault((w, v), len(rows))] = Fraction(u[v] - w[v])
        columns.append(column)
    columns += [{rows.setdefault(u, len(rows)): Fraction(1)} for u in above]
    right: Column = {
        **{rows["sum", w]: -terms[w] for w in below},
        **{rows[u]: terms[u] for u in above},
    }
    found = nonnegative_solution(columns, [False] * len(columns), right, len(rows))
    if found is None:
        return None
    means = {pairs[at]: weight for at, weight in found.items() if at < len(pairs)}
    return means, {above[at - len(pairs)]: weight for at, weight in found.items() if at >= len(pairs)}


def _printed(
    task: Task,
    logs: dict[int, Tree],
    means: dict[tuple[Exponents, Exponents], Fraction],
    rest: dict[Exponents, Fraction],
    negated: tuple[str, str],
) -> list[list[str]]:
    encoder, sequent = task.encoder, task.encoder.sequent
    names = [sequent.fresh("tangent")]

    def named(wish: str) -> str:
        names.append(sequent.naming(*names).fresh(wish))
        return names[-1]

    lines = [_TANGENT.format(names[0])]
    proofs = {}
    for v in logs:
        proofs[v] = task.signs[v].proof
        if " " in proofs[v]:
            name = named("hv")
            lines.append(f"have {name} := {proofs[v]}")
            proofs[v] = name
    known: dict[Exponents, tuple[str, str, str]] = {}
    for m in dict.fromkeys(m for pair in means for m in pair):
        text, sign, steps = _monomial(encoder, m), named("hm"), _logarithms(encoder, proofs, m)
        lines.append(f"have {sign} := {_sign(proofs, m)}")
        equal = ""
        if steps:
            equal = named("hl")
            expanded = shown(_sum(logs, m), encoder.atoms)
            lines.append(f"have {equal} : Real.log {text} = {expanded} := by rw [{', '.join(steps)}]")
        known[m] = (text, sign, equal)
    parts: list[tuple[Fraction, Part]] = []
    for (u, w), weight in means.items():
        name, big, small = named("ht"), known[u], known[w]
        lines.append(f"have {name} := {names[0]} {big[0]} {small[0]} {big[1]} {small[1]}")
        if expansions := [each[2] for each in (big, small) if each[2]]:
            lines.append(f"rw [{', '.join(expansions)}] at {name}")
        gap = sub(_sum(logs, u), _sum(logs, w))
        tree = sub(_tree(u), mul(_tree(w), add(num(1), gap)))
        fact = Fact(tree, f"(sub_nonneg.2 {name})", False)
        parts.append((weight, Part(Product.of(fact), task.ring.zero)))
    for m, weight in rest.items():
        product = ONE
        for v, e in enumerate(m):
            for _ in range(e):
                product = product.times(Product.of(task.signs[v]))
        parts.append((weight, Part(product, task.ring.zero)))
    one = [(Fraction(1), Part(ONE, task.ring.one))]
    found = task.printed(one, parts, [], negated)
    return [["\n".join([*lines, *proof])] for proof in found[-1:]]


def _log(encoder: Encoder, variable: int) -> Term:
    term = encoder.terms[variable]
    head = Term("name", "Real.log", text="Real.log")
    return Term("app", "", (head, term), text=f"Real.log {encoder.atoms[variable]}")


def _tree(m: Exponents) -> Tree:
    powers = [("var", v) if e == 1 else ("pow", ("var", v), e) for v, e in enumerate(m) if e]
    return reduce(mul, powers) if powers else num(1)


def _sum(logs: dict[int, Tree], m: Exponents) -> Tree:
    parts = [logs[v] if e == 1 else mul(num(e), logs[v]) for v, e in enumerate(m) if e]
    return reduce(add, parts) if parts else num(0)


def _monomial(encoder: Encoder, m: Exponents) -> str:
    """Return a monomial as an argument."""
    return f"({shown(_tree(m), encoder.atoms, typed=True)})" if any(m) else f"(1 : {encoder.domain})"


def _sign(proofs: dict[int, str], m: Exponents) -> str:
    """Prove that a monomial is positive."""
    found = [proofs[v] if e == 1 else f"(pow_pos {proofs[v]} {e})" for v, e in enumerate(m) if e]
    return reduce(lambda a, b: f"(mul_pos {a} {b})", found) if found else "(Certificate.numeral_pos 1)"


def _logarithms(encoder: Encoder, proofs: dict[int, str], m: Exponents) -> list[str]:
    """Return the equations that expand the logarithm of a monomial, outermost first; none for a variable."""
    factors = [(v, e) for v, e in enumerate(m) if e]
    if not factors:
        return ["Real.log_one"]
    steps = []
    for size in range(len(factors), 1, -1):
        first = {v for v, _ in factors[: size - 1]}
        before = tuple(e if v in first else 0 for v, e in enumerate(m))
        last = tuple(e if v == factors[size - 1][0] else 0 for v, e in enumerate(m))
        steps.append(f"Real.log_mul_of_pos {_sign(proofs, before)} {_sign(proofs, last)}")
    for v, e in factors:
        if e > 1:
            power = shown(("pow", ("var", v), e), encoder.atoms, typed=True)
            claim = f"Real.log ({power}) = {e} * Real.log {encoder.atoms[v]}"
            steps.append(f"(by rw [Real.log_pow]; norm_num : {claim})")
    return steps
