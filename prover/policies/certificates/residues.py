"""Divisibility and residues of polynomials: a modulus that decides, found by trying all residues outside.

Each variable is `m * q + r` with `r < m`. What is assumed and claimed modulo divisors of `m` is a statement about the
`r` alone, which Lean decides by evaluation. That a product or power of the variables is a multiple of `m` away from
that of the `r` is a polynomial identity, and the rest is linear. Smaller numbers do not divide a prime number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import lcm

from prover.policies.certificates.evaluation import evaluate
from prover.policies.certificates.failures import CannotRead, TooLarge
from prover.policies.certificates.sequents import FALSE, Sequent, relation
from prover.policies.certificates.telling import shown
from prover.policies.certificates.terms import Term, free_names, number
from prover.policies.certificates.trees import Ring, Tree, add, mul, sub

MAX_CASES = 1_500
MODULI = (2, 3, 4, 5, 7, 8, 9, 11, 13, 16)
MAX_MODULUS = 400


@dataclass(frozen=True, slots=True)
class Claim:
    """A proposition about whole numbers, and the moduli that it speaks of; an equation speaks of none, and so of all.

    `preparation` is a proof of it that Lean has to be given, `≡` for a goal that says the same by unfolding, or empty.
    """

    term: Term
    moduli: frozenset[int]
    preparation: str = ""


def residue(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof by residues of a divisibility, of a claim about remainders, of `≠`, or of `False`."""
    if effort != 0:
        return
    target, opening = sequent.target, ""
    hypotheses: list[Claim] = []
    found = relation(target, sequent.types)
    if found is not None and found[0] == "≠" and not any(part.is_op("%") for part in target.walk()):
        name = sequent.fresh("he")
        opening, sequent = f"intro {name}\n", sequent.naming(name)
        hypotheses.append(Claim(Term("op", "=", (found[1], found[2])), frozenset()))
        target = FALSE
    for kind in ("ℤ", "ℕ"):
        names = [name for name, type_ in sequent.types.items() if type_.kind == "name" and type_.value == kind]
        assumed = hypotheses + list(_assumed(sequent, kind, names))
        try:
            goal = Claim(FALSE, frozenset()) if target == FALSE else _claim(target, kind, names, sequent)
        except CannotRead:
            continue
        if (proof := _decided(sequent, kind, names, goal, assumed)) is not None:
            yield opening + proof
            return


def _assumed(sequent: Sequent, kind: str, names: Sequence[str]) -> Iterator[Claim]:
    """Yield what is assumed about residues, also by a prime number that is larger than another one."""
    for assumption in sequent.assumptions:
        try:
            claim = _claim(assumption.claim, kind, names, sequent)
        except CannotRead:
            continue
        if "." in assumption.proof or claim.preparation not in ("", "by omega"):
            proof = claim.preparation.replace("{}", assumption.proof) if "{}" in claim.preparation else assumption.proof
            claim = Claim(claim.term, claim.moduli, proof)
        yield claim
    if kind == "ℕ":
        yield from _primes(sequent, names)


def _primes(sequent: Sequent, names: Sequence[str]) -> Iterator[Claim]:
    """Yield that 2, 3, 5 and 7 do not divide assumed prime numbers that differ from them."""
    for assumption in sequent.assumptions:
        prime = assumption.claim
        if prime.kind != "app" or prime.args[0].value not in ("Nat.Prime", "Prime") or prime.args[1].value not in names:
            continue
        name = prime.args[1].value
        for divisor in (2, 3, 5, 7):
            if _differs(sequent, name, divisor):
                cases = f"rcases {assumption.proof}.eq_one_or_self_of_dvd {divisor} (Nat.dvd_of_mod_eq_zero e)"
                term = Term("op", "≠", (_remainder(prime.args[1], divisor), _numeral(0)))
                yield Claim(term, frozenset({divisor}), f"fun e => by {cases} with h | h <;> omega")


def _differs(sequent: Sequent, name: str, value: int) -> bool:
    """Return whether an assumption says outright that a number is larger than a value, odd, or different from it."""
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is None:
            continue
        symbol, left, right, _ = found
        if symbol in (">", "≥"):
            symbol, left, right = {">": "<", "≥": "≤"}[symbol], right, left
        low = number(left)
        if right.value == name and low is not None and symbol in ("<", "≤") and low + (symbol == "<") > value:
            return True
        if symbol == "≠" and {left.value, right.value} == {name, str(value)}:
            return True
    return False


