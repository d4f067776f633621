import Core.Lemmas.Nat

/-!
# Prime numbers: divisors, factorials, infinitely many

None is marked for `simp` or `grind`: they are there for who looks for them.
-/

@[expose] noncomputable section

namespace Core

namespace Nat

theorem dvd_factorial : ∀ {m n : ℕ}, 0 < m → m ≤ n → m ∣ factorial n
  | m, 0, h, k => absurd (Nat.lt_of_lt_of_le h k) (Nat.lt_irrefl 0)
  | m, n + 1, h, k => by
    rw [factorial_succ]
    rcases Nat.lt_or_ge n m with l | l
    · rw [Nat.le_antisymm k l]
      exact Nat.dvd_mul_right ..
    · exact Nat.dvd_trans (dvd_factorial h l) (Nat.dvd_mul_left ..)
theorem factorial_ne_zero (n : ℕ) : factorial n ≠ 0 := Nat.ne_of_gt (factorial_pos n)
theorem factorial_le {m n : ℕ} (h : m ≤ n) : factorial m ≤ factorial n := by
  induction h with
  | refl => exact Nat.le_refl _
  | @step n _ ih =>
    rw [factorial_succ]
    exact Nat.le_trans ih (Nat.le_mul_of_pos_left _ (Nat.succ_pos n))
theorem self_le_factorial : ∀ n, n ≤ factorial n
  | 0 => Nat.zero_le _
  | n + 1 => by rw [factorial_succ]; exact Nat.le_mul_of_pos_right _ (factorial_pos n)
theorem exists_prime_and_dvd {n : ℕ} (h : n ≠ 1) : ∃ p, Prime p ∧ p ∣ n := by
  induction n using Nat.strongRecOn with
  | ind n ih =>
    by_cases k : Prime n
    · exact ⟨n, k, Nat.dvd_refl n⟩
    rcases Nat.lt_or_ge n 2 with l | l
    · have : n = 0 := by omega
      exact ⟨2, prime_two, this ▸ Nat.dvd_zero 2⟩
    · have : ∃ m, m ∣ n ∧ m ≠ 1 ∧ m ≠ n := Classical.byContradiction fun c => k ⟨l, fun m d =>
        Classical.byContradiction fun e => c ⟨m, d, fun a => e (.inl a), fun a => e (.inr a)⟩⟩
      obtain ⟨m, d, one, self⟩ := this
      obtain ⟨p, hp, dp⟩ := ih m (Nat.lt_of_le_of_ne (Nat.le_of_dvd (by omega) d) self) one
      exact ⟨p, hp, Nat.dvd_trans dp d⟩
theorem exists_infinite_primes (n : ℕ) : ∃ p, n ≤ p ∧ Prime p := by
  obtain ⟨p, hp, d⟩ := exists_prime_and_dvd (n := factorial n + 1) (by have := factorial_pos n; omega)
  refine ⟨p, Nat.le_of_not_lt fun l => ?_, hp⟩
  have e := (Nat.dvd_add_right (dvd_factorial hp.pos (Nat.le_of_lt l))).1 d
  have := hp.two_le
  have := Nat.le_of_dvd Nat.one_pos e
  omega
theorem dvd_prime {m p : ℕ} (hp : Prime p) : m ∣ p ↔ m = 1 ∨ m = p :=
  ⟨hp.eq_one_or_self_of_dvd m, fun h => h.elim (fun e => e ▸ Nat.one_dvd p) (fun e => e ▸ Nat.dvd_refl p)⟩
theorem Prime.divisors {p : ℕ} (hp : Prime p) : divisors p = {1, p} := by
  refine Finset.ext fun d => ?_
  simp [mem_divisors, dvd_prime hp, Nat.ne_of_gt hp.pos]
theorem prime_dvd_prime_iff_eq {p q : ℕ} (hp : Prime p) (hq : Prime q) : p ∣ q ↔ p = q :=
  ⟨fun d => (hq.2 p d).elim (fun e => absurd e (Nat.ne_of_gt hp.one_lt)) id, fun e => e ▸ Nat.dvd_refl p⟩
theorem coprime_primes {p q : ℕ} (hp : Prime p) (hq : Prime q) : Nat.Coprime p q ↔ p ≠ q := by
  rw [hp.coprime_iff_not_dvd, prime_dvd_prime_iff_eq hp hq]
theorem not_prime_mul {a b : ℕ} (ha : a ≠ 1) (hb : b ≠ 1) : ¬ Prime (a * b) := fun h => by
  have p := h.pos
  rcases h.2 a (Nat.dvd_mul_right a b) with e | e
  · exact ha e
  · exact hb (Nat.eq_of_mul_eq_mul_left (Nat.pos_of_mul_pos_right p) (by rw [Nat.mul_one]; exact e.symm))
theorem Prime.dvd_factorial {p n : ℕ} (h : Prime p) : p ∣ factorial n ↔ p ≤ n := by
  refine ⟨fun d => ?_, fun k => Nat.dvd_factorial h.pos k⟩
  induction n with
  | zero => exact absurd (Nat.le_of_dvd Nat.one_pos d) (Nat.not_le.2 h.one_lt)
  | succ n ih =>
    rw [factorial_succ] at d
    exact (h.dvd_mul.1 d).elim (fun k => Nat.le_of_dvd (Nat.succ_pos n) k) fun k => Nat.le_succ_of_le (ih k)

end Nat

end Core

end
