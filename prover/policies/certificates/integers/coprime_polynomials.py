"""Numbers that are coprime for every value of their variables: `u * x + v * y = 1` with polynomials `u` and `v`.

Factorials are taken down to the smallest one, so that `n! + 1` and `(n + 1)! + 1` are polynomials in `n` and `n!`.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.clearing import Clearing
from prover.policies.certificates.algebra.cofactors import System, find_cofactors
from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.facts import Equation
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import Ring, degree, printed
from prover.policies.certificates.integers.divisors import coprime_pair
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.printing import show, spelled, substituted
from prover.policies.certificates.reading.sequents import Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term, free_names, number

_MOST_DEGREE = 4
_ONE = Term("num", "1", text="1")


def coprime_polynomials(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof that two numbers are coprime by a combination with polynomials that is 1."""
    pair = coprime_pair(sequent.target)
    if effort != 0 or pair is None:
        return
    lines: list[str] = []
    for name in sorted(_under_factorials(pair) & _positive(sequent)):
        before = sequent.fresh("m")
        sequent = sequent.naming(before)
        lines.append(f"obtain ⟨{before}, rfl⟩ : ∃ {before}, {name} = {before} + 1 := ⟨{name} - 1, by omega⟩")
        following = Term("op", "+", (Term("name", before, text=before), _ONE), text=f"({before} + 1)")
        first, second = (spelled(substituted(term, {name: following})) for term in pair)
        pair = first, second
    try:
        found = _combination(sequent, pair)
    except (CannotRead, TooLarge):
        return
    if found is not None:
        yield "\n".join([*lines, *_proof(sequent, pair, *found)])


def _under_factorials(pair: tuple[Term, Term]) -> set[str]:
    return {name for term in pair for part in term.walk() if part.is_op("!") for name in free_names(part)}


def _positive(sequent: Sequent) -> set[str]:
    """Return the variables that are assumed to be at least 1."""
    found = set()
    for assumption in sequent.assumptions:
        said = relation(assumption.claim, sequent.types)
        if said is not None and said[0] in ("<", "≤", ">", "≥"):
            symbol, low, high = ascending(*said[:3])
            if high.kind == "name" and (number(low) or 0) + (symbol == "<") >= 1:
                found.add(high.value)
    return found


def _combination(sequent: Sequent, pair: tuple[Term, Term]) -> tuple[str, str] | None:
    """Return `u` and `v` as integers of Lean."""
    moved = Sequent({}, (), sequent.target, sequent.names)
    encoder = Encoder(moved, "ℤ", Signs(moved, "ℤ"))
    trees = [encoder.encode(_lowered(term)) for term in pair]
    ring = Ring(len(encoder.atoms))
    polynomials = [ring.polynomial(tree) for tree in trees]
    nothing = Equation(("num", 0), ("num", 0), "")
    system = System(encoder, ring, Clearing(encoder, ring), [(nothing, ("num", 1), p) for p in polynomials])
    for degrees in range(max(map(degree, polynomials)), _MOST_DEGREE + 1):
        found = find_cofactors(system, ring.one, degrees)
        if found is not None and all(_whole(factor) for factor in found[0]):
            atoms = [f"({atom.removesuffix(' : ℤ)').removeprefix('(')} : ℤ)" for atom in encoder.atoms]
            first, second = (printed(ring.tree(factor)[0], atoms) for factor in found[0])
            return first, second
    return None


def _whole(polynomial: fmpq_mpoly) -> bool:
    return all(int(c.q) == 1 for c in polynomial.coeffs())


def _lowered(term: Term) -> Term:
    """Return a term with `(n + 1)!` as `(n + 1) * n!`."""
    args = tuple(_lowered(part) for part in term.args)
    if term.is_op("!") and args[0].is_op("+") and (number(args[0].args[1]) or 0) >= 1:
        base, shift = args[0].args
        rest = int(number(shift) or 0) - 1
        under = base if rest == 0 else Term("op", "+", (base, Term("num", str(rest), text=str(rest))))
        return Term("op", "*", (args[0], _lowered(spelled(Term("op", "!", (under,))))))
    return term if args == term.args else Term(term.kind, term.value, args, term.names)


def _proof(sequent: Sequent, pair: tuple[Term, Term], u: str, v: str) -> list[str]:
    x, y = (show(term) for term in pair)
    d, a, b, left, right = (sequent.fresh(wish) for wish in ("d", "a", "b", "hx", "hy"))
    moved = f"at {left} {right}"
    return [
        f"change Nat.gcd {x} {y} = 1",
        f"obtain ⟨{a}, {left}⟩ := Nat.gcd_dvd_left {x} {y}",
        f"obtain ⟨{b}, {right}⟩ := Nat.gcd_dvd_right {x} {y}",
        f"generalize Nat.gcd {x} {y} = {d} {moved} ⊢",
        f"replace {left} := congrArg (Nat.cast : ℕ → ℤ) {left}",
        f"replace {right} := congrArg (Nat.cast : ℕ → ℤ) {right}",
        *([f"try simp only [Nat.factorial_succ] {moved}"] if _under_factorials(pair) else []),
        f"push_cast {moved}",
        f"refine Nat.dvd_one.1 (Int.natCast_dvd_natCast.1 ⟨({u}) * {a} + ({v}) * {b}, ?_⟩)",
        f"push_cast\nlinear_combination ({u}) * {left} + ({v}) * {right}",
    ]
