"""Witnesses for existential goals: numbers by bounded search, terms by candidates and by solving what is linear.

A body about whole numbers that can be evaluated is tried on small values, the nearest to 0 first. For other bodies the
candidates are midpoints, neighbours and halves of what the goal compares, and what an equation says of the variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from prover.policies.certificates.reading.evaluation import evaluate, rational
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.notation import real_function
from prover.policies.certificates.reading.printing import block, is_whole, put, show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, conjuncts, relation
from prover.policies.certificates.reading.terms import Term, free_names, number

MAX_TRIED = 40_000
MAX_CANDIDATES = 24
_WHOLE = {"ℕ": range(0, 400), "ℤ": sorted(range(-200, 201), key=abs)}

_FLOOR = (("Int.floor_le", "(↑⌊{0}⌋ : ℝ) ≤ {0}"), ("Int.lt_floor_add_one", "{0} < (↑⌊{0}⌋ : ℝ) + 1"))
_CEILING = (("Int.le_ceil", "{0} ≤ (↑⌈{0}⌉ : ℝ)"), ("Int.ceil_lt_add_one", "(↑⌈{0}⌉ : ℝ) < {0} + 1"))
_FLOORS: dict[str, list[tuple[str, Sequence[tuple[str, str]]]]] = {
    "ℤ": [("⌊{}⌋", _FLOOR), ("⌈{}⌉", _CEILING), ("⌊{}⌋ + 1", _FLOOR), ("⌈{}⌉ - 1", _CEILING)],
    "ℕ": [
        ("⌊{}⌋₊ + 1", [("Nat.lt_floor_add_one", "{0} < (↑⌊{0}⌋₊ : ℝ) + 1")]),
        ("⌈{}⌉₊", [("Nat.le_ceil", "{0} ≤ (↑⌈{0}⌉₊ : ℝ)")]),
    ],
}
"""Whole numbers near a real one, and what is known of them."""


def witness(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs of `∃ x y, body` and of `∃! x, body`."""
    only = sequent.target
    if only.kind == "app" and only.args[0].value == "ExistsUnique" and only.args[-1].is_bind("fun"):
        only = only.args[-1]
    if only.is_bind("∃!", "fun") and len(only.names) == 1 and effort <= 1:
        yield from _only(sequent, only, effort, prove)
        return
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
    if len(names) == 1 and effort == 0 and kinds[0] in ("", "Prop"):
        yield from _propositions(sequent, names[0], whole)
    for guess in _guesses(sequent, names, whole) if "" in kinds else ("",):
        guessed = [kind or guess for kind in kinds]
        yield from _numbers(names, guessed, whole)
        if len(names) == 1 and effort == 0 and guessed[0] in _FLOORS:
            yield from _floors(sequent, names[0], guessed[0], whole, prove)
        if len(names) == 1 and effort == 0 and guessed[0] == "ℝ":
            yield from _odd_root(names[0], whole)
        if len(names) == 1 and effort <= 1:
            yield from _terms(sequent, names[0], guessed[0], whole, prove)


def _guesses(sequent: Sequent, names: list[str], body: Term) -> list[str]:
    """Return the possible types of variables whose binder does not say it, as Lean prints it: by what they meet."""
    if any(part.is_op("↑") and part.args[0].value in names for part in body.walk()):
        return ["ℤ", "ℕ"]
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


def _propositions(sequent: Sequent, name: str, body: Term) -> Iterator[str]:
    """Yield propositions, or functions of one, as witnesses: what the body says it is equivalent to comes first."""
    propositions = [other for other, kind in sequent.types.items() if kind.value == "Prop"]
    applied = any(part.kind == "app" and part.args[0].value == name for part in body.walk())
    if not propositions and not any(part.value == "Prop" for part in body.walk()):
        return
    sides = [
        other.text
        for part in body.walk()
        if part.is_op("↔") and name in (part.args[0].value, part.args[1].value)
        for other in part.args
        if other.text and name not in free_names(other)
    ]
    texts = ["Not", "id"] if applied else [*sides, *propositions, "True", "False"]
    yield from (f"exact ⟨{text}, by simp⟩" for text in dict.fromkeys(texts))


