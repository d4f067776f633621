import Bridge.Sets
import Bridge.Numbers

/-!
# Finite sets, sums and products, divisors

A finite set of the prelude is a list without repetitions up to its order; `finset` is the set of its elements.
-/

noncomputable section

namespace Bridge

attribute [local instance] model

open Classical in
/-- The same finite set in Mathlib. -/
def finset {α : Type*} (s : Core.Finset α) : Finset α :=
  Quotient.liftOn s (fun l => l.1.toFinset) fun l m h => Finset.ext fun a => by
    rw [List.mem_toFinset, List.mem_toFinset]
    exact h a

variable {α β : Type*}

@[simp, core_bridge] theorem mem_finset (s : Core.Finset α) (a : α) : a ∈ finset s ↔ a ∈ s := by
  classical
  refine Quotient.inductionOn s fun l => ?_
  change a ∈ l.1.toFinset ↔ a ∈ l.1
  exact List.mem_toFinset

@[core_bridge] theorem finset_inj (s t : Core.Finset α) : s = t ↔ finset s = finset t :=
  ⟨fun h => congrArg finset h, fun h => Core.Finset.ext fun a => by rw [← mem_finset, ← mem_finset, h]⟩

theorem finset_empty : finset (∅ : Core.Finset α) = ∅ := by
  ext a; rw [mem_finset]; exact (Core.Finset.notMem_empty a).trans (by simp)
theorem finset_singleton (a : α) : finset ({a} : Core.Finset α) = {a} := by
  ext x; rw [mem_finset, Core.Finset.mem_singleton, Finset.mem_singleton]
theorem finset_filter (p : α → Prop) [DecidablePred p] (s : Core.Finset α) :
    finset (Core.Finset.filter p s) = (finset s).filter p := by
  ext x; rw [mem_finset, Core.Finset.mem_filter, Finset.mem_filter, mem_finset]

section
variable [DecidableEq α] [DecidableEq β]
theorem finset_insert (a : α) (s : Core.Finset α) : finset (insert a s) = insert a (finset s) := by
  ext x; rw [mem_finset, Core.Finset.mem_insert, Finset.mem_insert, mem_finset]
theorem finset_union (s t : Core.Finset α) : finset (s ∪ t) = finset s ∪ finset t := by
  ext x; rw [mem_finset, Core.Finset.mem_union, Finset.mem_union, mem_finset, mem_finset]
theorem finset_inter (s t : Core.Finset α) : finset (s ∩ t) = finset s ∩ finset t := by
  ext x; rw [mem_finset, Core.Finset.mem_inter, Finset.mem_inter, mem_finset, mem_finset]
theorem finset_sdiff (s t : Core.Finset α) : finset (s \ t) = finset s \ finset t := by
  ext x; rw [mem_finset, Core.Finset.mem_sdiff, Finset.mem_sdiff, mem_finset, mem_finset]
theorem finset_erase (s : Core.Finset α) (a : α) : finset (s.erase a) = (finset s).erase a := by
  ext x; rw [mem_finset, Core.Finset.mem_erase, Finset.mem_erase, mem_finset]
theorem finset_image (f : α → β) (s : Core.Finset α) : finset (s.image f) = (finset s).image f := by
  ext x
  rw [mem_finset, Core.Finset.mem_image, Finset.mem_image]
  exact exists_congr fun a => and_congr_left' (mem_finset s a).symm
end

@[core_bridge] theorem finset_subset_iff (s t : Core.Finset α) : s ⊆ t ↔ finset s ⊆ finset t := by
  constructor
  · intro h x hx
    exact (mem_finset t x).2 (h x ((mem_finset s x).1 hx))
  · intro h x hx
    exact (mem_finset t x).1 (h ((mem_finset s x).2 hx))
@[core_bridge] theorem finset_nonempty_iff (s : Core.Finset α) : Core.Finset.Nonempty s ↔ (finset s).Nonempty :=
  exists_congr fun a => (mem_finset s a).symm
@[core_bridge] theorem disjoint_iff (s t : Core.Finset α) : Core.Finset.disjoint s t ↔ Disjoint (finset s) (finset t) := by
  rw [Finset.disjoint_left]
  constructor
  · intro h x hs ht
    exact h x ((mem_finset s x).1 hs) ((mem_finset t x).1 ht)
  · intro h x hs ht
    exact h ((mem_finset s x).2 hs) ((mem_finset t x).2 ht)

