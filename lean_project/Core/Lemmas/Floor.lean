import Core.Floor
import Core.Lemmas.Cast

/-!
# Floors and ceilings: what is known of them

`grind` rewrites `⌊x⌋ = z` to inequalities, so it settles floors of numerals.
-/

@[expose] noncomputable section

namespace Core
open Lean.Grind
section
attribute [local instance] Semiring.natCast Ring.intCast

namespace Int
set_option linter.unusedSectionVars false
variable {α : Type u} [CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [OrderedRing α] [FloorRing α]
  {x : α} {z : ℤ}
theorem le_floor : z ≤ ⌊x⌋ ↔ (z : α) ≤ x := FloorRing.le_floor z x
theorem floor_le (x : α) : (⌊x⌋ : α) ≤ x := le_floor.1 (Int.le_refl _)
theorem floor_lt : ⌊x⌋ < z ↔ x < z := by rw [← Int.not_le, le_floor, not_le]
theorem lt_floor_add_one (x : α) : x < ⌊x⌋ + 1 := by
  rw [← Int.cast_one (R := α), ← Int.cast_add, ← floor_lt]; exact Int.lt_succ _
@[grind norm] theorem floor_eq_iff : ⌊x⌋ = z ↔ (z : α) ≤ x ∧ x < z + 1 := by
  rw [← Int.cast_one (R := α), ← Int.cast_add, ← floor_lt, ← le_floor]; omega
@[simp] theorem floor_intCast (z : ℤ) : ⌊(z : α)⌋ = z := floor_eq_iff.2 ⟨le_refl _, by grind⟩
theorem ceil_le : ⌈x⌉ ≤ z ↔ x ≤ z := by
  rw [ceil, show (-⌊-x⌋ ≤ z ↔ -z ≤ ⌊-x⌋) by omega, le_floor, Int.cast_neg]; grind
theorem le_ceil (x : α) : x ≤ ⌈x⌉ := ceil_le.1 (Int.le_refl _)
theorem ceil_lt_add_one (x : α) : (⌈x⌉ : α) < x + 1 := by
  have h := lt_floor_add_one (-x)
  rw [ceil, Int.cast_neg]
  grind
theorem lt_ceil : z < ⌈x⌉ ↔ (z : α) < x := by rw [← Int.not_le, ceil_le, not_le]
@[grind norm] theorem ceil_eq_iff : ⌈x⌉ = z ↔ (z : α) - 1 < x ∧ x ≤ z := by
  rw [← ceil_le, ← Int.cast_one (R := α), ← Int.cast_sub, ← lt_ceil]; omega
theorem fract_nonneg (x : α) : 0 ≤ fract x := sub_nonneg.2 (floor_le x)
theorem fract_lt_one (x : α) : fract x < 1 := by have := lt_floor_add_one x; unfold fract; grind
grind_pattern floor_le => floor x
grind_pattern lt_floor_add_one => floor x
end Int

section
set_option linter.unusedSectionVars false
variable {α : Type u} [CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [OrderedRing α] [FloorRing α]
theorem Nat.le_ceil (x : α) : x ≤ ⌈x⌉₊ := by
  have h : ⌈x⌉ ≤ ((⌈x⌉₊ : ℕ) : ℤ) := Int.self_le_toNat _
  have k := (Int.cast_le (R := α)).2 h
  rw [Int.cast_natCast] at k
  exact le_trans (Int.le_ceil x) k
theorem Nat.lt_floor_add_one (x : α) : x < ⌊x⌋₊ + 1 := by
  have h : ⌊x⌋ ≤ ((⌊x⌋₊ : ℕ) : ℤ) := Int.self_le_toNat _
  have k := (Int.cast_le (R := α)).2 h
  rw [Int.cast_natCast] at k
  exact lt_of_lt_of_le (Int.lt_floor_add_one x) (by grind)
theorem Nat.floor_le {x : α} (h : 0 ≤ x) : (⌊x⌋₊ : α) ≤ x := by
  have h0 : 0 ≤ ⌊x⌋ := Int.le_floor.2 (by rw [Int.cast_zero]; exact h)
  have e : ((⌊x⌋₊ : ℕ) : ℤ) = ⌊x⌋ := Int.toNat_of_nonneg h0
  have k := congrArg (Int.cast (R := α)) e
  rw [Int.cast_natCast] at k
  rw [k]
  exact Int.floor_le x
theorem exists_nat_gt (x : α) : ∃ n : ℕ, x < n := by
  refine ⟨⌊x⌋₊ + 1, ?_⟩
  rw [Nat.cast_add, Nat.cast_one]
  exact Nat.lt_floor_add_one x
theorem exists_nat_ge (x : α) : ∃ n : ℕ, x ≤ n := ⟨⌈x⌉₊, Nat.le_ceil x⟩
end
end

end Core

end
