import Core.Lemmas.Everyday
import Core.Lemmas.Fractions
import Core.NNReal
import Core.ZMod

/-!
# What `simp` knows of rings, fields and their order

Under Mathlib's names, and marked for `simp` as Mathlib marks them; nothing here that Mathlib's `simp` does not do. Of low
priority: on ℕ, ℤ and ℚ core's own lemmas come first. Left out are those that change the form of what they meet
(`one_div`, `inv_pow`), because the finders read fractions and powers as they are written.
-/

@[expose] noncomputable section

namespace Core
open Lean.Grind
set_option linter.unusedSectionVars false

attribute [simp low] add_zero zero_add mul_one one_mul mul_zero zero_mul pow_zero pow_one

section
variable {α : Type u} [CommSemiring α]
@[simp low] theorem one_pow (n : ℕ) : (1 : α) ^ n = 1 := by
  induction n with
  | zero => exact pow_zero 1
  | succ n ih => rw [pow_succ, ih, mul_one]
@[simp low] theorem zero_pow {n : ℕ} (h : n ≠ 0) : (0 : α) ^ n = 0 := by
  obtain ⟨k, rfl⟩ := Nat.exists_eq_succ_of_ne_zero h
  rw [pow_succ, mul_zero]
end

attribute [simp low] sub_self neg_neg mul_neg neg_mul

section
variable {α : Type u} [CommRing α] {a b c : α}
@[simp low] theorem neg_zero : -(0 : α) = 0 := AddCommGroup.neg_zero
@[simp low] theorem sub_zero (a : α) : a - 0 = a := by grind
@[simp low] theorem zero_sub (a : α) : 0 - a = -a := by grind
@[simp low] theorem neg_sub (a b : α) : -(a - b) = b - a := by grind
@[simp low] theorem sub_neg_eq_add (a b : α) : a - -b = a + b := by grind
@[simp low] theorem neg_add_cancel (a : α) : -a + a = 0 := by grind
@[simp low] theorem add_neg_cancel (a : α) : a + -a = 0 := by grind
@[simp low] theorem add_sub_cancel_right (a b : α) : a + b - b = a := by grind
@[simp low] theorem add_sub_cancel_left (a b : α) : a + b - a = b := by grind
@[simp low] theorem add_sub_cancel (a b : α) : a + (b - a) = b := by grind
@[simp low] theorem sub_add_cancel (a b : α) : a - b + b = a := by grind
@[simp low] theorem sub_sub_cancel (a b : α) : a - (a - b) = b := by grind
@[simp low] theorem add_left_inj (a : α) : b + a = c + a ↔ b = c := ⟨fun h => by grind, fun h => by rw [h]⟩
@[simp low] theorem add_right_inj (a : α) : a + b = a + c ↔ b = c := ⟨fun h => by grind, fun h => by rw [h]⟩
@[simp low] theorem sub_left_inj : b - a = c - a ↔ b = c := ⟨fun h => by grind, fun h => by rw [h]⟩
@[simp low] theorem sub_right_inj : a - b = a - c ↔ b = c := ⟨fun h => by grind, fun h => by rw [h]⟩
@[simp low] theorem add_eq_left : a + b = a ↔ b = 0 := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem add_eq_right : a + b = b ↔ a = 0 := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem left_eq_add : a = a + b ↔ b = 0 := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem right_eq_add : b = a + b ↔ a = 0 := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem neg_inj : -a = -b ↔ a = b := ⟨fun h => by grind, fun h => by rw [h]⟩
@[simp low] theorem neg_eq_zero : -a = 0 ↔ a = 0 := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem zero_eq_neg : 0 = -a ↔ a = 0 := ⟨fun h => by grind, fun h => by grind⟩
theorem neg_sq (a : α) : (-a) ^ 2 = a ^ 2 := by grind
end

attribute [simp low] mul_eq_zero pow_eq_zero_iff div_one div_self mul_inv_cancel₀ div_mul_cancel₀
  mul_div_cancel_left₀ mul_div_cancel_right₀

section
variable {α : Type u} [Field α] {a b c : α}
@[simp low] theorem one_ne_zero : (1 : α) ≠ 0 := fun h => Field.zero_ne_one h.symm
@[simp low] theorem zero_ne_one : (0 : α) ≠ 1 := Field.zero_ne_one
@[simp low] theorem zero_eq_mul : 0 = a * b ↔ a = 0 ∨ b = 0 := eq_comm.trans mul_eq_zero
theorem mul_self_eq_zero : a * a = 0 ↔ a = 0 := mul_eq_zero.trans (or_self_iff ..)
@[simp low] theorem mul_eq_mul_left_iff : a * b = a * c ↔ b = c ∨ a = 0 := by
  rw [← sub_eq_zero, ← mul_sub, mul_eq_zero, sub_eq_zero, or_comm]
@[simp low] theorem mul_eq_mul_right_iff : a * c = b * c ↔ a = b ∨ c = 0 := by
  rw [mul_comm a, mul_comm b, mul_eq_mul_left_iff]
@[simp low] theorem inv_zero : (0 : α)⁻¹ = 0 := Field.inv_zero
@[simp low] theorem inv_one : (1 : α)⁻¹ = 1 := Field.inv_one
@[simp low] theorem inv_inv (a : α) : a⁻¹⁻¹ = a := Field.inv_inv a
@[simp low] theorem inv_eq_zero : a⁻¹ = 0 ↔ a = 0 :=
  ⟨fun h => by rw [← inv_inv a, h, inv_zero], fun h => by rw [h, inv_zero]⟩
