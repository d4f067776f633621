import Core.Lemmas.Everyday

/-!
# Sines and cosines: shifts, multiples, special angles

None is marked for `simp` or `grind`: they are there for who looks for them.
-/

@[expose] noncomputable section

namespace Core

section
variable [Reals] {a b c d : ℝ}

theorem Real.sin_pi_sub (a : ℝ) : Real.sin (π - a) = Real.sin a := by
  rw [Real.sin_sub, Real.sin_pi, Real.cos_pi]
  grind
theorem Real.cos_pi_sub (a : ℝ) : Real.cos (π - a) = -Real.cos a := by
  rw [Real.cos_sub, Real.sin_pi, Real.cos_pi]
  grind
theorem Real.sin_add_pi (a : ℝ) : Real.sin (a + π) = -Real.sin a := by
  rw [Real.sin_add, Real.sin_pi, Real.cos_pi]
  grind
theorem Real.cos_add_pi (a : ℝ) : Real.cos (a + π) = -Real.cos a := by
  rw [Real.cos_add, Real.sin_pi, Real.cos_pi]
  grind
theorem Real.sin_two_pi : Real.sin (2 * π) = 0 := by
  rw [Real.sin_two_mul, Real.sin_pi]
  grind
theorem Real.cos_two_pi : Real.cos (2 * π) = 1 := by
  rw [Real.cos_two_mul, Real.cos_pi]
  grind
theorem Real.sin_add_two_pi (a : ℝ) : Real.sin (a + 2 * π) = Real.sin a := by
  rw [Real.sin_add, Real.sin_two_pi, Real.cos_two_pi]
  grind
theorem Real.cos_add_two_pi (a : ℝ) : Real.cos (a + 2 * π) = Real.cos a := by
  rw [Real.cos_add, Real.sin_two_pi, Real.cos_two_pi]
  grind
theorem Real.sin_pi_div_two_sub (a : ℝ) : Real.sin (π / 2 - a) = Real.cos a := by
  rw [Real.sin_sub, Real.sin_pi_div_two, Real.cos_pi_div_two]
  grind
theorem Real.cos_pi_div_two_sub (a : ℝ) : Real.cos (π / 2 - a) = Real.sin a := by
  rw [Real.cos_sub, Real.sin_pi_div_two, Real.cos_pi_div_two]
  grind
theorem Real.sin_sq (a : ℝ) : Real.sin a ^ 2 = 1 - Real.cos a ^ 2 := by
  have := Real.sin_sq_add_cos_sq a
  grind
theorem Real.cos_sq' (a : ℝ) : Real.cos a ^ 2 = 1 - Real.sin a ^ 2 := by
  have := Real.sin_sq_add_cos_sq a
  grind
theorem Real.sin_three_mul (a : ℝ) : Real.sin (3 * a) = 3 * Real.sin a - 4 * Real.sin a ^ 3 := by
  have h := Real.sin_sq_add_cos_sq a
  rw [show 3 * a = 2 * a + a by grind, Real.sin_add, Real.sin_two_mul, Real.cos_two_mul]
  grind
theorem Real.cos_three_mul (a : ℝ) : Real.cos (3 * a) = 4 * Real.cos a ^ 3 - 3 * Real.cos a := by
  have h := Real.sin_sq_add_cos_sq a
  rw [show 3 * a = 2 * a + a by grind, Real.cos_add, Real.sin_two_mul, Real.cos_two_mul]
  grind
theorem Real.sin_pi_div_six : Real.sin (π / 6) = 1 / 2 := by
  have hp := Real.pi_pos
  have p : 0 < Real.sin (π / 6) := Real.sin_pos_of_pos_of_lt_pi (by grind) (by grind)
  have h := Real.sin_three_mul (π / 6)
  rw [show 3 * (π / 6) = π / 2 by grind, Real.sin_pi_div_two] at h
  have k : (Real.sin (π / 6) + 1) * (2 * Real.sin (π / 6) - 1) ^ 2 = 0 := by grind
  rcases mul_eq_zero.1 k with k | k
  · grind
  · have := (pow_eq_zero_iff (by decide)).1 k
    grind
