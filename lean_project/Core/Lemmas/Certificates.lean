import Core.Lemmas.Order

/-!
# Checking certificates

A certificate of an inequality is a positive sum `s = k₁ * f₁ + k₂ * f₂ + … + q₁ * (l₁ - r₁) + …` of facts (`0 < f₁`, `0 ≤ f₂`),
natural numbers, and equations `lᵢ = rᵢ` with any factors, that is zero as a polynomial: Positivstellensatz refutations
(Krivine 1964, Stengle 1974). `start`, `plus` and `plusEq` build the sum, `ring` says that two expressions are equal as
polynomials, by core's reflection and the kernel's arithmetic alone, and `contradiction` ends the proof. Of equations
alone (ideal membership) the same is done by `eqStart`, `eqPlus` and `eq_of_field` or `eq_of_ordered`.
-/

@[expose] noncomputable section

namespace Core
namespace Certificate
open Lean.Grind

/-- Two expressions with the same normal form are equal in every commutative ring. -/
theorem ring {α : Type u} [CommRing α] (atoms : Lean.RArray α) (a b : CommRing.Expr) (h : (a.toPoly == b.toPoly) = true) :
    a.denote atoms = b.denote atoms := CommRing.Expr.eq_of_toPoly_eq atoms a b h

section
variable {α : Type u} [CommRing α] {l r z : α}
theorem eqStart (q : α) (h : l = r) : q * (l - r) = 0 := by rw [h, sub_self, mul_zero]
theorem eqPlus (hz : z = 0) (q : α) (h : l = r) : z + q * (l - r) = 0 := by rw [hz, h, sub_self, mul_zero, zero_add]
theorem eq_of (hz : z = 0) (key : l - r = z) : l = r := sub_eq_zero.1 (key.trans hz)
end

section
variable {α : Type u} [Field α] {l r z m : α}
theorem eq_of_field (hm : m ≠ 0) (hz : z = 0) (key : m * (l - r) = z) : l = r :=
  sub_eq_zero.1 ((mul_eq_zero.1 (key.trans hz)).resolve_left hm)
theorem eq_of_field_pow (n : ℕ) (hz : z = 0) (key : (l - r) ^ (n + 1) = z) : l = r :=
  sub_eq_zero.1 ((pow_eq_zero_iff (Nat.succ_ne_zero n)).1 (key.trans hz))
theorem false_of_ne (hm : m ≠ 0) (hz : z = 0) (key : m = z) : False := hm (key.trans hz)
end

section
variable {α : Type u} [CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [OrderedRing α] {s f l r z m : α}
theorem numeral_nonneg (k : ℕ) : 0 ≤ (OfNat.ofNat k : α) := OrderedRing.ofNat_nonneg k
theorem numeral_pos (k : ℕ) (hk : 0 < k := by decide) : 0 < (OfNat.ofNat k : α) := by
  have h := OrderedRing.natCast_lt_natCast_of_lt (R := α) 0 k hk
  rwa [Semiring.natCast_zero, ← Semiring.ofNat_eq_natCast] at h
theorem numeral_ne (k : ℕ) (hk : 0 < k := by decide) : (OfNat.ofNat k : α) ≠ 0 := ne_of_gt (numeral_pos k hk)
theorem start (k : ℕ) (h : 0 < f) (hk : 0 < k := by decide) : 0 < (OfNat.ofNat k : α) * f := mul_pos (numeral_pos k hk) h
theorem plus (hs : 0 < s) (k : ℕ) (h : 0 ≤ f) : 0 < s + (OfNat.ofNat k : α) * f :=
  add_pos_of_pos_of_nonneg hs (mul_nonneg (numeral_nonneg k) h)
theorem plusEq (hs : 0 < s) (q : α) (h : l = r) : 0 < s + q * (l - r) := by rwa [h, sub_self, mul_zero, add_zero]
theorem contradiction (hs : 0 < s) (key : s = 0) : False := ne_of_gt hs key
theorem mul_ne_zero_ordered {a b : α} (ha : a ≠ 0) (hb : b ≠ 0) : a * b ≠ 0 := by
  intro e
  rcases lt_trichotomy a 0 with h | h | h
  · rcases lt_trichotomy b 0 with k | k | k
    · have := mul_pos (OrderedAdd.neg_pos_iff.2 h) (OrderedAdd.neg_pos_iff.2 k)
      grind
    · exact hb k
    · have := mul_pos (OrderedAdd.neg_pos_iff.2 h) k
      grind
  · exact ha h
  · rcases lt_trichotomy b 0 with k | k | k
    · have := mul_pos h (OrderedAdd.neg_pos_iff.2 k)
      grind
    · exact hb k
    · exact ne_of_gt (mul_pos h k) e
theorem zero_of_mul_ordered {a b : α} (h : a * b = 0) : a = 0 ∨ b = 0 :=
  (Classical.em (a = 0)).elim .inl fun ha => (Classical.em (b = 0)).elim .inr fun hb => absurd h (mul_ne_zero_ordered ha hb)
theorem eq_of_ordered (hm : m ≠ 0) (hz : z = 0) (key : m * (l - r) = z) : l = r :=
  sub_eq_zero.1 ((zero_of_mul_ordered (key.trans hz)).resolve_left hm)
end

end Certificate

end Core

end