theorem card_eq (s : Core.Finset α) : s.card = (finset s).card := by
  classical
  refine Quotient.inductionOn s fun l => ?_
  change l.1.length = l.1.toFinset.card
  exact (List.toFinset_card_of_nodup l.2).symm

/-! ## Intervals -/

theorem finset_range (n : ℕ) : finset (Core.Finset.range n) = Finset.range n := by
  ext x; rw [mem_finset, Core.Finset.mem_range, Finset.mem_range]
theorem finset_Icc (a b : ℕ) : finset (Core.Finset.Icc a b) = Finset.Icc a b := by
  ext x; rw [mem_finset, Core.Finset.mem_Icc, Finset.mem_Icc]
theorem finset_Ico (a b : ℕ) : finset (Core.Finset.Ico a b) = Finset.Ico a b := by
  ext x; rw [mem_finset, Core.Finset.mem_Ico, Finset.mem_Ico]
theorem finset_Ioc (a b : ℕ) : finset (Core.Finset.Ioc a b) = Finset.Ioc a b := by
  ext x; rw [mem_finset, Core.Finset.mem_Ioc, Finset.mem_Ioc]
theorem finset_Ioo (a b : ℕ) : finset (Core.Finset.Ioo a b) = Finset.Ioo a b := by
  ext x; rw [mem_finset, Core.Finset.mem_Ioo, Finset.mem_Ioo]
theorem finset_Icc_int (a b : ℤ) : finset (Core.Finset.Icc a b) = Finset.Icc a b := by
  ext x; rw [mem_finset, Core.Finset.mem_Icc, Finset.mem_Icc]
theorem finset_Ico_int (a b : ℤ) : finset (Core.Finset.Ico a b) = Finset.Ico a b := by
  ext x; rw [mem_finset, Core.Finset.mem_Ico, Finset.mem_Ico]
theorem finset_Ioc_int (a b : ℤ) : finset (Core.Finset.Ioc a b) = Finset.Ioc a b := by
  ext x; rw [mem_finset, Core.Finset.mem_Ioc, Finset.mem_Ioc]
theorem finset_Ioo_int (a b : ℤ) : finset (Core.Finset.Ioo a b) = Finset.Ioo a b := by
  ext x; rw [mem_finset, Core.Finset.mem_Ioo, Finset.mem_Ioo]

/-! ## Sums and products

The prelude adds in a semiring of `Lean.Grind`. On ℕ, ℤ and ℚ that is core's own, on ℝ the one of `model`, and on whatever
semiring of Mathlib the one that Mathlib makes of it; in each the operations are Mathlib's by definition. -/

open Classical in
theorem foldr_add_eq {M : Type*} [AddCommMonoid M] (l : List α) (h : l.Nodup) (f : α → M) :
    l.foldr (fun a b => f a + b) 0 = ∑ a ∈ l.toFinset, f a := by
  rw [List.sum_toFinset f h]
  clear h
  induction l with
  | nil => rfl
  | cons a t ih => rw [List.foldr_cons, ih, List.map_cons, List.sum_cons]

open Classical in
theorem foldr_mul_eq {M : Type*} [CommMonoid M] (l : List α) (h : l.Nodup) (f : α → M) :
    l.foldr (fun a b => f a * b) 1 = ∏ a ∈ l.toFinset, f a := by
  rw [List.prod_toFinset f h]
  clear h
  induction l with
  | nil => rfl
  | cons a t ih => rw [List.foldr_cons, ih, List.map_cons, List.prod_cons]

theorem sum_nat_eq (s : Core.Finset α) (f : α → ℕ) :
    @Core.Finset.sum α ℕ Lean.Grind.instCommSemiringNat.toSemiring s f = ∑ a ∈ finset s, f a :=
  Quotient.inductionOn s fun l => foldr_add_eq l.1 l.2 f
theorem sum_int_eq (s : Core.Finset α) (f : α → ℤ) :
    @Core.Finset.sum α ℤ Lean.Grind.instCommRingInt.toCommSemiring.toSemiring s f = ∑ a ∈ finset s, f a :=
  Quotient.inductionOn s fun l => foldr_add_eq l.1 l.2 f
theorem sum_real_eq (s : Core.Finset α) (f : α → ℝ) :
    @Core.Finset.sum α (@Core.Reals.carrier model) _ s f = ∑ a ∈ finset s, f a :=
  Quotient.inductionOn s fun l => foldr_add_eq (M := ℝ) l.1 l.2 f
