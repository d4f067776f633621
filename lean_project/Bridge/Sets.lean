import Bridge.Model

/-!
# Sets and functions

A set of the prelude is its membership predicate; `set` is the same predicate as a set of Mathlib.
-/

namespace Bridge

variable {α β : Type*}

@[core_bridge] theorem existsUnique_iff {α : Sort*} (p : α → Prop) : Core.ExistsUnique p ↔ ∃! x, p x := Iff.rfl

/-- The same set in Mathlib. -/
def set (s : Core.Set α) : Set α := {x | x ∈ s}

@[simp, core_bridge] theorem mem_set (s : Core.Set α) (x : α) : x ∈ set s ↔ x ∈ s := Iff.rfl

/-- Membership is what is left of a set in a statement. -/
@[core_bridge] theorem mem_setOf (p : α → Prop) (x : α) : x ∈ Core.setOf p ↔ p x := Iff.rfl

theorem set_setOf (p : α → Prop) : set (Core.setOf p) = {x | p x} := rfl
theorem set_empty : set (∅ : Core.Set α) = ∅ := rfl
theorem set_univ : set (Core.Set.univ : Core.Set α) = Set.univ := rfl
theorem set_singleton (a : α) : set ({a} : Core.Set α) = {a} := rfl
theorem set_insert (a : α) (s : Core.Set α) : set (insert a s) = insert a (set s) := rfl
theorem set_union (s t : Core.Set α) : set (s ∪ t) = set s ∪ set t := rfl
theorem set_inter (s t : Core.Set α) : set (s ∩ t) = set s ∩ set t := rfl
theorem set_diff (s t : Core.Set α) : set (s \ t) = set s \ set t := rfl
theorem set_compl (s : Core.Set α) : set (Core.Compl.compl s) = (set s)ᶜ := rfl
theorem set_iUnion {ι : Sort*} (s : ι → Core.Set α) : set (Core.Set.iUnion s) = ⋃ i, set (s i) :=
  Set.ext fun _ => Set.mem_iUnion.symm
theorem set_iInter {ι : Sort*} (s : ι → Core.Set α) : set (Core.Set.iInter s) = ⋂ i, set (s i) :=
  Set.ext fun _ => Set.mem_iInter.symm
theorem set_prod (s : Core.Set α) (t : Core.Set β) : set (Core.Set.prod s t) = set s ×ˢ set t := rfl
@[core_bridge] theorem injOn_iff (f : α → β) (s : Core.Set α) : Core.Set.InjOn f s ↔ Set.InjOn f (set s) := Iff.rfl
@[core_bridge] theorem mapsTo_iff (f : α → β) (s : Core.Set α) (t : Core.Set β) :
    Core.Set.MapsTo f s t ↔ Set.MapsTo f (set s) (set t) := Iff.rfl
@[core_bridge] theorem subset_iff (s t : Core.Set α) : s ⊆ t ↔ set s ⊆ set t := Iff.rfl
@[core_bridge] theorem nonempty_iff (s : Core.Set α) : Core.Set.Nonempty s ↔ (set s).Nonempty := Iff.rfl
theorem set_range {ι : Sort*} (f : ι → α) : set (Core.Set.range f) = Set.range f := rfl
theorem set_image (f : α → β) (s : Core.Set α) : set (Core.Set.image f s) = f '' set s := rfl
theorem set_preimage (f : α → β) (s : Core.Set β) : set (Core.Set.preimage f s) = f ⁻¹' set s := rfl
@[core_bridge] theorem set_inj (s t : Core.Set α) : s = t ↔ set s = set t :=
  ⟨fun h => congrArg set h, fun h => Core.Set.ext fun x => Set.ext_iff.1 h x⟩

