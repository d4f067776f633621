import Core.Lemmas.Order

/-!
# Checking certificates

A certificate that facts `0 < p`, `0 ≤ w` and equations `l = r` contradict each other is a sum of natural numbers times
products of facts and squares, plus any polynomials times the equations, that is zero as a polynomial while one of its
products is strictly positive: a Positivstellensatz refutation (Krivine 1964, Stengle 1974). Polynomials are core's
`Lean.Grind.CommRing.Expr` over a list of atoms, so one evaluation in the kernel decides (`refute`). Equations alone prove
another one by ideal membership (`equal`, `equal_field`, `equal_ordered`), and no equation at all is `ring`.
-/

@[expose] noncomputable section

namespace Core
namespace Certificate
open Lean.Grind
open CommRing (Expr Poly Context)

/-- Two expressions with the same normal form are equal in every commutative ring. -/
theorem ring {α : Type u} [CommRing α] (atoms : Context α) (a b : Expr) (h : (a.toPoly == b.toPoly) = true) :
    a.denote atoms = b.denote atoms := CommRing.Expr.eq_of_toPoly_eq atoms a b h

/-! What the tactics of `driver/arithmetic.cjs` build their terms from. -/

theorem nat_equal (a b : ℕ) (h : (a : ℤ) = b) : a = b := Int.ofNat.inj h
theorem nat_cast_equal {a b : ℕ} (h : a = b) : (a : ℤ) = b := congrArg _ h
theorem nat_nonneg (n : ℕ) : 0 ≤ (n : ℤ) := Int.natCast_nonneg n
theorem nat_le {a b : ℕ} (h : a ≤ b) : 0 ≤ (b : ℤ) - a := by omega
theorem nat_lt {a b : ℕ} (h : a < b) : 0 ≤ (b : ℤ) - a - 1 := by omega
theorem int_le {a b : ℤ} (h : a ≤ b) : 0 ≤ b - a := by omega
theorem int_lt {a b : ℤ} (h : a < b) : 0 ≤ b - a - 1 := by omega

section
variable {α : Type u} [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] {a b : α}
theorem le_of_not (h : b < a → False) : a ≤ b := not_lt.1 h
theorem lt_of_not (h : b ≤ a → False) : a < b := not_le.1 h
theorem le_of_not_lt (h : ¬ a < b) : b ≤ a := not_lt.1 h
theorem lt_of_not_le (h : ¬ a ≤ b) : b < a := not_le.1 h
theorem antisymm (h : a ≤ b) (k : b ≤ a) : a = b := le_antisymm h k
end

section
variable {α : Type u} [Field α]
theorem numeral_nonzero_field (α : Type u) [Field α] [IsCharP α 0] (k : ℕ) (hk : 0 < k) : (OfNat.ofNat k : α) ≠ 0 := fun h =>
  Nat.ne_of_gt hk (by simpa using (IsCharP.ofNat_eq_zero_iff (α := α) 0 k).1 h)
theorem quotient (a b : α) : a / b = a * b⁻¹ := div_eq_mul_inv a b
theorem inverse_numeral (a : α) (h : a ≠ 0) : a⁻¹ * a = 1 := Field.inv_mul_cancel h
theorem inverse_inverse (a : α) : a⁻¹⁻¹ = a := Field.inv_inv a
theorem inverse_neg (a : α) : (-a)⁻¹ = -a⁻¹ := Field.inv_neg a
theorem inverse_mul (a b : α) : (a * b)⁻¹ = a⁻¹ * b⁻¹ := by
  by_cases ha : a = 0
  · rw [ha, zero_mul, Field.inv_zero, zero_mul]
  by_cases hb : b = 0
  · rw [hb, mul_zero, Field.inv_zero, mul_zero]
  exact eq_inv_of_mul_eq_one ha hb
where
  eq_inv_of_mul_eq_one {a b : α} (ha : a ≠ 0) (hb : b ≠ 0) : (a * b)⁻¹ = a⁻¹ * b⁻¹ := by
    have h := Field.mul_inv_cancel (show a * b ≠ 0 from fun e => (Field.of_mul_eq_zero e).elim ha hb)
    have h1 := Field.inv_mul_cancel ha
    have h2 := Field.inv_mul_cancel hb
    grind
