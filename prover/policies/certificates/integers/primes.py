"""Prime numbers: what a small prime divides is that prime; numbers that factor are none; there are always more.

Of `p`, `p + 2` and `p + 4` one is a multiple of 3. If all are prime, that one is 3.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import Ring, printed
from prover.policies.certificates.reading.evaluation import evaluate
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.printing import block, show, substituted
from prover.policies.certificates.reading.sequents import FALSE, Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term, free_names, number

DIVISORS = (2, 3, 5, 7)


def primes(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs from assumed primes by their residues, that a number is not prime, and that a prime exists."""
    if effort != 0:
        return
    target = sequent.target
    if target.is_bind("∃"):
        yield from _more(sequent)
    known = [
        (assumption.proof, value)
        for assumption in sequent.assumptions
        if (value := _said_prime(assumption.claim)) is not None
    ]
    for proof, value in known if target == FALSE else ():
        yield from _composite(sequent, proof, value)
        yield from _no_square(sequent, proof, value)
    if known:
        yield from _by_residues(sequent, known)


def _no_square(sequent: Sequent, proof: str, value: Term) -> Iterator[str]:
    """Yield that a prime number is no square: its root would be 1, or the number itself."""
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if claim.kind == "app" and claim.args[0].value == "IsSquare" and claim.args[1] == value:
            r, e, h, two = (sequent.fresh(wish) for wish in ("r", "e", "h", "ht"))
            p = show(value)
            yield (
                f"obtain ⟨{r}, {e}⟩ := {assumption.proof}\nhave {two} := {proof}.two_le\n"
                f"rcases {proof}.eq_one_or_self_of_dvd {r} ⟨{r}, {e}⟩ with {h} | {h} <;> rw [{h}] at {e}\n· omega\n"
                f"· have := Nat.mul_le_mul_left {p} {two}\n  omega"
            )


def _said_prime(claim: Term) -> Term | None:
    if claim.kind == "app" and len(claim.args) == 2 and claim.args[0].value in ("Nat.Prime", "Prime"):
        return claim.args[1]
    return None


def _by_residues(sequent: Sequent, known: list[tuple[str, Term]]) -> Iterator[str]:
    """Yield proofs by residues modulo a small prime, which is one of the assumed primes in each case."""
    variables = {name for _, value in known for name in free_names(value) & set(sequent.types)}
    if len(variables) != 1:
        return
    name = next(iter(variables))
    taken = sequent
    together: list[str] = []
    for divisor in DIVISORS:
        lines: list[str] = []
        for proof, value in known:
            bound, one = taken.fresh("hb"), taken.naming(taken.fresh("hb")).fresh("hd")
            taken = taken.naming(bound, one)
            text = show(value)
            cases = f"{proof}.eq_one_or_self_of_dvd {divisor} (Nat.dvd_of_mod_eq_zero e)"
            lines.append(f"have {bound} := {proof}.two_le")
            lines.append(
                f"have {one} : {show(value, 71)} % {divisor} = 0 → {text} = {divisor} := fun e => "
                f"({cases}).elim (fun h => absurd h (by decide)) Eq.symm"
            )
        if all(_linear(value) for _, value in known):
            if _covered(known, name, divisor) or _asked(sequent, name, divisor):
                yield "\n".join([*lines, "omega"])
            elif sequent.target.is_op("∣") and (number(sequent.target.args[0]) or 1) % divisor == 0:
                part = taken.fresh("hm")
                taken = taken.naming(part)
                proof = block("  ", [*lines, "omega"])  # by itself: two moduli at once are too much for `omega`
                together.insert(0, f"have {part} : {show(sequent.target.args[1], 71)} % {divisor} = 0 := by\n{proof}")
            continue
        if not _covered(known, name, divisor):
            continue
        residue = taken.fresh("hr")
        options = " ∨ ".join(f"{name} % {divisor} = {r}" for r in range(divisor))
        lines.append(f"have {residue} : {options} := by omega")
        lines.append(f"rcases {residue} with {' | '.join([residue] * divisor)}")
        for r in range(divisor):
            facts = [
                f"have : {show(value, 71)} % {divisor} = {found} := by "
                f"simp [Nat.pow_mod, Nat.add_mod, Nat.mul_mod, {residue}]"
                for _, value in known
                if value.kind != "name" and (found := _residue(value, name, r, divisor)) is not None
            ]
            squares = f"have := Nat.mul_le_mul {lines[0].split()[1]} {lines[0].split()[1]}"
            powers = "simp only [Nat.pow_succ, Nat.pow_zero, Nat.one_mul] at *"
            close = f"first | omega | ({powers}; omega) | grind | nlinarith"
            lines.append("· " + "\n  ".join([*facts, squares, close]))
        yield "\n".join(lines)
    if together:
        yield "\n".join([*together, "omega"])


