"""Binomial coefficients: those that are the same by symmetry, and those that are polynomials."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import comb

from prover.policies.certificates.integers.quotients import quotients
from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import Term, number

_FORMS = {2: "Certificate.choose_two", 3: "Certificate.choose_three"}
"""Lemmas that say which polynomials coefficients are, without a subtraction."""


def binomials(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof by `choose n k = choose n (n - k)` in one row, or by what coefficients are for small `k`."""
    if effort == 0:
        yield from _symmetric(sequent)
        yield from _polynomial(sequent, prove)
        yield from _row(sequent)


def _polynomial(sequent: Sequent, prove: Prove) -> Iterator[str]:
    """Yield a proof in which `choose n 2` and `choose n 3` are polynomials in `n`."""
    pairs = dict.fromkeys(pair for part in sequent.target.walk() if (pair := _coefficient(part)) is not None)
    wanted = [(row, at) for row, place in pairs if (at := number(place)) in _FORMS]
    if not wanted or len(wanted) < len(pairs):
        return
    lines = [
        f"have {sequent.fresh(f'hv{place}')} := {_FORMS[at]} {show(row)}" for place, (row, at) in enumerate(wanted)
    ]
    yield from ("\n".join([*lines, *more]) for more in _without_subtraction(sequent))
    yield "\n".join([*lines, *quotients(sequent, prove), "first | grind | nlinarith"])


def _without_subtraction(sequent: Sequent) -> Iterator[list[str]]:
    """Yield the proof where numerals are subtracted from one variable: small values, and others above the numerals."""
    taken = {
        (part.args[0].value, int(number(part.args[1]) or 0))
        for part in sequent.target.walk()
        if part.is_op("-") and part.args[0].kind == "name" and 0 < (number(part.args[1]) or 0) < 4
    }
    if len({name for name, _ in taken}) != 1:
        return
    name, most = max(taken)
    case, before = sequent.fresh("hc"), sequent.fresh("m")
    rest = [(c, f"{before} + {most - c}" if c < most else before) for _, c in sorted(taken)]
    yield [
        f"rcases Nat.lt_or_ge {name} {most} with {case} | {case}",
        f"· interval_cases {name} <;> simp [Nat.choose]",
        f"obtain ⟨{before}, rfl⟩ := Nat.exists_eq_add_of_le' {case}",
        f"simp only [{', '.join(f'show {before} + {most} - {c} = {value} from rfl' for c, value in rest)}]",
        "linarith",
    ]


def _row(sequent: Sequent) -> Iterator[str]:
    """Yield the proof that a coefficient of a known column is in one row: others are smaller or larger."""
    found = relation(sequent.target, sequent.types)
    if found is None or found[0] != "=" or found[1].kind != "name" or (row := number(found[2])) is None:
        return
    for assumption in sequent.assumptions:
        known = relation(assumption.claim, sequent.types)
        pair = _coefficient(known[1]) if known is not None and known[0] == "=" else None
        column = number(pair[1]) if pair is not None else None
        if known is None or pair is None or pair[0] != found[1] or column is None or number(known[2]) is None:
            continue
        n, m, k = found[1].value, int(row), int(column)
        if comb(m, k) != number(known[2]) or comb(m + 1, k) == comb(m, k) or m == 0:
            continue
        low, high, case = (sequent.fresh(wish) for wish in ("hl", "hu", "hc"))
        yield (
            f"refine Nat.le_antisymm (Nat.le_of_not_lt fun {case} => ?_) (Nat.le_of_not_lt fun {case} => ?_)\n"
            f"· have {high} := Nat.choose_le_choose {k} (show {m + 1} ≤ {n} from {case})\n"
            f"  rw [(by decide : Nat.choose {m + 1} {k} = {comb(m + 1, k)}), {assumption.proof}] at {high}\n  omega\n"
            f"· have {low} := Nat.choose_le_choose {k} (show {n} ≤ {m - 1} by omega)\n"
            f"  rw [(by decide : Nat.choose {m - 1} {k} = {comb(m - 1, k)}), {assumption.proof}] at {low}\n  omega"
        )
        return


def _symmetric(sequent: Sequent) -> Iterator[str]:
    found = dict.fromkeys(pair for part in sequent.target.walk() if (pair := _coefficient(part)) is not None)
    for (row, first), (other, second) in combinations(found, 2):
        if row != other:
            continue
        n, a, b, name = show(row), show(first), show(second), sequent.fresh("hc")
        yield (
            f"have {name} : Nat.choose {n} {a} = Nat.choose {n} {b} := by\n"
            f"  have e : {n} - {b} = {a} := by omega\n  rw [← Nat.choose_symm (show {b} ≤ {n} by omega), e]\n"
            f"first | exact {name} | rw [{name}] | (rw [{name}]; ring) | omega | grind"
        )


def _coefficient(part: Term) -> tuple[Term, Term] | None:
    """Return `n` and `k` of `Nat.choose n k`, also written `n.choose k`."""
    if part.kind != "app":
        return None
    head = part.args[0]
    if len(part.args) == 3 and head.value in ("Nat.choose", "choose"):
        return part.args[1], part.args[2]
    if len(part.args) == 2 and head.kind == "op" and head.value == ".choose":
        return head.args[0], part.args[1]
    if len(part.args) == 2 and head.kind == "name" and head.value.endswith(".choose"):
        base = head.value.removesuffix(".choose")
        return Term("name", base, text=base), part.args[1]
    return None
