import Core.Lemmas.Real

/-!
# Complex numbers

Pairs of reals, as in Mathlib; a field in core's sense, so `grind` computes with them (`Complex.I_mul_I`).
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core
variable [Reals]

structure Complex where
  re : ℝ
  im : ℝ

scoped notation "ℂ" => Complex

namespace Complex
open Lean.Grind

theorem ext {z w : ℂ} (h : z.re = w.re) (k : z.im = w.im) : z = w := by cases z; cases w; cases h; cases k; rfl
theorem ext_iff {z w : ℂ} : z = w ↔ z.re = w.re ∧ z.im = w.im := ⟨fun h => h ▸ ⟨rfl, rfl⟩, fun h => ext h.1 h.2⟩

@[coe] def ofReal (x : ℝ) : ℂ := ⟨x, 0⟩
instance : Coe ℝ ℂ := ⟨ofReal⟩
def I : ℂ := ⟨0, 1⟩

instance : Add ℂ := ⟨fun z w => ⟨z.re + w.re, z.im + w.im⟩⟩
instance : Neg ℂ := ⟨fun z => ⟨-z.re, -z.im⟩⟩
instance : Sub ℂ := ⟨fun z w => ⟨z.re - w.re, z.im - w.im⟩⟩
instance : Mul ℂ := ⟨fun z w => ⟨z.re * w.re - z.im * w.im, z.re * w.im + z.im * w.re⟩⟩
def normSq (z : ℂ) : ℝ := z.re * z.re + z.im * z.im
instance : Inv ℂ := ⟨fun z => ⟨z.re * (normSq z)⁻¹, -z.im * (normSq z)⁻¹⟩⟩
instance : Div ℂ := ⟨fun z w => z * w⁻¹⟩
instance : NatCast ℂ := ⟨fun n => ⟨n, 0⟩⟩
instance : IntCast ℂ := ⟨fun n => ⟨n, 0⟩⟩
instance (n : ℕ) : OfNat ℂ n := ⟨⟨OfNat.ofNat n, 0⟩⟩
instance : NatPow ℂ := ⟨fun z n => Nat.rec 1 (fun _ w => w * z) n⟩
instance : Pow ℂ ℤ := ⟨fun z n => match n with | .ofNat n => z ^ n | .negSucc n => (z ^ (n + 1))⁻¹⟩
instance : SMul ℕ ℂ := ⟨fun n z => n * z⟩
instance : SMul ℤ ℂ := ⟨fun n z => n * z⟩
instance : RatCast ℂ := ⟨fun q => ⟨q, 0⟩⟩

theorem normSq_ne_zero {z : ℂ} (h : z ≠ 0) : normSq z ≠ 0 := fun e => h (by
  have a := mul_self_nonneg z.re
  have b := mul_self_nonneg z.im
  unfold normSq at e
  exact ext ((mul_eq_zero.1 (by grind : z.re * z.re = 0)).elim id id) ((mul_eq_zero.1 (by grind : z.im * z.im = 0)).elim id id))

@[simp] theorem add_re (z w : ℂ) : (z + w).re = z.re + w.re := rfl
@[simp] theorem add_im (z w : ℂ) : (z + w).im = z.im + w.im := rfl
@[simp] theorem mul_re (z w : ℂ) : (z * w).re = z.re * w.re - z.im * w.im := rfl
@[simp] theorem mul_im (z w : ℂ) : (z * w).im = z.re * w.im + z.im * w.re := rfl
@[simp] theorem zero_re : (0 : ℂ).re = 0 := rfl
@[simp] theorem zero_im : (0 : ℂ).im = 0 := rfl
@[simp] theorem one_re : (1 : ℂ).re = 1 := rfl
@[simp] theorem one_im : (1 : ℂ).im = 0 := rfl

