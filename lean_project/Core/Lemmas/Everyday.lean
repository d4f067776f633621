import Core.Lemmas.Real
import Core.Lemmas.Floor
import Core.Lemmas.Nat
import Core.Lemmas.BigOperators
import Core.Function
import Core.Elementary

/-!
# What first-year statements rest on, under Mathlib's names

Consequences of the lemmas before this file. None is marked for `simp` or `grind`: they are there for who looks for them.
-/

@[expose] noncomputable section

namespace Core

section
variable [Reals] {a b c d : ℝ}

theorem one_div_lt_one_div_of_lt (ha : 0 < a) (h : a < b) : 1 / b < 1 / a := by
  rw [div_lt_iff₀ (lt_trans ha h), div_eq_mul_inv, one_mul, mul_comm, ← div_eq_mul_inv, lt_div_iff₀ ha, one_mul]
  exact h
theorem one_div_le_one_div_of_le (ha : 0 < a) (h : a ≤ b) : 1 / b ≤ 1 / a := by
  rw [div_le_div_iff_of_pos (lt_of_lt_of_le ha h) ha, one_mul, one_mul]
  exact h
theorem div_lt_div_iff_of_pos (hb : 0 < b) (hd : 0 < d) : a / b < c / d ↔ a * d < c * b := by
  rw [← not_le, div_le_div_iff_of_pos hd hb, not_le]
theorem div_lt_div_iff (hb : 0 < b) (hd : 0 < d) : a / b < c / d ↔ a * d < c * b := div_lt_div_iff_of_pos hb hd
theorem exists_nat_one_div_lt (h : 0 < a) : ∃ n : ℕ, 1 / ((n : ℝ) + 1) < a := by
  refine ⟨⌈1 / a⌉₊, ?_⟩
  have k := Nat.le_ceil (1 / a)
  have p : 0 < 1 / a := one_div_pos.2 h
  rw [div_lt_iff₀ (by grind)]
  have : 1 / a * a = 1 := by grind
  have := mul_le_mul_of_nonneg_right k (le_of_lt h)
  grind
theorem mul_le_one₀ (ha : a ≤ 1) (hb : 0 ≤ b) (hb1 : b ≤ 1) : a * b ≤ 1 := by
  have h := mul_le_mul_of_nonneg_right ha hb
  rw [one_mul] at h
  exact le_trans h hb1
theorem pow_le_one₀ {n : ℕ} (h0 : 0 ≤ a) (h1 : a ≤ 1) : a ^ n ≤ 1 := by
  induction n with
  | zero => rw [pow_zero]; exact le_refl 1
  | succ n ih => rw [pow_succ]; exact mul_le_one₀ ih h0 h1
theorem one_le_pow₀ {n : ℕ} (h : 1 ≤ a) : 1 ≤ a ^ n := by
  induction n with
  | zero => rw [pow_zero]; exact le_refl 1
  | succ n ih =>
    rw [pow_succ]
    have k := mul_le_mul_of_nonneg_right ih (by grind : (0 : ℝ) ≤ a)
    rw [one_mul] at k
    exact le_trans h k

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

theorem irrational_sqrt_natCast_iff {n : ℕ} : Irrational (√(n : ℝ)) ↔ ¬ IsSquare n := by
  constructor
  · rintro h ⟨r, e⟩
    refine h ⟨r, ?_⟩
    rw [Rat.cast_natCast, e, Nat.cast_mul, Real.sqrt_mul_self (Nat.cast_nonneg r)]
  rintro h ⟨q, e⟩
  have k : √(n : ℝ) ^ 2 = n := Real.sq_sqrt (Nat.cast_nonneg n)
  rw [← e] at k
  have hd := Rat.cast_den_pos q
  have c := Rat.cast_mul_den q
  have s : (q.num : ℝ) ^ 2 = n * (q.den : ℝ) ^ 2 := by rw [← c, ← k]; grind
  have z : q.num ^ 2 = n * (q.den : ℤ) ^ 2 := by exact_mod_cast s
  have w : q.num.natAbs ^ 2 = n * q.den ^ 2 := by
    have := congrArg Int.natAbs z
    simpa [Int.natAbs_pow, Int.natAbs_mul] using this
  have d : q.den ∣ q.num.natAbs ^ 2 := ⟨n * q.den, by rw [w]; grind⟩
  have o : q.den = 1 := Nat.Coprime.eq_one_of_dvd (Nat.Coprime.pow_right 2 q.reduced.symm) d
  rw [o] at w
  exact h ⟨q.num.natAbs, by grind⟩
