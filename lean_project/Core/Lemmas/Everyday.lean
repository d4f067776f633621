import Core.Lemmas.Real
import Core.Lemmas.Floor
import Core.Lemmas.Certificates
import Core.Function

/-!
# What first-year statements about the order of ℝ rest on, under Mathlib's names

None is marked for `simp` or `grind`: they are there for who looks for them.
-/

@[expose] noncomputable section

namespace Core

theorem div_pow {α : Type u} [Lean.Grind.Field α] (a b : α) (n : ℕ) : (a / b) ^ n = a ^ n / b ^ n := by
  rw [div_eq_mul_inv, mul_pow, ← Certificate.inverse_pow, ← div_eq_mul_inv]

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

theorem abs_pos : 0 < |a| ↔ a ≠ 0 := by
  constructor
  · rintro h rfl
    grind
  · grind
theorem abs_eq_zero : |a| = 0 ↔ a = 0 := by grind
theorem abs_sub_abs_le_abs_sub (a b : ℝ) : |a| - |b| ≤ |a - b| := by grind
theorem neg_abs_le (a : ℝ) : -|a| ≤ a := by grind

theorem abs_div (a b : ℝ) : |a / b| = |a| / |b| :=
  pow_left_injective_two (abs_nonneg _) (div_nonneg (abs_nonneg a) (abs_nonneg b)) (by
    rw [sq_abs, div_pow, div_pow, sq_abs, sq_abs])
theorem abs_pow (a : ℝ) (n : ℕ) : |a ^ n| = |a| ^ n := by
  induction n with
  | zero => rw [pow_zero, pow_zero]; exact abs_of_pos (by grind)
  | succ n ih => rw [pow_succ, pow_succ, abs_mul, ih]
theorem Certificate.lt_of_sq_lt_sq (h : a ^ 2 < b ^ 2) (hb : 0 ≤ b) : a < b :=
  not_le.1 fun k => not_le.2 h (pow_le_pow_left hb k 2)

theorem exists_between (h : a < b) : ∃ m, a < m ∧ m < b := ⟨(a + b) / 2, by grind, by grind⟩
theorem exists_int_gt (a : ℝ) : ∃ n : ℤ, a < n := by
  refine ⟨⌊a⌋ + 1, ?_⟩
  rw [Int.cast_add, Int.cast_one]
  exact Int.lt_floor_add_one a
theorem exists_int_lt (a : ℝ) : ∃ n : ℤ, (n : ℝ) < a := by
  refine ⟨⌊a⌋ - 1, ?_⟩
  have := Int.floor_le a
  rw [Int.cast_sub, Int.cast_one]
  grind
theorem exists_rat_btwn (h : a < b) : ∃ q : ℚ, a < q ∧ q < b := by
  obtain ⟨n, hn⟩ := exists_nat_gt (1 / (b - a))
  have d : 0 < b - a := sub_pos.2 h
  have p : (0 : ℝ) < n := lt_trans (one_div_pos.2 d) hn
  have k : 1 < n * (b - a) := by rwa [div_lt_iff₀ d] at hn
  have low := Int.floor_le (n * a)
  have high := Int.lt_floor_add_one (n * a)
  refine ⟨((⌊n * a⌋ + 1 : ℤ) : ℚ) / (n : ℚ), ?_, ?_⟩
  · rw [Rat.cast_div, Rat.cast_intCast, Rat.cast_natCast, lt_div_iff₀ p, Int.cast_add, Int.cast_one]
    grind
  · rw [Rat.cast_div, Rat.cast_intCast, Rat.cast_natCast, div_lt_iff₀ p, Int.cast_add, Int.cast_one]
    grind