def _terms(sequent: Sequent, name: str, kind: str, body: Term, prove: Prove) -> Iterator[str]:
    if kind not in ("ℝ", "ℚ", "ℤ", "ℕ", "ℂ"):
        return
    for text in list(dict.fromkeys(_candidates(sequent, name, kind, body)))[:MAX_CANDIDATES]:
        try:
            text = text[1:-1] if text.startswith("(") and is_whole(text) else text
            bare = parse(f"({text})")
            # A type is written where nothing else would say it; there are finders that do not look behind it.
            term = bare if kind == "ℕ" and free_names(bare) & set(sequent.types) else parse(f"({text} : {kind})")
            target = spelled(substituted(body, {name: term}))
            proof = prove(replace(sequent, target=target), 0)
        except (CannotRead, TooLarge):
            continue
        if proof is not None:
            yield f"refine ⟨({text} : {kind}), ?_⟩\n{proof}"
            return


def _odd_root(name: str, body: Term) -> Iterator[str]:
    """Yield the root of a number with an odd exponent."""
    if body.is_op("=") and body.args[0].is_op("^") and body.args[0].args[0].value == name:
        exponent = number(body.args[0].args[1])
        if exponent is not None and exponent % 2 == 1 and name not in free_names(body.args[1]):
            yield f"exact Certificate.exists_odd_root {exponent} (by decide) {show(body.args[1])}"


