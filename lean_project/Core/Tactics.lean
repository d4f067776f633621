import Core.Lemmas.Floor
import Core.Lemmas.BigOperators
import Core.Lemmas.Nat
import Core.Complex
import Core.NNReal
import Core.ZMod
import Core.Elementary
import Core.Lemmas.Certificates
import Core.Lemmas.Fractions

/-!
# Tactics that people and models write

Mathlib's names. `ring`, `linear_combination`, `linarith` and `nlinarith` do what Mathlib's do: they are elaborated by the driver,
which gives the kernel a certificate to check (`Core.Certificate`), and no hypothesis helps `ring` or `linear_combination`;
`interval_cases` is the driver's as well. The others are backed by core's `grind`, `omega`, `simp` and `decide`: each closes the
goal or fails (`norm_num`, `push_neg` and `field_simp` may leave a simplified goal; `ring_nf` is `ring`). Not here: `gcongr`.
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core

theorem of_not_imp_not {p q : Prop} (h : ¬q → ¬p) : p → q :=
  fun hp => Classical.byContradiction fun hq => h hq hp

/-- A list of hints; pattern macros of the embedded Lean can take this apart, but not `term,*`. -/
declare_syntax_cat core_hints
scoped syntax term : core_hints
scoped syntax term ", " core_hints : core_hints

