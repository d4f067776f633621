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

/-- Between the `n`-th powers of two neighbours there is none of a rational number. -/
theorem Certificate.rat_pow_ne {d n : ℕ} (r : ℕ) (low : r ^ n < d) (high : d < (r + 1) ^ n) (q : ℚ) : q ^ n ≠ d := by
  intro e
  have k := Rat.mul_den q
  have z : q.num ^ n = d * (q.den : ℤ) ^ n := by
    apply Rat.intCast_inj.1
    rw [Rat.intCast_pow, Rat.intCast_mul, Rat.intCast_pow, ← k, Rat.intCast_natCast, Rat.intCast_natCast, ← e, mul_pow]
  have w : q.num.natAbs ^ n = d * q.den ^ n := by
    have := congrArg Int.natAbs z
    simpa [Int.natAbs_pow, Int.natAbs_mul] using this
  have hn : n ≠ 0 := by
    rintro rfl
    rw [Nat.pow_zero] at low high
    omega
  have dv : q.den ∣ q.num.natAbs ^ n := ⟨d * q.den ^ (n - 1), by
    rw [w, Nat.mul_left_comm, ← Nat.pow_succ', Nat.succ_eq_add_one, Nat.sub_add_cancel (Nat.pos_of_ne_zero hn)]⟩
  have o : q.den = 1 := Nat.Coprime.eq_one_of_dvd (Nat.Coprime.pow_right n q.reduced.symm) dv
  rw [o, Nat.one_pow, Nat.mul_one] at w
  rcases Nat.lt_or_ge r q.num.natAbs with l | l
  · have := Nat.pow_le_pow_left (show r + 1 ≤ q.num.natAbs from l) n
    omega
  · have := Nat.pow_le_pow_left l n
    omega

section
variable [Reals]
theorem Certificate.irrational_of_pow {d n : ℕ} (r : ℕ) (low : r ^ n < d) (high : d < (r + 1) ^ n) {x : ℝ}
    (h : x ^ n = d) : Irrational x := by
  rintro ⟨q, rfl⟩
  exact Certificate.rat_pow_ne r low high q (by exact_mod_cast h)

/-- A quotient of logarithms is irrational where no powers are equal. -/
theorem Certificate.irrational_log_div {a b : ℕ} (ha : 1 < a) (hb : 1 < b) (h : ∀ p q : ℕ, 0 < q → a ^ p ≠ b ^ q) :
    Irrational (Real.log (b : ℝ) / Real.log (a : ℝ)) := by
  rintro ⟨r, e⟩
  have pa : 0 < Real.log (a : ℝ) := Real.log_pos (by exact_mod_cast ha)
  have pb : 0 < Real.log (b : ℝ) := Real.log_pos (by exact_mod_cast hb)
  have hd := Rat.cast_den_pos r
  have c := Rat.cast_mul_den r
  rw [e, show Real.log (b : ℝ) / Real.log (a : ℝ) * (r.den : ℝ) = Real.log (b : ℝ) * (r.den : ℝ) / Real.log (a : ℝ) by grind,
    div_eq_iff (ne_of_gt pa)] at c
  have n : 0 < (r.num : ℝ) := by
    refine not_le.1 fun k => ?_
    have := mul_pos pb hd
    have := mul_le_mul_of_nonneg_right k (le_of_lt pa)
    grind
  obtain ⟨p, hp⟩ : ∃ p : ℕ, r.num = p := Int.eq_ofNat_of_zero_le (by exact_mod_cast le_of_lt n)
  refine h p r.den r.den_pos ?_
  have l : Real.log ((a : ℝ) ^ p) = Real.log ((b : ℝ) ^ r.den) := by
    rw [Real.log_pow, Real.log_pow, mul_comm (r.den : ℝ), c, hp]
    push_cast
    rfl
  have pos : ∀ m : ℕ, 1 < m → 0 < (m : ℝ) := fun m hm => by exact_mod_cast Nat.lt_trans Nat.zero_lt_one hm
  have := Real.log_injOn_pos (pow_pos (pos a ha) p) (pow_pos (pos b hb) r.den) l
  exact_mod_cast this
end

end Core

end
