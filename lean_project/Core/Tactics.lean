import Core.Lemmas.Floor
import Core.Lemmas.BigOperators
import Core.Lemmas.Nat
import Core.Complex
import Core.NNReal
import Core.ZMod
import Core.Function

/-!
# Tactics that people and models write

Mathlib's names, backed by core's `grind`, `omega`, `simp` and `decide`. None is Mathlib's algorithm: each closes the goal or
fails (`norm_num` and `push_neg` may leave a simplified goal), and what it closes it closes by a proof that the kernel checks.
Not here because core cannot do them honestly: `ring_nf`, `field_simp`, `gcongr`, `interval_cases`, `linear_combination`.
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

scoped syntax "ring" : tactic
scoped syntax "linarith" : tactic
scoped syntax "linarith" " [" core_hints "]" : tactic
scoped syntax "nlinarith" : tactic
scoped syntax "nlinarith" " [" core_hints "]" : tactic
scoped syntax "positivity" : tactic
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
scoped syntax "by_contra" : tactic
scoped syntax "by_contra" ppSpace colGt ident : tactic
scoped syntax "use " term : tactic
scoped syntax "use " term ", " term : tactic
scoped syntax "tauto" : tactic
scoped syntax "aesop" : tactic
/-- Hints become hypotheses. -/
scoped syntax "core_assume" " [" core_hints "]" : tactic
/-- The product of two hints becomes a hypothesis, where its sign is known. -/
scoped syntax "core_product" " [" term ", " term "]" : tactic
/-- The products of a hint with all others. -/
scoped syntax "core_row" " [" term "; " core_hints "]" : tactic
/-- All products of two hints. -/
scoped syntax "core_products" " [" core_hints "]" : tactic

macro_rules
  | `(tactic| core_assume [$t:term]) => `(tactic| have := $t)
  | `(tactic| core_assume [$t:term, $ts:core_hints]) => `(tactic| (have := $t; core_assume [$ts]))
macro_rules
  | `(tactic| core_product [$t, $u]) => `(tactic|
    first
    | have := mul_pos $t $u
    | have := mul_nonneg $t $u
    | have := mul_nonneg (le_of_lt $t) $u
    | have := mul_nonneg $t (le_of_lt $u)
    | have := mul_pos (sub_pos.2 $t) (sub_pos.2 $u)
    | have := mul_nonneg (sub_nonneg.2 $t) (sub_nonneg.2 $u)
    | skip)
macro_rules
  | `(tactic| core_row [$t; $u:term]) => `(tactic| core_product [$t, $u])
  | `(tactic| core_row [$t; $u:term, $us:core_hints]) => `(tactic| (core_product [$t, $u]; core_row [$t; $us]))
macro_rules
  | `(tactic| core_products [$t:term]) => `(tactic| core_product [$t, $t])
  | `(tactic| core_products [$t:term, $ts:core_hints]) =>
    `(tactic| (core_product [$t, $t]; core_row [$t; $ts]; core_products [$ts]))

macro_rules | `(tactic| ring) => `(tactic| grind)
macro_rules
  | `(tactic| linarith) => `(tactic| first | omega | grind)
  | `(tactic| linarith [$ts]) => `(tactic| (core_assume [$ts]; first | omega | grind))
macro_rules
  | `(tactic| nlinarith) => `(tactic| grind)
  | `(tactic| nlinarith [$ts]) => `(tactic| (core_assume [$ts]; first | grind | (core_products [$ts]; grind)))
macro_rules
  | `(tactic| positivity) => `(tactic|
    first
    | (repeat' first
        | assumption
        | exact le_of_lt (by assumption)
        | exact sq_nonneg _
        | exact mul_self_nonneg _
        | exact abs_nonneg _
        | exact Real.sqrt_nonneg _
        | exact Real.exp_pos _
        | exact Nat.cast_nonneg _
        | apply add_pos
        | apply mul_pos
        | apply div_pos
        | apply pow_pos
        | apply add_nonneg
        | apply mul_nonneg
        | apply div_nonneg
        | apply pow_nonneg
        | apply ne_of_gt
        | grind); done
    | grind)
macro_rules
  | `(tactic| norm_num) => `(tactic| first | (simp; done) | grind | (decide; done) | simp)
  | `(tactic| norm_num $l:location) => `(tactic| simp $l:location)
  | `(tactic| norm_num [$t]) => `(tactic| first | (simp [$t:term]; done) | (simp [$t:term]; grind) | simp [$t:term])
  | `(tactic| norm_num [$t, $u]) => `(tactic|
    first | (simp [$t:term, $u:term]; done) | (simp [$t:term, $u:term]; grind) | simp [$t:term, $u:term])
  | `(tactic| norm_num [$t, $u, $v]) => `(tactic| first
    | (simp [$t:term, $u:term, $v:term]; done)
    | (simp [$t:term, $u:term, $v:term]; grind)
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