theorem irrational_sqrt_ofNat_iff {n : ℕ} : Irrational (√(OfNat.ofNat n : ℝ)) ↔ ¬ IsSquare (OfNat.ofNat n : ℕ) := by
  rw [← Nat.cast_ofNat (R := ℝ) n]
  exact irrational_sqrt_natCast_iff
theorem irrational_sqrt_two : Irrational (√2) := irrational_sqrt_ofNat_iff.2 (by decide)
theorem Nat.Prime.irrational_sqrt {p : ℕ} (hp : Nat.Prime p) : Irrational (√(p : ℝ)) := by
  refine irrational_sqrt_natCast_iff.2 ?_
  rintro ⟨r, e⟩
  have two := hp.two_le
  rcases hp.eq_one_or_self_of_dvd r ⟨r, e⟩ with h | h
  · rw [h] at e
    omega
  · rw [h] at e
    have : p * 2 ≤ p * p := Nat.mul_le_mul_left p two
    omega
end

section
variable [Reals] {a b : ℝ}
theorem abs_pos : 0 < |a| ↔ a ≠ 0 := by
  constructor
  · rintro h rfl
    grind
  · grind
theorem abs_eq_zero : |a| = 0 ↔ a = 0 := by grind
theorem abs_sub_abs_le_abs_sub (a b : ℝ) : |a| - |b| ≤ |a - b| := by grind
theorem neg_abs_le (a : ℝ) : -|a| ≤ a := by grind
end

/-- The difference of two multiples of squares is not 0, by descent. -/
theorem Certificate.eq_zero_of_sq_eq {d : ℕ} (h : ¬ IsSquare d) {p q : ℤ} (e : p ^ 2 = d * q ^ 2) : q = 0 := by
  have w : p.natAbs ^ 2 = d * q.natAbs ^ 2 := by
    have := congrArg Int.natAbs e
    simpa [Int.natAbs_pow, Int.natAbs_mul] using this
  have dvd : q.natAbs ∣ p.natAbs := (Nat.pow_dvd_pow_iff (n := 2) (by decide)).1 ⟨d, by rw [w, Nat.mul_comm]⟩
  obtain ⟨k, hk⟩ := dvd
  rw [hk] at w
  rcases Nat.eq_zero_or_pos q.natAbs with z | z
  · omega
  · refine absurd ⟨k, ?_⟩ h
    have : 0 < q.natAbs ^ 2 := Nat.pow_pos z
    have e2 : q.natAbs ^ 2 * (k * k) = q.natAbs ^ 2 * d := by grind
    exact (Nat.eq_of_mul_eq_mul_left this e2).symm

theorem Certificate.rat_sq_ne {d : ℕ} (h : ¬ IsSquare d) (q : ℚ) : q ^ 2 ≠ d := by
  intro e
  have k := Rat.mul_den q
  have n : q.num ^ 2 = d * (q.den : ℤ) ^ 2 := by
    apply Rat.intCast_inj.1
    rw [Rat.intCast_pow, Rat.intCast_mul, Rat.intCast_pow, ← k, Rat.intCast_natCast, Rat.intCast_natCast, ← e]
    grind
  have z := Certificate.eq_zero_of_sq_eq h n
  have := q.den_nz
  omega

theorem Int.ModEq.refl {n a : ℤ} : a ≡ a [ZMOD n] := rfl
theorem Int.ModEq.symm {n a b : ℤ} (h : a ≡ b [ZMOD n]) : b ≡ a [ZMOD n] := Eq.symm h
theorem Int.ModEq.trans {n a b c : ℤ} (h : a ≡ b [ZMOD n]) (k : b ≡ c [ZMOD n]) : a ≡ c [ZMOD n] := Eq.trans h k
theorem Int.ModEq.add {n a b c d : ℤ} (h : a ≡ b [ZMOD n]) (k : c ≡ d [ZMOD n]) : a + c ≡ b + d [ZMOD n] := by
  change a % n = b % n at h
  change c % n = d % n at k
  change (a + c) % n = (b + d) % n
  rw [Int.add_emod, h, k, ← Int.add_emod]