section Intervals
variable [Preorder α] (a b : α)
theorem set_Icc : set (Core.Set.Icc a b) = Set.Icc a b := rfl
theorem set_Ico : set (Core.Set.Ico a b) = Set.Ico a b := rfl
theorem set_Ioc : set (Core.Set.Ioc a b) = Set.Ioc a b := rfl
theorem set_Ioo : set (Core.Set.Ioo a b) = Set.Ioo a b := rfl
theorem set_Ici : set (Core.Set.Ici a) = Set.Ici a := rfl
theorem set_Ioi : set (Core.Set.Ioi a) = Set.Ioi a := rfl
theorem set_Iic : set (Core.Set.Iic a) = Set.Iic a := rfl
theorem set_Iio : set (Core.Set.Iio a) = Set.Iio a := rfl
end Intervals

section Bounds
variable [Preorder α] (s : Core.Set α) (a : α)
theorem set_upperBounds : set (Core.upperBounds s) = upperBounds (set s) := rfl
theorem set_lowerBounds : set (Core.lowerBounds s) = lowerBounds (set s) := rfl
@[core_bridge] theorem bddAbove_iff : Core.BddAbove s ↔ BddAbove (set s) := Iff.rfl
@[core_bridge] theorem bddBelow_iff : Core.BddBelow s ↔ BddBelow (set s) := Iff.rfl
@[core_bridge] theorem isLeast_iff : Core.IsLeast s a ↔ IsLeast (set s) a := Iff.rfl
@[core_bridge] theorem isGreatest_iff : Core.IsGreatest s a ↔ IsGreatest (set s) a := Iff.rfl
@[core_bridge] theorem isLUB_iff : Core.IsLUB s a ↔ IsLUB (set s) a := Iff.rfl
@[core_bridge] theorem isGLB_iff : Core.IsGLB s a ↔ IsGLB (set s) a := Iff.rfl
end Bounds

attribute [core_bridge] set_setOf set_empty set_univ set_singleton set_insert set_union set_inter set_diff set_range
  set_compl set_iUnion set_iInter set_prod
  set_image set_preimage set_Icc set_Ico set_Ioc set_Ioo set_Ici set_Ioi set_Iic set_Iio set_upperBounds set_lowerBounds

/-! ## Functions -/

@[core_bridge] theorem bijective_iff {α β : Sort*} (f : α → β) :
    Core.Function.Bijective f ↔ Function.Bijective f := Iff.rfl

/-- The same equivalence in Mathlib. -/
def equiv {α β : Sort*} (e : Core.Equiv α β) : Equiv α β := ⟨e.1, e.2, e.3, e.4⟩
/-- And back. -/
def ofEquiv {α β : Sort*} (e : Equiv α β) : Core.Equiv α β := ⟨e.1, e.2, e.3, e.4⟩
theorem equiv_ofEquiv {α β : Sort*} (e : Equiv α β) : equiv (ofEquiv e) = e := rfl
theorem ofEquiv_equiv {α β : Sort*} (e : Core.Equiv α β) : ofEquiv (equiv e) = e := rfl
theorem equiv_symm {α β : Sort*} (e : Core.Equiv α β) : equiv (Core.Equiv.symm e) = (equiv e).symm := rfl

section
variable [Preorder α] [Preorder β] (f : α → β) (s : Core.Set α)
@[core_bridge] theorem monotone_iff : Core.Monotone f ↔ Monotone f := Iff.rfl
@[core_bridge] theorem antitone_iff : Core.Antitone f ↔ Antitone f := Iff.rfl
@[core_bridge] theorem strictMono_iff : Core.StrictMono f ↔ StrictMono f := Iff.rfl
@[core_bridge] theorem strictAnti_iff : Core.StrictAnti f ↔ StrictAnti f := Iff.rfl
@[core_bridge] theorem monotoneOn_iff : Core.MonotoneOn f s ↔ MonotoneOn f (set s) := Iff.rfl
@[core_bridge] theorem antitoneOn_iff : Core.AntitoneOn f s ↔ AntitoneOn f (set s) := Iff.rfl
@[core_bridge] theorem strictMonoOn_iff : Core.StrictMonoOn f s ↔ StrictMonoOn f (set s) := Iff.rfl
@[core_bridge] theorem strictAntiOn_iff : Core.StrictAntiOn f s ↔ StrictAntiOn f (set s) := Iff.rfl
end

end Bridge
