import Core.Lemmas.Nat
import Core.Function

/-!
# Squares, units, iterates, digits, finite sets and their sizes, pairs
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core

/-- Mathlib's `IsSquare`. -/
def IsSquare {α : Type u} [Mul α] (a : α) : Prop := ∃ r, a = r * r
@[grind =] theorem isSquare_iff {α : Type u} [Mul α] {a : α} : IsSquare a ↔ ∃ r, a = r * r := .rfl
instance (n : ℕ) : Decidable (IsSquare n) := decidable_of_iff (∃ r, r ∈ List.range (n + 1) ∧ n = r * r)
  ⟨fun ⟨r, _, h⟩ => ⟨r, h⟩, fun ⟨r, h⟩ => ⟨r, List.mem_range.2 (by have := Nat.le_mul_self r; omega), h⟩⟩

/-- Mathlib's `IsUnit`, in the form of its theorem `isUnit_iff_exists`. -/
def IsUnit {α : Type u} [Mul α] [OfNat α 1] (a : α) : Prop := ∃ b, a * b = 1 ∧ b * a = 1
@[simp, grind =] theorem Nat.isUnit_iff {n : ℕ} : IsUnit n ↔ n = 1 :=
  ⟨fun ⟨b, h, _⟩ => Nat.le_antisymm (Nat.le_of_dvd Nat.one_pos ⟨b, h.symm⟩) (Nat.pos_of_ne_zero fun e => by simp [e] at h),
    fun h => ⟨1, by rw [h], by rw [h]⟩⟩

/-- Mathlib's `Squarefree`. -/
def Squarefree {α : Type u} [Mul α] [OfNat α 1] [Dvd α] (r : α) : Prop := ∀ x, x * x ∣ r → IsUnit x
theorem Nat.squarefree_iff {n : ℕ} : Squarefree n ↔ ∀ x, x * x ∣ n → x = 1 :=
  ⟨fun h x hx => Nat.isUnit_iff.1 (h x hx), fun h x hx => Nat.isUnit_iff.2 (h x hx)⟩
instance (n : ℕ) : Decidable (Squarefree n) :=
  decidable_of_iff (n ≠ 0 ∧ ∀ x, x ∈ List.range (n + 1) → x * x ∣ n → x = 1)
  ⟨fun ⟨h0, h⟩ => Nat.squarefree_iff.2 fun x hx => h x (List.mem_range.2 (by
      have := Nat.le_mul_self x
      have := Nat.le_of_dvd (Nat.pos_of_ne_zero h0) hx
      omega)) hx,
    fun h => ⟨fun e => absurd (Nat.squarefree_iff.1 h 2 (by rw [e]; exact Nat.dvd_zero _)) (by decide),
      fun x _ => Nat.squarefree_iff.1 h x⟩⟩

namespace Nat

/-- Mathlib's `Nat.iterate`, written `f^[n]`. -/
def iterate {α : Sort u} (op : α → α) : ℕ → α → α
  | 0, a => a
  | n + 1, a => iterate op n (op a)

section
attribute [local instance] Lean.Grind.Semiring.natCast
/-- Mathlib's `Nat.ofDigits`: the number with these digits in base `b`, the lowest first. -/
def ofDigits {α : Type u} [Lean.Grind.Semiring α] (b : α) : List ℕ → α
  | [] => 0
  | h :: t => Nat.cast h + b * ofDigits b t
@[simp, grind =] theorem ofDigits_nil {α : Type u} [Lean.Grind.Semiring α] (b : α) : ofDigits b [] = 0 := rfl
theorem ofDigits_cons {α : Type u} [Lean.Grind.Semiring α] (b : α) (h : ℕ) (t : List ℕ) :
    ofDigits b (h :: t) = Nat.cast h + b * ofDigits b t := rfl
@[simp, grind =] theorem ofDigits_cons_nat (b h : ℕ) (t : List ℕ) : ofDigits b (h :: t) = h + b * ofDigits b t := rfl

end

/-- Mathlib's `Nat.primeFactors`, in the form of its theorem `Nat.mem_primeFactors`. -/
def primeFactors (n : ℕ) : Finset ℕ := Finset.filter (fun p => Prime p) (divisors n)

end Nat

scoped notation:max f "^[" n "]" => Core.Nat.iterate f n

section
variable {α : Sort u} (f : α → α) (n : ℕ) (x : α)
@[simp, grind =] theorem Function.iterate_zero_apply : f^[0] x = x := rfl
@[simp, grind =] theorem Function.iterate_succ_apply : f^[n + 1] x = f^[n] (f x) := rfl
theorem Function.iterate_succ_apply' : f^[n + 1] x = f (f^[n] x) := by
  induction n generalizing x with
  | zero => rfl
  | succ n ih => exact ih (f x)