@[simp] theorem neg_re (z : ℂ) : (-z).re = -z.re := rfl
@[simp] theorem neg_im (z : ℂ) : (-z).im = -z.im := rfl
@[simp] theorem sub_re (z w : ℂ) : (z - w).re = z.re - w.re := rfl
@[simp] theorem sub_im (z w : ℂ) : (z - w).im = z.im - w.im := rfl
@[simp] theorem I_re : I.re = 0 := rfl
@[simp] theorem I_im : I.im = 1 := rfl
@[simp] theorem re_ofNat (n : ℕ) : (no_index (OfNat.ofNat n) : ℂ).re = OfNat.ofNat n := rfl
@[simp] theorem im_ofNat (n : ℕ) : (no_index (OfNat.ofNat n) : ℂ).im = 0 := rfl
@[simp] theorem natCast_re (n : ℕ) : (n : ℂ).re = n := rfl
@[simp] theorem natCast_im (n : ℕ) : (n : ℂ).im = 0 := rfl

theorem mul_comm' (z w : ℂ) : z * w = w * z :=
  ext (by rw [mul_re, mul_re, mul_comm, mul_comm z.im]) (by rw [mul_im, mul_im, add_comm, mul_comm z.im, mul_comm z.re])
theorem mul_one' (z : ℂ) : z * 1 = z :=
  ext (by rw [mul_re, one_re, one_im, mul_one, mul_zero]; grind) (by rw [mul_im, one_re, one_im, mul_one, mul_zero, zero_add])
theorem mul_zero' (z : ℂ) : z * 0 = 0 :=
  ext (by rw [mul_re, zero_re, zero_im, mul_zero, mul_zero, sub_self]) (by rw [mul_im, zero_re, zero_im, mul_zero, mul_zero, add_zero])
theorem mul_add' (z w v : ℂ) : z * (w + v) = z * w + z * v :=
  ext (by simp only [mul_re, add_re, add_im]; grind) (by simp only [mul_im, add_re, add_im]; grind)

instance : CommRing ℂ where
  add_zero z := ext (add_zero _) (add_zero _)
  add_comm z w := ext (add_comm ..) (add_comm ..)
  add_assoc z w v := ext (add_assoc ..) (add_assoc ..)
  mul_assoc z w v := ext (by simp only [mul_re, mul_im]; grind) (by simp only [mul_re, mul_im]; grind)
  mul_comm := mul_comm'
  mul_one := mul_one'
  one_mul z := (mul_comm' 1 z).trans (mul_one' z)
  left_distrib := mul_add'
  right_distrib z w v := by rw [mul_comm', mul_add', mul_comm' v, mul_comm' v]
  zero_mul z := (mul_comm' 0 z).trans (mul_zero' z)
  mul_zero := mul_zero'
  pow_zero z := rfl
  pow_succ z n := rfl
  ofNat_succ n := ext (Semiring.ofNat_succ (α := ℝ) n) (add_zero (0 : ℝ)).symm
  ofNat_eq_natCast n := ext (Semiring.ofNat_eq_natCast (α := ℝ) n) rfl
  neg_add_cancel z := ext (Ring.neg_add_cancel _) (Ring.neg_add_cancel _)
  sub_eq_add_neg z w := ext (sub_eq_add_neg ..) (sub_eq_add_neg ..)
  neg_zsmul n z := by
    have e : ((-n : ℤ) : ℂ) = -(n : ℂ) := ext (Int.cast_neg (R := ℝ) n) (by change (0 : ℝ) = -0; grind)
    change ((-n : ℤ) : ℂ) * z = -(n * z)
    rw [e]
    exact ext (by change -_ * _ - -_ * _ = -(_ * _ - _ * _); grind) (by change -_ * _ + -_ * _ = -(_ * _ + _ * _); grind)
  zsmul_natCast_eq_nsmul n z := by
    change ((n : ℤ) : ℂ) * z = (n : ℂ) * z
    exact congrArg (· * z) (ext (Int.cast_natCast (R := ℝ) n) rfl)
  intCast_ofNat n := ext (Int.cast_ofNat (R := ℝ) n) rfl
  intCast_neg n := ext (Int.cast_neg (R := ℝ) n) (by change (0 : ℝ) = -0; grind)

theorem mul_inv' {z : ℂ} (h : z ≠ 0) : z * z⁻¹ = 1 := by
  have e := mul_inv_cancel₀ (normSq_ne_zero h)
  refine ext ?_ ?_
  · change z.re * (z.re * (normSq z)⁻¹) - z.im * (-z.im * (normSq z)⁻¹) = 1
    refine Eq.trans ?_ e
    change _ = (z.re * z.re + z.im * z.im) * _
    grind
  · change z.re * (-z.im * (normSq z)⁻¹) + z.im * (z.re * (normSq z)⁻¹) = 0
    grind
