import Core.Lemmas.Order
import Core.Function
import Core.Elementary

/-!
# Monotone maps, injections, images

None is marked for `simp` or `grind`: they are there for who looks for them.
-/

@[expose] noncomputable section

namespace Core

section
variable {α : Type u} {β : Type v} [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [LE β] [LT β] [Std.IsLinearOrder β]
  [Std.LawfulOrderLT β] {f : α → β}
theorem StrictMono.injective (h : StrictMono f) : Function.Injective f := by
  intro x y e
  rcases lt_trichotomy x y with k | k | k
  · exact absurd e (ne_of_lt (h k))
  · exact k
  · exact absurd e.symm (ne_of_lt (h k))
theorem StrictMono.lt_iff_lt (h : StrictMono f) {a b : α} : f a < f b ↔ a < b := by
  constructor
  · intro k
    rcases lt_trichotomy a b with l | l | l
    · exact l
    · exact absurd (l ▸ k) (lt_irrefl _)
    · exact absurd (lt_trans k (h l)) (lt_irrefl _)
  · intro k
    exact h k
theorem StrictMono.le_iff_le (h : StrictMono f) {a b : α} : f a ≤ f b ↔ a ≤ b := by
  rw [← not_lt, h.lt_iff_lt, not_lt]
theorem StrictMono.monotone (h : StrictMono f) : Monotone f := by
  intro x y k
  rcases lt_trichotomy x y with l | l | l
  · exact le_of_lt (h l)
  · exact le_of_eq (congrArg f l)
  · exact absurd k (not_le.2 l)
end

section
set_option linter.unusedSectionVars false
variable {α : Type u} {β : Type v} {γ : Type w} [LE α] [LT α] [LE β] [LT β] [LE γ] [LT γ] {f : α → β} {g : β → γ}
theorem Monotone.comp (hg : Monotone g) (hf : Monotone f) : Monotone (g ∘ f) := fun _ _ h => hg (hf h)
theorem Antitone.comp (hg : Antitone g) (hf : Antitone f) : Monotone (g ∘ f) := fun _ _ h => hg (hf h)
theorem Monotone.comp_antitone (hg : Monotone g) (hf : Antitone f) : Antitone (g ∘ f) := fun _ _ h => hg (hf h)
theorem Antitone.comp_monotone (hg : Antitone g) (hf : Monotone f) : Antitone (g ∘ f) := fun _ _ h => hg (hf h)
theorem StrictMono.comp (hg : StrictMono g) (hf : StrictMono f) : StrictMono (g ∘ f) := fun _ _ h => hg (hf h)
theorem StrictAnti.comp (hg : StrictAnti g) (hf : StrictAnti f) : StrictMono (g ∘ f) := fun _ _ h => hg (hf h)
end

section
variable {α : Type u} {β : Type v} [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [LE β] [LT β] [Std.IsLinearOrder β]
  [Std.LawfulOrderLT β] {f : α → β}
theorem StrictAnti.injective (h : StrictAnti f) : Function.Injective f := by
  intro x y e
  rcases lt_trichotomy x y with k | k | k
  · exact absurd e.symm (ne_of_lt (h k))
  · exact k
  · exact absurd e (ne_of_lt (h k))
theorem StrictAnti.antitone (h : StrictAnti f) : Antitone f := by
  intro x y k
  rcases lt_trichotomy x y with l | l | l
  · exact le_of_lt (h l)
  · exact le_of_eq (congrArg f l.symm)
  · exact absurd k (not_le.2 l)
theorem Monotone.reflect_lt (h : Monotone f) {a b : α} (k : f a < f b) : a < b := not_le.1 fun l => not_le.2 k (h l)
theorem Monotone.strictMono_of_injective (h : Monotone f) (k : Function.Injective f) : StrictMono f := fun _ _ l =>
  lt_of_le_of_ne (h (le_of_lt l)) fun e => ne_of_lt l (k e)
end

theorem StrictMono.id_le {f : ℕ → ℕ} (h : StrictMono f) : ∀ n, n ≤ f n
  | 0 => Nat.zero_le _
  | n + 1 => Nat.succ_le_of_lt (Nat.lt_of_le_of_lt (StrictMono.id_le h n) (h (Nat.lt_succ_self n)))

section
variable {α : Sort u} {β : Sort v} {γ : Sort w} {f : α → β} {g : β → γ}
theorem Function.Bijective.comp (hg : Function.Bijective g) (hf : Function.Bijective f) : Function.Bijective (g ∘ f) :=
  ⟨fun _ _ e => hf.1 (hg.1 e), fun z => (hg.2 z).elim fun y e => (hf.2 y).elim fun x k => ⟨x, (congrArg g k).trans e⟩⟩
theorem Function.Bijective.injective (h : Function.Bijective f) : Function.Injective f := h.1
theorem Function.Bijective.surjective (h : Function.Bijective f) : Function.Surjective f := h.2
theorem Function.Injective.eq_iff (h : Function.Injective f) {a b : α} : f a = f b ↔ a = b := ⟨fun e => h e, congrArg f⟩
end

section
variable {α : Type u} {β : Type v} {γ : Type w} {f : α → β} {g : β → γ}
theorem Function.Surjective.of_comp (h : Function.Surjective (g ∘ f)) : Function.Surjective g :=
  fun z => (h z).elim fun x e => ⟨f x, e⟩
theorem Function.Injective.of_comp (h : Function.Injective (g ∘ f)) : Function.Injective f :=
  fun _ _ e => h (congrArg g e)
theorem Set.image_union (f : α → β) (s t : Set α) : f '' (s ∪ t) = f '' s ∪ f '' t := by
  refine Set.ext fun y => ?_
  simp only [Set.mem_image, Set.mem_union]
  grind
theorem Set.image_inter {s t : Set α} (h : Function.Injective f) : f '' (s ∩ t) = f '' s ∩ f '' t := by
  refine Set.ext fun y => ?_
  simp only [Set.mem_image, Set.mem_inter_iff]
  constructor
  · rintro ⟨x, ⟨hs, ht⟩, e⟩
    exact ⟨⟨x, hs, e⟩, ⟨x, ht, e⟩⟩
  · rintro ⟨⟨x, hs, e⟩, ⟨x', ht, e'⟩⟩
    exact ⟨x, ⟨hs, h (e'.trans e.symm) ▸ ht⟩, e⟩
theorem Set.union_eq_right {s t : Set α} : s ∪ t = t ↔ s ⊆ t := by
  constructor
  · intro h x k
    rw [← h]
    exact .inl k
  · intro h
    refine Set.ext fun x => ?_
    simp only [Set.mem_union]
    exact ⟨fun k => k.elim (fun m => h m) id, .inr⟩
theorem Set.inter_eq_left {s t : Set α} : s ∩ t = s ↔ s ⊆ t := by
  constructor
  · intro h x k
    rw [← h] at k
    exact k.2
  · intro h
    refine Set.ext fun x => ?_
    simp only [Set.mem_inter_iff]
    exact ⟨And.left, fun k => ⟨k, h k⟩⟩
end

section
variable {α : Type u} {β : Type v} {f : α → β}
theorem Set.image_preimage_eq (s : Set β) (h : Function.Surjective f) : f '' (f ⁻¹' s) = s := by
  refine Set.ext fun b => ⟨?_, fun m => ?_⟩
  · rintro ⟨a, ha, rfl⟩
    exact ha
  · obtain ⟨a, rfl⟩ := h b
    exact ⟨a, m, rfl⟩
theorem Set.preimage_image_eq (s : Set α) (h : Function.Injective f) : f ⁻¹' (f '' s) = s :=
  Set.ext fun a => ⟨fun ⟨_, hb, e⟩ => h e ▸ hb, fun m => ⟨a, m, rfl⟩⟩
end

end Core

end