end

namespace Set
variable {α : Type u}

/-- Mathlib's `Set.Finite`, in the form of its theorem `Set.exists_finset_coe`. -/
def Finite (s : Set α) : Prop := ∃ t : Finset α, ∀ x, x ∈ t ↔ x ∈ s
/-- Mathlib's `Set.Infinite`. -/
def Infinite (s : Set α) : Prop := ¬ Finite s
open Classical in
/-- Mathlib's `Set.ncard`: the number of elements, 0 for an infinite set. -/
def ncard (s : Set α) : ℕ := if h : Finite s then (Classical.choose h).card else 0
theorem ncard_eq_card {s : Set α} (t : Finset α) (h : ∀ x, x ∈ t ↔ x ∈ s) : ncard s = t.card := by
  have f : Finite s := ⟨t, h⟩
  unfold ncard
  rw [dif_pos f, Finset.ext fun x => (Classical.choose_spec f x).trans (h x).symm]

end Set

/-- Mathlib's `ℕ∞`: the natural numbers, and one above them all. -/
def ENat : Type := Option ℕ

namespace ENat
instance : NatCast ENat := ⟨some⟩
instance (n : ℕ) : OfNat ENat n := ⟨some n⟩
instance : LE ENat := ⟨fun a b => ∀ n, b = some n → ∃ m, a = some m ∧ m ≤ n⟩
instance : LT ENat := ⟨fun a b => a ≤ b ∧ ¬ b ≤ a⟩
@[simp, norm_cast] theorem cast_inj {m n : ℕ} : (m : ENat) = n ↔ m = n := ⟨Option.some.inj, congrArg some⟩
theorem cast_ofNat (n : ℕ) : ((OfNat.ofNat n : ℕ) : ENat) = OfNat.ofNat n := rfl
end ENat

namespace Set
variable {α : Type u}
open Classical in
/-- Mathlib's `Set.encard`: the number of elements, infinite for an infinite set. -/
def encard (s : Set α) : ENat := if Finite s then some (ncard s) else none
/-- A number of elements other than 0 is the same by both counts. -/
theorem encard_eq_cast {s : Set α} {n : ℕ} (h : n ≠ 0) : encard s = (n : ENat) ↔ ncard s = n := by
  unfold encard
  split
  · exact ENat.cast_inj
  · next f =>
    have e : ncard s = 0 := dif_neg f
    exact ⟨fun k => absurd k (nofun : ¬(none : Option ℕ) = some n), fun k => absurd (e.symm.trans k).symm h⟩
theorem cast_eq_encard {s : Set α} {n : ℕ} (h : n ≠ 0) : (n : ENat) = encard s ↔ ncard s = n :=
  eq_comm.trans (encard_eq_cast h)
theorem encard_eq_ofNat {s : Set α} {n : ℕ} (h : n ≠ 0) : encard s = (no_index (OfNat.ofNat n) : ENat) ↔ ncard s = n :=
  encard_eq_cast h

end Set

namespace Prod
variable {α : Type u} {β : Type v}
instance [Add α] [Add β] : Add (α × β) := ⟨fun a b => (a.1 + b.1, a.2 + b.2)⟩
instance [Sub α] [Sub β] : Sub (α × β) := ⟨fun a b => (a.1 - b.1, a.2 - b.2)⟩
instance [Neg α] [Neg β] : Neg (α × β) := ⟨fun a => (-a.1, -a.2)⟩
instance [Mul α] [Mul β] : Mul (α × β) := ⟨fun a b => (a.1 * b.1, a.2 * b.2)⟩
instance {M : Type w} [SMul M α] [SMul M β] : SMul M (α × β) := ⟨fun m a => (m • a.1, m • a.2)⟩
@[simp, grind =] theorem mk_add_mk [Add α] [Add β] (a c : α) (b d : β) : (a, b) + (c, d) = (a + c, b + d) := rfl
@[simp, grind =] theorem mk_sub_mk [Sub α] [Sub β] (a c : α) (b d : β) : (a, b) - (c, d) = (a - c, b - d) := rfl
@[simp, grind =] theorem neg_mk [Neg α] [Neg β] (a : α) (b : β) : -(a, b) = (-a, -b) := rfl
@[simp, grind =] theorem mk_mul_mk [Mul α] [Mul β] (a c : α) (b d : β) : (a, b) * (c, d) = (a * c, b * d) := rfl
@[simp, grind =] theorem smul_mk {M : Type w} [SMul M α] [SMul M β] (m : M) (a : α) (b : β) : m • (a, b) = (m • a, m • b) := rfl
end Prod

end Core

end