/-- Bernoulli's inequality. -/
theorem one_add_mul_le_pow (h : -2 ≤ a) : ∀ n : ℕ, 1 + n * a ≤ (1 + a) ^ n
  | 0 => by rw [pow_zero, Nat.cast_zero]; grind
  | 1 => by rw [pow_one, Nat.cast_one]; grind
  | n + 2 => by
    have ih := mul_le_mul_of_nonneg_left (one_add_mul_le_pow h n) (sq_nonneg (1 + a))
    have k := mul_nonneg (Nat.cast_nonneg (R := ℝ) n) (mul_nonneg (sq_nonneg a) (by grind : 0 ≤ a + 2))
    have s := sq_nonneg a
    have two : ((2 : ℕ) : ℝ) = 2 := Nat.cast_ofNat 2
    rw [Nat.cast_add, two, pow_add, mul_comm ((1 + a) ^ n)]
    grind
theorem pow_unbounded_of_one_lt (x : ℝ) (h : 1 < a) : ∃ n : ℕ, x < a ^ n := by
  obtain ⟨n, hn⟩ := exists_nat_gt (x / (a - 1))
  have d : 0 < a - 1 := sub_pos.2 h
  rw [div_lt_iff₀ d] at hn
  have k := one_add_mul_le_pow (by grind : -2 ≤ a - 1) n
  rw [show 1 + (a - 1) = a by grind] at k
  exact ⟨n, by grind⟩
theorem Real.exists_isLUB {s : Set ℝ} (ne : s.Nonempty) (bounded : BddAbove s) : ∃ x, IsLUB s x := by
  obtain ⟨b, hb⟩ := bounded
  obtain ⟨x, above, least⟩ := Reals.exists_isLUB s ne ⟨b, fun a ha => hb ha⟩
  exact ⟨x, fun a ha => above a ha, fun c hc => least c fun a ha => hc ha⟩
end

section
variable {α : Type u} [LE α] [LT α] [Std.IsLinearOrder α] {s : Set α} {a b : α}
theorem IsLeast.unique (ha : IsLeast s a) (hb : IsLeast s b) : a = b := Std.le_antisymm (ha.2 hb.1) (hb.2 ha.1)
theorem IsGreatest.unique (ha : IsGreatest s a) (hb : IsGreatest s b) : a = b := Std.le_antisymm (hb.2 ha.1) (ha.2 hb.1)
theorem IsLUB.unique (ha : IsLUB s a) (hb : IsLUB s b) : a = b := IsLeast.unique ha hb
theorem IsGLB.unique (ha : IsGLB s a) (hb : IsGLB s b) : a = b := IsGreatest.unique ha hb
end

section
variable {α : Type u} [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] {s : Set α} {a b : α}
theorem lt_isLUB_iff (h : IsLUB s a) : b < a ↔ ∃ c ∈ s, b < c :=
  ⟨fun k => Classical.byContradiction fun n => not_lt.2 (h.2 fun c hc => not_lt.1 fun l => n ⟨c, hc, l⟩) k,
    fun ⟨_, hc, l⟩ => lt_of_lt_of_le l (h.1 hc)⟩
theorem isGLB_lt_iff (h : IsGLB s a) : a < b ↔ ∃ c ∈ s, c < b :=
  ⟨fun k => Classical.byContradiction fun n => not_lt.2 (h.2 fun c hc => not_lt.1 fun l => n ⟨c, hc, l⟩) k,
    fun ⟨_, hc, l⟩ => lt_of_le_of_lt (h.1 hc) l⟩
end

@[elab_as_elim] theorem Nat.le_induction {m : ℕ} {P : ∀ n, m ≤ n → Prop} (base : P m (Nat.le_refl m))
    (succ : ∀ n (h : m ≤ n), P n h → P (n + 1) (Nat.le_succ_of_le h)) : ∀ n (h : m ≤ n), P n h := by
  intro n h
  obtain ⟨k, rfl⟩ := Nat.exists_eq_add_of_le h
  induction k with
  | zero => exact base
  | succ k ih => exact succ _ (Nat.le_add_right m k) (ih (Nat.le_add_right m k))

end Core

end
