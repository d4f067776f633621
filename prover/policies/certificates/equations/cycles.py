"""Numbers that are equal because each is at most the next: `a ≤ b`, `b ≤ c` and `c ≤ a`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.reading.printing import spelled, substituted
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Names, Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term


def cycle(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof with one variable in the place of all that are equal so."""
    if effort > 1:
        return
    below: dict[str, set[str]] = {}
    proofs: list[str] = []
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is None or found[0] not in ("≤", "≥"):
            continue
        _, low, high = ascending(*found[:3])
        if low.kind == high.kind == "name":
            below.setdefault(low.value, set()).add(high.value)
            proofs.append(assumption.proof)
    kept = next((name for name in sorted(below) if name in _above(name, below)), None)
    if kept is None:
        return
    same = sorted(name for name in _above(kept, below) - {kept} if kept in _above(name, below))
    values = {name: Term("name", kept, text=kept) for name in same}
    step = f"by linarith only [{', '.join(proofs)}]"
    equal = Names(sequent.names)
    lines = [f"have {equal.fresh('he')} : {kept} = {name} := le_antisymm ({step}) ({step})" for name in same]
    lines += [f"subst {line.split()[1]}" for line in lines]
    left = {name: kind for name, kind in sequent.types.items() if name not in same}
    inner = replace(sequent, types=left).rewriting(lambda claim: spelled(substituted(claim, values)))
    if same:
        yield "\n".join([*lines, prove(inner, effort) or "first | (simp; done) | grind"])


def _above(name: str, below: dict[str, set[str]]) -> set[str]:
    """Return what a variable is at most, by any number of steps."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for other in below.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
