"""Sets that are written out: equal, contained, bounded, with a least or greatest element, by what membership says.

`{x | x ^ 2 = 4} = {2, -2}` is `x ^ 2 = 4 ↔ x = 2 ∨ x = -2` for all `x`, and so on for what is built of such sets. Of
`Set.range f` and `f '' A` are what is a value of `f`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.printing import block, show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, conjuncts, interval
from prover.policies.certificates.reading.terms import Term, free_names

_TRUE = Term("name", "True", text="True")
_JOINED = {"∪": "∨", "∩": "∧"}
_EXTREMES = {"IsLeast": (True, True), "IsGreatest": (False, True), "IsGLB": (True, False), "IsLUB": (False, False)}
"""Whether the number lies below the set, and whether it is one of its elements."""


def memberships(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs about sets that are written out, one for each type that their elements may have."""
    target = sequent.target
    if effort > 1:
        return
    if effort == 0 and target.kind == "app" and target.args[0].value in _ATTAINED:
        yield from _attained(sequent)
    for kind in ("ℝ",) if sequent.reals else ("ℤ", "ℕ"):
        try:
            if target.is_op("=", "⊆"):
                yield from _compared(sequent, kind, effort, prove)
            elif target.is_op("∈"):
                yield from _element(sequent, kind, effort, prove)
            elif target.kind == "app" and target.args[0].value in _EXTREMES and len(target.args) == 3:
                yield from _extreme(sequent, kind, effort, prove)
        except (CannotRead, TooLarge):
            continue


_ATTAINED = {"IsGreatest": "IsLUB", "IsLeast": "IsGLB", "IsLUB": "IsGreatest", "IsGLB": "IsLeast"}


def _attained(sequent: Sequent) -> Iterator[str]:
    """Yield that the best bound is the last element if it is an element, and the last element the best bound."""
    head, *ends = sequent.target.args
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if claim.kind == "app" and claim.args[0].value == _ATTAINED[head.value] and list(claim.args[1:]) == ends:
            bound = head.value in ("IsLUB", "IsGLB")
            parts = f"{assumption.proof}.2, fun _ hb => hb {assumption.proof}.1" if bound else ""
            yield f"exact ⟨{parts or f'by assumption, {assumption.proof}.1'}⟩"


def says(whole: Term, element: Term) -> Term:
    """Return what it says that something is an element. Raises `CannotRead` for a set that is not written out."""
    if whole.is_bind("setOf") and len(whole.names) == 1 and not whole.args[0].is_op("∈"):
        return substituted(whole.args[1], {whole.names[0]: element})
    if whole.kind == "list" and whole.value == "{" and whole.args:
        claims = [Term("op", "=", (element, part)) for part in whole.args]
        joined = claims[-1]
        for claim in reversed(claims[:-1]):
            joined = Term("op", "∨", (claim, joined))
        return joined
    if whole.is_op("∪", "∩"):
        return Term("op", _JOINED[whole.value], tuple(says(part, element) for part in whole.args))
    if whole.is_op("\\"):
        return Term("op", "∧", (says(whole.args[0], element), Term("op", "¬", (says(whole.args[1], element),))))
    if whole.kind == "name" and whole.value == "Set.univ":
        return _TRUE
    if whole.is_op("⁻¹'"):
        return says(whole.args[1], applied(whole.args[0], element))
    if (image := image_of(whole)) is not None:
        return _of_values(*image, element)
    bounds = interval(Term("op", "∈", (element, whole)))
    if bounds is None:
        raise CannotRead("a set that is not written out")
    claims = [claim for _, claim in bounds]
    return claims[0] if len(claims) == 1 else Term("op", "∧", tuple(claims))


def applied(function: Term, argument: Term) -> Term:
    """Return the value of a function, of a written one with the argument put in."""
    if function.is_bind("fun") and len(function.names) == 1:
        return substituted(function.args[1], {function.names[0]: argument})
    return Term("app", "", (function, argument))


def image_of(whole: Term) -> tuple[Term, Term | None] | None:
    """Return the function of whose values a set consists, and of which arguments; None for all of them."""
    if whole.is_op("''"):
        return whole.args[0], whole.args[1]
    is_range = whole.kind == "app" and whole.args[0].value == "Set.range" and len(whole.args) == 2
    return (whole.args[1], None) if is_range else None


def _of_values(function: Term, among: Term | None, element: Term) -> Term:
    """Return what it says that something is a value of a function: `∃ x, x ∈ A ∧ f x = y`."""
    taken = free_names(function) | free_names(element) | (frozenset() if among is None else free_names(among))
    name = next(each for each in ("x", *(f"x{n}" for n in range(1, 100))) if each not in taken)
    argument = Term("name", name, text=name)
    body = Term("op", "=", (applied(function, argument), element))
    if among is not None:
        try:
            inside = says(among, argument)
        except CannotRead:
            inside = Term("op", "∈", (argument, among))
        body = Term("op", "∧", (inside, body))
    return spelled(Term("bind", "∃", (Term("name", "_"), body), (name,)))


def _typed(term: Term, kind: str) -> Term:
    """Say of a numeral what type it has: alone it would be a natural number."""
    named = Term("name", kind, text=kind)
    plain = term.args[0] if term.is_op("neg") else term
    return term if plain.kind != "num" else Term("op", "type", (term, named), text=f"({show(term, 0)} : {kind})")


