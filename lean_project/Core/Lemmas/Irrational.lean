import Core.Lemmas.Everyday
import Core.Elementary

/-!
# Irrational numbers, and squares that are no multiples of each other

None is marked for `simp` or `grind`: they are there for who looks for them.
-/

@[expose] noncomputable section

namespace Core

section
variable [Reals] {a b c d : ℝ}

theorem irrational_sqrt_natCast_iff {n : ℕ} : Irrational (√(n : ℝ)) ↔ ¬ IsSquare n := by
  constructor
  · rintro h ⟨r, e⟩
    refine h ⟨r, ?_⟩
    rw [Rat.cast_natCast, e, Nat.cast_mul, Real.sqrt_mul_self (Nat.cast_nonneg r)]
  rintro h ⟨q, e⟩
  have k : √(n : ℝ) ^ 2 = n := Real.sq_sqrt (Nat.cast_nonneg n)
  rw [← e] at k
  have hd := Rat.cast_den_pos q
  have c := Rat.cast_mul_den q
  have s : (q.num : ℝ) ^ 2 = n * (q.den : ℝ) ^ 2 := by rw [← c, ← k]; grind
  have z : q.num ^ 2 = n * (q.den : ℤ) ^ 2 := by exact_mod_cast s
  have w : q.num.natAbs ^ 2 = n * q.den ^ 2 := by
    have := congrArg Int.natAbs z
    simpa [Int.natAbs_pow, Int.natAbs_mul] using this
  have d : q.den ∣ q.num.natAbs ^ 2 := ⟨n * q.den, by rw [w]; grind⟩
  have o : q.den = 1 := Nat.Coprime.eq_one_of_dvd (Nat.Coprime.pow_right 2 q.reduced.symm) d
  rw [o] at w
  exact h ⟨q.num.natAbs, by grind⟩
theorem irrational_sqrt_ofNat_iff {n : ℕ} : Irrational (√(OfNat.ofNat n : ℝ)) ↔ ¬ IsSquare (OfNat.ofNat n : ℕ) := by
  rw [← Nat.cast_ofNat (R := ℝ) n]
  exact irrational_sqrt_natCast_iff
theorem irrational_sqrt_two : Irrational (√2) := irrational_sqrt_ofNat_iff.2 (by decide)
theorem Nat.Prime.irrational_sqrt {p : ℕ} (hp : Nat.Prime p) : Irrational (√(p : ℝ)) := by
  refine irrational_sqrt_natCast_iff.2 ?_
  rintro ⟨r, e⟩
  have two := hp.two_le
  rcases hp.eq_one_or_self_of_dvd r ⟨r, e⟩ with h | h
  · rw [h] at e
    omega
  · rw [h] at e
    have : p * 2 ≤ p * p := Nat.mul_le_mul_left p two
    omega

theorem Irrational.ne_nat {x : ℝ} (h : Irrational x) (n : ℕ) : x ≠ n := fun e => h ⟨n, by rw [Rat.cast_natCast, e]⟩
theorem Irrational.of_add_ratCast {x : ℝ} (q : ℚ) (h : Irrational (x + q)) : Irrational x := by
  rintro ⟨r, rfl⟩
  exact h ⟨r + q, Rat.cast_add r q⟩
theorem Irrational.add_ratCast {x : ℝ} (q : ℚ) (h : Irrational x) : Irrational (x + q) := by
  rintro ⟨r, e⟩
  exact h ⟨r - q, by rw [Rat.cast_sub, e]; grind⟩
theorem Irrational.neg {x : ℝ} (h : Irrational x) : Irrational (-x) := by
  rintro ⟨r, e⟩
  exact h ⟨-r, by rw [Rat.cast_neg, e]; grind⟩
theorem Irrational.add_cases {x y : ℝ} (h : Irrational (x + y)) : Irrational x ∨ Irrational y := by
  refine Classical.or_iff_not_imp_left.2 fun k => ?_
  obtain ⟨q, rfl⟩ := Classical.not_not.1 k
  rintro ⟨r, rfl⟩
  exact h ⟨q + r, Rat.cast_add q r⟩
end

/-- The difference of two multiples of squares is not 0, by descent. -/
theorem Certificate.eq_zero_of_sq_eq {d : ℕ} (h : ¬ IsSquare d) {p q : ℤ} (e : p ^ 2 = d * q ^ 2) : q = 0 := by
  have w : p.natAbs ^ 2 = d * q.natAbs ^ 2 := by
    have := congrArg Int.natAbs e
    simpa [Int.natAbs_pow, Int.natAbs_mul] using this
  have dvd : q.natAbs ∣ p.natAbs := (Nat.pow_dvd_pow_iff (n := 2) (by decide)).1 ⟨d, by rw [w, Nat.mul_comm]⟩
  obtain ⟨k, hk⟩ := dvd
  rw [hk] at w
  rcases Nat.eq_zero_or_pos q.natAbs with z | z
  · omega
  · refine absurd ⟨k, ?_⟩ h
    have : 0 < q.natAbs ^ 2 := Nat.pow_pos z
    have e2 : q.natAbs ^ 2 * (k * k) = q.natAbs ^ 2 * d := by grind
    exact (Nat.eq_of_mul_eq_mul_left this e2).symm

theorem Certificate.rat_sq_ne {d : ℕ} (h : ¬ IsSquare d) (q : ℚ) : q ^ 2 ≠ d := by
  intro e
  have k := Rat.mul_den q
  have n : q.num ^ 2 = d * (q.den : ℤ) ^ 2 := by
    apply Rat.intCast_inj.1
    rw [Rat.intCast_pow, Rat.intCast_mul, Rat.intCast_pow, ← k, Rat.intCast_natCast, Rat.intCast_natCast, ← e]
    grind
  have z := Certificate.eq_zero_of_sq_eq h n
  have := q.den_nz
  omega

end Core

end
