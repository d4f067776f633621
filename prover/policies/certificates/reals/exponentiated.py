"""Hypotheses with logarithms, taken to the exponents: `log a + log b = log c` says `a * b = c`.

Whole multiples of logarithms are logarithms of powers. With what the hypotheses say about the arguments, the goal is
one of polynomials.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import lcm

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import Ring
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.notation import atomic, based_logarithm, real_function
from prover.policies.certificates.reading.printing import block, spelled
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, ascending, is_real, relation
from prover.policies.certificates.reading.terms import Term, number

MAX_EXPONENT = 12
_FORMS = {
    "=": "Real.log_injOn_pos {0} {1} ?_", "<": "(Real.log_lt_log_iff {0} {1}).1 ?_",
    "≤": "(Real.log_le_log_iff {0} {1}).1 ?_",
}  # fmt: skip


def exponentiated(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof from what comparisons of sums of logarithms say about their arguments."""
    if effort > 1:
        return
    raised = any(_has_real_exponent(assumption.claim, sequent) for assumption in sequent.assumptions)
    if raised or any(_is_logarithm(part) for part in sequent.target.walk()):
        # With unknown exponents everything is linear in logarithms, which the lowest effort decides.
        yield from _logged(sequent, 0 if raised else effort, prove)
        return
    lines: list[str] = []
    moved = sequent
    for assumption in sequent.assumptions:
        try:
            claim = _claim(sequent, assumption)
            if claim is None:
                continue
            symbol, left, right = claim.value, *claim.args
            signs = Signs(sequent, "ℝ")
            positive = [signs.positive(side) for side in (left, right)]
            logs = Term("op", symbol, tuple(_logarithm(side) for side in (left, right)))
            proof = prove(replace(sequent, target=spelled(logs)), 0)
        except (CannotRead, TooLarge):
            continue
        if proof is None or None in positive:
            continue
        name = moved.fresh("hx")
        step = _FORMS[symbol].format(*positive)
        lines.append(f"have {name} : {claim.text} := by\n  refine {step}\n  {block('', proof)}")
        moved = moved.naming(name).assuming(Assumption(name, claim))
    if not lines:
        return
    proof = prove(moved, effort)
    if proof is not None:
        yield "\n".join([*lines, proof])


def _logged(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of what is said of logarithms from the logarithms of the sides of assumed equations."""
    signs, moved, lines = Signs(sequent, "ℝ"), sequent, []
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is None or found[0] != "=" or any(_is_logarithm(part) for part in assumption.claim.walk()):
            continue
        if found[3] != "ℝ" and not _has_real_exponent(assumption.claim, sequent):
            continue
        if None in [signs.positive(side) for side in found[1:3]]:
            continue
        name = moved.fresh("hl")
        sides = [_real(number(side) or 0) if side.kind == "num" else side for side in found[1:3]]
        claim = Term("op", "=", tuple(_logarithm(side) for side in sides))
        moved = moved.naming(name).assuming(Assumption(name, spelled(claim)))
        lines.append(f"have {name} : {spelled(claim).text} := congrArg Real.log {assumption.proof}")
    proof = prove(moved, effort) if lines else None
    if proof is not None:
        yield "\n".join([*lines, proof])
    elif lines and sequent.target.is_op("="):
        yield from _by_logarithm(moved, lines, effort, prove)


def _by_logarithm(sequent: Sequent, lines: list[str], effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of an equation between exponents by their multiples of the logarithm of a base."""
    powers = (part for known in sequent.assumptions for part in known.claim.walk() if part.is_op("^"))
    bases = {int(base) for part in powers if (base := number(part.args[0])) is not None and base > 1}
    for prime in sorted({next(p for p in range(2, base + 1) if base % p == 0) for base in bases}):
        scale = _logarithm(_real(prime))
        sides = (spelled(Term("op", "*", (side, scale))) for side in sequent.target.args)
        proof = prove(replace(sequent, target=spelled(Term("op", "=", tuple(sides)))), effort)
        if proof is not None:
            away = f"ne_of_gt (Real.log_pos (by norm_num : (1 : ℝ) < {prime}))"
            yield "\n".join([*lines, f"refine mul_right_cancel₀ ({away}) ?_", proof])
            return


def _has_real_exponent(claim: Term, sequent: Sequent) -> bool:
    """Return whether an equation has powers whose exponents are known to be real."""
    powers = (part for part in claim.walk() if part.is_op("^"))
    return claim.is_op("=") and any(is_real(part.args[1], sequent.types) for part in powers)


def _logarithm(term: Term) -> Term:
    return Term("app", "", (Term("name", "Real.log", text="Real.log"), term), text=f"Real.log {atomic(term)}")


def _claim(sequent: Sequent, assumption: Assumption) -> Term | None:
    """Return what a comparison of whole multiples of logarithms says of products of their arguments."""
    found = relation(assumption.claim, sequent.types)
    if found is None or found[0] == "≠" or not any(_is_logarithm(part) for part in assumption.claim.walk()):
        return None
    symbol, left, right = ascending(*found[:3])
    based = [based_logarithm(part) for part in (left, right)]
    for (base, other), flip in (((based[0], right), False), ((based[1], left), True)):
        exponent = number(other)
        if base is None:
            continue
        if exponent is None or not 0 < exponent <= MAX_EXPONENT or (number(base[0]) or 0) < 2:
            return None
        power = _real((number(base[0]) or 1) ** exponent)
        return _compared(symbol, *((power, base[1]) if flip else (base[1], power)))
    encoder = Encoder(sequent, "ℝ", Signs(sequent, "ℝ"), splits=10**6)
    trees = [encoder.encode(side) for side in (left, right)]
    ring = Ring(len(encoder.atoms))
    difference = ring.polynomial(trees[0]) - ring.polynomial(trees[1])
    factors: list[tuple[Term, Fraction]] = []
    for exponents, coefficient in difference.terms():
        used = [(at, int(e)) for at, e in enumerate(exponents) if e]
        argument = real_function(encoder.terms[used[0][0]])[1] if len(used) == 1 and used[0][1] == 1 else None
        if argument is None or real_function(encoder.terms[used[0][0]])[0] != "log":
            return None
        factors.append((argument, Fraction(int(coefficient.p), int(coefficient.q))))
    scale = lcm(*(c.denominator for _, c in factors)) if factors else 1
    sides = [[(term, int(sign * c * scale)) for term, c in factors if sign * c > 0] for sign in (1, -1)]
    if any(times > MAX_EXPONENT for side in sides for _, times in side):
        return None
    return _compared(symbol, *(_product(side) for side in sides))


def _is_logarithm(part: Term) -> bool:
    return real_function(part)[0] == "log" or based_logarithm(part) is not None


def _compared(symbol: str, left: Term, right: Term) -> Term:
    return spelled(Term("op", symbol, (left, right)))


def _real(value: int) -> Term:
    return Term("num", str(value), text=f"({value} : ℝ)")


def _product(factors: list[tuple[Term, int]]) -> Term:
    if not factors:
        return _real(1)
    whole: Term | None = None
    for term, times in factors:
        term = _real(number(term) or 0) if term.kind == "num" else term
        part = term if times == 1 else Term("op", "^", (term, Term("num", str(times), text=str(times))))
        whole = part if whole is None else Term("op", "*", (whole, part))
    assert whole is not None
    return spelled(whole)
