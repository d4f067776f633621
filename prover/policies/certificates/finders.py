"""The finders by name, in the order in which they are asked, and what is asked at which effort."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from prover.policies.certificates.equations.additive import additive
from prover.policies.certificates.equations.casts import assumed_of_casts, cast_up
from prover.policies.certificates.equations.components import components
from prover.policies.certificates.equations.cycles import cycle
from prover.policies.certificates.equations.definite import definite
from prover.policies.certificates.equations.exponents import common_exponent
from prover.policies.certificates.equations.ideals import equation
from prover.policies.certificates.equations.instances import attained, guarded, instance
from prover.policies.certificates.equations.norm_forms import norm_form
from prover.policies.certificates.inequalities.apart import apart, factorwise
from prover.policies.certificates.inequalities.discriminants import discriminants
from prover.policies.certificates.inequalities.factors import factors
from prover.policies.certificates.inequalities.generalized import generalized
from prover.policies.certificates.inequalities.inequality import contradiction, inequality
from prover.policies.certificates.inequalities.injective import injective
from prover.policies.certificates.inequalities.orderings import floor, ordering
from prover.policies.certificates.inequalities.real_norms import real_norm
from prover.policies.certificates.inequalities.squares import squares
from prover.policies.certificates.inequalities.termwise import termwise
from prover.policies.certificates.integers.binomials import binomials
from prover.policies.certificates.integers.bounded import bounded
from prover.policies.certificates.integers.coins import coins
from prover.policies.certificates.integers.computed import computed
from prover.policies.certificates.integers.congruent import congruent
from prover.policies.certificates.integers.coprime_polynomials import coprime_polynomials
from prover.policies.certificates.integers.digit_sums import digit_sums
from prover.policies.certificates.integers.dividing import dividing
from prover.policies.certificates.integers.divisors import common, coprime, known_divisor, prime
from prover.policies.certificates.integers.lifted import lifted
from prover.policies.certificates.integers.naturals import natural
from prover.policies.certificates.integers.power_differences import power_difference
from prover.policies.certificates.integers.primes import primes
from prover.policies.certificates.integers.remainders import remainders
from prover.policies.certificates.integers.residues import residue
from prover.policies.certificates.logic.alternatives import alternatives
from prover.policies.certificates.logic.branches import branches
from prover.policies.certificates.logic.enumerated import enumerated
from prover.policies.certificates.logic.equational import equational
from prover.policies.certificates.logic.existences import existences
from prover.policies.certificates.logic.extremum import extremum
from prover.policies.certificates.logic.functions import function
from prover.policies.certificates.logic.images import image_values
from prover.policies.certificates.logic.logic import equivalence, logic
from prover.policies.certificates.logic.mappings import mapping
from prover.policies.certificates.logic.memberships import memberships
from prover.policies.certificates.logic.quadratic_witnesses import quadratic_witness
from prover.policies.certificates.logic.set_algebra import set_algebra
from prover.policies.certificates.logic.sizes import sizes
from prover.policies.certificates.logic.witnesses import witness
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.printing import block, spelled, substituted
from prover.policies.certificates.reading.sequents import (
    FALSE,
    Assumption,
    Sequent,
    conjuncts,
    interval,
    introduced,
    is_proposition,
    read_goal,
    relation,
)
from prover.policies.certificates.reading.terms import Term
from prover.policies.certificates.reals.archimedean import archimedean
from prover.policies.certificates.reals.closed_values import closed_values
from prover.policies.certificates.reals.density import density
from prover.policies.certificates.reals.exponentials import exponential
from prover.policies.certificates.reals.exponentiated import exponentiated
from prover.policies.certificates.reals.floors import floors
from prover.policies.certificates.reals.irrationals import irrational
from prover.policies.certificates.reals.natural_exponents import natural_exponents
from prover.policies.certificates.reals.rational_powers import rational_powers
from prover.policies.certificates.reals.root_sums import root_sums
from prover.policies.certificates.reals.trigonometric_signs import trigonometric_sign
from prover.policies.certificates.sequences.closed_sums import closed_sums
from prover.policies.certificates.sequences.induction import induction
from prover.policies.certificates.sequences.limits import limits
from prover.policies.certificates.sequences.periodic import periodic
from prover.policies.certificates.sequences.recursions import lists, recursion, sequences
from prover.policies.certificates.sequences.shifted import shifted
from prover.policies.certificates.sequences.steps import steps
from prover.states import Goal

Finder = Callable[[Sequent, int], Iterator[str]]
"""Takes a goal without quantifiers in front and an effort from 0 on; yields whole proofs of it, most likely first."""

SLOW = ("ordering", "generalized", "apart", "instance", "squares", "exponentiated", "cycle")
"""Finders that are asked only where no other has found anything."""
MOST = 4
"""Proofs that are taken of one finder."""
_DEEPEST = 6
"""Connectives and quantifiers that are taken off one after the other."""
POLYNOMIAL = (
    *("definite", "equation", "common_exponent", "factors", "termwise", "factorwise", "inequality", "contradiction"),
    *("exponential", "ordering", "generalized", "apart", "squares"),
)
"""Finders that are told what the assumptions about whole numbers say of their casts to the real numbers."""
_CONTEXT = re.compile(r"\b(?:n?linarith|grind)\b")
"""Tactics that use what is in scope without its name."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A tactic block that is meant to close a goal, and the finder it comes from."""

    finder: str
    tactic: str