def _asked(sequent: Sequent, name: str, divisor: int) -> bool:
    """Return whether an assumption speaks of the remainder of a variable by a number."""
    return any(
        (part.is_op("%") and part.args[0].value == name and number(part.args[1]) == divisor)
        or (part.is_op("∣") and part.args[1].value == name and number(part.args[0]) == divisor)
        for assumption in sequent.assumptions
        for part in assumption.claim.walk()
    )


def _residue(value: Term, name: str, r: int, divisor: int) -> int | None:
    if any(part.is_op("-", "/", "%") for part in value.walk()):
        return None  # these do not respect residues
    try:
        return int(evaluate(value, {name: r}, "ℕ")) % divisor
    except CannotRead:
        return None


def _covered(known: list[tuple[str, Term]], name: str, divisor: int) -> bool:
    """Return whether for every residue of a variable one of the primes is a multiple of a number."""
    return all(any(_residue(value, name, r, divisor) == 0 for _, value in known) for r in range(divisor))


def _linear(value: Term) -> bool:
    return not any(
        part.is_op("^") or (part.is_op("*") and all(number(side) is None for side in part.args))
        for part in value.walk()
    )


def _more(sequent: Sequent) -> Iterator[str]:
    """Yield a prime that divides a number, and one above a number."""
    target = sequent.target
    if len(target.names) != 1 or not any(_said_prime(part) is not None for part in target.walk()):
        return
    name = target.names[0]
    p, above, prime = (sequent.fresh(wish) for wish in ("p", "hge", "hp"))
    close = f"refine ⟨{p}, ?_⟩\nfirst | grind | (refine ⟨?_, ?_⟩ <;> first | assumption | omega)"
    for part in target.walk():
        if part.is_op("∣") and part.args[0].value == name and name not in free_names(part.args[1]):
            number_ = show(part.args[1])
            found = f"Nat.exists_prime_and_dvd (n := {number_}) (by first | omega | grind)"
            yield f"obtain ⟨{p}, {prime}, {above}⟩ := {found}\n{close}"
        if part.is_op("<", "≤", ">", "≥"):
            symbol, low, high = ascending(part.value, *part.args)
            if high.value == name and name not in free_names(low):
                bound = show(low) if symbol == "≤" else f"({show(low, 65)} + 1)"
                yield f"obtain ⟨{p}, {above}, {prime}⟩ := Nat.exists_infinite_primes {bound}\n{close}"


def _composite(sequent: Sequent, proof: str, value: Term) -> Iterator[str]:
    """Yield that a polynomial in one number is not prime by its factors, from the lower bound of the number on."""
    variables = free_names(value) & set(sequent.types)
    if len(variables) != 1:
        return
    name = next(iter(variables))
    low = max((bound for bound in _lower_bounds(sequent, name)), default=0)
    rest = sequent.fresh("m")
    try:
        shifted = substituted(value, {name: Term("op", "+", (Term("name", rest, text=rest), Term("num", str(low))))})
        moved = Sequent({rest: Term("name", "ℤ", text="ℤ")}, (), shifted, frozenset((rest,)))
        encoder = Encoder(moved, "ℤ", Signs(moved, "ℤ"))
        tree = encoder.encode(shifted)
        if encoder.atoms != [rest]:
            return
        ring = Ring(1)
        content, parts = ring.polynomial(tree).factor()
    except (CannotRead, TooLarge):
        return
    found: list[fmpq_mpoly] = [part for part, times in parts for _ in range(int(times))]
    if content != 1:
        found[:0] = [ring.constant(int(content))]
    if len(found) < 2:
        return
    first, second = found[0], ring.one
    for part in found[1:]:
        second = second * part
    texts = []
    for factor in (first, second):
        factor_tree, scale = ring.tree(factor)
        if scale != 1 or any(c < 0 for c in factor.coeffs()):
            return
        texts.append(printed(factor_tree, [rest]))
    equal = sequent.fresh("he")
    opening = f"obtain ⟨{rest}, rfl⟩ : ∃ {rest}, {name} = {rest} + {low} := ⟨{name} - {low}, by omega⟩"
    whole = f"({show(shifted, 0)} : ℕ)"
    yield (
        f"{opening}\nhave {equal} : {whole} = ({texts[0]}) * ({texts[1]}) := by ring\n"
        f"rw [{equal}] at {proof}\nrefine Nat.not_prime_mul ?_ ?_ {proof} <;> first | omega | grind"
    )


def _lower_bounds(sequent: Sequent, name: str) -> Iterator[int]:
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is not None:
            symbol, left, right = ascending(*found[:3])
            low = number(left)
            if symbol in ("<", "≤") and low is not None and right.value == name:
                yield low + (symbol == "<")
