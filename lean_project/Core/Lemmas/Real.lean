import Core.RealFunctions
import Core.Lemmas.Cast

/-!
# Square roots, exponentials, logarithms, powers, sine and cosine: what is known of them

The patterns at the ends of the parts tell `grind` the facts that it needs most.
-/

@[expose] noncomputable section

namespace Core
variable [Reals] {x y z : ℝ}

namespace Real

theorem sqrt_nonneg (x : ℝ) : 0 ≤ sqrt x := Reals.sqrt_nonneg x
theorem mul_self_sqrt (h : 0 ≤ x) : sqrt x * sqrt x = x := Reals.mul_self_sqrt h
theorem sq_sqrt (h : 0 ≤ x) : sqrt x ^ 2 = x := (pow_two _).trans (mul_self_sqrt h)
theorem sqrt_eq_zero_of_nonpos (h : x ≤ 0) : sqrt x = 0 := Reals.sqrt_eq_zero_of_nonpos h
theorem sqrt_sq (h : 0 ≤ x) : sqrt (x ^ 2) = x := pow_left_injective_two (sqrt_nonneg _) h (sq_sqrt (sq_nonneg x))
theorem sqrt_mul_self (h : 0 ≤ x) : sqrt (x * x) = x := pow_two x ▸ sqrt_sq h
@[simp] theorem sqrt_zero : sqrt (0 : ℝ) = 0 := sqrt_eq_zero_of_nonpos (le_refl 0)
theorem sqrt_le_sqrt (h : x ≤ y) : sqrt x ≤ sqrt y := by
  rcases le_total x 0 with k | k
  · rw [sqrt_eq_zero_of_nonpos k]; exact sqrt_nonneg y
  · exact le_of_sq_le_sq (by rw [sq_sqrt k, sq_sqrt (le_trans k h)]; exact h) (sqrt_nonneg y)
theorem sqrt_eq_iff_sq_eq (hx : 0 ≤ x) (hy : 0 ≤ y) : sqrt x = y ↔ y ^ 2 = x :=
  ⟨fun h => h ▸ sq_sqrt hx, fun h => h ▸ sqrt_sq hy⟩
@[simp] theorem sqrt_one : sqrt (1 : ℝ) = 1 :=
  (sqrt_eq_iff_sq_eq Lean.Grind.OrderedRing.zero_le_one Lean.Grind.OrderedRing.zero_le_one).2 ((pow_two _).trans (mul_one _))
@[grind norm] theorem sqrt_eq_cases : sqrt x = y ↔ (y * y = x ∧ 0 ≤ y) ∨ (x < 0 ∧ y = 0) := by
  rcases lt_or_ge x 0 with h | h
  · rw [sqrt_eq_zero_of_nonpos (le_of_lt h)]
    exact ⟨fun e => .inr ⟨h, e.symm⟩, fun k => k.elim (fun k => absurd h (not_lt.2 (k.1 ▸ mul_self_nonneg y))) fun k => k.2.symm⟩
  · exact ⟨fun e => .inl (e ▸ ⟨mul_self_sqrt h, sqrt_nonneg x⟩), fun k => k.elim (fun k => k.1 ▸ sqrt_mul_self k.2)
      fun k => absurd k.1 (not_lt.2 h)⟩
theorem sqrt_inj (hx : 0 ≤ x) (hy : 0 ≤ y) : sqrt x = sqrt y ↔ x = y :=
  ⟨fun h => by rw [← sq_sqrt hx, h, sq_sqrt hy], fun h => h ▸ rfl⟩
theorem sqrt_pos : 0 < sqrt x ↔ 0 < x := by
  constructor
  · intro h
    refine (lt_or_ge 0 x).elim id fun k => absurd h (by rw [sqrt_eq_zero_of_nonpos k]; exact lt_irrefl 0)
  · intro h
    refine lt_of_le_of_ne (sqrt_nonneg x) fun e => ?_
    have := mul_self_sqrt (le_of_lt h)
    rw [← e, mul_zero] at this
    exact ne_of_lt h this
theorem sqrt_mul (hx : 0 ≤ x) (y : ℝ) : sqrt (x * y) = sqrt x * sqrt y := by
  rcases le_total 0 y with h | h
  · exact pow_left_injective_two (sqrt_nonneg _) (mul_nonneg (sqrt_nonneg x) (sqrt_nonneg y)) (by
      rw [mul_pow, sq_sqrt hx, sq_sqrt h, sq_sqrt (mul_nonneg hx h)])
  · rw [sqrt_eq_zero_of_nonpos h, mul_zero]
    refine sqrt_eq_zero_of_nonpos ?_
    have := mul_le_mul_of_nonneg_left h hx
    rwa [mul_zero] at this
