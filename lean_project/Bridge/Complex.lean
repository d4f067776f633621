import Bridge.Real

/-!
# Complex and nonnegative real numbers, integers modulo `n`

Types of the prelude's own; each is shown to be Mathlib's by a bijection that respects every operation.
-/

noncomputable section

namespace Bridge

attribute [local instance] model

/-! ## Complex numbers -/

/-- The same complex number in Mathlib. -/
def complex (z : @Core.Complex model) : ℂ := ⟨z.re, z.im⟩
/-- And back. -/
def ofComplex (z : ℂ) : @Core.Complex model := ⟨z.re, z.im⟩

theorem complex_ofComplex (z : ℂ) : complex (ofComplex z) = z := rfl
theorem ofComplex_complex (z : @Core.Complex model) : ofComplex (complex z) = z := rfl
theorem complex_inj (z w : @Core.Complex model) : z = w ↔ complex z = complex w :=
  ⟨fun h => congrArg complex h, fun h => by rw [← ofComplex_complex z, h, ofComplex_complex]⟩
theorem complex_I : complex (@Core.Complex.I model) = Complex.I := rfl
theorem complex_ofReal (x : ℝ) : complex (@Core.Complex.ofReal model x) = (x : ℂ) := rfl
theorem complex_add (z w : @Core.Complex model) : complex (z + w) = complex z + complex w := rfl
theorem complex_neg (z : @Core.Complex model) : complex (-z) = -complex z := rfl
theorem complex_sub (z w : @Core.Complex model) : complex (z - w) = complex z - complex w :=
  Complex.ext rfl rfl
theorem complex_mul (z w : @Core.Complex model) : complex (z * w) = complex z * complex w :=
  Complex.ext rfl rfl
theorem normSq_eq (z : @Core.Complex model) : @Core.Complex.normSq model z = Complex.normSq (complex z) := rfl
theorem complex_inv (z : @Core.Complex model) : complex z⁻¹ = (complex z)⁻¹ := by
  apply Complex.ext
  · rw [Complex.inv_re]
    exact (div_eq_mul_inv _ _).symm
  · rw [Complex.inv_im]
    exact (div_eq_mul_inv _ _).symm
theorem complex_div (z w : @Core.Complex model) : complex (z / w) = complex z / complex w := by
  rw [div_eq_mul_inv, ← complex_inv, ← complex_mul]
  rfl
theorem complex_one : complex 1 = 1 := rfl
theorem complex_pow (z : @Core.Complex model) (n : ℕ) : complex (z ^ n) = complex z ^ n := by
  induction n with
  | zero => rw [pow_zero]; rfl
  | succ n ih => rw [pow_succ, ← ih, ← complex_mul]; rfl
theorem complex_natCast (n : ℕ) : complex (n : @Core.Complex model) = (n : ℂ) :=
  Complex.ext (Complex.natCast_re n).symm (Complex.natCast_im n).symm
theorem abs_complex (z : @Core.Complex model) : @Core.Complex.abs model z = ‖complex z‖ :=
  (Complex.norm_def (complex z)).symm
theorem norm_complex (z : @Core.Complex model) : @Core.Norm.norm model _ _ z = ‖complex z‖ := abs_complex z
theorem norm_real (x : ℝ) : @Core.Norm.norm model (@Core.Reals.carrier model) _ x = ‖x‖ :=
  (abs_eq x).trans (Real.norm_eq_abs x).symm
theorem complex_exp (z : @Core.Complex model) : complex (@Core.Complex.exp model z) = Complex.exp (complex z) :=
  Complex.ext (Complex.exp_re (complex z)).symm (Complex.exp_im (complex z)).symm
theorem complex_conj (z : @Core.Complex model) :
    complex (@Core.starRingEnd (@Core.Complex model) _ z) = starRingEnd ℂ (complex z) := Complex.ext rfl rfl

attribute [core_bridge] complex_conj complex_inj complex_I complex_ofReal complex_add complex_neg complex_sub complex_mul normSq_eq
  complex_inv complex_div complex_one complex_pow complex_natCast abs_complex norm_complex norm_real complex_exp

/-! ## Nonnegative real numbers -/

/-- The same number in Mathlib. -/
def nnreal (x : @Core.NNReal model) : NNReal := ⟨x.1, x.2⟩
/-- And back. -/
def ofNNReal (x : NNReal) : @Core.NNReal model := ⟨x.1, x.2⟩

theorem nnreal_ofNNReal (x : NNReal) : nnreal (ofNNReal x) = x := rfl
theorem ofNNReal_nnreal (x : @Core.NNReal model) : ofNNReal (nnreal x) = x := rfl
theorem nnreal_coe (x : @Core.NNReal model) : @Core.NNReal.toReal model x = ((nnreal x : NNReal) : ℝ) := rfl
theorem nnreal_add (x y : @Core.NNReal model) : nnreal (x + y) = nnreal x + nnreal y := rfl
theorem nnreal_mul (x y : @Core.NNReal model) : nnreal (x * y) = nnreal x * nnreal y := rfl
theorem nnreal_le (x y : @Core.NNReal model) : x ≤ y ↔ nnreal x ≤ nnreal y := Iff.rfl
theorem nnreal_lt (x y : @Core.NNReal model) : x < y ↔ nnreal x < nnreal y := Iff.rfl
theorem nnreal_div (x y : @Core.NNReal model) : nnreal (x / y) = nnreal x / nnreal y :=
  NNReal.eq (by rw [NNReal.coe_div]; rfl)
theorem nnreal_inv (x : @Core.NNReal model) : nnreal x⁻¹ = (nnreal x)⁻¹ :=
  NNReal.eq (by rw [NNReal.coe_inv]; exact one_div _)
theorem nnreal_sub (x y : @Core.NNReal model) : nnreal (x - y) = nnreal x - nnreal y :=
  NNReal.eq (by rw [NNReal.coe_sub_def]; exact max_eq _ _)
theorem nnreal_pow (x : @Core.NNReal model) (n : ℕ) : nnreal (x ^ n) = nnreal x ^ n :=
  NNReal.eq (by rw [NNReal.coe_pow]; rfl)
theorem nnreal_sqrt (x : @Core.NNReal model) : nnreal (@Core.NNReal.sqrt model x) = NNReal.sqrt (nnreal x) :=
  NNReal.eq (by rw [Real.coe_sqrt]; rfl)

attribute [core_bridge] nnreal_coe nnreal_add nnreal_mul nnreal_le nnreal_lt nnreal_div nnreal_inv nnreal_sub nnreal_pow
  nnreal_sqrt

/-! ## Integers modulo `n` -/

/-- Both are ℤ for 0 and `Fin n` else. -/
theorem zmod_eq : ∀ n : ℕ, Core.ZMod n = ZMod n
  | 0 => rfl
  | _ + 1 => rfl
theorem zmod_add : ∀ (n : ℕ) (a b : Core.ZMod n), cast (zmod_eq n) (a + b) = cast (zmod_eq n) a + cast (zmod_eq n) b
  | 0, _, _ => rfl
  | _ + 1, _, _ => rfl
theorem zmod_mul : ∀ (n : ℕ) (a b : Core.ZMod n), cast (zmod_eq n) (a * b) = cast (zmod_eq n) a * cast (zmod_eq n) b
  | 0, _, _ => rfl
  | _ + 1, _, _ => rfl
theorem zmod_neg : ∀ (n : ℕ) (a : Core.ZMod n), cast (zmod_eq n) (-a) = -cast (zmod_eq n) a
  | 0, _ => rfl
  | _ + 1, _ => rfl

end Bridge

end
