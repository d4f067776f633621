"""Floors and ceilings as whole numbers between the bounds that define them.

For `⌊u⌋` there is a whole number `n` with `n ≤ u < n + 1`. What the linear assumptions leave `n`, if it is few, is
tried; a comparison of whole numbers becomes one of real numbers, `a ≤ b` by `a < b + 1`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil, floor, inf, isfinite

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import Ring, degree
from prover.policies.certificates.equations.casts import assumed_of_casts
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.printing import block, put, show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term, free_names

_MOST = 4
_FEW = 3
_SLACK = 1e-7
_LEMMAS = {"floor": ("Int.floor_le", "Int.lt_floor_add_one"), "ceil": ("Int.le_ceil", "Int.ceil_lt_add_one")}
_BOUNDS = {"floor": ("{n} ≤ {u}", "{u} < {n} + 1"), "ceil": ("{u} ≤ {n}", "{n} < {u} + 1")}
_INTEGER = Term("name", "ℤ", text="ℤ")
_ONE = Term("num", "1", text="1")


def floors(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof with a whole number in the place of every floor and ceiling."""
    if effort > 1 or not sequent.reals:
        return
    lines: list[str] = []
    names: list[str] = []
    for _ in range(_MOST + 1):
        found = _innermost(sequent)
        if found is None:
            break
        more, sequent, name = _named(sequent, found)
        lines += more
        names.append(name)
    if not 0 < len(names) <= _MOST:
        return
    more, sequent = assumed_of_casts(sequent)
    lines += more
    for name in names:
        more, sequent = _bounded(sequent, name, prove)
        lines += more
    try:
        proof = _whole(sequent, effort, prove)
    except (CannotRead, TooLarge):
        return
    if proof is not None:
        yield "\n".join([*lines, proof])


def _innermost(sequent: Sequent) -> Term | None:
    for claim in (sequent.target, *(assumption.claim for assumption in sequent.assumptions)):
        for part in claim.walk():
            if part.is_op("floor", "ceil") and not any(each.is_op("floor", "ceil") for each in part.args[0].walk()):
                return part if free_names(part) <= set(sequent.types) else None
    return None


def _named(sequent: Sequent, part: Term) -> tuple[list[str], Sequent, str]:
    """Return the lines that put a variable for a floor, the goal with it, and its name."""
    name, low, high = (sequent.fresh(wish) for wish in ("n", "hl", "hu"))
    inner = f"({show(part.args[0], 0)} : ℝ)"
    shown = f"⌊{inner}⌋" if part.value == "floor" else f"⌈{inner}⌉"
    lemmas = _LEMMAS[part.value]
    lines = [
        f"have {low} := {lemmas[0]} {inner}",
        f"have {high} := {lemmas[1]} {inner}",
        f"generalize {shown} = {name} at *",
    ]
    variable = Term("name", name, text=name)
    real = show(spelled(part.args[0]), 51)
    texts = (text.format(n=f"(↑{name} : ℝ)", u=real) for text in _BOUNDS[part.value])
    known = [Assumption(proof, parse(text)) for proof, text in zip((low, high), texts, strict=True)]
    sequent = replace(
        sequent.naming(name, low, high),
        types={**sequent.types, name: _INTEGER},
        target=spelled(put(sequent.target, part, variable)),
        assumptions=tuple(
            Assumption(each.proof, spelled(put(each.claim, part, variable))) for each in sequent.assumptions
        ),
    )
    return lines, sequent.assuming(*known), name


def _bounded(sequent: Sequent, name: str, prove: Prove) -> tuple[list[str], Sequent]:
    """Return the lines that say between which numbers a variable is, as far as the linear assumptions tell."""
    low, high = _extremes(sequent, name)
    lines: list[str] = []
    least = most = None
    for bound, sign in ((low, 1), (high, -1)):
        if not isfinite(bound):
            continue
        # The least whole number that is allowed, or the next one where the bound itself is not.
        first = ceil(bound - _SLACK) if sign == 1 else floor(bound + _SLACK)
        for value in (first + sign, first) if abs(bound - first) < _SLACK else (first,):
            beyond = f"({value - sign} : ℝ)"
            real = parse(f"{beyond} < (↑{name} : ℝ)" if sign == 1 else f"(↑{name} : ℝ) < {beyond}")
            proof = prove(replace(sequent, target=real), 0)
            if proof is None:
                continue
            strict, whole = sequent.fresh("hb"), f"{value} ≤ {name}" if sign == 1 else f"{name} ≤ {value}"
            claim = f"{value - sign} < {name}" if sign == 1 else f"{name} < {value - sign}"
            lines.append(
                f"have {strict} : {whole} := by\n"
                f"  have {strict} : {show(real, 0)} := by\n    {block('', proof).replace(chr(10), chr(10) + '  ')}\n"
                f"  have {strict} : {claim} := by exact_mod_cast {strict}\n  omega"
            )
            sequent = sequent.naming(strict).assuming(Assumption(strict, parse(whole)))
            least, most = (value, most) if sign == 1 else (least, value)
            break
    if least is not None and most is not None and least <= most < least + _FEW:
        values = range(least, most + 1)
        cases, real_cases = (" ∨ ".join(f"{shown} = {value}" for value in values) for shown in (name, f"(↑{name} : ℝ)"))
        either, case = sequent.fresh("hn"), sequent.fresh("h")
        split = " | ".join([case] * len(values))
        lines.append(
            f"have {either} : {real_cases} := by\n"
            f"  rcases (by omega : {cases}) with {split} <;> subst {case} <;> norm_num"
        )
        sequent = sequent.naming(either).assuming(Assumption(either, parse(real_cases)))
    return lines, sequent


