"""Divisibility by terms that are no numerals: a quotient, by division with remainder in the ring of polynomials.

What is assumed to divide has a quotient of its own. The goal's quotient is the cofactor of the divisor when the
dividend is written as a combination of the divisor and of these equations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from prover.policies.certificates.cofactors import find_cofactors, system_of
from prover.policies.certificates.failures import CannotRead, TooLarge
from prover.policies.certificates.grammar import parse
from prover.policies.certificates.printing import spelled
from prover.policies.certificates.sequents import Assumption, Sequent
from prover.policies.certificates.terms import Term, number
from prover.policies.certificates.trees import degree, printed

Prove = Callable[[Sequent, int], "str | None"]
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
            continue
        claim = spelled(Term("op", "=", (dividend, Term("op", "*", (divisor, parse(f"({quotient})"))))))
        proof = prove(replace(moved, target=claim), 0)
        if proof is not None:
            yield "\n".join([*lines, f"refine ⟨{quotient}, ?_⟩", proof])
            return


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