theorem le_sqrt (hy : 0 ≤ y) : y ≤ sqrt x ↔ y ^ 2 ≤ x ∨ y = 0 := by
  constructor
  · intro h
    rcases le_total 0 x with k | k
    · exact .inl (sq_sqrt k ▸ pow_le_pow_left hy h 2)
    · exact .inr (le_antisymm (sqrt_eq_zero_of_nonpos k ▸ h) hy)
  · rintro (h | rfl)
    · exact sqrt_sq hy ▸ sqrt_le_sqrt h
    · exact sqrt_nonneg x
theorem sqrt_le_left (hy : 0 ≤ y) : sqrt x ≤ y ↔ x ≤ y ^ 2 := by
  constructor
  · intro h
    rcases le_total 0 x with k | k
    · exact sq_sqrt k ▸ pow_le_pow_left (sqrt_nonneg x) h 2
    · exact le_trans k (sq_nonneg y)
  · intro h
    exact sqrt_sq hy ▸ sqrt_le_sqrt h
theorem sqrt_lt_sqrt (hx : 0 ≤ x) (h : x < y) : sqrt x < sqrt y :=
  lt_of_le_of_ne (sqrt_le_sqrt (le_of_lt h)) fun e => ne_of_lt h ((sqrt_inj hx (le_of_lt (lt_of_le_of_lt hx h))).1 e)
grind_pattern sqrt_nonneg => sqrt x
grind_pattern sq_sqrt => sqrt x
grind_pattern sqrt_eq_zero_of_nonpos => sqrt x

theorem exp_add (x y : ℝ) : exp (x + y) = exp x * exp y := Reals.exp_add x y
theorem add_one_le_exp (x : ℝ) : x + 1 ≤ exp x := Reals.add_one_le_exp x
theorem exp_pos (x : ℝ) : 0 < exp x := by
  have two : x / 2 + x / 2 = x := by grind
  have sq : exp x = exp (x / 2) * exp (x / 2) := by rw [← exp_add, two]
  refine lt_of_le_of_ne (sq ▸ mul_self_nonneg _) fun e => ?_
  have zero : exp 0 = exp x * exp (-x) := by rw [← exp_add]; exact congrArg exp (by grind)
  have := add_one_le_exp 0
  rw [zero, ← e] at this
  grind
@[simp] theorem exp_zero : exp 0 = 1 := by
  have h : exp 0 * exp 0 = exp 0 * 1 := by rw [← exp_add, add_zero, mul_one]
  exact mul_left_cancel₀ (ne_of_gt (exp_pos 0)) h
theorem exp_ne_zero (x : ℝ) : exp x ≠ 0 := ne_of_gt (exp_pos x)
theorem exp_lt_exp_of_lt (h : x < y) : exp x < exp y := by
  have e : exp y = exp x * exp (y - x) := by rw [← exp_add]; exact congrArg exp (by grind)
  have k := mul_lt_mul_of_pos_left (lt_of_lt_of_le (by grind : 1 < y - x + 1) (add_one_le_exp (y - x))) (exp_pos x)
  rwa [mul_one, ← e] at k
