"""Sums of two roots are irrational, and rational multiples of a root are independent of the rationals.

If `√2 + √3` were rational, half of its square less 5 were too, and that is `√6`. If `a + b * √2 = 0` with `b ≠ 0`, then
`√2` were `-a / b`.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import Ring, printed
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.notation import root
from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Assumption, Sequent, relation
from prover.policies.certificates.reading.terms import Term, number
from prover.policies.certificates.reals.irrationals import irrational_root, said_irrational

_NUMBERS = ("ℚ", "ℤ", "ℕ")


def root_sums(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs that a sum of two roots is irrational, and that a rational factor of a root is what it is."""
    if effort != 0:
        return
    try:
        if (value := said_irrational(sequent.target)) is not None:
            yield from _two_roots(sequent, value)
            return
        found = relation(sequent.target, sequent.types)
        if found is not None and found[0] == "=" and found[3] in _NUMBERS:
            for assumption in sequent.assumptions:
                yield from _coefficients(sequent, assumption, found[1], found[2])
    except (CannotRead, TooLarge):
        return


def _two_roots(sequent: Sequent, value: Term) -> Iterator[str]:
    encoder = Encoder(sequent, "ℝ", Signs(sequent, "ℝ"))
    tree = encoder.encode(value)
    ring = Ring(len(encoder.atoms))
    places = [at for at, term in enumerate(encoder.terms) if root(term) is not None]
    if len(places) != 2 or len(encoder.atoms) != 2:
        return
    inside = [number(root(encoder.terms[at]) or value) or 0 for at in places]
    whole = inside[0] * inside[1]
    polynomial = ring.polynomial(tree)
    constant, factors = _linear(polynomial, places)
    if factors is None or any(c == 0 for c in factors) or isqrt(whole) ** 2 == whole:
        return
    a, b = (show(encoder.terms[at]) for at in places)
    q, hq, first, second, both = (sequent.fresh(wish) for wish in ("q", "hq", "ha", "hb", "hc"))
    c, d = factors
    squares = f"{c * c * inside[0] + d * d * inside[1]}"
    yield "\n".join(
        [
            f"rintro ⟨{q}, {hq}⟩",
            f"have {first} : {a} ^ 2 = {inside[0]} := Real.sq_sqrt (Certificate.numeral_nonneg {inside[0]})",
            f"have {second} : {b} ^ 2 = {inside[1]} := Real.sq_sqrt (Certificate.numeral_nonneg {inside[1]})",
            f"have {both} : Real.sqrt {whole} = {a} * {b} := (congrArg Real.sqrt (by norm_num : ({whole} : ℝ) = "
            f"{inside[0]} * {inside[1]})).trans (Real.sqrt_mul (Certificate.numeral_nonneg {inside[0]}) _)",
            f"refine {irrational_root(whole)} ⟨(({q} - ({constant})) ^ 2 - {squares}) / ({2 * c * d}), ?_⟩",
            "push_cast",
            f"rw [{both}, {hq}]",
            f"linear_combination ({c} / (2 * ({d}))) * {first} + ({d} / (2 * ({c}))) * {second}",
        ]
    )


def _linear(polynomial: fmpq_mpoly, places: list[int]) -> tuple[object, list[int] | None]:
    """Return the constant and the whole coefficients of a linear polynomial."""
    constant: object = 0
    factors = [0] * len(places)
    for exponents, coefficient in polynomial.terms():
        used = [at for at, e in enumerate(exponents) if e]
        if not used:
            constant = coefficient
        elif len(used) == 1 and int(exponents[used[0]]) == 1 and used[0] in places and int(coefficient.q) == 1:
            factors[places.index(used[0])] = int(coefficient.p)
        else:
            return 0, None
    return constant, factors


def _coefficients(sequent: Sequent, assumption: Assumption, left: Term, right: Term) -> Iterator[str]:
    """Yield proofs of an equation between rational numbers from one that holds a root."""
    known = relation(assumption.claim, sequent.types)
    if known is None or known[0] != "=" or known[3] not in ("ℝ", None):
        return
    encoder = Encoder(sequent, "ℝ", Signs(sequent, "ℝ"))
    trees = [encoder.encode(side) for side in known[1:3]]
    ring = Ring(len(encoder.atoms))
    difference = ring.polynomial(trees[0]) - ring.polynomial(trees[1])
    place = next((at for at, term in enumerate(encoder.terms) if root(term) is not None), None)
    if place is None:
        return
    plain = irrational_root(number(root(encoder.terms[place]) or left) or 0)
    parts = [_at_power(ring, difference, place, power) for power in range(2)]
    if not plain or parts[0] + parts[1] * ring.gens[place] != difference or not len(parts[1]):
        return
    atoms = _rational(sequent, encoder, place)
    if atoms is None:
        return
    texts = []
    for part in parts:
        tree, scale = ring.tree(part)
        texts.append(f"({printed(tree, atoms)}) / {scale}" if scale > 1 else f"({printed(tree, atoms)})")
    rest, factor = texts
    root_text = show(encoder.terms[place])
    away, real, cast, zero = (sequent.fresh(wish) for wish in ("hn", "hr", "hk", "hz"))
    proof = assumption.proof
    independent = (
        f"have {zero} : ({factor} : ℚ) = 0 := by\n"
        f"  by_contra {away}\n"
        f"  have {real} : (({factor} : ℚ) : ℝ) ≠ 0 := fun e => {away} (Rat.cast_inj.1 (e.trans Rat.cast_zero.symm))\n"
        f"  refine {plain} ⟨-{rest} / {factor}, ?_⟩\n"
        f"  rw [Rat.cast_div, div_eq_iff {real}]\n"
        f"  push_cast\n  push_cast at {real}\n  linear_combination -{proof}"
    )
    goal = f"have {cast} : (({rest} : ℚ) : ℝ) = ((0 : ℚ) : ℝ) := by\n" + (
        f"  have {real} := congrArg (Rat.cast (K := ℝ)) {zero}\n  push_cast at {real} ⊢\n"
        f"  linear_combination {proof} - {root_text} * {real}"
    )
    close = "first | linarith | (push_cast at *; linarith) | exact_mod_cast (by linarith) | grind"
    yield f"{independent}\n{goal}\nhave {cast} := Rat.cast_inj.1 {cast}\n{close}"


def _at_power(ring: Ring, polynomial: fmpq_mpoly, place: int, power: int) -> fmpq_mpoly:
    """Return the coefficient of a power of one variable."""
    total = ring.zero
    for exponents, coefficient in polynomial.terms():
        if int(exponents[place]) == power:
            rest = [0 if at == place else int(e) for at, e in enumerate(exponents)]
            total += ring.monomial(rest) * ring.context.constant(coefficient)
    return total


def _rational(sequent: Sequent, encoder: Encoder, place: int) -> list[str] | None:
    """Return the atoms other than the root as rational numbers, or None if one is not the cast of such."""
    texts: list[str] = []
    for at, term in enumerate(encoder.terms):
        inner = term.args[0] if term.is_op("↑", "type") else term
        inner = inner.args[0] if inner.is_op("↑") else inner
        kind = sequent.types.get(inner.value) if inner.kind == "name" else None
        if at == place:
            texts.append("0")
        elif kind is None or kind.value not in _NUMBERS or term == inner:
            return None
        else:
            texts.append(inner.value if kind.value == "ℚ" else f"({inner.value} : ℚ)")
    return texts
