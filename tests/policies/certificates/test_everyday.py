"""Finders for what first-year students are asked: what each proposes, for goals as Lean prints them."""

from __future__ import annotations

import pytest

pytest.importorskip("flint", reason="needs python-flint: pip install -e '.[certificates]'")
pytest.importorskip("scipy", reason="needs scipy: pip install -e '.[certificates]'")

from prover.policies.certificates.finders import FINDERS, certificates
from prover.policies.certificates.reading.sequents import introduced, read_goal
from prover.types import Goal
from tests.policies.certificates.stated import goal


def found(stated: Goal, finder: str) -> list[str]:
    """Return what one finder proposes at the lowest effort."""
    return [certificate.tactic for certificate in certificates(stated, 0) if certificate.finder == finder]


def test_a_sum_of_powers_has_the_closed_form_of_its_degree() -> None:
    stated = goal("(∑ k ∈ Finset.range n, (2 * k + 1)) ^ 2 = n ^ 4", "n : ℕ")
    (text,) = found(stated, "closed_sums")
    assert "(1 * (∑ k ∈ Finset.range n, (2 * k + 1)) : ℕ) = 1 * n ^ 2" in text


def test_no_closed_form_where_a_summand_is_no_polynomial() -> None:
    assert not found(goal("∑ k ∈ Finset.range n, 2 ^ k = n", "n : ℕ"), "closed_sums")


def test_the_step_of_a_recursion_is_proved_by_another_finder() -> None:
    stated = goal(
        "u n < 2", "inst : Reals", "u : ℕ → ℝ", "h0 : u 0 = 1", "h : ∀ (n : ℕ), u (n + 1) = √(2 + u n)", "n : ℕ"
    )
    (text,) = found(stated, "steps")
    assert "Real.sqrt_lt'" in text


def test_no_step_that_does_not_follow() -> None:
    stated = goal("u n < 2", "inst : Reals", "u : ℕ → ℝ", "h0 : u 0 = 1", "h : ∀ (n : ℕ), u (n + 1) = u n + 1", "n : ℕ")
    assert not found(stated, "steps")


def test_one_of_three_primes_is_a_multiple_of_three() -> None:
    primes = ("hp : Nat.Prime p", "h2 : Nat.Prime (p + 2)", "h4 : Nat.Prime (p + 4)")
    (text,) = found(goal("p = 3", "p : ℕ", *primes), "primes")
    assert "(p + 4) % 3 = 0" in text and text.endswith("omega")


def test_a_polynomial_that_factors_is_not_prime() -> None:
    (text,) = found(goal("False", "n : ℕ", "hn : 1 < n", "h : Nat.Prime (n ^ 4 + 4)"), "primes")
    assert "Nat.not_prime_mul" in text


def test_no_factors_where_one_may_be_negative() -> None:
    assert not found(goal("False", "n : ℕ", "h : Nat.Prime (n ^ 2 - 1)"), "primes")


@pytest.mark.parametrize(("target", "hypothesis"), [("b = 0", "h : ↑a + ↑b * √2 = 0"), ("a = 0", "h : ↑b * √3 = ↑a")])
def test_a_rational_factor_of_a_root(target: str, hypothesis: str) -> None:
    assert found(goal(target, "inst : Reals", "a b : ℚ", hypothesis), "root_sums")


def test_no_factor_of_a_root_that_is_whole() -> None:
    assert not found(goal("b = 0", "inst : Reals", "a b : ℚ", "h : ↑a + ↑b * √4 = 0"), "root_sums")


def test_alternatives_by_their_exponentials() -> None:
    stated = goal("x = 0 ∨ x = Real.log 2", "inst : Reals", "x : ℝ", "h : rexp (2 * x) - 3 * rexp x + 2 = 0")
    assert "Real.exp_injective" in found(stated, "exponential")[0]


def test_a_witness_from_the_failure_of_a_statement() -> None:
    stated = goal("∃ x, p x → ∀ (y : α), p y", "α : Type", "inst : Nonempty α", "p : α → Prop")
    assert "Classical.not_forall" in found(stated, "logic")[0]


