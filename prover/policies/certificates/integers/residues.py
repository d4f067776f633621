"""Divisibility and residues of polynomials and powers: a modulus that decides, by trying all residues outside.

Each variable is `m * q + r` with `r < m`, an exponent `t * q + r` with `r < t` where the powers repeat after `t`. What
is assumed and claimed modulo divisors of `m` is then a statement about the `r` alone, which Lean decides by evaluation.
That a product or power of the variables is a multiple of `m` away from that of the `r` is a polynomial identity, and
the rest is linear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import gcd, lcm, prod

from prover.policies.certificates.algebra.telling import shown
from prover.policies.certificates.algebra.trees import Ring, Tree, add, mul, sub
from prover.policies.certificates.integers.congruences import (
    SAME,
    Claim,
    assumed,
    claimed,
    exponent,
    is_power,
    modular,
    scope_of,
)
from prover.policies.certificates.reading.evaluation import evaluate
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.printing import show, substituted
from prover.policies.certificates.reading.sequents import FALSE, Names, Sequent, relation
from prover.policies.certificates.reading.terms import Term, free_names, number

MAX_CASES = 1_500
MODULI = (2, 3, 4, 5, 7, 8, 9, 11, 13, 16)


def residue(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof by residues of a divisibility, of a claim about remainders, of `≠`, or of `False`."""
    if effort != 0:
        return
    target, opening, difference = sequent.target, "", None
    found = relation(target, sequent.types)
    if found is not None and found[0] == "≠" and not any(part.is_op("%") for part in target.walk()):
        name = sequent.fresh("he")
        opening, sequent, target = f"intro {name}\n", sequent.naming(name), FALSE
        difference = Term("op", "=", (found[1], found[2]))
    # Where nothing but numerals stands below the exponents, the type does not show, and is that of numerals first.
    integers = any(kind.value == "ℤ" and name in free_names(target) for name, kind in sequent.types.items())
    for kind in ("ℤ", "ℕ") if integers or difference is not None else ("ℕ", "ℤ"):
        scope = scope_of(sequent, kind)
        try:
            known = [] if difference is None else [claimed(difference, scope)]
            goal = Claim(FALSE, frozenset(), kind) if target == FALSE else claimed(target, scope)
            if target != FALSE and not goal.moduli:
                continue  # an equation is more than its residues
        except CannotRead:
            continue
        known += assumed(scope)
        if kind == "ℤ":  # exponents are natural numbers
            known += assumed(scope_of(sequent, "ℕ"))
        if (proof := _decided(sequent, goal, known)) is not None:
            yield opening + proof
            if integers:
                return


def _decided(sequent: Sequent, goal: Claim, known: Sequence[Claim]) -> str | None:
    """Prove a goal; equations are read modulo one number after another."""
    whole = frozenset().union(goal.moduli, *(claim.moduli for claim in known))
    wanted = [lcm(*goal.moduli), lcm(*whole)] if whole else []
    if goal.term == FALSE:
        wanted += MODULI
    for modulus in dict.fromkeys(wanted):
        try:
            needed = _needed(goal, known, modulus)
            if needed is not None:
                return _Proof(sequent, goal, needed, modulus).text()
        except (CannotRead, TooLarge):
            continue
    return None


def _needed(goal: Claim, known: Sequence[Claim], modulus: int) -> list[Claim] | None:
    """Return few of what is assumed from which a goal follows for all residues, or None."""
    # Variables of which the goal does not speak cost cases: what links no others is left out first.
    for kept in ([c for c in known if free_names(c.term) <= free_names(goal.term)], list(known)):
        if not _follows(goal, kept, modulus):
            continue
        for claim in list(kept):
            fewer = [other for other in kept if other is not claim]
            if _follows(goal, fewer, modulus):
                kept = fewer
        return kept
    return None


def _follows(goal: Claim, known: Sequence[Claim], modulus: int) -> bool:
    try:
        sizes = _sizes((goal, *known), modulus)
        if not sizes or prod(sizes.values()) > MAX_CASES:
            return False
        terms = [modular(claim, modulus) for claim in known]
        aim = None if goal.term == FALSE else modular(goal, modulus)
        for values in product(*(range(size) for size in sizes.values())):
            given = dict(zip(sizes, values, strict=True))
            holds = aim is not None and evaluate(aim, given, "ℤ")
            if not holds and all(evaluate(term, given, "ℤ") for term in terms):
                return False
    except CannotRead:
        return False
    return True


