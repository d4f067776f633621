/-!
# Blackboard letters and small notation

`ℕ`, `ℤ`, `ℚ` are Lean's own types. Everything is scoped: a file that does not `open Core` sees nothing of ours, so the
prelude can be imported beside Mathlib.
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core

scoped notation "ℕ" => Nat
scoped notation "ℤ" => Int
scoped notation "ℚ" => Rat
scoped infixl:70 " /. " => Rat.divInt

/-- As in Mathlib, `max a (-a)`. -/
def abs {α : Type u} [Max α] [Neg α] (a : α) : α := max a (-a)

@[inherit_doc abs] scoped macro:max atomic("|" noWs) a:term noWs "|" : term => `(abs $a)
@[app_unexpander abs] meta def unexpandAbs : Lean.PrettyPrinter.Unexpander
  | `($_ $a) => `(|$a|)
  | _ => throw ()

end Core

end
