import Core.BigOperators

/-!
# Finite sums and products: what is known of them
-/

@[expose] noncomputable section

namespace Core
namespace Finset
open Lean.Grind

section
variable {α : Type u} {M : Type v} [Semiring M] {s t : Finset α} {f g : α → M}

/-- Reading a finite set from the right: how proofs by induction on its list begin. -/
theorem sum_ofList {l : List α} (h : l.Nodup) (f : α → M) : (ofList l h).sum f = l.foldr (fun a b => f a + b) 0 := rfl

theorem foldr_add (f : α → M) (l : List α) (b : M) :
    l.foldr (fun a b => f a + b) b = l.foldr (fun a b => f a + b) 0 + b := by
  induction l with
  | nil => exact ((Semiring.add_comm ..).trans (Semiring.add_zero b)).symm
  | cons a l ih => rw [List.foldr_cons, List.foldr_cons, ih, Semiring.add_assoc]

@[simp, grind =] theorem sum_empty : (∅ : Finset α).sum f = 0 := rfl
@[simp, grind =] theorem sum_singleton (f : α → M) (a : α) : ({a} : Finset α).sum f = f a := Semiring.add_zero _

theorem sum_congr (h : s = t) (hf : ∀ x, x ∈ t → f x = g x) : s.sum f = t.sum g := by
  subst h
  revert hf
  refine Quotient.inductionOn s fun ⟨l, hl⟩ hf => ?_
  change l.foldr _ 0 = l.foldr _ 0
  replace hf : ∀ x, x ∈ l → f x = g x := hf
  clear hl
  induction l with
  | nil => rfl
  | cons a l ih => rw [List.foldr_cons, List.foldr_cons, ih fun x hx => hf x (.tail _ hx), hf a (.head _)]

theorem sum_insert [DecidableEq α] {a : α} (h : a ∉ s) : (insert a s).sum f = f a + s.sum f := by
  revert h
  exact Quotient.inductionOn s fun l hl => congrArg (Finset.sum · f) (dif_neg hl : insertList a l = _)

@[simp, grind =] theorem sum_range_zero (f : ℕ → M) : (range 0).sum f = 0 := rfl
@[grind =] theorem sum_range_succ (f : ℕ → M) (n : ℕ) : (range (n + 1)).sum f = (range n).sum f + f n := by
  change (List.range n.succ).foldr _ 0 = (List.range n).foldr _ 0 + f n
  rw [List.range_succ, List.foldr_append, foldr_add]
  exact congrArg _ (Semiring.add_zero _)