-- The driver elaborates these (`driver/own.cjs`).
scoped syntax (name := ring) "ring" : tactic
scoped syntax (name := linearCombination) "linear_combination" (ppSpace colGt term)? : tactic
scoped syntax (name := linarith) "linarith" (&" only")? (" [" term,* "]")? : tactic
scoped syntax (name := nlinarith) "nlinarith" (&" only")? (" [" term,* "]")? : tactic
scoped syntax (name := intervalCases) "interval_cases" (ppSpace colGt atomic(ident " : "))? ppSpace colGt term : tactic
scoped syntax "ring1" : tactic
scoped syntax "ring_nf" : tactic
scoped syntax "positivity" : tactic
scoped syntax "field_simp" : tactic
scoped syntax "field_simp" Lean.Parser.Tactic.location : tactic
scoped syntax "field_simp" " [" term "]" : tactic
scoped syntax "field_simp" " [" term ", " term "]" : tactic
scoped syntax "field_simp" " [" term ", " term ", " term "]" : tactic
scoped syntax "field_simp" " [" term "]" Lean.Parser.Tactic.location : tactic
scoped syntax "field_simp" " [" term ", " term "]" Lean.Parser.Tactic.location : tactic
/-- What `field_simp` is, given the tactic that proves that a denominator is not zero, or positive. -/
scoped syntax "core_field_simp " "(" tactic ")" : tactic
scoped syntax "core_field_simp " "(" tactic ")" Lean.Parser.Tactic.location : tactic
scoped syntax "core_denominator" : tactic
/-- Comparisons of numerals, by exact arithmetic: what `norm_num` decides after `simp` and before it asks `grind`. -/
scoped syntax "core_numerals" : tactic
scoped syntax "norm_num" : tactic
scoped syntax "norm_num" Lean.Parser.Tactic.location : tactic
-- One to three simp lemmas: pattern macros of the embedded Lean cannot pass on a list.
scoped syntax "norm_num" " [" term "]" : tactic
scoped syntax "norm_num" " [" term ", " term "]" : tactic
scoped syntax "norm_num" " [" term ", " term ", " term "]" : tactic
scoped syntax "norm_num" " [" term "]" Lean.Parser.Tactic.location : tactic
scoped syntax "norm_num" " [" term ", " term "]" Lean.Parser.Tactic.location : tactic
scoped syntax "push_neg" : tactic
scoped syntax "push_neg" Lean.Parser.Tactic.location : tactic
scoped syntax "contrapose" : tactic
scoped syntax "contrapose" ppSpace colGt ident : tactic
scoped syntax "contrapose!" : tactic
scoped syntax "contrapose!" ppSpace colGt ident : tactic
/-- The second goal first, and the first one second. -/
scoped syntax "swap" : tactic
scoped syntax "exacts" " [" core_hints "]" : tactic
scoped syntax "conv_lhs" " => " Lean.Parser.Tactic.Conv.convSeq : tactic
scoped syntax "conv_lhs" " at " ident " => " Lean.Parser.Tactic.Conv.convSeq : tactic
scoped syntax "conv_rhs" " => " Lean.Parser.Tactic.Conv.convSeq : tactic
scoped syntax "conv_rhs" " at " ident " => " Lean.Parser.Tactic.Conv.convSeq : tactic
scoped syntax "split_ifs" : tactic
scoped syntax "split_ifs" " with " ident : tactic
scoped syntax "split_ifs" " with " ident ppSpace ident : tactic
scoped syntax "split_ifs" Lean.Parser.Tactic.location : tactic
scoped syntax "split_ifs" Lean.Parser.Tactic.location " with " ident : tactic
scoped syntax "by_contra" : tactic
scoped syntax "by_contra" ppSpace colGt ident : tactic
scoped syntax "use " term : tactic
scoped syntax "use " term ", " term : tactic
scoped syntax "tauto" : tactic
scoped syntax "aesop" : tactic
macro_rules | `(tactic| ring1) => `(tactic| ring)
macro_rules | `(tactic| ring_nf) => `(tactic| ring)
-- By recursion over the term, as Mathlib's; hypotheses count where they are the very sign that is needed.
macro_rules
  | `(tactic| positivity) => `(tactic|
    first
    | assumption
    | exact le_of_lt (by assumption)
    | exact ne_of_gt (by assumption)
    | exact Certificate.numeral_pos _
    | exact Certificate.numeral_nonneg _
    | exact sq_nonneg _
    | exact mul_self_nonneg _
    | exact Certificate.even_pow_nonneg _ _ (by decide)
    | exact Certificate.square_pos (by assumption)
    | exact abs_nonneg _
    | exact Real.sqrt_nonneg _
    | exact Real.exp_pos _
    | exact le_of_lt (Real.exp_pos _)
    | exact Real.pi_pos
    | exact le_of_lt Real.pi_pos
    | exact Nat.cast_nonneg _
    | exact Nat.zero_le _
    | exact Nat.succ_pos _
    | (refine add_pos ?_ ?_ <;> positivity)
    | (refine add_pos_of_pos_of_nonneg ?_ ?_ <;> positivity)
    | (refine add_pos_of_nonneg_of_pos ?_ ?_ <;> positivity)
    | (refine mul_pos ?_ ?_ <;> positivity)
    | (refine div_pos ?_ ?_ <;> positivity)
    | (refine pow_pos ?_ _; positivity)
    | (refine Nat.mul_pos ?_ ?_ <;> positivity)
    | (refine Nat.pow_pos ?_; positivity)
    | (refine Nat.add_pos_left ?_ _; positivity)
    | (refine Nat.add_pos_right _ ?_; positivity)
    | (refine inv_pos.2 ?_; positivity)
    | (refine Nat.cast_pos.2 ?_; positivity)
    | (refine Real.sqrt_pos.2 ?_; positivity)
    | (refine Real.rpow_pos_of_pos ?_ _; positivity)
    | (refine le_of_lt (Real.rpow_pos_of_pos ?_ _); positivity)
    | (refine add_nonneg ?_ ?_ <;> positivity)
    | (refine mul_nonneg ?_ ?_ <;> positivity)
    | (refine div_nonneg ?_ ?_ <;> positivity)
    | (refine pow_nonneg ?_ _; positivity)
    | (refine le_of_lt (inv_pos.2 ?_); positivity)
    | (refine ne_of_gt ?_; positivity))