theorem Int.ModEq.sub {n a b c d : ℤ} (h : a ≡ b [ZMOD n]) (k : c ≡ d [ZMOD n]) : a - c ≡ b - d [ZMOD n] := by
  change a % n = b % n at h
  change c % n = d % n at k
  change (a - c) % n = (b - d) % n
  rw [Int.sub_emod, h, k, ← Int.sub_emod]
theorem Int.ModEq.mul {n a b c d : ℤ} (h : a ≡ b [ZMOD n]) (k : c ≡ d [ZMOD n]) : a * c ≡ b * d [ZMOD n] := by
  change a % n = b % n at h
  change c % n = d % n at k
  change (a * c) % n = (b * d) % n
  rw [Int.mul_emod, h, k, ← Int.mul_emod]
theorem Int.ModEq.pow {n a b : ℤ} (m : ℕ) (h : a ≡ b [ZMOD n]) : a ^ m ≡ b ^ m [ZMOD n] := by
  induction m with
  | zero => rw [Int.pow_zero, Int.pow_zero]; exact Int.ModEq.refl
  | succ m ih => rw [Int.pow_succ, Int.pow_succ]; exact ih.mul h
theorem Nat.ModEq.symm {n a b : ℕ} (h : a ≡ b [MOD n]) : b ≡ a [MOD n] := Eq.symm h
theorem Nat.ModEq.trans {n a b c : ℕ} (h : a ≡ b [MOD n]) (k : b ≡ c [MOD n]) : a ≡ c [MOD n] := Eq.trans h k
theorem Nat.ModEq.add {n a b c d : ℕ} (h : a ≡ b [MOD n]) (k : c ≡ d [MOD n]) : a + c ≡ b + d [MOD n] := by
  change a % n = b % n at h
  change c % n = d % n at k
  change (a + c) % n = (b + d) % n
  rw [Nat.add_mod, h, k, ← Nat.add_mod]
theorem Nat.ModEq.mul {n a b c d : ℕ} (h : a ≡ b [MOD n]) (k : c ≡ d [MOD n]) : a * c ≡ b * d [MOD n] := by
  change a % n = b % n at h
  change c % n = d % n at k
  change (a * c) % n = (b * d) % n
  rw [Nat.mul_mod, h, k, ← Nat.mul_mod]
theorem Nat.ModEq.pow {n a b : ℕ} (m : ℕ) (h : a ≡ b [MOD n]) : a ^ m ≡ b ^ m [MOD n] := by
  change a % n = b % n at h
  change a ^ m % n = b ^ m % n
  rw [Nat.pow_mod, h, ← Nat.pow_mod]
theorem Certificate.pow_mod_period {a m T : ℕ} (h : a ^ T % m = 1 % m) (q r : ℕ) : a ^ (T * q + r) % m = a ^ r % m := by
  have key : (a ^ T) ^ q % m = 1 % m := by
    rw [Nat.pow_mod, h]
    rw [← Nat.pow_mod, Nat.one_pow]
  rw [Nat.pow_add, Nat.pow_mul, Nat.mul_mod, key, ← Nat.mul_mod, Nat.one_mul]
theorem Certificate.pow_emod_period {a m : ℤ} {T : ℕ} (h : a ^ T % m = 1 % m) (q r : ℕ) :
    a ^ (T * q + r) % m = a ^ r % m := by
  have key : (a ^ T) ^ q % m = 1 % m := by
    induction q with
    | zero => rw [Int.pow_zero]
    | succ q ih => rw [Int.pow_succ, Int.mul_emod, ih, h, ← Int.mul_emod, Int.one_mul]
  rw [Int.pow_add, Int.pow_mul, Int.mul_emod, key, ← Int.mul_emod, Int.one_mul]

