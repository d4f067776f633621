import Core.Lemmas.Signs
import Core.Lemmas.Algebra

/-!
# Inequalities, absolute value, maximum, minimum

For any ordered commutative ring or field in core's sense (ℤ, ℚ, ℝ), under Mathlib's names and with Mathlib's hypotheses.
-/

@[expose] noncomputable section

namespace Core
open Lean.Grind
set_option linter.unusedSectionVars false

section
variable {α : Type u} [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] {a b c : α}
theorem le_refl (a : α) : a ≤ a := Std.le_refl a
theorem le_of_eq (h : a = b) : a ≤ b := h ▸ le_refl a
theorem le_trans (h : a ≤ b) (k : b ≤ c) : a ≤ c := Std.le_trans h k
theorem lt_of_le_of_lt (h : a ≤ b) (k : b < c) : a < c := Std.lt_of_le_of_lt h k
theorem lt_of_lt_of_le (h : a < b) (k : b ≤ c) : a < c := Std.lt_of_lt_of_le h k
theorem lt_trans (h : a < b) (k : b < c) : a < c := Std.lt_trans h k
theorem le_of_lt (h : a < b) : a ≤ b := Std.le_of_lt h
theorem le_antisymm (h : a ≤ b) (k : b ≤ a) : a = b := Std.le_antisymm h k
theorem le_total (a b : α) : a ≤ b ∨ b ≤ a := Std.le_total
theorem not_le : ¬ a ≤ b ↔ b < a := Std.not_le
theorem not_lt : ¬ a < b ↔ b ≤ a := Std.not_lt
theorem lt_irrefl (a : α) : ¬ a < a := fun h => Std.not_le.2 h (le_refl a)
theorem ne_of_gt (h : b < a) : a ≠ b := fun e => lt_irrefl b (e ▸ h)
theorem ne_of_lt (h : a < b) : a ≠ b := fun e => lt_irrefl b (e ▸ h)
theorem lt_or_ge (a b : α) : a < b ∨ b ≤ a := (Classical.em (b ≤ a)).elim .inr fun h => .inl (not_le.1 h)
theorem le_or_gt (a b : α) : a ≤ b ∨ b < a := (lt_or_ge b a).symm
theorem lt_of_le_of_ne (h : a ≤ b) (k : a ≠ b) : a < b := (lt_or_ge a b).elim id fun h' => absurd (le_antisymm h h') k
theorem lt_trichotomy (a b : α) : a < b ∨ a = b ∨ b < a :=
  (lt_or_ge a b).elim .inl fun h => (lt_or_ge b a).elim (.inr ∘ .inr) fun k => .inr (.inl (le_antisymm k h))
end

