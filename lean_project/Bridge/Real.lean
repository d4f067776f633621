import Bridge.Model

/-!
# Real functions, absolute values, casts, floors
-/

noncomputable section

namespace Bridge

attribute [local instance] model

/-- The prelude's ℝ, which is Mathlib's by definition. -/
local notation "R" => @Core.Reals.carrier model

theorem carrier_eq : R = ℝ := rfl
@[core_bridge] theorem Real_eq : @Core.Real model = ℝ := rfl

/-! ## Operations: the prelude finds them in `Lean.Grind.Field`, Mathlib in its own classes -/

theorem add_eq (x y : R) : x + y = (show ℝ from x) + (show ℝ from y) := rfl
theorem sub_eq (x y : R) : x - y = (show ℝ from x) - (show ℝ from y) := rfl
theorem mul_eq (x y : R) : x * y = (show ℝ from x) * (show ℝ from y) := rfl
theorem div_eq (x y : R) : x / y = (show ℝ from x) / (show ℝ from y) := rfl
theorem neg_eq (x : R) : -x = -(show ℝ from x) := rfl
theorem inv_eq (x : R) : x⁻¹ = (show ℝ from x)⁻¹ := rfl
theorem pow_eq (x : R) (n : ℕ) : x ^ n = (show ℝ from x) ^ n := rfl
theorem zpow_eq (x : R) (n : ℤ) : x ^ n = (show ℝ from x) ^ n := rfl
theorem le_eq (x y : R) : (x ≤ y) = ((show ℝ from x) ≤ (show ℝ from y)) := rfl
theorem lt_eq (x y : R) : (x < y) = ((show ℝ from x) < (show ℝ from y)) := rfl
theorem natCast_eq (n : ℕ) : (n : R) = (n : ℝ) := rfl
theorem intCast_eq (n : ℤ) : (n : R) = (n : ℝ) := rfl

theorem ratCast_eq (q : ℚ) : (Core.Rat.cast q : R) = (q : ℝ) := by
  change ((q.num : ℤ) : ℝ) / ((q.den : ℕ) : ℝ) = (q : ℝ)
  exact (Rat.cast_def q).symm

theorem ofScientific_eq (m e : ℕ) (negative : Bool) :
    (OfScientific.ofScientific m negative e : R) = (OfScientific.ofScientific m negative e : ℝ) := by
  cases negative
  · change (m : ℝ) * (10 : ℝ) ^ e = OfScientific.ofScientific m false e
    rw [show (OfScientific.ofScientific m false e : ℝ) = ((OfScientific.ofScientific m false e : ℚ) : ℝ) from rfl]
    simp [Rat.ofScientific_false_def]
  · change (m : ℝ) / (10 : ℝ) ^ e = OfScientific.ofScientific m true e
    rw [show (OfScientific.ofScientific m true e : ℝ) = ((OfScientific.ofScientific m true e : ℚ) : ℝ) from rfl]
    simp [Rat.ofScientific_true_def, Rat.mkRat_eq_div]

theorem max_eq (x y : ℝ) : @max R _ x y = max x y := by
  by_cases h : x ≤ y
  · rw [max_eq_right h]
    exact if_pos h
  · rw [max_eq_left (le_of_not_ge h)]
    exact if_neg h

theorem min_eq (x y : ℝ) : @min R _ x y = min x y := by
  by_cases h : x ≤ y
  · rw [min_eq_left h]
    exact if_pos h
  · rw [min_eq_right (le_of_not_ge h)]
    exact if_neg h

@[core_bridge] theorem abs_eq (x : ℝ) : @Core.abs R _ _ x = |x| := max_eq x (-x)
theorem abs_eq_of_lattice {α : Type*} [Lattice α] [AddGroup α] (a : α) : Core.abs a = |a| := rfl

theorem dvd_iff (a b : ℝ) : @Dvd.dvd R _ a b ↔ a ∣ b := Iff.rfl

/-! ## Functions -/