theorem inv_zero' : (0 : ℂ)⁻¹ = 0 := ext (zero_mul _) (by change -(0 : ℝ) * _ = 0; grind)
theorem inv_inv' (z : ℂ) : (z⁻¹)⁻¹ = z := by
  rcases Classical.em (z = 0) with rfl | h
  · rw [inv_zero', inv_zero']
  · have k : z⁻¹ ≠ 0 := fun e => by
      have := mul_inv' h
      rw [e, mul_zero'] at this
      exact Field.zero_ne_one (congrArg re this)
    rw [← mul_one' (z⁻¹)⁻¹, mul_comm', ← mul_inv' h, mul_assoc, mul_inv' k, mul_one']

instance : Field ℂ where
  div_eq_mul_inv _ _ := rfl
  zero_ne_one h := Field.zero_ne_one (congrArg re h)
  inv_zero := inv_zero'
  mul_inv_cancel := mul_inv'
  zpow_zero _ := rfl
  zpow_succ _ _ := rfl
  zpow_neg z n := by
    rcases n with (_ | n) | n
    · refine ext ?_ ?_
      · change (1 : ℝ) = 1 * (1 * 1 + 0 * 0)⁻¹; grind
      · change (0 : ℝ) = -0 * _; grind
    · rfl
    · exact (inv_inv' _).symm

/-- Numerals are different: without this, `grind` cannot refute `1 = 0` in ℂ. -/
instance : IsCharP ℂ 0 where
  ofNat_ext_iff := ⟨fun h => (IsCharP.ofNat_ext_iff (α := ℝ) 0).1 (congrArg re h),
    fun h => congrArg ofReal ((IsCharP.ofNat_ext_iff (α := ℝ) 0).2 h)⟩

theorem I_mul_I : I * I = -1 := ext (by change (0 : ℝ) * 0 - 1 * 1 = -1; grind) (by change (0 : ℝ) * 1 + 1 * 0 = -0; grind)
@[simp, grind =] theorem I_sq : I ^ 2 = -1 := (pow_two I).trans I_mul_I
@[simp] theorem ofReal_re (x : ℝ) : (x : ℂ).re = x := rfl
@[simp] theorem ofReal_im (x : ℝ) : (x : ℂ).im = 0 := rfl
@[simp, norm_cast] theorem ofReal_inj {x y : ℝ} : (x : ℂ) = y ↔ x = y := ⟨congrArg re, congrArg _⟩
@[simp, norm_cast] theorem ofReal_add (x y : ℝ) : ((x + y : ℝ) : ℂ) = x + y := ext rfl (add_zero _).symm
@[simp, norm_cast] theorem ofReal_mul (x y : ℝ) : ((x * y : ℝ) : ℂ) = x * y :=
  ext (by change x * y = x * y - 0 * 0; grind) (by change 0 = x * 0 + 0 * y; grind)
@[simp, norm_cast] theorem ofReal_natCast (n : ℕ) : ((n : ℝ) : ℂ) = n := rfl
@[simp, norm_cast] theorem ofReal_ofNat (n : ℕ) : ((OfNat.ofNat n : ℝ) : ℂ) = OfNat.ofNat n := rfl
grind_pattern I_mul_I => I

theorem normSq_apply (z : ℂ) : normSq z = z.re * z.re + z.im * z.im := rfl
theorem normSq_nonneg (z : ℂ) : 0 ≤ normSq z := add_nonneg (mul_self_nonneg z.re) (mul_self_nonneg z.im)
@[simp] theorem normSq_mul (z w : ℂ) : normSq (z * w) = normSq z * normSq w := by
  rw [normSq_apply, normSq_apply, normSq_apply, mul_re, mul_im]; grind

/-- The modulus, `Complex.abs` of earlier Mathlib versions. -/
protected def abs (z : ℂ) : ℝ := Real.sqrt (normSq z)
def exp (z : ℂ) : ℂ := ⟨Real.exp z.re * Real.cos z.im, Real.exp z.re * Real.sin z.im⟩

end Complex

/-- Mathlib's `Star`, for the conjugation of ℂ. -/
class Star (R : Type u) where
  star : R → R
export Star (star)
instance : Star ℂ := ⟨fun z => ⟨z.re, -z.im⟩⟩
/-- Mathlib's `starRingEnd`, as a function. -/
def starRingEnd (R : Type u) [Star R] : R → R := Star.star

namespace Complex
@[simp] theorem conj_re (z : ℂ) : (starRingEnd ℂ z).re = z.re := rfl
@[simp] theorem conj_im (z : ℂ) : (starRingEnd ℂ z).im = -z.im := rfl
@[simp] theorem conj_I : starRingEnd ℂ I = -I := ext (by change (0 : ℝ) = -0; grind) rfl
@[simp] theorem conj_ofReal (x : ℝ) : starRingEnd ℂ (x : ℂ) = x := ext rfl (by change -(0 : ℝ) = 0; grind)
theorem mul_conj (z : ℂ) : z * starRingEnd ℂ z = normSq z :=
  ext (by simp only [mul_re, conj_re, conj_im, ofReal_re, normSq_apply]; grind)
    (by simp only [mul_im, conj_re, conj_im, ofReal_im]; grind)
theorem add_conj (z : ℂ) : z + starRingEnd ℂ z = (2 * z.re : ℝ) :=
  ext (by simp only [add_re, conj_re, ofReal_re]; grind) (by simp only [add_im, conj_im, ofReal_im]; grind)
end Complex
@[simp] theorem starRingEnd_self_apply (z : ℂ) : starRingEnd ℂ (starRingEnd ℂ z) = z :=
  Complex.ext rfl (by change - -z.im = z.im; grind)

/-- The norms of ℝ and ℂ. -/
class Norm (α : Type u) where
  norm : α → ℝ
instance : Norm ℝ := ⟨fun x => |x|⟩
instance : Norm ℂ := ⟨Complex.abs⟩
scoped macro:max atomic("‖" noWs) a:term noWs "‖" : term => `(Norm.norm $a)

theorem Real.norm_eq_abs (x : ℝ) : ‖x‖ = |x| := rfl
theorem Complex.norm_def (z : ℂ) : ‖z‖ = √(Complex.normSq z) := rfl
theorem Complex.sq_norm (z : ℂ) : ‖z‖ ^ 2 = Complex.normSq z := Real.sq_sqrt (Complex.normSq_nonneg z)
theorem Complex.normSq_eq_zero {z : ℂ} : Complex.normSq z = 0 ↔ z = 0 :=
  ⟨fun e => Classical.byContradiction fun h => Complex.normSq_ne_zero h e, fun e => by
    rw [e, Complex.normSq_apply]
    change (0 : ℝ) * 0 + 0 * 0 = 0
    grind⟩

/-! Of Mathlib's lemmas about norms these are the ones of ℂ. -/

theorem norm_nonneg (z : ℂ) : 0 ≤ ‖z‖ := Real.sqrt_nonneg _
@[simp] theorem norm_eq_zero {z : ℂ} : ‖z‖ = 0 ↔ z = 0 := by
  rw [← Complex.normSq_eq_zero, ← Complex.sq_norm]
  exact ⟨fun e => by rw [e]; grind, fun e => by grind⟩
@[simp] theorem norm_mul (z w : ℂ) : ‖z * w‖ = ‖z‖ * ‖w‖ := by
  rw [Complex.norm_def, Complex.norm_def, Complex.norm_def, Complex.normSq_mul, Real.sqrt_mul (Complex.normSq_nonneg z)]
@[simp] theorem norm_one : ‖(1 : ℂ)‖ = 1 := by
  have e : Complex.normSq 1 = 1 := by
    rw [Complex.normSq_apply]
    change (1 : ℝ) * 1 + 0 * 0 = 1
    grind
  rw [Complex.norm_def, e, Real.sqrt_one]
@[simp] theorem norm_pow (z : ℂ) (n : ℕ) : ‖z ^ n‖ = ‖z‖ ^ n := by
  induction n with
  | zero => rw [pow_zero, pow_zero, norm_one]
  | succ n ih => rw [pow_succ, pow_succ, norm_mul, ih]

end Core

end
