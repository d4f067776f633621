import Core.Divisors

/-!
# Primes by trial division, divisors, square roots
-/

@[expose] noncomputable section

namespace Core
namespace Nat

/-- No number from `k` on, among the next `fuel` ones and up to the square root, divides `p`. -/
def trial (p : ℕ) : ℕ → ℕ → Bool
  | 0, _ => true
  | fuel + 1, k => Nat.blt p (k * k) || (!(Nat.beq (p % k) 0) && trial p fuel (k + 1))

theorem trial_iff (p : ℕ) : ∀ fuel k, p < k + fuel → 2 ≤ k →
    (trial p fuel k = true ↔ ∀ m, k ≤ m → m * m ≤ p → ¬ m ∣ p)
  | 0, k, h, h2 => ⟨fun _ m hm hp _ => by
      have : m * 1 ≤ m * m := Nat.mul_le_mul_left m (by omega)
      omega, fun _ => rfl⟩
  | fuel + 1, k, h, h2 => by
    rw [trial, Bool.or_eq_true, Bool.and_eq_true, trial_iff p fuel (k + 1) (by omega) (by omega), Nat.blt_eq,
      Bool.not_eq_true', show ((p % k).beq 0 = false ↔ p % k ≠ 0) by rw [← Bool.not_eq_true, Nat.beq_eq]]
    constructor
    · intro h m hm hp hd
      rcases h with h | ⟨h, h'⟩
      · have := Nat.mul_le_mul hm hm
        omega
      · rcases Nat.lt_or_ge k m with hk | hk
        · exact h' m hk hp hd
        · have : m = k := by omega
          exact h (Nat.mod_eq_zero_of_dvd (this ▸ hd))
    · intro h
      rcases Nat.lt_or_ge p (k * k) with hk | hk
      · exact .inl hk
      · exact .inr ⟨fun e => h k (Nat.le_refl k) hk (Nat.dvd_of_mod_eq_zero e), fun m hm => h m (by omega)⟩

theorem prime_iff_trial {p : ℕ} : Prime p ↔ 2 ≤ p ∧ trial p p 2 = true := by
  refine and_congr_right fun hp => ?_
  rw [trial_iff p p 2 (by omega) (Nat.le_refl 2)]
  constructor
  · intro h m hm hmm hd
    rcases h m hd with e | e
    · omega
    · have : 2 * m ≤ m * m := Nat.mul_le_mul_right m hm
      omega
  · intro h m ⟨k, hk⟩
    rcases Nat.lt_or_ge m 2 with hm | hm
    · rcases m with _ | _ | m
      · omega
      · exact .inl rfl
      · omega
    rcases Nat.lt_or_ge k 2 with hk2 | hk2
    · rcases k with _ | _ | k
      · omega
      · exact .inr (by omega)
      · omega
    exfalso
    rcases Nat.le_total m k with hmk | hmk
    · exact h m hm (hk ▸ Nat.mul_le_mul_left m hmk) ⟨k, hk⟩
    · exact h k hk2 (hk ▸ Nat.mul_le_mul_right k hmk) ⟨m, by rw [Nat.mul_comm, hk]⟩

instance (p : ℕ) : Decidable (Prime p) := decidable_of_iff _ prime_iff_trial.symm

theorem Prime.eq_two_or_odd {p : ℕ} (h : Prime p) : p = 2 ∨ p % 2 = 1 := by
  rcases Nat.mod_two_eq_zero_or_one p with e | e
  · exact .inl ((h.2 2 (Nat.dvd_of_mod_eq_zero e)).resolve_left (by decide)).symm
  · exact .inr e
theorem Prime.coprime_iff_not_dvd {p n : ℕ} (h : Prime p) : Nat.Coprime p n ↔ ¬ p ∣ n := by
  constructor
  · intro c d
    have : p ∣ Nat.gcd p n := Nat.dvd_gcd (Nat.dvd_refl p) d
    rw [c] at this
    exact absurd (Nat.le_of_dvd (by decide) this) (Nat.not_le.2 h.1)
  · intro d
    rcases h.2 _ (Nat.gcd_dvd_left p n) with e | e
    · exact e
    · exact absurd (e ▸ Nat.gcd_dvd_right p n) d
theorem Prime.dvd_mul {p m n : ℕ} (h : Prime p) : p ∣ m * n ↔ p ∣ m ∨ p ∣ n :=
  ⟨fun d => Decidable.or_iff_not_imp_left.2 fun hm => Nat.Coprime.dvd_of_dvd_mul_left (h.coprime_iff_not_dvd.2 hm) d,
    fun d => d.elim (fun d => Nat.dvd_trans d (Nat.dvd_mul_right ..)) fun d => Nat.dvd_trans d (Nat.dvd_mul_left ..)⟩
theorem Prime.dvd_of_dvd_pow {p m n : ℕ} (h : Prime p) (d : p ∣ m ^ n) : p ∣ m := by
  induction n with
  | zero => exact absurd (Nat.le_of_dvd Nat.one_pos d) (Nat.not_le.2 h.1)
  | succ n ih => exact (h.dvd_mul.1 (Nat.pow_succ .. ▸ d)).elim ih id
theorem prime_two : Prime 2 := by decide
theorem prime_three : Prime 3 := by decide
theorem not_prime_zero : ¬ Prime 0 := by decide
theorem not_prime_one : ¬ Prime 1 := by decide
theorem factorial_pos : ∀ n, 0 < factorial n
  | 0 => by decide
  | n + 1 => Nat.mul_pos (Nat.succ_pos n) (factorial_pos n)

theorem choose_eq_zero_of_lt : ∀ {n k : ℕ}, n < k → choose n k = 0
  | 0, _ + 1, _ => rfl
  | n + 1, k + 1, h => by
    rw [choose_succ_succ, choose_eq_zero_of_lt (Nat.lt_of_succ_lt_succ h), choose_eq_zero_of_lt (Nat.lt_of_succ_lt h)]

@[simp, grind =] theorem mem_divisors {n m : ℕ} : n ∈ divisors m ↔ n ∣ m ∧ m ≠ 0 := by
  rw [divisors, Finset.mem_filter, Finset.mem_Ico]
  refine ⟨fun h => ⟨h.2, by omega⟩, fun h => ⟨⟨Nat.pos_of_dvd_of_pos h.1 (Nat.pos_of_ne_zero h.2), ?_⟩, h.1⟩⟩
  exact Nat.lt_succ_of_le (Nat.le_of_dvd (Nat.pos_of_ne_zero h.2) h.1)
@[simp, grind =] theorem mem_properDivisors {n m : ℕ} : n ∈ properDivisors m ↔ n ∣ m ∧ n < m := by
  rw [properDivisors, Finset.mem_filter, Finset.mem_Ico]
  exact ⟨fun h => ⟨h.2, h.1.2⟩, fun h => ⟨⟨Nat.pos_of_dvd_of_pos h.1 (by omega), h.2⟩, h.1⟩⟩


theorem sqrtFrom_spec (n : ℕ) : ∀ fuel r, n ≤ r + fuel → r * r ≤ n →
    sqrtFrom n fuel r * sqrtFrom n fuel r ≤ n ∧ n < (sqrtFrom n fuel r + 1) * (sqrtFrom n fuel r + 1)
  | 0, r, h, hr => ⟨hr, by
      have : (r + 1) * 1 ≤ (r + 1) * (r + 1) := Nat.mul_le_mul_left _ (by omega)
      have : sqrtFrom n 0 r = r := rfl
      rw [this]
      omega⟩
  | fuel + 1, r, h, hr => by
    rw [sqrtFrom]
    cases e : Nat.ble ((r + 1) * (r + 1)) n with
    | true => exact sqrtFrom_spec n fuel (r + 1) (by omega) (Nat.le_of_ble_eq_true e)
    | false => exact ⟨hr, Nat.lt_of_not_le fun h => absurd ((Nat.ble_eq_true_of_le h).symm.trans e) (by decide)⟩
theorem sqrt_le (n : ℕ) : sqrt n * sqrt n ≤ n := (sqrtFrom_spec n n 0 (by omega) (Nat.zero_le n)).1
theorem lt_succ_sqrt (n : ℕ) : n < (sqrt n + 1) * (sqrt n + 1) := (sqrtFrom_spec n n 0 (by omega) (Nat.zero_le n)).2


end Nat

end Core

end