NESTED = ("equation", "inequality", "natural")
"""What finders ask that reduce a goal to another one."""
WIDER = (*NESTED, "witness", "residue", "exponential", "alternatives", "squares", "guarded", "instance",
         "quadratic_witness")  # fmt: skip
"""What those ask whose goals are no longer about the same thing."""


def proved(sequent: Sequent, effort: int, only: Collection[str] = NESTED) -> str | None:
    """Return a proof of a goal that another finder made of its own, or None."""
    try:
        intro, inner = introduced(sequent)
    except CannotRead:
        return None
    for name, text in _of(inner, effort, 2, only):
        if name:
            return f"{intro}\n{text}" if intro else text
    return None


def proved_widely(sequent: Sequent, effort: int) -> str | None:
    """Return a proof of a goal that was unfolded, by more of the finders, or None."""
    return proved(sequent, effort, WIDER)


def proved_in_parts(sequent: Sequent, effort: int) -> str | None:
    """Return a proof of a part of a comparison, which may be taken apart again, or None."""
    return proved(sequent, effort, (*WIDER, "factorwise", "apart"))


def proved_as_step(sequent: Sequent, effort: int) -> str | None:
    """Return a proof of the step of an induction, where what holds for all numbers was used already, or None."""
    return proved(sequent, effort, (*NESTED, "residue", "exponential", "alternatives", "squares"))


def proved_as_sequence(sequent: Sequent, effort: int) -> str | None:
    """Return a proof of a goal about a sequence that was given another first index, or None."""
    return proved(sequent, effort, (*WIDER, "steps", "recursion", "sequences", "periodic"))


FINDERS: dict[str, Finder] = {
    "steps": lambda sequent, effort: steps(sequent, effort, proved_as_step),
    "additive": additive,
    "recursion": recursion,
    "sequences": sequences,
    "lists": lists,
    "shifted": lambda sequent, effort: shifted(sequent, effort, proved_as_sequence),
    "periodic": periodic,
    "definite": lambda sequent, effort: definite(sequent, effort, proved),
    "equation": equation,
    "common_exponent": lambda sequent, effort: common_exponent(sequent, effort, proved),
    "factors": lambda sequent, effort: factors(sequent, effort, proved),
    "termwise": lambda sequent, effort: termwise(sequent, effort, proved_in_parts),
    "factorwise": lambda sequent, effort: factorwise(sequent, effort, proved_in_parts),
    "inequality": inequality,
    "contradiction": contradiction,
    "exponential": lambda sequent, effort: exponential(sequent, effort, proved),
    "irrational": lambda sequent, effort: irrational(sequent, effort, proved),
    "root_sums": root_sums,
    "trigonometric_sign": trigonometric_sign,
    "rational_powers": rational_powers,
    "natural_exponents": lambda sequent, effort: natural_exponents(sequent, effort, proved),
    "archimedean": archimedean,
    "density": density,
    "components": components,
    "mapping": lambda sequent, effort: mapping(sequent, effort, proved_widely),
    "ordering": lambda sequent, effort: ordering(sequent, effort, proved),
    "floor": lambda sequent, effort: floor(sequent, effort, proved),
    "floors": lambda sequent, effort: floors(sequent, effort, proved),
    "generalized": lambda sequent, effort: generalized(sequent, effort, proved_in_parts),
    "apart": lambda sequent, effort: apart(sequent, effort, proved_in_parts),
    "enumerated": lambda sequent, effort: enumerated(sequent, effort, proved),
    "sizes": lambda sequent, effort: sizes(sequent, effort, proved),
    "extremum": lambda sequent, effort: extremum(sequent, effort, proved_in_parts),
    "natural": natural,
    "binomials": lambda sequent, effort: binomials(sequent, effort, proved_widely),
    "computed": computed,
    "closed_values": closed_values,
    "bounded": bounded,
    "remainders": remainders,
    "residue": residue,
    "dividing": lambda sequent, effort: dividing(sequent, effort, proved),
    "power_difference": power_difference,
    "coprime": coprime,
    "coprime_polynomials": coprime_polynomials,
    "common": common,
    "known_divisor": known_divisor,
    "lifted": lambda sequent, effort: lifted(sequent, effort, proved),
    "prime": prime,
    "primes": primes,
    "induction": induction,
    "closed_sums": lambda sequent, effort: closed_sums(sequent, effort, proved_widely),
    "norm_form": norm_form,
    "coins": coins,
    "injective": lambda sequent, effort: injective(sequent, effort, proved_widely),
    "witness": lambda sequent, effort: witness(sequent, effort, proved_widely if effort else proved),
    "quadratic_witness": lambda sequent, effort: quadratic_witness(sequent, effort, proved),
    "function": function,
    "branches": branches,
    "logic": logic,
    "equational": equational,
    "existences": existences,
    "memberships": lambda sequent, effort: memberships(sequent, effort, proved_widely),
    "image_values": lambda sequent, effort: image_values(sequent, effort, proved_widely),
    "alternatives": lambda sequent, effort: alternatives(sequent, effort, proved_widely),
    "discriminants": lambda sequent, effort: discriminants(sequent, effort, proved),
    "set_algebra": set_algebra,
    "congruent": congruent,
    "digit_sums": digit_sums,
    "limits": lambda sequent, effort: limits(sequent, effort, proved_widely),
    "real_norm": lambda sequent, effort: real_norm(sequent, effort, proved_in_parts),
    "cycle": lambda sequent, effort: cycle(sequent, effort, proved),
    "squares": lambda sequent, effort: squares(sequent, effort, proved),
    "exponentiated": lambda sequent, effort: exponentiated(sequent, effort, proved),
    "cast_up": lambda sequent, effort: cast_up(sequent, effort, proved_widely),
    "attained": lambda sequent, effort: attained(sequent, effort, proved),
    "guarded": lambda sequent, effort: guarded(sequent, effort, proved),
    "instance": lambda sequent, effort: instance(sequent, effort, proved),
}


