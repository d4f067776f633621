import Core.Reals

/-!
# Squares and products are nonnegative; absolute values unfold

What `grind` needs before anything else. It knows `max` and `min` of integers; the unfoldings teach it those of ℚ and ℝ, so it
splits on absolute values by itself.
-/

@[expose] noncomputable section

namespace Core
open Lean.Grind

section
set_option linter.unusedSectionVars false
variable {α : Type u} [CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [OrderedRing α] {a b : α}
theorem mul_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a * b := OrderedRing.mul_nonneg ha hb
theorem mul_pos (ha : 0 < a) (hb : 0 < b) : 0 < a * b := OrderedRing.mul_pos ha hb
theorem sq_nonneg (a : α) : 0 ≤ a ^ 2 := OrderedRing.sq_nonneg
theorem mul_self_nonneg (a : α) : 0 ≤ a * a := by rw [← Semiring.pow_two]; exact sq_nonneg a
end

@[grind =] theorem Real.max_def [Reals] (a b : ℝ) : max a b = if a ≤ b then b else a := rfl
@[grind =] theorem Real.min_def [Reals] (a b : ℝ) : min a b = if a ≤ b then a else b := rfl
@[grind =] theorem Rat.max_def (a b : ℚ) : max a b = if a ≤ b then b else a := rfl
@[grind =] theorem Rat.min_def (a b : ℚ) : min a b = if a ≤ b then a else b := rfl
@[grind =] theorem abs_eq_max_neg {α : Type u} [Max α] [Neg α] (a : α) : |a| = max a (-a) := rfl

end Core

end
