import Core.Notation

/-!
# Integers modulo `n`

As in Mathlib: ℤ for `n = 0`, else `Fin n`; everything computes, so `decide` settles closed questions.
-/

@[expose] noncomputable section

namespace Core

def ZMod : ℕ → Type
  | 0 => ℤ
  | n + 1 => Fin (n + 1)

namespace ZMod

instance : (n : ℕ) → Lean.Grind.CommRing (ZMod n)
  | 0 => inferInstanceAs (Lean.Grind.CommRing ℤ)
  | n + 1 => inferInstanceAs (Lean.Grind.CommRing (Fin (n + 1)))
instance : (n : ℕ) → DecidableEq (ZMod n)
  | 0 => inferInstanceAs (DecidableEq ℤ)
  | n + 1 => inferInstanceAs (DecidableEq (Fin (n + 1)))
instance (n : ℕ) : NatCast (ZMod n) := Lean.Grind.Semiring.natCast
instance (n : ℕ) : IntCast (ZMod n) := Lean.Grind.Ring.intCast
instance (n : ℕ) : NatPow (ZMod n) := ⟨Lean.Grind.Semiring.npow.hPow⟩

/-- Mathlib's `Nat.gcdA`: the Bézout coefficient of the first number, by the extended Euclidean algorithm. -/
def gcdA : ℕ → ℕ → ℤ → ℕ → ℤ → ℤ
  | 0, _, _, _, s' => s'
  | fuel + 1, r, s, r', s' => if r = 0 then s' else gcdA fuel (r' % r) (s' - (r' / r : ℕ) * s) r s

/-- Mathlib's inverse: `a * a⁻¹ = gcd a n`. -/
def inv : (n : ℕ) → ZMod n → ZMod n
  | 0, a => Int.sign a
  | n + 1, a => (gcdA (n + 1) (Fin.val a) 1 (n + 1) 0 : ZMod (n + 1))
instance (n : ℕ) : Inv (ZMod n) := ⟨inv n⟩

end ZMod

end Core

end