def leave_out(name: str) -> None:
    """Ask a finder no more, for as long as this process lives."""
    FINDERS.pop(name, None)


def certificates(goal: Goal, effort: int, only: Collection[str] = ()) -> list[Certificate]:
    """Return proofs of a goal, found at exactly this effort, by all finders or some. What cannot be read has none."""
    try:
        intro, sequent = introduced(read_goal(goal))
    except (CannotRead, RecursionError):
        return []
    found: dict[str, Certificate] = {}
    try:
        for name, text in _of(sequent, effort, 0, only):
            tactic = f"{intro}\n{text}" if intro else text
            found.setdefault(tactic, Certificate(name, tactic))
    except (CannotRead, TooLarge, RecursionError):
        pass  # what was found before is kept
    return list(found.values())


def _of(sequent: Sequent, effort: int, depth: int, only: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield what finders prove, taking conjunctions and equivalences apart."""
    target = sequent.target
    readable = target.is_op("∧") or (target.is_op("↔") and all(is_proposition(side) for side in target.args))
    if depth < _DEEPEST and readable:
        left, right = target.args
        parts = [left, right] if target.value == "∧" else [_arrow(left, right), _arrow(right, left)]
        proofs: list[str] = []
        for part in parts:
            try:
                intro, inner = introduced(replace(sequent, target=part))
            except CannotRead:
                return
            best = next(iter(_anyhow(inner, effort, depth + 1, only)), None)
            if best is None:
                if not only:
                    yield from (("steps", text) for text in steps(sequent, effort, proved_as_step))
                if target.value == "↔" and (not only or "logic" in only):
                    yield from (("logic", text) for text in equivalence(sequent, effort))
                return
            proofs.append(f"{intro}\n{best[1]}" if intro else best[1])
        yield "conjunction", "\n".join(["refine ⟨?_, ?_⟩", *(block("· ", proof) for proof in proofs)])
        return
    inside = interval(target)
    if depth < _DEEPEST and inside is not None and len(inside) == 2:
        claim = Term("op", "∧", (inside[0][1], inside[1][1]))
        for name, text in _of(replace(sequent, target=claim), effort, depth + 1, only):
            yield name, f"change _ ∧ _\n{text}"
        return
    if depth < _DEEPEST and (pairs := _of_pairs(target)) is not None:
        for name, text in _of(replace(sequent, target=pairs), effort, depth + 1, only):
            yield name, f"simp only [Prod.mk.injEq]\n{text}"
        return
    if depth < _DEEPEST and (split := _cases(sequent, effort, depth, only)) is not None:
        yield "cases", split
        return
    if depth < _DEEPEST and not _is_property(target) and (opened := _opened(sequent)) is not None:
        tactic, inner = opened
        while (more := _opened(inner)) is not None:
            tactic, inner = f"{tactic}\n{more[0]}", more[1]
        if depth == 0 and effort == 0 and inner.names - sequent.names - set(inner.types):
            yield "opened", tactic  # Lean knows the types of what is new; the next goal shows them
        yield from ((name, f"{tactic}\n{text}") for name, text in _of(inner, effort, depth + 1, only))
        return
    found: set[str] = set()
    lines, wider = assumed_of_casts(sequent)
    for name, finder in FINDERS.items():
        if (only and name not in only) or (found and name in SLOW) or (name == "inequality" and "factorwise" in found):
            continue
        try:
            for count, text in enumerate(finder(wider if name in POLYNOMIAL else sequent, effort)):
                found.add(name)
                yield name, _with_used(lines, text) if name in POLYNOMIAL else text
                if count + 1 >= MOST:
                    break
        except (CannotRead, TooLarge, RecursionError):
            continue


def _with_used(lines: Sequence[str], text: str) -> str:
    """Return a proof after those lines `have NAME …` that it uses."""
    used = [line for line in lines if re.search(rf"\b{line.split()[1]}\b", text) or _CONTEXT.search(text)]
    return "\n".join([*used, text])


def _anyhow(sequent: Sequent, effort: int, depth: int, only: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield proofs of a part of a goal at any effort up to this one."""
    for lower in range(effort + 1):
        yield from _of(sequent, lower, depth, only)


def _cases(sequent: Sequent, effort: int, depth: int, only: Collection[str]) -> str | None:
    """Prove a goal in each case of an assumed alternative."""
    at = next((i for i, assumption in enumerate(sequent.assumptions) if assumption.claim.is_op("∨")), None)
    if at is None:
        return None
    assumption = sequent.assumptions[at]
    others = (*sequent.assumptions[:at], *sequent.assumptions[at + 1 :])
    name = sequent.fresh("hc")
    lines = [f"rcases {assumption.proof} with {name} | {name}"]
    for side in assumption.claim.args:
        known = (*others, *conjuncts(Assumption(name, side)))
        inner = replace(sequent.naming(name), assumptions=known)
        best = next(iter(_anyhow(inner, effort, depth + 1, only)), None)
        if best is None:
            return None
        lines.append(block("· ", best[1]))
    return "\n".join(lines)


def _of_pairs(target: Term) -> Term | None:
    """Return what an equation between tuples says of their parts."""
    if not target.is_op("=") or any(side.kind != "list" or side.value != "(" for side in target.args):
        return None
    left, right = (side.args for side in target.args)
    if len(left) != len(right) or len(left) < 2:
        return None
    claims = [Term("op", "=", pair) for pair in zip(left, right, strict=True)]
    whole = claims.pop()
    while claims:
        whole = Term("op", "∧", (claims.pop(), whole))
    return spelled(whole)


def _is_property(target: Term) -> bool:
    """Whether a goal denies that a function has a property, which `mapping` takes as it is."""
    inner = target.args[0] if target.is_op("¬") else None
    return inner is not None and inner.kind == "app" and inner.args[0].value.startswith("Function.")


def _opened(sequent: Sequent) -> tuple[str, Sequent] | None:
    """Return what follows when an assumed existence has its witness, or a negation is assumed not to hold."""
    target = sequent.target
    if target.is_op("¬") and relation(target, sequent.types) is None and is_proposition(target.args[0]):
        name = sequent.fresh("h")
        known = conjuncts(Assumption(name, target.args[0]))
        return f"intro {name}", replace(sequent.naming(name).assuming(*known), target=FALSE)
    at = next((i for i, assumption in enumerate(sequent.assumptions) if assumption.claim.is_bind("∃")), None)
    if at is None:
        return None
    assumption = sequent.assumptions[at]
    bound, body = assumption.claim.args
    rest = replace(sequent, assumptions=(*sequent.assumptions[:at], *sequent.assumptions[at + 1 :]))
    fresh = {name: sequent.fresh(name) for name in assumption.claim.names}
    names = {old: Term("name", new, text=new) for old, new in fresh.items()}
    claim = Term("op", "→", (spelled(substituted(body, names)), sequent.target))
    if not is_proposition(claim.args[0]):
        return None
    intro, inner = introduced(replace(rest, target=Term("bind", "∀", (bound, claim), tuple(fresh.values()))))
    return f"obtain ⟨{', '.join(intro.split()[1:])}⟩ := {assumption.proof}", inner


def _arrow(left: Term, right: Term) -> Term:
    if not is_proposition(left):
        raise CannotRead("an equivalence of what is not understood")
    return Term("op", "→", (left, right))
