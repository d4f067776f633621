"""What finders find, which certificates those are, and that bad input costs nothing but its goal."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("flint", reason="needs python-flint: pip install -e '.[certificates]'")
pytest.importorskip("scipy", reason="needs scipy: pip install -e '.[certificates]'")

from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.finders import certificates
from prover.policies.certificates.reading.sequents import read_goal
from prover.types import Goal
from tests.policies.certificates.stated import goal


def test_the_certificate_of_a_square_is_that_square() -> None:
    told, found = certificates(goal("2 * a * b ≤ a ^ 2 + b ^ 2", "a b : ℝ"), 0)
    assert {told.finder, found.finder} == {"inequality"}
    assert told.tactic == "nlinarith [sq_nonneg (a - b)]"
    assert found.tactic.startswith("refine not_lt.1 fun hn => ?_\nexact Certificate.refute")
    assert re.search(r"\[\(1, \(\.pos 0\)\), \(1, \(\.square \(\.sub \(\.var 0\) \(\.var 1\)\)\)\)\]", found.tactic)


POSITIVE = ("a b c : ℝ", "ha : 0 < a", "hb : 0 < b", "hc : 0 < c")
PRODUCTS = ("ha : 0 < a", "hb : 0 < b", "hc : 0 < c")
SCHUR = "a * (a - b) * (a - c) + b * (b - a) * (b - c) + c * (c - a) * (c - b) ≥ 0"
FIFTH = "a ^ 3 * (a - b) * (a - c) + b ^ 3 * (b - a) * (b - c) + c ^ 3 * (c - a) * (c - b) ≥ 0"


@pytest.mark.parametrize("asked", [goal(SCHUR, *POSITIVE), goal(FIFTH, *POSITIVE)])
def test_what_holds_in_every_order_of_the_variables_is_proved_order_by_order(asked) -> None:  # type: ignore[no-untyped-def]
    found = certificates(asked, 0)
    assert found and all(certificate.finder == "inequality" for certificate in found)
    assert found[0].tactic.startswith("have key : 0 ≤ ")
    assert found[0].tactic.count("rcases le_total") == 5


def test_one_lemma_about_differences_serves_all_orders_of_a_symmetric_goal() -> None:
    tactic = certificates(goal(FIFTH, *POSITIVE), 2)[0].tactic
    assert tactic.startswith("have key : ∀ x t s : ℝ, 0 ≤ x → 0 ≤ t → 0 ≤ s → 0 ≤ ")
    assert tactic.count("linarith [key ") == 6 and tactic.count("have ") == 2


def test_names_in_scope_are_not_taken_by_orders() -> None:
    names = ("key", "ho", "ho1", "hs")
    tactic = certificates(goal(SCHUR, *POSITIVE, *(f"{name} : ℝ" for name in names)), 0)[0].tactic
    made = re.findall(r"(?:have |\| )(\w+)", tactic)
    assert "le_total" in tactic and made and not set(made) & set(names)


def test_finders_are_deterministic() -> None:
    asked = goal("(a + b + c) * (1 / a + 1 / b + 1 / c) ≥ 9", "a b c : ℝ", "ha : 0 < a", "hb : 0 < b", "hc : 0 < c")
    assert certificates(asked, 0) == certificates(asked, 0) != []


@pytest.mark.parametrize(
    ("finder", "asked"),
    [
        ("equation", goal("x = 5", "x : ℝ", "h : x ^ 2 - 3 * x - 10 = 0", "hx : 0 < x")),
        ("equation", goal("x = 3 ∨ x = 4", "x : ℝ", "h : x ^ 2 = 7 * x - 12")),
        ("equation", goal("Real.log 6 = Real.log 2 + Real.log 3")),
        ("equation", goal("rexp x * rexp (-x) = 1", "x : ℝ")),
        ("equation", goal("z ^ 2 + w ^ 2 = 6", "z w : ℂ", "h1 : z + w = 4", "h2 : z * w = 5")),
        ("inequality", goal("|x - 1| ≥ 2", "x : ℝ", "h : 3 ≤ x")),
        ("inequality", goal("(a + b + c + d) ^ 2 ≥ 4 * (a + b) * (c + d)", "a b c d : ℝ")),
        ("inequality", goal("2 * x + y ≥ 3 * (x * x * y) ^ ((1 : ℝ) / 3)", "x y : ℝ", "hx : 0 < x", "hy : 0 < y")),
        ("factorwise", goal("(a ^ 2 + b ^ 2) * (c ^ 2 + 1) ≥ 2 * a * b * (2 * c)", "a b c : ℝ", *PRODUCTS)),
        ("power_difference", goal("x - 1 ∣ x ^ n - 1", "x : ℤ", "n : ℕ")),
        ("extremum", goal("IsLeast {t | ∃ x, 0 < x ∧ t = x + 1 / x} 2", "inst✝ : Reals")),
        ("steps", goal("u n = n", "u : ℕ → ℕ", "n : ℕ", "h0 : u 0 = 0", "h : ∀ (n : ℕ), u (n + 1) = u n + 1")),
        ("lists", goal("l.length ≤ 2 * l.length", "l : List ℕ")),
        ("natural", goal("a * b = 0", "a b : ℕ", "h : a ^ 2 + b ^ 2 = 0")),
        ("residue", goal("3 ∣ n ^ 3 - n", "n : ℤ")),
        ("residue", goal("x ^ 2 - 3 * y ^ 2 ≠ 2", "x y : ℤ")),
        ("residue", goal("7 ∣ a", "a b : ℤ", "h : 7 ∣ a ^ 2 + b ^ 2")),
        ("residue", goal("24 ∣ p ^ 2 - 1", "p : ℕ", "hp : Nat.Prime p", "h : 3 < p")),
        ("residue", goal("Odd (n ^ 3)", "n : ℤ", "h : Odd n")),
        ("residue", goal("147 ∣ 149 ^ n - 2 ^ n", "n : ℕ")),
        ("residue", goal("3 ∣ 11 * 14 ^ n + 1", "n : ℕ", "h : Even n")),
        ("bounded", goal("p = 2 ∨ p = 5", "p : ℕ", "hp : Nat.Prime p", "h : p ∣ 10")),
        ("bounded", goal("m = 5", "m n : ℕ", "h : m * n = 35", "k : m < n", "one : 1 < m")),
        ("dividing", goal("a ∣ 3 * b - 2 * c", "a b c : ℤ", "h : a ∣ b", "k : a ∣ c")),
        ("prime", goal("p = 2", "p : ℕ", "hp : Nat.Prime p", "h : Even p")),
        ("sequences", goal("u n ≤ u 0", "inst✝ : Reals", "u : ℕ → ℝ", "n : ℕ", "h : ∀ (n : ℕ), u (n + 1) < u n")),
        ("guarded", goal("a ≤ b", "inst✝ : Reals", "a b : ℝ", "h : ∀ c > b, a ≤ c")),
        ("exponential", goal("rexp x < 1", "inst✝ : Reals", "x : ℝ", "h : x < 0")),
        ("exponential", goal("Real.log (1 / 2) < Real.log (2 / 3)", "inst✝ : Reals")),
        ("exponential", goal("x * y = 1", "x y : ℝ", "hx : 0 < x", "hy : 0 < y", "h : Real.log x + Real.log y = 0")),
        ("exponential", goal("x = Real.log 7", "inst✝ : Reals", "x : ℝ", "h : rexp x = 7")),
        ("irrational", goal("Irrational (1 + √5)", "inst✝ : Reals")),
        ("irrational", goal("p ^ 2 ≠ 2 * q ^ 2", "p q : ℤ", "hq : q ≠ 0")),
        ("mapping", goal("Function.Bijective fun x => 2 * x + 3", "inst✝ : Reals")),
        ("mapping", goal("StrictMono f", "f : ℝ → ℝ", "h : ∀ (x : ℝ), f x = x ^ 3")),
        ("opened", goal("¬∃ m, ∀ (x : ℝ), x ≤ m", "inst✝ : Reals")),
        ("instance", goal("False", "inst✝ : Reals", "m : ℝ", "h : ∀ (x : ℝ), x ≤ m")),
        ("residue", goal("9 ∣ 4 ^ n + 15 * n - 1", "n : ℕ")),
        ("coprime", goal("(a + b).Coprime b", "a b : ℕ", "h : a.Coprime b")),
        ("cases", goal("x ^ 2 - 3 * x + 2 = 0", "x : ℝ", "h : x = 1 ∨ x = 2")),
        ("induction", goal("∑ k ∈ Finset.range (n + 1), k = n * (n + 1) / 2", "n : ℕ")),
        ("witness", goal("∃ z, x < z ∧ z < y", "x y : ℚ", "h : x < y")),
        ("witness", goal("∃ n, ↑n ≤ x ∧ x < ↑n + 1", "inst✝ : Reals", "x : ℝ")),
        ("witness", goal("∃ n, 10 < n ∧ n < 20 ∧ n % 7 = 3")),
        ("instance", goal("f 0 = 0", "f : ℝ → ℝ", "h : ∀ (x y : ℝ), f (x + y) = f x + f y")),
        ("conjunction", goal("x = 7 ∧ y = 3", "x y : ℝ", "h1 : x + y = 10", "h2 : x - y = 4")),
    ],
)
def test_each_finder_finds_what_it_is_for(finder: str, asked: Goal) -> None:
    assert [certificate.finder for certificate in certificates(asked, 0)][:1] == [finder]


@pytest.mark.parametrize(
    "asked",
    [
        goal("x < y", "x y : ℝ"),
        goal("x ^ 2 < 0", "x : ℝ"),
        goal("x = 2", "x : ℝ", "h : x ^ 2 = 4"),
        goal("a + b ≤ 2 * c", "a b c : ℝ", "ha : a ≤ c"),
        goal("x ^ 2 - 2 * y ^ 2 ≠ 1", "x y : ℤ"),
        goal("7 ∣ a", "a b : ℤ", "h : 7 ∣ a ^ 2 + 6 * b ^ 2"),
        goal("24 ∣ p ^ 2 - 1", "p : ℕ", "hp : Nat.Prime p", "h : 2 < p"),
        goal("3 ∣ 2 ^ n - 1", "n : ℕ"),
        goal("a ∣ 3 * b + 1", "a b : ℤ", "h : a ∣ b"),
        goal("m = 5", "m n : ℕ", "h : m * n = 35"),
        goal("p ^ 2 ≠ 4 * q ^ 2", "p q : ℤ", "hq : q ≠ 0"),
        goal("Irrational √4", "inst✝ : Reals"),
        goal("Function.Injective f", "f : ℝ → ℝ", "h : ∀ (x : ℝ), f x = x ^ 2"),
        goal("∃ z, y < z ∧ z < x", "x y : ℚ", "h : x < y"),
        goal("f 0 = 1", "f : ℝ → ℝ", "h : ∀ (x y : ℝ), f (x + y) = f x + f y"),
    ],
)
def test_what_is_false_has_no_certificate(asked: Goal) -> None:
    found = [certificate for effort in range(3) for certificate in certificates(asked, effort)]
    assert [
        certificate
        for certificate in found
        if certificate.finder not in ("induction", "sequences", "opened", "prime", "primes")
    ] == []


@pytest.mark.parametrize(
    "asked",
    [
        goal("(x + y + z) ^ 40 ≥ 0", "x y z : ℝ"),
        goal(f"x ^ 2 ≥ {'9' * 500} * x", "x : ℝ"),
        goal(" + ".join(f"x{n} ^ 2" for n in range(30)) + " ≥ 0", f"{' '.join(f'x{n}' for n in range(30))} : ℝ"),
        goal("0 < x", "x : ℝ", "h : this ⟦cannot⟧ be ((read", "hx : x <"),
        goal("x ^ 41 = x", "x : ℝ"),
        goal("⟦nothing", "x : ℝ"),
        goal("x / 0 = 0 / 0", "x : ℝ"),
        goal("∃ x y z w v, x + y + z + w + v = 0"),
    ],
)
def test_bad_input_is_answered(asked: Goal) -> None:
    for effort in range(2):
        assert isinstance(certificates(asked, effort), list)


def test_contradictory_assumptions_prove_anything() -> None:
    found = certificates(goal("y = 5", "x y : ℝ", "h : x < 1", "k : 2 < x"), 0)
    assert {certificate.finder for certificate in found} == {"inequality"}


def test_signs_come_with_proofs() -> None:
    sequent = read_goal(goal("True", "a b : ℝ", "ha : 0 < a", "hb : b ≥ 1", "hn : a ≠ b"))
    signs = Signs(sequent, "ℝ")
    from prover.policies.certificates.reading.grammar import parse

    assert signs.positive(parse("a + b ^ 2")) == (
        "(add_pos ha (pow_pos (lt_of_lt_of_le (Certificate.numeral_pos 1) hb) 2))"
    )
    assert signs.nonnegative(parse("(a - b) ^ 2")) == "(sq_nonneg ((a - b) : ℝ))"
    assert signs.nonzero(parse("a - b")) == "(fun e => hn (sub_eq_zero.1 e))"
    assert signs.positive(parse("a - b")) is None


def test_an_equivalence_of_what_is_not_understood_has_no_certificate() -> None:
    assert certificates(goal("x ∈ f '' s ↔ p x", "x : ℕ", "s : Set ℕ", "f : ℕ → ℕ", "p : ℕ → Prop"), 0) == []