def test_quadratics_with_fractions_as_roots() -> None:
    stated = goal("x = 1 / 2", "inst : Reals", "x : ℝ", "h : x ^ 2 = 1 / 4", "hx : 0 < x")
    assert found(stated, "equation")


def test_powers_of_what_is_congruent() -> None:
    stated = goal("a ^ n ≡ 1 [MOD m]", "a m n : ℕ", "h : a ≡ 1 [MOD m]")
    assert "Nat.ModEq.pow n h" in found(stated, "congruent")[0]


def test_logarithms_are_taken_to_the_exponents() -> None:
    hypotheses = ("inst : Reals", "x : ℝ", "hx : 1 < x", "h : Real.log (x - 1) + Real.log (x + 1) = Real.log 8")
    tactics = [entry.tactic for effort in (0, 1) for entry in certificates(goal("x = 3", *hypotheses), effort)]
    assert "(x - 1) * (x + 1) = 8" in tactics[0]


def test_absolute_values_of_quotients_by_their_squares() -> None:
    stated = goal("|a / b| = |a| / |b|", "inst : Reals", "a b : ℝ", "hb : b ≠ 0")
    _, sequent = introduced(read_goal(stated))
    assert next(FINDERS["squares"](sequent, 0)).startswith("refine pow_left_injective_two")


def test_a_limit_by_its_definition() -> None:
    stated = goal("∃ N, ∀ n ≥ N, |1 / (↑n + 1) - 0| < ε", "inst : Reals", "ε : ℝ", "hε : ε > 0")
    assert "⌈(1 : ℝ) / ε⌉₊ + 1" in found(stated, "limits")[0]


def test_no_limit_that_is_wrong() -> None:
    stated = goal("∃ N, ∀ n ≥ N, |1 / (↑n + 1) - 1| < ε", "inst : Reals", "ε : ℝ", "hε : ε > 0")
    assert not found(stated, "limits")


def test_multiples_are_put_in_before_dividing() -> None:
    stated = goal("c ^ 2 ∣ b ^ 2", "a b c : ℤ", "h : a ∣ b", "hc : c ∣ a")
    assert found(stated, "dividing")


def test_digits_leave_the_remainder_of_their_number() -> None:
    stated = goal("n % 9 = (Nat.digits 10 n).sum % 9", "n : ℕ")
    assert "Nat.modEq_nine_digits_sum n" in found(stated, "digit_sums")[0]


@pytest.mark.parametrize(
    "target",
    ["{x | x ^ 2 = 4} = {2, -2}", "{x | |x| < 2} = Set.Ioo (-2) 2", "IsLeast {x | 2 ≤ x} 2", "IsLUB (Set.Iio 3) 3"],
)
def test_sets_that_are_written_out(target: str) -> None:
    assert found(goal(target, "inst : Reals"), "memberships")


@pytest.mark.parametrize("target", ["{x | x ^ 2 = 4} = {2}", "IsLeast {x | 2 < x} 2", "IsLUB (Set.Iio 3) 4"])
def test_no_false_claim_about_a_set(target: str) -> None:
    assert not found(goal(target, "inst : Reals"), "memberships")


def test_alternatives_between_comparisons() -> None:
    stated = goal("k ≤ -6 ∨ 6 ≤ k", "inst : Reals", "k x : ℝ", "h : x ^ 2 + k * x + 9 = 0")
    tactics = [entry.tactic for effort in (0, 1) for entry in certificates(stated, effort)]
    assert tactics[0].startswith("rcases le_or_gt (k : ℝ) (-6) with")


def test_a_quadratic_with_letters_by_its_discriminant() -> None:
    stated = goal("0 < a * x ^ 2 + b * x + c", "a b c x : ℝ", "ha : 0 < a", "h : b ^ 2 < 4 * a * c")
    assert "sq_nonneg (2 * (a) * x + (b))" in certificates(stated, 1)[0].tactic


def test_roots_keep_the_order_of_what_is_below_them() -> None:
    known = ("inst : Reals", "n : ℕ", "S : ℝ", "ih : S ≥ √↑n", "hk : 1 ≤ ↑n")
    assert found(goal("S + 1 / √(↑n + 1) ≥ √(↑n + 1)", *known), "inequality")


