import Core.Lemmas.Order

/-!
# Casts

ℕ and ℤ go into every ring by `Nat.cast` and `Int.cast` (core's coercions), ℚ into ℝ and ℂ by `Rat.cast`. The lemmas carry
`simp` and `norm_cast` attributes, so `push_cast`, `norm_cast` and `exact_mod_cast` know them.
-/

@[expose] noncomputable section

namespace Core
open Lean.Grind

section
attribute [local instance] Semiring.natCast Ring.intCast
variable {R : Type u}
section
variable [Semiring R]
@[simp, norm_cast] theorem Nat.cast_zero : ((0 : ℕ) : R) = 0 := Semiring.natCast_zero
@[simp, norm_cast] theorem Nat.cast_one : ((1 : ℕ) : R) = 1 := Semiring.natCast_one
/-- `no_index`, so that `simp` and `norm_cast` find it for numerals; `grind` takes its pattern from the next one. -/
@[simp, norm_cast] theorem Nat.cast_ofNat (n : ℕ) : ((no_index (OfNat.ofNat n) : ℕ) : R) = OfNat.ofNat n :=
  (Semiring.ofNat_eq_natCast n).symm
@[grind =] theorem Nat.cast_ofNat' (n : ℕ) : ((OfNat.ofNat n : ℕ) : R) = OfNat.ofNat n := Nat.cast_ofNat n
@[simp, norm_cast] theorem Nat.cast_add (m n : ℕ) : ((m + n : ℕ) : R) = m + n := Semiring.natCast_add m n
@[simp, norm_cast] theorem Nat.cast_mul (m n : ℕ) : ((m * n : ℕ) : R) = m * n := Semiring.natCast_mul m n
@[simp, norm_cast] theorem Nat.cast_pow (m n : ℕ) : ((m ^ n : ℕ) : R) = (m : R) ^ n := Semiring.natCast_pow m n
theorem Nat.cast_succ (n : ℕ) : ((Nat.succ n : ℕ) : R) = n + 1 := Semiring.natCast_succ n
end
section
variable [CommRing R]
@[simp, norm_cast] theorem Nat.cast_sub {m n : ℕ} (h : m ≤ n) : ((n - m : ℕ) : R) = n - m := by
  obtain ⟨k, rfl⟩ := Nat.exists_eq_add_of_le h
  rw [Nat.add_sub_cancel_left, Semiring.natCast_add]
  grind
@[simp, norm_cast] theorem Int.cast_natCast (n : ℕ) : (((n : ℕ) : ℤ) : R) = n := Ring.intCast_natCast n
@[simp, norm_cast] theorem Int.cast_zero : ((0 : ℤ) : R) = 0 := Ring.intCast_zero
@[simp, norm_cast] theorem Int.cast_one : ((1 : ℤ) : R) = 1 := Ring.intCast_one
@[simp, norm_cast] theorem Int.cast_ofNat (n : ℕ) : ((no_index (OfNat.ofNat n) : ℤ) : R) = OfNat.ofNat n := Ring.intCast_ofNat n
@[grind =] theorem Int.cast_ofNat' (n : ℕ) : ((OfNat.ofNat n : ℤ) : R) = OfNat.ofNat n := Int.cast_ofNat n
@[simp, norm_cast] theorem Int.cast_neg (m : ℤ) : ((-m : ℤ) : R) = -m := Ring.intCast_neg m
@[simp, norm_cast] theorem Int.cast_add (m n : ℤ) : ((m + n : ℤ) : R) = m + n := Ring.intCast_add m n
@[simp, norm_cast] theorem Int.cast_sub (m n : ℤ) : ((m - n : ℤ) : R) = m - n := Ring.intCast_sub m n
@[simp, norm_cast] theorem Int.cast_mul (m n : ℤ) : ((m * n : ℤ) : R) = m * n := Ring.intCast_mul m n
@[simp, norm_cast] theorem Int.cast_pow (m : ℤ) (n : ℕ) : ((m ^ n : ℤ) : R) = (m : R) ^ n := Ring.intCast_pow m n
/-- By which `norm_cast` takes a negative numeral into ℤ; of fields, as in Mathlib, or it would go from ℤ to ℤ for ever. -/
@[simp, norm_cast] theorem Int.cast_neg_natCast {R : Type u} [Field R] (n : ℕ) : ((-(n : ℤ) : ℤ) : R) = -n := by
  rw [Int.cast_neg, Int.cast_natCast]
end
section
set_option linter.unusedSectionVars false
variable [CommRing R] [LE R] [LT R] [Std.IsLinearOrder R] [Std.LawfulOrderLT R] [OrderedRing R] {m n : ℕ} {a b : ℤ}
theorem Nat.cast_nonneg (n : ℕ) : 0 ≤ (n : R) := OrderedRing.natCast_nonneg
@[simp, norm_cast] theorem Nat.cast_le : (m : R) ≤ n ↔ m ≤ n :=
  ⟨fun h => Nat.le_of_not_lt fun k => not_le.2 (OrderedRing.natCast_lt_natCast_of_lt _ _ k) h,
    OrderedRing.natCast_le_natCast_of_le _ _⟩
@[simp, norm_cast] theorem Nat.cast_lt : (m : R) < n ↔ m < n := by rw [← not_le, Nat.cast_le, Nat.not_le]
@[simp, norm_cast] theorem Nat.cast_inj : (m : R) = n ↔ m = n :=
  ⟨fun h => Nat.le_antisymm (Nat.cast_le.1 (le_of_eq h)) (Nat.cast_le.1 (le_of_eq h.symm)), fun h => h ▸ rfl⟩
theorem Nat.cast_pos : 0 < (n : R) ↔ 0 < n := by rw [← Nat.cast_zero (R := R), Nat.cast_lt]
theorem Nat.cast_ne_zero : (n : R) ≠ 0 ↔ n ≠ 0 := by rw [← Nat.cast_zero (R := R), Ne, Nat.cast_inj]
theorem Int.cast_nonneg_iff : 0 ≤ (a : R) ↔ 0 ≤ a := by
  rcases Int.le_total 0 a with h | h
  · obtain ⟨n, rfl⟩ := Int.eq_ofNat_of_zero_le h
    exact ⟨fun _ => h, fun _ => Int.cast_natCast (R := R) n ▸ Nat.cast_nonneg n⟩
  · obtain ⟨n, e⟩ := Int.eq_ofNat_of_zero_le (Int.neg_nonneg_of_nonpos h)
    have e' : (a : R) = -(n : R) := by rw [← Int.cast_natCast, ← e, Int.cast_neg]; grind
    have := Nat.cast_nonneg (R := R) n
    rw [e']
    constructor
    · intro k
      have k0 : (n : R) = 0 := le_antisymm (by grind) this
      have : n = 0 := Nat.cast_inj.1 (k0.trans Nat.cast_zero.symm)
      omega
    · intro k
      have : n = 0 := by omega
      rw [this, Nat.cast_zero]
      grind
@[simp, norm_cast] theorem Int.cast_le : (a : R) ≤ b ↔ a ≤ b := by
  rw [← sub_nonneg, ← Int.cast_sub, Int.cast_nonneg_iff, Int.sub_nonneg]
@[simp, norm_cast] theorem Int.cast_lt : (a : R) < b ↔ a < b := by rw [← not_le, Int.cast_le, Int.not_le]
@[simp, norm_cast] theorem Int.cast_inj : (a : R) = b ↔ a = b :=
  ⟨fun h => Int.le_antisymm (Int.cast_le.1 (le_of_eq h)) (Int.cast_le.1 (le_of_eq h.symm)), fun h => h ▸ rfl⟩
theorem Int.cast_pos : 0 < (a : R) ↔ 0 < a := by rw [← Int.cast_zero (R := R), Int.cast_lt]
end
end

section
variable [Reals] {a b : ℚ}
theorem Rat.cast_def (q : ℚ) : (q : ℝ) = (q.num : ℝ) / (q.den : ℝ) := rfl
theorem Rat.cast_den_pos (q : ℚ) : 0 < (q.den : ℝ) := Nat.cast_pos.2 q.den_pos
/-- The cast of a quotient, whatever the representation; the others follow by clearing denominators. -/
theorem Rat.cast_eq_of_mul_den {x : ℝ} (h : x * (a.den : ℝ) = (a.num : ℝ)) : x = a :=
  (eq_div_iff (ne_of_gt (Rat.cast_den_pos a))).2 h
theorem Rat.cast_mul_den (q : ℚ) : (q : ℝ) * (q.den : ℝ) = (q.num : ℝ) := div_mul_cancel₀ _ (ne_of_gt (Rat.cast_den_pos q))
@[simp, norm_cast] theorem Rat.cast_intCast (n : ℤ) : ((n : ℚ) : ℝ) = n := by
  rw [Rat.cast_def, Rat.num_intCast, Rat.den_intCast, Nat.cast_one, div_one]
@[simp, norm_cast] theorem Rat.cast_natCast (n : ℕ) : ((n : ℚ) : ℝ) = n := by
  rw [Rat.cast_def, Rat.num_natCast, Rat.den_natCast, Nat.cast_one, div_one, Int.cast_natCast]
theorem Rat.cast_le : (a : ℝ) ≤ b ↔ a ≤ b := by
  rw [Rat.cast_def, Rat.cast_def, div_le_div_iff (Rat.cast_den_pos a) (Rat.cast_den_pos b), Rat.le_iff,
    ← Int.cast_le (R := ℝ), Int.cast_mul, Int.cast_mul, Int.cast_natCast, Int.cast_natCast]
theorem Rat.cast_lt : (a : ℝ) < b ↔ a < b := by rw [← not_le, Rat.cast_le, Rat.not_le]
theorem Rat.cast_inj : (a : ℝ) = b ↔ a = b :=
  ⟨fun h => Rat.le_antisymm (Rat.cast_le.1 (h ▸ le_refl _)) (Rat.cast_le.1 (h ▸ le_refl _)), fun h => h ▸ rfl⟩
attribute [simp, norm_cast] Rat.cast_le Rat.cast_lt Rat.cast_inj

omit [Reals] in
theorem Rat.mul_den (q : ℚ) : q * (q.den : ℚ) = (q.num : ℚ) := by
  have h := Rat.num_divInt_den q
  rw [Rat.divInt_eq_div] at h
  have h2 : ((q.den : ℤ) : ℚ) ≠ ((0 : ℤ) : ℚ) := fun e => by
    have := Rat.intCast_inj.1 e
    have := q.den_nz
    omega
  have h3 : ((q.den : ℤ) : ℚ) = (q.den : ℚ) := rfl
  rw [h3] at h h2
  have key : ∀ x n d : ℚ, n / d = x → d ≠ 0 → x * d = n := by intro x n d; grind
  exact key _ _ _ h h2
@[simp, norm_cast] theorem Rat.cast_zero : ((0 : ℚ) : ℝ) = 0 := (Rat.cast_natCast 0).trans Nat.cast_zero
@[simp, norm_cast] theorem Rat.cast_one : ((1 : ℚ) : ℝ) = 1 := (Rat.cast_natCast 1).trans Nat.cast_one
@[simp, norm_cast] theorem Rat.cast_ofNat (n : ℕ) : ((no_index (OfNat.ofNat n) : ℚ) : ℝ) = OfNat.ofNat n :=
  (Rat.cast_natCast n).trans (Nat.cast_ofNat n)
@[simp, norm_cast] theorem Rat.cast_add (a b : ℚ) : ((a + b : ℚ) : ℝ) = a + b := by
  have key : ∀ x y D N A B n m : ℝ, N * (A * B) = (n * B + m * A) * D → x * A = n → y * B = m → A ≠ 0 → B ≠ 0 →
      (x + y) * D = N := by intros; grind
  have z : (a + b).num * (a.den * b.den) = (a.num * b.den + b.num * a.den) * (a + b).den := by
    apply Rat.intCast_inj.1
    have h1 := Rat.mul_den (a + b)
    have h2 := Rat.mul_den a
    have h3 := Rat.mul_den b
    push_cast
    grind
  have r : ((a + b).num : ℝ) * (a.den * b.den) = (a.num * b.den + b.num * a.den) * (a + b).den := by
    exact_mod_cast congrArg (Int.cast (R := ℝ)) z
  exact (Rat.cast_eq_of_mul_den (key _ _ _ _ _ _ _ _ r (Rat.cast_mul_den a) (Rat.cast_mul_den b)
    (ne_of_gt (Rat.cast_den_pos a)) (ne_of_gt (Rat.cast_den_pos b)))).symm
@[simp, norm_cast] theorem Rat.cast_mul (a b : ℚ) : ((a * b : ℚ) : ℝ) = a * b := by
  have key : ∀ x y D N A B n m : ℝ, N * (A * B) = (n * m) * D → x * A = n → y * B = m → A ≠ 0 → B ≠ 0 →
      (x * y) * D = N := by intros; grind
  have z : (a * b).num * (a.den * b.den) = (a.num * b.num) * (a * b).den := by
    apply Rat.intCast_inj.1
    have h1 := Rat.mul_den (a * b)
    have h2 := Rat.mul_den a
    have h3 := Rat.mul_den b
    push_cast
    grind
  have r : ((a * b).num : ℝ) * (a.den * b.den) = (a.num * b.num) * (a * b).den := by
    exact_mod_cast congrArg (Int.cast (R := ℝ)) z
  exact (Rat.cast_eq_of_mul_den (key _ _ _ _ _ _ _ _ r (Rat.cast_mul_den a) (Rat.cast_mul_den b)
    (ne_of_gt (Rat.cast_den_pos a)) (ne_of_gt (Rat.cast_den_pos b)))).symm
@[simp, norm_cast] theorem Rat.cast_neg (a : ℚ) : ((-a : ℚ) : ℝ) = -a := by
  have h := Rat.cast_add a (-a)
  rw [show a + -a = 0 by grind, Rat.cast_zero] at h
  grind
@[simp, norm_cast] theorem Rat.cast_sub (a b : ℚ) : ((a - b : ℚ) : ℝ) = a - b := by
  have h := Rat.cast_add (a - b) b
  rw [show a - b + b = a by grind] at h
  grind
@[simp, norm_cast] theorem Rat.cast_inv (a : ℚ) : ((a⁻¹ : ℚ) : ℝ) = (a : ℝ)⁻¹ := by
  by_cases h : a = 0
  · have i : (0 : ℚ)⁻¹ = 0 := by grind
    have j : (0 : ℝ)⁻¹ = 0 := by grind
    rw [h, i, Rat.cast_zero, j]
  · have m := Rat.cast_mul a a⁻¹
    rw [show a * a⁻¹ = 1 by grind, Rat.cast_one] at m
    have z : (a : ℝ) ≠ 0 := fun e => h (Rat.cast_inj.1 (e.trans Rat.cast_zero.symm))
    have key : ∀ x y : ℝ, 1 = x * y → x ≠ 0 → y = x⁻¹ := by intros; grind
    exact key _ _ m z
@[simp, norm_cast] theorem Rat.cast_div (a b : ℚ) : ((a / b : ℚ) : ℝ) = a / b := by
  rw [show a / b = a * b⁻¹ by grind, Rat.cast_mul, Rat.cast_inv]
  grind
@[simp, norm_cast] theorem Rat.cast_pow (a : ℚ) (n : ℕ) : ((a ^ n : ℚ) : ℝ) = (a : ℝ) ^ n := by
  induction n with
  | zero => rw [pow_zero, pow_zero, Rat.cast_one]
  | succ n ih => rw [pow_succ, pow_succ, Rat.cast_mul, ih]
end

end Core

end
