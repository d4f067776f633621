"""Certificates of every kind, accepted by the real verifier."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("flint", reason="needs python-flint: pip install -e '.[certificates]'")
pytest.importorskip("scipy", reason="needs scipy: pip install -e '.[certificates]'")

from prover.lean.embedded.install import Installation
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.open import verifier_of
from prover.lean.session import Limits
from prover.lean.verifier import Verifier
from prover.policies.certificates.finders import certificates
from prover.types import Problem, VerifiedProof

STATEMENTS = (
    "(a b c : ℝ) : a * b + b * c + c * a ≤ a ^ 2 + b ^ 2 + c ^ 2",
    "(a b c : ℝ) (ha : 0 < a) (hb : 0 < b) (hc : 0 < c) : (a + b + c) * (1 / a + 1 / b + 1 / c) ≥ 9",
    "(x y : ℝ) (hx : x ≥ 0) (hy : y ≥ 0) (hxy : x + y ≤ 1) : 4 * x ^ 2 + 4 * y ^ 2 + (1 - x - y) ^ 2 ≥ 2 / 3",
    "(a b c : ℝ) (ha : 0 ≤ a) (hb : 0 ≤ b) (hc : 0 ≤ c) : "
    "a * (a - b) * (a - c) + b * (b - a) * (b - c) + c * (c - a) * (c - b) ≥ 0",
    "(a b c : ℝ) (ha : 0 < a) (hb : 0 < b) (hc : 0 < c) (h : a + b + c = 1) : "
    "a / (b + 1) + b / (c + 1) + c / (a + 1) ≥ 3 / 4",
    "(x y : ℝ) (hx : 0 < x) (hy : 0 < y) : (x + y + 1) / 3 ≥ (x * y) ^ ((1 : ℝ) / 3)",
    "(x y z w : ℝ) (hx : 0 < x) (hy : 0 < y) (hz : 0 < z) (hw : 0 < w) : "
    "x ^ ((3 : ℝ) / 5) * y ^ ((2 : ℝ) / 5) * (z * w) ≤ (3 / 5 * x + 2 / 5 * y) * ((z ^ 2 + w ^ 2) / 2)",
    "(a b c : ℝ) : (a ^ 2 + b ^ 2 + c ^ 2) ^ 2 ≥ 3 * (a ^ 3 * b + b ^ 3 * c + c ^ 3 * a)",
    "(a b c : ℝ) (ha : 0 < a) (hb : 0 < b) (hc : 0 < c) (h : 1 / a + 1 / b + 1 / c = 3) : a * b * c ≥ 1",
    "(x y z w : ℝ) (hx : 0 < x) (hy : 0 < y) (hz : 0 < z) (hw : 0 < w) : "
    "(x + y + z + 1 / w) / 4 ≥ (x * y * z / w) ^ ((1 : ℝ) / 4)",
    "(a b c d : ℝ) (hb : 0 < b) (hd : 0 < d) (g : c + 2 * d = 3) (hc : 0 < c) (h : a + b = 2) (ha : 0 < a) : "
    "a * b * c * d ^ 2 ≤ 1",
    "(x y : ℝ) : Real.exp (1 / 4 * x + 3 / 4 * y) ≤ 1 / 4 * Real.exp x + 3 / 4 * Real.exp y",
    "(a b : ℝ) (ha : 0 < a) (hb : 0 < b) : "
    "min (a ^ 2 + b ^ 2) (a ^ 3 + b ^ 3) ≥ min (2 * a * b) (a ^ 2 * b + a * b ^ 2)",
    "(x y z : ℝ) (hx : 0 < x) (hy : 0 < y) (hz : 0 < z) (h : (x + y) * (y + z) * (z + x) = 8) : "
    "(x + y) + (y + z) + (z + x) ≥ 6",
    "(a b c d : ℝ) (ha : 0 ≤ a) (hb : 0 ≤ b) (hc : 0 ≤ c) (hd : 0 ≤ d) (h : a * b * c * d = 1) : "
    "a ^ 3 * b + b ^ 3 * c + c ^ 3 * d + d ^ 3 * a ≥ 4",
    "(x y z w v : ℝ) (hx : 0 < x) (hy : 0 < y) (hz : 0 < z) (hw : 0 < w) (hv : 0 < v) : "
    "x ^ 9 + 2 * y ^ 9 + z ^ 9 + 3 * w ^ 9 + 2 * v ^ 9 ≥ 9 * (x * y ^ 2 * z * w ^ 3 * v ^ 2)",
    ": IsGreatest {t : ℝ | ∃ x y : ℝ, 0 ≤ x ∧ 0 ≤ y ∧ x + 2 * y = 4 ∧ t = x * y} 2",
    "(a m b n : ℕ) : a ∣ (a * m + b) ^ n - b ^ n",
    ": IsLeast {n : ℕ | 0 < n ∧ n ^ 2 % 100 = 44} 12",
    "(a b : ℚ) (h : a ≥ b + 1) (hb : b ≥ 1 / 2) : a ≥ 3 / 2",
    "(x : ℝ) (h : x ^ 2 - 3 * x - 10 = 0) (hx : 0 < x) : x = 5",
    "(x : ℝ) (h : x + 1 / x = 3) (hx : x ≠ 0) : x ^ 3 + 1 / x ^ 3 = 18",
    "(w : ℂ) (h : w ^ 3 = 1) (h1 : w ≠ 1) : 1 + w + w ^ 2 = 0",
    "(x : ℝ) : Real.exp x * Real.exp (-x) = 1",
    "(x : ℝ) : Real.sin (3 * x) = 3 * Real.sin x - 4 * Real.sin x ^ 3",
    ": Real.log 6 = Real.log 2 + Real.log 3",
    "(x : ℝ) (h : Real.exp (2 * x) = 9) : x = Real.log 3",
    ": Real.logb 2 8 = 3",
    "(x : ℝ) (h : Irrational x) : Irrational (3 - x / 2)",
    "(p q : ℕ) (hq : 0 < q) : p ^ 2 ≠ 3 * q ^ 2",
    "(x y : ℝ) : ⌊x⌋ + ⌊y⌋ ≤ ⌊x + y⌋",
    "(x : ℝ) (h : x + ⌊x⌋ = 17 / 4) : x = 9 / 4",
    "(x : ℝ) (hx : 0 < x) : x + 2022 ≠ ⌊x⌋ * (x - ⌊x⌋)",
    "(m n : ℕ) (hm : 0 < m) (h : m < n) : (1 : ℝ) / n < 1 / m",
    "(k : ℤ) (h : 2 ≤ k) : (1 : ℝ) / k ^ 2 ≤ 1 / (k * (k - 1))",
    "(n : ℕ) (h : (n : ℝ) ^ 2 - 5 * n + 6 = 0) : n = 2 ∨ n = 3",
    "(a b c : ℝ) (h : a ^ 2 + b ^ 2 + c ^ 2 - 2 * a - 4 * b - 6 * c + 14 = 0) : a = 1 ∧ b = 2 ∧ c = 3",
    "(a b : ℤ) (h : a ^ 2 + b ^ 2 + 5 = 2 * a + 4 * b) : a + b = 3",
    "(s p : ℝ) : (∃ x y, x + y = s ∧ x * y = p) ↔ s ^ 2 ≥ 4 * p",
    "(a : ℝ) : Set.range (fun x : ℝ => x ^ 2 + a) = Set.Ici a",
    ": (fun x : ℝ => x ^ 2) '' Set.Icc (-1) 2 = Set.Icc 0 4",
    "(f : ℝ → ℝ) (h : f '' Set.univ = {0}) (x : ℝ) : f x = 0",
    ": ∑ i ∈ Finset.Icc (1 : ℕ) 64, (1 : ℝ) / i < 6.4",
    "(a : ℝ) (ha : 0 < a) : a + 3 ≥ 3 * (55 + a) ^ (1 / 3)",
    ": Function.Bijective (fun n : ℤ => 5 - n)",
    "(a : ℕ → ℝ) (h1 : a 1 = 1) (h : ∀ n ≥ 1, a (n + 1) = a n + 2) : ∀ n ≥ 1, a n = 2 * n - 1",
    "(n : ℕ) (hn : 0 < n) : Nat.gcd (n.factorial + 1) ((n + 1).factorial + 1) = 1",
    "(x : ℝ) (h : (8 : ℝ) ^ x = 2 ^ (x + 6)) : x = 3",
    "(x y : ℝ) (h : x < y) : (2 : ℝ) ^ x < 2 ^ y",
    ": Real.exp (Real.log 2 + Real.log 3) = 6",
    "(x : ℝ) (h : 2.5 * x - 1.25 = 0.5 * x) : x = 0.625",
    "(p : ℕ) (hp : p.Prime) (h : (p + 2).Prime) (h3 : 3 < p) : 6 ∣ p + 1",
    "(x y a : ℝ) (h : a = if x ≤ y then x else -y) : |a| ≤ |x| + |y|",
    "(x : ℝ) : Real.exp (x + 1) = Real.exp 1 * Real.exp x",
    "(x : ℝ) (h : x ^ 4 - 5 * x ^ 2 + 4 = 0) (hx : 1 < x) : x = 2",
    "(a : ℕ → ℝ) (h0 : a 0 = 2) (h : ∀ n, a (n + 1) = (a n + 1) / 2) : ∀ n, a n = 1 + 1 / 2 ^ n",
    "(x : ℝ) (h : x ^ 5 = 7) : Irrational x",
    ": Irrational (Real.logb 2 3)",
    ": ¬ ∃ x, IsGreatest (Set.Ioo (0 : ℝ) 1) x",
    ": ∃! x : ℝ, 5 * x - 3 = 2 * x + 9",
    ": StrictMonoOn (fun x : ℝ => x ^ 2 + 1) (Set.Ici 0)",
    "(n : ℕ) : Nat.choose n 3 * 6 = n * (n - 1) * (n - 2)",
    "(G : Type) (m : G → G → G) (e : G) (i : G → G) (assoc : ∀ x y z, m (m x y) z = m x (m y z)) "
    "(one : ∀ x, m e x = x) (inv : ∀ x, m (i x) x = e) (x y : G) : i (m x y) = m (i y) (i x)",
    "(M : Type) [Mul M] [One M] (assoc : ∀ x y z : M, x * y * z = x * (y * z)) (one : ∀ x : M, 1 * x = x) "
    "(square : ∀ x : M, x * x = 1) (x y : M) : x * y = y * x",
    "(α : Type) (r : α → α → Prop) (s : ∀ x y, r x y → r y x) (t : ∀ x y z, r x y → r y z → r x z) "
    "(d : ∀ x, ∃ y, r x y) : ∀ x, r x x",
    "(α β : Type) (f : α → β) (hf : Function.Bijective f) : ∃ g : β → α, (∀ x, g (f x) = x) ∧ ∀ y, f (g y) = y",
    "(α : Type) (p : α → Prop) (a : α) : (∃ x, ∀ y, p x ↔ p y) ↔ ((∃ x, p x) ↔ ∀ y, p y)",
    ": {n : ℕ | 0 < n ∧ n ^ 2 < 50}.ncard = 7",
    "(S : Set ℤ) (h : S = {n | |n| < 3}) : S.encard = 5",
    "(n : ℕ) : ∑ k ∈ Finset.range (n + 1), k ^ 3 = (n * (n + 1) / 2) ^ 2",
    "(n : ℕ) : Nat.choose (n + 2) 3 = n * (n + 1) * (n + 2) / 6",
    "(q : ℚ) : q ^ 2 ≠ 7",
    ": ∀ n : ℕ, ∃ m, m > n ∧ Even m",
    "(x : ℝ) (hx : 0 < x) (h : x < π / 2) : 0 < Real.tan x",
    "(x : ℝ) (hx : 0 ≤ x) (h : x ≤ π / 2) : 0 ≤ Real.cos x",
    "(x : ℝ) (h : (2 : ℝ) ^ (2 * x + 1) = 8) : x = 1",
    ": (8 : ℝ) ^ (2 / 3 : ℝ) = 4",
    "(x y : ℝ) (h : ∀ n : ℕ, x < y + 1 / (n + 1)) : x ≤ y",
    "(z : ℂ) (h : z.re = 2) (k : z.im = 3) : z = 2 + 3 * Complex.I",
    "(a b : ℝ) (h : a < b) : IsGLB (Set.Ioo a b) a",
    ": IsLUB (Set.Ico (0 : ℝ) 1) 1",
    ": ¬ Irrational 2",
    "(a b : ℝ) (h : Real.exp a + a = Real.exp b + b) : a = b",
    "(n : ℕ) (h : 8 ≤ n) : ∃ a b : ℕ, n = 3 * a + 5 * b",
    "(x y : ℝ) (h : 0 < x) : ∃ n : ℕ, n * x > y",
    "(α : Type) (p : α → α → Prop) (x : α) (h : ∀ y, p x y ↔ ¬ p y y) : False",
    "(l : List ℕ) (h : ∀ x ∈ l, x = 2) : l.sum = 2 * l.length",
    "(x : ℝ) : ∃ n : ℕ, x < n",
    "(p : ℕ) (hp : Nat.Prime p) (h : p ∣ 10) : p = 2 ∨ p = 5",
    "(a b c : ℤ) (h1 : a ∣ b) (h2 : a ∣ c) : a ∣ 3 * b - 2 * c",
    "(a b : ℝ) (h : ∀ c, c > b → a ≤ c) : a ≤ b",
    "(n : ℕ) : 6 ∣ n ^ 3 + 5 * n",
    "(a b : ℤ) (h : 7 ∣ a ^ 2 + b ^ 2) : 7 ∣ a",
    "(n : ℕ) (h : n % 2 = 1) : 5 ∣ 1 ^ n + 4 ^ n",
    "(n : ℕ) (h : n ≡ 3 [MOD 7]) : n ^ 2 ≡ 2 [MOD 7]",
    "(n : ℕ) : 9 ∣ 4 ^ n + 15 * n - 1",
    "(n : ℕ) : Nat.gcd (2 * n + 1) (3 * n + 1) = 1",
    ": ⌊-Real.sqrt 17⌋ = -5",
    "(a : ℝ) (h : a ∈ Set.Icc (1 : ℝ) 2) : a ^ 2 ∈ Set.Icc (1 : ℝ) 4",
    "(n : ℕ) : ∑ k ∈ Finset.range (n + 1), k = n * (n + 1) / 2",
    "(x y : ℚ) (h : x < y) : ∃ z, x < z ∧ z < y",
    "(u : ℕ → ℝ) (r : ℝ) (h : ∀ n, u (n + 1) = r * u n) (n : ℕ) : u n = u 0 * r ^ n",
    "(u : ℕ → ℤ) (h0 : u 0 = 2) (h1 : u 1 = 5) (h : ∀ n, u (n + 2) = 5 * u (n + 1) - 6 * u n) (n : ℕ) : "
    "u n = 2 ^ n + 3 ^ n",
    "(n : ℕ) (h : 7 ≤ n) : 3 ^ n < Nat.factorial n",
    "(l : List ℤ) : (l.map (fun x => 3 * x)).sum = 3 * l.sum",
    "(f : ℝ → ℝ) (h : ∀ x, 2 * f x + f (-x) = 3 * x + 6) (x : ℝ) : f x = 3 * x + 2",
    "(n : ℕ) : (∑ k ∈ Finset.range (n + 1), k) ^ 2 = ∑ k ∈ Finset.range (n + 1), k ^ 3",
    "(u : ℕ → ℝ) (h0 : u 0 = 1) (h : ∀ n, u (n + 1) = Real.sqrt (2 + u n)) (n : ℕ) : u n < 2",
    "(p : ℕ) (hp : Nat.Prime p) (h : Nat.Prime (p ^ 2 + 2)) : p = 3",
    "(a b : ℚ) (h : (a : ℝ) + b * Real.sqrt 2 = 0) : b = 0",
    "(x : ℝ) (hx : 1 < x) (h : Real.log (x - 1) + Real.log (x + 1) = Real.log 8) : x = 3",
    ": ∀ ε > (0 : ℝ), ∃ N : ℕ, ∀ n ≥ N, |1 / ((n : ℝ) + 1) - 0| < ε",
    ": {x : ℝ | x ^ 2 = 4} = {2, -2}",
    "(a m n : ℕ) (h : a ≡ 1 [MOD m]) : a ^ n ≡ 1 [MOD m]",
    "(s : Finset ℤ) (h : ∀ x, x ∈ s ↔ |x - 2| < 5) : s.card = 9",
    "(S : Set ℕ) (u v : ℕ) (h : ∀ n, n ∈ S ↔ 0 < n ∧ 5 * n % 12 = 1) (hu : IsLeast S u) (hv : IsLeast (S \\ {u}) v) : "
    "u + v = 22",
    "(x : ℕ → ℤ) (h1 : x 1 = 3) (h2 : x 2 = 8) (h : ∀ n ≥ 3, x n = x (n - 1) - x (n - 2)) : x 100 - x 50 = -11",
    "(x y : ℕ) (h : 2 ^ x * 5 ^ y = 200) : x + y = 5",
    "(n : ℕ) : Nat.gcd (2 * n + 3) (4 * n + 1) ≤ 5",
    "(a b : ℕ) (h : (1 / 2 : ℚ) * a = b + 3) (k : (a : ℚ) = 3 * b) : a = 18",
    "(x y : ℝ) (n : ℤ) (h : x ^ 3 = -45) (k : y ^ 3 = -101) (l : x < n) (m : n < y) : n = -4",
)
RARER = (
    "(S : Finset ℕ) (h : ∀ n, n ∈ S ↔ n ∣ 24 ∧ n % 2 = 0) : ∑ k ∈ S, k = 56",
    "(f : ℕ → ℝ) (h0 : f 0 = 2) (h : ∀ n, f (n + 1) = 1 / (1 - f n)) : f 2021 = 1 / 2",
    "(t : ℕ → ℕ) (a : ℕ) (h0 : t 0 = 0) (h1 : t 1 = 1) (h : ∀ n > 1, t n = t (n - 2) + t (n - 1)) (ha : a % 16 = 5) : "
    "t a % 7 = 5",
    "(x y : ℤ) (h : x % 19 = 4) (k : y % 19 = 7) : (x + 1) ^ 2 * y % 19 = 4",
    "(x : ℕ) (h : 1 ≤ x ∧ x ≤ 40) (k : 31 ∣ (∑ i ∈ Finset.range 41, i) - x) : x = 14",
    ": IsGreatest {n : ℕ | 6 ^ n ∣ Nat.factorial 50} 22",
    "(u v : ℕ → ℕ) (h : ∀ n, u n = 2 * n + 2) (k : ∀ n, v n = 2 * n + 1) : "
    "∑ i ∈ Finset.range 500, u i - ∑ i ∈ Finset.range 500, v i = 500",
    "(p : Prop) (x : ℝ) (h : x ^ 2 + 1 < 0) : p",
    "(n : ℕ) (hn : 1 < n) (h : Nat.Prime (n ^ 4 + 4)) : False",
    ": Irrational (Real.sqrt 2 + Real.sqrt 3)",
    "(x : ℝ) (h : Real.exp (2 * x) - 3 * Real.exp x + 2 = 0) : x = 0 ∨ x = Real.log 2",
    "(a b : ℝ) (hb : b ≠ 0) : |a / b| = |a| / |b|",
    "(α : Type) [Nonempty α] (p : α → Prop) : ∃ x, p x → ∀ y, p y",
    "(a b c : ℤ) (h : a ∣ b) (hc : c ∣ a) : c ^ 2 ∣ b ^ 2",
    "(n : ℕ) : n % 9 = (Nat.digits 10 n).sum % 9",
    ": (3 + 4 * Complex.I).re = 3",
    ": IsLUB {x : ℝ | x < 3} 3",
    ": Real.exp 1 < 3",
    "(n : ℕ) (x : ℝ) : Real.exp (n * x) = Real.exp x ^ n",
    "(n : ℕ) (x : ℝ) : Real.exp x ^ n = Real.exp (x * n)",
    "(f : ℝ → ℝ) (hf : StrictMono f) (a b : ℝ) (h : f a < f b) : a < b",
    ": ∃ f : ℤ → ℤ, ∀ x y, f (x + y) = f x + f y",
    "(f : ℝ → ℝ) (h : ∀ x, f x = (2 * x + 1) ^ 999 - (x + 1) ^ 1000 + x) : f (-1) = -2",
    ": (-1 : ℤ) ^ 611 = -1",
    "(a b c d : ℤ) : ∃ x y, (a ^ 2 - 2 * b ^ 2) * (c ^ 2 - 2 * d ^ 2) = x ^ 2 - 2 * y ^ 2",
    "(a b c d e f : ℤ) : ∃ x y : ℤ, (a ^ 2 + b ^ 2) * (c ^ 2 + d ^ 2) * (e ^ 2 + f ^ 2) = x ^ 2 + y ^ 2",
    "(a b c : ℤ) : ∃ x y : ℤ, x ^ 2 + b * y ^ 2 = (a ^ 2 + b * c ^ 2) ^ 2",
    "(n : ℕ) : (2 : ℤ) ^ (3 * n) - 1 = (2 ^ n - 1) * (2 ^ (2 * n) + 2 ^ n + 1)",
    "(x : ℝ) (n : ℕ) : x ^ (n * 4) - 1 = (x ^ n - 1) * (x ^ n + 1) * (x ^ (2 * n) + 1)",
    "(x : ℝ) (n : ℕ) : x ^ (2 * n) - 2 * x ^ n + 1 ≥ 0",
    "(m : ℝ) (h : m ^ 2 ≤ 4) (hm : ∀ y : ℝ, y ^ 2 ≤ 4 → y ≤ m) : m = 2",
    "(n : ℕ) (h : n % 7 = 3 ∧ 10 < n) (hn : ∀ k, k % 7 = 3 ∧ 10 < k → n ≤ k) : n = 17",
    "(a b : ℤ) (h : ∀ x : ℝ, (x + 1) * (x - 3) = x ^ 2 + a * x + b) : (a, b) = (-2, -3)",
    "(a b : ℕ) (h : ∀ x : ℝ, (x + 1) * (x + 3) = x ^ 2 + a * x + b) : a + b = 7",
    "(f : ℝ → ℝ) (hf : ∀ x, f x = if x < 1 then 2 * x else x + 1) (x : ℝ) (h : 0 ≤ x) : 0 ≤ f x",
    "(f : ℝ → ℝ) (hf : ∀ x, f x = if x < 0 then -x else x) (x y : ℝ) : f (x * 1) ≤ |x| + |y|",
)


@pytest.fixture(scope="module")
def verifier(lean: Installation) -> Iterator[Verifier]:
    opened = verifier_of("embedded", "core", Limits(heartbeats=50_000))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "statement",
    [
        *(pytest.param(text, marks=pytest.mark.slow if at % 3 == 2 else ()) for at, text in enumerate(STATEMENTS)),
        *(pytest.param(text, marks=pytest.mark.slow) for text in RARER),
    ],
)
def test_the_verifier_accepts(statement: str, session: EmbeddedSession, verifier: Verifier) -> None:
    problem = Problem(name="stated", statement=f"theorem stated {statement} := by")
    state = session.start(problem)
    try:
        found = next((made for effort in range(3) if (made := certificates(state.goals[0], effort))), [])
    finally:
        session.release(problem)
    assert found
    verdicts = (verifier.verify(problem, certificate.tactic) for certificate in found[:4])
    assert any(isinstance(verdict, VerifiedProof) for verdict in verdicts)
