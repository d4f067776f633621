import Core.Lemmas.Nat
import Core.Lemmas.BigOperators

/-!
# Sums over ranges, binomial coefficients, the binomial theorem

None is marked for `simp` or `grind`: they are there for who looks for them.
-/

@[expose] noncomputable section

namespace Core

section
open Lean.Grind
variable {M : Type u}
theorem Finset.sum_range_succ' [Semiring M] (f : ℕ → M) (n : ℕ) :
    ∑ k ∈ Finset.range (n + 1), f k = ∑ k ∈ Finset.range n, f (k + 1) + f 0 := by
  induction n with
  | zero => rw [Finset.sum_range_succ, Finset.sum_range_zero, Finset.sum_range_zero]
  | succ n ih =>
    rw [Finset.sum_range_succ, ih, Finset.sum_range_succ, Semiring.add_assoc, Semiring.add_assoc,
      Semiring.add_comm (f 0)]
theorem Finset.sum_mul [CommSemiring M] {α : Type v} (s : Finset α) (f : α → M) (b : M) :
    s.sum f * b = ∑ i ∈ s, f i * b := by
  rw [CommSemiring.mul_comm, Finset.mul_sum]
  exact Finset.sum_congr rfl fun i _ => CommSemiring.mul_comm ..
theorem Finset.sum_sub_distrib [Ring M] {α : Type v} {s : Finset α} (f g : α → M) :
    ∑ i ∈ s, (f i - g i) = ∑ i ∈ s, f i - ∑ i ∈ s, g i := by
  have h : ∑ i ∈ s, ((f i - g i) + g i) = ∑ i ∈ s, f i := Finset.sum_congr rfl fun i _ => by grind
  rw [Finset.sum_add_distrib] at h
  grind
theorem Finset.sum_range_sub [Ring M] (f : ℕ → M) (n : ℕ) :
    ∑ i ∈ Finset.range n, (f (i + 1) - f i) = f n - f 0 := by
  induction n with
  | zero => rw [Finset.sum_range_zero]; grind
  | succ n ih => rw [Finset.sum_range_succ, ih]; grind
theorem Finset.sum_Ico_succ_top [Semiring M] {a b : ℕ} (h : a ≤ b) (f : ℕ → M) :
    ∑ k ∈ Finset.Ico a (b + 1), f k = ∑ k ∈ Finset.Ico a b, f k + f b := by
  change (Finset.natFrom a (b + 1 - a)).sum f = (Finset.natFrom a (b - a)).sum f + _
  rw [Nat.succ_sub h, Finset.sum_natFrom_succ, Nat.add_sub_cancel' h]
theorem Finset.sum_range_id_mul_two (n : ℕ) : (∑ i ∈ Finset.range n, i) * 2 = n * (n - 1) := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [Finset.sum_range_succ, Nat.add_mul, ih, Nat.add_sub_cancel]
    cases n with
    | zero => rfl
    | succ n => rw [Nat.add_sub_cancel]; grind
theorem Finset.sum_range_id (n : ℕ) : ∑ i ∈ Finset.range n, i = n * (n - 1) / 2 := by
  have := Finset.sum_range_id_mul_two n
  omega
theorem geom_sum_eq [Field M] {x : M} (h : x ≠ 1) (n : ℕ) : ∑ i ∈ Finset.range n, x ^ i = (x ^ n - 1) / (x - 1) := by
  have d : x - 1 ≠ 0 := fun e => h (sub_eq_zero.1 e)
  rw [eq_div_iff d]
  induction n with
  | zero => rw [Finset.sum_range_zero, Semiring.pow_zero]; grind
  | succ n ih => rw [Finset.sum_range_succ, Semiring.right_distrib, ih, Semiring.pow_succ]; grind
end

theorem List.sum_eq_foldl {α : Type u} [Add α] [Zero α] [Std.Associative (α := α) (· + ·)]
    [Std.LawfulIdentity (α := α) (· + ·) 0] (l : List α) : l.sum = l.foldl (· + ·) 0 := by
  have key : ∀ (l : List α) (a : α), l.foldl (· + ·) a = a + l.sum := by
    intro l
    induction l with
    | nil => exact fun a => (Std.LawfulRightIdentity.right_id a).symm
    | cons x l ih =>
      intro a
      rw [List.foldl_cons, ih, List.sum_cons]
      exact Std.Associative.assoc (op := (· + · : α → α → α)) a x l.sum
  rw [key]
  exact (Std.LawfulLeftIdentity.left_id l.sum).symm

theorem Nat.choose_self (n : ℕ) : Nat.choose n n = 1 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.choose_succ_succ, ih, Nat.choose_eq_zero_of_lt (by omega)]
theorem Nat.choose_one_right (n : ℕ) : Nat.choose n 1 = n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.choose_succ_succ, ih, Nat.choose_zero_right]; omega

