import Core.Lemmas.Everyday

/-!
# Exponentials, logarithms, roots and real powers: consequences

None is marked for `simp` or `grind`: they are there for who looks for them.
-/

@[expose] noncomputable section

namespace Core

section
variable [Reals] {a b c d : ℝ}

theorem Real.log_le_sub_one_of_pos (h : 0 < a) : Real.log a ≤ a - 1 := by
  have k := Real.add_one_le_exp (Real.log a)
  rw [Real.exp_log h] at k
  grind
theorem Real.log_nonneg (h : 1 ≤ a) : 0 ≤ Real.log a := by
  have k := Real.log_le_log (by grind : (0 : ℝ) < 1) h
  rwa [Real.log_one] at k
theorem Real.log_neg (ha : 0 < a) (h : a < 1) : Real.log a < 0 := by
  have k := Real.log_lt_log ha h
  rwa [Real.log_one] at k
theorem Real.log_nonpos (ha : 0 ≤ a) (h : a ≤ 1) : Real.log a ≤ 0 := by
  rcases lt_or_ge 0 a with k | k
  · have l := Real.log_le_log k h
    rwa [Real.log_one] at l
  · rw [le_antisymm k ha, Real.log_zero]
    exact le_refl 0
theorem Real.log_injOn_pos (ha : 0 < a) (hb : 0 < b) (h : Real.log a = Real.log b) : a = b := by
  rw [← Real.exp_log ha, h, Real.exp_log hb]
theorem Real.log_lt_log_iff (ha : 0 < a) (hb : 0 < b) : Real.log a < Real.log b ↔ a < b := by
  rw [← Real.exp_lt_exp, Real.exp_log ha, Real.exp_log hb]
theorem Real.log_le_log_iff (ha : 0 < a) (hb : 0 < b) : Real.log a ≤ Real.log b ↔ a ≤ b := by
  rw [← Real.exp_le_exp, Real.exp_log ha, Real.exp_log hb]
theorem Real.exp_neg (a : ℝ) : Real.exp (-a) = (Real.exp a)⁻¹ := by
  have h := Real.exp_add (-a) a
  rw [show -a + a = 0 by grind, Real.exp_zero] at h
  have := mul_inv_cancel₀ (Real.exp_ne_zero a)
  grind
theorem Real.exp_sub (a b : ℝ) : Real.exp (a - b) = Real.exp a / Real.exp b := by
  rw [sub_eq_add_neg, Real.exp_add, Real.exp_neg, div_eq_mul_inv]
theorem Real.exp_nonneg (a : ℝ) : 0 ≤ Real.exp a := le_of_lt (Real.exp_pos a)
theorem Real.one_lt_exp_iff : 1 < Real.exp a ↔ 0 < a := by
  rw [← Real.exp_zero]
  exact Real.exp_lt_exp
theorem Real.exp_eq_one_iff : Real.exp a = 1 ↔ a = 0 :=
  ⟨fun h => Real.exp_injective (h.trans Real.exp_zero.symm), fun h => h ▸ Real.exp_zero⟩
theorem Real.one_rpow (a : ℝ) : (1 : ℝ) ^ a = 1 := by
  rw [Real.rpow_def_of_pos (by grind), Real.log_one, zero_mul, Real.exp_zero]
theorem Real.abs_le_sqrt (h : a ^ 2 ≤ b) : |a| ≤ √b := by
  have k := Real.sqrt_le_sqrt h
  rwa [← sq_abs, Real.sqrt_sq (abs_nonneg a)] at k
theorem Real.sqrt_le_one (h : a ≤ 1) : √a ≤ 1 := by
  have k := Real.sqrt_le_sqrt h
  rwa [Real.sqrt_one] at k

theorem Real.add_one_lt_exp (h : a ≠ 0) : a + 1 < Real.exp a := by
  have e : Real.exp a = Real.exp (a / 2) * Real.exp (a / 2) := by rw [← Real.exp_add]; exact congrArg _ (by grind)
  have k := Real.add_one_le_exp (a / 2)
  have s : 0 < a ^ 2 := lt_of_le_of_ne (sq_nonneg a) fun e => pow_ne_zero 2 h e.symm
  rcases lt_or_ge (a / 2 + 1) 0 with l | l
  · have := Real.exp_pos a
    grind
  · have m := mul_le_mul k k l (le_trans l k)
    rw [← e] at m
    grind