theorem sum_eq {M : Type*} [Semiring M] (s : Core.Finset α) (f : α → M) :
    @Core.Finset.sum α M _ s f = ∑ a ∈ finset s, f a :=
  Quotient.inductionOn s fun l => foldr_add_eq l.1 l.2 f

theorem prod_nat_eq (s : Core.Finset α) (f : α → ℕ) :
    @Core.Finset.prod α ℕ Lean.Grind.instCommSemiringNat s f = ∏ a ∈ finset s, f a :=
  Quotient.inductionOn s fun l => foldr_mul_eq l.1 l.2 f
theorem prod_int_eq (s : Core.Finset α) (f : α → ℤ) :
    @Core.Finset.prod α ℤ Lean.Grind.instCommRingInt.toCommSemiring s f = ∏ a ∈ finset s, f a :=
  Quotient.inductionOn s fun l => foldr_mul_eq l.1 l.2 f
theorem prod_real_eq (s : Core.Finset α) (f : α → ℝ) :
    @Core.Finset.prod α (@Core.Reals.carrier model) _ s f = ∏ a ∈ finset s, f a :=
  Quotient.inductionOn s fun l => foldr_mul_eq (M := ℝ) l.1 l.2 f

/-! ## Finite types -/

theorem finset_univ [Core.Fintype α] [Fintype α] : finset (Core.Finset.univ : Core.Finset α) = Finset.univ := by
  ext x
  rw [mem_finset]
  exact ⟨fun _ => Finset.mem_univ x, fun _ => Core.Finset.mem_univ x⟩
theorem card_univ_eq (α : Type*) [Core.Fintype α] [Fintype α] : Core.Fintype.card α = Fintype.card α := by
  change (Core.Finset.univ : Core.Finset α).card = _
  rw [card_eq, finset_univ, Finset.card_univ]
theorem finset_toFinset (s : Core.Set α) [Core.Fintype s] [Fintype (set s)] :
    finset (Core.Set.toFinset s) = (set s).toFinset := by
  ext x; rw [mem_finset, Core.Set.mem_toFinset, Set.mem_toFinset, mem_set]

/-! ## Divisors -/

theorem finset_divisors (n : ℕ) : finset (Core.Nat.divisors n) = n.divisors := by
  ext x
  change x ∈ finset (Core.Finset.filter (· ∣ n) (Core.Finset.Ico 1 (n + 1))) ↔ _
  rw [mem_finset, Core.Finset.mem_filter, Core.Finset.mem_Ico, Nat.mem_divisors]
  constructor
  · rintro ⟨⟨low, high⟩, h⟩
    exact ⟨h, by omega⟩
  · rintro ⟨h, ne⟩
    have pos : 0 < n := Nat.pos_of_ne_zero ne
    have := Nat.le_of_dvd pos h
    have := Nat.pos_of_dvd_of_pos h pos
    exact ⟨⟨by omega, by omega⟩, h⟩
theorem finset_properDivisors (n : ℕ) : finset (Core.Nat.properDivisors n) = n.properDivisors := by
  ext x
  change x ∈ finset (Core.Finset.filter (· ∣ n) (Core.Finset.Ico 1 n)) ↔ _
  rw [mem_finset, Core.Finset.mem_filter, Core.Finset.mem_Ico, Nat.mem_properDivisors]
  constructor
  · rintro ⟨⟨low, high⟩, h⟩
    exact ⟨h, high⟩
  · rintro ⟨h, less⟩
    have pos : 0 < n := by omega
    have := Nat.pos_of_dvd_of_pos h pos
    exact ⟨⟨by omega, less⟩, h⟩
theorem totient_eq (n : ℕ) : Core.Nat.totient n = n.totient := by
  change (Core.Finset.filter (fun a => Nat.Coprime n a) (Core.Finset.range n)).card = n.totient
  rw [card_eq, finset_filter, finset_range, Nat.totient_eq_card_coprime]

attribute [core_bridge] finset_empty finset_singleton finset_filter finset_insert finset_union finset_inter finset_sdiff
  finset_erase finset_image card_eq finset_range finset_Icc finset_Ico finset_Ioc finset_Ioo finset_Icc_int finset_Ico_int
  finset_Ioc_int finset_Ioo_int sum_nat_eq sum_int_eq sum_real_eq sum_eq prod_nat_eq prod_int_eq prod_real_eq
  finset_univ card_univ_eq finset_toFinset finset_divisors finset_properDivisors totient_eq

end Bridge

end