theorem Nat.choose_two_right (n : ℕ) : Nat.choose n 2 = n * (n - 1) / 2 := by
  cases n with
  | zero => rfl
  | succ n =>
    have key : ∀ m : ℕ, 2 * Nat.choose (m + 1) 2 = (m + 1) * m := by
      intro m
      induction m with
      | zero => rfl
      | succ m ih => rw [Nat.choose_succ_succ, Nat.choose_one_right]; grind
    have := key n
    rw [Nat.add_sub_cancel]
    omega
theorem Nat.succ_mul_choose_eq (n k : ℕ) : (n + 1) * Nat.choose n k = Nat.choose (n + 1) (k + 1) * (k + 1) := by
  induction n generalizing k with
  | zero => cases k with
    | zero => rfl
    | succ k => simp [Nat.choose_succ_succ]
  | succ n ih =>
    cases k with
    | zero => simp [Nat.choose_succ_succ, Nat.choose_one_right]; omega
    | succ k =>
      have h1 := ih k
      have h2 := ih (k + 1)
      rw [Nat.choose_succ_succ (n + 1) (k + 1)]
      have e1 := Nat.choose_succ_succ n k
      grind
theorem Nat.choose_symm_add {a b : ℕ} : Nat.choose (a + b) a = Nat.choose (a + b) b := by
  induction a generalizing b with
  | zero => simp [Nat.choose_self]
  | succ a ih =>
    induction b with
    | zero => simp [Nat.choose_self]
    | succ b ihb =>
      have h1 := ih (b := b + 1)
      have e1 : a + 1 + (b + 1) = (a + b + 1) + 1 := by omega
      have e2 : a + (b + 1) = a + b + 1 := by omega
      have e3 : a + 1 + b = a + b + 1 := by omega
      rw [e2] at h1
      rw [e3] at ihb
      rw [e1, Nat.choose_succ_succ (a + b + 1) a, Nat.choose_succ_succ (a + b + 1) b]
      omega
theorem Nat.choose_symm {n k : ℕ} (h : k ≤ n) : Nat.choose n (n - k) = Nat.choose n k := by
  obtain ⟨m, rfl⟩ := Nat.exists_eq_add_of_le h
  rw [Nat.add_sub_cancel_left]
  exact Nat.choose_symm_add.symm
theorem Nat.choose_pos : ∀ {n k : ℕ}, k ≤ n → 0 < Nat.choose n k
  | _, 0, _ => by rw [Nat.choose_zero_right]; decide
  | n + 1, k + 1, h => by
    have := Nat.choose_pos (n := n) (k := k) (by omega)
    rw [Nat.choose_succ_succ]
    omega
theorem Nat.choose_succ_self_right (n : ℕ) : Nat.choose (n + 1) n = n + 1 := by
  have h := Nat.choose_symm (n := n + 1) (k := n) (Nat.le_succ n)
  rw [Nat.add_sub_cancel_left, Nat.choose_one_right] at h
  exact h.symm
theorem Nat.choose_mul_factorial_mul_factorial {n k : ℕ} (h : k ≤ n) :
    Nat.choose n k * Nat.factorial k * Nat.factorial (n - k) = Nat.factorial n := by
  induction n generalizing k with
  | zero => rw [Nat.le_zero.1 h]; rfl
  | succ n ih =>
    cases k with
    | zero => rw [Nat.choose_zero_right, Nat.sub_zero, Nat.factorial_zero, Nat.one_mul]
    | succ k =>
      have e := ih (k := k) (by omega)
      have s := Nat.succ_mul_choose_eq n k
      rw [Nat.add_sub_add_right, Nat.factorial_succ k, Nat.factorial_succ n, ← e]
      grind