def _sizes(claims: Sequence[Claim], modulus: int) -> dict[str, int]:
    """Return for each variable after how much what is said repeats. Raises `CannotRead` if it never does."""
    sizes: dict[str, int] = {}
    for claim in claims:
        own = _own(claim, modulus)
        for part in _parts(claim.term):
            if is_power(part):
                c, name, _ = exponent(part.args[1]) or (0, "", 0)
                sizes[name] = lcm(sizes.get(name, 1), _period(number(part.args[0]) or 0, c, own))
            elif part.kind == "name" and part != FALSE:
                sizes[part.value] = lcm(sizes.get(part.value, 1), own)
    return sizes


def _own(claim: Claim, modulus: int) -> int:
    """Return the number modulo which a claim is read."""
    return lcm(*claim.moduli) if claim.moduli else modulus


def _parts(term: Term) -> Iterator[Term]:
    """Yield the variables of a term outside of exponents, and its powers with exponents that are no numerals."""
    if is_power(term) or term.kind == "name":
        yield term
    else:
        for part in term.args:
            yield from _parts(part)


def _period(base: int, factor: int, modulus: int) -> int:
    if gcd(base, modulus) != 1:
        raise CannotRead("powers that do not return to 1")
    return next(t for t in range(1, modulus + 1) if pow(base, factor * t, modulus) == 1 % modulus)


