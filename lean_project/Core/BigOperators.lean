import Core.Finset

/-!
# Finite sums and products

`∑ k ∈ s, f k` (also with the older `in`) and `∏ k ∈ s, f k`, with values in a semiring of core (ℕ, ℤ, ℚ, ℝ, ℂ, `ZMod n`).
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core
namespace Finset
open Lean.Grind

section
variable {α : Type u} {M : Type v}

protected def sum [Semiring M] (s : Finset α) (f : α → M) : M :=
  Quotient.liftOn s (fun l => l.1.foldr (fun a b => f a + b) 0) fun _ _ h =>
    (perm h).foldr_eq' (fun _ _ _ _ z => by rw [← Semiring.add_assoc, ← Semiring.add_assoc, Semiring.add_comm (f _)]) 0

protected def prod [CommSemiring M] (s : Finset α) (f : α → M) : M :=
  Quotient.liftOn s (fun l => l.1.foldr (fun a b => f a * b) 1) fun _ _ h =>
    (perm h).foldr_eq' (fun _ _ _ _ z => by rw [← Semiring.mul_assoc, ← Semiring.mul_assoc, CommSemiring.mul_comm (f _)]) 1
end

end Finset

scoped syntax "∑ " ident (" : " term)? " in " term ", " term:67 : term
scoped syntax "∑ " ident (" : " term)? " ∈ " term ", " term:67 : term
scoped syntax "∑ " ident (" : " term)? ", " term:67 : term
scoped syntax "∏ " ident (" : " term)? " in " term ", " term:67 : term
scoped syntax "∏ " ident (" : " term)? " ∈ " term ", " term:67 : term
scoped syntax "∏ " ident (" : " term)? ", " term:67 : term

macro_rules
  | `(∑ $x:ident in $s, $f) => `(Finset.sum $s fun $x => $f)
  | `(∑ $x:ident : $t in $s, $f) => `(Finset.sum $s fun $x : $t => $f)
  | `(∑ $x:ident ∈ $s, $f) => `(Finset.sum $s fun $x => $f)
  | `(∑ $x:ident : $t ∈ $s, $f) => `(Finset.sum $s fun $x : $t => $f)
  | `(∑ $x:ident, $f) => `(Finset.sum Finset.univ fun $x => $f)
  | `(∑ $x:ident : $t, $f) => `(Finset.sum Finset.univ fun $x : $t => $f)
macro_rules
  | `(∏ $x:ident in $s, $f) => `(Finset.prod $s fun $x => $f)
  | `(∏ $x:ident : $t in $s, $f) => `(Finset.prod $s fun $x : $t => $f)
  | `(∏ $x:ident ∈ $s, $f) => `(Finset.prod $s fun $x => $f)
  | `(∏ $x:ident : $t ∈ $s, $f) => `(Finset.prod $s fun $x : $t => $f)
  | `(∏ $x:ident, $f) => `(Finset.prod Finset.univ fun $x => $f)
  | `(∏ $x:ident : $t, $f) => `(Finset.prod Finset.univ fun $x : $t => $f)

@[app_unexpander Finset.sum] meta def unexpandSum : Lean.PrettyPrinter.Unexpander
  | `($_ $s fun $x:ident => $f) => `(∑ $x:ident ∈ $s, $f)
  | _ => throw ()
@[app_unexpander Finset.prod] meta def unexpandProd : Lean.PrettyPrinter.Unexpander
  | `($_ $s fun $x:ident => $f) => `(∏ $x:ident ∈ $s, $f)
  | _ => throw ()

end Core

end