def _extremes(sequent: Sequent, name: str) -> tuple[float, float]:
    """Return the least and the largest value that the linear assumptions leave a variable, infinite for none."""
    bare = replace(sequent, assumptions=())
    encoder = Encoder(bare, "ℝ", Signs(bare, "ℝ"))
    place = encoder.encode(parse(f"(↑{name} : ℝ)"))[1]
    trees = []
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is None or found[3] != "ℝ" or found[0] == "≠":
            continue
        symbol, left, right = ascending(*found[:3])
        try:
            trees.append((symbol, encoder.encode(left), encoder.encode(right)))
        except (CannotRead, TooLarge):
            continue
    trees += [("=", each.left, each.right) for each in (*encoder.equations, *(rule.equation for rule in encoder.rules))]
    ring = Ring(len(encoder.atoms))
    rows: list[tuple[bool, list[float], float]] = []
    for symbol, low, high in trees:
        try:
            difference = ring.polynomial(low) - ring.polynomial(high)
        except TooLarge:
            continue
        if degree(difference) > 1:
            continue
        row, constant = [0.0] * len(encoder.atoms), 0.0
        for exponents, coefficient in difference.terms():
            value = int(coefficient.p) / int(coefficient.q)
            at = next((index for index, exponent in enumerate(exponents) if exponent), None)
            if at is None:
                constant = value
            else:
                row[at] = value
        rows.append((symbol == "=", row, -constant))
    return _optimum(rows, place, 1, len(encoder.atoms)), -_optimum(rows, place, -1, len(encoder.atoms))


def _optimum(rows: Sequence[tuple[bool, list[float], float]], place: int, sign: int, width: int) -> float:
    """Return the least value of a variable, or of its opposite, under linear constraints; minus infinity for none."""
    from scipy.optimize import linprog

    equal = [(row, value) for exact, row, value in rows if exact]
    below = [(row, value) for exact, row, value in rows if not exact]
    found = linprog(
        [float(sign) if at == place else 0.0 for at in range(width)],
        A_ub=[row for row, _ in below] or None,
        b_ub=[value for _, value in below] or None,
        A_eq=[row for row, _ in equal] or None,
        b_eq=[value for _, value in equal] or None,
        bounds=(None, None),
    )
    return float(found.fun) if found.status == 0 else -inf


def _whole(sequent: Sequent, effort: int, prove: Prove) -> str | None:
    """Prove a goal, a comparison of whole numbers by one of real numbers."""
    found = relation(sequent.target, sequent.types)
    if found is None or found[3] != "ℤ" or found[0] == "≠":
        return prove(sequent, effort)
    symbol, left, right = ascending(*found[:3])
    pairs = [(symbol, left, right)] if symbol != "=" else [("≤", left, right), ("≤", right, left)]
    proofs = []
    for order, low, high in pairs:
        above = high if order == "<" else spelled(Term("op", "+", (high, _ONE)))
        claim = spelled(Term("op", "<", (low, above)))
        names = free_names(claim) & set(sequent.types)
        real = spelled(substituted(claim, {name: parse(f"(↑{name} : ℝ)") for name in names}))
        name = sequent.fresh("hr")
        if not names or (proof := prove(replace(sequent, target=real), effort)) is None:
            return None
        proofs.append(
            f"have {name} : {show(real, 0)} := by\n  {block('', proof)}\n"
            f"have {name} : {show(claim, 0)} := by exact_mod_cast {name}\nomega"
        )
    return proofs[0] if len(proofs) == 1 else "\n".join(["apply le_antisymm", *(block("· ", each) for each in proofs)])