theorem Nat.choose_eq_factorial_div_factorial {n k : ℕ} (h : k ≤ n) :
    Nat.choose n k = Nat.factorial n / (Nat.factorial k * Nat.factorial (n - k)) := by
  rw [← Nat.choose_mul_factorial_mul_factorial h, Nat.mul_assoc]
  exact (Nat.mul_div_cancel _ (Nat.mul_pos (Nat.factorial_pos k) (Nat.factorial_pos (n - k)))).symm
theorem Nat.sum_range_choose (n : ℕ) : ∑ k ∈ Finset.range (n + 1), Nat.choose n k = 2 ^ n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    have h : ∑ k ∈ Finset.range (n + 1), Nat.choose (n + 1) (k + 1) =
        ∑ k ∈ Finset.range (n + 1), (Nat.choose n k + Nat.choose n (k + 1)) := rfl
    have l := Finset.sum_range_succ' (Nat.choose n) (n + 1)
    rw [Finset.sum_range_succ, ih, Nat.choose_eq_zero_of_lt (by omega), Nat.choose_zero_right] at l
    rw [Finset.sum_range_succ', Nat.choose_zero_right, h, Finset.sum_add_distrib, ih, Nat.pow_succ]
    omega

section
open Lean.Grind
attribute [local instance] Semiring.natCast
/-- The binomial theorem. -/
theorem add_pow {R : Type u} [CommSemiring R] (x y : R) (n : ℕ) :
    (x + y) ^ n = ∑ m ∈ Finset.range (n + 1), x ^ m * y ^ (n - m) * (Nat.choose n m : R) := by
  induction n with
  | zero =>
    rw [Finset.sum_range_succ, Finset.sum_range_zero, Nat.choose_zero_right, Nat.cast_one, Semiring.pow_zero,
      Semiring.pow_zero, Semiring.pow_zero]
    grind
  | succ n ih =>
    have first : ∑ m ∈ Finset.range (n + 1), x ^ m * y ^ (n - m) * (Nat.choose n m : R) * x =
        ∑ m ∈ Finset.range (n + 1), x ^ (m + 1) * y ^ (n - m) * (Nat.choose n m : R) :=
      Finset.sum_congr rfl fun m _ => by rw [Semiring.pow_succ]; grind
    have second : ∑ m ∈ Finset.range (n + 1), x ^ m * y ^ (n - m) * (Nat.choose n m : R) * y =
        ∑ m ∈ Finset.range (n + 1), x ^ m * y ^ (n + 1 - m) * (Nat.choose n m : R) :=
      Finset.sum_congr rfl fun m h => by
        rw [Nat.succ_sub (Nat.le_of_lt_succ (Finset.mem_range.1 h)), Semiring.pow_succ]; grind
    have last : ∑ m ∈ Finset.range (n + 1), x ^ m * y ^ (n + 1 - m) * (Nat.choose n m : R) =
        ∑ m ∈ Finset.range (n + 1), x ^ (m + 1) * y ^ (n - m) * (Nat.choose n (m + 1) : R) + y ^ (n + 1) := by
      have l := Finset.sum_range_succ' (fun m => x ^ m * y ^ (n + 1 - m) * (Nat.choose n m : R)) (n + 1)
      rw [Finset.sum_range_succ, Nat.choose_eq_zero_of_lt (Nat.lt_succ_self n), Nat.cast_zero, Semiring.mul_zero,
        Semiring.add_zero, Semiring.pow_zero, Nat.choose_zero_right, Nat.cast_one, Nat.sub_zero, Semiring.one_mul,
        Semiring.mul_one] at l
      rw [l]
      exact congrArg (· + _) (Finset.sum_congr rfl fun m _ => by rw [Nat.add_sub_add_right])
    have joined : ∑ m ∈ Finset.range (n + 1), x ^ (m + 1) * y ^ (n + 1 - (m + 1)) * (Nat.choose (n + 1) (m + 1) : R) =
        ∑ m ∈ Finset.range (n + 1), x ^ (m + 1) * y ^ (n - m) * (Nat.choose n m : R) +
          ∑ m ∈ Finset.range (n + 1), x ^ (m + 1) * y ^ (n - m) * (Nat.choose n (m + 1) : R) := by
      rw [← Finset.sum_add_distrib]
      exact Finset.sum_congr rfl fun m _ => by
        rw [Nat.add_sub_add_right, Nat.choose_succ_succ, Nat.cast_add, Semiring.left_distrib]
    rw [Semiring.pow_succ, ih, Semiring.left_distrib, Finset.sum_mul, Finset.sum_mul, first, second, last,
      Finset.sum_range_succ' (fun m => x ^ m * y ^ (n + 1 - m) * (Nat.choose (n + 1) m : R)) (n + 1), joined, Nat.sub_zero, Nat.choose_zero_right, Nat.cast_one, Semiring.pow_zero]
    grind
end

namespace Finset
section
variable {α : Type u} [DecidableEq α] {s t : Finset α}
theorem induction_on {p : Finset α → Prop} (s : Finset α) (empty : p ∅)
    (insert : ∀ (a : α) (s : Finset α), a ∉ s → p s → p (insert a s)) : p s := by
  refine Quotient.inductionOn s fun ⟨l, hl⟩ => ?_
  change p (ofList l hl)
  induction l with
  | nil => exact empty
  | cons a l ih =>
    have h := List.nodup_cons.1 hl
    have e : ofList (a :: l) hl = Insert.insert a (ofList l h.2) := ext fun x => by
      rw [mem_insert]
      exact List.mem_cons
    rw [e]
    exact insert a _ h.1 (ih h.2)
theorem card_insert_of_notMem {a : α} (h : a ∉ s) : (insert a s).card = s.card + 1 := by
  rw [card_eq_sum_ones, sum_insert h, card_eq_sum_ones, Nat.add_comm]
theorem card_union_add_card_inter (s t : Finset α) : (s ∪ t).card + (s ∩ t).card = s.card + t.card := by
  refine induction_on (p := fun s => (s ∪ t).card + (s ∩ t).card = s.card + t.card) s ?_ fun a s h ih => ?_
  · dsimp only
    rw [show (∅ : Finset α) ∪ t = t from ext fun x => by simp, show (∅ : Finset α) ∩ t = ∅ from ext fun x => by simp]
    exact Nat.add_comm ..
  · dsimp only at ih ⊢
    by_cases k : a ∈ t
    · rw [show insert a s ∪ t = s ∪ t from ext fun x => by simp only [mem_union, mem_insert]; grind,
        show insert a s ∩ t = insert a (s ∩ t) from ext fun x => by simp only [mem_inter, mem_insert]; grind,
        card_insert_of_notMem h, card_insert_of_notMem fun m => h (mem_inter.1 m).1]
      omega
    · rw [show insert a s ∪ t = insert a (s ∪ t) from ext fun x => by simp only [mem_union, mem_insert]; grind,
        show insert a s ∩ t = s ∩ t from ext fun x => by simp only [mem_inter, mem_insert]; grind,
        card_insert_of_notMem h, card_insert_of_notMem fun m => (mem_union.1 m).elim h k]
      omega
theorem card_le_card (h : s ⊆ t) : s.card ≤ t.card := by
  have e := card_union_add_card_inter s (t \ s)
  rw [show s ∪ (t \ s) = t from ext fun x => by
    simp only [mem_union, mem_sdiff]
    exact ⟨fun k => k.elim (fun m => h m) And.left, fun m => (Classical.em (x ∈ s)).elim .inl fun n => .inr ⟨m, n⟩⟩,
    show s ∩ (t \ s) = ∅ from ext fun x => by simp only [mem_inter, mem_sdiff, notMem_empty]; grind] at e
  have : (∅ : Finset α).card = 0 := rfl
  omega
end
end Finset

theorem Certificate.choose_two (m : ℕ) : 2 * Nat.choose m 2 + m = m ^ 2 := by
  induction m with
  | zero => rfl
  | succ m ih => grind [Nat.choose_succ_succ m 1, Nat.choose_one_right m]
theorem Certificate.choose_three (m : ℕ) : 6 * Nat.choose m 3 + 3 * m ^ 2 = m ^ 3 + 2 * m := by
  induction m with
  | zero => rfl
  | succ m ih =>
    have := Certificate.choose_two m
    grind [Nat.choose_succ_succ m 2, Nat.choose_one_right m]

end Core

end
