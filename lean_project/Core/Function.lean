import Core.Set

/-!
# Functions: bijections, monotone maps
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core

/-- `Function.Injective` and `Function.Surjective` are Lean's own. -/
def Function.Bijective {α : Sort u} {β : Sort v} (f : α → β) : Prop := Function.Injective f ∧ Function.Surjective f

/-- Mathlib's `Equiv`: `σ.1` is the map and `σ.2` its inverse. -/
structure Equiv (α : Sort u) (β : Sort v) where
  toFun : α → β
  invFun : β → α
  left_inv : Function.LeftInverse invFun toFun
  right_inv : Function.RightInverse invFun toFun

scoped infixl:25 " ≃ " => Equiv

namespace Equiv
variable {α : Sort u} {β : Sort v}
instance : CoeFun (Equiv α β) fun _ => α → β := ⟨toFun⟩
def symm (e : Equiv α β) : Equiv β α := ⟨e.2, e.1, e.4, e.3⟩
@[simp, grind =] theorem invFun_toFun (e : Equiv α β) (x : α) : e.2 (e.1 x) = x := e.3 x
@[simp, grind =] theorem toFun_invFun (e : Equiv α β) (y : β) : e.1 (e.2 y) = y := e.4 y
end Equiv

section
variable {α : Type u} {β : Type v} [LE α] [LT α] [LE β] [LT β] (f : α → β) (s : Set α)
def Monotone : Prop := ∀ ⦃a b⦄, a ≤ b → f a ≤ f b
def Antitone : Prop := ∀ ⦃a b⦄, a ≤ b → f b ≤ f a
def StrictMono : Prop := ∀ ⦃a b⦄, a < b → f a < f b
def StrictAnti : Prop := ∀ ⦃a b⦄, a < b → f b < f a
def MonotoneOn : Prop := ∀ ⦃a⦄, a ∈ s → ∀ ⦃b⦄, b ∈ s → a ≤ b → f a ≤ f b
def AntitoneOn : Prop := ∀ ⦃a⦄, a ∈ s → ∀ ⦃b⦄, b ∈ s → a ≤ b → f b ≤ f a
def StrictMonoOn : Prop := ∀ ⦃a⦄, a ∈ s → ∀ ⦃b⦄, b ∈ s → a < b → f a < f b
def StrictAntiOn : Prop := ∀ ⦃a⦄, a ∈ s → ∀ ⦃b⦄, b ∈ s → a < b → f b < f a
end

end Core

end