def _with(sequent: Sequent, name: str, kind: str) -> Sequent:
    return replace(sequent.naming(name), types={**sequent.types, name: Term("name", kind, text=kind)})


def _compared(sequent: Sequent, kind: str, effort: int, prove: Prove) -> Iterator[str]:
    left, right = sequent.target.args
    name = sequent.fresh("x")
    element = Term("name", name, text=name)
    first, second = (spelled(says(side, element)) for side in (left, right))
    inner = _with(sequent, name, kind)
    if sequent.target.value == "=" and second == _TRUE:
        if (proof := prove(replace(inner, target=first), effort)) is not None:
            opening = f"refine Set.ext fun {name} => ⟨fun _ => trivial, fun _ => ?_⟩"
            yield f"{opening}\nchange {show(first, 0)}\n{proof}"
        return
    if sequent.target.value == "=":
        claim = spelled(Term("op", "↔", (first, second)))
        proof = prove(replace(inner, target=claim), effort)
        if proof is not None:
            yield f"refine Set.ext fun {name} => ?_\nchange {show(claim, 0)}\n{proof}"
        return
    assumed = inner.fresh("hx")
    moved = inner.naming(assumed).assuming(*conjuncts(Assumption(assumed, first)))
    proof = prove(replace(moved, target=second), effort)
    if proof is not None:
        yield f"intro {name} {assumed}\nchange {show(first, 0)} at {assumed}\nchange {show(second, 0)}\n{proof}"


def _element(sequent: Sequent, kind: str, effort: int, prove: Prove) -> Iterator[str]:
    element, whole = sequent.target.args
    claim = spelled(says(whole, _typed(element, kind)))
    proof = prove(replace(sequent, target=claim), effort)
    if proof is not None:
        yield f"change {show(claim, 0)}\n{proof}"


def _extreme(sequent: Sequent, kind: str, effort: int, prove: Prove) -> Iterator[str]:
    below, attained = _EXTREMES[sequent.target.args[0].value]
    whole, bound = sequent.target.args[1], _typed(sequent.target.args[2], kind)
    name, assumed = sequent.fresh("x"), sequent.fresh("hx")
    element = Term("name", name, text=name)
    claimed = spelled(says(whole, element))
    inner = _with(sequent, name, kind).naming(assumed).assuming(*conjuncts(Assumption(assumed, claimed)))
    side = Term("op", "≤", (bound, element) if below else (element, bound))
    each = prove(replace(inner, target=spelled(side)), effort)
    if each is None:
        return
    each = f"change {show(claimed, 0)} at {assumed}\n{each}"
    if attained:
        own = spelled(says(whole, bound))
        proof = prove(replace(sequent, target=own), effort)
        if proof is not None:
            parts = (block("· ", f"change {show(own, 0)}\n{proof}"), block("· ", each))
            yield "\n".join([f"refine ⟨?_, fun {name} {assumed} => ?_⟩", *parts])
        return
    other, given, known = inner.fresh("b"), inner.fresh("hb"), inner.fresh("hk")
    least = Term("name", other, text=other)
    every = Term("op", "≤", (least, element) if below else (element, least))
    typed = Term("op", ":", (Term("name", kind, text=kind),))
    claim = spelled(Term("bind", "∀", (typed, Term("op", "→", (claimed, every))), (name,)))
    moved = _with(sequent, other, kind).naming(given, known).assuming(Assumption(known, claim))
    final = Term("op", "≤", (least, bound) if below else (bound, least))
    proof = prove(replace(moved, target=spelled(final)), effort)
    if proof is None and (ends := _ends(whole)) is not None:
        last = _near(inner, *ends, below)
        yield "\n".join([f"refine ⟨fun {name} {assumed} => ?_, ?_⟩", block("· ", each), block("· ", last)])
    if proof is not None:
        said = show(Term("op", "→", (claimed, every)), 0)
        last = f"have {known} : ∀ {name} : {kind}, {said} := fun _ h => {given} h\n{proof}"
        opening = f"refine ⟨fun {name} {assumed} => ?_, fun {other} {given} => ?_⟩"
        yield "\n".join([opening, block("· ", each), block("· ", last)])


def _ends(whole: Term) -> tuple[str, str, str] | None:
    """Return a bounded interval and its ends, as text, or None for another set."""
    if whole.kind != "app" or len(whole.args) != 3 or whole.args[0].value.rpartition(".")[2][:1] != "I":
        return None
    return show(whole, 0), show(whole.args[1], 66), show(whole.args[2], 66)


def _near(sequent: Sequent, whole: str, low: str, high: str, below: bool) -> str:
    """Prove that no bound of an interval is better than its end: half-way to the end lies an element."""
    other, given, beyond, case = (sequent.fresh(wish) for wish in ("b", "hb", "hlt", "hk"))
    end, start = (low, high) if below else (high, low)
    outside = f"({start}) {other}" if below else f"{other} ({start})"
    halves = (
        f"· have := {given} (show ({place} + {end}) / 2 ∈ {whole} from ⟨by linarith, by linarith⟩)\n  linarith"
        for place in (start, other)
    )
    opening = f"refine fun {other} {given} => not_lt.1 fun {beyond} => ?_"
    return "\n".join([opening, f"rcases le_or_gt {outside} with {case} | {case}", *halves])
