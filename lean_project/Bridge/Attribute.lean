import Mathlib.Tactic.Attr.Register

/-! Theorems with this attribute rewrite what the prelude defines into Mathlib's words. -/

/-- Rewrites definitions of the prelude, taken at Mathlib's ℝ, into Mathlib's. -/
register_simp_attr core_bridge
