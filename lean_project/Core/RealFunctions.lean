import Core.Reals

/-!
# Square roots, exponentials, logarithms, powers, sine and cosine
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core
variable [Reals] {x y z : ℝ}

namespace Real

def sqrt (x : ℝ) : ℝ := Reals.sqrt x
def exp (x : ℝ) : ℝ := Reals.exp x
def log (x : ℝ) : ℝ := Reals.log x
def sin (x : ℝ) : ℝ := Reals.sin x
def cos (x : ℝ) : ℝ := Reals.cos x
def pi : ℝ := Reals.pi
/-- Mathlib's `Real.tan_eq_sin_div_cos`. -/
def tan (x : ℝ) : ℝ := sin x / cos x
/-- Mathlib's definition. -/
def logb (b x : ℝ) : ℝ := log x / log b

/-- Real powers: Mathlib's `Real.rpow_def_of_pos`, `Real.rpow_def_of_neg`, `Real.zero_rpow`, `Real.rpow_zero`. -/
def rpow (x y : ℝ) : ℝ :=
  if x = 0 then if y = 0 then 1 else 0
  else if 0 < x then exp (log x * y) else exp (log x * y) * cos (y * pi)
instance : Pow ℝ ℝ := ⟨rpow⟩

end Real

scoped notation "π" => Real.pi
scoped prefix:max "√" => Real.sqrt

/-- Mathlib's `Irrational`, with `Set.range` unfolded. -/
def Irrational (x : ℝ) : Prop := ¬ ∃ q : ℚ, (q : ℝ) = x

end Core

end
