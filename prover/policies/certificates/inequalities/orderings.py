"""Case splits that make a goal polynomial: by the order of the variables, and floors by the bounds that define them.

Schur's inequality and its relatives hold for a reason that depends on the order of the variables. With the order
assumed, their differences are facts that can be multiplied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product

from prover.policies.certificates.reading.printing import block
from prover.policies.certificates.reading.proving import Prove, easily
from prover.policies.certificates.reading.sequents import Assumption, Sequent, relation
from prover.policies.certificates.reading.terms import Term, free_names, number

ORDERING_EFFORT = 3
MAX_VARIABLES = 3


def ordering(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of an inequality in every order of its two or three variables."""
    found = relation(sequent.target, sequent.types)
    if (
        effort != ORDERING_EFFORT
        or found is None
        or found[0] not in ("<", "≤", ">", "≥")
        or found[3] not in ("ℝ", "ℚ", "ℤ")
    ):
        return
    names = [
        name
        for name, kind in sequent.types.items()
        if kind.kind == "name" and kind.value == found[3] and name in free_names(sequent.target)
    ]
    if not 2 <= len(names) <= MAX_VARIABLES:
        return
    pairs = list(combinations(names, 2))
    hypotheses = []
    for _ in pairs:
        hypotheses.append(sequent.fresh("ho"))
        sequent = sequent.naming(hypotheses[-1])
    lines = [
        ("" if at == 0 else " <;> ") + f"rcases le_total {a} {b} with {name} | {name}"
        for at, ((a, b), name) in enumerate(zip(pairs, hypotheses, strict=True))
    ]
    proofs: list[str] = []
    for flips in product((False, True), repeat=len(pairs)):
        known = []
        for (a, b), name, flip in zip(pairs, hypotheses, flips, strict=True):
            low, high = (b, a) if flip else (a, b)
            known.append(
                Assumption(name, Term("op", "≤", (Term("name", low, text=low), Term("name", high, text=high))))
            )
        proof = easily(prove, sequent.assuming(*known))
        if proof is None:
            return
        proofs.append(proof)
    yield "\n".join(["".join(lines), *(block("· ", proof) for proof in proofs)])


def floor(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of `⌊x⌋ = z` or `⌈x⌉ = z` for a numeral `z` by its two bounds."""
    found = relation(sequent.target, sequent.types)
    if effort != 1 or found is None or found[0] != "=" or not found[1].is_op("floor", "ceil"):
        return
    inner, value = found[1].args[0], number(found[2])
    if value is None:
        return
    below, above = (value, value + 1) if found[1].value == "floor" else (value - 1, value)
    low, high = (
        Term("op", "neg", (Term("num", str(-n)),), text=str(n)) if n < 0 else Term("num", str(n), text=str(n))
        for n in (below, above)
    )
    symbols = ("≤", "<") if found[1].value == "floor" else ("<", "≤")
    claims = (Term("op", symbols[0], (low, inner)), Term("op", symbols[1], (inner, high)))
    proofs = []
    for claim in claims:
        proof = next(
            (tried for level in range(3) if (tried := prove(replace(sequent, target=claim), level)) is not None), None
        )
        if proof is None:
            return
        proofs.append(proof)
    shown = (f"({low.text} : ℝ) {symbols[0]} {inner.text}", f"{inner.text} {symbols[1]} ({high.text} : ℝ)")
    first, second = sequent.fresh("hl"), sequent.fresh("hu")
    yield "\n".join(
        [
            f"have {first} : {shown[0]} := by\n  " + block("", proofs[0]),
            f"have {second} : {shown[1]} := by\n  " + block("", proofs[1]),
            f"refine Int.{found[1].value}_eq_iff.2 ⟨?_, ?_⟩ <;> push_cast <;> grind",
        ]
    )
