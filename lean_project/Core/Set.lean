import Core.Notation

/-!
# Sets

A set is its membership predicate, as in Mathlib; so are the bounds and intervals built on it.
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core

/-- `∃! x, p x`. -/
def ExistsUnique {α : Sort u} (p : α → Prop) : Prop := ∃ x, p x ∧ ∀ y, p y → y = x

scoped syntax "∃! " ident (" : " term)? ", " term : term
scoped syntax "∃! " "(" ident " : " term ")" ", " term : term
macro_rules
  | `(∃! $x:ident, $p) => `(ExistsUnique fun $x => $p)
  | `(∃! $x:ident : $t, $p) => `(ExistsUnique fun $x : $t => $p)
  | `(∃! ($x:ident : $t), $p) => `(ExistsUnique fun $x : $t => $p)

def Set (α : Type u) : Type u := α → Prop

/-- The set of `x` with `p x`, written `{x | p x}`. -/
def setOf {α : Type u} (p : α → Prop) : Set α := p

/-- Complements, written `sᶜ`. -/
class Compl (α : Type u) where
  compl : α → α
scoped postfix:max "ᶜ" => Compl.compl

namespace Set
variable {α : Type u} {β : Type v}

instance : Membership α (Set α) := ⟨fun s a => s a⟩
instance : EmptyCollection (Set α) := ⟨fun _ => False⟩
instance : Singleton α (Set α) := ⟨fun a => setOf fun x => x = a⟩
instance : Insert α (Set α) := ⟨fun a s => setOf fun x => x = a ∨ x ∈ s⟩
instance : Union (Set α) := ⟨fun s t => setOf fun x => x ∈ s ∨ x ∈ t⟩
instance : Inter (Set α) := ⟨fun s t => setOf fun x => x ∈ s ∧ x ∈ t⟩
instance : SDiff (Set α) := ⟨fun s t => setOf fun x => x ∈ s ∧ x ∉ t⟩
instance : Compl (Set α) := ⟨fun s => setOf fun x => x ∉ s⟩
instance : HasSubset (Set α) := ⟨fun s t => ∀ ⦃a⦄, a ∈ s → a ∈ t⟩
instance : HasSSubset (Set α) := ⟨fun s t => s ⊆ t ∧ ¬ t ⊆ s⟩
instance : CoeSort (Set α) (Type u) := ⟨fun s => { x // x ∈ s }⟩

def univ : Set α := fun _ => True
def Nonempty (s : Set α) : Prop := ∃ x, x ∈ s
def range {ι : Sort w} (f : ι → α) : Set α := setOf fun x => ∃ i, f i = x
def image (f : α → β) (s : Set α) : Set β := setOf fun b => ∃ a, a ∈ s ∧ f a = b
/-- Mathlib's `Set.iUnion` and `Set.iInter`, written `⋃ i, s i` and `⋂ i, s i`. -/
def iUnion {ι : Sort w} (s : ι → Set α) : Set α := setOf fun x => ∃ i, x ∈ s i
def iInter {ι : Sort w} (s : ι → Set α) : Set α := setOf fun x => ∀ i, x ∈ s i
def prod (s : Set α) (t : Set β) : Set (α × β) := setOf fun p => p.1 ∈ s ∧ p.2 ∈ t
def InjOn (f : α → β) (s : Set α) : Prop := ∀ ⦃a⦄, a ∈ s → ∀ ⦃b⦄, b ∈ s → f a = f b → a = b
def MapsTo (f : α → β) (s : Set α) (t : Set β) : Prop := ∀ ⦃x⦄, x ∈ s → f x ∈ t
def preimage (f : α → β) (s : Set β) : Set α := setOf fun a => f a ∈ s

section Intervals
variable [LE α] [LT α] (a b : α)
def Icc : Set α := setOf fun x => a ≤ x ∧ x ≤ b
def Ico : Set α := setOf fun x => a ≤ x ∧ x < b
def Ioc : Set α := setOf fun x => a < x ∧ x ≤ b
def Ioo : Set α := setOf fun x => a < x ∧ x < b
def Ici : Set α := setOf fun x => a ≤ x
def Ioi : Set α := setOf fun x => a < x
def Iic : Set α := setOf fun x => x ≤ b
def Iio : Set α := setOf fun x => x < b
end Intervals

@[ext] theorem ext {s t : Set α} (h : ∀ x, x ∈ s ↔ x ∈ t) : s = t := funext fun x => propext (h x)

section
variable {a b x : α} {s t : Set α} {p : α → Prop} {f : α → β}
@[simp, grind =] theorem mem_setOf_eq : (x ∈ setOf p) = p x := rfl
@[simp, grind =] theorem mem_singleton_iff : x ∈ ({a} : Set α) ↔ x = a := .rfl
@[simp, grind =] theorem mem_insert_iff : x ∈ insert a s ↔ x = a ∨ x ∈ s := .rfl
@[simp, grind =] theorem mem_empty_iff_false (x : α) : x ∈ (∅ : Set α) ↔ False := .rfl
@[simp, grind ←] theorem mem_univ (x : α) : x ∈ (univ : Set α) := trivial
@[simp, grind =] theorem mem_union (x : α) (s t : Set α) : x ∈ s ∪ t ↔ x ∈ s ∨ x ∈ t := .rfl
@[simp, grind =] theorem mem_inter_iff (x : α) (s t : Set α) : x ∈ s ∩ t ↔ x ∈ s ∧ x ∈ t := .rfl
@[simp, grind =] theorem mem_diff (x : α) : x ∈ s \ t ↔ x ∈ s ∧ x ∉ t := .rfl
@[simp, grind =] theorem mem_compl_iff (s : Set α) (x : α) : x ∈ sᶜ ↔ x ∉ s := .rfl
@[simp, grind =] theorem mem_image (f : α → β) (s : Set α) (y : β) : y ∈ image f s ↔ ∃ x, x ∈ s ∧ f x = y := .rfl
@[simp, grind =] theorem mem_preimage {s : Set β} : x ∈ preimage f s ↔ f x ∈ s := .rfl
@[simp, grind =] theorem mem_iUnion {ι : Sort w} {s : ι → Set α} : x ∈ iUnion s ↔ ∃ i, x ∈ s i := .rfl
@[simp, grind =] theorem mem_iInter {ι : Sort w} {s : ι → Set α} : x ∈ iInter s ↔ ∀ i, x ∈ s i := .rfl
@[simp, grind =] theorem mem_prod {t : Set β} {p : α × β} : p ∈ prod s t ↔ p.1 ∈ s ∧ p.2 ∈ t := .rfl
@[grind =] theorem subset_def : s ⊆ t ↔ ∀ x, x ∈ s → x ∈ t := .rfl
theorem Subset.refl (s : Set α) : s ⊆ s := fun _ h => h
theorem Subset.trans {s t u : Set α} (h : s ⊆ t) (k : t ⊆ u) : s ⊆ u := fun _ m => k (h m)
theorem Subset.antisymm (h : s ⊆ t) (k : t ⊆ s) : s = t := ext fun _ => ⟨fun m => h m, fun m => k m⟩
theorem empty_subset (s : Set α) : ∅ ⊆ s := fun _ h => h.elim
theorem subset_univ (s : Set α) : s ⊆ univ := fun _ _ => trivial
theorem inter_subset_left : s ∩ t ⊆ s := fun _ h => h.1
theorem inter_subset_right : s ∩ t ⊆ t := fun _ h => h.2
theorem subset_union_left : s ⊆ s ∪ t := fun _ h => .inl h
theorem subset_union_right : t ⊆ s ∪ t := fun _ h => .inr h
@[simp, grind =] theorem mem_range {y : β} : y ∈ range f ↔ ∃ x, f x = y := .rfl
set_option linter.unusedSectionVars false
variable [LE α] [LT α]
@[simp, grind =] theorem mem_Icc : x ∈ Icc a b ↔ a ≤ x ∧ x ≤ b := .rfl
@[simp, grind =] theorem mem_Ico : x ∈ Ico a b ↔ a ≤ x ∧ x < b := .rfl
@[simp, grind =] theorem mem_Ioc : x ∈ Ioc a b ↔ a < x ∧ x ≤ b := .rfl
@[simp, grind =] theorem mem_Ioo : x ∈ Ioo a b ↔ a < x ∧ x < b := .rfl
@[simp, grind =] theorem mem_Ici : x ∈ Ici a ↔ a ≤ x := .rfl
@[simp, grind =] theorem mem_Ioi : x ∈ Ioi a ↔ a < x := .rfl
@[simp, grind =] theorem mem_Iic : x ∈ Iic b ↔ x ≤ b := .rfl
@[simp, grind =] theorem mem_Iio : x ∈ Iio b ↔ x < b := .rfl
end

end Set

scoped syntax "⋃ " ident (" : " term)? ", " term:60 : term
scoped syntax "⋂ " ident (" : " term)? ", " term:60 : term
macro_rules
  | `(⋃ $x:ident, $s) => `(Set.iUnion fun $x => $s)
  | `(⋃ $x:ident : $t, $s) => `(Set.iUnion fun $x : $t => $s)
macro_rules
  | `(⋂ $x:ident, $s) => `(Set.iInter fun $x => $s)
  | `(⋂ $x:ident : $t, $s) => `(Set.iInter fun $x : $t => $s)
scoped infixr:82 " ×ˢ " => Set.prod
scoped infixl:80 " '' " => Set.image
scoped infixl:80 " ⁻¹' " => Set.preimage

scoped syntax "{" ident (" : " term)? " | " term "}" : term
scoped syntax "{" ident " ∈ " term " | " term "}" : term
scoped syntax "{" "(" term ", " term ")" " : " term " | " term "}" : term
scoped syntax "{" "(" term ", " term ", " term ")" " : " term " | " term "}" : term
/-- The image form of Mathlib: `{x ^ 2 | x : ℤ}`. -/
scoped syntax "{" term " | " ident " : " term "}" : term
macro_rules
  | `({ $x:ident | $p }) => `(setOf fun $x => $p)
  | `({ $x:ident : $t | $p }) => `(setOf fun $x : $t => $p)
  | `({ $x:ident ∈ $s | $p }) => `(setOf fun $x => $x ∈ $s ∧ $p)
  | `({ ($a, $b) : $t | $p }) => `(setOf fun (x : $t) => match x with | ($a, $b) => $p)
  | `({ ($a, $b, $c) : $t | $p }) => `(setOf fun (x : $t) => match x with | ($a, $b, $c) => $p)
  | `({ $e:term | $x:ident : $t }) => `(setOf fun y => ∃ $x:ident : $t, $e = y)

@[app_unexpander setOf] meta def unexpandSetOf : Lean.PrettyPrinter.Unexpander
  | `($_ fun $x:ident => $p) => `({ $x:ident | $p })
  | _ => throw ()

section Bounds
variable {α : Type u} [LE α]
def upperBounds (s : Set α) : Set α := setOf fun x => ∀ ⦃a⦄, a ∈ s → a ≤ x
def lowerBounds (s : Set α) : Set α := setOf fun x => ∀ ⦃a⦄, a ∈ s → x ≤ a
def BddAbove (s : Set α) : Prop := Set.Nonempty (upperBounds s)
def BddBelow (s : Set α) : Prop := Set.Nonempty (lowerBounds s)
def IsLeast (s : Set α) (a : α) : Prop := a ∈ s ∧ a ∈ lowerBounds s
def IsGreatest (s : Set α) (a : α) : Prop := a ∈ s ∧ a ∈ upperBounds s
def IsLUB (s : Set α) : α → Prop := IsLeast (upperBounds s)
def IsGLB (s : Set α) : α → Prop := IsGreatest (lowerBounds s)
@[simp, grind =] theorem mem_upperBounds {s : Set α} {a : α} : a ∈ upperBounds s ↔ ∀ x, x ∈ s → x ≤ a := .rfl
@[simp, grind =] theorem mem_lowerBounds {s : Set α} {a : α} : a ∈ lowerBounds s ↔ ∀ x, x ∈ s → a ≤ x := .rfl
@[grind =] theorem isLeast_iff {s : Set α} {a : α} : IsLeast s a ↔ a ∈ s ∧ ∀ x, x ∈ s → a ≤ x := .rfl
@[grind =] theorem isGreatest_iff {s : Set α} {a : α} : IsGreatest s a ↔ a ∈ s ∧ ∀ x, x ∈ s → x ≤ a := .rfl
end Bounds

end Core

end
