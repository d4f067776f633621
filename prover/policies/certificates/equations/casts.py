"""Whole numbers that are cast to real ones: what is shown and what is assumed of them, over the real numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.printing import show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import FALSE, Assumption, Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term, chained, free_names, number

_WORDS = {"=": "inj", "≤": "le", "<": "lt"}
_INSIDE = {"ℤ": "Int", "ℕ": "Nat"}
_ONE = Term("num", "1", text="1")
_MOST = 8


def cast_up(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs of comparisons between whole numbers, or of one of several, by the same of their casts."""
    parts = [relation(part, sequent.types) for part in chained(sequent.target, "∨")]
    found = parts[0]
    if effort > 1 or not sequent.reals or found is None or found[3] not in _INSIDE:
        return
    symbol, left, right = ascending(*found[:3])
    kind, names = str(found[3]), free_names(sequent.target) & set(sequent.types)
    if any(part is None or part[3] != kind for part in parts):
        return
    if symbol not in _WORDS or not names or any(sequent.types[name].value != kind for name in names):
        return
    if kind == "ℕ" and any(part.is_op("-", "/") for part in sequent.target.walk()):
        return
    cast = {part.args[0].value for each in sequent.assumptions for part in each.claim.walk() if part.is_op("↑")}
    if not names & cast:
        return
    name = sequent.fresh("hr")
    try:
        values = {each: parse(f"(↑{each} : ℝ)") for each in names}
        target = spelled(substituted(sequent.target, values))
        proof = prove(replace(sequent.naming(name), target=target), effort)
    except (CannotRead, TooLarge):
        return
    if proof is None:
        return
    lines = proof.replace("\n", "\n  ")
    if len(parts) > 1:
        yield f"have {name} : {show(target, 0)} := by\n  {lines}\nexact_mod_cast {name}"
        return
    sides = (f"((({show(side)} : {kind})) : ℝ)" for side in (left, right))
    yield (
        f"have {name} : {f' {symbol} '.join(sides)} := by\n  push_cast\n  {lines}\n"
        f"exact {_INSIDE[kind]}.cast_{_WORDS[symbol]}.1 {name}"
    )


def assumed_of_casts(sequent: Sequent) -> tuple[list[str], Sequent]:
    """Return lines that say of the real casts in a goal what is assumed of whole numbers, and the goal with them."""
    if not sequent.reals:
        return [], sequent
    found = relation(sequent.target, sequent.types)
    about = [sequent.target]
    if sequent.target == FALSE or (found is not None and found[3] in ("ℝ", "ℤ")):
        about += [assumption.claim for assumption in sequent.assumptions]
    places = {name: cast for claim in about for name, cast in _casts(claim)}
    if not places:
        return [], sequent
    lines: list[str] = []
    said = {assumption.claim for assumption in sequent.assumptions}
    for claim in [claim for assumption in sequent.assumptions for claim in _above(assumption.claim, sequent)]:
        names = free_names(claim)
        cast = spelled(substituted(claim, places))
        kinds = {sequent.types[name].value for name in names if name in places}
        if not names or not names <= places.keys() or len(kinds) > 1 or cast in said or len(lines) == _MOST:
            continue
        name = sequent.fresh("hk")
        lines.append(f"have {name} : {show(cast, 0)} := by exact_mod_cast (by omega : {show(claim, 0)})")
        sequent = sequent.naming(name).assuming(Assumption(name, cast))
        said.add(cast)
    return lines, sequent


def _casts(term: Term) -> Iterator[tuple[str, Term]]:
    """Yield the names that are cast to real numbers, and what stands there."""
    if term.is_op("type") and term.args[0].is_op("↑") and term.args[0].args[0].kind == "name":
        yield term.args[0].args[0].value, term
    else:
        for part in term.args:
            yield from _casts(part)


def _above(claim: Term, sequent: Sequent) -> Iterator[Term]:
    """Yield what a comparison of whole numbers says that means the same of their casts, `<` and `≠ 0` as `≤`."""
    found = relation(claim, sequent.types)
    if found is None or found[3] not in _INSIDE:
        return
    symbol, left, right = ascending(*found[:3])
    parts = (*left.walk(), *right.walk())
    if any(part.kind not in ("name", "num") and not part.is_op("+", "*", "^") for part in parts):
        return
    if symbol == "≠" and found[3] == "ℕ" and number(right) == 0:
        symbol, left, right = "≤", _ONE, left
    elif symbol == "<":
        low = number(left)
        if low is None and found[3] == "ℕ":
            yield spelled(Term("op", "≤", (_ONE, right)))
        more = Term("num", str(int(low) + 1)) if low is not None else Term("op", "+", (left, _ONE))
        symbol, left = "≤", spelled(more)
    yield spelled(Term("op", symbol, (left, right)))