@[simp low] theorem inv_mul_cancel₀ (h : a ≠ 0) : a⁻¹ * a = 1 := Field.inv_mul_cancel h
@[simp low] theorem zero_div (a : α) : 0 / a = 0 := by rw [div_eq_mul_inv, zero_mul]
@[simp low] theorem div_zero (a : α) : a / 0 = 0 := by rw [div_eq_mul_inv, inv_zero, mul_zero]
@[simp low] theorem div_eq_zero_iff : a / b = 0 ↔ a = 0 ∨ b = 0 := by rw [div_eq_mul_inv, mul_eq_zero, inv_eq_zero]
end

section
variable {α : Type u} [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] {a b : α}
@[simp low] theorem lt_self_iff_false (a : α) : a < a ↔ False := ⟨lt_irrefl a, False.elim⟩
end

attribute [simp low] le_refl not_le not_lt sub_nonneg sub_pos

section
variable {α : Type u} [CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [OrderedRing α] {a b c : α}
@[simp low] theorem zero_lt_one : (0 : α) < 1 := OrderedRing.zero_lt_one
@[simp low] theorem zero_le_one : (0 : α) ≤ 1 := OrderedRing.zero_le_one
theorem one_pos : (0 : α) < 1 := zero_lt_one
/-- Mathlib's `Nat.ofNat_pos`; `no_index`, so that `simp` finds it for numerals. -/
@[simp low] theorem numeral_pos {n : ℕ} (h : 0 < n) : (0 : α) < no_index (OfNat.ofNat n) := Certificate.numeral_pos n h
@[simp low] theorem add_le_add_iff_left (a : α) : a + b ≤ a + c ↔ b ≤ c := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem add_le_add_iff_right (a : α) : b + a ≤ c + a ↔ b ≤ c := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem add_lt_add_iff_left (a : α) : a + b < a + c ↔ b < c := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem add_lt_add_iff_right (a : α) : b + a < c + a ↔ b < c := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem le_add_iff_nonneg_right (a : α) : a ≤ a + b ↔ 0 ≤ b := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem le_add_iff_nonneg_left (a : α) : a ≤ b + a ↔ 0 ≤ b := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem lt_add_iff_pos_right (a : α) : a < a + b ↔ 0 < b := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem lt_add_iff_pos_left (a : α) : a < b + a ↔ 0 < b := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem sub_nonpos : a - b ≤ 0 ↔ a ≤ b := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem sub_neg : a - b < 0 ↔ a < b := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem sub_le_sub_iff_left (a : α) : a - b ≤ a - c ↔ c ≤ b := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem sub_le_sub_iff_right (c : α) : a - c ≤ b - c ↔ a ≤ b := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem sub_lt_sub_iff_left (a : α) : a - b < a - c ↔ c < b := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem sub_lt_sub_iff_right (c : α) : a - c < b - c ↔ a < b := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem neg_le_neg_iff : -a ≤ -b ↔ b ≤ a := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem neg_lt_neg_iff : -a < -b ↔ b < a := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem neg_nonneg : 0 ≤ -a ↔ a ≤ 0 := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem neg_nonpos : -a ≤ 0 ↔ 0 ≤ a := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem neg_pos : 0 < -a ↔ a < 0 := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem neg_lt_zero : -a < 0 ↔ 0 < a := ⟨fun h => by grind, fun h => by grind⟩
@[simp low] theorem sq_nonpos_iff (a : α) : a ^ 2 ≤ 0 ↔ a = 0 :=
  ⟨fun h => Classical.byContradiction fun k => absurd h (not_le.2 (Certificate.square_pos k)),
    fun h => by rw [h, zero_pow (by decide)]; exact le_refl 0⟩
@[simp low] theorem mul_pos_iff_of_pos_left (h : 0 < c) : 0 < c * b ↔ 0 < b :=
  ⟨fun k => not_le.1 fun l => absurd k (not_lt.2 (by have := mul_le_mul_of_nonneg_left l (le_of_lt h); grind)), mul_pos h⟩
@[simp low] theorem mul_nonneg_iff_of_pos_left (h : 0 < c) : 0 ≤ c * b ↔ 0 ≤ b :=
  ⟨fun k => not_lt.1 fun l => absurd k (not_le.2 (by have := mul_lt_mul_of_pos_left l h; grind)), mul_nonneg (le_of_lt h)⟩
end

section
variable {α : Type u} [Field α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [OrderedRing α] {a : α}
@[simp low] theorem inv_nonneg : 0 ≤ a⁻¹ ↔ 0 ≤ a := by
  rw [← not_lt, ← not_lt, ← neg_pos, ← neg_pos, ← Field.inv_neg, inv_pos]
end

attribute [simp low] Real.sqrt_nonneg inv_pos abs_nonneg abs_neg sq_abs abs_eq_zero abs_pos

section
variable [Reals] (a : ℝ)
@[simp low] theorem abs_zero : |(0 : ℝ)| = 0 := abs_of_nonneg (le_refl 0)
@[simp low] theorem abs_one : |(1 : ℝ)| = 1 := abs_of_pos zero_lt_one
@[simp low] theorem abs_abs : |(|a|)| = |a| := abs_of_nonneg (abs_nonneg a)
end

end Core

end
