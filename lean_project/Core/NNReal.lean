import Core.Lemmas.Real

/-!
# Nonnegative real numbers
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core
variable [Reals]

def NNReal : Type := { x : ℝ // 0 ≤ x }
scoped notation "ℝ≥0" => NNReal

namespace NNReal
open Lean.Grind

@[coe] def toReal (x : ℝ≥0) : ℝ := x.1
instance : Coe ℝ≥0 ℝ := ⟨toReal⟩
theorem ext {x y : ℝ≥0} (h : (x : ℝ) = y) : x = y := Subtype.ext h
theorem coe_nonneg (x : ℝ≥0) : 0 ≤ (x : ℝ) := x.2

instance : Add ℝ≥0 := ⟨fun x y => ⟨x.1 + y.1, add_nonneg x.2 y.2⟩⟩
instance : Mul ℝ≥0 := ⟨fun x y => ⟨x.1 * y.1, mul_nonneg x.2 y.2⟩⟩
instance : Inv ℝ≥0 := ⟨fun x => ⟨1 / x.1, div_nonneg OrderedRing.zero_le_one x.2⟩⟩
instance : Div ℝ≥0 := ⟨fun x y => ⟨x.1 / y.1, div_nonneg x.2 y.2⟩⟩
/-- Truncated, as in Mathlib. -/
instance : Sub ℝ≥0 := ⟨fun x y => ⟨max (x.1 - y.1) 0, le_max_right ..⟩⟩
instance : NatCast ℝ≥0 := ⟨fun n => ⟨n, Nat.cast_nonneg n⟩⟩
instance (n : ℕ) : OfNat ℝ≥0 n := ⟨⟨OfNat.ofNat n, OrderedRing.ofNat_nonneg n⟩⟩
instance : NatPow ℝ≥0 := ⟨fun x n => ⟨x.1 ^ n, pow_nonneg x.2 n⟩⟩
instance : SMul ℕ ℝ≥0 := ⟨fun n x => n * x⟩
instance : LE ℝ≥0 := ⟨fun x y => x.1 ≤ y.1⟩
instance : LT ℝ≥0 := ⟨fun x y => x.1 < y.1⟩

instance : CommSemiring ℝ≥0 where
  add_zero _ := ext (add_zero _)
  add_comm _ _ := ext (add_comm ..)
  add_assoc _ _ _ := ext (add_assoc ..)
  mul_comm _ _ := ext (mul_comm ..)
  mul_assoc _ _ _ := ext (mul_assoc ..)
  mul_one _ := ext (mul_one _)
  one_mul _ := ext (one_mul _)
  left_distrib _ _ _ := ext (mul_add ..)
  right_distrib _ _ _ := ext (add_mul ..)
  zero_mul _ := ext (zero_mul _)
  mul_zero _ := ext (mul_zero _)
  pow_zero _ := ext (pow_zero _)
  pow_succ _ _ := ext (pow_succ ..)
  ofNat_succ n := ext (Semiring.ofNat_succ (α := ℝ) n)
  ofNat_eq_natCast n := ext (Semiring.ofNat_eq_natCast (α := ℝ) n)

def sqrt (x : ℝ≥0) : ℝ≥0 := ⟨Real.sqrt x.1, Real.sqrt_nonneg _⟩

end NNReal

end Core

end
