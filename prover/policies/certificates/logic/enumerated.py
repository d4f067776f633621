"""Sets of whole numbers given by a property that can be decided: what is claimed of them is counted out.

A finite set `S` with `∀ x, x ∈ S ↔ p x` is the part of a range with that property, so its cardinality and its sums can
be evaluated. Where a number is assumed to be the least element, evaluation says which one it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from prover.policies.certificates.integers.bounded import below
from prover.policies.certificates.reading.definitions import definitions, unfolded
from prover.policies.certificates.reading.evaluation import evaluate
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.printing import block, show, spelled
from prover.policies.certificates.reading.proving import Prove, easily
from prover.policies.certificates.reading.sequents import Assumption, Sequent, conjuncts
from prover.policies.certificates.reading.terms import Term, free_names

MAX_COUNTED = 3_000
"""Numbers below or between bounds that are tried."""
FARTHEST = 500
"""Integers up to here, and as far down, are tried."""
_FINISH = "first | decide +kernel | norm_num | omega"
_VALUES = "first | done | norm_num | decide +kernel | omega"


@dataclass(frozen=True, slots=True)
class Membership:
    """`rule : ∀ element, element ∈ set ↔ claim`; `lines` are tactics that bring it into this form."""

    set: str
    element: str
    claim: Term
    rule: str
    kind: str
    finite: bool
    lines: tuple[str, ...] = ()

    def at(self, value: int) -> bool:
        """Return whether a number is in the set. Raises `CannotRead` where that is not known."""
        return bool(evaluate(self.claim, {self.element: value}, self.kind))


def enumerated(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs that count out sets of which membership is assumed to be a property."""
    if effort != 0:
        return
    for known in _memberships(sequent):
        if known.finite and known.set in free_names(sequent.target):
            yield from _counted(sequent, known, prove)
        elif not known.finite and known.kind == "ℕ":
            yield from _least(sequent, known)


def _memberships(sequent: Sequent) -> Iterator[Membership]:
    """Yield what is assumed of members of sets, with functions that are written out put in."""
    known = definitions(sequent)
    for assumption in sequent.assumptions:
        if not assumption.claim.is_bind("∀") or len(assumption.claim.names) != 1:
            continue
        name, body = assumption.claim.names[0], assumption.claim.args[1]
        if not body.is_op("↔") or not body.args[0].is_op("∈"):
            continue
        element, whole = body.args[0].args
        kind = sequent.types.get(whole.value) if whole.kind == "name" else None
        if element.value != name or kind is None or kind.kind != "app" or len(kind.args) != 2:
            continue
        sort, inside = kind.args[0].value, kind.args[1].value
        if sort not in ("Finset", "Set") or inside not in ("ℕ", "ℤ"):
            continue
        claim, used = unfolded(body.args[1], known)
        lines = (f"simp only [{', '.join(used)}] at {assumption.proof}",) if used else ()
        if not free_names(claim) & set(sequent.types) - {name}:
            yield Membership(whole.value, name, claim, assumption.proof, inside, sort == "Finset", lines)


def _counted(sequent: Sequent, known: Membership, prove: Prove) -> Iterator[str]:
    """Yield the evaluation of a goal about a finite set, which is a part of a range."""
    h, hx, x = sequent.fresh("hS"), sequent.fresh("hx"), known.element
    found = range_of(sequent, known, hx, prove)
    if found is None:
        return
    where, member, proof = found
    lines = [
        *known.lines,
        f"have {h} : {known.set} = Finset.filter (fun {x} : {known.kind} => {show(known.claim, 0)}) ({where}) := by",
        f"  ext {x}",
        f"  rw [Finset.mem_filter, {member}, {known.rule}]",
        f"  refine ⟨fun {hx} => ⟨?_, {hx}⟩, fun {hx} => {hx}.2⟩",
        "  " + proof.replace("\n", "\n  "),
        f"rw [{h}]",
    ]
    yield "\n".join([*lines, _FINISH])


def range_of(sequent: Sequent, known: Membership, proof: str, prove: Prove) -> tuple[str, str, str] | None:
    """Return a range that holds all members, what membership in it means, and the proof that it holds one.

    That proof may use the claim of the membership, said of its element, under the name `proof`.
    """
    x = known.element
    inner = replace(
        sequent.naming(x, proof).assuming(*conjuncts(Assumption(proof, known.claim))),
        types={**sequent.types, x: Term("name", known.kind, text=known.kind)},
    )
    if known.kind != "ℕ":
        return _integer_range(inner, known, proof, prove)
    return _natural_range(inner, x) or _last(inner, known, proof)


