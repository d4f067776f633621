"""Greatest common divisors that are 1, by Bézout: what divides both numbers divides a combination of them.

Integers `u`, `v` are looked for with `u * x + v * y = 1`, or, where `a` and `b` are known to be coprime, with such
combinations equal to `a` and to `b`.
"""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import Ring, Tree
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent, type_of
from prover.policies.certificates.reading.terms import Term, number

MAX_FACTOR = 12


def coprime(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof of `Nat.Coprime x y` or `Nat.gcd x y = 1`."""
    pair = coprime_pair(sequent.target)
    if effort != 0 or pair is None:
        return
    known = [
        (assumption.proof, found)
        for assumption in sequent.assumptions
        if (found := coprime_pair(assumption.claim)) is not None and "." not in assumption.proof
    ]
    try:
        encoder = Encoder(sequent, "ℤ", Signs(sequent, "ℤ"))
        x, y = (encoder.encode(term) for term in pair)
        wanted = [("", [("num", 1)])]
        wanted += [(proof, [encoder.encode(term) for term in found]) for proof, found in known]
        ring = Ring(len(encoder.atoms))
        for proof, goals in wanted:
            combinations = [_combination(ring, x, y, goal) for goal in goals]
            if all(found is not None for found in combinations):
                yield _proof(sequent, pair, proof, list(zip(goals, combinations, strict=True)), known)
                return
    except (CannotRead, TooLarge):
        return


def common(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof of `Nat.gcd x y ≤ k` where a combination of both numbers is a number up to `k`."""
    target = sequent.target
    if effort != 0 or not target.is_op("≤", "<") or target.args[1].kind != "num":
        return
    found = _applied(target.args[0])
    if found is None or found[0] != "gcd":
        return
    try:
        encoder = Encoder(sequent, "ℤ", Signs(sequent, "ℤ"))
        x, y = (encoder.encode(term) for term in found[1:])
        ring = Ring(len(encoder.atoms))
        p, q = (ring.polynomial(tree) for tree in (x, y))
    except (CannotRead, TooLarge):
        return
    most = int(target.args[1].value) - target.is_op("<")
    for u, v in _multipliers():
        rest = p * u + q * v
        whole = int(rest.leading_coefficient()) if rest.is_constant() and rest != 0 else 0
        if 0 < whole <= most:
            lines, names = _dividing(sequent, found[1:], [(str(whole), (u, v))])
            end = f"exact Nat.le_trans (Nat.le_of_dvd (by decide) {names[0]}) (by decide)"
            yield "\n".join([f"change Nat.gcd {show(found[1])} {show(found[2])} {target.value} _", *lines, end])
            return


def known_divisor(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs by known divisors: each is at most its positive multiple, and a known gcd divides both numbers."""
    if effort == 0:
        yield from _at_most(sequent)
    if effort != 0 or not any(part.is_op("∣", "%") for part in sequent.target.walk()):
        return
    lines: list[str] = []
    used = sequent
    for assumption in sequent.assumptions:
        found = _applied(assumption.claim.args[0]) if assumption.claim.is_op("=") else None
        if found is None or found[0] != "gcd" or number(assumption.claim.args[1]) is None:
            continue
        for side in ("left", "right"):
            name = used.fresh("hg")
            used = used.naming(name)
            numbers = " ".join(show(term) for term in found[1:])
            lines.append(f"have {name} := Nat.gcd_dvd_{side} {numbers}\nrw [{assumption.proof}] at {name}")
    if lines:
        yield "\n".join([*lines, "omega"])


def _at_most(sequent: Sequent) -> Iterator[str]:
    """Yield the proof of a comparison from `a ≤ b` for every assumed `a ∣ b` with a positive `b`."""
    if not sequent.target.is_op("=", "≤", "<", "≥", ">"):
        return
    lines: list[str] = []
    used = sequent
    for assumption in sequent.assumptions:
        divisor, multiple = assumption.claim.args if assumption.claim.is_op("∣") else (None, None)
        kind = type_of(multiple, sequent.types) if multiple is not None else None
        if divisor is None or kind is None or kind.value not in ("ℕ", "ℤ") or number(divisor) is not None:
            continue
        name = used.fresh("hle")
        used = used.naming(name)
        module = "Nat" if kind.value == "ℕ" else "Int"
        lines.append(f"have {name} := {module}.le_of_dvd (by first | assumption | omega) {assumption.proof}")
    if lines:
        yield "\n".join([*lines, "first | omega | linarith"])


def prime(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs by cases: an assumed prime number is 2, or odd; what divides it is 1, or it."""
    if effort != 0:
        return
    said = [sequent.target, *(assumption.claim for assumption in sequent.assumptions)]
    primes = {
        assumption.claim.args[1]: assumption.proof
        for assumption in sequent.assumptions
        if assumption.claim.kind == "app" and assumption.claim.args[0].value in ("Nat.Prime", "Prime")
    }
    for assumption in sequent.assumptions:
        if assumption.claim.is_op("∣") and (proof := primes.get(assumption.claim.args[1])) is not None:
            others = "".join(f"have := {other}.two_le; " for other in primes.values())
            cases = f"rcases {proof}.eq_one_or_self_of_dvd _ {assumption.proof} with e | e"
            yield f"{cases} <;> ({others}first | omega | grind)"
    if 1 < len(primes) < 4 and not sequent.target.is_bind("∃"):
        case = sequent.fresh("ho")
        splits = " <;> ".join(f"rcases {proof}.eq_two_or_odd with {case} | {case}" for proof in primes.values())
        yield f"{splits} <;> first | omega | (subst_vars; omega) | grind"
    if any(part.value in ("Even", "Odd", "%") for claim in said for part in claim.walk()):
        yield from (f"rcases {proof}.eq_two_or_odd with h | h <;> grind" for proof in primes.values())


def coprime_pair(claim: Term) -> tuple[Term, Term] | None:
    """Return two numbers that a claim says are coprime."""
    if claim.is_op("=") and number(claim.args[1]) == 1:
        found = _applied(claim.args[0])
        return found[1:] if found is not None and found[0] == "gcd" else None
    found = _applied(claim)
    return found[1:] if found is not None and found[0] == "Coprime" else None


def _applied(term: Term) -> tuple[str, Term, Term] | None:
    """Return a function of two numbers and these, also written `x.gcd y` and `(x + 1).gcd y`."""
    if term.kind != "app":
        return None
    head = term.args[0]
    before, _, name = head.value.rpartition(".")
    if len(term.args) == 3 and head.kind == "name" and before in ("Nat", ""):
        return name, term.args[1], term.args[2]
    if len(term.args) == 2 and head.kind == "name" and before:
        return name, Term("name", before, text=before), term.args[1]
    if len(term.args) == 2 and head.kind == "op" and head.value.startswith("."):
        return name, head.args[0], term.args[1]
    return None


def _combination(ring: Ring, x: Tree, y: Tree, goal: Tree) -> tuple[int, int] | None:
    """Return `u`, `v` of opposite sign, or one of them 0, with `u * x + v * y = goal`, the smallest first."""
    p, q, wanted = (ring.polynomial(tree) for tree in (x, y, goal))
    return next(((u, v) for u, v in _multipliers() if p * u + q * v == wanted), None)


def _multipliers() -> list[tuple[int, int]]:
    """Return pairs of opposite sign, or with a 0, the smallest first."""
    within = range(-MAX_FACTOR, MAX_FACTOR + 1)
    return sorted(
        ((u, v) for u in within for v in within if u * v <= 0), key=lambda pair: (abs(pair[0]) + abs(pair[1]), pair)
    )


def _dividing(
    sequent: Sequent, pair: tuple[Term, Term], combinations: list[tuple[str, tuple[int, int]]]
) -> tuple[list[str], list[str]]:
    """Return lines that prove that the common divisor divides combinations, each with its value, and the proofs."""
    x, y = (show(term) for term in pair)
    left, right = sequent.fresh("hx"), sequent.fresh("hy")
    divisor = f"Nat.gcd {x} {y}"
    lines = [f"have {left} := Nat.gcd_dvd_left {x} {y}", f"have {right} := Nat.gcd_dvd_right {x} {y}"]
    names = []
    for at, (target, chosen) in enumerate(combinations):
        (u, over, a), (v, under, b) = sorted(((chosen[0], x, left), (chosen[1], y, right)), key=lambda pair: -pair[0])
        name = sequent.fresh(f"hd{at}")
        names.append(name)
        whole = f"{u} * {over} - {-v} * {under}"
        same = f"⟨1, (by omega : {target} = ({whole}) * 1)⟩"
        divides = f"Nat.dvd_sub (Nat.dvd_trans {a} (Nat.dvd_mul_left _ _)) (Nat.dvd_trans {b} (Nat.dvd_mul_left _ _))"
        lines.append(f"have {name} : {divisor} ∣ {target} := Nat.dvd_trans ({divides}) {same}")
    return lines, names


def _proof(
    sequent: Sequent,
    pair: tuple[Term, Term],
    proof: str,
    combinations: list[tuple[Tree, tuple[int, int] | None]],
    known: list[tuple[str, tuple[Term, Term]]],
) -> str:
    found = dict(known).get(proof)
    targets = ["1"] if found is None else [show(term) for term in found]
    chosen = [(target, pair_) for target, (_, pair_) in zip(targets, combinations, strict=True) if pair_ is not None]
    divisions, names = _dividing(sequent, pair, chosen)
    lines = [f"change Nat.gcd {show(pair[0])} {show(pair[1])} = 1", *divisions]
    if found is None:
        lines.append(f"exact Nat.dvd_one.1 {names[0]}")
    else:
        a, b = targets
        both = f"(Nat.dvd_gcd {names[0]} {names[1]})"
        one = sequent.fresh("hk")
        lines.append(f"have {one} : Nat.gcd {a} {b} = 1 := {proof}")
        lines.append(f"exact Nat.dvd_one.1 (Nat.dvd_trans {both} ⟨1, by rw [{one}]⟩)")
    return "\n".join(lines)
