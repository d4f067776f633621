"""What is smaller than `y + 1 / (n + 1)` for every natural `n` is at most `y`, and some `n * x` is beyond `y`."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term, free_names


def archimedean(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof of `x ≤ y` from a comparison assumed for every natural number, by one whose reciprocal is small."""
    if effort == 0 and sequent.reals and sequent.target.is_bind("∃") and len(sequent.target.names) == 1:
        yield from _beyond(sequent, sequent.target.names[0])
        yield from _small(sequent, sequent.target.names[0], sequent.target.args[1])
        yield from _closer(sequent, sequent.target.names[0], sequent.target.args[1])
        return
    found = relation(sequent.target, sequent.types)
    if effort != 0 or found is None or found[0] not in ("≤", "≥") or not sequent.reals:
        return
    hx, n, hn, small = (sequent.fresh(wish) for wish in ("hx", "n", "hn", "hs"))
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if not claim.is_bind("∀") or len(claim.names) != 1 or not _divides(claim.args[1]):
            continue
        guarded = claim.args[1].is_op("→") or claim.args[0].is_op("<", ">", "≤", "≥")
        at = f"({n} + 1) (by omega)" if guarded else n
        yield (
            f"refine not_lt.1 fun {hx} => ?_\nobtain ⟨{n}, {hn}⟩ := exists_nat_one_div_lt (sub_pos.2 {hx})\n"
            f"have {small} := {assumption.proof} {at}\nfirst | linarith | (push_cast at {small}; linarith)"
        )


def _beyond(sequent: Sequent, name: str) -> Iterator[str]:
    """Yield a natural number `n` with `y < n * x`, for a positive `x`: the next one after `y / x`."""
    body = sequent.target.args[1]
    if not body.is_op("<", ">", "≤", "≥"):
        return
    _, small, large = ascending(body.value, *body.args)
    if not large.is_op("*") or name in free_names(small):
        return
    step = next((show(side) for side in large.args if name not in free_names(side)), None)
    known = sequent.fresh("hf")
    if step is None or sum(name in free_names(side) for side in large.args) != 1:
        return
    quotient = f"{show(small)} / {step}"
    yield (
        f"refine ⟨⌊{quotient}⌋₊ + 1, ?_⟩\n"
        f"have {known} := Nat.lt_floor_add_one ({quotient})\n"
        f"rw [div_lt_iff₀ (by first | assumption | positivity | linarith)] at {known}\npush_cast\nlinarith"
    )


def _closer(sequent: Sequent, name: str, body: Term) -> Iterator[str]:
    """Yield a natural number whose reciprocal is less than the difference of two numbers, one below the other."""
    if not body.is_op("<", ">") or not _divides(body):
        return
    n, small = sequent.fresh("n"), sequent.fresh("hs")
    for assumption in sequent.assumptions:
        if assumption.claim.is_op("<") and name not in free_names(assumption.claim):
            opening = f"obtain ⟨{n}, {small}⟩ := exists_nat_one_div_lt (sub_pos.2 {assumption.proof})"
            yield f"{opening}\nexact ⟨{n}, by linarith⟩"


def _small(sequent: Sequent, name: str, body: Term) -> Iterator[str]:
    """Yield a natural number `n` with `0 < n` and `1 / n < x`, for a positive `x`."""
    if not body.is_op("∧") or not body.args[1].is_op("<") or not body.args[1].args[0].is_op("/"):
        return
    (over, under), bound = body.args[1].args[0].args, body.args[1].args[1]
    if over.value != "1" or name not in free_names(under) or name in free_names(bound):
        return
    n, small = sequent.fresh("n"), sequent.fresh("hs")
    positive = f"show (0 : ℝ) < {show(bound, 51)} by first | assumption | positivity"
    yield (
        f"obtain ⟨{n}, {small}⟩ := exists_nat_one_div_lt ({positive})\n"
        f"exact ⟨{n} + 1, by omega, by push_cast; exact {small}⟩"
    )


def _divides(claim: Term) -> bool:
    return any(part.is_op("/", "inv") for part in claim.walk())