def test_equations_follow_from_equations() -> None:
    group = ("G : Type", "m : G → G → G", "e : G", "assoc : ∀ (x y z : G), m (m x y) z = m x (m y z)")
    unit = "one : ∀ (x : G), m e x = x"
    stated = goal("m x y = m y x", *group, unit, "square : ∀ (x : G), m x x = e", "x y : G")
    assert found(stated, "equational")[0].startswith("calc m x y\n  _ = ")
    cancelled = goal("y = z", *group, unit, "inverse : ∀ (x : G), ∃ y, m y x = e", "x y z : G", "h : m x y = m x z")
    assert "Classical.axiomOfChoice inverse" in found(cancelled, "equational")[0]
    assert not found(goal("m x y = m y x", *group, unit, "x y : G"), "equational")


def test_what_exists_for_every_element_is_taken_for_those_in_the_goal() -> None:
    relation = ("α : Type", "r : α → α → Prop", "d : ∀ (x : α), ∃ y, r x y", "x : α")
    assert found(goal("r x x", *relation), "existences")[0] == "obtain ⟨y, hw⟩ := d x\ngrind"


@pytest.mark.parametrize(
    ("target", "counted"),
    [("{n : ℕ | n < 10 ∧ 3 ∣ n}.ncard = 4", "range 10"), ("{n : ℤ | |n| < 3}.ncard = 5", "Icc (-2 : ℤ) 2")],
)
def test_sizes_are_counted_out(target: str, counted: str) -> None:
    assert f"(Finset.{counted})" in found(goal(target), "sizes")[0]


def test_no_size_of_what_may_be_infinite() -> None:
    assert not found(goal("{n : ℕ | 3 ∣ n}.ncard = 4"), "sizes")


@pytest.mark.parametrize(
    ("target", "known"),
    [
        ("∀ n ≥ 1, a n = 2 * (↑n : ℝ) - 1", ("a 1 = 1", "∀ n ≥ 1, a (n + 1) = a n + 2")),
        ("∀ n ≥ 2, a n = 3 ^ n", ("a 2 = 9", "∀ (n : ℕ), a (n + 1) = 3 * a n")),
    ],
)
def test_a_sequence_may_begin_anywhere(target: str, known: tuple[str, str]) -> None:
    stated = goal(target, "inst : Reals", "a : ℕ → ℝ", f"h0 : {known[0]}", f"h : {known[1]}")
    assert "induction m with" in found(stated, "shifted")[0]


def test_a_sequence_that_begins_later_says_nothing_of_before() -> None:
    stated = goal("∀ n ≥ 1, a n = 2 * (↑n : ℝ) - 1", "inst : Reals", "a : ℕ → ℝ", "h : ∀ n ≥ 2, a n = a (n - 1) + 2")
    assert not found(stated, "shifted")


@pytest.mark.parametrize("target", ["(n ! + 1).gcd ((n + 1)! + 1) = 1", "Nat.Coprime n (n ^ 2 + 1)"])
def test_polynomials_that_are_coprime(target: str) -> None:
    assert "linear_combination" in found(goal(target, "n : ℕ", "hn : 0 < n"), "coprime_polynomials")[0]


@pytest.mark.parametrize("target", ["Nat.Coprime n (n ^ 2 + 4)", "(n ! + 2).gcd ((n + 1)! + 2) = 1"])
def test_polynomials_with_a_common_divisor(target: str) -> None:
    assert not found(goal(target, "n : ℕ", "hn : 0 < n"), "coprime_polynomials")


@pytest.mark.parametrize("given", ["2 ^ x * 2 ^ x = 64", "8 ^ x = 2 ^ (x + 6)", "2 ^ (x + 1) = 16"])
def test_unknown_exponents_by_logarithms(given: str) -> None:
    assert found(goal("x = 3", "inst : Reals", "x : ℝ", f"h : {given}"), "exponentiated")
    assert not found(goal("x = 4", "inst : Reals", "x : ℝ", f"h : {given}"), "exponentiated")


REALS = ("inst : Reals",)


