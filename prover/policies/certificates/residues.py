"""Divisibility and residues of polynomials: a modulus that decides, found by trying all residues outside.

A composite modulus is taken prime power by prime power, so that Lean checks few cases each. For `p ≠ q` the smallest
modulus is looked for under which no residues fit together with what is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from prover.policies.certificates.evaluation import evaluate
from prover.policies.certificates.failures import CannotRead
from prover.policies.certificates.printing import show
from prover.policies.certificates.sequents import Sequent, relation
from prover.policies.certificates.terms import Term, free_names, number

MAX_CASES = 150
MODULI = (2, 3, 4, 5, 7, 8, 9, 11, 13, 16)
_RULES = {
    "ℤ": "Int.pow_succ, Int.mul_emod, Int.add_emod, Int.sub_emod",
    "ℕ": "Nat.pow_succ, Nat.mul_mod, Nat.add_mod",
}


def residue(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield case splits by residues."""
    if effort != 0:
        return
    target = sequent.target
    if any(part.is_op("^") and number(part.args[1]) is None for part in target.walk()):
        return  # a variable exponent is no matter of residues
    if target.is_op("∣") and (modulus := number(target.args[0])) is not None and modulus > 1:
        yield from _divides(sequent, modulus, target.args[1])
        return
    moduli = [m for part in target.walk() if part.is_op("%") and (m := number(part.args[1])) is not None and m > 1]
    if moduli and all(m == moduli[0] for m in moduli):
        for kind, names in _variables(sequent, target):
            if moduli[0] ** len(names) <= MAX_CASES:
                yield _cases(sequent, names, kind, moduli[0])
        return
    found = relation(target, sequent.types)
    if found is not None and found[0] == "≠" and found[3] in ("ℤ", "ℕ"):
        yield from _different(sequent, found[1], found[2], str(found[3]))


def _variables(sequent: Sequent, *terms: Term) -> Iterator[tuple[str, list[str]]]:
    for kind in ("ℤ", "ℕ"):
        names = [
            name
            for name, type_ in sequent.types.items()
            if type_.kind == "name" and type_.value == kind and any(name in free_names(term) for term in terms)
        ]
        if names and len(names) <= 3:
            yield kind, names


def _prime_powers(modulus: int) -> list[int]:
    found = []
    p = 2
    while modulus > 1:
        power = 1
        while modulus % p == 0:
            power, modulus = power * p, modulus // p
        if power > 1:
            found.append(power)
        p += 1
        if p > 1_000:
            return [*found, modulus]
    return found


def _divides(sequent: Sequent, modulus: int, term: Term) -> Iterator[str]:
    parts = _prime_powers(modulus)
    for kind, names in _variables(sequent, term):
        if any(part ** len(names) > MAX_CASES for part in parts):
            continue
        lines = []
        try:
            shown = show(term)
        except CannotRead:
            return
        for at, part in enumerate(parts):
            name = sequent.fresh(f"hd{at}")
            body = _cases(sequent, names, kind, part, f"({shown}) % {part} = 0").replace("\n", "\n  ")
            lines.append(f"have {name} : ({shown} : {kind}) % {part} = 0 := by\n  {body}")
        yield "\n".join([*lines, "omega"])


def _cases(sequent: Sequent, names: list[str], kind: str, modulus: int, goal: str = "") -> str:
    lines = []
    hypotheses = []
    for at, name in enumerate(names):
        hypothesis = sequent.fresh(f"hm{at}")
        hypotheses.append(hypothesis)
        options = " ∨ ".join(f"{name} % {modulus} = {r}" for r in range(modulus))
        lines.append(f"have {hypothesis} : {options} := by omega")
    splits = " <;> ".join(f"rcases {hypothesis} with {' | '.join([hypothesis] * modulus)}" for hypothesis in hypotheses)
    used = ", ".join(hypotheses)
    return "\n".join([*lines, f"{splits} <;> simp [{_RULES[kind]}, {used}]"])


def _different(sequent: Sequent, left: Term, right: Term, kind: str) -> Iterator[str]:
    for kind_, names in _variables(sequent, left, right):
        if kind_ != kind:
            continue
        for modulus in MODULI:
            if modulus ** len(names) > MAX_CASES:
                continue
            try:
                clash = all(
                    (evaluate(left, dict(zip(names, values, strict=True)), "ℤ")
                     - evaluate(right, dict(zip(names, values, strict=True)), "ℤ")) % modulus
                    for values in product(range(modulus), repeat=len(names))
                )  # fmt: skip
            except CannotRead:
                return
            if clash:
                assumed, both = sequent.fresh("he"), sequent.fresh("hb")
                lines = [f"intro {assumed}", f"have {both} := congrArg (· % {modulus}) {assumed}"]
                hypotheses = []
                for at, name in enumerate(names):
                    hypothesis = sequent.fresh(f"hm{at}")
                    hypotheses.append(hypothesis)
                    options = " ∨ ".join(f"{name} % {modulus} = {r}" for r in range(modulus))
                    lines.append(f"have {hypothesis} : {options} := by omega")
                splits = " <;> ".join(
                    f"rcases {hypothesis} with {' | '.join([hypothesis] * modulus)}" for hypothesis in hypotheses
                )
                lines.append(f"{splits} <;> simp [{_RULES[kind]}, {', '.join(hypotheses)}] at {both}")
                yield "\n".join(lines)
                return
