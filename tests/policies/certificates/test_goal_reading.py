"""The grammar of printed terms, and what sequents make of goals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.printing import show, substituted
from prover.policies.certificates.reading.sequents import introduced, read_goal, relation
from prover.policies.certificates.reading.terms import Term
from tests.policies.certificates.stated import goal

NAMES = st.sampled_from(["x", "y", "a₁", "h'"])
LEAVES = st.one_of(NAMES.map(lambda name: Term("name", name)), st.integers(0, 99).map(lambda n: Term("num", str(n))))


def _nodes(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    binary = st.tuples(st.sampled_from(["+", "-", "*", "/", "^", "%", "=", "≤", "∧", "∨", "→"]), inner, inner)
    unary = st.tuples(st.sampled_from(["neg", "inv", "¬"]), inner)
    return st.one_of(
        binary.map(lambda pair: Term("op", pair[0], (pair[1], pair[2]))),
        unary.map(lambda pair: Term("op", pair[0], (pair[1],))),
    )


TERMS = st.recursive(LEAVES, _nodes, max_leaves=12)


@given(TERMS)
def test_what_is_printed_is_read_again(term: Term) -> None:
    assert parse(show(term)) == term


@given(st.text(alphabet="xy01+-*/^()∀∃,:|⌊⌋ =≤fun", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except CannotRead:
        pass


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("a + b * c ^ 2", "+(a, *(b, ^(c, 2)))"),
        ("a - b - c", "-(-(a, b), c)"),
        ("-x ^ 2", "neg(^(x, 2))"),
        ("2 ^ n ^ 2", "^(2, ^(n, 2))"),
        ("f x⁻¹ + 1", "+(app(f, inv(x)), 1)"),
        ("|x - 1| ≤ √(y + 1)", "≤(abs(-(x, 1)), √(+(y, 1)))"),
        ("a / b / c", "/(/(a, b), c)"),
        ("¬p ∧ q → r", "→(∧(¬(p), q), r)"),
        ("∑ k ∈ Finset.range n, k ^ 2 = n", "=(∑k(∈(app(Finset.range, n)), ^(k, 2)), n)"),
        ("n ≡ 1 [MOD 3]", "MOD(n, 1, 3)"),
        ("(n + 1)! ∣ m !", "∣(!(+(n, 1)), !(m))"),
        ("Function.Injective fun x => x + 1", "app(Function.Injective, funx(_, +(x, 1)))"),
        ("∀ (x : ℝ), ∃ y > x, y ∈ s", "∀x(:(ℝ), ∃y(>(x), ∈(y, s)))"),
        ("{x | x ^ 2 < 5} = {0, 1}", "=(setOfx(_, <(^(x, 2), 5)), list(0, 1))"),
        ("(↑n : ℝ) + 0.5", "+(type(↑(n), ℝ), 0.5)"),
        ("⌊x⌋₊ % 2", "%(floor₊(x), 2)"),
    ],
)
def test_operators_bind_as_in_lean(text: str, shape: str) -> None:
    assert _shape(parse(text)) == shape


def _shape(term: Term) -> str:
    if term.kind in ("num", "name"):
        return term.value
    head = {"op": term.value, "bind": term.value + "".join(term.names)}.get(term.kind, term.kind)
    return f"{head}({', '.join(map(_shape, term.args))})"


@pytest.mark.parametrize("text", ["", "x +", "(x", "x )", "∑ , x", "∃! (x, y), p", "a ≡ b", "if h : p then x else y"])
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(CannotRead):
        parse(text)


def test_a_deep_term_is_refused() -> None:
    with pytest.raises(CannotRead):
        parse("(" * 5000 + "x" + ")" * 5000)


def test_a_goal_is_read_with_its_conjunctions_and_types() -> None:
    sequent = read_goal(goal("x < y + 1", "x y : ℝ", "h : 0 < x ∧ x ≤ 2 ∧ y = 1", "f : ℝ → ℝ", "hz : ⟦bad"))
    assert [assumption.proof for assumption in sequent.assumptions] == ["h.1", "h.2.1", "h.2.2"]
    assert sequent.unread == 1
    found = relation(sequent.target, sequent.types)
    assert found is not None and found[0] == "<" and found[3] == "ℝ"


def test_quantifiers_and_bounds_are_introduced() -> None:
    tactic, sequent = introduced(read_goal(goal("∀ (x : ℝ), 0 < x → ∀ y > 1, x < x * y")))
    assert tactic == "intro x h y hy"
    assert [assumption.proof for assumption in sequent.assumptions] == ["h", "hy"]
    assert sequent.types["y"].value == "ℝ" if "y" in sequent.types else True


def test_a_hidden_name_is_not_introduced() -> None:
    with pytest.raises(CannotRead):
        introduced(read_goal(goal("∀ (x : ℝ), x = x", "x : ℕ")))


def test_substitution_respects_binders() -> None:
    term = parse("x + ∑ x ∈ Finset.range n, x")
    moved = substituted(term, {"x": Term("num", "5"), "n": Term("num", "3")})
    assert _shape(moved) == "+(5, ∑x(∈(app(Finset.range, 3)), x))"
