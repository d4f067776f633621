"""Witnesses for existential goals: numbers by bounded search, terms by candidates and by solving what is linear.

A body about whole numbers that can be evaluated is tried on small values, the nearest to 0 first. For other bodies the
candidates are midpoints, neighbours and halves of what the goal compares, and what an equation says of the variable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

from prover.policies.certificates.evaluation import evaluate
from prover.policies.certificates.failures import CannotRead, TooLarge
from prover.policies.certificates.grammar import parse
from prover.policies.certificates.induction import show_deep
from prover.policies.certificates.inequalities import block
from prover.policies.certificates.printing import substituted
from prover.policies.certificates.sequents import Sequent, introduced, relation
from prover.policies.certificates.terms import Term, free_names, number

MAX_TRIED = 40_000
MAX_CANDIDATES = 24
_WHOLE = {"ℕ": range(0, 400), "ℤ": sorted(range(-200, 201), key=abs)}

Prove = Callable[[Sequent, int], "str | None"]


def witness(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs of `∃ x y, body`."""
    names: list[str] = []
    kinds: list[str] = []
    bounds: list[Term] = []
    body = sequent.target
    while body.is_bind("∃") and len(names) < 3:
        bound, inner = body.args
        for name in body.names:
            names.append(name)
            if bound.is_op(":"):
                kinds.append(bound.args[0].value)
            else:
                kinds.append("")
                if bound.kind == "op":
                    bounds.append(Term("op", bound.value, (Term("name", name, text=name), *bound.args)))
        body = inner
    if not names or (bounds and len(names) > 1):
        return
    whole = body if not bounds else Term("op", "∧", (bounds[0], body))
    for guess in _guesses(sequent, names, whole) if "" in kinds else ("",):
        guessed = [kind or guess for kind in kinds]
        yield from _numbers(names, guessed, whole)
        if len(names) == 1 and effort <= 1:
            yield from _terms(sequent, names[0], guessed[0], whole, prove)


def _guesses(sequent: Sequent, names: list[str], body: Term) -> list[str]:
    """Return the possible types of variables whose binder does not say it, as Lean prints it: by what they meet."""
    for inner in body.walk():
        found = relation(inner, sequent.types)
        if found is not None and found[3] is not None and free_names(inner) - set(names):
            return [found[3]]
    reals = any(kind.value == "Reals" for kind in sequent.types.values()) or sequent.reals
    return ["ℝ", "ℤ", "ℕ"] if reals else ["ℤ", "ℕ"]


def _numbers(names: list[str], kinds: list[str], body: Term) -> Iterator[str]:
    if not all(kind in _WHOLE for kind in kinds) or len(names) > 2:
        return
    ranges = [_WHOLE[kind] if len(names) == 1 else list(_WHOLE[kind])[:100] for kind in kinds]
    for count, values in enumerate(product(*ranges)):
        if count > MAX_TRIED:
            return
        try:
            if evaluate(body, dict(zip(names, values, strict=True)), kinds[0]) is not True:
                continue
        except CannotRead:
            return
        chosen = ", ".join(f"({value})" if value < 0 else str(value) for value in values)
        yield f"exact ⟨{chosen}, by decide⟩"
        yield f"refine ⟨{chosen}, ?_⟩\nfirst | decide | norm_num | grind | omega"
        return


def _terms(sequent: Sequent, name: str, kind: str, body: Term, prove: Prove) -> Iterator[str]:
    if kind not in ("ℝ", "ℚ", "ℤ", "ℕ", "ℂ"):
        return
    for text in list(dict.fromkeys(_candidates(sequent, name, kind, body)))[:MAX_CANDIDATES]:
        try:
            term = parse(f"({text} : {kind})")
            target = _spelled(substituted(body, {name: term}))
            proof = prove(replace(sequent, target=target), 0)
        except (CannotRead, TooLarge):
            continue
        if proof is not None:
            yield f"refine ⟨({text} : {kind}), ?_⟩\n{proof}"
            return


