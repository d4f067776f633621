"""Tactics that models write and that the core context has under Mathlib's names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.session import Limits
from prover.types import Problem, ProofState, VerifiedProof
from search.types import Rejected, Solved, Step

NOT = "theorem t (p q : Prop) (h : ¬ q → ¬ p) : p → q := by"
BELOW = "theorem t (a b : ℕ) (h : a < b) : a + 1 ≤ b := by"
THREE = "theorem t (p q r : Prop) (hp : p) (hq : q) (hr : r) : p ∧ q ∧ r := by"
CASES = "theorem t (n : ℕ) : (if n < 3 then 5 else if n < 7 then 2 else 9) ≤ 9 := by"
COUNT = "theorem t (S : Set ℕ) (h : S.ncard = 2) : S.encard = 2 := by"
SUM = "theorem t (a b : ℕ) (h : a + b = 3) : b + a = 3 := by"


@pytest.fixture(scope="module")
def session(lean: Installation) -> Iterator[EmbeddedSession]:
    opened = EmbeddedSession(lean, context("core"), Limits(heartbeats=20_000, wall_seconds=120))
    yield opened
    opened.close()


def after(session: EmbeddedSession, statement: str, proof: str) -> Step[ProofState]:
    """Return what becomes of a statement by a block of tactics."""
    return session.step(session.start(Problem(name="t", statement=statement)), proof)


@pytest.mark.parametrize(
    ("statement", "proof"),
    [
        (NOT, "contrapose\nexact h"),
        (NOT, "contrapose!\nexact h"),
        (BELOW, "contrapose h\nomega"),
        (BELOW, "contrapose! h\nomega"),
        (THREE, "refine ⟨?_, ?_, ?_⟩\nswap\n· exact hq\n· exact hp\n· exact hr"),
        (THREE, "constructor\nswap\n· exact ⟨hq, hr⟩\n· exact hp"),
        (THREE, "refine ⟨?_, ?_, ?_⟩\nexacts [hp, hq, hr]"),
        (SUM, "conv_lhs => rw [Nat.add_comm]\nexact h"),
        (SUM, "conv_lhs at h => rw [Nat.add_comm]\nexact h"),
        (SUM, "conv_rhs => rw [← h]\nexact Nat.add_comm b a"),
        (CASES, "split_ifs\n· omega\n· omega\n· omega"),
        (CASES, "split_ifs with h k\n· clear h; decide\n· clear h k; decide\n· clear h k; decide"),
        (
            CASES.replace(" : (", " (e : (").replace(" ≤ 9", " = 5) : n < 3"),
            "split_ifs at e with h\n· exact h\n· omega\n· omega",
        ),
        (COUNT, "rw [Set.encard_eq_ofNat (by decide), h]"),
    ],
)
def test_what_models_write_works(session: EmbeddedSession, statement: str, proof: str) -> None:
    step = after(session, statement, proof)
    assert isinstance(step, Solved), step


@pytest.mark.parametrize(
    ("statement", "proof"),
    [
        ("(x : ℝ) : (x + 3 - 3) * 1 + 0 = x", "simp"),
        ("(x : ℂ) : x ^ 0 + 0 ^ 2 = 1 ^ 7", "simp"),
        ("(x : ZMod 7) : x ^ 1 - x = 0", "simp"),
        ("(x y : ℝ) (h : x * y = x * 3) (hx : x ≠ 0) : y = 3", "simpa [hx] using h"),
        ("(x : ℝ) (h : 0 < 2 * x) (k : ¬ x < 1) : 1 ≤ x ∧ 0 < x", "exact ⟨by simpa using k, by simpa using h⟩"),
        ("(x : ℝ) (h : x ^ 2 ≤ 0) : x / 5 = 0", "simp at h\nsimp [h]"),
        ("(x : ℚ) (h : x ≠ 0) : x * 4 / x = 4", "simp [h]"),
        ("(n : ℕ) (h : n * 1 + 0 = 3) : n = 3", "simpa using h"),
        ("(i : ℤ) (h : (i : ℝ) = -6) : i = -6", "exact_mod_cast h"),
        ("(i : ℤ) (n : ℕ) (h : (i : ℚ) * -2 < -n) : i * -2 < -n", "exact_mod_cast h"),
        ("(n : ℕ) : 7 ∣ 8 ^ n - 1 ↔ 7 ∣ (8 ^ n - 1 : ℕ)", "rfl"),
        (": 2 ^ 10 % 7 = 2", "decide"),
    ],
)
def test_rings_are_simplified_and_cast_as_in_mathlib(session: EmbeddedSession, statement: str, proof: str) -> None:
    step = after(session, f"theorem t {statement} := by", proof)
    assert isinstance(step, Solved), step


@pytest.mark.parametrize(
    "statement",
    [
        "(x : ℝ) : 1 / x = x⁻¹",
        "(x y : ℝ) : x + y = y + x",
        "(x : ℝ) : 0 ≤ x ^ 2",
        "(x : ℝ) : (x + 1) ^ 2 = x ^ 2 + 2 * x + 1",
    ],
)
def test_simp_leaves_what_it_should(session: EmbeddedSession, statement: str) -> None:
    """Fractions keep their form, and what needs an argument is left to who makes one."""
    assert isinstance(after(session, f"theorem t {statement} := by", "simp"), Rejected)


REAL = "theorem t (a b c x y : ℝ) (n : ℕ) (i j : ℤ) "
"""Binders for tactics that the driver elaborates."""


@pytest.mark.parametrize(
    ("claim", "proof"),
    [
        (": (a + b) ^ 2 = a ^ 2 + 2 * a * b + b ^ 2", "ring"),
        (": a / 2 + b / 3 = (3 * a + 2 * b) / 6", "ring"),
        (": a / (b * c) = a * c⁻¹ / b", "ring"),
        (": (n + 1) ^ 2 = n ^ 2 + 2 * n + 1", "ring1"),
        (": (i - j) * (i + j) = i ^ 2 - j ^ 2", "ring_nf"),
        (": 2 ^ (n + 1) = 2 * 2 ^ n", "ring"),
        (": (2 : ℝ) - 1 = 1", "ring"),
        (": (2 : ℕ) + 1 = 3", "ring"),
        ("(h : a = b) (k : b = 3) : a * b + 1 = b ^ 2 + 1", "linear_combination b * h"),
        ("(h : x + y = 3) (k : x - y = 1) : x = 2", "linear_combination (h + k) / 2"),
        ("(h : x + y ≤ 3) (k : x - y < 1) : x < 2", "linear_combination (h + k) / 2"),
        ("(h : x + y ≤ 3) (k : x - y < 1) : x < 2", "linarith"),
        ("(h : x / 2 + 1 < 3) (k : ¬ x < y) : y < 4", "linarith"),
        ("(h : x + y = 3) (k : x - y = 1) : x = 2", "linarith only [h, k]"),
        ("(h : i < 3) (k : j < 4) : i + j < 6", "linarith"),
        ("(h : n < 3) : n * 2 + 1 < 6", "linarith"),
        ("(h : n < 2 ^ n) : n + 1 < 2 ^ (n + 1)", "rw [pow_succ]\nlinarith"),
        ("(h : x ^ n ≤ 3) (h0 : 0 ≤ x) : x ^ (n + 1) ≤ 3 * x", "rw [pow_succ]\nnlinarith"),
        (": Real.sin (π / 6) + Real.cos (π / 3) = 1", "rw [Real.sin_pi_div_six, Real.cos_pi_div_three]\nring"),
        ("(f : ℕ → ℝ) (h : ∀ k, f (k + 1) = f k + 1) (h0 : f 0 = 0) : f 2 = 2", "linarith [h 0, h 1]"),
        (": 2 * a * b ≤ a ^ 2 + b ^ 2", "nlinarith [sq_nonneg (a - b)]"),
        ("(ha : 0 < a) (h : a < b) : a ^ 2 < b ^ 2", "nlinarith"),
        (": a * 0.25 + 1.50 * a = 7 * a / 4", "ring"),
        (": (2 : ℝ) * 1⁻¹ = 1 + 1 / 1", "ring"),
        ("(h : x / 1 = 3) : x = 3", "linarith"),
        ("(h : 8.6 = 6 * x + 4 * x) : x = 0.86", "linarith"),
        ("(h : 2.5 * x = 10) : x = 4", "linear_combination h / 2.5"),
        ("(p : ℚ) (h : 0.5 * p < 1.25) : p < 2.5", "linarith"),
        (": (0.1 : ℝ) + 0.2 = 0.3 ∧ (1.5 : ℝ) ≠ 2 ∧ (1 / 3 : ℝ) < 0.34 ∧ ¬ (7 : ℝ) ^ 3 ≤ 342", "norm_num"),
        ("(ha : 0 < a) (hb : 0 ≤ b) : 0 < a * 3 + b ^ 2 / (1 + a)", "positivity"),
        ("(h : a ≠ 0) : 0 < a ^ 2", "positivity"),
    ],
)
def test_arithmetic_is_as_in_mathlib(session: EmbeddedSession, claim: str, proof: str) -> None:
    step = after(session, f"{REAL}{claim} := by", proof)
    assert isinstance(step, Solved), step


FIELDS = "theorem t (a b x : ℝ) (z w : ℂ) (p : ℚ) "


@pytest.mark.parametrize(
    ("claim", "proof"),
    [
        ("(ha : a ≠ 0) (hb : b ≠ 0) : a / b + b / a = (a ^ 2 + b ^ 2) / (a * b)", "field_simp\nring"),
        ("(ha : a ≠ 0) : 1 / a + 1 / (2 * a) = 3 / (2 * a)", "field_simp\nring"),
        ("(ha : 0 < a) (hb : b < 0) : 1 / a + 1 / b = (a + b) / (a * b)", "field_simp\nring"),
        (": 1 / (a ^ 2 + 1) + 1 = (a ^ 2 + 2) / (a ^ 2 + 1)", "field_simp\nring"),
        ("(h : x / 2 + 1 / 3 = 5) : 3 * x + 2 = 30", "field_simp at h\nlinarith"),
        ("(hx : x ≠ 0) (h : 6 / x = 2) : x = 3", "field_simp at h\nlinarith"),
        ("(hx : x ≠ 1) (h : 1 / (x - 1) = 2) : x = 3 / 2", "field_simp [sub_ne_zero.2 hx] at h\nlinarith"),
        ("(ha : 0 < a) (hb : 0 < b) : 2 ≤ a / b + b / a", "field_simp\nnlinarith [sq_nonneg (a - b)]"),
        ("(ha : 0 < a) (hb : 0 < b) (h : a < b) : 1 / b < 1 / a", "field_simp\nlinarith"),
        ("(ha : a ≠ 0) : a⁻¹ * a ^ 2 = a", "field_simp\nring"),
        ("(hz : z ≠ 0) (hw : w ≠ 0) : z / w = z ^ 2 / (z * w)", "field_simp\nring"),
        ("(hp : p ≠ 0) : (p + 1) / p - 1 = 1 / p", "field_simp\nring"),
        ("(h : x ≠ 0) : x / x = 1", "field_simp"),
    ],
)
def test_denominators_are_cleared(session: EmbeddedSession, claim: str, proof: str) -> None:
    step = after(session, f"{FIELDS}{claim} := by", proof)
    assert isinstance(step, Solved), step


@pytest.mark.parametrize("claim", [": a = b", ": a / b = b / a", "(h : a / b = 2) : a = 2 * b"])
def test_nothing_is_cleared_without_a_denominator_that_is_not_zero(session: EmbeddedSession, claim: str) -> None:
    proof = "field_simp at h" if "h :" in claim else "field_simp"
    assert isinstance(after(session, f"{FIELDS}{claim} := by", proof), Rejected)


INTEGERS = "theorem t (n k : ℕ) (i j : ℤ) (f : ℕ → ℕ) "


@pytest.mark.parametrize(
    ("claim", "proof"),
    [
        ("(h : 2 ≤ n) (k : n < 5) : n * n = 4 ∨ n * n = 9 ∨ n * n = 16", "interval_cases n\n· simp\n· simp\n· simp"),
        ("(h : n < 3) : n ^ 2 ≤ 4", "interval_cases n <;> decide"),
        ("(h : ¬ 4 ≤ n) (g : ¬ n < 3) : n = 3", "interval_cases n\nrfl"),
        ("(h : -2 < i) (g : i ≤ 2 ^ 1) : i ^ 3 ≤ 8", "interval_cases i <;> decide"),
        ("(h : n < 2) (g : f n = 7) : f 0 = 7 ∨ f 1 = 7", "interval_cases n\n· exact .inl g\n· exact .inr g"),
        ("(h : n < 2) : n * n = n", "interval_cases hn : n\n· have : n = 0 := hn\n  rfl\n· rfl"),
        ("(h : f k < 2) : f k * f k = f k", "interval_cases f k <;> rfl"),
        ("(h : 3 < n) (g : n < 3) : n = 17", "interval_cases n"),
        ("(h : n = 5) : n * n = 25", "interval_cases n\nrfl"),
        ("(l : ℕ) (e : l < 2) : l * l = l", "interval_cases l <;> rfl"),
        ("(h : n + k < 2) (e : n = 1) : k = 0", "interval_cases s : n + k <;> omega"),
        ("(h : 0 < n) (g : n ≤ 60) (m : n % 7 = 3) (l : n % 9 = 1) : n = 10", "interval_cases n <;> simp_all"),
    ],
)
def test_every_value_between_bounds_is_a_case(session: EmbeddedSession, claim: str, proof: str) -> None:
    step = after(session, f"{INTEGERS}{claim} := by", proof)
    assert isinstance(step, Solved), step


@pytest.mark.parametrize(
    ("claim", "proof", "said"),
    [
        ("(h : 3 < n) : n ≠ 2", "interval_cases n", "no hypothesis gives an upper bound of n"),
        ("(h : i < 3) : i ≠ 4", "interval_cases i", "no hypothesis gives a lower bound of i"),
        ("(h : n < k) : n ≠ k", "interval_cases n", "no hypothesis gives an upper bound of n"),
        ("(h : n < 10 ^ 9) : n ≠ 10 ^ 9", "interval_cases n", "1000000000 values are too many"),
        (": f = f", "interval_cases f", "no natural number and no integer"),
    ],
)
def test_without_bounds_there_are_no_cases(session: EmbeddedSession, claim: str, proof: str, said: str) -> None:
    step = after(session, f"{INTEGERS}{claim} := by", proof)
    assert isinstance(step, Rejected) and said in step.reason


@pytest.mark.parametrize(
    ("claim", "proof"),
    [
        ("(h : a = b) : a = b", "ring"),
        (": a + b = b", "ring"),
        ("(h : a ≠ 0) : a / a = 1", "ring"),
        (": max a b = max b a", "ring"),
        ("(h : x + y = 3) (k : x - y = 1) : x = 2", "linear_combination (h - k) / 2"),
        ("(h : x + y = 3) (k : x - y = 1) : x = 2", "linear_combination h * k"),
        ("(h : x < 3) : x < 2", "linear_combination -h"),
        ("(h : x + y = 3) (k : x - y = 1) : x = 2", "linarith only [h]"),
        (": a * b + b * c + c * a ≤ a ^ 2 + b ^ 2 + c ^ 2", "linarith"),
        ("(h : a < b) : max a b = b", "linarith"),
        ("(h : a < b) : 0 < b - a", "positivity"),
    ],
)
def test_arithmetic_fails_where_mathlib_fails(session: EmbeddedSession, claim: str, proof: str) -> None:
    assert isinstance(after(session, f"{REAL}{claim} := by", proof), Rejected)


MEANS = {
    "Squarefree 10 ∧ ¬ Squarefree 12": "decide",
    "IsSquare 49 ∧ ¬ IsSquare 50": "decide",
    "Nat.ofDigits 10 [3, 7, 4] = 473": "simp",
    "∀ f : ℕ → ℕ, (∀ n, f n = n + 2) → f^[3] 1 = 7": "intro f h; simp [h]",
    "{1, 2} ⊂ Finset.Icc 0 9": "exact ⟨by decide, by decide⟩",
    "(Nat.primeFactors 60).card = 3": "decide +kernel",
    "(4 : ℤ) ∈ {x ^ 2 | x : ℤ}": "exact ⟨2, rfl⟩",
    "((1, 2) : ℕ × ℕ) ∈ {(a, b) : ℕ × ℕ | a + b = 3}": "rfl",
    "{n : ℕ | n < 3}.ncard = 3": "rw [Set.ncard_eq_card (Finset.range 3) (fun x => by simp)]; rfl",
    "{n : ℕ | n < 3}.Finite": "exact ⟨Finset.range 3, fun x => by simp⟩",
    "((1, 2) : ℝ × ℝ) + (3, 4) = (4, 6)": "simp; norm_num",
}
"""Statements of kinds that did not elaborate once, and a proof that shows what they mean."""


@pytest.mark.parametrize(("claim", "proof"), MEANS.items())
def test_statements_mean_what_they_say(session: EmbeddedSession, claim: str, proof: str) -> None:
    step = after(session, f"theorem t : {claim} := by", proof)
    assert isinstance(step, Solved), step


@pytest.mark.parametrize("proof", ["refine ⟨?_, ?_, ?_⟩\nexacts [hp, hq]", "exacts [hp]", "contrapose"])
def test_what_does_not_fit_fails(session: EmbeddedSession, proof: str) -> None:
    assert isinstance(after(session, THREE, proof), Rejected)


def test_the_verifier_reads_them_too(lean: Installation) -> None:
    verifier = EmbeddedVerifier(lean, Limits(heartbeats=20_000, wall_seconds=60))
    try:
        proof = "refine ⟨?_, ?_, ?_⟩\nswap\n· exact hq\n· contrapose! hp\n  exact hp\n· conv_lhs => skip\n  exacts [hr]"
        verdict = verifier.verify(Problem(name="t", statement=THREE.replace("p ∧ q ∧ r", "p ∧ q ∧ (r = r)")), proof)
        assert not isinstance(verdict, VerifiedProof)  # `exacts [hr]` is no proof of an equation
        proof = "refine ⟨?_, ?_, ?_⟩\nswap\n· exact hq\n· exact hp\n· exacts [hr]"
        assert isinstance(verifier.verify(Problem(name="t", statement=THREE), proof), VerifiedProof)
    finally:
        verifier.close()