def _last(inner: Sequent, known: Membership, proof: str) -> tuple[str, str, str] | None:
    """Return the range up to the greatest number with a property, if it is far below where the search ends."""
    try:
        found = [value for value in range(FARTHEST) if known.at(value)]
    except CannotRead:
        return None
    if not found or 2 * found[-1] >= FARTHEST:
        return None
    facts = ", ".join(each.proof for each in inner.assumptions if each.proof.partition(".")[0] == proof)
    return f"Finset.range {found[-1] + 1}", "Finset.mem_range", f"first | omega | nlinarith [{facts}]"


def _natural_range(inner: Sequent, name: str) -> tuple[str, str, str] | None:
    """Return a range that holds a natural number, what membership in it means, and the proof."""
    found = below(inner, name)
    if found is None or found[0] > MAX_COUNTED:
        return None
    return f"Finset.range {found[0]}", "Finset.mem_range", f"exact {found[1]}"


def _integer_range(inner: Sequent, known: Membership, proof: str, prove: Prove) -> tuple[str, str, str] | None:
    """Return an interval that holds an integer, what membership in it means, and the proof."""
    try:
        found = [value for value in range(-FARTHEST, FARTHEST + 1) if known.at(value)]
    except CannotRead:
        return None
    if not found or found[0] == -FARTHEST or found[-1] == FARTHEST:
        return None
    low, high = found[0], found[-1]
    name = Term("name", known.element, text=known.element)
    parts = []
    for left, right in ((_integer(low), name), (name, _integer(high))):
        own = easily(prove, replace(inner, target=spelled(Term("op", "≤", (left, right)))))
        other = f"first | omega | (simp only [abs_lt, abs_le] at {proof}; omega) | nlinarith"
        parts.append(block("· ", own or other))
    return f"Finset.Icc ({low} : ℤ) {high}", "Finset.mem_Icc", "\n".join(["refine ⟨?_, ?_⟩", *parts])


def _integer(value: int) -> Term:
    digits = Term("num", str(abs(value)), text=str(abs(value)))
    whole = Term("op", "neg", (digits,), text=str(value)) if value < 0 else digits
    return Term("op", "type", (whole, Term("name", "ℤ", text="ℤ")), text=f"({value} : ℤ)")


def _least(sequent: Sequent, known: Membership) -> Iterator[str]:
    """Yield a proof in which numbers that are assumed to be least elements are replaced by their values."""
    lines = list(known.lines)
    values: dict[str, int] = {}
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if claim.kind != "app" or len(claim.args) != 3 or claim.args[0].value != "IsLeast":
            continue
        where, least = claim.args[1], claim.args[2]
        left_out = _left_out(where, known.set, values)
        if left_out is None or least.kind != "name" or least.value not in sequent.types:
            continue
        try:
            value = next((n for n in range(MAX_COUNTED) if n not in left_out and known.at(n)), None)
        except CannotRead:
            return
        if value is None:
            return
        lines += _replaced(sequent, known, assumption.proof, least.value, value, left_out)
        values[least.value] = value
    if values:
        yield "\n".join([*lines, _VALUES])


def _left_out(where: Term, whole: str, values: dict[str, int]) -> list[int] | None:
    """Return the numbers that are taken out of a set, or None for another set."""
    if where.kind == "name" and where.value == whole:
        return []
    if where.is_op("\\") and where.args[1].kind == "list" and where.args[1].value == "{":
        inner = _left_out(where.args[0], whole, values)
        parts = where.args[1].args
        if inner is not None and all(part.value in values for part in parts):
            return inner + [values[part.value] for part in parts]
    return None


def _replaced(
    sequent: Sequent, known: Membership, proof: str, name: str, value: int, left_out: Sequence[int]
) -> list[str]:
    """Return the lines that prove what a least element is, and put it in."""
    x, equal, less, inside = (
        known.element,
        sequent.fresh(f"h{name}"),
        sequent.fresh("hlt"),
        f"{proof}.1" + ".1" * len(left_out),
    )
    claim = show(known.claim, 36 if left_out else 0)
    without = "".join(f" ∧ {x} ≠ {number}" for number in left_out)
    smaller = f"(by decide +kernel : ∀ {x} < {value}, ¬({claim}{without}))"
    own = f"({known.rule} {value}).2 (by decide +kernel)"
    apart = []
    for depth, _ in enumerate(left_out):
        own = f"⟨{own}, by simp⟩"
        apart.append(f"by simpa using {proof}.1{'.1' * (len(left_out) - 1 - depth)}.2")
    given = ", ".join([f"({known.rule} {name}).1 {inside}", *apart])
    said = f"⟨{given}⟩" if apart else given
    return [
        f"have {equal} : {name} = {value} := Nat.le_antisymm ({proof}.2 ({own}))",
        f"  (Nat.le_of_not_lt fun {less} => {smaller} {name} {less} ({said}))",
        f"subst {equal}",
    ]
