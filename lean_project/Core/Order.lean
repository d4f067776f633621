import Core.Reals

/-!
# Order, absolute value, maximum, minimum

For any ordered commutative ring in core's sense (ℤ, ℚ, ℝ), under Mathlib's names and with Mathlib's hypotheses.
-/

namespace Core

instance : Std.LawfulOrderMax ℤ := .of_max_le_iff (fun _ _ _ => by omega) (fun _ _ => by omega)
instance : Std.LawfulOrderMin ℤ := .of_le_min_iff (fun _ _ _ => by omega) (fun _ _ => by omega)

section Real
variable [Reals]
theorem Real.max_def (a b : ℝ) : max a b = if a ≤ b then b else a := rfl
theorem Real.min_def (a b : ℝ) : min a b = if a ≤ b then a else b := rfl
theorem Rat.max_def (a b : ℚ) : max a b = if a ≤ b then b else a := rfl
theorem Rat.min_def (a b : ℚ) : min a b = if a ≤ b then a else b := rfl
end Real

section
variable {α : Type u} [Lean.Grind.CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α]
  [Lean.Grind.OrderedRing α] {a b c d : α}
set_option linter.unusedSectionVars false

theorem mul_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a * b := Lean.Grind.OrderedRing.mul_nonneg ha hb
theorem mul_pos (ha : 0 < a) (hb : 0 < b) : 0 < a * b := Lean.Grind.OrderedRing.mul_pos ha hb
theorem sq_nonneg (a : α) : 0 ≤ a ^ 2 := Lean.Grind.OrderedRing.sq_nonneg
theorem mul_self_nonneg (a : α) : 0 ≤ a * a := by rw [← Lean.Grind.Semiring.pow_two]; exact sq_nonneg a
end

end Core
