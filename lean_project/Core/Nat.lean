import Core.Notation

/-!
# Natural and whole numbers: parity, congruences, primes, factorials, digits
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core

/-- Mathlib's `Even`. -/
def Even {α : Type u} [Add α] (a : α) : Prop := ∃ r, a = r + r
/-- Mathlib's `Odd`. -/
def Odd {α : Type u} [Lean.Grind.Semiring α] (a : α) : Prop := ∃ m, a = 2 * m + 1

@[grind =] theorem Nat.even_iff {n : ℕ} : Even n ↔ n % 2 = 0 :=
  ⟨fun ⟨r, h⟩ => by rw [h, ← Nat.two_mul]; exact Nat.mul_mod_right 2 r,
    fun h => ⟨n / 2, by rw [← Nat.two_mul]; exact (Nat.mul_div_cancel' (Nat.dvd_of_mod_eq_zero h)).symm⟩⟩
@[grind =] theorem Nat.odd_iff {n : ℕ} : Odd n ↔ n % 2 = 1 :=
  ⟨fun ⟨r, h⟩ => by rw [h]; exact Nat.mul_add_mod 2 r 1,
    fun h => ⟨n / 2, (Nat.div_add_mod n 2).symm.trans (congrArg _ h)⟩⟩
@[grind =] theorem Int.even_iff {n : ℤ} : Even n ↔ n % 2 = 0 :=
  ⟨fun ⟨r, h⟩ => by rw [h, ← Int.two_mul]; exact Int.mul_emod_right 2 r,
    fun h => ⟨n / 2, by rw [← Int.two_mul]; exact (Int.mul_ediv_cancel' (Int.dvd_of_emod_eq_zero h)).symm⟩⟩
@[grind =] theorem Int.odd_iff {n : ℤ} : Odd n ↔ n % 2 = 1 :=
  ⟨fun ⟨r, h⟩ => by rw [h]; exact Int.mul_add_emod_self_left 2 r 1,
    fun h => ⟨n / 2, (Int.mul_ediv_add_emod n 2).symm.trans (congrArg _ h)⟩⟩

instance (n : ℕ) : Decidable (Even n) := decidable_of_iff _ Nat.even_iff.symm
instance (n : ℕ) : Decidable (Odd n) := decidable_of_iff _ Nat.odd_iff.symm
instance (n : ℤ) : Decidable (Even n) := decidable_of_iff _ Int.even_iff.symm
instance (n : ℤ) : Decidable (Odd n) := decidable_of_iff _ Int.odd_iff.symm

/-! ## Congruences -/

namespace Nat

def ModEq (n a b : ℕ) : Prop := a % n = b % n
instance (n a b : ℕ) : Decidable (ModEq n a b) := inferInstanceAs (Decidable (a % n = b % n))
@[grind =] theorem modEq_iff {n a b : ℕ} : ModEq n a b ↔ a % n = b % n := .rfl

end Nat

namespace Int

def ModEq (n a b : ℤ) : Prop := a % n = b % n
instance (n a b : ℤ) : Decidable (ModEq n a b) := inferInstanceAs (Decidable (a % n = b % n))
@[grind =] theorem modEq_iff {n a b : ℤ} : ModEq n a b ↔ a % n = b % n := .rfl

end Int

scoped notation:50 a " ≡ " b " [MOD " n "]" => Nat.ModEq n a b
scoped notation:50 a " ≡ " b " [ZMOD " n "]" => Int.ModEq n a b

/-! ## Primes -/

namespace Nat

/-- Mathlib's `Nat.Prime`, in the form of its theorem `Nat.prime_def`. -/
def Prime (p : ℕ) : Prop := 2 ≤ p ∧ ∀ m, m ∣ p → m = 1 ∨ m = p

theorem prime_def {p : ℕ} : Prime p ↔ 2 ≤ p ∧ ∀ m, m ∣ p → m = 1 ∨ m = p := .rfl
theorem Prime.two_le {p : ℕ} (h : Prime p) : 2 ≤ p := h.1
theorem Prime.pos {p : ℕ} (h : Prime p) : 0 < p := Nat.lt_of_lt_of_le (by decide) h.1
theorem Prime.ne_zero {p : ℕ} (h : Prime p) : p ≠ 0 := Nat.ne_of_gt h.pos
theorem Prime.one_lt {p : ℕ} (h : Prime p) : 1 < p := h.1
theorem Prime.eq_one_or_self_of_dvd {p : ℕ} (h : Prime p) (m : ℕ) (hm : m ∣ p) : m = 1 ∨ m = p := h.2 m hm
grind_pattern Prime.two_le => Prime p

/-! ## Factorials and binomial coefficients -/

def factorial : ℕ → ℕ
  | 0 => 1
  | n + 1 => (n + 1) * factorial n
@[simp, grind =] theorem factorial_zero : factorial 0 = 1 := rfl
@[grind =] theorem factorial_succ (n : ℕ) : factorial (n + 1) = (n + 1) * factorial n := rfl
def choose : ℕ → ℕ → ℕ
  | _, 0 => 1
  | 0, _ + 1 => 0
  | n + 1, k + 1 => choose n k + choose n (k + 1)
@[simp, grind =] theorem choose_zero_right (n : ℕ) : choose n 0 = 1 := by cases n <;> rfl
@[simp, grind =] theorem choose_zero_succ (k : ℕ) : choose 0 (k + 1) = 0 := rfl
@[grind =] theorem choose_succ_succ (n k : ℕ) : choose (n + 1) (k + 1) = choose n k + choose n (k + 1) := rfl
theorem choose_le_succ (a c : ℕ) : choose a c ≤ choose (a + 1) c := by
  cases c with
  | zero => rw [choose_zero_right, choose_zero_right]; exact Nat.le_refl 1
  | succ c => exact Nat.le_add_left ..
theorem choose_le_choose {a b : ℕ} (c : ℕ) (h : a ≤ b) : choose a c ≤ choose b c := by
  induction h with
  | refl => exact Nat.le_refl _
  | step _ ih => exact Nat.le_trans ih (choose_le_succ ..)
/-- Two neighbours of the Fibonacci sequence at once, so that `decide` computes it in linear time. -/
def fibPair : ℕ → ℕ × ℕ
  | 0 => (0, 1)
  | n + 1 => ((fibPair n).2, (fibPair n).1 + (fibPair n).2)
def fib (n : ℕ) : ℕ := (fibPair n).1
@[simp, grind =] theorem fib_zero : fib 0 = 0 := rfl
@[simp, grind =] theorem fib_one : fib 1 = 1 := rfl
@[grind =] theorem fib_add_two (n : ℕ) : fib (n + 2) = fib n + fib (n + 1) := rfl

/-! ## Square roots, digits -/

/-- The largest `r` with `r * r ≤ n`, found by counting up. -/
def sqrtFrom (n : ℕ) : ℕ → ℕ → ℕ
  | 0, r => r
  | fuel + 1, r => bif Nat.ble ((r + 1) * (r + 1)) n then sqrtFrom n fuel (r + 1) else r
def sqrt (n : ℕ) : ℕ := sqrtFrom n n 0
/-- Mathlib's `Nat.digits`: little-endian, base 0 and base 1 as there. -/
def digitsFrom (b : ℕ) : ℕ → ℕ → List ℕ
  | 0, _ => []
  | fuel + 1, n => bif Nat.beq n 0 then [] else n % b :: digitsFrom b fuel (n / b)
def digits : ℕ → ℕ → List ℕ
  | 0, n => bif Nat.beq n 0 then [] else [n]
  | 1, n => List.replicate n 1
  | b + 2, n => digitsFrom (b + 2) n n

end Nat

scoped notation:10000 n "!" => Nat.factorial n

end Core

end
