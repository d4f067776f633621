import Core.Set

/-!
# Finite sets

A finite set is a list without repetitions, up to having the same elements; so finite sets compute (`decide` sums over
`Finset.range 50`), and two are equal when they have the same elements.
-/

@[expose] noncomputable section

namespace Core

instance Finset.setoid (α : Type u) : Setoid { l : List α // l.Nodup } where
  r l m := ∀ a, a ∈ l.1 ↔ a ∈ m.1
  iseqv := ⟨fun _ _ => .rfl, fun h a => (h a).symm, fun h k a => (h a).trans (k a)⟩

def Finset (α : Type u) : Type u := Quotient (Finset.setoid α)

namespace Finset
variable {α : Type u} {β : Type v}

/-- The finite set of the elements of a list without repetitions. -/
def ofList (l : List α) (h : l.Nodup) : Finset α := Quotient.mk _ ⟨l, h⟩

theorem perm {l m : { l : List α // l.Nodup }} (h : ∀ a, a ∈ l.1 ↔ a ∈ m.1) : l.1.Perm m.1 := by
  classical exact List.perm_iff_count.2 fun a => by simp only [l.2.count, m.2.count, h a]

instance : Membership α (Finset α) :=
  ⟨fun s a => Quotient.liftOn s (fun l => a ∈ l.1) fun _ _ h => propext (h a)⟩

@[ext (iff := false)] theorem ext {s t : Finset α} : (∀ a, a ∈ s ↔ a ∈ t) → s = t :=
  Quotient.inductionOn₂ s t fun _ _ h => Quotient.sound h

theorem ext_iff {s t : Finset α} : s = t ↔ ∀ a, a ∈ s ↔ a ∈ t := ⟨fun h _ => h ▸ .rfl, ext⟩

instance [DecidableEq α] (a : α) (s : Finset α) : Decidable (a ∈ s) :=
  Quotient.recOnSubsingleton s fun l => inferInstanceAs (Decidable (a ∈ l.1))
instance (s : Finset α) (p : α → Prop) [DecidablePred p] : Decidable (∀ a, a ∈ s → p a) :=
  Quotient.recOnSubsingleton s fun l => inferInstanceAs (Decidable (∀ a, a ∈ l.1 → p a))
instance (s : Finset α) (p : α → Prop) [DecidablePred p] : Decidable (∃ a, a ∈ s ∧ p a) :=
  Quotient.recOnSubsingleton s fun l => inferInstanceAs (Decidable (∃ a, a ∈ l.1 ∧ p a))
instance [DecidableEq α] : DecidableEq (Finset α) := fun s t =>
  decidable_of_iff ((∀ a, a ∈ s → a ∈ t) ∧ ∀ a, a ∈ t → a ∈ s)
    ⟨fun h => ext fun a => ⟨h.1 a, h.2 a⟩, fun h => h ▸ ⟨fun _ => id, fun _ => id⟩⟩

def card (s : Finset α) : ℕ := Quotient.liftOn s (·.1.length) fun _ _ h => (perm h).length_eq

def filter (p : α → Prop) [DecidablePred p] (s : Finset α) : Finset α :=
  Quotient.liftOn s (fun l => ofList (l.1.filter p) (l.2.filter _)) fun _ _ h => Quotient.sound fun a => by
    simp only [List.mem_filter, h a]

instance : EmptyCollection (Finset α) := ⟨ofList [] List.nodup_nil⟩
instance : Singleton α (Finset α) := ⟨fun a => ofList [a] (List.pairwise_singleton ..)⟩

/-- Add an element at the front unless it is there. -/
def insertList [DecidableEq α] (a : α) (l : { l : List α // l.Nodup }) : Finset α :=
  if h : a ∈ l.1 then Quotient.mk _ l else ofList (a :: l.1) (List.nodup_cons.2 ⟨h, l.2⟩)

theorem mem_insertList [DecidableEq α] {a x : α} {l : { l : List α // l.Nodup }} :
    x ∈ insertList a l ↔ x = a ∨ x ∈ l.1 := by
  unfold insertList
  split
  · exact ⟨.inr, fun h => h.elim (fun e => e ▸ ‹_›) id⟩
  · exact List.mem_cons

instance [DecidableEq α] : Insert α (Finset α) :=
  ⟨fun a s => Quotient.liftOn s (insertList a) fun _ _ h => ext fun x => by simp only [mem_insertList, h x]⟩

section
variable {a x : α} {s t : Finset α} {p : α → Prop} [DecidablePred p]
@[simp, grind =] theorem mem_filter : x ∈ filter p s ↔ x ∈ s ∧ p x :=
  Quotient.inductionOn s fun l => (List.mem_filter (as := l.1)).trans (by rw [decide_eq_true_iff]; exact .rfl)
@[simp, grind =] theorem notMem_empty (x : α) : x ∈ (∅ : Finset α) ↔ False := (List.not_mem_nil).elim |> iff_false_intro
@[simp, grind =] theorem mem_singleton : x ∈ ({a} : Finset α) ↔ x = a := List.mem_singleton
@[simp, grind =] theorem mem_insert [DecidableEq α] : x ∈ insert a s ↔ x = a ∨ x ∈ s :=
  Quotient.inductionOn s fun _ => mem_insertList
end

/-- Whatever a list of elements is added to, the order of adding does not matter. -/
def insertAll [DecidableEq α] (l : List α) (s : Finset α) : Finset α := l.foldr insert s

theorem mem_insertAll [DecidableEq α] {l : List α} {s : Finset α} {x : α} : x ∈ insertAll l s ↔ x ∈ l ∨ x ∈ s := by
  induction l with
  | nil => simp [insertAll]
  | cons a l ih => exact mem_insert.trans (by rw [show x ∈ List.foldr insert s l ↔ _ from ih, List.mem_cons, or_assoc])

section
set_option linter.unusedSectionVars false
variable [DecidableEq α] [DecidableEq β]
instance : Union (Finset α) :=
  ⟨fun s t => Quotient.liftOn s (fun l => insertAll l.1 t) fun _ _ h => ext fun x => by simp only [mem_insertAll, h x]⟩
instance : Inter (Finset α) := ⟨fun s t => filter (· ∈ t) s⟩
instance : SDiff (Finset α) := ⟨fun s t => filter (· ∉ t) s⟩
def erase (s : Finset α) (a : α) : Finset α := filter (· ≠ a) s
def image (f : α → β) (s : Finset α) : Finset β :=
  Quotient.liftOn s (fun l => insertAll (l.1.map f) ∅) fun _ _ h => ext fun x => by
    simp only [mem_insertAll, List.mem_map, h _]

@[simp, grind =] theorem mem_union {s t : Finset α} {x : α} : x ∈ s ∪ t ↔ x ∈ s ∨ x ∈ t :=
  Quotient.inductionOn s fun _ => mem_insertAll
@[simp, grind =] theorem mem_inter {s t : Finset α} {x : α} : x ∈ s ∩ t ↔ x ∈ s ∧ x ∈ t := mem_filter
@[simp, grind =] theorem mem_sdiff {s t : Finset α} {x : α} : x ∈ s \ t ↔ x ∈ s ∧ x ∉ t := mem_filter
@[simp, grind =] theorem mem_erase {s : Finset α} {a x : α} : x ∈ s.erase a ↔ x ≠ a ∧ x ∈ s := mem_filter.trans and_comm
@[simp, grind =] theorem mem_image {f : α → β} {s : Finset α} {y : β} : y ∈ s.image f ↔ ∃ x, x ∈ s ∧ f x = y :=
  Quotient.inductionOn s fun _ => mem_insertAll.trans (by simp only [List.mem_map, notMem_empty, or_false]; exact .rfl)
end

instance : HasSubset (Finset α) := ⟨fun s t => ∀ ⦃a⦄, a ∈ s → a ∈ t⟩
@[grind =] theorem subset_iff {s t : Finset α} : s ⊆ t ↔ ∀ a, a ∈ s → a ∈ t := .rfl
instance : HasSSubset (Finset α) := ⟨fun s t => s ⊆ t ∧ ¬ t ⊆ s⟩
theorem ssubset_iff {s t : Finset α} : s ⊂ t ↔ s ⊆ t ∧ ¬ t ⊆ s := .rfl
instance [DecidableEq α] (s t : Finset α) : Decidable (s ⊆ t) := inferInstanceAs (Decidable (∀ a, a ∈ s → a ∈ t))
instance : CoeTC (Finset α) (Set α) := ⟨fun s => setOf fun x => x ∈ s⟩
instance : CoeSort (Finset α) (Type u) := ⟨fun s => { x // x ∈ s }⟩
def Nonempty (s : Finset α) : Prop := ∃ x, x ∈ s
def disjoint (s t : Finset α) : Prop := ∀ a, a ∈ s → a ∉ t

/-! ## Ranges and intervals -/

def range (n : ℕ) : Finset ℕ := ofList (List.range n) List.nodup_range

/-- The orders with finite intervals: here ℕ and ℤ. -/
class _root_.Core.LocallyFiniteOrder (α : Type u) [LE α] [LT α] where
  Icc : α → α → Finset α
  Ico : α → α → Finset α
  Ioc : α → α → Finset α
  Ioo : α → α → Finset α
  mem_Icc {a b x : α} : x ∈ Icc a b ↔ a ≤ x ∧ x ≤ b
  mem_Ico {a b x : α} : x ∈ Ico a b ↔ a ≤ x ∧ x < b
  mem_Ioc {a b x : α} : x ∈ Ioc a b ↔ a < x ∧ x ≤ b
  mem_Ioo {a b x : α} : x ∈ Ioo a b ↔ a < x ∧ x < b

section
variable [LE α] [LT α] [LocallyFiniteOrder α] {a b x : α}
def Icc (a b : α) : Finset α := LocallyFiniteOrder.Icc a b
def Ico (a b : α) : Finset α := LocallyFiniteOrder.Ico a b
def Ioc (a b : α) : Finset α := LocallyFiniteOrder.Ioc a b
def Ioo (a b : α) : Finset α := LocallyFiniteOrder.Ioo a b
@[simp, grind =] theorem mem_Icc : x ∈ Icc a b ↔ a ≤ x ∧ x ≤ b := LocallyFiniteOrder.mem_Icc
@[simp, grind =] theorem mem_Ico : x ∈ Ico a b ↔ a ≤ x ∧ x < b := LocallyFiniteOrder.mem_Ico
@[simp, grind =] theorem mem_Ioc : x ∈ Ioc a b ↔ a < x ∧ x ≤ b := LocallyFiniteOrder.mem_Ioc
@[simp, grind =] theorem mem_Ioo : x ∈ Ioo a b ↔ a < x ∧ x < b := LocallyFiniteOrder.mem_Ioo
end

@[simp, grind =] theorem mem_range {n x : ℕ} : x ∈ range n ↔ x < n := List.mem_range
@[simp, grind =] theorem card_range (n : ℕ) : (range n).card = n := List.length_range

/-- The `n` natural numbers from `a`. -/
def natFrom (a n : ℕ) : Finset ℕ := ofList (List.range' a n) List.nodup_range'
theorem mem_natFrom {a b x : ℕ} : x ∈ natFrom a (b - a) ↔ a ≤ x ∧ x < b := List.mem_range'_1.trans (by omega)

instance : LocallyFiniteOrder ℕ where
  Icc a b := natFrom a (b + 1 - a)
  Ico a b := natFrom a (b - a)
  Ioc a b := natFrom (a + 1) (b + 1 - (a + 1))
  Ioo a b := natFrom (a + 1) (b - (a + 1))
  mem_Icc := mem_natFrom.trans (and_congr_right' Nat.lt_succ_iff)
  mem_Ico := mem_natFrom
  mem_Ioc := mem_natFrom.trans (and_congr_right' Nat.lt_succ_iff)
  mem_Ioo := mem_natFrom

/-- The `n` integers from `a`. -/
def intFrom (a : ℤ) (n : ℕ) : Finset ℤ :=
  ofList ((List.range n).map fun k : ℕ => a + k) (List.nodup_range.map _ fun _ _ h e => h (by omega))
theorem mem_intFrom {a b x : ℤ} : x ∈ intFrom a (b - a).toNat ↔ a ≤ x ∧ x < b :=
  List.mem_map.trans ⟨fun ⟨k, hk, e⟩ => by have := List.mem_range.1 hk; omega,
    fun h => ⟨(x - a).toNat, List.mem_range.2 (by omega), by omega⟩⟩

instance : LocallyFiniteOrder ℤ where
  Icc a b := intFrom a (b + 1 - a).toNat
  Ico a b := intFrom a (b - a).toNat
  Ioc a b := intFrom (a + 1) (b + 1 - (a + 1)).toNat
  Ioo a b := intFrom (a + 1) (b - (a + 1)).toNat
  mem_Icc := mem_intFrom.trans (and_congr_right' Int.lt_add_one_iff)
  mem_Ico := mem_intFrom
  mem_Ioc := mem_intFrom.trans (and_congr_right' Int.lt_add_one_iff)
  mem_Ioo := mem_intFrom

end Finset

/-! ## Finite types -/

class Fintype (α : Type u) where
  elems : Finset α
  complete : ∀ x : α, x ∈ elems

def Finset.univ {α : Type u} [Fintype α] : Finset α := Fintype.elems
def Fintype.card (α : Type u) [Fintype α] : ℕ := (Finset.univ : Finset α).card
@[simp, grind ←] theorem Finset.mem_univ {α : Type u} [Fintype α] (x : α) : x ∈ (Finset.univ : Finset α) := Fintype.complete x

theorem nodup_finRange : ∀ n, (List.finRange n).Nodup
  | 0 => List.nodup_nil
  | n + 1 => by
    rw [List.finRange_succ, List.nodup_cons]
    exact ⟨fun h => let ⟨_, _, e⟩ := List.mem_map.1 h; Fin.succ_ne_zero _ e,
      (nodup_finRange n).map _ fun _ _ h e => h (Fin.succ_inj.1 e)⟩

instance (n : ℕ) : Fintype (Fin n) where
  elems := Finset.ofList (List.finRange n) (nodup_finRange n)
  complete := List.mem_finRange

@[simp] theorem Fintype.card_fin (n : ℕ) : Fintype.card (Fin n) = n := List.length_finRange

/-- The elements of a set whose type of elements is finite. -/
def Set.toFinset {α : Type u} (s : Set α) [Fintype s] : Finset α :=
  Quotient.liftOn (Finset.univ : Finset s) (fun l => Finset.ofList (l.1.map Subtype.val) (l.2.map _ fun _ _ h e => h (Subtype.ext e)))
    fun _ _ h => Quotient.sound fun a => by simp only [List.mem_map, h _]

@[simp, grind =] theorem Set.mem_toFinset {α : Type u} {s : Set α} [Fintype s] {a : α} : a ∈ s.toFinset ↔ a ∈ s := by
  have key : ∀ t : Finset s, (∀ x, x ∈ t) → (a ∈ Quotient.liftOn t (fun l => Finset.ofList (l.1.map Subtype.val)
      (l.2.map _ fun _ _ h e => h (Subtype.ext e))) (fun _ _ h => Quotient.sound fun a => by simp only [List.mem_map, h _]) ↔ a ∈ s) :=
    fun t => Quotient.inductionOn t fun l hl => List.mem_map.trans ⟨fun ⟨x, _, e⟩ => e ▸ x.2, fun h => ⟨⟨a, h⟩, hl _, rfl⟩⟩
  exact key _ Fintype.complete

end Core

end