@[elab_as_elim] theorem Nat.le_induction {m : ℕ} {P : ∀ n, m ≤ n → Prop} (base : P m (Nat.le_refl m))
    (succ : ∀ n (h : m ≤ n), P n h → P (n + 1) (Nat.le_succ_of_le h)) : ∀ n (h : m ≤ n), P n h := by
  intro n h
  obtain ⟨k, rfl⟩ := Nat.exists_eq_add_of_le h
  induction k with
  | zero => exact base
  | succ k ih => exact succ _ (Nat.le_add_right m k) (ih (Nat.le_add_right m k))
theorem List.sum_eq_foldl (l : List ℕ) : l.sum = l.foldl (fun x y => x + y) 0 := by
  have key : ∀ (l : List ℕ) (a : ℕ), l.foldl (fun x y => x + y) a = a + l.sum := by
    intro l
    induction l with
    | nil => simp
    | cons x l ih => intro a; simp [ih]; omega
  simp [key]

theorem Nat.choose_self (n : ℕ) : Nat.choose n n = 1 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.choose_succ_succ, ih, Nat.choose_eq_zero_of_lt (by omega)]
theorem Nat.choose_one_right (n : ℕ) : Nat.choose n 1 = n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.choose_succ_succ, ih, Nat.choose_zero_right]; omega

theorem Nat.choose_two_right (n : ℕ) : Nat.choose n 2 = n * (n - 1) / 2 := by
  cases n with
  | zero => rfl
  | succ n =>
    have key : ∀ m : ℕ, 2 * Nat.choose (m + 1) 2 = (m + 1) * m := by
      intro m
      induction m with
      | zero => rfl
      | succ m ih => rw [Nat.choose_succ_succ, Nat.choose_one_right]; grind
    have := key n
    rw [Nat.add_sub_cancel]
    omega
theorem Nat.succ_mul_choose_eq (n k : ℕ) : (n + 1) * Nat.choose n k = Nat.choose (n + 1) (k + 1) * (k + 1) := by
  induction n generalizing k with
  | zero => cases k with
    | zero => rfl
    | succ k => simp [Nat.choose_succ_succ]
  | succ n ih =>
    cases k with
    | zero => simp [Nat.choose_succ_succ, Nat.choose_one_right]; omega
    | succ k =>
      have h1 := ih k
      have h2 := ih (k + 1)
      rw [Nat.choose_succ_succ (n + 1) (k + 1)]
      have e1 := Nat.choose_succ_succ n k
      grind
theorem Nat.choose_symm_add {a b : ℕ} : Nat.choose (a + b) a = Nat.choose (a + b) b := by
  induction a generalizing b with
  | zero => simp [Nat.choose_self]
  | succ a ih =>
    induction b with
    | zero => simp [Nat.choose_self]
    | succ b ihb =>
      have h1 := ih (b := b + 1)
      have e1 : a + 1 + (b + 1) = (a + b + 1) + 1 := by omega
      have e2 : a + (b + 1) = a + b + 1 := by omega
      have e3 : a + 1 + b = a + b + 1 := by omega
      rw [e2] at h1
      rw [e3] at ihb
      rw [e1, Nat.choose_succ_succ (a + b + 1) a, Nat.choose_succ_succ (a + b + 1) b]
      omega
theorem Nat.choose_symm {n k : ℕ} (h : k ≤ n) : Nat.choose n (n - k) = Nat.choose n k := by
  obtain ⟨m, rfl⟩ := Nat.exists_eq_add_of_le h
  rw [Nat.add_sub_cancel_left]
  exact Nat.choose_symm_add.symm
theorem Nat.choose_pos : ∀ {n k : ℕ}, k ≤ n → 0 < Nat.choose n k
  | _, 0, _ => by rw [Nat.choose_zero_right]; decide
  | n + 1, k + 1, h => by
    have := Nat.choose_pos (n := n) (k := k) (by omega)
    rw [Nat.choose_succ_succ]
    omega
theorem Finset.sum_range_succ' (f : ℕ → ℕ) (n : ℕ) :
    ∑ k ∈ Finset.range (n + 1), f k = ∑ k ∈ Finset.range n, f (k + 1) + f 0 := by
  induction n with
  | zero => simp [Finset.sum_range_succ]
  | succ n ih => rw [Finset.sum_range_succ, ih, Finset.sum_range_succ]; omega
