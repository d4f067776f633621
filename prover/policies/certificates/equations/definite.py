"""Equations `q = 0` with a quadratic polynomial that is a sum of squares: each of the squares is 0.

`a ^ 2 + b ^ 2 - 2 * a - 4 * b + 5 = 0` says `a = 1` and `b = 2`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.forms import sum_of_squares
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import Ring, degree, printed
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, relation
from prover.policies.certificates.reading.terms import free_names

_MOST = 8


def definite(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof from what an assumed equation says of the squares that it is a sum of."""
    if effort != 0:
        return
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is not None and found[0] == "=" and found[3] in ("ℝ", "ℚ", "ℤ"):
            yield from _from_squares(sequent, assumption, str(found[3]), prove)


def _from_squares(sequent: Sequent, assumption: Assumption, domain: str, prove: Prove) -> Iterator[str]:
    bare = replace(sequent, assumptions=())
    encoder = Encoder(bare, domain, Signs(bare, domain))
    left, right = (encoder.encode(side) for side in assumption.claim.args)
    ring = Ring(len(encoder.atoms))
    polynomial = ring.polynomial(left) - ring.polynomial(right)
    asked = free_names(sequent.target)
    # The last square is of one variable alone: it shall be the one that the goal is about.
    order = sorted(range(len(encoder.atoms)), key=lambda place: encoder.atoms[place] in asked)
    if encoder.rules or not 2 <= len(order) <= _MOST or degree(polynomial) != 2:
        return
    forms = next(filter(None, (sum_of_squares(ring, sign * polynomial, order) for sign in (1, -1))), None)
    if forms is None:
        return
    texts = [printed(ring.tree(form)[0], encoder.atoms) for form in forms]
    lemma = "Certificate.zero_of_mul_ordered" if domain == "ℤ" else "mul_eq_zero.1"
    lines: list[str] = []
    known = sequent
    for at in reversed(range(len(texts))):
        name, power = known.fresh("hs"), known.fresh("hq")
        others = ", ".join([*(f"sq_nonneg {text}" for text in texts[:at] + texts[at + 1 :]), assumption.proof])
        lines += [
            f"have {name} : {texts[at]} = 0 := by",
            f"  have {power} : {texts[at]} * {texts[at]} = 0 :=",
            f"    le_antisymm (by linarith only [{others}]) (mul_self_nonneg _)",
            f"  exact ({lemma} {power}).elim id id",
        ]
        known = known.naming(name).assuming(Assumption(name, parse(f"{texts[at]} = 0")))
        if (proof := prove(known, 0)) is not None:
            yield "\n".join([*lines, proof])
            return
