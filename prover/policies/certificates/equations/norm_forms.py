"""Products of numbers `x² + d y²` with the same `d` are of that form again (Brahmagupta)."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import ATOM, show
from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import Term, number

Form = tuple[Term, str, Term]
"""`x`, the signed text of `d`, and `y` of `x² + d y²`."""


def norm_form(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs of `∃ x y, product = x² + d y²` where the factors of the product are such forms."""
    target, names = sequent.target, list[str]()
    while target.is_bind("∃"):
        names += target.names
        target = target.args[1]
    found = relation(target, sequent.types)
    if effort != 0 or len(names) != 2 or found is None or found[0] != "=":
        return
    for product, sought in ((found[1], found[2]), (found[2], found[1])):
        form = _form(sought)
        if form is None or [form[0].value, form[2].value] != names:
            continue
        factors = [_form(factor) for factor in _factors(product)]
        if len(factors) < 2 or any(factor is None or factor[1] != form[1] for factor in factors):
            continue
        x, y = "", ""
        for p, _, q in filter(None, factors):
            a, b = show(p, ATOM), show(q, ATOM)
            x, y = (f"({x} * {a} + {form[1]} * {y} * {b})", f"({x} * {b} - {y} * {a})") if x else (a, b)
        yield f"exact ⟨{x}, {y}, by ring⟩"


def _factors(term: Term) -> list[Term]:
    if term.is_op("*"):
        return [*_factors(term.args[0]), *_factors(term.args[1])]
    count = number(term.args[1]) if term.is_op("^") and _form(term) is None else None
    return [term.args[0]] * count if count is not None and 1 < count <= 4 else [term]


def _form(term: Term) -> Form | None:
    """Read `x² + d y²`, `x² + y²` or `x² - d y²`."""
    if not term.is_op("+", "-") or (x := _root(term.args[0])) is None:
        return None
    sign, second = term.value, term.args[1]
    if (y := _root(second)) is not None:
        return x, "1" if sign == "+" else "(-1)", y
    if second.is_op("*") and (y := _root(second.args[1])) is not None:
        d = show(second.args[0], ATOM)
        return x, d if sign == "+" else f"(-{d})", y
    return None


def _root(term: Term) -> Term | None:
    return term.args[0] if term.is_op("^") and number(term.args[1]) == 2 else None
