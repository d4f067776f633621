"""Functional equations and recursions: universal assumptions at small terms, then the other finders.

Terms are the arguments that the goal has, its variables, 0, 1 and -1, and what the equations produce from these. Two
arguments with the same polynomial are one: `f (x + 0)` is `f x`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product

from prover.policies.certificates.failures import CannotRead, TooLarge
from prover.policies.certificates.grammar import parse
from prover.policies.certificates.printing import spelled, substituted
from prover.policies.certificates.sequents import Assumption, Sequent, conjuncts
from prover.policies.certificates.terms import free_names

MAX_INSTANCES = 14

Prove = Callable[[Sequent, int], "str | None"]


def instance(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs that use instances of universal equations."""
    if effort > 1:
        return
    universal = [
        assumption
        for assumption in sequent.assumptions
        if assumption.claim.is_bind("∀") and assumption.claim.args[0].is_op(":")
    ]
    if not universal or sequent.target.is_bind("∃", "∀"):
        return
    terms = _terms(sequent)
    found: list[Assumption] = []
    for assumption in universal[:3]:
        found += _instances(assumption, terms, 9 if effort == 0 else MAX_INSTANCES)
    if not found:
        return
    lines: list[str] = []
    moved = sequent
    for entry in found[:MAX_INSTANCES]:
        name = moved.fresh("hi")
        lines.append(f"have {name} := {entry.proof}")
        moved = moved.naming(name).assuming(*conjuncts(Assumption(name, entry.claim)))
    try:
        proof = prove(moved, 0)
    except (CannotRead, TooLarge):
        return
    if proof is not None:
        # `linarith` and its like read the context; other proofs name what they use.
        reads = re.search(r"\b(n?linarith|omega|grind|simp_all)\b", proof)
        needed = [line for line in lines if reads or line.split()[1] in proof]
        yield "\n".join([*needed, proof])


def _terms(sequent: Sequent) -> list[str]:
    """Return the terms to instantiate with, most useful first."""
    seen: dict[str, None] = {}
    functions = {name for name, kind in sequent.types.items() if kind.is_op("→")}
    claims = [
        sequent.target,
        *(assumption.claim for assumption in sequent.assumptions if not assumption.claim.is_bind("∀")),
    ]
    for claim in claims:
        for inner in claim.walk():
            if inner.kind == "app" and inner.args[0].kind == "name" and inner.args[0].value in functions:
                for argument in inner.args[1:]:
                    if argument.text and not free_names(argument) - set(sequent.types):
                        seen[
                            argument.text if argument.kind in ("num", "name") else f"({argument.text.strip('()')})"
                        ] = None
    for name, kind in sequent.types.items():
        if kind.kind == "name" and kind.value in ("ℝ", "ℚ", "ℤ", "ℕ"):
            seen[name] = None
            if not functions:
                seen[f"({name} + 1)"] = None
            if kind.value != "ℕ":
                seen[f"(-{name})"] = None
                if not functions:
                    seen[f"({name} - 1)"] = None
    for text in ("0", "1"):
        seen[text] = None
    numerals = [int(text) for text in seen if text.isdigit()]
    for value in sorted({n - 1 for n in numerals if n > 0} | {n - 2 for n in numerals if n > 1}):
        seen[str(value)] = None
    for text in [literal for literal in seen if literal.isdigit() and int(literal) > 1][:1]:
        seen[f"(1 - {text})"] = None
    seen["(-1)"] = None
    return list(seen)


def _instances(assumption: Assumption, terms: list[str], limit: int) -> list[Assumption]:
    names: list[str] = []
    kinds: list[str] = []
    body = assumption.claim
    while body.is_bind("∀") and body.args[0].is_op(":"):
        names += body.names
        kinds += [body.args[0].args[0].value] * len(body.names)
        body = body.args[1]
    if not 1 <= len(names) <= 2 or body.is_bind("∀") or body.is_op("→", "↔"):
        return []
    usable = terms if len(names) == 1 else terms[:5]
    found: list[Assumption] = []
    for chosen in product(usable, repeat=len(names)):
        if any(kind == "ℕ" and "-" in text for kind, text in zip(kinds, chosen, strict=True)):
            continue
        try:
            values = {name: parse(text) for name, text in zip(names, chosen, strict=True)}
            claim = spelled(substituted(body, values))
        except CannotRead:
            continue
        found.append(Assumption(f"{assumption.proof} {' '.join(chosen)}", claim))
        if len(found) >= limit:
            break
    return found
