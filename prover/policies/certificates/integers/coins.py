"""Every large natural number is a sum of two kinds of coins: `∃ a b, n = 3 * a + 5 * b`."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import Term, number

MAX_COIN = 60


def coins(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof by the remainder that a number leaves, which says how many coins of the second kind there are."""
    names: list[str] = []
    body = sequent.target
    while body.is_bind("∃"):
        names += body.names
        body = body.args[1]
    if effort != 0 or len(names) != 2 or not body.is_op("="):
        return
    for whole, total in (body.args, reversed(body.args)):
        if whole.kind != "name" or sequent.types.get(whole.value, whole).value != "ℕ" or not total.is_op("+"):
            continue
        parts = dict(pair for side in total.args if (pair := _times(side, names)) is not None)
        if set(parts) == set(names) and all(1 < coin <= MAX_COIN for coin in parts.values()):
            first, second = (parts[name] for name in names)
            found = {second * k % first: k for k in reversed(range(first))}
            if len(found) == first:
                rest = sequent.fresh("hr")
                counts = [(second * found[r], found[r]) for r in range(first)]
                cases = [f"· exact ⟨({whole.value} - {taken}) / {first}, {k}, by omega⟩" for taken, k in counts]
                either = " ∨ ".join(f"{whole.value} % {first} = {r}" for r in range(first))
                names_ = " | ".join([rest] * first)
                yield "\n".join([f"have {rest} : {either} := by omega", f"rcases {rest} with {names_}", *cases])


def _times(term: Term, names: list[str]) -> tuple[str, int] | None:
    """Return a variable and the numeral that it is multiplied by."""
    if not term.is_op("*"):
        return None
    for one, other in (term.args, reversed(term.args)):
        if one.kind == "name" and one.value in names and (coin := number(other)) is not None:
            return one.value, coin
    return None
