"""Inequalities between products whose factors share no variables: factor by factor, multiplied in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from prover.policies.certificates.algebra.encoding import ORDERED
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.printing import block
from prover.policies.certificates.reading.proving import Prove, easily
from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import Term, free_names, number

FACTORS_EFFORT = 1


def factors(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of `p * q ≤ r * s` by `p ≤ r` and `q ≤ s`, where `p`, `r` and `q`, `s` have other variables."""
    found = relation(sequent.target, sequent.types)
    if effort != FACTORS_EFFORT or found is None or found[3] not in ORDERED or found[0] not in ("≤", "≥"):
        return
    low, high = (found[1], found[2]) if found[0] == "≤" else (found[2], found[1])
    groups = _groups([*_flat(low)], [*_flat(high)], frozenset(sequent.types))
    if len(groups) < 2:
        return
    signs = Signs(sequent, str(found[3]))
    lines: list[str] = []
    product: tuple[str, Term] | None = None
    names: list[str] = []
    for lows, highs in groups:
        try:
            small, large = (parse(" * ".join(f"({part.text})" for part in side) or "1") for side in (lows, highs))
            claim = parse(f"{small.text} ≤ {large.text}")
        except CannotRead:
            return
        positive, bound = signs.nonnegative(small), signs.nonnegative(large)
        proof = easily(prove, replace(sequent, target=claim))
        if positive is None or bound is None or proof is None:
            return
        name = sequent.naming(*names).fresh("hf")
        names.append(name)
        lines.append(f"have {name} : {claim.text} := by\n  " + block("", proof))
        if product is None:
            product = name, large
        else:
            below = signs.nonnegative(product[1])
            if below is None:
                return
            whole = f"(mul_le_mul {product[0]} {name} {positive} {below})"
            product = whole, parse(f"({product[1].text}) * ({large.text})")
    if product is not None:
        yield "\n".join([*lines, f"linarith [{product[0][1:-1]}]"])


def _flat(term: Term) -> Iterator[Term]:
    if term.is_op("*"):
        for part in term.args:
            yield from _flat(part)
    else:
        yield term


def _groups(
    lows: Sequence[Term], highs: Sequence[Term], variables: frozenset[str]
) -> list[tuple[list[Term], list[Term]]]:
    """Return the factors of both sides by the variables that they share; numerals go with the first group."""
    names: list[set[str]] = []
    for part in (*lows, *highs):
        own = set(free_names(part) & variables)
        joined = [group for group in names if group & own]
        names = [group for group in names if not group & own]
        if own or joined:
            names.append(own.union(*joined))
    if len(names) < 2:
        return []
    found: list[tuple[list[Term], list[Term]]] = [([], []) for _ in names]
    for place, side in enumerate((lows, highs)):
        for part in side:
            used = free_names(part) & variables
            at = next((at for at, group in enumerate(names) if used & group), 0)
            if number(part) is None or number(part) != 1:
                found[at][place].append(part)
    return found
