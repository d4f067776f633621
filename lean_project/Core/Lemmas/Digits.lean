import Core.Elementary
import Core.Lemmas.Congruence

/-!
# Digits: the number that they make, and the remainder that their sum leaves

None is marked for `simp` or `grind`: they are there for who looks for them.
-/

@[expose] noncomputable section

namespace Core
namespace Nat

theorem digitsFrom_sum_mod {m b : ℕ} (h : (b + 2) % m = 1) : ∀ fuel n, n ≤ fuel →
    n % m = (digitsFrom (b + 2) fuel n).sum % m
  | 0, n, k => by rw [Nat.le_zero.1 k]; rfl
  | fuel + 1, n, k => by
    rw [digitsFrom]
    cases e : Nat.beq n 0 with
    | true => rw [Nat.eq_of_beq_eq_true e]; rfl
    | false =>
      have l := Nat.div_lt_self (Nat.pos_of_ne_zero (Nat.ne_of_beq_eq_false e)) (by omega : 1 < b + 2)
      have ih := digitsFrom_sum_mod h fuel (n / (b + 2)) (by omega)
      change n % m = (n % (b + 2) + (digitsFrom (b + 2) fuel (n / (b + 2))).sum) % m
      rw [Nat.add_mod (n % (b + 2)), ← ih]
      have d := Nat.div_add_mod n (b + 2)
      have s : n % m = ((b + 2) * (n / (b + 2)) + n % (b + 2)) % m := by rw [d]
      rw [s, Nat.add_mod, Nat.mul_mod, h, Nat.one_mul, Nat.mod_mod, Nat.add_comm]
theorem modEq_digits_sum (b b' : ℕ) (h : b' % b = 1) (n : ℕ) : n ≡ (digits b' n).sum [MOD b] := by
  match b', h with
  | 0, h => exact absurd h (by rw [Nat.zero_mod]; decide)
  | 1, _ =>
    change n % b = (List.replicate n 1).sum % b
    rw [show (List.replicate n 1).sum = n by simp]
  | k + 2, h => exact digitsFrom_sum_mod h n n (Nat.le_refl n)
theorem modEq_nine_digits_sum (n : ℕ) : n ≡ (digits 10 n).sum [MOD 9] := modEq_digits_sum 9 10 (by decide) n
theorem modEq_three_digits_sum (n : ℕ) : n ≡ (digits 10 n).sum [MOD 3] := modEq_digits_sum 3 10 (by decide) n
theorem nine_dvd_iff (n : ℕ) : 9 ∣ n ↔ 9 ∣ (digits 10 n).sum := by
  have h : n % 9 = (digits 10 n).sum % 9 := modEq_nine_digits_sum n
  omega
theorem three_dvd_iff (n : ℕ) : 3 ∣ n ↔ 3 ∣ (digits 10 n).sum := by
  have h : n % 3 = (digits 10 n).sum % 3 := modEq_three_digits_sum n
  omega
theorem ofDigits_digitsFrom (b : ℕ) : ∀ fuel n, n ≤ fuel → ofDigits (b + 2) (digitsFrom (b + 2) fuel n) = n
  | 0, n, k => by rw [Nat.le_zero.1 k]; rfl
  | fuel + 1, n, k => by
    rw [digitsFrom]
    cases e : Nat.beq n 0 with
    | true => rw [Nat.eq_of_beq_eq_true e]; rfl
    | false =>
      have l := Nat.div_lt_self (Nat.pos_of_ne_zero (Nat.ne_of_beq_eq_false e)) (by omega : 1 < b + 2)
      have ih := ofDigits_digitsFrom b fuel (n / (b + 2)) (by omega)
      change n % (b + 2) + (b + 2) * ofDigits (b + 2) (digitsFrom (b + 2) fuel (n / (b + 2))) = n
      rw [ih, Nat.mod_add_div]

end Nat

end Core

end