def _claim(term: Term, kind: str, names: Sequence[str], sequent: Sequent) -> Claim:
    """Read a proposition that residues decide. Raises `CannotRead` for another one."""
    if term.is_op("∧", "∨", "→", "↔", "¬"):
        parts = [_claim(part, kind, names, sequent) for part in term.args]
        if any(not part.moduli or part.preparation for part in parts):
            raise CannotRead("an equation below another connective is more than its residues")
        moduli: frozenset[int] = frozenset().union(*(part.moduli for part in parts))
        return Claim(Term("op", term.value, tuple(part.term for part in parts), text=term.text), moduli)
    if term.is_op("∣"):
        divisor = _modulus(term.args[0])
        body = term.args[1]
        if kind == "ℕ" and body.is_op("-"):
            left, right = (_residue(part, divisor, kind, names) for part in body.args)
            return Claim(Term("op", "=", (left, right)), frozenset({divisor}), "by omega")
        return Claim(Term("op", "=", (_residue(body, divisor, kind, names), _numeral(0))), frozenset({divisor}))
    if term.is_op("MOD", "ZMOD") and term.args[2:]:
        divisor = _modulus(term.args[2])
        sides = tuple(_residue(part, divisor, kind, names) for part in term.args[:2])
        return Claim(Term("op", "=", sides), frozenset({divisor}), "≡")
    if term.kind == "app" and term.args[0].value in ("Even", "Odd") and len(term.args) == 2:
        rest = int(term.args[0].value == "Odd")
        claim = Term("op", "=", (_residue(term.args[1], 2, kind, names), _numeral(rest)))
        return Claim(claim, frozenset({2}), "by obtain ⟨_, _⟩ := {}; omega")
    found = relation(term, sequent.types)
    if found is None:
        raise CannotRead("no relation of whole numbers")
    symbol, left, right, domain = found
    inner: set[int] = set()
    if all(_by_remainders(side, kind, names, inner) for side in (left, right)) and inner:
        return Claim(term, frozenset(inner))
    if symbol == "=" and domain == kind:
        for side in (left, right):
            _check(side, kind, names)
        return Claim(term, frozenset())
    raise CannotRead("a relation that is more than its residues")


def _by_remainders(term: Term, kind: str, names: Sequence[str], moduli: set[int]) -> bool:
    """Return whether a term depends on remainders only, and collect their moduli."""
    if term.is_op("%"):
        moduli.add(_modulus(term.args[1]))
        _check(term.args[0], kind, names)
        return True
    if term.is_op("+", "*"):
        return all(_by_remainders(part, kind, names, moduli) for part in term.args)
    return number(term) is not None


def _residue(term: Term, modulus: int, kind: str, names: Sequence[str]) -> Term:
    _check(term, kind, names)
    return _remainder(term, modulus)


def _remainder(term: Term, modulus: int) -> Term:
    return Term("op", "%", (term, _numeral(modulus)))


def _numeral(value: int) -> Term:
    return Term("num", str(value), text=str(value))


def _modulus(term: Term) -> int:
    value = number(term)
    if value is None or not 1 < value <= MAX_MODULUS:
        raise CannotRead("no modulus")
    return value


def _check(term: Term, kind: str, names: Sequence[str]) -> None:
    """Raise `CannotRead` if a term is no polynomial in variables of this type."""
    if term.is_op("+", "*", "neg") or (term.is_op("-") and kind == "ℤ"):
        for part in term.args:
            _check(part, kind, names)
    elif term.is_op("^") and number(term.args[1]) is not None:
        _check(term.args[0], kind, names)
    elif number(term) is None and not (term.kind == "name" and term.value in names):
        raise CannotRead("no polynomial")


