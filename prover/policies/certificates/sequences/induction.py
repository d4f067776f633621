"""Sums, products and sequences by induction, with the step checked outside first.

A sum over `range` or `Icc` unfolds by one summand in the step (`sum_range_succ`). Where the closed form divides natural
numbers (`n * (n + 1) / 2`), the quotient is multiplied out: it is enough that 2 times the sum is `n * (n + 1)`, which
says the same by `Nat.div_eq_of_lt_le` and needs no division in the step.
"""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import show, substituted
from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import Term, free_names, number

_ZERO = (
    "first | rfl | (simp; done) | (rw [pow_zero]; push_cast; linarith) | grind | (decide; done) | "
    "(simp [Finset.sum_range_succ, Finset.prod_range_succ]; done) | (simp [Finset.sum_range_succ]; grind)"
)
_STEP = (
    "Finset.prod_range_succ, Finset.sum_range_succ | Finset.sum_range_succ | Finset.prod_range_succ | "
    "Finset.sum_Icc_succ_top (by omega) | Finset.prod_Icc_succ_top (by omega)"
)


def induction(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield inductions on a natural number for equations and inequalities with sums, products or recursions.

    The last ones leave the step open: its goal is one of polynomials or fractions, for the other finders.
    """
    if effort != 0:
        return
    if sequent.target.is_op("∣"):
        yield from _divides(sequent)
        return
    found = relation(sequent.target, sequent.types)
    if found is None:
        return
    symbol, left, right, domain = found
    names = [name for name, kind in sequent.types.items() if kind.value in ("ℕ", "Nat") and kind.kind == "name"]
    used = [name for name in names if name in free_names(sequent.target)]
    ends = [part.args[0] for part in sequent.target.walk() if part.is_bind("∑", "∏")]
    used.sort(key=lambda name: not any(name in free_names(end) for end in ends))
    assumed = [part for assumption in sequent.assumptions for part in assumption.claim.walk()]
    for name in used[:2]:
        if any(part.is_bind("∑", "∏") and name in free_names(part) for part in assumed) or any(
            part.is_op("^") and name in free_names(part.args[1]) for part in assumed
        ):
            continue  # this is the step of an induction
        sums = any(name in free_names(end) for end in ends)
        powers = any(
            (part.is_op("^") and (name in free_names(part.args[1]))) or part.is_op("!")
            for part in sequent.target.walk()
        )
        if (
            symbol == "="
            and (sums or powers)
            and (multiplied := _multiplied(sequent, name, left, right, domain)) is not None
        ):
            yield multiplied
        if sums and (symbol != "=" or _lower(sequent, name) is not None) and domain in ("ℝ", "ℚ", None):
            yield _bounded(sequent, name, domain or ("ℝ" if sequent.reals else "ℚ"))
        if sums:
            yield from _sums(sequent, name)
        elif powers:
            yield from _powers(sequent, name)


def _divides(sequent: Sequent) -> Iterator[str]:
    """Inductions for divisibility with powers: the step is linear in the powers once these are unfolded."""
    term = sequent.target.args[1]
    for name, kind in sequent.types.items():
        powers = any(part.is_op("^") and name in free_names(part.args[1]) for part in term.walk())
        if powers and kind.kind == "name" and kind.value == "ℕ":
            hypothesis, positive = sequent.fresh("ih"), sequent.fresh("hp")
            opening = f"induction {name} with\n| zero => first | decide | simp\n| succ {name} {hypothesis} =>"
            rules = "Nat.mul_add, Nat.mul_succ, Nat.pow_succ, Nat.pow_add, Nat.mul_zero, Nat.zero_add, Nat.pow_zero"
            yield f"{opening}\n  simp only [{rules}] at *\n  omega"
            fact = "∀ a k : ℕ, 0 < a → 0 < a ^ k := fun a k h => Nat.pow_pos h"
            yield f"{opening}\n  have {positive} : {fact}\n  grind [Nat.pow_succ, Int.pow_succ]"


def _sums(sequent: Sequent, name: str) -> Iterator[str]:
    hypothesis = sequent.fresh("ih")
    opening = f"induction {name} with\n| zero => ?_\n| succ {name} {hypothesis} => ?_\n· {_ZERO}"
    step = "first " + " ".join(f"| rw [{rule}]" for rule in _STEP.split(" | "))
    for ending in ("grind", "(push_cast; grind)"):
        yield f"{opening}\n{step}\n{ending}"
    exact = "first " + " ".join(f"| rw [{rule}, {hypothesis}]" for rule in _STEP.split(" | "))
    yield f"{opening}\n{exact}\ntry push_cast"


def _bounded(sequent: Sequent, name: str, domain: str) -> str:
    """Induction for a bound of a sum of fractions; the step is left open, with what is known of the number."""
    hypothesis = sequent.fresh("ih")
    opening = f"induction {name} with\n| zero => ?_\n| succ {name} {hypothesis} => ?_"
    step = "first " + " ".join(f"| rw [{rule}]" for rule in _STEP.split(" | ")) + "\npush_cast"
    lower = _lower(sequent, name)
    known, small, large = (sequent.fresh(wish) for wish in ("hk", "hlt", "hge"))
    if lower is None:
        return f"{opening}\n· {_ZERO}\n{step}\nhave {known} : (0 : {domain}) ≤ {name} := Nat.cast_nonneg {name}"
    proof, low = lower
    unfolded = "Finset.sum_Icc_succ_top, Finset.prod_Icc_succ_top, Finset.sum_range_succ"
    return (
        f"{opening}\n· first | omega | grind\nrcases Nat.lt_or_ge {name} {low} with {small} | {large}\n"
        f"· have {small} : {name} = {low - 1} := by omega\n  subst {small}\n"
        f"  first | (simp [{unfolded}]; done) | (norm_num [{unfolded}]; done) | (simp [{unfolded}]; grind)\n"
        f"replace {hypothesis} := {hypothesis} {large}\n{step}\n"
        f"have {known} : ({low} : {domain}) ≤ {name} := by exact_mod_cast {large}\nclear {proof} {large}"
    )


def _powers(sequent: Sequent, name: str) -> Iterator[str]:
    """Inductions for inequalities between powers and factorials, perhaps from a number on."""
    hypothesis = sequent.fresh("ih")
    unfold = "simp only [Nat.pow_succ, pow_succ, Nat.factorial_succ, Nat.factorial]"
    # With one instance of powers, so that they are the same atoms; what grows is multiplied with the lower bound.
    plain = "simp only [Nat.pow_succ, Nat.pow_zero, Nat.one_mul, Nat.factorial_succ] at *"
    growing = dict.fromkeys([name, *_growing(sequent.target, name)])
    lower = _lower(sequent, name)
    if lower is None:
        opening = f"induction {name} with\n| zero => ?_\n| succ {name} {hypothesis} => ?_\n· {_ZERO}"
        yield f"{opening}\ngrind [pow_succ]"
        yield f"{opening}\n{plain}\nnlinarith"
        yield f"{opening}\n{unfold}\ntry push_cast"
        return
    proof, low = lower
    first, later = sequent.fresh("hlt"), sequent.fresh("hge")
    opening = (
        f"revert {proof}\ninduction {name} with\n| zero => ?_\n| succ {name} {hypothesis} => ?_\n"
        f"· intro {proof}; first | omega | (simp_all; done) | grind\n"
        f"intro {proof}\nrcases Nat.lt_or_ge {name} {low} with {first} | {later}\n"
        f"· have {first} : {name} = {low - 1} := by omega\n  subst {first}\n  first | decide | grind\n"
        f"replace {hypothesis} := {hypothesis} {later}"
    )
    products = ", ".join(f"Nat.mul_le_mul {later} (Nat.le_refl {text})" for text in growing)
    yield f"{opening}\n{plain}\nnlinarith [{products}]"
    yield f"{opening}\ngrind [pow_succ, Nat.factorial_succ]"
    yield f"{opening}\n{unfold}\nsimp only [Nat.pow_succ, pow_succ] at {hypothesis}"
    yield f"{opening}\n{unfold}"


def _growing(target: Term, name: str) -> Iterator[str]:
    """Yield the powers and factorials of a number in a goal, as arguments."""
    for part in target.walk():
        if part.is_op("^") and part.args[1].kind == "name" and part.args[1].value == name and part.text:
            yield f"({part.text})"
        elif part.is_op("^") and part.args[0].value == name and number(part.args[1]) is not None:
            yield f"({' * '.join([name] * ((number(part.args[1]) or 1) - 1)) or '1'})"
        elif part.is_op("!"):
            yield f"(Nat.factorial {show(part.args[0])})"


def _lower(sequent: Sequent, name: str) -> tuple[str, int] | None:
    """Return the assumption that a number is at least a numeral, and the numeral."""
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is None or "." in assumption.proof:
            continue
        symbol, left, right, _ = found
        if symbol in ("≥", ">"):
            symbol, left, right = {"≥": "≤", ">": "<"}[symbol], right, left
        low = number(left)
        if symbol in ("≤", "<") and low is not None and right.kind == "name" and right.value == name:
            return assumption.proof, low + (symbol == "<")
    return None


def _multiplied(sequent: Sequent, name: str, left: Term, right: Term, domain: str | None) -> str | None:
    """Prove `sum = a / d` by `d * sum = a`, and `sum = a - b` of natural numbers by `sum + b = a`."""
    hypothesis, key, generic = sequent.fresh("ih"), sequent.fresh("key"), sequent.fresh("m")
    if domain not in ("ℕ", "ℤ"):
        return None
    if right.is_op("/") and (divisor := number(right.args[1])) is not None and divisor > 1:
        a: Term = Term("op", "*", (Term("num", str(divisor), text=str(divisor)), left))
        b = right.args[0]
    elif right.is_op("-") and domain == "ℕ":
        a, b = Term("op", "+", (left, right.args[1])), right.args[0]
    else:
        return None
    other = {name: Term("name", generic, text=generic)}
    a, b = substituted(a, other), substituted(b, other)
    # Bound variables that are numbers keep their type by ascription of the left side.
    return (
        f"have {key} : ∀ {generic} : ℕ, ({show(a, 0)} : {domain}) = {show(b, 0)} := by\n"
        f"  intro {generic}\n  induction {generic} with\n  | zero => {_ZERO}\n"
        f"  | succ {generic} {hypothesis} =>\n"
        f"    first | rw [Finset.sum_range_succ] | rw [Finset.sum_Icc_succ_top (by omega)]\n"
        f"    grind [pow_succ, Nat.factorial_succ]\n"
        f"have := {key} {name}\nomega"
    )