section
variable {α : Type u} [CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [OrderedRing α] {a b c d : α}

theorem pow_two_nonneg (a : α) : 0 ≤ a ^ 2 := sq_nonneg a
theorem pow_pos (h : 0 < a) (n : ℕ) : 0 < a ^ n := by
  induction n with
  | zero => rw [pow_zero]; exact OrderedRing.zero_lt_one
  | succ n ih => rw [pow_succ]; exact mul_pos ih h
theorem pow_nonneg (h : 0 ≤ a) (n : ℕ) : 0 ≤ a ^ n := by
  induction n with
  | zero => rw [pow_zero]; exact OrderedRing.zero_le_one
  | succ n ih => rw [pow_succ]; exact mul_nonneg ih h
theorem mul_le_mul_of_nonneg_left (h : b ≤ c) (ha : 0 ≤ a) : a * b ≤ a * c := OrderedRing.mul_le_mul_of_nonneg_left h ha
theorem mul_le_mul_of_nonneg_right (h : b ≤ c) (ha : 0 ≤ a) : b * a ≤ c * a := OrderedRing.mul_le_mul_of_nonneg_right h ha
theorem mul_lt_mul_of_pos_left (h : b < c) (ha : 0 < a) : a * b < a * c := OrderedRing.mul_lt_mul_of_pos_left h ha
theorem mul_lt_mul_of_pos_right (h : b < c) (ha : 0 < a) : b * a < c * a := OrderedRing.mul_lt_mul_of_pos_right h ha
theorem mul_le_mul (h : a ≤ b) (k : c ≤ d) (hc : 0 ≤ c) (hb : 0 ≤ b) : a * c ≤ b * d :=
  le_trans (mul_le_mul_of_nonneg_right h hc) (mul_le_mul_of_nonneg_left k hb)
theorem pow_le_pow_left (ha : 0 ≤ a) (h : a ≤ b) (n : ℕ) : a ^ n ≤ b ^ n := by
  induction n with
  | zero => rw [pow_zero, pow_zero]; exact le_refl 1
  | succ n ih => rw [pow_succ, pow_succ]; exact mul_le_mul ih h ha (pow_nonneg (le_trans ha h) n)
theorem pow_le_pow_left₀ (ha : 0 ≤ a) (h : a ≤ b) (n : ℕ) : a ^ n ≤ b ^ n := pow_le_pow_left ha h n
theorem sub_nonneg : 0 ≤ a - b ↔ b ≤ a := OrderedAdd.sub_nonneg_iff
theorem sub_pos : 0 < a - b ↔ b < a := OrderedAdd.sub_pos_iff
theorem add_le_add (h : a ≤ b) (k : c ≤ d) : a + c ≤ b + d := OrderedAdd.add_le_add h k
theorem add_lt_add (h : a < b) (k : c < d) : a + c < b + d := OrderedAdd.add_lt_add h k
theorem add_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a + b := by have := add_le_add ha hb; rwa [add_zero] at this
theorem add_pos_of_nonneg_of_pos (ha : 0 ≤ a) (hb : 0 < b) : 0 < a + b := by
  have := add_le_add ha (le_refl b)
  rw [zero_add] at this
  exact lt_of_lt_of_le hb this
theorem add_pos_of_pos_of_nonneg (ha : 0 < a) (hb : 0 ≤ b) : 0 < a + b := add_comm b a ▸ add_pos_of_nonneg_of_pos hb ha
theorem add_pos (ha : 0 < a) (hb : 0 < b) : 0 < a + b := add_pos_of_nonneg_of_pos (le_of_lt ha) hb
theorem two_mul_le_add_sq (a b : α) : 2 * a * b ≤ a ^ 2 + b ^ 2 := by
  have := sq_nonneg (a - b)
  rw [sub_sq] at this
  grind
/-- From squares back to numbers; most facts about square roots rest on it. -/
theorem le_of_sq_le_sq (h : a ^ 2 ≤ b ^ 2) (hb : 0 ≤ b) : a ≤ b := by
  rcases le_or_gt a b with k | k
  · exact k
  · have h1 := mul_lt_mul_of_pos_right k (lt_of_le_of_lt hb k)
    have h2 := mul_le_mul_of_nonneg_left (le_of_lt k) hb
    rw [pow_two, pow_two] at h
    exact absurd (lt_of_le_of_lt h2 h1) (not_lt.2 h)
theorem pow_left_injective_two (ha : 0 ≤ a) (hb : 0 ≤ b) (h : a ^ 2 = b ^ 2) : a = b :=
  le_antisymm (le_of_sq_le_sq (h ▸ le_refl _) hb) (le_of_sq_le_sq (h ▸ le_refl _) ha)
end

section
variable {α : Type u} [Field α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [OrderedRing α] {a b c d : α}
theorem inv_pos : 0 < a⁻¹ ↔ 0 < a := Field.IsOrdered.inv_pos_iff
theorem div_pos (ha : 0 < a) (hb : 0 < b) : 0 < a / b := div_eq_mul_inv a b ▸ mul_pos ha (inv_pos.2 hb)
theorem one_div_pos : 0 < 1 / a ↔ 0 < a := by rw [div_eq_mul_inv, one_mul, inv_pos]
theorem div_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a / b := by
  rcases lt_or_ge 0 b with h | h
  · exact div_eq_mul_inv a b ▸ mul_nonneg ha (le_of_lt (inv_pos.2 h))
  · rw [le_antisymm h hb, div_eq_mul_inv, Field.inv_zero, mul_zero]; exact le_refl 0
theorem le_div_iff₀ (hc : 0 < c) : a ≤ b / c ↔ a * c ≤ b := by
  have e := div_mul_cancel₀ b (ne_of_gt hc)
  constructor
  · intro h
    have := mul_le_mul_of_nonneg_right h (le_of_lt hc)
    rwa [e] at this
  · intro h
    refine (le_or_gt a (b / c)).elim id fun k => ?_
    have := mul_lt_mul_of_pos_right k hc
    rw [e] at this
    exact absurd h (not_le.2 this)
theorem div_le_iff₀ (hc : 0 < c) : a / c ≤ b ↔ a ≤ b * c := by
  have e := div_mul_cancel₀ a (ne_of_gt hc)
  constructor
  · intro h
    have := mul_le_mul_of_nonneg_right h (le_of_lt hc)
    rwa [e] at this
  · intro h
    refine (le_or_gt (a / c) b).elim id fun k => ?_
    have := mul_lt_mul_of_pos_right k hc
    rw [e] at this
    exact absurd h (not_le.2 this)
theorem lt_div_iff₀ (hc : 0 < c) : a < b / c ↔ a * c < b := by rw [← not_le, div_le_iff₀ hc, not_le]
theorem div_lt_iff₀ (hc : 0 < c) : a / c < b ↔ a < b * c := by rw [← not_le, le_div_iff₀ hc, not_le]
theorem le_div_iff (hc : 0 < c) : a ≤ b / c ↔ a * c ≤ b := le_div_iff₀ hc
theorem div_le_iff (hc : 0 < c) : a / c ≤ b ↔ a ≤ b * c := div_le_iff₀ hc
theorem lt_div_iff (hc : 0 < c) : a < b / c ↔ a * c < b := lt_div_iff₀ hc
theorem div_lt_iff (hc : 0 < c) : a / c < b ↔ a < b * c := div_lt_iff₀ hc
theorem div_le_one (hb : 0 < b) : a / b ≤ 1 ↔ a ≤ b := by rw [div_le_iff₀ hb, one_mul]
theorem one_le_div (hb : 0 < b) : 1 ≤ a / b ↔ b ≤ a := by rw [le_div_iff₀ hb, one_mul]
theorem div_lt_one (hb : 0 < b) : a / b < 1 ↔ a < b := by rw [div_lt_iff₀ hb, one_mul]
theorem div_le_div_iff_of_pos (hb : 0 < b) (hd : 0 < d) : a / b ≤ c / d ↔ a * d ≤ c * b := by
  have e : a / b * d = a * d / b := by rw [div_eq_mul_inv, div_eq_mul_inv, mul_assoc, mul_comm b⁻¹, mul_assoc]
  rw [le_div_iff₀ hd, e, div_le_iff₀ hb]
theorem div_le_div_iff (hb : 0 < b) (hd : 0 < d) : a / b ≤ c / d ↔ a * d ≤ c * b := div_le_div_iff_of_pos hb hd
end

/-! ## Maximum, minimum, absolute value -/

instance : Std.LawfulOrderMax ℤ := .of_max_le_iff (fun _ _ _ => Int.max_le) (fun _ _ => by omega)
instance : Std.LawfulOrderMin ℤ := .of_le_min_iff (fun _ _ _ => Int.le_min) (fun _ _ => by omega)
section
variable {α : Type u} [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [DecidableLE α] {a b c : α}
theorem ite_le_iff : (if a ≤ b then b else a) ≤ c ↔ a ≤ c ∧ b ≤ c := by
  split
  · exact ⟨fun h => ⟨le_trans ‹_› h, h⟩, (·.2)⟩
  · exact ⟨fun h => ⟨h, le_trans (le_of_lt (not_le.1 ‹_›)) h⟩, (·.1)⟩
theorem le_ite_iff : c ≤ (if a ≤ b then a else b) ↔ c ≤ a ∧ c ≤ b := by
  split
  · exact ⟨fun h => ⟨h, le_trans h ‹_›⟩, (·.1)⟩
  · exact ⟨fun h => ⟨le_trans h (le_of_lt (not_le.1 ‹_›)), h⟩, (·.2)⟩
theorem ite_eq_or (p : Prop) [Decidable p] : (if p then b else a) = a ∨ (if p then b else a) = b := by
  split
  · exact .inr rfl
  · exact .inl rfl
end
instance : Std.LawfulOrderMax ℚ := .of_max_le_iff (fun _ _ _ => ite_le_iff) (fun _ _ => ite_eq_or _)
instance : Std.LawfulOrderMin ℚ := .of_le_min_iff (fun _ _ _ => le_ite_iff) (fun _ _ => (ite_eq_or _).symm)
instance [Reals] : Std.LawfulOrderMax ℝ := .of_max_le_iff (fun _ _ _ => ite_le_iff) (fun _ _ => ite_eq_or _)
instance [Reals] : Std.LawfulOrderMin ℝ := .of_le_min_iff (fun _ _ _ => le_ite_iff) (fun _ _ => (ite_eq_or _).symm)

section
variable {α : Type u} [LE α] [Std.IsLinearOrder α] [Max α] [Min α] [Std.LawfulOrderMax α] [Std.LawfulOrderMin α] {a b c : α}
theorem max_le_iff : max a b ≤ c ↔ a ≤ c ∧ b ≤ c := Std.max_le_iff
theorem le_min_iff : c ≤ min a b ↔ c ≤ a ∧ c ≤ b := Std.le_min_iff
theorem le_max_left (a b : α) : a ≤ max a b := (max_le_iff.1 (Std.le_refl _)).1
theorem le_max_right (a b : α) : b ≤ max a b := (max_le_iff.1 (Std.le_refl _)).2
theorem min_le_left (a b : α) : min a b ≤ a := (le_min_iff.1 (Std.le_refl _)).1
theorem min_le_right (a b : α) : min a b ≤ b := (le_min_iff.1 (Std.le_refl _)).2
theorem max_le (h : a ≤ c) (k : b ≤ c) : max a b ≤ c := max_le_iff.2 ⟨h, k⟩
theorem le_min (h : c ≤ a) (k : c ≤ b) : c ≤ min a b := le_min_iff.2 ⟨h, k⟩
end

section
variable {α : Type u} [CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [OrderedRing α] [Max α]
  [Std.LawfulOrderMax α] {a b c : α}
theorem le_abs_self (a : α) : a ≤ |a| := (Std.max_le_iff.1 (Std.le_refl _)).1
theorem neg_le_abs (a : α) : -a ≤ |a| := (Std.max_le_iff.1 (Std.le_refl _)).2
theorem abs_of_nonneg (h : 0 ≤ a) : |a| = a :=
  le_antisymm (Std.max_le_iff.2 ⟨le_refl a, le_trans (OrderedAdd.neg_le_iff.2 (le_trans (le_of_eq AddCommGroup.neg_zero) h)) h⟩) (le_abs_self a)
theorem abs_of_nonpos (h : a ≤ 0) : |a| = -a :=
  le_antisymm (Std.max_le_iff.2 ⟨le_trans h (OrderedAdd.neg_nonneg_iff.2 h), le_refl _⟩) (neg_le_abs a)
theorem abs_of_pos (h : 0 < a) : |a| = a := abs_of_nonneg (le_of_lt h)
theorem abs_of_neg (h : a < 0) : |a| = -a := abs_of_nonpos (le_of_lt h)
theorem abs_cases (a : α) : (|a| = a ∧ 0 ≤ a) ∨ (|a| = -a ∧ a < 0) :=
  (le_or_gt 0 a).elim (fun h => .inl ⟨abs_of_nonneg h, h⟩) fun h => .inr ⟨abs_of_neg h, h⟩
theorem abs_nonneg (a : α) : 0 ≤ |a| :=
  (le_total 0 a).elim (fun h => le_trans h (le_abs_self a)) fun h => le_trans (OrderedAdd.neg_nonneg_iff.2 h) (neg_le_abs a)
theorem abs_neg (a : α) : |-a| = |a| :=
  le_antisymm (Std.max_le_iff.2 ⟨neg_le_abs a, (neg_neg a).symm ▸ le_abs_self a⟩)
    (Std.max_le_iff.2 ⟨le_trans (le_of_eq (neg_neg a).symm) (neg_le_abs (-a)), le_abs_self (-a)⟩)
theorem abs_le : |a| ≤ b ↔ -b ≤ a ∧ a ≤ b :=
  Std.max_le_iff.trans ⟨fun h => ⟨OrderedAdd.neg_le_iff.1 h.2, h.1⟩, fun h => ⟨h.2, OrderedAdd.neg_le_iff.1 h.1⟩⟩
theorem abs_lt : |a| < b ↔ -b < a ∧ a < b := by
  constructor
  · intro h
    exact ⟨OrderedAdd.neg_lt_iff.1 (lt_of_le_of_lt (neg_le_abs a) h), lt_of_le_of_lt (le_abs_self a) h⟩
  · intro h
    rcases abs_cases a with k | k <;> rw [k.1]
    · exact h.2
    · exact OrderedAdd.neg_lt_iff.1 h.1
theorem abs_sub_comm (a b : α) : |a - b| = |b - a| := by rw [← abs_neg, AddCommGroup.neg_sub]
theorem abs_add (a b : α) : |a + b| ≤ |a| + |b| :=
  Std.max_le_iff.2 ⟨add_le_add (le_abs_self a) (le_abs_self b),
    AddCommGroup.neg_add a b ▸ add_le_add (neg_le_abs a) (neg_le_abs b)⟩
theorem sq_abs (a : α) : |a| ^ 2 = a ^ 2 := by
  rcases abs_cases a with h | h <;> rw [h.1]
  rw [pow_two, pow_two, neg_mul, mul_neg, neg_neg]
theorem abs_mul (a b : α) : |a * b| = |a| * |b| :=
  pow_left_injective_two (abs_nonneg _) (mul_nonneg (abs_nonneg a) (abs_nonneg b)) (by
    rw [mul_pow, sq_abs, sq_abs, sq_abs, mul_pow])
end

end Core

end
