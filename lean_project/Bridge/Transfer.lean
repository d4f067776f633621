import Bridge.Real
import Bridge.Numbers
import Bridge.Finite
import Bridge.Complex

/-!
# From a theorem over the prelude to the same theorem over Mathlib

`core_transfer t` closes a goal that states in Mathlib's words what `t` states in the prelude's: at once where both mean the
same by definition, else after rewriting the prelude's definitions. It either closes the goal or fails; whatever it does, the
kernel checks it.
-/

/-- Prove a statement of Mathlib from the theorem of the prelude that says the same. -/
macro "core_transfer " t:ident : tactic => `(tactic| first
  | exact $t
  | exact @$t Bridge.model
  | (apply $t <;> assumption)
  | (apply @$t Bridge.model <;> assumption)
  | (have key := $t
     simp only [core_bridge] at key
     first | exact key | (apply key <;> assumption) | simpa using key)
  | (have key := @$t Bridge.model
     simp only [core_bridge] at key
     first | exact key | (apply key <;> assumption) | simpa using key))
