"""Constants that many proofs rest on: the kernel process loads them, with all that they rest on, before it is asked.

Which ones stand here changes how long a verdict takes and nothing else.
"""

from __future__ import annotations

NAMES = (
    *("And", "Or", "Iff", "Exists", "Eq.mpr", "Eq.symm", "Eq.trans", "congrArg", "congrFun", "funext", "propext"),
    *("of_decide_eq_true", "of_eq_true", "eq_self", "eq_false", "eq_true", "implies_congr", "forall_congr"),
    *("Classical.byContradiction", "Decidable.byContradiction", "instDecidableEqNat", "Int.instDecidableEq"),
    *("Nat.decLt", "Nat.decLe", "Nat.instMod", "Nat.instDiv", "Int.instDivInt", "instPowNat", "Monoid.npow"),
    *("Lean.Omega.Constraint.addInequality_sat", "Lean.Omega.Constraint.not_sat'_of_isImpossible"),
    *("Lean.Omega.tidy_sat", "Lean.Omega.combo_sat'", "Lean.Omega.bmod_sat", "Lean.Omega.LinearCombo.add_eval"),
    *("Lean.Omega.LinearCombo.sub_eval", "Lean.Omega.LinearCombo.mul_eval", "Lean.Omega.Int.add_congr"),
    *("Core.Reals.lawfulLT", "Core.Reals.linearOrder", "Core.Reals.orderedRing", "Core.sq_nonneg", "Core.add_nonneg"),
    *("Lean.Grind.CommRing.lt_norm", "Lean.Grind.CommRing.le_norm_expr", "Lean.Grind.Linarith.le_lt_combine"),
    *("Lean.Grind.Linarith.lt_unsat", "Lean.Grind.CommRing.Stepwise.d_init", "Lean.Grind.Order.eq_mp"),
    *("Lean.Grind.OrderedRing.toOrderedAdd", "Std.IsLinearPreorder.toIsPreorder", "List.length", "List.map"),
)
