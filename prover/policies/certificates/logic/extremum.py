"""Least and greatest elements of sets: a witness, and a bound of what is in the set.

Of `{t | ∃ x y, p x y ∧ t = f x y}` the bound is a comparison under assumptions, for the other finders, and a point at
which it is tight is the witness. Of `{n | p n}` with a property of natural numbers that can be decided, smaller numbers
are tried one by one, and of `{n | b ^ n ∣ m}` the next power.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from prover.policies.certificates.algebra.clearing import Clearing
from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.facts import Fact
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import Ring, sub
from prover.policies.certificates.programs.points import tight_points
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.printing import block, show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, conjuncts, relation
from prover.policies.certificates.reading.terms import Term, free_names, number

MAX_DECIDED = 3_000
_REAL = Term("name", "ℝ", text="ℝ")
_CLOSE = "first | norm_num | (simp; done) | decide | (norm_num; linarith) | nlinarith"


@dataclass(frozen=True, slots=True)
class _Set:
    """`{element | ∃ names, conditions ∧ element = value}`, with the proofs of the conditions once it is opened."""

    element: str
    names: tuple[str, ...]
    claims: tuple[Term, ...]
    equation: int
    value: Term


def extremum(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof that a number is the least or the greatest element of a set."""
    target = sequent.target
    if target.kind != "app" or len(target.args) != 3 or target.args[0].value not in ("IsLeast", "IsGreatest"):
        return
    if effort > 1:
        return
    head, where, bound = target.args
    lines: list[str] = []
    known = next((a for a in sequent.assumptions if a.claim.is_op("=") and a.claim.args[0] == where), None)
    if where.kind == "name" and known is not None:
        lines, where = [f"rw [{known.proof}]"], known.claim.args[1]
    if not where.is_bind("setOf") or len(where.names) != 1:
        return
    least = head.value == "IsLeast"
    parameters = _parameters(where)
    if parameters is not None and sequent.reals:
        for text in _of_values(sequent, parameters, bound, least, effort, prove):
            yield "\n".join([*lines, text])
    elif parameters is None and least and not sequent.reals and effort == 0:
        low = number(bound)
        if low is not None and 0 <= low <= MAX_DECIDED:
            yield "\n".join([*lines, _decided(sequent, where, low)])
    elif parameters is None and not least and effort == 0:
        highest = _highest_power(sequent, where, number(bound))
        if highest is not None:
            yield "\n".join([*lines, highest])


def _decided(sequent: Sequent, where: Term, low: int) -> str:
    """Print a proof that a natural number is the first with a property, by evaluation."""
    name, body = where.names[0], show(where.args[1], 0)
    n, member, less = sequent.fresh("n"), sequent.fresh("hn"), sequent.fresh("hlt")
    smaller = f"(by decide +kernel : ∀ {name} < {low}, ¬({body}))"
    return "\n".join(
        [
            "refine ⟨?_, ?_⟩",
            f"· show {show(spelled(substituted(where.args[1], {name: Term('num', str(low), text=str(low))})), 0)}",
            "  first | decide +kernel | norm_num | simp",
            f"· intro {n} {member}",
            f"  exact Nat.le_of_not_lt fun {less} => {smaller} {n} {less} {member}",
        ]
    )


def _highest_power(sequent: Sequent, where: Term, high: int | None) -> str | None:
    """Print a proof that a power is the highest one that divides a number: the next one does not."""
    name, body = where.names[0], where.args[1]
    power = body.args[0] if body.is_op("∣") else body
    if high is None or not power.is_op("^") or power.args[1].value != name or free_names(body) - {name}:
        return None
    base, n, member, less = show(power.args[0]), sequent.fresh("n"), sequent.fresh("hn"), sequent.fresh("hlt")
    divides = f"Nat.dvd_trans (Nat.pow_dvd_pow {base} ({less} : {high + 1} ≤ {n})) {member}"
    return "\n".join(
        [
            f"refine ⟨?_, fun {n} {member} => Nat.le_of_not_lt fun {less} => ?_⟩",
            f"· show {base} ^ {high} ∣ {show(body.args[1], 51)}",
            "  decide +kernel",
            f"· exact absurd ({divides}) (by decide +kernel)",
        ]
    )


