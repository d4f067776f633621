import Core.Lemmas.BigOperators
import Core.Lemmas.Everyday
import Core.Complex

/-!
# Finite sums and products: their casts, and what the triangle inequality says of them
-/

@[expose] noncomputable section

namespace Core
open Lean.Grind
namespace Finset

theorem map_sum' {α : Type u} {M : Type v} {N : Type w} [Semiring M] [Semiring N] (g : M → N) (zero : g 0 = 0)
    (add : ∀ a b, g (a + b) = g a + g b) (s : Finset α) (f : α → M) : g (s.sum f) = s.sum fun x => g (f x) := by
  refine Quotient.inductionOn s fun ⟨l, hl⟩ => ?_
  change g (l.foldr _ 0) = l.foldr _ 0
  clear hl
  induction l with
  | nil => exact zero
  | cons a l ih => rw [List.foldr_cons, List.foldr_cons, add, ih]

theorem map_prod' {α : Type u} {M : Type v} {N : Type w} [CommSemiring M] [CommSemiring N] (g : M → N) (one : g 1 = 1)
    (mul : ∀ a b, g (a * b) = g a * g b) (s : Finset α) (f : α → M) : g (s.prod f) = s.prod fun x => g (f x) := by
  refine Quotient.inductionOn s fun ⟨l, hl⟩ => ?_
  change g (l.foldr _ 1) = l.foldr _ 1
  clear hl
  induction l with
  | nil => exact one
  | cons a l ih => rw [List.foldr_cons, List.foldr_cons, mul, ih]

end Finset

section
attribute [local instance] Semiring.natCast Ring.intCast
variable {α : Type u} (s : Finset α)

@[simp, norm_cast] theorem Nat.cast_sum {R : Type v} [CommRing R] (f : α → ℕ) : Nat.cast (R := R) (s.sum f) = s.sum fun x => (f x : R) :=
  Finset.map_sum' _ Nat.cast_zero Nat.cast_add s f
@[simp, norm_cast] theorem Nat.cast_prod {R : Type v} [CommRing R] (f : α → ℕ) : Nat.cast (R := R) (s.prod f) = s.prod fun x => (f x : R) :=
  Finset.map_prod' _ Nat.cast_one Nat.cast_mul s f
@[simp, norm_cast] theorem Int.cast_sum {R : Type v} [CommRing R] (f : α → ℤ) : Int.cast (R := R) (s.sum f) = s.sum fun x => (f x : R) :=
  Finset.map_sum' _ Int.cast_zero Int.cast_add s f
@[simp, norm_cast] theorem Int.cast_prod {R : Type v} [CommRing R] (f : α → ℤ) : Int.cast (R := R) (s.prod f) = s.prod fun x => (f x : R) :=
  Finset.map_prod' _ Int.cast_one Int.cast_mul s f

variable [Reals]
@[simp, norm_cast] theorem Rat.cast_sum (f : α → ℚ) : Rat.cast (K := ℝ) (s.sum f) = s.sum fun x => (f x : ℝ) :=
  Finset.map_sum' _ Rat.cast_zero Rat.cast_add s f
@[simp, norm_cast] theorem Rat.cast_prod (f : α → ℚ) : Rat.cast (K := ℝ) (s.prod f) = s.prod fun x => (f x : ℝ) :=
  Finset.map_prod' _ Rat.cast_one Rat.cast_mul s f

/-- The triangle inequality, of anything that is measured by a real number. -/
theorem Finset.le_sum_of_subadditive {M : Type v} [Semiring M] (g : M → ℝ) (zero : g 0 = 0)
    (add : ∀ a b, g (a + b) ≤ g a + g b) (f : α → M) : g (s.sum f) ≤ s.sum fun x => g (f x) := by
  refine Quotient.inductionOn s fun ⟨l, hl⟩ => ?_
  change g (l.foldr _ 0) ≤ l.foldr _ 0
  clear hl
  induction l with
  | nil => exact le_of_eq zero
  | cons a l ih =>
    rw [List.foldr_cons, List.foldr_cons]
    exact le_trans (add _ _) (add_le_add (le_refl _) ih)

theorem Finset.abs_sum_le_sum_abs (f : α → ℝ) (s : Finset α) : |s.sum f| ≤ s.sum (fun x => |f x|) :=
  Finset.le_sum_of_subadditive s (fun x => |x|) (abs_of_nonneg (le_refl 0)) abs_add f

theorem norm_add_le (z w : ℂ) : ‖z + w‖ ≤ ‖z‖ + ‖w‖ := by
  refine le_of_sq_le_sq ?_ (add_nonneg (norm_nonneg z) (norm_nonneg w))
  have inner : z.re * w.re + z.im * w.im ≤ ‖z‖ * ‖w‖ := by
    refine le_of_sq_le_sq ?_ (mul_nonneg (norm_nonneg z) (norm_nonneg w))
    rw [mul_pow, Complex.sq_norm, Complex.sq_norm, Complex.normSq_apply, Complex.normSq_apply]
    have := sq_nonneg (z.re * w.im - z.im * w.re)
    grind
  have hz := Complex.sq_norm z
  have hw := Complex.sq_norm w
  have hs := Complex.sq_norm (z + w)
  rw [Complex.normSq_apply] at hz hw hs
  rw [Complex.add_re, Complex.add_im] at hs
  grind

theorem norm_sum_le (s : Finset α) (f : α → ℂ) : ‖s.sum f‖ ≤ s.sum fun x => ‖f x‖ :=
  Finset.le_sum_of_subadditive s (fun x => ‖x‖) (norm_eq_zero.2 rfl) norm_add_le f
end

end Core
