import Bridge.Model

/-!
# Natural and whole numbers
-/

namespace Bridge

@[core_bridge] theorem even_iff {α : Type*} [Add α] (a : α) : Core.Even a ↔ Even a := Iff.rfl

@[core_bridge] theorem odd_nat_iff (n : ℕ) : Core.Odd n ↔ Odd n := by
  rw [Core.Nat.odd_iff, Nat.odd_iff]
@[core_bridge] theorem odd_int_iff (n : ℤ) : Core.Odd n ↔ Odd n := by
  rw [Core.Int.odd_iff, Int.odd_iff]

@[core_bridge] theorem nat_modEq_iff (n a b : ℕ) : Core.Nat.ModEq n a b ↔ a ≡ b [MOD n] := Iff.rfl
@[core_bridge] theorem int_modEq_iff (n a b : ℤ) : Core.Int.ModEq n a b ↔ a ≡ b [ZMOD n] := Iff.rfl

@[core_bridge] theorem prime_iff (p : ℕ) : Core.Nat.Prime p ↔ Nat.Prime p :=
  Nat.prime_def.symm

@[core_bridge] theorem factorial_eq (n : ℕ) : Core.Nat.factorial n = n.factorial := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Core.Nat.factorial_succ, Nat.factorial_succ, ih]

@[core_bridge] theorem choose_eq (n k : ℕ) : Core.Nat.choose n k = n.choose k := by
  induction n generalizing k with
  | zero =>
    cases k with
    | zero => rfl
    | succ k => rfl
  | succ n ih =>
    cases k with
    | zero => rfl
    | succ k => rw [Core.Nat.choose_succ_succ, Nat.choose_succ_succ, ih, ih]

@[core_bridge] theorem fib_eq (n : ℕ) : Core.Nat.fib n = Nat.fib n := by
  induction n using Nat.twoStepInduction with
  | zero => rfl
  | one => rfl
  | more n h k => rw [Core.Nat.fib_add_two, Nat.fib_add_two, h, k]

/-- Counting up from `r` stops at the root, given enough fuel. -/
theorem sqrtFrom_eq (n : ℕ) : ∀ fuel r : ℕ, r * r ≤ n → n < (r + fuel + 1) * (r + fuel + 1) →
    Core.Nat.sqrtFrom n fuel r = Nat.sqrt n
  | 0, r, low, high => by
    change r = Nat.sqrt n
    exact (Nat.eq_sqrt.2 ⟨low, by simpa using high⟩)
  | fuel + 1, r, low, high => by
    change (bif Nat.ble ((r + 1) * (r + 1)) n then Core.Nat.sqrtFrom n fuel (r + 1) else r) = Nat.sqrt n
    by_cases h : (r + 1) * (r + 1) ≤ n
    · rw [Nat.ble_eq_true_of_le h]
      exact sqrtFrom_eq n fuel (r + 1) h (by
        have e : r + 1 + fuel + 1 = r + (fuel + 1) + 1 := by omega
        rw [e]
        exact high)
    · have e : Nat.ble ((r + 1) * (r + 1)) n = false := by
        rw [Bool.eq_false_iff]
        intro k
        exact h (Nat.le_of_ble_eq_true k)
      rw [e]
      exact Nat.eq_sqrt.2 ⟨low, Nat.lt_of_not_le h⟩

@[core_bridge] theorem sqrt_nat_eq (n : ℕ) : Core.Nat.sqrt n = Nat.sqrt n := by
  refine sqrtFrom_eq n n 0 (Nat.zero_le n) ?_
  have h : n < n + 1 := Nat.lt_succ_self n
  have k : n + 1 ≤ (n + 1) * (n + 1) := Nat.le_mul_of_pos_left (n + 1) (Nat.succ_pos n)
  have e : 0 + n + 1 = n + 1 := by omega
  rw [e]
  exact lt_of_lt_of_le h k

/-- Digits by division, given enough fuel. -/
theorem digitsFrom_eq (b : ℕ) : ∀ fuel n : ℕ, n ≤ fuel → Core.Nat.digitsFrom (b + 2) fuel n = Nat.digits (b + 2) n
  | 0, n, h => by
    obtain rfl : n = 0 := Nat.le_zero.1 h
    rw [Nat.digits_zero]
    rfl
  | fuel + 1, n, h => by
    by_cases k : n = 0
    · subst k
      rw [Nat.digits_zero]
      rfl
    · have e : Nat.beq n 0 = false := by
        cases n with
        | zero => exact absurd rfl k
        | succ n => rfl
      have less : n / (b + 2) ≤ fuel := by
        have := Nat.div_lt_self (Nat.pos_of_ne_zero k) (show 1 < b + 2 by omega)
        omega
      rw [Nat.digits_def' (show 1 < b + 2 by omega) (Nat.pos_of_ne_zero k)]
      change (bif Nat.beq n 0 then [] else n % (b + 2) :: Core.Nat.digitsFrom (b + 2) fuel (n / (b + 2))) = _
      rw [e, digitsFrom_eq b fuel _ less]
      rfl

@[core_bridge] theorem digits_eq (b n : ℕ) : Core.Nat.digits b n = Nat.digits b n := by
  match b with
  | 0 =>
    cases n with
    | zero => rfl
    | succ n => rfl
  | 1 => rw [Nat.digits_one]; rfl
  | b + 2 => exact digitsFrom_eq b n n le_rfl

end Bridge
