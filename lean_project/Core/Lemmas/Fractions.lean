import Core.Lemmas.Everyday

/-!
# Fractions brought together, under Mathlib's names

What `field_simp` rewrites with (`Core.Tactics`). None is marked for `simp`: each asks for a denominator that is not zero, or takes
a product apart that a proof may want whole.
-/

@[expose] noncomputable section

namespace Core
open Lean.Grind (Field)

section
variable {α : Type u} [Field α] {a b c d : α}

theorem sub_ne_zero : a - b ≠ 0 ↔ a ≠ b := not_congr sub_eq_zero
theorem sub_ne_zero_of_ne (h : a ≠ b) : a - b ≠ 0 := sub_ne_zero.2 h
theorem neg_ne_zero : -a ≠ 0 ↔ a ≠ 0 := by grind
theorem div_sub_div (a : α) (c : α) (hb : b ≠ 0) (hd : d ≠ 0) : a / b - c / d = (a * d - b * c) / (b * d) := by grind
theorem div_add' (a b c : α) (hc : c ≠ 0) : a / c + b = (a + b * c) / c := by grind
theorem add_div' (a b c : α) (hc : c ≠ 0) : b + a / c = (b * c + a) / c := by grind
theorem div_sub' (a b c : α) (hc : c ≠ 0) : a / c - b = (a - c * b) / c := by grind
theorem sub_div' (a b c : α) (hc : c ≠ 0) : b - a / c = (b * c - a) / c := by grind
theorem div_div (a b c : α) : a / b / c = a / (b * c) := by grind
theorem div_div_eq_mul_div (a b c : α) : a / (b / c) = a * c / b := by grind
theorem div_mul_eq_mul_div (a b c : α) : a / b * c = a * c / b := by grind
theorem mul_div_assoc' (a b c : α) : a * (b / c) = a * b / c := by grind
theorem div_mul_div_comm (a b c d : α) : a / b * (c / d) = a * c / (b * d) := by grind
theorem neg_div' (a b : α) : -(b / a) = -b / a := by grind
theorem inv_eq_one_div (a : α) : a⁻¹ = 1 / a := by grind
theorem div_ne_zero (ha : a ≠ 0) (hb : b ≠ 0) : a / b ≠ 0 := by grind
theorem div_eq_one_iff_eq (hb : b ≠ 0) : a / b = 1 ↔ a = b := by grind
theorem mul_div_mul_left (a b : α) (hc : c ≠ 0) : c * a / (c * b) = a / b := by grind
theorem mul_div_mul_right (a b : α) (hc : c ≠ 0) : a * c / (b * c) = a / b := by grind
theorem mul_div_cancel_left₀ (b : α) (ha : a ≠ 0) : a * b / a = b := by grind
theorem mul_div_cancel_right₀ (a : α) (hb : b ≠ 0) : a * b / b = a := by grind

end

/-- Decimal fractions, as `ring` and `linarith` read them. -/
theorem Certificate.decimal [Reals] (m e p : ℕ) (h : Nat.beq (10 ^ e) p = true) :
    (OfScientific.ofScientific m true e : ℝ) * OfNat.ofNat p = OfNat.ofNat m := by
  obtain rfl := Nat.eq_of_beq_eq_true h
  rw [Real.ofScientific_eq, Lean.Grind.Semiring.ofNat_eq_natCast (10 ^ e), Lean.Grind.Semiring.ofNat_eq_natCast m, Nat.cast_pow,
    Nat.cast_ofNat 10]
  exact div_mul_cancel₀ _ (pow_ne_zero _ (Certificate.numeral_ne 10))

theorem Certificate.decimal_rat (m e p : ℕ) (h : Nat.beq (10 ^ e) p = true) :
    (OfScientific.ofScientific m true e : ℚ) * OfNat.ofNat p = OfNat.ofNat m := by
  obtain rfl := Nat.eq_of_beq_eq_true h
  rw [show (OfScientific.ofScientific m true e : ℚ) = mkRat m (10 ^ e) from Rat.ofScientific_true_def, Rat.mkRat_eq_div]
  exact div_mul_cancel₀ _ (Certificate.numeral_nonzero_field ℚ (10 ^ e) (Nat.pow_pos (by decide)))

end Core

end
