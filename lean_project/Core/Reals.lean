import Core.Notation

/-!
# The real numbers, as laws

Lean without Mathlib has no real numbers, and building them would cost more than a prelude may. So ℝ is the carrier of a
class: a theorem that mentions ℝ is quantified over `[Core.Reals]`, hence holds of every model of the laws, hence of Mathlib's
ℝ. That argument needs each law below to be a theorem about Mathlib's ℝ; the comment beside it names the theorem (for the
order, floor and elementary functions up to the spelling of bundled classes).

Only what cannot be defined from the rest is here. `abs`, `max`, `tan`, `logb`, real powers, ceilings, … are definitions, and
what people know about them is proved.
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core

class Reals where
  carrier : Type
  /-- `Real.instField`, through `Field.toGrindField`; in both, `0⁻¹ = 0`, hence `x / 0 = 0`. -/
  [field : Lean.Grind.Field carrier]
  [le : LE carrier]
  [lt : LT carrier]
  /-- `Real.linearOrder`: `le_refl`, `le_trans`, `le_antisymm`, `le_total`. -/
  [linearOrder : Std.IsLinearOrder carrier]
  /-- `lt_iff_le_not_ge`. -/
  [lawfulLT : Std.LawfulOrderLT carrier]
  /-- `Real.instIsStrictOrderedRing`: `add_le_add_iff_right`, `zero_lt_one`, `mul_lt_mul_of_pos_left`,
  `mul_lt_mul_of_pos_right`. -/
  [orderedRing : Lean.Grind.OrderedRing carrier]
  /-- `Real.exists_isLUB`, with `IsLUB`, `upperBounds` and `Set` unfolded. -/
  exists_isLUB (S : carrier → Prop) : (∃ x, S x) → (∃ b, ∀ x, S x → x ≤ b) →
    ∃ s, (∀ x, S x → x ≤ s) ∧ ∀ b, (∀ x, S x → x ≤ b) → s ≤ b
  /-- `Int.floor` on ℝ. -/
  floor : carrier → Int
  /-- `Int.le_floor`. -/
  le_floor (z : Int) (x : carrier) : z ≤ floor x ↔ Lean.Grind.Ring.intCast.intCast z ≤ x
  /-- `Real.sqrt`. -/
  sqrt : carrier → carrier
  /-- `Real.sqrt_nonneg`. -/
  sqrt_nonneg (x : carrier) : 0 ≤ sqrt x
  /-- `Real.mul_self_sqrt`. -/
  mul_self_sqrt {x : carrier} : 0 ≤ x → sqrt x * sqrt x = x
  /-- `Real.sqrt_eq_zero_of_nonpos`. -/
  sqrt_eq_zero_of_nonpos {x : carrier} : x ≤ 0 → sqrt x = 0
  /-- `Real.exp`. -/
  exp : carrier → carrier
  /-- `Real.exp_add`. -/
  exp_add (x y : carrier) : exp (x + y) = exp x * exp y
  /-- `Real.add_one_le_exp`. -/
  add_one_le_exp (x : carrier) : x + 1 ≤ exp x
  /-- `Real.log`. -/
  log : carrier → carrier
  /-- `Real.exp_log`. -/
  exp_log {x : carrier} : 0 < x → exp (log x) = x
  /-- `Real.log_zero`. -/
  log_zero : log 0 = 0
  /-- `Real.log_neg_eq_log`. -/
  log_neg_eq_log (x : carrier) : log (-x) = log x
  /-- `Real.sin`. -/
  sin : carrier → carrier
  /-- `Real.cos`. -/
  cos : carrier → carrier
  /-- `Real.pi`. -/
  pi : carrier
  /-- `Real.cos_zero`. -/
  cos_zero : cos 0 = 1
  /-- `Real.sin_add`. -/
  sin_add (x y : carrier) : sin (x + y) = sin x * cos y + cos x * sin y
  /-- `Real.cos_add`. -/
  cos_add (x y : carrier) : cos (x + y) = cos x * cos y - sin x * sin y
  /-- `Real.sin_sq_add_cos_sq`. -/
  sin_sq_add_cos_sq (x : carrier) : sin x ^ (2 : Nat) + cos x ^ (2 : Nat) = (1 : carrier)
  /-- `Real.cos_pi_div_two`. -/
  cos_pi_div_two : cos (pi / 2) = 0
  /-- `Real.sin_pos_of_pos_of_lt_pi`. -/
  sin_pos_of_pos_of_lt_pi {x : carrier} : 0 < x → x < pi → 0 < sin x
  /-- `Real.sin_lt`. -/
  sin_lt {x : carrier} : 0 < x → sin x < x
  /-- `Real.pi_gt_d2`. -/
  pi_gt_d2 : 314 / 100 < pi
  /-- `Real.pi_lt_d2`. -/
  pi_lt_d2 : pi < 315 / 100

attribute [instance] Reals.field Reals.le Reals.lt Reals.linearOrder Reals.lawfulLT Reals.orderedRing

scoped notation "ℝ" => Reals.carrier

/-- For those who write `Real` for the type. -/
abbrev Real [Reals] : Type := ℝ

/-! ## Rational numbers inside a field -/

class RatCast (K : Type u) where
  ratCast : ℚ → K

/-- The ring homomorphism from ℚ, as in Mathlib (`Rat.cast_def`). -/
@[coe] def Rat.cast {K : Type u} [RatCast K] (q : ℚ) : K := RatCast.ratCast q
instance {K : Type u} [RatCast K] : CoeTail ℚ K := ⟨Rat.cast⟩
instance {K : Type u} [RatCast K] : CoeHTCT ℚ K := ⟨Rat.cast⟩

section
variable [Reals]

/-! The field has casts and powers already; these instances put them where elaboration looks. With `NatPow`, core's default
makes the exponent of `x ^ 2` a natural number unless something else is written, as `Monoid.Pow` does in Mathlib. -/

instance : NatCast ℝ := Lean.Grind.Semiring.natCast
instance : IntCast ℝ := Lean.Grind.Ring.intCast
instance : NatPow ℝ := ⟨Lean.Grind.Semiring.npow.hPow⟩
instance : Pow ℝ ℤ := ⟨Lean.Grind.Field.zpow.hPow⟩

/-! Decidable by choice, as in Mathlib (`Real.decidableLE`, …); `decide` gets nowhere with these. -/

instance : DecidableEq ℝ := fun _ _ => Classical.propDecidable _
instance : DecidableLE ℝ := fun _ _ => Classical.propDecidable _
instance : DecidableLT ℝ := fun _ _ => Classical.propDecidable _
instance : Max ℝ := maxOfLe
instance : Min ℝ := minOfLe

instance : RatCast ℝ := ⟨fun q => (q.num : ℝ) / (q.den : ℝ)⟩

/-- Decimal fractions: `0.5` is `5 / 10 ^ 1`. -/
instance : OfScientific ℝ := ⟨fun m negative e => if negative then m / 10 ^ e else m * 10 ^ e⟩
@[simp, grind =] theorem Real.ofScientific_eq (m e : ℕ) : (OfScientific.ofScientific m true e : ℝ) = m / 10 ^ e := rfl

/-- Divisibility in the sense of the ring, as in Mathlib. -/
instance : Dvd ℝ := ⟨fun a b => ∃ c, b = a * c⟩

end

end Core

end
