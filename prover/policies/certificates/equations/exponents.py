"""Powers of one base whose exponents are multiples of an unknown: polynomials in the power with that exponent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.printing import put, show, spelled
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Sequent, relation, type_of
from prover.policies.certificates.reading.terms import Term, number


def common_exponent(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs of a comparison after `x ^ (c * k)` became `(x ^ k) ^ c`, and `x ^ k` a variable."""
    found = relation(sequent.target, sequent.types)
    if effort > 1 or found is None:
        return
    groups: dict[tuple[Term, str], dict[Term, tuple[int, bool]]] = {}
    for part in sequent.target.walk():
        if part.is_op("^") and (multiple := _multiple(part.args[1])) is not None:
            count, unknown, first = multiple
            if unknown in sequent.types:  # no bound variable
                groups.setdefault((part.args[0], unknown), {})[part] = (count, first)
    for (base, exponent), powers in groups.items():
        if max(count for count, _ in powers.values()) > 1 and len(powers) > 1:
            for kind in _types(sequent, base, found[3]):
                yield from _reduced(sequent, base, exponent, powers, kind, effort, prove)


def _types(sequent: Sequent, base: Term, side: str | None) -> list[str]:
    """Return the possible types of a base; Lean prints none with numerals."""
    kind = type_of(base, sequent.types)
    if kind is not None:
        return [show(kind)]
    if number(base) is None:
        return []
    return [side] if side is not None else ["ℤ", *(["ℝ"] if sequent.reals else []), "ℕ"]


def _reduced(
    sequent: Sequent,
    base: Term,
    exponent: str,
    powers: dict[Term, tuple[int, bool]],
    kind: str,
    effort: int,
    prove: Prove,
) -> Iterator[str]:
    """Yield a proof by what a target says with `y` for `base ^ exponent`."""
    root, name = f"({show(base)} : {kind}) ^ {exponent}", sequent.fresh("y")
    rules, lines, target = list[str](), list[str](), sequent.target
    for part, (count, first) in powers.items():
        if part.args[1].kind != "name":
            how = "Nat.mul_comm, pow_mul" if first else "pow_mul"
            rules.append(f"{sequent.fresh('he')}{len(rules)}")
            lines.append(f"have {rules[-1]} : ({show(part)} : {kind}) = ({root}) ^ {count} := by rw [{how}]")
        target = put(target, part, parse(f"({name} ^ {count})"))
    types = {**sequent.types, name: Term("name", kind, text=kind)}
    try:
        proof = prove(replace(sequent.naming(name, *rules), types=types, target=spelled(target)), effort)
    except (CannotRead, TooLarge):
        return
    if proof is not None:
        yield "\n".join([*lines, f"rw [{', '.join(rules)}]", f"generalize {root} = {name}", proof])


def _multiple(exponent: Term) -> tuple[int, str, bool] | None:
    """Return `c`, `k` and whether `c` stands first in an exponent `c * k`, `k * c` or `k`."""
    if exponent.kind == "name":
        return 1, exponent.value, False
    if not exponent.is_op("*"):
        return None
    left, right = exponent.args
    count, other, first = (number(left), right, True) if number(left) is not None else (number(right), left, False)
    if count is None or not 1 <= count <= 40 or other.kind != "name":
        return None
    return count, other.value, first
