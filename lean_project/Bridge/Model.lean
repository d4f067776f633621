import Mathlib
import Core.Full
import Bridge.Attribute

/-!
# Mathlib's real numbers satisfy the laws of the prelude

`model` is the instance of `Core.Reals` by which whatever is proved over the prelude holds of Mathlib's ℝ. It is a plain
definition, so that nothing of the prelude is found by accident where Mathlib is meant.

Nothing here opens `Core`: the prelude's names and notation would be confused with Mathlib's.
-/

noncomputable section

namespace Bridge

theorem exists_isLUB (S : ℝ → Prop) (ne : ∃ x, S x) (bounded : ∃ b, ∀ x, S x → x ≤ b) :
    ∃ s, (∀ x, S x → x ≤ s) ∧ ∀ b, (∀ x, S x → x ≤ b) → s ≤ b := by
  obtain ⟨b, hb⟩ := bounded
  obtain ⟨a, ha⟩ := ne
  obtain ⟨s, hs⟩ := Real.exists_isLUB (s := {x | S x}) ⟨a, ha⟩ ⟨b, fun x hx => hb x hx⟩
  exact ⟨s, fun x hx => hs.1 hx, fun c hc => hs.2 fun x hx => hc x hx⟩

theorem pi_gt : (314 / 100 : ℝ) < Real.pi := by
  have h := Real.pi_gt_d2
  norm_num at h ⊢
  linarith

theorem pi_lt : Real.pi < (315 / 100 : ℝ) := by
  have h := Real.pi_lt_d2
  norm_num at h ⊢
  linarith

/-- Every law of `Core.Reals`, by the theorem of Mathlib that its comment names. -/
def model : Core.Reals where
  carrier := ℝ
  field := Field.toGrindField (K := ℝ)
  le := inferInstanceAs (LE ℝ)
  lt := inferInstanceAs (LT ℝ)
  linearOrder := inferInstanceAs (Std.IsLinearOrder ℝ)
  lawfulLT := inferInstanceAs (Std.LawfulOrderLT ℝ)
  orderedRing := inferInstanceAs (Lean.Grind.OrderedRing ℝ)
  exists_isLUB := exists_isLUB
  floor := fun x => Int.floor x
  le_floor := fun _ _ => Int.le_floor
  sqrt := Real.sqrt
  sqrt_nonneg := fun x => Real.sqrt_nonneg x
  mul_self_sqrt := fun h => Real.mul_self_sqrt h
  sqrt_eq_zero_of_nonpos := fun h => Real.sqrt_eq_zero_of_nonpos h
  exp := Real.exp
  exp_add := fun x y => Real.exp_add x y
  add_one_le_exp := fun x => Real.add_one_le_exp x
  log := Real.log
  exp_log := fun h => Real.exp_log h
  log_zero := Real.log_zero
  log_neg_eq_log := fun x => Real.log_neg_eq_log x
  sin := Real.sin
  cos := Real.cos
  pi := Real.pi
  cos_zero := Real.cos_zero
  sin_add := fun x y => Real.sin_add x y
  cos_add := fun x y => Real.cos_add x y
  sin_sq_add_cos_sq := fun x => Real.sin_sq_add_cos_sq x
  cos_pi_div_two := Real.cos_pi_div_two
  sin_pos_of_pos_of_lt_pi := fun h k => Real.sin_pos_of_pos_of_lt_pi h k
  sin_lt := fun h => Real.sin_lt h
  pi_gt_d2 := pi_gt
  pi_lt_d2 := pi_lt

end Bridge

end
