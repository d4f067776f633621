"""Goals about whole numbers of which rational or real equations are assumed: proved there, and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.reading.printing import show, spelled
from prover.policies.certificates.reading.proving import Prove, easily
from prover.policies.certificates.reading.sequents import Assumption, Sequent, relation
from prover.policies.certificates.reading.terms import Term, free_names


def lifted(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs of `n = 42` from what is said of `↑n`, where it follows in the field that it was cast to."""
    found = relation(sequent.target, sequent.types)
    if effort != 0 or found is None or found[3] not in ("ℕ", "ℤ") or found[0] not in ("=", "≤", "<", "≥", ">"):
        return
    symbol, left, right, kind = found
    said = [Assumption(a.proof, claim) for a in sequent.assumptions if (claim := _plain(a.claim)) != a.claim]
    names = {name for assumption in said for name in free_names(assumption.claim)} & set(sequent.types)
    if not free_names(sequent.target) & names or any(part.is_op("-", "/", "%") for part in sequent.target.walk()):
        return
    rational = Term("name", "ℚ", text="ℚ")
    types = {**sequent.types, **dict.fromkeys(names, rational)}
    inner = replace(sequent, types=types, assumptions=tuple(said), target=spelled(sequent.target))
    if easily(prove, inner) is None:
        return
    fields = [*(["ℝ"] if sequent.reals else ["ℚ"]), *(["ℤ"] if kind == "ℕ" else [])]
    claims = [f"({show(left, 0)} : {field}) {symbol} {show(right, 0)}" for field in fields]
    tries = [f"exact_mod_cast (by {tactic} : {claim})" for claim in claims for tactic in ("linarith", "nlinarith")]
    yield "\n".join(["first", *(f"  | {line}" for line in tries)])


def _plain(term: Term) -> Term:
    """Return a term with variables in place of their casts."""
    if term.is_op("↑") and term.args[0].kind == "name":
        return term.args[0]
    if term.is_op("type") and term.args[0].is_op("↑"):
        return _plain(term.args[0])
    args = tuple(_plain(part) for part in term.args)
    return term if args == term.args else spelled(Term(term.kind, term.value, args, term.names))