def _candidates(sequent: Sequent, name: str, kind: str, body: Term) -> Iterator[str]:
    low: list[str] = []
    high: list[str] = []
    others: list[str] = []
    field = kind in ("ℝ", "ℚ", "ℂ")
    for inner in body.walk():
        found = relation(inner, sequent.types)
        if found is None:
            continue
        symbol, left, right, _ = found
        for a, b, flip in ((left, right, False), (right, left, True)):
            if a.kind == "name" and a.value == name and name not in free_names(b):
                text = show_deep(b)
                upper = symbol in ("<", "≤") if not flip else symbol in (">", "≥")
                (others if symbol == "=" else high if upper else low).append(text)
        if symbol == "=" and (solved := _solved(left, right, name, field)) is not None:
            others.append(solved)
    yield from others
    if field:
        for below in dict.fromkeys(low):
            for above in dict.fromkeys(high):
                yield f"(({below} + {above}) / 2)"
    for below in dict.fromkeys(low):
        yield f"({below} + 1)"
        yield below
    for above in dict.fromkeys(high):
        yield f"({above} - 1)" if kind != "ℕ" else above
        if field:
            yield f"({above} / 2)"
        yield above
    yield from ("0", "1", "2", "(-1)", "3", "(1 / 2)", "4", "5", "(1 / 3)")
    variables = [entry for entry, type_ in sequent.types.items() if type_.kind == "name" and type_.value == kind]
    for variable in variables[:4]:
        yield from (variable, f"(-{variable})" if kind != "ℕ" else variable, f"({variable} + 1)", f"({variable} * 2)")
        if field:
            yield f"({variable} / 2)"


def _solved(left: Term, right: Term, name: str, field: bool) -> str | None:
    """Solve `a * x + b = c` for `x`, where it stands once on the left."""
    target = show_deep(right) if name not in free_names(right) else None
    if target is None:
        return None
    term = left
    for _ in range(8):
        if term.kind == "name" and term.value == name:
            return target
        if term.kind != "op" or len(term.args) != 2:
            return None
        a, b = term.args
        if name in free_names(a) and name not in free_names(b):
            inverse = {"+": "-", "-": "+", "*": "/", "/": "*"}.get(term.value)
            if inverse is None or (inverse == "/" and not field and number(b) is None):
                return None
            target, term = f"({target} {inverse} {show_deep(b)})", a
        elif name in free_names(b) and name not in free_names(a):
            if term.value in ("+", "*"):
                target = f"({target} {'-' if term.value == '+' else '/'} {show_deep(a)})"
            elif term.value == "-":
                target = f"({show_deep(a)} - {target})"
            else:
                return None
            term = b
        else:
            return None
    return None


def _spelled(term: Term) -> Term:
    """Return a term with a text at every node that has lost it."""
    if term.text:
        return term
    args = tuple(_spelled(argument) for argument in term.args)
    bare = Term(term.kind, term.value, args, term.names)
    try:
        text = show_deep(bare)
    except CannotRead:
        text = ""
    return Term(term.kind, term.value, args, term.names, text)


def negated_exists(sequent: Sequent) -> tuple[str, Sequent] | None:
    """Return the goal of `¬ ∃ …` as a universal one, with the tactic that gets there."""
    target = sequent.target
    if not target.is_op("¬") or not target.args[0].is_bind("∃") or len(target.args[0].names) != 1:
        return None
    inner = target.args[0]
    assumed = sequent.fresh("hx")
    (name,) = inner.names
    fresh = sequent.fresh(name)
    if fresh != name:
        return None
    pattern = f"rintro ⟨{name}, {assumed}⟩"
    _, moved = introduced(replace(sequent, target=Term("name", "False", text="False")))
    return pattern, moved


__all__ = ["block", "negated_exists", "witness"]
