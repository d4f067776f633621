"""Real numbers that solve a quadratic equation, as witnesses: by the root of its discriminant.

`∃ x, a * x ^ 2 + b * x + c = 0` where the discriminant is known not to be negative, and `∃ x y, x + y = s ∧ x * y = p`,
of which one equation says what `y` is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.forms import by_power
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import Ring, printed
from prover.policies.certificates.logic.witnesses import solved
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.printing import block, spelled, substituted
from prover.policies.certificates.reading.proving import Prove, easily
from prover.policies.certificates.reading.sequents import Assumption, Sequent, relation
from prover.policies.certificates.reading.terms import Term, chained, free_names

_REAL = Term("name", "ℝ", text="ℝ")


def quadratic_witness(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof that there is a number, or a pair of numbers, with what an equation of degree 2 says."""
    names, body = list[str](), sequent.target
    while body.is_bind("∃") and len(names) < 3:
        names += body.names
        body = body.args[1]
    if effort != 1 or not sequent.reals or not 1 <= len(names) <= 2:
        return
    claims = chained(body, "∧")
    for unknown, other in [(names[0], None)] if len(names) == 1 else [tuple(names), tuple(reversed(names))]:
        values = {} if other is None else _value(claims, other)
        if values is None:
            continue
        left = [spelled(substituted(claim, values)) for claim in claims]
        try:
            for proof in _solutions(sequent, names, unknown, values, left, body, prove):
                yield proof
                return
        except (CannotRead, TooLarge):
            continue


def _value(claims: list[Term], name: str) -> dict[str, Term] | None:
    """Return what an equation says that a variable is."""
    for claim in claims:
        if claim.is_op("=") and (text := solved(claim.args[0], claim.args[1], name, True)) is not None:
            return {name: parse(f"({text})")}
    return None


def _solutions(
    sequent: Sequent,
    names: list[str],
    unknown: str,
    values: dict[str, Term],
    claims: list[Term],
    body: Term,
    prove: Prove,
) -> Iterator[str]:
    inner = replace(sequent.naming(unknown), types={**sequent.types, unknown: _REAL})
    for claim in claims:
        found = relation(claim, inner.types)
        if found is None or found[0] != "=" or found[3] != "ℝ" or unknown not in free_names(claim):
            continue
        quadratic = _quadratic(inner, found[1], found[2], unknown)
        if quadratic is None:
            continue
        minus, twice, text = quadratic
        discriminant = parse(text)
        positive = easily(prove, replace(sequent, target=spelled(Term("op", "≤", (parse("(0 : ℝ)"), discriminant)))))
        if positive is None:
            continue
        root, known, least, bound = (sequent.fresh(wish) for wish in ("r", "hr", "h0", "hd"))
        lines = [
            f"have {bound} : (0 : ℝ) ≤ {discriminant.text} := by\n  {block('', positive)}",
            f"obtain ⟨{root}, {least}, {known}⟩ : ∃ {root} : ℝ, 0 ≤ {root} ∧ {root} ^ 2 = {discriminant.text} :=",
            "  ⟨_, Real.sqrt_nonneg _, Real.sq_sqrt " + bound + "⟩",
        ]
        moved = replace(sequent.naming(root, known, least), types={**sequent.types, root: _REAL}).assuming(
            Assumption(least, parse(f"0 ≤ {root}")), Assumption(known, parse(f"{root} ^ 2 = {discriminant.text}"))
        )
        for sign in "+-":
            chosen = parse(f"(({minus} {sign} {root}) / {twice})")
            places = {unknown: chosen}
            places |= {name: spelled(substituted(value, places)) for name, value in values.items()}
            proof = easily(prove, replace(moved, target=spelled(substituted(body, places))))
            if proof is not None:
                witnesses = ", ".join(places[name].text for name in names)
                yield "\n".join([*lines, f"refine ⟨{witnesses}, ?_⟩", proof])
                return


def _quadratic(sequent: Sequent, left: Term, right: Term, name: str) -> tuple[str, str, str] | None:
    """Return `-b`, `2 * a` and `b ^ 2 - 4 * a * c` of `left - right = a * x ^ 2 + b * x + c`, as text."""
    bare = replace(sequent, assumptions=())
    encoder = Encoder(bare, "ℝ", Signs(bare, "ℝ"))
    trees = [encoder.encode(side) for side in (left, right)]
    if encoder.rules or name not in encoder.atoms:
        return None
    ring = Ring(len(encoder.atoms))
    parts = by_power(ring, ring.polynomial(trees[0]) - ring.polynomial(trees[1]), encoder.atoms.index(name))
    if max(parts, default=0) != 2:
        return None
    a, b, c = (parts.get(power, ring.zero) for power in (2, 1, 0))
    if a.is_constant() and a.leading_coefficient() < 0:
        a, b, c = -a, -b, -c
    texts = []
    for polynomial in (-b, 2 * a, b * b - 4 * a * c):
        tree, scale = ring.tree(polynomial)
        text = printed(tree, encoder.atoms)
        texts.append(text if scale == 1 else f"({text} / {scale})")
    return texts[0], texts[1], texts[2]
