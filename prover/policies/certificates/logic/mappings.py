"""Properties of functions that are written out, or given by their values: injective, surjective, monotone and the like.

The property is unfolded, and what remains for variables of its own is an equation, an inequality or a witness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from prover.policies.certificates.logic.memberships import says
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.printing import block, show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, conjuncts
from prover.policies.certificates.reading.terms import Term

_ORDER = {"Monotone": ("≤", False), "Antitone": ("≤", True), "StrictMono": ("<", False), "StrictAnti": ("<", True)}


@dataclass(frozen=True, slots=True)
class Values:
    """A function by the type of its argument, a variable and its value there; `rule` proves so where it has a name."""

    kind: Term
    variable: str
    body: Term
    rule: str | None

    def unfolded(self, claim: Term, where: str = "") -> str:
        """Print the tactic that writes a claim with the values of the function."""
        return f"change {show(claim, 0)}{where}" if self.rule is None else f"simp only [{self.rule}]{where}"


def mapping(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs that a function of numbers has a property, one for each type that its argument may have."""
    target = sequent.target
    if effort == 0 and target.is_op("¬"):
        yield from _refuted(target.args[0])
        return
    if effort == 0 and target.is_op("<", "≤", ">", "≥", "="):
        yield from _reflected(sequent)
    if effort > 1 or target.kind != "app" or not 2 <= len(target.args) <= 3 or target.args[0].kind != "name":
        return
    name, function = target.args[0].value, target.args[1]
    if len(target.args) == 3:
        yield from _on(sequent, name.removesuffix("On"), target.args[2], effort, prove) if name.endswith("On") else ()
        return
    if effort == 0 and function.is_op("∘"):
        yield from _composed(sequent)
    parts = ["Function.Injective", "Function.Surjective"] if name == "Function.Bijective" else [name]
    yield from _inverse(sequent, parts, function) if effort == 0 else ()
    for known in _values(sequent, function):
        proofs = [
            _property(sequent, part, known, effort, prove) or _by_order(sequent, part, known, effort, prove)
            for part in parts
        ]
        if len(proofs) == 1 and proofs[0] is not None:
            yield proofs[0]
        elif None not in proofs:
            yield "\n".join(["constructor", *(block("· ", proof) for proof in proofs if proof is not None)])


def _composed(sequent: Sequent) -> Iterator[str]:
    """Yield the proof that a composition keeps or turns an order twice, from two assumed properties."""
    known = [a.proof for a in sequent.assumptions if a.claim.kind == "app" and a.claim.args[0].value in _KNOWN_OF]
    pairs = [(first, second) for first in known for second in known if first != second]
    if pairs:
        yield "first | " + " | ".join(f"exact fun _ _ h => {first} ({second} h)" for first, second in pairs)


def _inverse(sequent: Sequent, parts: list[str], function: Term) -> Iterator[str]:
    """Yield the proof that what is its own inverse is injective and surjective."""
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if claim.is_op("=") and claim.args[0].is_op("∘") and claim.args[1].value == "id":
            yield from _composed_to_identity(sequent, parts, function, assumption)
        if not claim.is_bind("∀") or len(claim.names) != 1 or not claim.args[1].is_op("="):
            continue
        left, right = claim.args[1].args
        twice = left.kind == "app" and left.args[0] == function and left.args[-1].kind == "app"
        if twice and left.args[-1].args[0] == function and right.value == claim.names[0]:
            own = {
                "Function.Injective": "fun a b e => by grind",
                "Function.Surjective": f"fun b => ⟨{show(function)} b, {assumption.proof} b⟩",
            }
            if all(part in own for part in parts):
                proofs = ", ".join(own[part] for part in parts)
                yield f"refine ⟨{proofs}⟩" if len(parts) > 1 else f"exact {proofs}"


def _composed_to_identity(sequent: Sequent, parts: list[str], function: Term, assumption: Assumption) -> Iterator[str]:
    """Yield that `f` is injective and `g` surjective where `g ∘ f = id`."""
    second, first = assumption.claim.args[0].args
    at = f"congrFun {assumption.proof}"
    own = {}
    if first == function:
        unfolded = "simp only [Function.comp_apply, id, e] at h1 h2; exact h1.symm.trans h2"
        own["Function.Injective"] = f"fun a b e => by have h1 := {at} a; have h2 := {at} b; {unfolded}"
    if second == function:
        own["Function.Surjective"] = f"fun b => ⟨{show(first)} b, {at} b⟩"
    if all(part in own for part in parts):
        proofs = ", ".join(own[part] for part in parts)
        yield f"refine ⟨{proofs}⟩" if len(parts) > 1 else f"exact {proofs}"


_KNOWN_OF = {
    "StrictMono": (".lt_iff_lt.1", ".le_iff_le.1", "", ".injective", ".monotone"),
    "StrictAnti": ("", ".injective", ".antitone"),
    "Monotone": ("", ".reflect_lt"),
    "Antitone": ("",),
    "Function.Injective": ("",),
}
"""What is known of a function with a property, as what follows the proof of the property."""


def _reflected(sequent: Sequent) -> Iterator[str]:
    """Yield that a comparison follows at once from another one, by a property that a function is assumed to have."""
    for assumption in sequent.assumptions:
        claim = assumption.claim
        known = _KNOWN_OF.get(claim.args[0].value) if claim.kind == "app" else None
        if known is not None:
            given = "(by first | assumption | grind)"
            yield "first | " + " | ".join(f"exact {assumption.proof}{lemma} {given}" for lemma in known)