theorem Nat.sum_range_choose (n : ℕ) : ∑ k ∈ Finset.range (n + 1), Nat.choose n k = 2 ^ n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    have h : ∑ k ∈ Finset.range (n + 1), Nat.choose (n + 1) (k + 1) =
        ∑ k ∈ Finset.range (n + 1), (Nat.choose n k + Nat.choose n (k + 1)) := rfl
    have l := Finset.sum_range_succ' (Nat.choose n) (n + 1)
    rw [Finset.sum_range_succ, ih, Nat.choose_eq_zero_of_lt (by omega), Nat.choose_zero_right] at l
    rw [Finset.sum_range_succ', Nat.choose_zero_right, h, Finset.sum_add_distrib, ih, Nat.pow_succ]
    omega

section
variable {α : Type u} {β : Type v} [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [LE β] [LT β] [Std.IsLinearOrder β]
  [Std.LawfulOrderLT β] {f : α → β}
theorem StrictMono.injective (h : StrictMono f) : Function.Injective f := by
  intro x y e
  rcases lt_trichotomy x y with k | k | k
  · exact absurd e (ne_of_lt (h k))
  · exact k
  · exact absurd e.symm (ne_of_lt (h k))
theorem StrictMono.lt_iff_lt (h : StrictMono f) {a b : α} : f a < f b ↔ a < b := by
  constructor
  · intro k
    rcases lt_trichotomy a b with l | l | l
    · exact l
    · exact absurd (l ▸ k) (lt_irrefl _)
    · exact absurd (lt_trans k (h l)) (lt_irrefl _)
  · intro k
    exact h k
theorem StrictMono.le_iff_le (h : StrictMono f) {a b : α} : f a ≤ f b ↔ a ≤ b := by
  rw [← not_lt, h.lt_iff_lt, not_lt]
theorem StrictMono.monotone (h : StrictMono f) : Monotone f := by
  intro x y k
  rcases lt_trichotomy x y with l | l | l
  · exact le_of_lt (h l)
  · exact le_of_eq (congrArg f l)
  · exact absurd k (not_le.2 l)
end

section
variable {α : Type u} {β : Type v} {γ : Type w} {f : α → β} {g : β → γ}
theorem Function.Surjective.of_comp (h : Function.Surjective (g ∘ f)) : Function.Surjective g :=
  fun z => (h z).elim fun x e => ⟨f x, e⟩
theorem Function.Injective.of_comp (h : Function.Injective (g ∘ f)) : Function.Injective f :=
  fun _ _ e => h (congrArg g e)
theorem Set.image_union (f : α → β) (s t : Set α) : f '' (s ∪ t) = f '' s ∪ f '' t := by
  refine Set.ext fun y => ?_
  simp only [Set.mem_image, Set.mem_union]
  grind
theorem Set.image_inter {s t : Set α} (h : Function.Injective f) : f '' (s ∩ t) = f '' s ∩ f '' t := by
  refine Set.ext fun y => ?_
  simp only [Set.mem_image, Set.mem_inter_iff]
  constructor
  · rintro ⟨x, ⟨hs, ht⟩, e⟩
    exact ⟨⟨x, hs, e⟩, ⟨x, ht, e⟩⟩
  · rintro ⟨⟨x, hs, e⟩, ⟨x', ht, e'⟩⟩
    exact ⟨x, ⟨hs, h (e'.trans e.symm) ▸ ht⟩, e⟩
theorem Set.union_eq_right {s t : Set α} : s ∪ t = t ↔ s ⊆ t := by
  constructor
  · intro h x k
    rw [← h]
    exact .inl k
  · intro h
    refine Set.ext fun x => ?_
    simp only [Set.mem_union]
    exact ⟨fun k => k.elim (fun m => h m) id, .inr⟩
theorem Set.inter_eq_left {s t : Set α} : s ∩ t = s ↔ s ⊆ t := by
  constructor
  · intro h x k
    rw [← h] at k
    exact k.2
  · intro h
    refine Set.ext fun x => ?_
    simp only [Set.mem_inter_iff]
    exact ⟨And.left, fun k => ⟨k, h k⟩⟩
end

end Core

end