theorem inverse_div (a b : α) : (a / b)⁻¹ = b * a⁻¹ := by
  rw [div_eq_mul_inv, inverse_mul, inverse_inverse, mul_comm]
theorem inverse_pow (a : α) (n : ℕ) : (a ^ n)⁻¹ = a⁻¹ ^ n := by
  induction n with
  | zero => rw [pow_zero, pow_zero, Field.inv_one]
  | succ n ih => rw [pow_succ, pow_succ, inverse_mul, ih]
end

/-- A product of facts and squares: `pos i` and `weak i` are facts by their places in two lists. -/
inductive Product where
  | one
  | pos (i : ℕ)
  | weak (i : ℕ)
  | square (e : Expr)
  | mul (a b : Product)

def get : List Expr → ℕ → Expr
  | [], _ => .num 1
  | e :: _, 0 => e
  | _ :: l, n + 1 => get l n

def Product.expr (p w : List Expr) : Product → Expr
  | .one => .num 1
  | .pos i => get p i
  | .weak i => get w i
  | .square e => .pow e 2
  | .mul a b => .mul (a.expr p w) (b.expr p w)

def Product.strict : Product → Bool
  | .one => true
  | .pos _ => true
  | .weak _ => false
  | .square _ => false
  | .mul a b => a.strict && b.strict

def sum (p w : List Expr) : List (ℕ × Product) → Expr
  | [] => .num 0
  | (k, a) :: l => .add (.mul (.num (.ofNat k)) (a.expr p w)) (sum p w l)

/-- Polynomials times the differences of equations, as far as both lists go. -/
def combination : List Expr → List (Expr × Expr) → Expr
  | q :: l, e :: m => .add (.mul q (.sub e.1 e.2)) (combination l m)
  | _, _ => .num 0

def leads : List (ℕ × Product) → Bool
  | [] => false
  | (k, a) :: l => (a.strict && Nat.blt 0 k) || leads l

/-! Core's normal form with the functions that core wrote for the kernel, also in products. -/

def mulPoly (p q : Poly) : Poly :=
  Poly.rec (motive := fun _ => Poly → Poly) (fun k acc => acc.combine_k (q.mulConst_k k))
    (fun k m _ ih acc => ih (acc.combine_k (q.mulMon_k k m))) p (.num 0)

theorem mulPoly_eq (p q : Poly) : mulPoly p q = p.mul q := by
  unfold mulPoly Poly.mul
  generalize Poly.num 0 = acc
  induction p generalizing acc with
  | num k => exact (Poly.combine_k_eq_combine ..).trans (by rw [Poly.mulConst_k_eq_mulConst]; rfl)
  | add k m p ih =>
    refine (ih _).trans ?_
    rw [Poly.combine_k_eq_combine, Poly.mulMon_k_eq_mulMon]
    rfl

def powPoly (p : Poly) (k : ℕ) : Poly :=
  Nat.rec (motive := fun _ => Poly) (.num 1) (fun n ih => Bool.rec (mulPoly p ih) p (Nat.beq n 0)) k

theorem powPoly_eq (p : Poly) (k : ℕ) : powPoly p k = p.pow k := by
  induction k with
  | zero => rfl
  | succ n ih =>
    cases n with
    | zero => rfl
    | succ n => exact (mulPoly_eq _ _).trans (congrArg _ ih)

def normal (e : Expr) : Poly :=
  Expr.rec (motive := fun _ => Poly)
    (fun k => .num k) (fun k => .num k) (fun k => .num k) (fun x => .ofVar x)
    (fun _ p => p.mulConst_k (-1)) (fun _ _ p q => p.combine_k q) (fun _ _ p q => p.combine_k (q.mulConst_k (-1)))
    (fun _ _ p q => mulPoly p q) (fun _ k p => powPoly p k) e

