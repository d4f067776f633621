"""Divisibility by terms that are no numerals: a quotient, by division with remainder in the ring of polynomials.

What is assumed to divide has a quotient of its own. The goal's quotient is the cofactor of the divisor when the
dividend is written as a combination of the divisor and of these equations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.algebra.cofactors import find_cofactors, system_of
from prover.policies.certificates.algebra.trees import degree, printed
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.printing import spelled, substituted
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent
from prover.policies.certificates.reading.terms import Term, number

_ZERO = Term("num", "0", text="0")


def dividing(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of `d ∣ t` by a quotient."""
    target = sequent.target
    if effort != 0 or not target.is_op("∣") or number(target.args[0]) is not None:
        return
    divisor, dividend = target.args
    for kind in ("ℤ", "ℕ"):
        if not any(type_.value == kind for type_ in sequent.types.values()):
            continue
        lines, moved = _opened(sequent, kind)
        quotient = _quotient(moved, kind, divisor, dividend)
        if quotient is None:
            yield from _replaced(sequent, lines, moved, kind, divisor, dividend)
            continue
        claim = spelled(Term("op", "=", (dividend, Term("op", "*", (divisor, parse(f"({quotient})"))))))
        proof = prove(replace(moved, target=claim), 0)
        if proof is not None:
            yield "\n".join([*lines, f"refine ⟨{quotient}, ?_⟩", proof])
            return


def _replaced(
    sequent: Sequent, lines: list[str], moved: Sequent, kind: str, divisor: Term, dividend: Term
) -> Iterator[str]:
    """Yield a quotient after variables that are said to be multiples are replaced by these."""
    rules: list[tuple[str, str, Term]] = []
    for assumption in moved.assumptions[len(sequent.assumptions) :]:
        variable, value = assumption.claim.args
        if variable.kind == "name" and variable.value in sequent.types:
            rules.append((assumption.proof, variable.value, value))
    if not rules:
        return
    sides = [divisor, dividend]
    for _ in rules:
        for _, name, value in rules:
            sides = [substituted(side, {name: value}) for side in sides]
    whole = {name: Term("name", "ℤ", text="ℤ") for name, type_ in moved.types.items() if type_.value == kind}
    asked = replace(moved, types={**moved.types, **whole}, assumptions=())
    try:
        problem, trees = system_of(asked, "ℤ", [spelled(side) for side in sides])
        under, over = (problem.ring.polynomial(tree) for tree in trees)
        if not len(under):
            return
        quotient, rest = divmod(over, under)
        built, scale = problem.ring.tree(quotient)
    except (CannotRead, TooLarge):
        return
    if len(rest) or scale != 1 or (kind == "ℕ" and any(c < 0 for c in quotient.coeffs())):
        return
    used = ", ".join(proof for proof, *_ in rules)
    yield "\n".join([*lines, f"refine ⟨{printed(built, problem.encoder.atoms)}, ?_⟩", f"simp only [{used}]", "ring"])


def _opened(sequent: Sequent, kind: str) -> tuple[list[str], Sequent]:
    """Give names to the quotients of what is assumed to divide."""
    lines, moved = [], sequent
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if not claim.is_op("∣") or "." in assumption.proof:
            continue
        name, known = moved.fresh("k"), moved.naming(moved.fresh("k")).fresh("hk")
        lines.append(f"obtain ⟨{name}, {known}⟩ := {assumption.proof}")
        product = Term("op", "*", (claim.args[0], Term("name", name, text=name)))
        equation = spelled(Term("op", "=", (claim.args[1], product)))
        moved = moved.naming(name, known).assuming(Assumption(known, equation))
        moved = replace(moved, types={**moved.types, name: Term("name", kind, text=kind)})
    return lines, moved


def _quotient(sequent: Sequent, kind: str, divisor: Term, dividend: Term) -> str | None:
    """Return the cofactor of the divisor, with whole coefficients, not negative for natural numbers."""
    whole = {
        name: Term("name", "ℤ", text="ℤ") if type_.value == kind else type_ for name, type_ in sequent.types.items()
    }
    named = Assumption("divisor", Term("op", "=", (divisor, _ZERO)))
    asked = replace(sequent, types=whole, assumptions=(named, *sequent.assumptions))
    try:
        problem, (tree,) = system_of(asked, "ℤ", (dividend,))
        goal = problem.ring.polynomial(tree)
        top = max([degree(goal), *(degree(p) for *_, p in problem.hypotheses)], default=0)
        for degrees in range(top, top + 2):
            found = find_cofactors(problem, goal, degrees)
            if found is None:
                continue
            at = next((i for i, (e, *_) in enumerate(problem.hypotheses) if e.proof == "divisor"), None)
            if at is None:
                return None
            built, scale = problem.ring.tree(found[0][at])
            negative = any(c < 0 for c in found[0][at].coeffs())
            return None if scale != 1 or (kind == "ℕ" and negative) else printed(built, problem.encoder.atoms)
    except (CannotRead, TooLarge):
        return None
    return None
