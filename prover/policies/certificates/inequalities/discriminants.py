"""Quadratic polynomials with letters as coefficients: positive where the leading one is and the discriminant is not.

`4 * a * (a * x ^ 2 + b * x + c) = (2 * a * x + b) ^ 2 + (4 * a * c - b ^ 2)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.forms import by_power
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import Ring, printed
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.printing import block
from prover.policies.certificates.reading.proving import Prove, easily
from prover.policies.certificates.reading.sequents import Sequent, ascending, relation


def discriminants(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of `0 < a * x ^ 2 + b * x + c` or `0 ≤ …` by the signs of `a` and of the discriminant."""
    found = relation(sequent.target, sequent.types)
    if effort != 1 or found is None or found[3] not in ("ℝ", "ℚ") or found[0] in ("=", "≠"):
        return
    symbol, low, high = ascending(*found[:3])
    domain = str(found[3])
    try:
        encoder = Encoder(sequent, domain, Signs(sequent, domain))
        trees = [encoder.encode(side) for side in (high, low)]
        if encoder.rules or len(encoder.atoms) < 2:
            return
        ring = Ring(len(encoder.atoms))
        difference = ring.polynomial(trees[0]) - ring.polynomial(trees[1])
        for place, name in enumerate(encoder.atoms):
            parts = by_power(ring, difference, place)
            if max(parts, default=0) != 2:
                continue
            texts = [_text(ring, parts.get(power, ring.zero), encoder.atoms) for power in (2, 1, 0)]
            claims = (f"0 < {texts[0]}", f"0 {symbol} 4 * {texts[0]} * {texts[2]} - {texts[1]} ^ 2")
            proofs = [easily(prove, replace(sequent, target=parse(claim))) for claim in claims]
            if None in proofs:
                continue
            first, second, negated = (sequent.fresh(wish) for wish in ("ha", "hd", "hn"))
            square = f"sq_nonneg (2 * {texts[0]} * {name} + {texts[1]})"
            product = f"mul_{'nonneg (le_of_lt ' + first + ')' if symbol == '<' else 'pos ' + first}"
            word = "sub_nonneg" if symbol == "<" else "sub_pos"
            yield "\n".join(
                [
                    *(
                        f"have {known} : {claim} := by\n  {block('', proof or '')}"
                        for known, claim, proof in zip((first, second), claims, proofs, strict=True)
                    ),
                    f"refine not_{'le' if symbol == '<' else 'lt'}.1 fun {negated} => ?_",
                    f"nlinarith [{product} ({word}.2 {negated}), {square}, {second}]",
                ]
            )
            return
    except (CannotRead, TooLarge):
        return


def _text(ring: Ring, polynomial: fmpq_mpoly, atoms: list[str]) -> str:
    tree, scale = ring.tree(polynomial)
    if scale != 1:
        raise CannotRead("a coefficient that is a fraction")
    return f"({printed(tree, atoms)})"