def _parameters(where: Term) -> _Set | None:
    """Return a set of values `f x y` with conditions on `x` and `y`, or None for another set."""
    element = where.names[0]
    names: list[str] = []
    body = where.args[1]
    while body.is_bind("∃"):
        names += body.names
        body = body.args[1]
    claims = [assumption.claim for assumption in _flat(body)]
    for at, claim in enumerate(claims):
        if claim.is_op("=") and names:
            for side, other in (claim.args, claim.args[::-1]):
                alone = side.kind == "name" and side.value == element and element not in free_names(other)
                if alone and not any(element in free_names(c) for c in claims if c is not claim):
                    return _Set(element, tuple(names), tuple(claims), at, other)
    return None


def _flat(body: Term) -> Iterator[Assumption]:
    if body.is_op("∧"):
        yield from _flat(body.args[0])
        yield from _flat(body.args[1])
    else:
        yield Assumption("", body)


def _of_values(sequent: Sequent, values: _Set, bound: Term, least: bool, effort: int, prove: Prove) -> Iterator[str]:
    if set(values.names) & sequent.names or values.element in sequent.names:
        return
    taken = sequent.naming(*values.names, values.element)
    proofs: list[str] = []
    for _ in values.claims:
        proofs.append(taken.naming(*proofs).fresh("hs"))
    member = taken.naming(*proofs).fresh("hm")
    conditions = [
        part
        for at, (claim, proof) in enumerate(zip(values.claims, proofs, strict=True))
        if at != values.equation
        for part in conjuncts(Assumption(proof, claim))
    ]
    sides = (bound, values.value) if least else (values.value, bound)
    inner = replace(
        taken.naming(*proofs, member).assuming(*conditions),
        types={**sequent.types, **dict.fromkeys(values.names, _REAL)},
        target=spelled(Term("op", "≤", sides)),
    )
    proof = None
    for lower in range(effort + 1):
        proof = proof or prove(inner, lower)
    if proof is None:
        return
    pattern = ", ".join([*values.names, *proofs])
    bounded = [
        f"intro {values.element} {member}",
        f"obtain ⟨{pattern}⟩ := {member}",
        f"first | subst {proofs[values.equation]} | rw [{proofs[values.equation]}]",
        f"show {inner.target.text}",
        proof,
    ]
    for point in _witnesses(inner, sides):
        texts = [_printed(point.get(name, Fraction(0))) for name in values.names]
        holes = ", ".join([*texts, *["?_"] * len(values.claims)])
        yield "\n".join(["refine ⟨?_, ?_⟩", block("· ", f"refine ⟨{holes}⟩ <;> {_CLOSE}"), block("· ", bounded)])


def _witnesses(inner: Sequent, sides: Sequence[Term]) -> Iterator[dict[str, Fraction]]:
    """Yield points at which the conditions hold and the bound is taken."""
    try:
        encoder = Encoder(inner, "ℝ", Signs(inner, "ℝ"))
        gap = sub(encoder.encode(sides[0]), encoder.encode(sides[1]))
        facts = []
        for assumption in inner.assumptions:
            found = relation(assumption.claim, inner.types)
            if found is not None and found[0] in ("<", "≤", ">", "≥", "="):
                symbol, left, right, _ = found
                a, b = encoder.encode(left), encoder.encode(right)
                facts.append((symbol, sub(a, b) if symbol in (">", "≥") else sub(b, a)))
        ring = Ring(len(encoder.atoms))
        clearing = Clearing(encoder, ring)
        cleared = [(symbol, clearing.clear(Fact(tree, "", False))) for symbol, tree in (("goal", gap), *facts)]
        polynomials = [(symbol, part.reduced) for symbol, part in cleared if part is not None]
        goal = next((p for symbol, p in polynomials if symbol == "goal"), ring.one)
        strict = [p for symbol, p in polynomials if symbol in ("<", ">")]
        weak = [p for symbol, p in polynomials if symbol in ("≤", "≥")]
        zero = [p for symbol, p in polynomials if symbol == "="]
        places = [v for v, atom in enumerate(encoder.atoms) if atom in inner.types]
        used = sorted({v for p in (goal, *strict, *weak, *zero) for m in p.monoms() for v, e in enumerate(m) if e})
        roots = [
            ring.gens[known.rule.atom] ** known.rule.power - known.value
            for known in clearing.rules
            if known.factor == 1 and known.rule.atom in used
        ]
        for point in tight_points(goal, strict, weak, [*zero, *roots], used, False)[:3]:
            yield {encoder.atoms[v]: point[v] for v in places if v in point}
    except (CannotRead, TooLarge):
        return


def _printed(number: Fraction) -> str:
    return (
        str(number.numerator)
        if number.denominator == 1 and number >= 0
        else f"({number.numerator} / {number.denominator})"
    )
