import Core.Reals

/-!
# Floors and ceilings on ℤ, ℚ and ℝ
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core
open Lean.Grind
section
attribute [local instance] Semiring.natCast Ring.intCast

class FloorRing (α : Type u) [Ring α] [LE α] where
  floor : α → ℤ
  le_floor (z : ℤ) (x : α) : z ≤ floor x ↔ (z : α) ≤ x

instance : FloorRing ℤ := ⟨id, fun _ _ => .rfl⟩
instance : FloorRing ℚ := ⟨Rat.floor, fun _ _ => Rat.le_floor_iff⟩
instance [Reals] : FloorRing ℝ := ⟨Reals.floor, Reals.le_floor⟩

namespace Int
variable {α : Type u} [CommRing α] [LE α] [FloorRing α]
def floor (x : α) : ℤ := FloorRing.floor x
def ceil (x : α) : ℤ := -floor (-x)
def fract (x : α) : α := x - floor x
end Int

/-- `⌊x⌋₊`, which is 0 for negative `x` (Mathlib's `Int.floor_toNat`). -/
def Nat.floor {α : Type u} [CommRing α] [LE α] [FloorRing α] (x : α) : ℕ := (Int.floor x).toNat
def Nat.ceil {α : Type u} [CommRing α] [LE α] [FloorRing α] (x : α) : ℕ := (Int.ceil x).toNat

scoped notation "⌊" a "⌋" => Int.floor a
scoped notation "⌈" a "⌉" => Int.ceil a
scoped notation "⌊" a "⌋₊" => Nat.floor a
scoped notation "⌈" a "⌉₊" => Nat.ceil a

end

end Core

end