macro_rules
  | `(tactic| core_denominator) => `(tactic|
    first
    | assumption
    | exact ne_of_gt (by assumption)
    | exact ne_of_lt (by assumption)
    | exact Ne.symm (by assumption)
    | exact Certificate.numeral_nonzero_field _ _ (by decide)
    | (refine mul_ne_zero ?_ ?_ <;> core_denominator)
    | (refine div_ne_zero ?_ ?_ <;> core_denominator)
    | (refine pow_ne_zero _ ?_; core_denominator)
    | (refine neg_ne_zero.2 ?_; core_denominator)
    | positivity)
-- The rules of Mathlib's `field_simps`: sums and quotients of fractions become one fraction, fractions on two sides none.
macro_rules
  | `(tactic| core_field_simp ($d)) => `(tactic| simp (disch := $d:tactic) only [
      div_add_div, div_sub_div, div_add', add_div', div_sub', sub_div', div_self, div_div, div_div_eq_mul_div,
      div_mul_eq_mul_div, mul_div_assoc', neg_div', div_pow, inv_eq_one_div, one_mul, mul_one, div_eq_div_iff, div_eq_iff,
      eq_div_iff, div_le_div_iff, div_lt_div_iff, div_le_iff₀, le_div_iff₀, div_lt_iff₀, lt_div_iff₀])
  | `(tactic| core_field_simp ($d) $l:location) => `(tactic| simp (disch := $d:tactic) only [
      div_add_div, div_sub_div, div_add', add_div', div_sub', sub_div', div_self, div_div, div_div_eq_mul_div,
      div_mul_eq_mul_div, mul_div_assoc', neg_div', div_pow, inv_eq_one_div, one_mul, mul_one, div_eq_div_iff, div_eq_iff,
      eq_div_iff, div_le_div_iff, div_lt_div_iff, div_le_iff₀, le_div_iff₀, div_lt_iff₀, lt_div_iff₀] $l:location)
macro_rules
  | `(tactic| field_simp) => `(tactic| core_field_simp (core_denominator))
  | `(tactic| field_simp $l:location) => `(tactic| core_field_simp (core_denominator) $l:location)
  | `(tactic| field_simp [$t]) => `(tactic| ((try simp only [$t:term]) <;> core_field_simp (first | exact $t | core_denominator)))
  | `(tactic| field_simp [$t, $u]) => `(tactic|
    ((try simp only [$t:term, $u:term]) <;> core_field_simp (first | exact $t | exact $u | core_denominator)))
  | `(tactic| field_simp [$t, $u, $v]) => `(tactic|
    ((try simp only [$t:term, $u:term, $v:term]) <;> core_field_simp (first | exact $t | exact $u | exact $v | core_denominator)))
  | `(tactic| field_simp [$t] $l:location) => `(tactic|
    ((try simp only [$t:term] $l:location) <;> core_field_simp (first | exact $t | core_denominator) $l:location))
  | `(tactic| field_simp [$t, $u] $l:location) => `(tactic|
    ((try simp only [$t:term, $u:term] $l:location) <;> core_field_simp (first | exact $t | exact $u | core_denominator) $l:location))
macro_rules
  | `(tactic| core_numerals) => `(tactic| first | linear_combination | (intro h; linarith only [h]) | (refine And.intro ?_ ?_ <;> core_numerals))
  | `(tactic| norm_num) => `(tactic| first | (simp; done) | core_numerals | grind | (decide; done) | simp)
  | `(tactic| norm_num $l:location) => `(tactic| simp $l:location)
  | `(tactic| norm_num [$t]) => `(tactic| first | (simp [$t:term]; done)
    | (simp [$t:term]; first | core_numerals | grind) | simp [$t:term])
  | `(tactic| norm_num [$t, $u]) => `(tactic|
    first | (simp [$t:term, $u:term]; done)
    | (simp [$t:term, $u:term]; first | core_numerals | grind) | simp [$t:term, $u:term])
  | `(tactic| norm_num [$t, $u, $v]) => `(tactic| first
    | (simp [$t:term, $u:term, $v:term]; done)
    | (simp [$t:term, $u:term, $v:term]; first | core_numerals | grind)
    | simp [$t:term, $u:term, $v:term])
  | `(tactic| norm_num [$t] $l:location) => `(tactic| simp [$t:term] $l:location)
  | `(tactic| norm_num [$t, $u] $l:location) => `(tactic| simp [$t:term, $u:term] $l:location)
