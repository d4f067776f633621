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
            groups.setdefault((part.args[0], unknown), {})[part] = (count, first)
    for (base, exponent), powers in groups.items():
        kind = type_of(base, sequent.types)
        if kind is None and number(base) is not None and found[3] is not None:
            kind = Term("name", found[3], text=found[3])
        if kind is None or max(count for count, _ in powers.values()) < 2 or len(powers) < 2:
            continue
        root, name, over = f"({show(base)} : {show(kind)}) ^ {exponent}", sequent.fresh("y"), show(kind)
        rules, lines = list[str](), list[str]()
        target = sequent.target
        for part, (count, first) in powers.items():
            how = "Nat.mul_comm, pow_mul" if first else "pow_mul"
            if part.args[1].kind != "name":
                rules.append(f"{sequent.fresh('he')}{len(rules)}")
                lines.append(f"have {rules[-1]} : ({show(part)} : {over}) = ({root}) ^ {count} := by rw [{how}]")
            target = put(target, part, parse(f"({name} ^ {count})"))
        moved = replace(
            sequent.naming(name, *rules), types={**sequent.types, name: kind}, target=spelled(target)
        )  # fmt: skip
        try:
            proof = prove(moved, effort)
        except (CannotRead, TooLarge):
            continue
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