def _refuted(claim: Term) -> Iterator[str]:
    """Yield proofs that a function misses a small number, or has one value at two small numbers."""
    if claim.kind != "app" or len(claim.args) != 2:
        return
    if claim.args[0].value == "Function.Surjective":
        for value in ("0", "(-1)", "1"):
            yield f"intro h\nobtain ⟨a, e⟩ := h {value}\nfirst | (simp at e; done) | grind | nlinarith [sq_nonneg a]"
    elif claim.args[0].value == "Function.Injective":
        for one, other in (("1", "(-1)"), ("0", "1"), ("0", "2")):
            yield f"intro h\nhave e := @h {one} {other} (by norm_num)\nfirst | (norm_num at e; done) | grind"


def _property(sequent: Sequent, name: str, known: Values, effort: int, prove: Prove) -> str | None:
    a, b, assumed = (sequent.fresh(wish) for wish in ("a", "b", "h"))
    first, second = (Term("name", one, text=one) for one in (a, b))
    left, right = (spelled(substituted(known.body, {known.variable: one})) for one in (first, second))
    moved = sequent.naming(a, b, assumed)
    moved = replace(moved, types={**moved.types, a: known.kind, b: known.kind})
    if name == "Function.Injective":
        claim = Term("op", "=", (left, right))
        inner = replace(moved.assuming(Assumption(assumed, spelled(claim))), target=Term("op", "=", (first, second)))
        return _joined(f"intro {a} {b} {assumed}\n{known.unfolded(claim, f' at {assumed}')}", inner, effort, prove)
    if name == "Function.Surjective":
        value = Term("op", "=", (left, second))
        claim = Term("bind", "∃", (Term("op", ":", (known.kind,)), value), (a,))
        types = {variable: kind for variable, kind in moved.types.items() if variable != a}
        inner = replace(moved, target=spelled(claim), types=types)
        return _joined(f"intro {b}\n{known.unfolded(claim)}", inner, effort, prove)
    symbol, falls = _ORDER.get(name, ("", False))
    if not symbol:
        return None
    claim = Term("op", symbol, (right, left) if falls else (left, right))
    inner = replace(moved.assuming(Assumption(assumed, Term("op", symbol, (first, second)))), target=spelled(claim))
    return _joined(f"intro {a} {b} {assumed}\n{known.unfolded(claim)}", inner, effort, prove)


def _by_order(sequent: Sequent, name: str, known: Values, effort: int, prove: Prove) -> str | None:
    """Prove that a function of real numbers is injective because it grows or falls."""
    if name != "Function.Injective" or known.kind.value not in ("ℝ", "ℤ"):
        return None
    for order in ("StrictMono", "StrictAnti"):
        proof = _property(sequent, order, known, effort, prove)
        if proof is not None:
            return f"refine {order}.injective ?_\n{proof}"
    return None


def _on(sequent: Sequent, name: str, whole: Term, effort: int, prove: Prove) -> Iterator[str]:
    """Yield the proof that a function grows, falls or takes no value twice on a set that is written out."""
    a, b, assumed = (sequent.fresh(wish) for wish in ("a", "b", "h"))
    elements = [Term("name", one, text=one) for one in (a, b)]
    insides = [sequent.fresh(f"h{one}") for one in (a, b)]
    symbol, falls = ("=", False) if name == "Set.Inj" else _ORDER.get(name, ("", False))
    for known in _values(sequent, sequent.target.args[1]) if symbol else ():
        try:
            members = [spelled(says(whole, element)) for element in elements]
            left, right = (spelled(substituted(known.body, {known.variable: one})) for one in elements)
        except CannotRead:
            return
        values = Term("op", symbol, (right, left) if falls else (left, right))
        ends = Term("op", symbol, tuple(elements))
        moved = sequent.naming(a, b, assumed, *insides)
        moved = replace(moved, types={**moved.types, a: known.kind, b: known.kind})
        for inside, member in zip(insides, members, strict=True):
            moved = moved.assuming(*conjuncts(Assumption(inside, member)))
        claim, target, where = (values, ends, f" at {assumed}") if symbol == "=" else (ends, values, "")
        moved = replace(moved.assuming(Assumption(assumed, spelled(claim))), target=spelled(target))
        changed = [f"change {show(member, 0)} at {inside}" for inside, member in zip(insides, members, strict=True)]
        opening = [f"intro {a} {insides[0]} {b} {insides[1]} {assumed}", *changed, known.unfolded(values, where)]
        proof = _joined("\n".join(opening), moved, effort, prove)
        if proof is not None:
            yield proof


def _joined(opening: str, inner: Sequent, effort: int, prove: Prove) -> str | None:
    try:
        proof = prove(inner, effort)
    except (CannotRead, TooLarge):
        return None
    return None if proof is None else f"{opening}\n{proof}"


def _values(sequent: Sequent, function: Term) -> Iterator[Values]:
    """Yield what a function may be: its text, for each type that its argument may have, or what an assumption says."""
    if function.is_bind("fun") and len(function.names) == 1:
        bound = function.args[0]
        kinds = [bound.args[0].value] if bound.is_op(":") else [*(["ℝ"] if sequent.reals else []), "ℤ", "ℕ"]
        for kind in kinds:
            yield Values(Term("name", kind, text=kind), function.names[0], function.args[1], None)
        return
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if not claim.is_bind("∀") or len(claim.names) != 1 or not claim.args[1].is_op("="):
            continue
        left, right = claim.args[1].args
        if left.kind == "app" and left.args[0] == function and left.args[1].value == claim.names[0]:
            kind_ = sequent.types.get(function.value)
            if kind_ is not None and kind_.is_op("→"):
                yield Values(kind_.args[0], claim.names[0], right, assumption.proof)
