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
    sequent = replace(sequent.naming(name, low, high), types={**sequent.types, name: _INTEGER})
    sequent = sequent.rewriting(lambda claim: spelled(put(claim, part, variable)))
    return lines, sequent.assuming(*known), name


def _bounded(sequent: Sequent, name: str, prove: Prove) -> tuple[list[str], Sequent]:
    """Return the lines that say between which numbers a variable is, as far as the linear assumptions tell."""
    low, high = _extremes(sequent, name)
    below, sequent, least = _bound(sequent, name, low, 1, prove)
    above, sequent, most = _bound(sequent, name, high, -1, prove)
    lines = [*below, *above]
    if least is not None and most is not None and least <= most < least + _FEW:
        line, sequent = _one_of(sequent, name, range(least, most + 1))
        lines.append(line)
    return lines, sequent


def _bound(
    sequent: Sequent, name: str, extreme: float, sign: int, prove: Prove
) -> tuple[list[str], Sequent, int | None]:
    """Return the proof of a lower bound (`sign` is 1) or an upper one, the goal with it, and the bound."""
    if not isfinite(extreme):
        return [], sequent, None
    nearest = ceil(extreme - _SLACK) if sign == 1 else floor(extreme + _SLACK)
    # Where the extreme is a whole number it may be excluded, which the next bound would say.
    for value in (nearest + sign, nearest) if abs(extreme - nearest) < _SLACK else (nearest,):
        beyond = value - sign
        real = parse(f"({beyond} : ℝ) < (↑{name} : ℝ)" if sign == 1 else f"(↑{name} : ℝ) < ({beyond} : ℝ)")
        proof = prove(replace(sequent, target=real), 0)
        if proof is None:
            continue
        known = sequent.fresh("hb")
        whole = f"{value} ≤ {name}" if sign == 1 else f"{name} ≤ {value}"
        strict = f"{beyond} < {name}" if sign == 1 else f"{name} < {beyond}"
        steps = [
            f"have {known} : {show(real, 0)} := by\n  {block('', proof)}",
            f"have {known} : {strict} := by exact_mod_cast {known}",
            "omega",
        ]
        line = f"have {known} : {whole} := by\n  {block('', steps)}"
        return [line], sequent.naming(known).assuming(Assumption(known, parse(whole))), value
    return [], sequent, None


def _one_of(sequent: Sequent, name: str, values: Sequence[int]) -> tuple[str, Sequent]:
    """Return the line that says which real number the cast of a variable is, one of a few, and the goal with it."""
    cases, real = (" ∨ ".join(f"{shown} = {value}" for value in values) for shown in (name, f"(↑{name} : ℝ)"))
    either, case = sequent.fresh("hn"), sequent.fresh("h")
    split = " | ".join([case] * len(values))
    line = f"have {either} : {real} := by\n  rcases (by omega : {cases}) with {split} <;> subst {case} <;> norm_num"
    return line, sequent.naming(either).assuming(Assumption(either, parse(real)))


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