@pytest.mark.parametrize(
    ("finder", "target", "known"),
    [
        ("archimedean", "∃ n : ℕ, 0 < n ∧ 1 / ↑n < a", (*REALS, "a : ℝ", "ha : 0 < a")),
        ("density", "∃ q : ℚ, |x - ↑q| < 1", (*REALS, "x : ℝ")),
        ("density", "¬∃ x, IsGreatest (Set.Iio 1) x", REALS),
        ("density", "∃ x, a < x ∧ x < b ∧ ∃ q : ℚ, x = ↑q", (*REALS, "a b : ℝ", "h : a < b")),
        ("irrational", "Irrational x", (*REALS, "x : ℝ", "h : x ^ 3 = 2")),
        ("irrational", "Irrational (Real.logb 2 3)", REALS),
        ("irrational", "¬∃ q : ℚ, q ^ 3 = 2", ()),
        ("components", "Complex.I ^ 2023 = -Complex.I", REALS),
        ("witness", "∃ y, y ^ 3 = x", (*REALS, "x : ℝ")),
        ("witness", "∃ x : ℝ, x ^ 2 = 2 ∧ 0 < x", REALS),
        ("witness", "∃! x : ℝ, 2 * x + 3 = 7", REALS),
        ("mapping", "Function.Bijective f", ("α : Type", "f : α → α", "h : f ∘ f = id")),
        ("mapping", "StrictMonoOn (fun x => x ^ 2) (Set.Ici 0)", REALS),
        ("known_divisor", "6 ∣ a + b", ("a b : ℕ", "h : a.gcd b = 6")),
        ("binomials", "n = 6", ("n : ℕ", "h : n.choose 2 = 15")),
        ("set_algebra", "x ∉ B", ("α : Type", "A B : Set α", "h : A ∩ B = ∅", "x : α", "hx : x ∈ A")),
        ("equation", "Real.exp (x + 1) = Real.exp 1 * Real.exp x", (*REALS, "x : ℝ")),
        ("known_divisor", "m = n", ("m n : ℤ", "h : m ∣ n", "k : n ∣ m", "hm : 0 < m", "hn : 0 < n")),
        ("primes", "¬IsSquare p", ("p : ℕ", "hp : Nat.Prime p")),
        ("rational_powers", "a ^ Real.logb a x = x", (*REALS, "a x : ℝ", "ha : 1 < a", "hx : 0 < x")),
        ("irrational", "Irrational (√2 * √3)", REALS),
        ("irrational", "∃ x y, Irrational x ∧ Irrational y ∧ x * y = 2", REALS),
        ("memberships", "IsGLB S a", (*REALS, "S : Set ℝ", "a : ℝ", "h : IsLeast S a")),
        ("density", "∃ n : ℤ, |x - ↑n| ≤ 1 / 2", (*REALS, "x : ℝ")),
        ("archimedean", "∃ n : ℕ, x + 1 / (↑n + 1) < y", (*REALS, "x y : ℝ", "h : x < y")),
    ],
)
def test_what_a_first_course_asks(finder: str, target: str, known: tuple[str, ...]) -> None:
    assert found(goal(target, *known), finder)


@pytest.mark.parametrize(
    ("finder", "target", "known"),
    [
        ("density", "¬∃ x, IsGreatest (Set.Iic 1) x", REALS),
        ("irrational", "Irrational x", (*REALS, "x : ℝ", "h : x ^ 3 = 8")),
        ("irrational", "Irrational (Real.logb 2 8)", REALS),
        ("irrational", "Irrational (√2 * √8)", REALS),
        ("memberships", "IsLeast S a", (*REALS, "S : Set ℝ", "a : ℝ", "h : IsLUB S a")),
        ("witness", "∃! x : ℝ, x ^ 2 = 4", REALS),
        ("mapping", "StrictMonoOn (fun x : ℝ => x ^ 2) (Set.Iic 0)", REALS),
        ("binomials", "n = 5", ("n : ℕ", "h : n.choose 2 = 15")),
    ],
)
def test_what_is_false_has_no_proof(finder: str, target: str, known: tuple[str, ...]) -> None:
    proofs = found(goal(target, *known), finder)
    assert not [proof for proof in proofs if not proof.startswith("intro h\nobtain")]
