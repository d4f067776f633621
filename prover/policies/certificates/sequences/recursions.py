"""Sequences given by a recursion, and lists: induction with the step that the recursion, or `simp`, brings."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import show, substituted
from prover.policies.certificates.reading.sequents import Assumption, Sequent, relation
from prover.policies.certificates.reading.terms import Term, free_names, number

START = "first | grind | (simp [*]; done) | (simp_all; done)"


def recursion(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield inductions for values of a local function that a hypothesis gives by the one or the two before."""
    found = relation(sequent.target, sequent.types)
    if effort != 0 or found is None:
        return
    for function, name in values_of(sequent):
        for assumption in sequent.assumptions:
            order = order_of(assumption, function)
            if order == 1:
                yield from _one_before(sequent, name, assumption.proof)
            elif order == 2:
                yield _two_before(sequent, name, assumption.proof, found[0] == "=")
    yield from _fibonacci(sequent)


def sequences(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield inductions for functions that turn sums into sums, and that grow or fall from each number to the next."""
    if effort != 0:
        return
    found = relation(sequent.target, sequent.types)
    for assumption in sequent.assumptions if found is not None else ():
        claim = assumption.claim
        if claim.is_bind("∀") and len(_bound_names(claim)) == 2:
            for name, hypothesis in _inductions(sequent, claim):
                yield (
                    f"induction {name} with\n| zero => have := {assumption.proof} 0 0; grind\n"
                    f"| succ {name} {hypothesis} => have := {assumption.proof} {name} 1; grind"
                )
        if found is not None and found[0] in ("≤", "≥", "<", ">") and claim.is_bind("∀") and len(claim.names) == 1:
            yield from _by_steps(sequent, found[1], found[2], assumption)
            for name, hypothesis in _inductions(sequent, claim):
                yield (
                    f"induction {name} with\n| zero => first | (simp; done) | grind\n"
                    f"| succ {name} {hypothesis} => have := {assumption.proof} {name}; first | linarith | grind"
                )


def _inductions(sequent: Sequent, claim: Term) -> Iterator[tuple[str, str]]:
    """Yield the variables at which the goal has values of a function that a claim speaks of, with a name for `ih`."""
    for function, name in values_of(sequent):
        if any(part.kind == "app" and part.args[0].value == function for part in claim.walk()):
            yield name, sequent.fresh("ih")


def _bound_names(claim: Term) -> list[str]:
    names: list[str] = []
    while claim.is_bind("∀"):
        names += claim.names
        claim = claim.args[1]
    return names


def _by_steps(sequent: Sequent, left: Term, right: Term, step: Assumption) -> Iterator[str]:
    """Yield the proof of `f m ≤ f n` from `m ≤ n` and `∀ n, f n ≤ f (n + 1)`, and of its like."""
    inner = step.claim.args[1]
    sides = (left, right, *inner.args) if inner.kind == "op" and len(inner.args) == 2 else ()
    if len(sides) != 4 or any(side.kind != "app" or len(side.args) != 2 for side in sides):
        return
    if len({side.args[0].value for side in sides}) != 1:
        return
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is None or found[0] not in ("≤", "<") or {left.args[1], right.args[1]} != {found[1], found[2]}:
            continue
        name, hypothesis = sequent.fresh("i"), sequent.fresh("ih")
        next_ = f"have := {step.proof} {name}; first | linarith | grind"
        yield f"induction {assumption.proof} with\n| refl => grind\n| @step {name} _ {hypothesis} => {next_}"


def lists(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield inductions on a list, and on the length of `List.range`."""
    if effort != 0:
        return
    used = free_names(sequent.target)
    for name, kind in sequent.types.items():
        if name in used and kind.kind == "app" and kind.args[0].value == "List":
            head, hypothesis = sequent.fresh("x"), sequent.fresh("ih")
            opened = "simp only [List.mem_cons, List.sum_cons, List.length_cons] at *; grind"
            step = f"first | (simp_all <;> first | omega | grind) | grind | ({opened})"
            empty = "first | (simp; done) | (simp_all; done) | grind"
            yield f"induction {name} with\n| nil => {empty}\n| cons {head} {name} {hypothesis} => {step}"
    ranges = [part for part in sequent.target.walk() if part.kind == "name" and part.value == "List.range"]
    naturals = [name for name, kind in sequent.types.items() if name in used and kind.value in ("ℕ", "Nat")]
    if ranges and naturals:
        hypothesis = sequent.fresh("ih")
        step = "rw [List.range_succ]; simp; grind"
        yield f"induction {naturals[0]} with\n| zero => rfl\n| succ {naturals[0]} {hypothesis} => {step}"
        if (multiplied := _multiplied(sequent, naturals[0], hypothesis, step)) is not None:
            yield multiplied


def _multiplied(sequent: Sequent, name: str, hypothesis: str, step: str) -> str | None:
    """Prove `sum = a / d` by `d * sum = a`."""
    found = relation(sequent.target, sequent.types)
    if found is None or found[0] != "=" or not found[2].is_op("/"):
        return None
    over, divisor = found[2].args
    if (number(divisor) or 0) < 2 or not found[1].text or not over.text:
        return None
    key = sequent.fresh("key")
    claim = f"{show(divisor)} * ({found[1].text}) = {over.text}"
    return (
        f"have {key} : ∀ {name} : ℕ, {claim} := by\n  intro {name}\n  induction {name} with\n  | zero => rfl\n"
        f"  | succ {name} {hypothesis} => {step}\nhave := {key} {name}\nomega"
    )


def values_of(sequent: Sequent) -> list[tuple[str, str]]:
    """Return the local functions that the goal applies to a natural number that is a variable, with that variable."""
    found: dict[tuple[str, str], None] = {}
    for part in sequent.target.walk():
        if part.kind == "app" and len(part.args) == 2 and all(side.kind == "name" for side in part.args):
            function, argument = (side.value for side in part.args)
            kind = sequent.types.get(argument)
            if function in sequent.types and kind is not None and kind.value in ("ℕ", "Nat"):
                found[function, argument] = None
    return list(found)


def order_of(assumption: Assumption, function: str) -> int:
    """Return 1 for `∀ n, f (n + 1) = …`, 2 for `∀ n, f (n + 2) = …`, and 0 for another assumption."""
    claim = assumption.claim
    if not claim.is_bind("∀") or len(claim.names) != 1 or not claim.args[1].is_op("="):
        return 0
    left = claim.args[1].args[0]
    if left.kind != "app" or len(left.args) != 2 or left.args[0].value != function or not left.args[1].is_op("+"):
        return 0
    base, shift = left.args[1].args
    steps = number(shift)
    return steps if base.value == claim.names[0] and steps in (1, 2) else 0


def _one_before(sequent: Sequent, name: str, proof: str) -> Iterator[str]:
    hypothesis = sequent.fresh("ih")
    opening = f"induction {name} with\n| zero => {START}\n| succ {name} {hypothesis} =>"
    yield f"{opening}\n  rw [{proof}, {hypothesis}]\n  try push_cast\n  ring"
    yield f"{opening}\n  have := {proof} {name}\n  first | nlinarith | grind"


def _fibonacci(sequent: Sequent) -> Iterator[str]:
    """Yield inductions by two for relations with Fibonacci numbers at a variable."""
    for part in sequent.target.walk():
        at = part.args[1].value if part.kind == "app" and len(part.args) == 2 else ""
        kind = sequent.types.get(at)
        if kind is not None and kind.value == "ℕ" and part.args[0].value in ("Nat.fib", "fib"):
            yield _two_before(sequent, at, "Nat.fib_add_two", False)
            return


def _two_before(sequent: Sequent, name: str, proof: str, equal: bool) -> str:
    """Prove the claim for a number and the next one together."""
    hypothesis, key, generic = sequent.fresh("ih"), sequent.fresh("key"), sequent.fresh("m")
    own = Term("name", generic, text=generic)
    following = Term("op", "+", (own, Term("num", "1", text="1")), text=f"({generic} + 1)")
    here, there = (show(substituted(sequent.target, {name: term}), 0) for term in (own, following))
    step = f"rw [{proof}, {hypothesis}.2, {hypothesis}.1]\n    try push_cast\n    ring"
    if not equal:
        first, second = sequent.fresh("hone"), sequent.fresh("htwo")
        powers = f"pow_succ _ {generic}, pow_succ _ ({generic} + 1), Nat.pow_succ"
        step = (
            f"have {first} := {hypothesis}.1\n    have {second} := {hypothesis}.2\n    clear {hypothesis}\n"
            f"    try simp only [{powers}] at *\n    first | rw [{proof}] | simp only [{proof}]\n"
            "    first | omega | linarith | nlinarith | grind"
        )
    return (
        f"have {key} : ∀ {generic} : ℕ, {here} ∧ {there} := by\n  intro {generic}\n  induction {generic} with\n"
        f"  | zero => constructor <;> {START}\n  | succ {generic} {hypothesis} =>\n    refine ⟨{hypothesis}.2, ?_⟩\n"
        f"    {step}\nexact ({key} {name}).1"
    )