class _Proof:
    """The proof of a goal from claims that decide it modulo a number."""

    def __init__(self, sequent: Sequent, goal: Claim, known: Sequence[Claim], modulus: int) -> None:
        self.names = Names(sequent.names)
        self.goal = goal
        self.known = known
        self.modulus = modulus
        self.said = known if goal.term == FALSE else (*known, goal)
        self.sizes = _sizes((goal, *known), modulus)
        self.own = {name: name for name in self.sizes}
        self.prepared: list[str] = []
        self.kinds = {name: sequent.types[name].value for name in self.sizes}
        self.quotients, self.rests, self.bounds, self.sums = (
            {name: self.names.fresh(wish) for name in self.sizes} for wish in ("q", "r", "hr", "hq")
        )
        self.typed = {n: f"({r} : ℤ)" if self.kinds[n] == "ℤ" else r for n, r in self.rests.items()}

    def text(self) -> str:
        lines = [*self._prepared()]
        for name in self.sizes:
            lines += self._divided(name)
        moduli: dict[Term, int] = {}
        for claim in self.said:
            for term in _unknowns(claim.term):
                moduli[term] = lcm(moduli.get(term, 1), _own(claim, self.modulus))
        primes = any(claim.preparation.startswith("fun") for claim in self.known)
        separate = primes and not any(is_power(term) for term in moduli)
        evaluated = self._evaluated(separate)
        if not separate:
            lines += evaluated
        for term, modulus in moduli.items():
            lines += self._power(term, modulus) if is_power(term) else self._product(term, modulus)
        if separate:
            lines += evaluated
        return "\n".join([*lines, "omega"])

    def _prepared(self) -> Iterator[str]:
        if self.goal.preparation == SAME:
            yield f"change {show(self.goal.term, 0)}"
        elif "obtain" in self.goal.preparation:
            yield f"refine ⟨{show(self.goal.term.args[0].args[0], 71)} / 2, ?_⟩"
        for claim in self.known:
            if claim.preparation:
                self.prepared.append(self.names.fresh("hp"))
                yield f"have {self.prepared[-1]} : {show(claim.term, 0)} := {claim.preparation}"

    def _divided(self, name: str) -> list[str]:
        """Print the division of a variable with remainder."""
        kind, size = self.kinds[name], self.sizes[name]
        q, r, hr, hq = (table[name] for table in (self.quotients, self.rests, self.bounds, self.sums))
        claim = f"∃ ({q} : {kind}) ({r} : ℕ), {r} < {size} ∧ {name} = {size} * {q} + {r}"
        lines = [f"obtain ⟨{q}, {r}, {hr}, {hq}⟩ : {claim} :="]
        if kind == "ℕ":
            proofs = "Nat.mod_lt _ (by decide), (Nat.div_add_mod _ _).symm"
            return [*lines, f"  ⟨{name} / {size}, {name} % {size}, {proofs}⟩"]
        natural = f"(Int.emod_nonneg {name} (by decide))"
        less = f"(Int.toNat_lt {natural}).2 (Int.emod_lt_of_pos {name} (by decide))"
        whole = f"by rw [Int.toNat_of_nonneg {natural}, Int.mul_ediv_add_emod]"
        return [*lines, f"  ⟨{name} / {size}, ({name} % {size}).toNat, {less}, {whole}⟩"]

    def _evaluated(self, separate: bool) -> list[str]:
        """Print what is said about the remainders, for all of them and for these.

        That a prime is no multiple is a disjunction for `omega`, which does better with one such claim at a time
        (`separate`).
        """
        claims = [_with(modular(claim, self.modulus), self.typed, 26) for claim in self.said]
        if self.goal.term == FALSE:
            claims[-1] = f"¬({claims[-1]})"
        key = self.names.fresh("key")
        bound = " ".join(f"∀ {self.rests[n]} : ℕ, {self.rests[n]} < {size} →" for n, size in self.sizes.items())
        given = " ".join(f"{self.rests[name]} {self.bounds[name]}" for name in self.sizes)
        lines = [f"have {key} : {bound} {' → '.join(claims)} := by decide +kernel"]
        if not separate:
            return [*lines, f"have {key} := {key} {given}"]
        proofs = " (by omega)" * (len(claims) - 1)
        return [*lines, f"have {key} := {key} {given}{proofs}", f"clear {' '.join(self.prepared)}"]

    def _power(self, power: Term, modulus: int) -> list[str]:
        """Print that a power with a variable exponent leaves the remainder of that with the exponent's remainder."""
        found = exponent(power.args[1])
        if found is None:
            raise CannotRead("an exponent that is not linear in one variable")
        factor, name, _ = found
        size, q, r = self.sizes[name], self.quotients[name], self.rests[name]
        rest = _with(power.args[1], self.typed, 0)
        split = _with(power.args[1], {name: f"({size} * {q} + {r})"}, 0)
        kind, word = self.goal.kind, "emod" if self.goal.kind == "ℤ" else "mod"
        own, other = (f"({_with(power, texts, 0)} : {kind})" for texts in (self.own, self.typed))
        rewritten = f"rw [{self.sums[name]}, show {split} = {factor * size} * {q} + ({rest}) by omega]"
        proof = f"{rewritten}; exact Certificate.pow_{word}_period (by decide) {q} ({rest})"
        lines = [f"have {self.names.fresh('e')} : {own} % {modulus} = {other} % {modulus} := by", f"  {proof}"]
        if kind == "ℕ":
            lines.append(f"have {self.names.fresh('e')} : 0 < {own} := Nat.pow_pos (by decide)")
        # `omega` takes powers of numerals apart, and does not put them together again.
        return [*lines, *(f"generalize {side} = {self.names.fresh('p')} at *" for side in (own, other))]

    def _product(self, term: Term, modulus: int) -> list[str]:
        """Print that a product or a power is a multiple of the modulus away from that of the remainders."""
        identity, known = self.names.fresh("e"), self.names.fresh("k")
        rewritten = ", ".join(self.sums[name] for name in self.sizes if name in free_names(term))
        other = _with(term, self.typed, 66)
        claim = f"({_with(term, self.own, 0)} : {self.goal.kind}) = {modulus} * {known} + {other}"
        return [
            f"obtain ⟨{known}, {identity}⟩ : ∃ {known} : {self.goal.kind}, {claim} :=",
            f"  ⟨{self._multiple(term, modulus)}, by rw [{rewritten}]; ring⟩",
        ]

    def _multiple(self, term: Term, modulus: int) -> str:
        """Print `(term - term of the remainders) / m` as a polynomial."""
        count = len(self.sizes)
        ring = Ring(2 * count)
        rest: dict[str, Tree] = {name: ("var", count + at) for at, name in enumerate(self.sizes)}
        whole = {
            name: add(mul(("num", size), ("var", at)), rest[name]) for at, (name, size) in enumerate(self.sizes.items())
        }
        difference = ring.polynomial(sub(_tree(term, whole), _tree(term, rest)))
        tree, scale = ring.tree(difference / ring.constant(modulus))
        if scale != 1:
            raise CannotRead("no multiple of the modulus")
        return shown(tree, [*self.quotients.values(), *self.typed.values()])


def _with(term: Term, texts: Mapping[str, str], power: int) -> str:
    """Print a term with texts for its variables."""
    return show(substituted(term, {name: Term("name", text) for name, text in texts.items()}), power)


def _unknowns(term: Term) -> Iterator[Term]:
    """Yield what is an unknown of its own for linear arithmetic."""
    numerals = [side for side in term.args if number(side) is not None]
    if is_power(term) or (term.is_op("*") and not numerals) or (term.is_op("^") and number(term.args[0]) is None):
        yield term
    else:
        for part in term.args:
            yield from _unknowns(part)


def _tree(term: Term, values: Mapping[str, Tree]) -> Tree:
    if is_power(term):
        raise CannotRead("a product with a power of a numeral")
    if term.kind == "name":
        return values[term.value]
    if (value := number(term)) is not None:
        return ("neg", ("num", -value)) if value < 0 else ("num", value)
    if term.is_op("^"):
        return ("pow", _tree(term.args[0], values), number(term.args[1]))
    if term.is_op("neg"):
        return ("neg", _tree(term.args[0], values))
    head = {"+": "add", "-": "sub", "*": "mul"}[term.value]
    return (head, *(_tree(part, values) for part in term.args))