theorem Real.log_lt_sub_one_of_pos (ha : 0 < a) (h : a ≠ 1) : Real.log a < a - 1 := by
  have n : Real.log a ≠ 0 := fun e => h (by rw [← Real.exp_log ha, e, Real.exp_zero])
  have k := Real.add_one_lt_exp n
  rw [Real.exp_log ha] at k
  grind
theorem Real.one_sub_inv_le_log_of_pos (h : 0 < a) : 1 - a⁻¹ ≤ Real.log a := by
  have k := Real.log_le_sub_one_of_pos (inv_pos.2 h)
  rw [Real.log_inv] at k
  grind
theorem Real.exp_nat_mul (a : ℝ) (n : ℕ) : Real.exp (n * a) = Real.exp a ^ n := by
  induction n with
  | zero => rw [Nat.cast_zero, zero_mul, Real.exp_zero, pow_zero]
  | succ n ih => rw [Nat.cast_add, Nat.cast_one, add_mul, one_mul, Real.exp_add, ih, pow_succ]
theorem Real.exp_one_pow (n : ℕ) : Real.exp 1 ^ n = Real.exp n := by rw [← Real.exp_nat_mul, mul_one]
theorem Real.exp_eq_exp : Real.exp a = Real.exp b ↔ a = b := ⟨fun h => Real.exp_injective h, congrArg _⟩
theorem Real.exp_lt_one (h : a < 0) : Real.exp a < 1 := Real.exp_zero ▸ Real.exp_lt_exp.2 h
theorem Real.one_le_exp (h : 0 ≤ a) : 1 ≤ Real.exp a := Real.exp_zero ▸ Real.exp_le_exp.2 h
theorem Real.exp_le_one_iff : Real.exp a ≤ 1 ↔ a ≤ 0 := by
  rw [← Real.exp_zero]
  exact Real.exp_le_exp
theorem Real.log_sqrt (h : 0 ≤ a) : Real.log (√a) = Real.log a / 2 := by
  rcases lt_or_ge 0 a with k | k
  · have e := Real.log_mul_of_pos (Real.sqrt_pos.2 k) (Real.sqrt_pos.2 k)
    rw [Real.mul_self_sqrt h] at e
    grind
  · rw [le_antisymm k h, Real.sqrt_zero, Real.log_zero]
    grind
theorem Real.log_lt_iff_lt_exp (h : 0 < a) : Real.log a < b ↔ a < Real.exp b := by rw [← Real.exp_lt_exp, Real.exp_log h]
theorem Real.lt_log_iff_exp_lt (h : 0 < b) : a < Real.log b ↔ Real.exp a < b := by rw [← Real.exp_lt_exp, Real.exp_log h]
theorem Real.log_le_iff_le_exp (h : 0 < a) : Real.log a ≤ b ↔ a ≤ Real.exp b := by rw [← Real.exp_le_exp, Real.exp_log h]
theorem Real.le_log_iff_exp_le (h : 0 < b) : a ≤ Real.log b ↔ Real.exp a ≤ b := by rw [← Real.exp_le_exp, Real.exp_log h]

theorem Certificate.exp_one_gt : 271 / 100 < Real.exp 1 := by
  have k := pow_le_pow_left (by grind) (Real.add_one_le_exp (1 / 200)) 200
  rw [← Real.exp_nat_mul, show ((200 : ℕ) : ℝ) * (1 / 200) = 1 by rw [Nat.cast_ofNat]; grind] at k
  have n : (271 * 200 ^ 200 : ℕ) < 201 ^ 200 * 100 := by decide +kernel
  have r := (Nat.cast_lt (R := ℝ)).2 n
  rw [Nat.cast_mul, Nat.cast_mul, Nat.cast_pow, Nat.cast_pow, Nat.cast_ofNat, Nat.cast_ofNat, Nat.cast_ofNat,
    Nat.cast_ofNat] at r
  rw [show (1 / 200 + 1 : ℝ) = 201 / 200 by grind, div_pow] at k
  refine lt_of_lt_of_le ?_ k
  rw [div_lt_div_iff_of_pos (by grind) (pow_pos (by grind) 200)]
  exact r
