import Core.Nat
import Core.Lemmas.Algebra

/-!
# Congruences, and powers modulo a number

None is marked for `simp` or `grind`: they are there for who looks for them.
-/

@[expose] noncomputable section

namespace Core

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

section
variable {n a b : ℕ}
theorem Nat.ModEq.refl (a : ℕ) : a ≡ a [MOD n] := rfl
theorem Nat.ModEq.mul_left (c : ℕ) (h : a ≡ b [MOD n]) : c * a ≡ c * b [MOD n] := Nat.ModEq.mul rfl h
theorem Nat.ModEq.mul_right (c : ℕ) (h : a ≡ b [MOD n]) : a * c ≡ b * c [MOD n] := Nat.ModEq.mul h rfl
theorem Nat.ModEq.add_left (c : ℕ) (h : a ≡ b [MOD n]) : c + a ≡ c + b [MOD n] := Nat.ModEq.add rfl h
theorem Nat.ModEq.add_right (c : ℕ) (h : a ≡ b [MOD n]) : a + c ≡ b + c [MOD n] := Nat.ModEq.add h rfl
theorem Nat.modEq_zero_iff_dvd : a ≡ 0 [MOD n] ↔ n ∣ a := by
  unfold Nat.ModEq
  rw [Nat.zero_mod]
  exact (Nat.dvd_iff_mod_eq_zero ..).symm
end

section
variable {n a b : ℤ}
theorem Int.ModEq.mul_left (c : ℤ) (h : a ≡ b [ZMOD n]) : c * a ≡ c * b [ZMOD n] := Int.ModEq.mul rfl h
theorem Int.ModEq.mul_right (c : ℤ) (h : a ≡ b [ZMOD n]) : a * c ≡ b * c [ZMOD n] := Int.ModEq.mul h rfl
theorem Int.ModEq.add_left (c : ℤ) (h : a ≡ b [ZMOD n]) : c + a ≡ c + b [ZMOD n] := Int.ModEq.add rfl h
theorem Int.ModEq.add_right (c : ℤ) (h : a ≡ b [ZMOD n]) : a + c ≡ b + c [ZMOD n] := Int.ModEq.add h rfl
theorem Int.ModEq.neg (h : a ≡ b [ZMOD n]) : -a ≡ -b [ZMOD n] := by
  have k := Int.ModEq.sub (Int.ModEq.refl (a := 0)) h
  rwa [Int.zero_sub, Int.zero_sub] at k
theorem Int.modEq_zero_iff_dvd : a ≡ 0 [ZMOD n] ↔ n ∣ a := by
  unfold Int.ModEq
  rw [Int.zero_emod]
  exact (Int.dvd_iff_emod_eq_zero ..).symm
theorem Int.modEq_iff_dvd : a ≡ b [ZMOD n] ↔ n ∣ b - a := by
  unfold Int.ModEq
  rw [Int.dvd_iff_emod_eq_zero, ← Int.emod_eq_emod_iff_emod_sub_eq_zero]
  exact eq_comm
theorem Int.ModEq.dvd (h : a ≡ b [ZMOD n]) : n ∣ b - a := Int.modEq_iff_dvd.1 h
end

theorem sub_dvd_pow_sub_pow (x y : ℤ) (n : ℕ) : x - y ∣ x ^ n - y ^ n := by
  induction n with
  | zero => exact ⟨0, by grind⟩
  | succ n ih =>
    obtain ⟨k, e⟩ := ih
    exact ⟨x * k + y ^ n, by rw [Int.pow_succ, Int.pow_succ]; grind⟩

end Core

end
