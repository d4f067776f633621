"""Functional equations and recursions: universal assumptions at small terms, then the other finders.

Terms are the arguments that the goal has, its variables, 0, 1 and -1, and what the equations produce from these. Two
arguments with the same polynomial are one: `f (x + 0)` is `f x`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, product

from prover.policies.certificates.reading.evaluation import evaluate
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.printing import block, show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove, easily
from prover.policies.certificates.reading.sequents import FALSE, Assumption, Sequent, conjuncts, relation
from prover.policies.certificates.reading.terms import Term, free_names

MAX_INSTANCES = 14


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
        found += _instances(assumption, terms, 9 if effort == 0 else MAX_INSTANCES, sequent.types)
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


def guarded(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof by contradiction from what holds for all numbers of some sign or order."""
    denied = _denied(sequent) if effort == 0 else None
    if denied is None:
        return
    lines, moved, terms, kind = denied
    for line, inner in _behind_guards(moved, terms, kind, prove):
        if (rest := _proved(prove, inner)) is not None:
            yield "\n".join([*lines, line, rest])
            return


def attained(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof that an unknown has a value, from what holds for all numbers with a property that the value has.

    So a least number of a set is found: it is at most the value, and what is known of it does the rest.
    """
    found = relation(sequent.target, sequent.types)
    if effort != 0 or found is None or found[0] != "=" or found[3] not in ("ℝ", "ℚ", "ℤ", "ℕ"):
        return
    unknown = [side for side in found[1:3] if side.kind == "name" and side.value in sequent.types]
    values = [show(side) for side in found[1:3] if side not in unknown]
    if len(unknown) != 1:
        return
    for line, inner in _behind_guards(sequent, values, found[3], prove):
        rest = _proved(prove, inner)
        if rest is not None or found[3] in ("ℕ", "ℤ"):
            yield f"{line}\n{rest or 'omega'}"
            return


def _proved(prove: Prove, sequent: Sequent) -> str | None:
    """Return a proof, of an equation also from both sides."""
    try:
        if (proof := prove(sequent, 0)) is not None or not sequent.target.is_op("="):
            return proof
        left, right = sequent.target.args
        sides = (replace(sequent, target=Term("op", "≤", pair)) for pair in ((left, right), (right, left)))
        both = [easily(prove, side) for side in sides]
    except (CannotRead, TooLarge):
        return None
    if any(proof is None for proof in both):
        return None
    return "\n".join(["refine le_antisymm ?_ ?_", *(block("· ", proof) for proof in both if proof)])


def _behind_guards(sequent: Sequent, terms: list[str], kind: str, prove: Prove) -> Iterator[tuple[str, Sequent]]:
    """Yield what assumptions about all numbers with a property say of terms that have it, each with its tactic."""
    for assumption in sequent.assumptions:
        claim = assumption.claim
        guard = claim.args[0] if claim.is_bind("∀") and len(claim.names) == 1 else None
        if guard is None or not (guard.is_op("<", ">", "≤", "≥") or (guard.is_op(":") and claim.args[1].is_op("→"))):
            continue
        for text in terms:
            value = parse(text if kind in ("ℕ", "ℤ") else f"({text} : {kind})")
            if guard.is_op(":"):
                needed, said = (spelled(substituted(part, {claim.names[0]: value})) for part in claim.args[1].args)
            else:
                needed = spelled(Term("op", guard.value, (value, guard.args[0])))
                said = spelled(substituted(claim.args[1], {claim.names[0]: value}))
            try:
                first = "decide" if _holds(claim, text, kind) else prove(replace(sequent, target=needed), 0)
            except (CannotRead, TooLarge):
                continue
            if first is not None and "\n" not in first:
                name = sequent.fresh("hi")
                line = f"have {name} := {assumption.proof} ({text} : {kind}) (by {first})"
                yield line, sequent.naming(name).assuming(*conjuncts(Assumption(name, said)))


def _holds(claim: Term, text: str, kind: str) -> bool:
    """Tell whether a whole number has the property that an assumption asks for."""
    if kind not in ("ℕ", "ℤ") or not text.isdigit():
        return False
    bound, name = claim.args[0], Term("name", claim.names[0])
    needed = claim.args[1].args[0] if bound.is_op(":") else Term("op", bound.value, (name, *bound.args))
    try:
        return evaluate(needed, {claim.names[0]: int(text)}, kind) is True
    except CannotRead:
        return False


def _denied(sequent: Sequent) -> tuple[list[str], Sequent, list[str], str] | None:
    """Return the tactics that assume the contrary, what is then to be refuted, terms to try and their type."""
    if sequent.target == FALSE:
        names = [name for name, type_ in sequent.types.items() if type_.kind == "name" and type_.value == "ℝ"][:3]
        near = [f"({name}{change})" for name in names for change in (" / 2", " + 1", " - 1")]
        middles = [f"(({a} + {b}) / 2)" for a, b in combinations(names, 2)]
        return ([], sequent, [*near, *middles], "ℝ") if names else None
    found = relation(sequent.target, sequent.types)
    if found is None or found[3] not in ("ℝ", "ℚ") or found[0] not in ("≤", "≥", "<", ">", "="):
        return None
    symbol, left, right, kind = found
    a, b = show(left), show(right)
    hypothesis = sequent.fresh("hn")
    words = {"≤": "not_lt", "≥": "not_lt", "<": "not_le", ">": "not_le"}
    opening = f"refine {words[symbol]}.1 fun {hypothesis} => ?_" if symbol != "=" else f"by_contra {hypothesis}"
    negated = {"≤": ("<", right, left), "≥": ("<", left, right), "<": ("≤", right, left), ">": ("≤", left, right)}
    moved = replace(sequent.naming(hypothesis), target=FALSE)
    if symbol != "=":
        sign, low, high = negated[symbol]
        moved = moved.assuming(Assumption(hypothesis, Term("op", sign, (low, high))))
        halves = [f"(({a} - {b}) / 2)", f"(({b} - {a}) / 2)"]
        return [opening], moved, [f"(({a} + {b}) / 2)", f"({a} - {b})", f"({b} - {a})", *halves], str(kind)
    distance, positive = (f"|{a}|" if b == "0" else f"|{a} - {b}|"), moved.fresh("hp")
    moved = moved.naming(positive).assuming(Assumption(positive, parse(f"0 < {distance}")))
    lines = [opening, f"have {positive} : 0 < {distance} := by grind"]
    return lines, moved, [distance, f"({distance} / 2)"], str(kind)


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
                    if kind.value in ("ℝ", "ℚ"):
                        seen[f"(-{name} / 2)"] = None
    for text in ("0", "1"):
        seen[text] = None
    numerals = [int(text) for text in seen if text.isdigit()]
    for value in sorted({n - 1 for n in numerals if n > 0} | {n - 2 for n in numerals if n > 1}):
        seen[str(value)] = None
    for text in [literal for literal in seen if literal.isdigit() and int(literal) > 1][:1]:
        seen[f"(1 - {text})"] = None
    seen["(-1)"] = None
    return list(seen)


def _instances(assumption: Assumption, terms: list[str], limit: int, types: Mapping[str, Term]) -> list[Assumption]:
    """Return what an assumption says of terms, those first that are of the type that it is about."""
    names: list[str] = []
    kinds: list[str] = []
    body = assumption.claim
    while body.is_bind("∀") and body.args[0].is_op(":"):
        names += body.names
        kinds += [body.args[0].args[0].value] * len(body.names)
        body = body.args[1]
    if not 1 <= len(names) <= 2 or body.is_bind("∀") or body.is_op("→", "↔"):
        return []

    def foreign(text: str) -> bool:
        return any(types[name].value != kinds[0] for name in free_names(parse(text)) if name in types)

    usable = sorted(terms, key=foreign) if len(names) == 1 else terms[:5]
    found: list[Assumption] = []
    tuples = product(usable, repeat=len(names))
    # With more of them, first those in which a variable is 0: most of such an equation falls away there.
    for chosen in tuples if limit < MAX_INSTANCES else sorted(tuples, key=lambda terms: "0" not in terms):
        if any(kind == "ℕ" and "-" in text for kind, text in zip(kinds, chosen, strict=True)):
            continue
        try:
            values = {name: _typed(text, kind) for name, kind, text in zip(names, kinds, chosen, strict=True)}
            claim = spelled(substituted(body, values))
        except CannotRead:
            continue
        found.append(Assumption(f"{assumption.proof} {' '.join(chosen)}", claim))
        if len(found) >= limit:
            break
    return found


def _typed(text: str, kind: str) -> Term:
    """Return a term, a numeral with its type: else nothing may say of what kind an instance is."""
    term = parse(text)
    return term if free_names(term) else parse(f"({text} : {kind})")