def _decided(sequent: Sequent, kind: str, names: Sequence[str], goal: Claim, assumed: Sequence[Claim]) -> str | None:
    whole = frozenset().union(goal.moduli, *(claim.moduli for claim in assumed))
    wanted = [lcm(*goal.moduli)] if goal.moduli else []
    wanted += [lcm(*whole)] if whole else []
    if goal.term == FALSE:
        wanted += MODULI
    for modulus in dict.fromkeys(wanted):
        usable = [claim for claim in assumed if all(modulus % m == 0 for m in claim.moduli)]
        needed = _needed(kind, names, goal, usable, modulus)
        if needed is not None:
            try:
                return _proof(sequent, kind, names, goal, needed, modulus)
            except (CannotRead, TooLarge):
                return None
    return None


def _needed(kind: str, names: Sequence[str], goal: Claim, assumed: list[Claim], modulus: int) -> list[Claim] | None:
    """Return few of what is assumed from which a goal follows for all residues, or None."""
    kept = list(assumed)
    if not _follows(kind, names, goal, kept, modulus):
        return None
    for claim in assumed:
        fewer = [other for other in kept if other is not claim]
        if _follows(kind, names, goal, fewer, modulus):
            kept = fewer
    return kept


def _follows(kind: str, names: Sequence[str], goal: Claim, assumed: Sequence[Claim], modulus: int) -> bool:
    used = _used(names, goal, assumed)
    if not used or modulus ** len(used) > MAX_CASES:
        return False
    terms = [_modular(claim, modulus) for claim in assumed]
    try:
        for values in product(range(modulus), repeat=len(used)):
            given = dict(zip(used, values, strict=True))
            holds = goal.term != FALSE and evaluate(_modular(goal, modulus), given, "ℤ")
            if not holds and all(evaluate(term, given, "ℤ") for term in terms):
                return False
    except CannotRead:
        return False
    return True


def _used(names: Sequence[str], goal: Claim, assumed: Sequence[Claim]) -> list[str]:
    free = frozenset().union(*(free_names(claim.term) for claim in (goal, *assumed)))
    return [name for name in names if name in free]


def _modular(claim: Claim, modulus: int) -> Term:
    """Return what a claim says about residues: of an equation that its sides are congruent."""
    if claim.moduli or claim.term == FALSE:
        return claim.term
    return Term("op", "=", tuple(_remainder(side, modulus) for side in claim.term.args))


def _proof(
    sequent: Sequent, kind: str, names: Sequence[str], goal: Claim, assumed: Sequence[Claim], modulus: int
) -> str:
    used = _used(names, goal, assumed)
    fresh = _Fresh(sequent)
    lines = []
    own = dict(zip(used, used, strict=True))
    if goal.preparation == "≡":
        lines.append(f"change {_text(goal.term, own)}")
    elif "obtain" in goal.preparation:
        lines.append(f"refine ⟨({_text(goal.term.args[0].args[0], own)}) / 2, ?_⟩")
    for claim in assumed:
        if claim.preparation:
            lines.append(f"have {fresh('hp')} : {_text(claim.term, own)} := {claim.preparation}")
    quotients, rests, bounds, sums = ([fresh(wish) for _ in used] for wish in ("q", "r", "hr", "hq"))
    typed = [f"({rest} : ℤ)" if kind == "ℤ" else rest for rest in rests]
    residues = dict(zip(used, typed, strict=True))
    for name, q, r, hr, hq in zip(used, quotients, rests, bounds, sums, strict=True):
        lines += _divided(kind, name, modulus, q, r, hr, hq)
    said = assumed if goal.term == FALSE else (*assumed, goal)
    claims = [_text(_modular(claim, modulus), residues) for claim in said]
    if goal.term == FALSE:
        claims[-1] = f"¬ ({claims[-1]})"
    key = fresh("key")
    bound = " ".join(f"∀ {rest} < {modulus}," for rest in rests)
    if kind == "ℤ":
        bound = " ".join(f"∀ {rest} : ℕ, {rest} < {modulus} →" for rest in rests)
    lines.append(f"have {key} : {bound} {' → '.join(claims)} := by decide +kernel")
    lines.append(f"have {key} := {key} {' '.join(f'{r} {hr}' for r, hr in zip(rests, bounds, strict=True))}")
    for atom in dict.fromkeys(atom for claim in said for atom in _nonlinear(claim.term)):
        identity, known = fresh("e"), fresh("k")
        rewritten = ", ".join(hq for name, hq in zip(used, sums, strict=True) if name in free_names(atom))
        claim_ = f"({_text(atom, own)} : {kind}) = {modulus} * {known} + {_text(atom, residues, 2)}"
        lines.append(f"obtain ⟨{known}, {identity}⟩ : ∃ {known} : {kind}, {claim_} :=")
        lines.append(f"  ⟨{_multiple(atom, used, quotients, typed, modulus)}, by rw [{rewritten}]; ring⟩")
    lines.append("omega")
    return "\n".join(lines)