theorem sum_natFrom_succ (f : ℕ → M) (a n : ℕ) : (natFrom a (n + 1)).sum f = (natFrom a n).sum f + f (a + n) := by
  change (List.range' a (n + 1)).foldr _ 0 = (List.range' a n).foldr _ 0 + f (a + n)
  rw [List.range'_concat, List.foldr_append, foldr_add, Nat.one_mul]
  exact congrArg _ (Semiring.add_zero _)

theorem sum_Icc_succ_top {a b : ℕ} (h : a ≤ b + 1) (f : ℕ → M) :
    (Icc a (b + 1)).sum f = (Icc a b).sum f + f (b + 1) := by
  change (natFrom a (b + 1 + 1 - a)).sum f = (natFrom a (b + 1 - a)).sum f + _
  rw [Nat.succ_sub h, sum_natFrom_succ, Nat.add_sub_cancel' h]

theorem sum_eq_zero (h : ∀ x, x ∈ s → f x = 0) : s.sum f = 0 := by
  rw [sum_congr rfl h]
  clear h
  refine Quotient.inductionOn s fun ⟨l, hl⟩ => ?_
  change l.foldr _ 0 = 0
  clear hl
  induction l with
  | nil => rfl
  | cons a l ih => rw [List.foldr_cons, ih, Semiring.add_zero]

theorem sum_add_distrib : s.sum (fun x => f x + g x) = s.sum f + s.sum g := by
  refine Quotient.inductionOn s fun ⟨l, hl⟩ => ?_
  change l.foldr _ 0 = l.foldr _ 0 + l.foldr _ 0
  clear hl
  induction l with
  | nil => exact (Semiring.add_zero _).symm
  | cons a l ih =>
    rw [List.foldr_cons, List.foldr_cons, List.foldr_cons, ih, Semiring.add_assoc, Semiring.add_assoc]
    rw [← Semiring.add_assoc (g a), Semiring.add_comm (g a), Semiring.add_assoc]

theorem mul_sum (s : Finset α) (f : α → M) (b : M) : b * s.sum f = s.sum fun x => b * f x := by
  refine Quotient.inductionOn s fun ⟨l, hl⟩ => ?_
  change b * l.foldr _ 0 = l.foldr _ 0
  clear hl
  induction l with
  | nil => exact Semiring.mul_zero _
  | cons a l ih => rw [List.foldr_cons, List.foldr_cons, ← ih, Semiring.left_distrib]

theorem card_eq_sum_ones (s : Finset α) : s.card = s.sum fun _ => 1 := by
  refine Quotient.inductionOn s fun ⟨l, hl⟩ => ?_
  change l.length = l.foldr _ 0
  clear hl
  induction l with
  | nil => rfl
  | cons a l ih => rw [List.foldr_cons, ← ih, List.length_cons, Nat.add_comm]
end

section
variable {α : Type u} {M : Type v} [CommSemiring M] {s t : Finset α} {f g : α → M}
@[simp, grind =] theorem prod_empty : (∅ : Finset α).prod f = 1 := rfl
@[simp, grind =] theorem prod_singleton (f : α → M) (a : α) : ({a} : Finset α).prod f = f a := Semiring.mul_one _

theorem foldr_mul (f : α → M) (l : List α) (b : M) :
    l.foldr (fun a b => f a * b) b = l.foldr (fun a b => f a * b) 1 * b := by
  induction l with
  | nil => exact (Semiring.one_mul b).symm
  | cons a l ih => rw [List.foldr_cons, List.foldr_cons, ih, Semiring.mul_assoc]

@[simp, grind =] theorem prod_range_zero (f : ℕ → M) : (range 0).prod f = 1 := rfl
@[grind =] theorem prod_range_succ (f : ℕ → M) (n : ℕ) : (range (n + 1)).prod f = (range n).prod f * f n := by
  change (List.range n.succ).foldr _ 1 = (List.range n).foldr _ 1 * f n
  rw [List.range_succ, List.foldr_append, foldr_mul]
  exact congrArg _ (Semiring.mul_one _)

theorem prod_Icc_succ_top {a b : ℕ} (h : a ≤ b + 1) (f : ℕ → M) :
    (Icc a (b + 1)).prod f = (Icc a b).prod f * f (b + 1) := by
  change (List.range' a (b + 1 + 1 - a)).foldr _ 1 = (List.range' a (b + 1 - a)).foldr _ 1 * _
  rw [Nat.succ_sub h, List.range'_concat, List.foldr_append, foldr_mul, Nat.one_mul, Nat.add_sub_cancel' h]
  exact congrArg _ (Semiring.mul_one _)
end

section
variable {α : Type u} {M : Type v} [CommRing M] [LE M] [LT M] [Std.IsLinearOrder M] [OrderedRing M] {s : Finset α} {f g : α → M}

theorem sum_le_sum (h : ∀ x, x ∈ s → f x ≤ g x) : s.sum f ≤ s.sum g := by
  revert h
  refine Quotient.inductionOn s fun ⟨l, hl⟩ h => ?_
  change l.foldr _ 0 ≤ l.foldr _ 0
  replace h : ∀ x, x ∈ l → f x ≤ g x := h
  clear hl
  induction l with
  | nil => exact Std.IsPreorder.le_refl _
  | cons a l ih => exact OrderedAdd.add_le_add (h a (.head _)) (ih fun x hx => h x (.tail _ hx))

theorem sum_nonneg (h : ∀ x, x ∈ s → 0 ≤ f x) : 0 ≤ s.sum f :=
  Std.IsPreorder.le_trans _ _ _ (by rw [sum_eq_zero fun _ _ => rfl]; exact Std.IsPreorder.le_refl _) (sum_le_sum (f := fun _ => 0) h)
end

@[simp] theorem Icc_self (a : ℕ) : Icc a a = {a} := ext fun x => by rw [mem_Icc, mem_singleton]; omega
@[simp] theorem Icc_eq_empty_of_lt {a b : ℕ} (h : b < a) : Icc a b = ∅ :=
  ext fun x => ⟨fun h' => by rw [mem_Icc] at h'; omega, fun h => (notMem_empty x).1 h |>.elim⟩
@[simp, grind =] theorem _root_.Core.Nat.card_Icc (a b : ℕ) : (Icc a b).card = b + 1 - a := List.length_range'

end Finset

end Core

end