def _only(sequent: Sequent, claim: Term, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs that one number, and no other, has a property."""
    (name,), (bound, body) = claim.names, claim.args
    kinds = [bound.args[0].value] if bound.is_op(":") else _guesses(sequent, [name], body)
    other, known = sequent.fresh("y"), sequent.fresh("hy")
    variable = Term("name", other, text=other)
    for kind in kinds:
        if kind in _WHOLE:
            yield from _only_whole(name, kind, body, other, known)
        if kind not in ("ℝ", "ℚ", "ℤ"):
            continue
        said = spelled(substituted(body, {name: variable}))
        inner = sequent.naming(other, known).assuming(*conjuncts(Assumption(known, said)))
        inner = replace(inner, types={**sequent.types, other: Term("name", kind, text=kind)})
        for text in list(dict.fromkeys(_candidates(sequent, name, kind, body)))[:MAX_CANDIDATES]:
            try:
                text = _evaluated(text)
                value = parse(f"({text} : {kind})")
                own = spelled(substituted(body, {name: value}))
                first = prove(replace(sequent, target=own), 0)
                equal = Term("op", "=", (variable, value))
                second = None if first is None else prove(replace(inner, target=spelled(equal)), effort)
            except (CannotRead, TooLarge):
                continue
            if first is not None and second is not None:
                cases = (f"change {show(own, 0)}\n{first}", f"change {show(said, 0)} at {known}\n{second}")
                opening = f"refine ⟨({text} : {kind}), ?_, fun {other} {known} => ?_⟩"
                yield "\n".join([opening, *(block("· ", case) for case in cases)])
                break


def _only_whole(name: str, kind: str, body: Term, other: str, known: str) -> Iterator[str]:
    """Yield the only small whole number with a property that can be evaluated."""
    try:
        found = [value for value in _WHOLE[kind] if evaluate(body, {name: value}, kind) is True]
    except CannotRead:
        return
    if len(found) == 1:
        closed = "by first | decide | norm_num | omega"
        only = f"fun {other} {known} => by simp only at {known}; first | omega | nlinarith | grind"
        yield f"exact ⟨({found[0]} : {kind}), {closed}, {only}⟩"


def _evaluated(text: str) -> str:
    """Return the value of a candidate without variables, if it is a whole number that is not negative."""
    try:
        value = rational(parse(text), {})
    except CannotRead:
        return text
    return str(value) if value.denominator == 1 and value >= 0 else text


def _floors(sequent: Sequent, name: str, kind: str, body: Term, prove: Prove) -> Iterator[str]:
    """Yield whole numbers by a real number: its floor or ceiling, and the neighbours of these."""
    cast = Term("op", "↑", (Term("name", name),))
    bounds: dict[Term, None] = {}
    for inner in body.walk():
        found = relation(inner, sequent.types)
        for side, other in ((found[1], found[2]), (found[2], found[1])) if found is not None else ():
            if cast in side.walk() and name not in free_names(other) and number(other) is None:
                bounds[other] = None
    for bound in bounds:
        text = bound.text if bound.kind == "name" or is_whole(bound.text) else f"({bound.text})"
        for value, facts in _FLOORS[kind]:
            lines, known = [f"refine ⟨{value.format(text)}, ?_⟩", "push_cast"], sequent
            for lemma, claim in facts:
                fact = known.fresh("hf")
                lines.append(f"have {fact} : {claim.format(text)} := {lemma} {text}")
                known = known.naming(fact).assuming(Assumption(fact, parse(claim.format(text))))
            shown = re.sub(r"([⌊⌈].*[⌋⌉]₊?)", r"↑\1", value.format(text))
            try:
                target = spelled(put(body, cast, parse(f"({shown})")))
                proof = prove(replace(known, target=target), 0)
            except (CannotRead, TooLarge):
                continue
            if proof is not None:
                yield "\n".join([*lines, proof])
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
                text = show(b)
                upper = symbol in ("<", "≤") if not flip else symbol in (">", "≥")
                (others if symbol == "=" else high if upper else low).append(text)
        if symbol == "=" and (value := solved(left, right, name, field)) is not None:
            others.append(value)
        if symbol == "=" and kind == "ℝ" and name not in free_names(right):
            others += _inverted(left, show(right), name)
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
        yield f"({variable} / 2)" if field else f"(2 * {variable} + 2)"
        if not field:
            yield f"(2 * {variable} + 1)"


def _inverted(left: Term, right: str, name: str) -> list[str]:
    """Return roots and logarithms that may solve an equation, and the solutions of a quadratic one."""
    function, argument = real_function(left)
    if argument is not None and argument.value == name and function in ("exp", "log"):
        return [f"(Real.{'log' if function == 'exp' else 'exp'} {right})"]
    try:
        below, middle, above, beyond = (rational(left, {name: Fraction(x)}) for x in (-1, 0, 1, 2))
    except CannotRead:
        return []
    a, b = (above + below) / 2 - middle, (above - below) / 2
    if a == 0 or 4 * a + 2 * b + middle != beyond:
        return []
    if a == 1 and b == 0 and middle == 0:
        return [f"√{right}", f"(-√{right})"]
    if not right.isdigit():
        return []
    root = f"√({b * b - 4 * a * (middle - int(right))})"
    return [f"((-({b}) {sign} {root}) / ({2 * a}))" for sign in "+-"]


def solved(left: Term, right: Term, name: str, field: bool) -> str | None:
    """Solve `a * x + b = c` for `x`, where it stands once on the left."""
    target = show(right) if name not in free_names(right) else None
    if target is None:
        return None
    term = left
    for _ in range(8):
        if term.kind == "name" and term.value == name:
            return target
        if term.is_op("neg"):
            target, term = f"(-{target})", term.args[0]
            continue
        if term.kind != "op" or len(term.args) != 2:
            return None
        a, b = term.args
        if name in free_names(a) and name not in free_names(b):
            inverse = {"+": "-", "-": "+", "*": "/", "/": "*"}.get(term.value)
            if inverse is None or (inverse == "/" and not field and number(b) is None):
                return None
            target, term = f"({target} {inverse} {show(b)})", a
        elif name in free_names(b) and name not in free_names(a):
            if term.value in ("+", "*"):
                target = f"({target} {'-' if term.value == '+' else '/'} {show(a)})"
            elif term.value == "-" or (term.value == "/" and field):
                target = f"({show(a)} {term.value} {target})"
            else:
                return None
            term = b
        else:
            return None
    return None