macro_rules
  | `(tactic| push_neg) => `(tactic| simp only [Classical.not_forall, not_exists, not_and, not_or, not_le, not_lt,
      Nat.not_le, Nat.not_lt, Int.not_le, Int.not_lt, Classical.not_not, ne_eq, Classical.not_imp])
  | `(tactic| push_neg $l:location) => `(tactic| simp only [Classical.not_forall, not_exists, not_and, not_or, not_le, not_lt,
      Nat.not_le, Nat.not_lt, Int.not_le, Int.not_lt, Classical.not_not, ne_eq, Classical.not_imp] $l:location)
macro_rules
  | `(tactic| contrapose) => `(tactic| refine of_not_imp_not ?_)
  | `(tactic| contrapose $h:ident) => `(tactic| (revert $h:ident; contrapose; intro $h:ident))
macro_rules
  | `(tactic| contrapose!) => `(tactic| (contrapose; try push_neg))
  | `(tactic| contrapose! $h:ident) => `(tactic| (contrapose $h:ident; try push_neg at $h:ident ⊢))
-- Lean can bring a goal to the front by its name alone, so the second one is given a name first.
macro_rules | `(tactic| swap) => `(tactic| (rotate_left; refine ?second; rotate_right; case' second => skip))
macro_rules
  | `(tactic| exacts [$t:term]) => `(tactic| (exact $t; done))
  | `(tactic| exacts [$t:term, $ts:core_hints]) => `(tactic| (exact $t; exacts [$ts]))
open Lean.Parser.Tactic.Conv in
macro_rules
  | `(tactic| conv_lhs => $s:convSeq) => `(tactic| conv => lhs; ($s:convSeq))
  | `(tactic| conv_lhs at $h:ident => $s:convSeq) => `(tactic| conv at $h:ident => lhs; ($s:convSeq))
open Lean.Parser.Tactic.Conv in
macro_rules
  | `(tactic| conv_rhs => $s:convSeq) => `(tactic| conv => rhs; ($s:convSeq))
  | `(tactic| conv_rhs at $h:ident => $s:convSeq) => `(tactic| conv at $h:ident => rhs; ($s:convSeq))
-- Core's `split` takes one `if` at a time.
macro_rules
  | `(tactic| split_ifs) => `(tactic| (split <;> try split_ifs))
  | `(tactic| split_ifs with $h:ident) => `(tactic| (split <;> rename_i $h:ident <;> try split_ifs))
  | `(tactic| split_ifs with $h:ident $k:ident) => `(tactic| (split <;> rename_i $h:ident <;> try split_ifs with $k:ident))
  | `(tactic| split_ifs $l:location) => `(tactic| (split $l:location <;> try split_ifs $l:location))
  | `(tactic| split_ifs $l:location with $h:ident) => `(tactic| (split $l:location <;> rename_i $h:ident <;> try split_ifs $l:location))
macro_rules
  | `(tactic| by_contra) => `(tactic| (apply Classical.byContradiction; intro))
  | `(tactic| by_contra $h:ident) => `(tactic| (apply Classical.byContradiction; intro $h:ident))
macro_rules
  | `(tactic| use $t) => `(tactic| (refine ⟨$t, ?_⟩; try trivial))
  | `(tactic| use $t, $u) => `(tactic| (refine ⟨$t, $u, ?_⟩; try trivial))
macro_rules | `(tactic| tauto) => `(tactic| grind)
macro_rules | `(tactic| aesop) => `(tactic| first | (simp_all; done) | grind)

end Core

end