theorem exp_lt_exp : exp x < exp y ↔ x < y := by
  refine ⟨fun h => (lt_or_ge x y).elim id fun k => ?_, exp_lt_exp_of_lt⟩
  rcases lt_or_ge y x with k' | k'
  · exact absurd (lt_trans h (exp_lt_exp_of_lt k')) (lt_irrefl _)
  · rw [le_antisymm k k'] at h; exact absurd h (lt_irrefl _)
theorem exp_le_exp : exp x ≤ exp y ↔ x ≤ y := by rw [← not_lt, exp_lt_exp, not_lt]
theorem exp_injective : Function.Injective (exp : ℝ → ℝ) := fun _ _ h =>
  le_antisymm (exp_le_exp.1 (h ▸ le_refl _)) (exp_le_exp.1 (h ▸ le_refl _))
grind_pattern exp_pos => exp x

theorem exp_log (h : 0 < x) : exp (log x) = x := Reals.exp_log h
@[simp] theorem log_exp (x : ℝ) : log (exp x) = x := exp_injective (exp_log (exp_pos x))
@[simp] theorem log_zero : log 0 = 0 := Reals.log_zero
@[simp] theorem log_one : log 1 = 0 := exp_zero ▸ log_exp 0
theorem log_neg_eq_log (x : ℝ) : log (-x) = log x := Reals.log_neg_eq_log x
theorem log_lt_log (hx : 0 < x) (h : x < y) : log x < log y := exp_lt_exp.1 (by rwa [exp_log hx, exp_log (lt_trans hx h)])
theorem log_le_log (hx : 0 < x) (h : x ≤ y) : log x ≤ log y := exp_le_exp.1 (by rwa [exp_log hx, exp_log (lt_of_lt_of_le hx h)])
theorem log_pos (h : 1 < x) : 0 < log x := log_one ▸ log_lt_log Lean.Grind.OrderedRing.zero_lt_one h
theorem log_mul_of_pos (hx : 0 < x) (hy : 0 < y) : log (x * y) = log x + log y :=
  exp_injective (by rw [exp_add, exp_log hx, exp_log hy, exp_log (mul_pos hx hy)])
theorem log_abs (x : ℝ) : log |x| = log x := by
  rcases abs_cases x with h | h <;> rw [h.1]; exact log_neg_eq_log x
theorem abs_pos_of_ne_zero (h : x ≠ 0) : 0 < |x| := by grind
theorem log_mul (hx : x ≠ 0) (hy : y ≠ 0) : log (x * y) = log x + log y := by
  rw [← log_abs, abs_mul, log_mul_of_pos (abs_pos_of_ne_zero hx) (abs_pos_of_ne_zero hy), log_abs, log_abs]
theorem log_inv (x : ℝ) : log x⁻¹ = -log x := by
  rcases Classical.em (x = 0) with rfl | h
  · rw [Lean.Grind.Field.inv_zero, log_zero]; grind
  · have k : x⁻¹ ≠ 0 := fun e => h (by rw [← Lean.Grind.Field.inv_inv x, e, Lean.Grind.Field.inv_zero])
    have := log_mul h k
    rw [mul_inv_cancel₀ h, log_one] at this
    grind
theorem log_div (hx : x ≠ 0) (hy : y ≠ 0) : log (x / y) = log x - log y := by
  have k : y⁻¹ ≠ 0 := fun e => hy (by rw [← Lean.Grind.Field.inv_inv y, e, Lean.Grind.Field.inv_zero])
  rw [div_eq_mul_inv, log_mul hx k, log_inv, sub_eq_add_neg]
theorem log_pow (n : ℕ) (x : ℝ) : log (x ^ n) = n * log x := by
  rcases Classical.em (x = 0) with rfl | h
  · rcases n with _ | n
    · rw [pow_zero, log_one, log_zero, mul_zero]
    · rw [pow_succ, mul_zero, log_zero, mul_zero]
  · induction n with
    | zero => rw [pow_zero, log_one, Nat.cast_zero, zero_mul]
    | succ n ih => rw [pow_succ, log_mul (pow_ne_zero n h) h, ih, Nat.cast_add, Nat.cast_one, add_mul, one_mul]
@[grind =] theorem logb_eq_div (b x : ℝ) : logb b x = log x / log b := rfl

theorem rpow_eq_pow (x y : ℝ) : rpow x y = x ^ y := rfl
theorem rpow_def_of_pos (h : 0 < x) (y : ℝ) : x ^ y = exp (log x * y) :=
  (if_neg (ne_of_gt h)).trans (if_pos h)
@[simp] theorem rpow_zero (x : ℝ) : x ^ (0 : ℝ) = 1 := by
  change rpow x 0 = 1
  unfold rpow
  split
  · exact if_pos rfl
  · have c : cos 0 = 1 := Reals.cos_zero
    split <;> simp only [mul_zero, zero_mul, exp_zero, c, mul_one]
theorem rpow_pos_of_pos (h : 0 < x) (y : ℝ) : 0 < x ^ y := rpow_def_of_pos h y ▸ exp_pos _
theorem rpow_add (h : 0 < x) (y z : ℝ) : x ^ (y + z) = x ^ y * x ^ z := by
  rw [rpow_def_of_pos h, rpow_def_of_pos h, rpow_def_of_pos h, ← exp_add, mul_add]
theorem rpow_mul (h : 0 < x) (y z : ℝ) : x ^ (y * z) = (x ^ y) ^ z := by
  rw [rpow_def_of_pos h, rpow_def_of_pos (rpow_pos_of_pos h y), rpow_def_of_pos h, log_exp, mul_assoc]
theorem rpow_natCast_of_pos (h : 0 < x) (n : ℕ) : x ^ (n : ℝ) = x ^ n := by
  rw [rpow_def_of_pos h, mul_comm, ← log_pow, exp_log (pow_pos h n)]
theorem log_rpow (h : 0 < x) (y : ℝ) : log (x ^ y) = y * log x := by rw [rpow_def_of_pos h, log_exp, mul_comm]

theorem sin_sq_add_cos_sq (x : ℝ) : sin x ^ 2 + cos x ^ 2 = 1 := Reals.sin_sq_add_cos_sq x
theorem cos_sq_add_sin_sq (x : ℝ) : cos x ^ 2 + sin x ^ 2 = 1 := (add_comm ..).trans (sin_sq_add_cos_sq x)
theorem sin_add (x y : ℝ) : sin (x + y) = sin x * cos y + cos x * sin y := Reals.sin_add x y
theorem cos_add (x y : ℝ) : cos (x + y) = cos x * cos y - sin x * sin y := Reals.cos_add x y
@[simp] theorem cos_zero : cos 0 = 1 := Reals.cos_zero
@[simp] theorem sin_zero : sin 0 = 0 := by
  have h := sin_sq_add_cos_sq 0
  rw [cos_zero] at h
  exact (pow_eq_zero_iff (n := 2) (by decide)).1 (by grind)
@[simp] theorem sin_neg (x : ℝ) : sin (-x) = -sin x := by
  have s := sin_add x (-x)
  have c := cos_add x (-x)
  have h := sin_sq_add_cos_sq x
  rw [show x + -x = 0 by grind, sin_zero] at s
  rw [show x + -x = 0 by grind, cos_zero] at c
  grind
@[simp] theorem cos_neg (x : ℝ) : cos (-x) = cos x := by
  have s := sin_add x (-x)
  have c := cos_add x (-x)
  have h := sin_sq_add_cos_sq x
  rw [show x + -x = 0 by grind, sin_zero] at s
  rw [show x + -x = 0 by grind, cos_zero] at c
  grind
theorem sin_sub (x y : ℝ) : sin (x - y) = sin x * cos y - cos x * sin y := by
  rw [sub_eq_add_neg, sin_add, cos_neg, sin_neg]; grind
theorem cos_sub (x y : ℝ) : cos (x - y) = cos x * cos y + sin x * sin y := by
  rw [sub_eq_add_neg, cos_add, cos_neg, sin_neg]; grind
theorem sin_two_mul (x : ℝ) : sin (2 * x) = 2 * sin x * cos x := by
  rw [show 2 * x = x + x by grind, sin_add]; grind
theorem cos_two_mul (x : ℝ) : cos (2 * x) = 2 * cos x ^ 2 - 1 := by
  have := sin_sq_add_cos_sq x
  rw [show 2 * x = x + x by grind, cos_add]; grind
theorem sin_le_one (x : ℝ) : sin x ≤ 1 :=
  le_of_sq_le_sq (by have := sin_sq_add_cos_sq x; have := sq_nonneg (cos x); grind) Lean.Grind.OrderedRing.zero_le_one
theorem cos_le_one (x : ℝ) : cos x ≤ 1 :=
  le_of_sq_le_sq (by have := sin_sq_add_cos_sq x; have := sq_nonneg (sin x); grind) Lean.Grind.OrderedRing.zero_le_one
theorem neg_one_le_sin (x : ℝ) : -1 ≤ sin x := by have := sin_le_one (-x); rw [sin_neg] at this; grind
theorem neg_one_le_cos (x : ℝ) : -1 ≤ cos x := by
  have : -cos x ≤ 1 := le_of_sq_le_sq (by have := sin_sq_add_cos_sq x; have := sq_nonneg (sin x); grind) Lean.Grind.OrderedRing.zero_le_one
  grind
theorem pi_gt_d2 : 314 / 100 < pi := Reals.pi_gt_d2
theorem pi_lt_d2 : pi < 315 / 100 := Reals.pi_lt_d2
theorem pi_pos : 0 < pi := by have := pi_gt_d2; grind
theorem pi_gt_three : 3 < pi := by have := pi_gt_d2; grind
theorem pi_ne_zero : pi ≠ 0 := ne_of_gt pi_pos
theorem sin_pos_of_pos_of_lt_pi (h : 0 < x) (k : x < pi) : 0 < sin x := Reals.sin_pos_of_pos_of_lt_pi h k
theorem sin_lt (h : 0 < x) : sin x < x := Reals.sin_lt h
@[simp] theorem cos_pi_div_two : cos (pi / 2) = 0 := Reals.cos_pi_div_two
@[simp] theorem sin_pi_div_two : sin (pi / 2) = 1 := by
  have h := sin_sq_add_cos_sq (pi / 2)
  have p := pi_pos
  rw [cos_pi_div_two] at h
  exact pow_left_injective_two (le_of_lt (sin_pos_of_pos_of_lt_pi (by grind) (by grind))) Lean.Grind.OrderedRing.zero_le_one (by grind)
@[simp] theorem sin_pi : sin pi = 0 := by
  rw [show pi = 2 * (pi / 2) by grind, sin_two_mul, cos_pi_div_two, mul_zero]
@[simp] theorem cos_pi : cos pi = -1 := by
  rw [show pi = 2 * (pi / 2) by grind, cos_two_mul, cos_pi_div_two]; grind
theorem tan_eq_sin_div_cos (x : ℝ) : tan x = sin x / cos x := rfl
grind_pattern sin_sq_add_cos_sq => sin x, cos x
grind_pattern pi_gt_d2 => pi
grind_pattern pi_lt_d2 => pi

end Real

end Core

end