def _text(term: Term, values: dict[str, str], level: int = 0) -> str:
    """Print a claim or a polynomial, with texts for the variables."""
    if term.is_op("∧", "∨", "→", "↔"):
        left, right = (_text(part, values, 1) for part in term.args)
        return f"({left} {term.value} {right})" if level else f"{left} {term.value} {right}"
    if term.is_op("¬"):
        return f"¬ ({_text(term.args[0], values)})"
    if term.is_op("=", "≠", "<", "≤", ">", "≥"):
        left, right = (_text(part, values) for part in term.args)
        return f"({left} {term.value} {right})" if level else f"{left} {term.value} {right}"
    if term.is_op("%"):
        return f"{_text(term.args[0], values, 3)} % {term.args[1].value}"
    if term.is_op("+", "*") and any(part.is_op("%") for part in term.walk()):
        left, right = (_text(part, values, 3) for part in term.args)
        return f"({left}) {term.value} ({right})"
    places = {name: ("var", at) for at, name in enumerate(values)}
    return shown(_tree(term, places), list(values.values()), level)


class _Fresh:
    """Names that are not in scope, each given once."""

    def __init__(self, sequent: Sequent) -> None:
        self._sequent = sequent

    def __call__(self, wish: str) -> str:
        name = self._sequent.fresh(wish)
        self._sequent = self._sequent.naming(name)
        return name


def _divided(kind: str, name: str, modulus: int, q: str, r: str, hr: str, hq: str) -> list[str]:
    """Print the division of a variable with remainder."""
    claim = f"∃ ({q} : {kind}) ({r} : ℕ), {r} < {modulus} ∧ {name} = {modulus} * {q} + {r}"
    lines = [f"obtain ⟨{q}, {r}, {hr}, {hq}⟩ : {claim} :="]
    if kind == "ℕ":
        proofs = "Nat.mod_lt _ (by decide), (Nat.div_add_mod _ _).symm"
        return [*lines, f"  ⟨{name} / {modulus}, {name} % {modulus}, {proofs}⟩"]
    natural = f"(Int.emod_nonneg {name} (by decide))"
    less = f"(Int.toNat_lt {natural}).2 (Int.emod_lt_of_pos {name} (by decide))"
    sum_ = f"by rw [Int.toNat_of_nonneg {natural}, Int.mul_ediv_add_emod]"
    return [*lines, f"  ⟨{name} / {modulus}, ({name} % {modulus}).toNat, {less}, {sum_}⟩"]


def _nonlinear(term: Term) -> Iterator[Term]:
    """Yield what is an unknown of its own for linear arithmetic."""
    if (term.is_op("*") and all(number(side) is None for side in term.args)) or (
        term.is_op("^") and number(term.args[0]) is None
    ):
        yield term
    else:
        for part in term.args:
            yield from _nonlinear(part)


def _multiple(atom: Term, used: Sequence[str], quotients: Sequence[str], rests: Sequence[str], modulus: int) -> str:
    """Print `(atom - atom of the remainders) / m` as a polynomial."""
    count = len(used)
    ring = Ring(2 * count)
    whole = {name: add(mul(("num", modulus), ("var", at)), ("var", count + at)) for at, name in enumerate(used)}
    rest: dict[str, Tree] = {name: ("var", count + at) for at, name in enumerate(used)}
    difference = ring.polynomial(sub(_tree(atom, whole), _tree(atom, rest)))
    tree, scale = ring.tree(difference / ring.constant(modulus))
    if scale != 1:
        raise CannotRead("no multiple of the modulus")
    return shown(tree, [*quotients, *rests])


def _tree(term: Term, values: dict[str, Tree]) -> Tree:
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
