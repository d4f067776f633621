import Core.Notation

/-!
# Rings and fields, under Mathlib's names

For core's classes `Lean.Grind.CommSemiring`, `CommRing`, `Field`: all of ℤ, ℚ, ℝ, ℂ, and ℕ where no subtraction occurs.
-/

@[expose] noncomputable section

namespace Core
open Lean.Grind

section
variable {α : Type u} [CommSemiring α] (a b c : α)
theorem add_comm : a + b = b + a := Semiring.add_comm a b
theorem add_assoc : a + b + c = a + (b + c) := Semiring.add_assoc a b c
theorem add_zero : a + 0 = a := Semiring.add_zero a
theorem zero_add : 0 + a = a := (add_comm ..).trans (add_zero a)
theorem mul_comm : a * b = b * a := CommSemiring.mul_comm a b
theorem mul_assoc : a * b * c = a * (b * c) := Semiring.mul_assoc a b c
theorem mul_one : a * 1 = a := Semiring.mul_one a
theorem one_mul : 1 * a = a := Semiring.one_mul a
theorem mul_zero : a * 0 = 0 := Semiring.mul_zero a
theorem zero_mul : 0 * a = 0 := Semiring.zero_mul a
theorem mul_add : a * (b + c) = a * b + a * c := Semiring.left_distrib a b c
theorem add_mul : (a + b) * c = a * c + b * c := Semiring.right_distrib a b c
theorem pow_zero : a ^ 0 = 1 := Semiring.pow_zero a
theorem pow_succ (n : ℕ) : a ^ (n + 1) = a ^ n * a := Semiring.pow_succ a n
theorem pow_one : a ^ 1 = a := (Semiring.pow_succ a 0).trans (by rw [pow_zero, one_mul])
theorem pow_two : a ^ 2 = a * a := (Semiring.pow_succ a 1).trans (by rw [pow_one])
theorem sq : a ^ 2 = a * a := pow_two a
theorem pow_add (m n : ℕ) : a ^ (m + n) = a ^ m * a ^ n := Semiring.pow_add a m n
theorem mul_pow (n : ℕ) : (a * b) ^ n = a ^ n * b ^ n := CommSemiring.mul_pow a b n
theorem pow_mul (m n : ℕ) : a ^ (m * n) = (a ^ m) ^ n := by
  induction n with
  | zero => rw [Nat.mul_zero, pow_zero, pow_zero]
  | succ n ih => rw [Nat.mul_succ, pow_add, ih, pow_succ]
end

section
variable {α : Type u} [CommRing α] {a b c : α}
theorem sub_eq_add_neg (a b : α) : a - b = a + -b := Ring.sub_eq_add_neg a b
theorem sub_self (a : α) : a - a = 0 := AddCommGroup.sub_self a
theorem sub_eq_zero : a - b = 0 ↔ a = b := AddCommGroup.sub_eq_zero_iff
theorem mul_neg (a b : α) : a * -b = -(a * b) := Ring.mul_neg a b
theorem neg_mul (a b : α) : -a * b = -(a * b) := Ring.neg_mul a b
theorem neg_neg (a : α) : - -a = a := AddCommGroup.neg_neg a
theorem mul_sub (a b c : α) : a * (b - c) = a * b - a * c := by rw [sub_eq_add_neg, mul_add, mul_neg, ← sub_eq_add_neg]
theorem sub_mul (a b c : α) : (a - b) * c = a * c - b * c := by rw [mul_comm, mul_sub, mul_comm c, mul_comm c]
theorem add_sq (a b : α) : (a + b) ^ 2 = a ^ 2 + 2 * a * b + b ^ 2 := by grind
theorem sub_sq (a b : α) : (a - b) ^ 2 = a ^ 2 - 2 * a * b + b ^ 2 := by grind
theorem sq_sub_sq (a b : α) : a ^ 2 - b ^ 2 = (a + b) * (a - b) := by grind
end

section
variable {α : Type u} [Field α] {a b c d : α}
theorem mul_eq_zero : a * b = 0 ↔ a = 0 ∨ b = 0 :=
  ⟨Field.of_mul_eq_zero, fun h => h.elim (fun e => by rw [e, zero_mul]) fun e => by rw [e, mul_zero]⟩
theorem mul_ne_zero (ha : a ≠ 0) (hb : b ≠ 0) : a * b ≠ 0 := fun h => (mul_eq_zero.1 h).elim ha hb
theorem pow_eq_zero_iff {n : ℕ} (hn : n ≠ 0) : a ^ n = 0 ↔ a = 0 := by
  constructor
  · intro h
    clear hn
    induction n with
    | zero => exact absurd ((pow_zero a).symm.trans h).symm Field.zero_ne_one
    | succ n ih => exact (mul_eq_zero.1 ((pow_succ a n).symm.trans h)).elim ih id
  · rintro rfl
    obtain ⟨n, rfl⟩ := Nat.exists_eq_succ_of_ne_zero hn
    rw [pow_succ, mul_zero]
theorem pow_ne_zero (n : ℕ) (h : a ≠ 0) : a ^ n ≠ 0 := by
  induction n with
  | zero => exact fun e => Field.zero_ne_one (e.symm.trans (pow_zero a))
  | succ n ih => rw [pow_succ]; exact mul_ne_zero ih h
theorem mul_left_cancel₀ (ha : a ≠ 0) (h : a * b = a * c) : b = c := by
  exact sub_eq_zero.1 ((mul_eq_zero.1 (by rw [mul_sub, h, sub_self])).resolve_left ha)
theorem mul_right_cancel₀ (hb : b ≠ 0) (h : a * b = c * b) : a = c :=
  mul_left_cancel₀ hb (by rw [mul_comm, h, mul_comm])
theorem mul_inv_cancel₀ (h : a ≠ 0) : a * a⁻¹ = 1 := Field.mul_inv_cancel h
theorem div_eq_mul_inv (a b : α) : a / b = a * b⁻¹ := Field.div_eq_mul_inv a b
theorem div_mul_cancel₀ (a : α) (h : b ≠ 0) : a / b * b = a := by
  rw [div_eq_mul_inv, mul_assoc, Field.inv_mul_cancel h, mul_one]
theorem div_self (h : a ≠ 0) : a / a = 1 := by rw [div_eq_mul_inv, mul_inv_cancel₀ h]
theorem div_one (a : α) : a / 1 = a := by rw [div_eq_mul_inv, Field.inv_one, mul_one]
theorem div_eq_iff (h : b ≠ 0) : a / b = c ↔ a = c * b :=
  ⟨fun e => by rw [← e, div_mul_cancel₀ a h], fun e => mul_right_cancel₀ h (by rw [div_mul_cancel₀ a h, e])⟩
theorem eq_div_iff (h : c ≠ 0) : a = b / c ↔ a * c = b :=
  ⟨fun e => by rw [e, div_mul_cancel₀ b h], fun e => mul_right_cancel₀ h (by rw [div_mul_cancel₀ b h, e])⟩
theorem div_add_div (a : α) (c : α) (hb : b ≠ 0) (hd : d ≠ 0) : a / b + c / d = (a * d + b * c) / (b * d) := by grind
theorem div_eq_div_iff (hb : b ≠ 0) (hd : d ≠ 0) : a / b = c / d ↔ a * d = c * b := by
  have e : a / b * d = a * d / b := by rw [div_eq_mul_inv, div_eq_mul_inv, mul_assoc, mul_comm b⁻¹, mul_assoc]
  rw [eq_div_iff hd, e, div_eq_iff hb]
end

end Core

end