theorem denote_normal {α : Type u} [CommRing α] (atoms : Context α) (e : Expr) :
    (normal e).denote atoms = e.denote atoms := by
  induction e with
  | num k => exact CommRing.Expr.denote_toPoly atoms (.num k)
  | natCast k => exact CommRing.Expr.denote_toPoly atoms (.natCast k)
  | intCast k => exact CommRing.Expr.denote_toPoly atoms (.intCast k)
  | var x => exact CommRing.Expr.denote_toPoly atoms (.var x)
  | neg a ih =>
    change ((normal a).mulConst_k (-1)).denote atoms = -(a.denote atoms)
    rw [Poly.mulConst_k_eq_mulConst, Poly.denote_mulConst, ih]
    grind
  | add a b ih ih' =>
    change ((normal a).combine_k (normal b)).denote atoms = a.denote atoms + b.denote atoms
    rw [Poly.combine_k_eq_combine, Poly.denote_combine, ih, ih']
  | sub a b ih ih' =>
    change ((normal a).combine_k ((normal b).mulConst_k (-1))).denote atoms = a.denote atoms - b.denote atoms
    rw [Poly.combine_k_eq_combine, Poly.denote_combine, Poly.mulConst_k_eq_mulConst, Poly.denote_mulConst, ih, ih']
    grind
  | mul a b ih ih' =>
    change (mulPoly (normal a) (normal b)).denote atoms = a.denote atoms * b.denote atoms
    rw [mulPoly_eq, Poly.denote_mul, ih, ih']
  | pow a k ih =>
    change (powPoly (normal a) k).denote atoms = a.denote atoms ^ k
    rw [powPoly_eq, Poly.denote_pow, ih]

def isZero (e : Expr) : Bool :=
  Poly.rec (motive := fun _ => Bool) (fun k => Int.beq' k 0) (fun _ _ _ _ => false) (normal e)

theorem denote_isZero {α : Type u} [CommRing α] (atoms : Context α) {e : Expr} (h : isZero e = true) : e.denote atoms = 0 := by
  rw [← denote_normal]
  unfold isZero at h
  generalize normal e = p at *
  cases p with
  | num k =>
    have : k = 0 := by simpa using h
    subst this
    exact CommRing.Expr.denote_toPoly atoms (.num 0) |>.trans (CommRing.denoteInt_eq 0 |>.trans Ring.intCast_zero)
  | add => exact absurd h Bool.false_ne_true

section
variable {α : Type u} [CommRing α]

def Equations (atoms : Context α) : List (Expr × Expr) → Prop
  | [] => True
  | e :: l => e.1.denote atoms = e.2.denote atoms ∧ Equations atoms l

theorem combination_eq_zero (atoms : Context α) : ∀ (q : List Expr) (e : List (Expr × Expr)), Equations atoms e →
    (combination q e).denote atoms = 0
  | [], _, _ => CommRing.denoteInt_eq 0 |>.trans Ring.intCast_zero
  | _ :: _, [], _ => CommRing.denoteInt_eq 0 |>.trans Ring.intCast_zero
  | q :: l, e :: m, h => by
    change q.denote atoms * (e.1.denote atoms - e.2.denote atoms) + (combination l m).denote atoms = 0
    rw [combination_eq_zero atoms l m h.2, h.1, sub_self, mul_zero, add_zero]

/-- Ideal membership: `l - r` is a combination of the equations. -/
theorem equal (atoms : Context α) (e : List (Expr × Expr)) (h : Equations atoms e) (l r : Expr) (q : List Expr)
    (check : isZero (.sub (.sub l r) (combination q e)) = true) : l.denote atoms = r.denote atoms := by
  have z : (l.denote atoms - r.denote atoms) - (combination q e).denote atoms = 0 := denote_isZero atoms check
  rw [combination_eq_zero atoms q e h] at z
  exact sub_eq_zero.1 (by rw [sub_eq_zero.1 z])

/-- A multiple of `l - r` is a combination of the equations. -/
theorem multiple (atoms : Context α) (e : List (Expr × Expr)) (h : Equations atoms e) (m l r : Expr) (q : List Expr)
    (check : isZero (.sub (.mul m (.sub l r)) (combination q e)) = true) :
    m.denote atoms * (l.denote atoms - r.denote atoms) = 0 := by
  have z : (m.denote atoms * (l.denote atoms - r.denote atoms)) - (combination q e).denote atoms = 0 := denote_isZero atoms check
  rw [combination_eq_zero atoms q e h] at z
  exact sub_eq_zero.1 z
end

section
variable {α : Type u} [Field α]
theorem equal_field (atoms : Context α) (e : List (Expr × Expr)) (h : Equations atoms e) (m l r : Expr) (q : List Expr)
    (hm : m.denote atoms ≠ 0) (check : isZero (.sub (.mul m (.sub l r)) (combination q e)) = true) :
    l.denote atoms = r.denote atoms :=
  sub_eq_zero.1 ((mul_eq_zero.1 (multiple atoms e h m l r q check)).resolve_left hm)
end

section
variable {α : Type u} [CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [OrderedRing α]
theorem numeral_nonneg (k : ℕ) : 0 ≤ (OfNat.ofNat k : α) := OrderedRing.ofNat_nonneg k
theorem numeral_pos (k : ℕ) (hk : 0 < k := by decide) : 0 < (OfNat.ofNat k : α) := by
  have h := OrderedRing.natCast_lt_natCast_of_lt (R := α) 0 k hk
  rwa [Semiring.natCast_zero, ← Semiring.ofNat_eq_natCast] at h
theorem numeral_ne (k : ℕ) (hk : 0 < k := by decide) : (OfNat.ofNat k : α) ≠ 0 := ne_of_gt (numeral_pos k hk)
theorem numeral_nonzero (α : Type u) [CommRing α] [LE α] [LT α] [Std.IsLinearOrder α] [Std.LawfulOrderLT α] [OrderedRing α]
    (k : ℕ) (hk : 0 < k) : (OfNat.ofNat k : α) ≠ 0 := numeral_ne k hk
theorem sub_pos_of_lt {a b : α} (h : a < b) : 0 < b - a := sub_pos.2 h
theorem sub_nonneg_of_le {a b : α} (h : a ≤ b) : 0 ≤ b - a := sub_nonneg.2 h
theorem square_pos {a : α} (h : a ≠ 0) : 0 < a ^ 2 := by
  rcases lt_trichotomy a 0 with k | k | k
  · have := mul_pos (OrderedAdd.neg_pos_iff.2 k) (OrderedAdd.neg_pos_iff.2 k)
    grind
  · exact absurd k h
  · exact pow_pos k 2
theorem even_pow_nonneg (a : α) (n : ℕ) (h : n % 2 = 0) : 0 ≤ a ^ n := by
  have e : n = 2 * (n / 2) := by omega
  rw [e, pow_mul]
  exact pow_nonneg (sq_nonneg a) _
theorem mul_ne_zero_ordered {a b : α} (ha : a ≠ 0) (hb : b ≠ 0) : a * b ≠ 0 := by
  intro e
  have := mul_pos (square_pos ha) (square_pos hb)
  rw [← mul_pow, e, pow_two, mul_zero] at this
  exact lt_irrefl 0 this
theorem zero_of_mul_ordered {a b : α} (h : a * b = 0) : a = 0 ∨ b = 0 :=
  (Classical.em (a = 0)).elim .inl fun ha => (Classical.em (b = 0)).elim .inr fun hb => absurd h (mul_ne_zero_ordered ha hb)
theorem equal_ordered (atoms : Context α) (e : List (Expr × Expr)) (h : Equations atoms e) (m l r : Expr) (q : List Expr)
    (hm : m.denote atoms ≠ 0) (check : isZero (.sub (.mul m (.sub l r)) (combination q e)) = true) :
    l.denote atoms = r.denote atoms :=
  sub_eq_zero.1 ((zero_of_mul_ordered (multiple atoms e h m l r q check)).resolve_left hm)

def Positive (atoms : Context α) : List Expr → Prop
  | [] => True
  | e :: l => 0 < e.denote atoms ∧ Positive atoms l

def Nonnegative (atoms : Context α) : List Expr → Prop
  | [] => True
  | e :: l => 0 ≤ e.denote atoms ∧ Nonnegative atoms l

theorem one_pos' (atoms : Context α) : 0 < (Expr.num 1).denote atoms := by
  change 0 < CommRing.denoteInt (α := α) 1
  rw [CommRing.denoteInt_eq, Ring.intCast_one]
  exact OrderedRing.zero_lt_one

theorem get_pos (atoms : Context α) : ∀ (p : List Expr) (i : ℕ), Positive atoms p → 0 < (get p i).denote atoms
  | [], _, _ => one_pos' atoms
  | _ :: _, 0, h => h.1
  | _ :: l, n + 1, h => get_pos atoms l n h.2

theorem get_nonneg (atoms : Context α) : ∀ (w : List Expr) (i : ℕ), Nonnegative atoms w → 0 ≤ (get w i).denote atoms
  | [], _, _ => le_of_lt (one_pos' atoms)
  | _ :: _, 0, h => h.1
  | _ :: l, n + 1, h => get_nonneg atoms l n h.2

theorem product_pos (atoms : Context α) {p w : List Expr} (hp : Positive atoms p) (hw : Nonnegative atoms w) (a : Product) :
    0 ≤ (a.expr p w).denote atoms ∧ (a.strict = true → 0 < (a.expr p w).denote atoms) := by
  induction a with
  | one => exact ⟨le_of_lt (one_pos' atoms), fun _ => one_pos' atoms⟩
  | pos i => exact ⟨le_of_lt (get_pos atoms p i hp), fun _ => get_pos atoms p i hp⟩
  | weak i => exact ⟨get_nonneg atoms w i hw, fun h => absurd h Bool.false_ne_true⟩
  | square e => exact ⟨sq_nonneg (e.denote atoms), fun h => absurd h Bool.false_ne_true⟩
  | mul a b ih ih' =>
    refine ⟨mul_nonneg ih.1 ih'.1, fun h => ?_⟩
    have h' : a.strict = true ∧ b.strict = true := by simpa [Product.strict] using h
    exact mul_pos (ih.2 h'.1) (ih'.2 h'.2)

theorem natural (atoms : Context α) (k : ℕ) : (Expr.num (.ofNat k)).denote atoms = (OfNat.ofNat k : α) := by
  change CommRing.denoteInt (α := α) (.ofNat k) = _
  rw [CommRing.denoteInt_eq, Semiring.ofNat_eq_natCast]
  exact Ring.intCast_natCast k

theorem sum_pos (atoms : Context α) {p w : List Expr} (hp : Positive atoms p) (hw : Nonnegative atoms w) :
    ∀ l : List (ℕ × Product), 0 ≤ (sum p w l).denote atoms ∧ (leads l = true → 0 < (sum p w l).denote atoms)
  | [] => ⟨le_of_eq (CommRing.denoteInt_eq 0 |>.trans Ring.intCast_zero).symm, fun h => absurd h Bool.false_ne_true⟩
  | (k, a) :: l => by
    have ih := sum_pos atoms hp hw l
    have ha := product_pos atoms hp hw a
    change 0 ≤ (Expr.num (.ofNat k)).denote atoms * (a.expr p w).denote atoms + (sum p w l).denote atoms ∧
      (leads ((k, a) :: l) = true →
        0 < (Expr.num (.ofNat k)).denote atoms * (a.expr p w).denote atoms + (sum p w l).denote atoms)
    rw [natural]
    have hk : 0 ≤ (OfNat.ofNat k : α) * (a.expr p w).denote atoms := mul_nonneg (numeral_nonneg k) ha.1
    refine ⟨add_nonneg hk ih.1, fun h => ?_⟩
    have h' : (a.strict = true ∧ 0 < k) ∨ leads l = true := by simpa [leads] using h
    rcases h' with h' | h'
    · exact add_pos_of_pos_of_nonneg (mul_pos (numeral_pos k h'.2) (ha.2 h'.1)) ih.1
    · exact add_pos_of_nonneg_of_pos hk (ih.2 h')

/-- The facts `p` (positive) and `w` (not negative) and the equations `e` contradict each other. -/
theorem refute (atoms : Context α) (p w : List Expr) (e : List (Expr × Expr)) (hp : Positive atoms p) (hw : Nonnegative atoms w)
    (he : Equations atoms e) (l : List (ℕ × Product)) (q : List Expr)
    (check : (leads l && isZero (.add (sum p w l) (combination q e))) = true) : False := by
  have c : leads l = true ∧ isZero (.add (sum p w l) (combination q e)) = true := by simpa using check
  have z : (sum p w l).denote atoms + (combination q e).denote atoms = 0 := denote_isZero atoms c.2
  rw [combination_eq_zero atoms q e he, add_zero] at z
  exact ne_of_gt ((sum_pos atoms hp hw l).2 c.1) z
end

end Certificate

end Core

end