theorem Real.cos_pi_div_three : Real.cos (π / 3) = 1 / 2 := by
  rw [show π / 3 = π / 2 - π / 6 by grind, Real.cos_pi_div_two_sub, Real.sin_pi_div_six]
theorem Real.cos_pi_div_six : Real.cos (π / 6) = √3 / 2 := by
  have hp := Real.pi_pos
  have p : 0 < Real.sin (π / 3) := Real.sin_pos_of_pos_of_lt_pi (by grind) (by grind)
  rw [show π / 3 = π / 2 - π / 6 by grind, Real.sin_pi_div_two_sub] at p
  have h := Real.sin_sq_add_cos_sq (π / 6)
  rw [Real.sin_pi_div_six] at h
  have k : √3 ^ 2 = 3 := Real.sq_sqrt (by grind)
  have l := Real.sqrt_nonneg (3 : ℝ)
  have : (2 * Real.cos (π / 6)) ^ 2 = √3 ^ 2 := by grind
  have := pow_left_injective_two (by grind : (0 : ℝ) ≤ 2 * Real.cos (π / 6)) l this
  grind
theorem Real.sin_pi_div_three : Real.sin (π / 3) = √3 / 2 := by
  rw [show π / 3 = π / 2 - π / 6 by grind, Real.sin_pi_div_two_sub, Real.cos_pi_div_six]
theorem Real.cos_pi_div_four : Real.cos (π / 4) = √2 / 2 := by
  have hp := Real.pi_pos
  have p : 0 < Real.sin (π / 4) := Real.sin_pos_of_pos_of_lt_pi (by grind) (by grind)
  have e : Real.sin (π / 4) = Real.cos (π / 4) := by
    have := Real.sin_pi_div_two_sub (π / 4)
    rwa [show π / 2 - π / 4 = π / 4 by grind] at this
  have h := Real.sin_sq_add_cos_sq (π / 4)
  have k : √2 ^ 2 = 2 := Real.sq_sqrt (by grind)
  have l := Real.sqrt_nonneg (2 : ℝ)
  have : (2 * Real.cos (π / 4)) ^ 2 = √2 ^ 2 := by grind
  have := pow_left_injective_two (by grind : (0 : ℝ) ≤ 2 * Real.cos (π / 4)) l this
  grind
theorem Real.sin_pi_div_four : Real.sin (π / 4) = √2 / 2 := by
  have := Real.sin_pi_div_two_sub (π / 4)
  rw [show π / 2 - π / 4 = π / 4 by grind] at this
  rw [this, Real.cos_pi_div_four]
theorem Real.tan_pi_div_four : Real.tan (π / 4) = 1 := by
  rw [Real.tan_eq_sin_div_cos, Real.sin_pi_div_four, Real.cos_pi_div_four, div_self]
  exact ne_of_gt (div_pos (Real.sqrt_pos.2 (by grind)) (by grind))
theorem Real.abs_sin_le_one (a : ℝ) : |Real.sin a| ≤ 1 := abs_le.2 ⟨Real.neg_one_le_sin a, Real.sin_le_one a⟩
theorem Real.abs_cos_le_one (a : ℝ) : |Real.cos a| ≤ 1 := abs_le.2 ⟨Real.neg_one_le_cos a, Real.cos_le_one a⟩
theorem Real.cos_sq (a : ℝ) : Real.cos a ^ 2 = 1 / 2 + Real.cos (2 * a) / 2 := by
  rw [Real.cos_two_mul]
  grind
theorem Real.sin_nonneg_of_nonneg_of_le_pi (h : 0 ≤ a) (k : a ≤ π) : 0 ≤ Real.sin a := by
  rcases lt_or_ge 0 a with p | p
  · rcases lt_or_ge a π with q | q
    · exact le_of_lt (Real.sin_pos_of_pos_of_lt_pi p q)
    · rw [le_antisymm k q, Real.sin_pi]
      exact le_refl 0
  · rw [le_antisymm p h, Real.sin_zero]
    exact le_refl 0
theorem Real.sin_le (h : 0 ≤ a) : Real.sin a ≤ a := by
  rcases lt_or_ge 0 a with p | p
  · exact le_of_lt (Real.sin_lt p)
  · rw [le_antisymm p h, Real.sin_zero]
    exact le_refl 0
end

end Core

end
