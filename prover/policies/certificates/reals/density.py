"""Between two numbers there is another: rational numbers near a real one, and open sets without a greatest element."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import FALSE, Sequent, interval, relation
from prover.policies.certificates.reading.terms import Term, chained, free_names

_MEMBERS = "Set.mem_Iio, Set.mem_Ioi, Set.mem_Ioo, Set.mem_Ico, Set.mem_Ioc, Set.mem_setOf_eq"


def density(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a rational number near or between real ones, and that an open end is neither greatest nor least."""
    if effort != 0 or not sequent.reals:
        return
    if sequent.target == FALSE:
        yield from _no_extreme(sequent)
    elif sequent.target.is_bind("∃") and len(sequent.target.names) == 1:
        yield from _nearest(sequent, sequent.target.names[0], sequent.target.args[1])
        yield from _near(sequent, sequent.target.names[0], sequent.target.args[1])
        yield from _rational_between(sequent, sequent.target.names[0], sequent.target.args[1])


def _nearest(sequent: Sequent, name: str, body: Term) -> Iterator[str]:
    """Yield the whole number nearest to a real one."""
    if not body.is_op("≤") or not body.args[0].is_op("abs") or not body.args[0].args[0].is_op("-"):
        return
    other, cast = body.args[0].args[0].args
    if name in free_names(other) or _named(cast) != name:
        return
    middle, low, high = f"({show(other, 66)} + 1 / 2)", sequent.fresh("hl"), sequent.fresh("hu")
    yield (
        f"refine ⟨⌊{middle}⌋, ?_⟩\nhave {low} := Int.floor_le {middle}\nhave {high} := Int.lt_floor_add_one {middle}\n"
        "exact abs_le.2 ⟨by linarith, by linarith⟩"
    )


def _near(sequent: Sequent, name: str, body: Term) -> Iterator[str]:
    """Yield a rational `q` with `|x - q| < d`."""
    if not body.is_op("<") or not body.args[0].is_op("abs") or not body.args[0].args[0].is_op("-"):
        return
    left, right = body.args[0].args[0].args
    other = left if name in free_names(right) else right
    cast = right if other is left else left
    if name in free_names(other) or _named(cast) != name:
        return
    q, low, high = (sequent.fresh(wish) for wish in ("q", "hl", "hu"))
    x, d = show(other, 66), show(body.args[1], 66)
    yield (
        f"obtain ⟨{q}, {low}, {high}⟩ := exists_rat_btwn (show {x} - {d} < {x} + {d} by linarith)\n"
        f"exact ⟨{q}, abs_lt.2 ⟨by linarith, by linarith⟩⟩"
    )


def _rational_between(sequent: Sequent, name: str, body: Term) -> Iterator[str]:
    """Yield a rational number between two real ones, or a real one that is said to be rational."""
    parts = chained(body, "∧")
    low = high = None
    for part in parts:
        found = relation(part, sequent.types)
        if found is not None and found[0] == "<":
            low = found[1] if _named(found[2]) == name else low
            high = found[2] if _named(found[1]) == name else high
    if low is None or high is None or name in free_names(low) | free_names(high):
        return
    q, below, above = (sequent.fresh(wish) for wish in ("q", "hl", "hu"))
    between = f"show ({show(low, 0)} : ℝ) < {show(high, 51)} by first | assumption | linarith"
    opening = f"obtain ⟨{q}, {below}, {above}⟩ := exists_rat_btwn ({between})"
    if len(parts) == 3 and parts[2].is_bind("∃") and parts[2].args[1].is_op("="):
        yield f"{opening}\nexact ⟨{q}, by linarith, by linarith, {q}, rfl⟩"
    elif len(parts) == 2:
        sides = (f"by first | exact_mod_cast {side} | linarith" for side in (below, above))
        yield f"{opening}\nexact ⟨{q}, {', '.join(sides)}⟩"


def _named(term: Term) -> str:
    """Return the name that a term is, or casts."""
    inner = term.args[0] if term.is_op("type") else term
    return (inner.args[0] if inner.is_op("↑") else inner).value


def _no_extreme(sequent: Sequent) -> Iterator[str]:
    """Yield a proof of `False` from an element that is said to be the last one of a set with an open end."""
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if claim.kind != "app" or len(claim.args) != 3 or claim.args[0].value not in ("IsGreatest", "IsLeast"):
            continue
        whole, last = claim.args[1:]
        found = _open_end(whole, last, claim.args[0].value == "IsGreatest")
        if found is None:
            continue
        end, bounds = found
        member, beyond = sequent.fresh("hm"), sequent.fresh("hu")
        parts = [f"{member}{place}" for place in range(bounds)]
        middle = f"({show(last, 66)} + {show(end, 66)}) / 2"
        between = f"by simp only [{_MEMBERS}]; first | linarith | (constructor <;> linarith)"
        taken = [f"obtain ⟨{', '.join(parts)}⟩ := {member}"] if bounds > 1 else []
        yield "\n".join(
            [
                f"have {member} := {assumption.proof}.1",
                f"simp only [{_MEMBERS}] at {member}",
                *taken,
                f"have {beyond} := {assumption.proof}.2 (show {middle} ∈ {show(whole, 51)} from {between})",
                "linarith",
            ]
        )


def _open_end(whole: Term, last: Term, above: bool) -> tuple[Term, int] | None:
    """Return the end of a set that is none of its elements, above or below them, and how many claims membership is."""
    if whole.is_bind("setOf") and len(whole.names) == 1:
        claims, element = chained(whole.args[1], "∧"), whole.names[0]
    else:
        bounds = interval(Term("op", "∈", (last, whole)))
        if bounds is None:
            return None
        claims, element = [claim for _, claim in bounds], last.value
    for claim in claims:
        found = relation(claim, {})
        if found is None or found[0] not in ("<", ">"):
            continue
        low, high = (found[1], found[2]) if found[0] == "<" else (found[2], found[1])
        side, end = (low, high) if above else (high, low)
        if side.value == element and element not in free_names(end):
            return end, len(claims)
    return None