theorem Certificate.exp_one_lt : Real.exp 1 < 273 / 100 := by
  have k := pow_le_pow_left (by grind) (Real.add_one_le_exp (-(1 / 200))) 200
  rw [← Real.exp_nat_mul, show ((200 : ℕ) : ℝ) * -(1 / 200) = -1 by rw [Nat.cast_ofNat]; grind, Real.exp_neg] at k
  have n : (100 * 200 ^ 200 : ℕ) < 199 ^ 200 * 273 := by decide +kernel
  have r := (Nat.cast_lt (R := ℝ)).2 n
  rw [Nat.cast_mul, Nat.cast_mul, Nat.cast_pow, Nat.cast_pow, Nat.cast_ofNat, Nat.cast_ofNat, Nat.cast_ofNat,
    Nat.cast_ofNat] at r
  rw [show (-(1 / 200) + 1 : ℝ) = 199 / 200 by grind, div_pow] at k
  have l : 100 / 273 < (Real.exp 1)⁻¹ := by
    refine lt_of_lt_of_le ?_ k
    rw [div_lt_div_iff_of_pos (by grind) (pow_pos (by grind) 200)]
    exact r
  rw [← one_mul (Real.exp 1)⁻¹, ← div_eq_mul_inv, lt_div_iff₀ (Real.exp_pos 1)] at l
  grind

theorem Real.sqrt_lt' (hb : 0 < b) : √a < b ↔ a < b ^ 2 := by
  rw [← not_le, ← not_le, Real.le_sqrt (le_of_lt hb)]
  constructor
  · exact fun h k => h (.inl k)
  · exact fun h k => k.elim h fun e => absurd e (ne_of_gt hb)
theorem Real.le_sqrt' (ha : 0 < a) : a ≤ √b ↔ a ^ 2 ≤ b := by rw [← not_lt, Real.sqrt_lt' ha, not_lt]
theorem Real.le_sqrt_of_sq_le (h : a ^ 2 ≤ b) : a ≤ √b := le_trans (le_abs_self a) (Real.abs_le_sqrt h)
theorem Real.lt_sqrt (ha : 0 ≤ a) : a < √b ↔ a ^ 2 < b := by rw [← not_le, ← not_le, Real.sqrt_le_left ha]
theorem Real.sqrt_div (ha : 0 ≤ a) (b : ℝ) : √(a / b) = √a / √b := by
  rcases lt_or_ge 0 b with h | h
  · rw [eq_div_iff (ne_of_gt (Real.sqrt_pos.2 h)), ← Real.sqrt_mul (div_nonneg ha (le_of_lt h)),
      div_mul_cancel₀ a (ne_of_gt h)]
  · rw [Real.sqrt_eq_zero_of_nonpos h, Real.sqrt_eq_zero_of_nonpos]
    · grind
    · rcases lt_or_ge b 0 with k | k
      · have := div_nonneg ha (by grind : 0 ≤ -b)
        grind
      · rw [le_antisymm h k]
        grind

theorem Real.cos_nat_mul_pi (n : ℕ) : Real.cos (n * π) = (-1) ^ n := by
  induction n with
  | zero => rw [Nat.cast_zero, zero_mul, Real.cos_zero, pow_zero]
  | succ n ih =>
    rw [Nat.cast_add, Nat.cast_one, add_mul, one_mul, Real.cos_add, Real.sin_pi, Real.cos_pi, ih, pow_succ, mul_zero]
    grind
theorem Real.rpow_natCast (a : ℝ) (n : ℕ) : a ^ (n : ℝ) = a ^ n := by
  rcases lt_trichotomy a 0 with h | h | h
  · change Real.rpow a n = a ^ n
    unfold Real.rpow
    rw [if_neg (ne_of_lt h), if_neg (fun k => lt_irrefl a (lt_trans h k)), ← Real.log_neg_eq_log,
      mul_comm (Real.log (-a)), ← Real.log_pow, Real.exp_log (pow_pos (by grind) n), Real.cos_nat_mul_pi, ← mul_pow]
    exact congrArg (· ^ n) (by grind)
  · subst h
    change Real.rpow 0 n = 0 ^ n
    unfold Real.rpow
    rw [if_pos rfl]
    rcases n with _ | n
    · rw [Nat.cast_zero, if_pos rfl, pow_zero]
    · rw [if_neg (Nat.cast_ne_zero.2 (Nat.succ_ne_zero n)), pow_succ, mul_zero]
  · exact Real.rpow_natCast_of_pos h n