@[core_bridge] theorem sqrt_eq (x : ℝ) : @Core.Real.sqrt model x = Real.sqrt x := rfl
@[core_bridge] theorem exp_eq (x : ℝ) : @Core.Real.exp model x = Real.exp x := rfl
@[core_bridge] theorem log_eq (x : ℝ) : @Core.Real.log model x = Real.log x := rfl
@[core_bridge] theorem sin_eq (x : ℝ) : @Core.Real.sin model x = Real.sin x := rfl
@[core_bridge] theorem cos_eq (x : ℝ) : @Core.Real.cos model x = Real.cos x := rfl
@[core_bridge] theorem pi_eq : @Core.Real.pi model = Real.pi := rfl
@[core_bridge] theorem tan_eq (x : ℝ) : @Core.Real.tan model x = Real.tan x := (Real.tan_eq_sin_div_cos x).symm
@[core_bridge] theorem logb_eq (b x : ℝ) : @Core.Real.logb model b x = Real.logb b x := rfl

@[core_bridge] theorem rpow_eq (x y : ℝ) : @Core.Real.rpow model x y = x ^ y := by
  rcases lt_trichotomy x 0 with h | h | h
  · rw [Real.rpow_def_of_neg h]
    exact (if_neg h.ne).trans (if_neg h.not_gt)
  · subst h
    by_cases k : y = 0
    · subst k
      rw [Real.rpow_zero]
      exact (if_pos rfl).trans (if_pos rfl)
    · rw [Real.zero_rpow k]
      exact (if_pos rfl).trans (if_neg k)
  · rw [Real.rpow_def_of_pos h]
    exact (if_neg h.ne').trans (if_pos h)

@[core_bridge] theorem irrational_iff (x : ℝ) : @Core.Irrational model x ↔ Irrational x := by
  constructor
  · rintro h ⟨q, hq⟩
    exact h ⟨q, (ratCast_eq q).trans hq⟩
  · rintro h ⟨q, hq⟩
    exact h ⟨q, (ratCast_eq q).symm.trans hq⟩

/-! ## Floors -/

@[core_bridge] theorem floor_eq (x : ℝ) : @Core.Int.floor R _ _ _ x = ⌊x⌋ := rfl
@[core_bridge] theorem ceil_eq (x : ℝ) : @Core.Int.ceil R _ _ _ x = ⌈x⌉ := by
  change -⌊-x⌋ = ⌈x⌉
  rw [Int.floor_neg, neg_neg]
@[core_bridge] theorem fract_eq (x : ℝ) : @Core.Int.fract R _ _ _ x = Int.fract x := rfl
@[core_bridge] theorem natFloor_eq (x : ℝ) : @Core.Nat.floor R _ _ _ x = ⌊x⌋₊ := by
  change ⌊x⌋.toNat = ⌊x⌋₊
  exact Int.floor_toNat x
@[core_bridge] theorem natCeil_eq (x : ℝ) : @Core.Nat.ceil R _ _ _ x = ⌈x⌉₊ := by
  change (@Core.Int.ceil R _ _ _ x).toNat = ⌈x⌉₊
  rw [ceil_eq]
  exact Int.ceil_toNat x

@[core_bridge] theorem floor_rat_eq (q : ℚ) : Core.Int.floor q = ⌊q⌋ := rfl
@[core_bridge] theorem ceil_rat_eq (q : ℚ) : Core.Int.ceil q = ⌈q⌉ := by
  change -⌊-q⌋ = ⌈q⌉
  rw [Int.floor_neg, neg_neg]
@[core_bridge] theorem floor_int_eq (z : ℤ) : Core.Int.floor z = ⌊z⌋ := (Int.floor_int z).symm
@[core_bridge] theorem ceil_int_eq (z : ℤ) : Core.Int.ceil z = ⌈z⌉ := by
  change -(-z) = ⌈z⌉
  rw [neg_neg, Int.ceil_int]
  rfl

end Bridge

end
