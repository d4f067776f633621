"""What is said about whole numbers modulo others: divisibility, remainders, congruences, parity, equations.

Terms are polynomials in variables of one type and powers of numerals whose exponents are linear in one variable each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.sequents import Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term, number

MAX_MODULUS = 400
SAME = "≡"
"""The preparation of a goal that says by unfolding what a claim says."""
_PRIMES = (2, 3, 5, 7)


@dataclass(frozen=True, slots=True)
class Claim:
    """A proposition about whole numbers, and the moduli that it speaks of; an equation speaks of none, and so of all.

    `preparation` is a proof of it that Lean has to be given, `SAME`, or empty.
    """

    term: Term
    moduli: frozenset[int]
    kind: str
    preparation: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """The variables of a goal that are of one type, `ℤ` or `ℕ`, and those that may be exponents."""

    sequent: Sequent
    kind: str
    variables: tuple[str, ...]
    exponents: tuple[str, ...]


def scope_of(sequent: Sequent, kind: str) -> Scope:
    """Return the whole numbers of a goal."""
    of = {
        wanted: tuple(n for n, type_ in sequent.types.items() if type_.kind == "name" and type_.value == wanted)
        for wanted in (kind, "ℕ")
    }
    return Scope(sequent, kind, of[kind], of["ℕ"])


def assumed(scope: Scope) -> Iterator[Claim]:
    """Yield what is assumed about residues, also by a prime number that differs from another one."""
    for assumption in scope.sequent.assumptions:
        try:
            claim = claimed(assumption.claim, scope)
        except CannotRead:
            continue
        proof = claim.preparation
        if "." in assumption.proof or proof == SAME:
            proof = assumption.proof if proof in ("", SAME) else proof
        yield Claim(claim.term, claim.moduli, claim.kind, proof.replace("{}", assumption.proof))
    if scope.kind == "ℕ":
        yield from _primes(scope)


def _primes(scope: Scope) -> Iterator[Claim]:
    """Yield that 2, 3, 5 and 7 do not divide assumed prime numbers that differ from them."""
    for assumption in scope.sequent.assumptions:
        prime = assumption.claim
        if prime.kind != "app" or prime.args[0].value not in ("Nat.Prime", "Prime"):
            continue
        name = prime.args[1].value
        for divisor in _PRIMES if name in scope.variables else ():
            if _differs(scope.sequent, name, divisor):
                cases = f"rcases {assumption.proof}.eq_one_or_self_of_dvd {divisor} (Nat.dvd_of_mod_eq_zero e)"
                term = Term("op", "≠", (remainder(prime.args[1], divisor), numeral(0)))
                proof = f"fun e => by {cases} with h | h; exacts [absurd h (by decide), by omega]"
                yield Claim(term, frozenset({divisor}), "ℕ", proof)


def _differs(sequent: Sequent, name: str, value: int) -> bool:
    """Return whether an assumption says outright that a number is larger than a value or different from it."""
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is None:
            continue
        symbol, left, right, _ = found
        symbol, left, right = ascending(symbol, left, right)
        low = number(left)
        if right.value == name and low is not None and symbol in ("<", "≤") and low + (symbol == "<") > value:
            return True
        if symbol == "≠" and {left.value, right.value} == {name, str(value)}:
            return True
    return False


def claimed(term: Term, scope: Scope) -> Claim:
    """Read a proposition that residues decide. Raises `CannotRead` for another one."""
    kind = scope.kind
    if term.is_op("∧", "∨", "→", "↔", "¬"):
        parts = [claimed(part, scope) for part in term.args]
        preparations = {part.preparation for part in parts} - {""}
        if any(not part.moduli for part in parts) or preparations - {"by omega"}:
            raise CannotRead("an equation below another connective is more than its residues")
        moduli: frozenset[int] = frozenset().union(*(part.moduli for part in parts))
        whole = Term("op", term.value, tuple(part.term for part in parts))
        return Claim(whole, moduli, kind, "by omega" if preparations else "")
    if term.is_op("∣"):
        divisor, body = _modulus(term.args[0]), term.args[1]
        if kind == "ℕ" and body.is_op("-"):
            left, right = (_residue(part, divisor, scope) for part in body.args)
            return Claim(Term("op", "=", (left, right)), frozenset({divisor}), kind, "by omega")
        return Claim(Term("op", "=", (_residue(body, divisor, scope), numeral(0))), frozenset({divisor}), kind)
    if term.is_op("MOD", "ZMOD") and term.args[2:]:
        divisor = _modulus(term.args[2])
        sides = tuple(_residue(part, divisor, scope) for part in term.args[:2])
        return Claim(Term("op", "=", sides), frozenset({divisor}), kind, SAME)
    if term.kind == "app" and term.args[0].value in ("Even", "Odd") and len(term.args) == 2:
        parity = Term("op", "=", (_residue(term.args[1], 2, scope), numeral(int(term.args[0].value == "Odd"))))
        return Claim(parity, frozenset({2}), kind, "by obtain ⟨_, _⟩ := {}; omega")
    found = relation(term, scope.sequent.types)
    if found is None:
        raise CannotRead("no relation of whole numbers")
    symbol, left, right, domain = found
    inner: set[int] = set()
    if all(_by_remainders(side, scope, inner) for side in (left, right)) and inner:
        return Claim(term, frozenset(inner), kind)
    if symbol == "=" and domain == kind:
        for side in (left, right):
            _check(side, scope)
        return Claim(term, frozenset(), kind)
    raise CannotRead("a relation that is more than its residues")


def modular(claim: Claim, modulus: int) -> Term:
    """Return what a claim says about residues: of an equation that its sides are congruent."""
    if claim.moduli or claim.term.kind == "name":
        return claim.term
    return Term("op", "=", tuple(remainder(side, modulus) for side in claim.term.args))


def remainder(term: Term, modulus: int) -> Term:
    """Return `term % modulus`."""
    return Term("op", "%", (term, numeral(modulus)))


def numeral(value: int) -> Term:
    """Return a natural number as a term."""
    return Term("num", str(value), text=str(value))


def exponent(term: Term) -> tuple[int, str, int] | None:
    """Return `c`, `n`, `d` of an exponent `c * n + d` with a variable `n`, or None."""
    if term.kind == "name":
        return 1, term.value, 0
    if (
        term.is_op("+")
        and (offset := number(term.args[1])) is not None
        and (rest := exponent(term.args[0])) is not None
    ):
        return rest[0], rest[1], rest[2] + offset
    if term.is_op("*"):
        for one, other in (term.args, term.args[::-1]):
            if (factor := number(one)) is not None and other.kind == "name" and factor > 0:
                return factor, other.value, 0
    return None


def is_power(term: Term) -> bool:
    """Return whether this is a numeral to the power of a variable or more."""
    return term.is_op("^") and number(term.args[0]) is not None and number(term.args[1]) is None


def _by_remainders(term: Term, scope: Scope, moduli: set[int]) -> bool:
    """Return whether a term depends on remainders only, and collect their moduli."""
    if term.is_op("%"):
        moduli.add(_modulus(term.args[1]))
        _check(term.args[0], scope)
        return True
    if term.is_op("+", "*"):
        return all(_by_remainders(part, scope, moduli) for part in term.args)
    return number(term) is not None


def _residue(term: Term, modulus: int, scope: Scope) -> Term:
    _check(term, scope)
    return remainder(term, modulus)


def _modulus(term: Term) -> int:
    value = number(term)
    if value is None or not 1 < value <= MAX_MODULUS:
        raise CannotRead("no modulus")
    return value


def _check(term: Term, scope: Scope) -> None:
    """Raise `CannotRead` if a term is no polynomial in variables of this type and powers of numerals."""
    if term.is_op("+", "*", "neg") or (term.is_op("-") and scope.kind == "ℤ"):
        for part in term.args:
            _check(part, scope)
    elif is_power(term):
        found = exponent(term.args[1])
        if found is None or found[1] not in scope.exponents:
            raise CannotRead("an exponent that is not linear in one variable")
        if scope.kind == "ℕ" and (number(term.args[0]) or 0) < 0:
            raise CannotRead("a negative number")
    elif term.is_op("^") and number(term.args[1]) is not None:
        _check(term.args[0], scope)
    elif number(term) is None and not (term.kind == "name" and term.value in scope.variables):
        raise CannotRead("no polynomial")