section
variable {x y z : ℝ}
theorem Real.rpow_lt_rpow_of_exponent_lt (hx : 1 < x) (h : y < z) : x ^ y < x ^ z := by
  have p : 0 < x := lt_trans Lean.Grind.OrderedRing.zero_lt_one hx
  rw [Real.rpow_def_of_pos p, Real.rpow_def_of_pos p]
  exact Real.exp_lt_exp.2 (mul_lt_mul_of_pos_left h (Real.log_pos hx))
theorem Real.rpow_le_rpow_of_exponent_le (hx : 1 ≤ x) (h : y ≤ z) : x ^ y ≤ x ^ z := by
  have p : 0 < x := lt_of_lt_of_le Lean.Grind.OrderedRing.zero_lt_one hx
  rw [Real.rpow_def_of_pos p, Real.rpow_def_of_pos p]
  exact Real.exp_le_exp.2 (mul_le_mul_of_nonneg_left h (Real.log_nonneg hx))
theorem Real.rpow_lt_rpow_left_iff (hx : 1 < x) : x ^ y < x ^ z ↔ y < z :=
  ⟨fun h => not_le.1 fun k => not_le.2 h (Real.rpow_le_rpow_of_exponent_le (le_of_lt hx) k),
    Real.rpow_lt_rpow_of_exponent_lt hx⟩
theorem Real.rpow_le_rpow_left_iff (hx : 1 < x) : x ^ y ≤ x ^ z ↔ y ≤ z :=
  ⟨fun h => not_lt.1 fun k => not_lt.2 h (Real.rpow_lt_rpow_of_exponent_lt hx k),
    Real.rpow_le_rpow_of_exponent_le (le_of_lt hx)⟩
end
theorem Real.rpow_one (a : ℝ) : a ^ (1 : ℝ) = a := by
  have h := Real.rpow_natCast a 1
  rwa [Nat.cast_one, pow_one] at h
theorem Real.rpow_two (a : ℝ) : a ^ (2 : ℝ) = a ^ 2 := by
  have h := Real.rpow_natCast a 2
  rwa [Nat.cast_ofNat] at h
theorem Certificate.exists_odd_root (n : ℕ) (hn : n % 2 = 1) (x : ℝ) : ∃ y : ℝ, y ^ n = x := by
  have root : ∀ z : ℝ, 0 < z → ∃ y : ℝ, y ^ n = z := fun z hz => by
    have hc : ((n : ℕ) : ℝ) ≠ 0 := Nat.cast_ne_zero.2 (by omega)
    exact ⟨z ^ (1 / (n : ℝ)), by
      rw [← Real.rpow_natCast_of_pos (Real.rpow_pos_of_pos hz _), ← Real.rpow_mul hz, div_mul_cancel₀ _ hc, Real.rpow_one]⟩
  rcases lt_trichotomy x 0 with h | h | h
  · obtain ⟨y, hy⟩ := root (-x) (by grind)
    refine ⟨-y, ?_⟩
    have e : n = 2 * (n / 2) + 1 := by omega
    rw [e, pow_succ, pow_mul] at hy ⊢
    rw [show (-y) ^ 2 = y ^ 2 by grind]
    grind
  · refine ⟨0, ?_⟩
    have e : n = n - 1 + 1 := by omega
    rw [h, e, pow_succ, mul_zero]
  · exact root x h
theorem Real.sqrt_eq_rpow (a : ℝ) : √a = a ^ (1 / (2 : ℝ)) := by
  rcases lt_trichotomy a 0 with h | h | h
  · rw [Real.sqrt_eq_zero_of_nonpos (le_of_lt h)]
    change 0 = Real.rpow a (1 / 2)
    unfold Real.rpow
    rw [if_neg (ne_of_lt h), if_neg (fun k => lt_irrefl a (lt_trans h k)), show 1 / 2 * π = π / 2 by grind,
      Real.cos_pi_div_two, mul_zero]
  · subst h
    rw [Real.sqrt_zero]
    change 0 = Real.rpow 0 (1 / 2)
    unfold Real.rpow
    rw [if_pos rfl, if_neg (by grind)]
  · refine pow_left_injective_two (Real.sqrt_nonneg a) (le_of_lt (Real.rpow_pos_of_pos h _)) ?_
    rw [Real.sq_sqrt (le_of_lt h), ← Real.rpow_two (a ^ (1 / (2 : ℝ))), ← Real.rpow_mul h,
      show (1 / 2 * 2 : ℝ) = 1 by grind, Real.rpow_one]
end

end Core

end
