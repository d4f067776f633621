"""Exports of proofs, recorded: what embedded Lean hands over, so that tests of the kernel need not elaborate anything.

python -m tests.lean.kernel.recorded     records them again, after a change of the prelude or of the exporter
"""

from __future__ import annotations

import gzip
from pathlib import Path

from prover.types import Frozen

FILE = Path(__file__).parent / "recorded.jsonl.gz"
HEARTBEATS = 200_000

# Statement, proof, and what makes the statement false: short ones of every kind that a search finds.
_PLAIN = (
    ("a (a b : Nat) : a + b = b + a", "omega", ("b + a", "b + a + 1")),
    ("b (p q : Prop) (h : p ∧ q) : q ∧ p", "exact ⟨h.2, h.1⟩", ("q ∧ p", "q ∧ ¬p")),
    ("c (x : ℝ) (h : 0 < x) : 0 < x + x", "linarith", ("0 < x + x", "x + x < 0")),
    ("d (x y : ℝ) : 0 ≤ x^2 + y^2", "positivity", ("0 ≤", "1 ≤")),
    ("d2 (x y : ℝ) : 2*x*y ≤ x^2 + y^2", "nlinarith [sq_nonneg (x-y)]", ("2*x*y", "3*x*y")),
    ("f : Nat.gcd 12 18 = 6", "decide", ("= 6", "= 5")),
    ('g : "ab" ++ "c" = "abc"', "decide", ('"abc"', '"abd"')),
    ("i (xs : List Nat) : (xs ++ []).length = xs.length", "simp", ("= xs.length", "= xs.length + 1")),
    ("j (a b : ℤ) (h : 2*a+3*b=1) : a ≠ b ∨ b*5=1", "omega", ("a ≠ b ∨", "a = b ∧")),
    ("k : (2:ℝ) + 2 = 4", "norm_num", ("= 4", "= 5")),
    ("l : 2^200 % 7 = 4", "decide", ("= 4", "= 3")),
    (
        "m (x : Nat) : (match x with | 0 => 0 | n+1 => n) ≤ x",
        "cases x with\n| zero => simp\n| succ n => simp",
        ("≤ x", "< x"),
    ),
    ("n : ∀ x < 50, x * x < 2500", "decide", ("< 2500", "< 2000")),
    ("o (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7", "omega", ("a = 7", "a = 8")),
    ("p : (2 : ℕ) ^ 10 = 1024", "decide", ("1024", "1025")),
    (
        "q (f : ℕ → ℕ) (h : ∀ n, f (n + 1) = f n) : ∀ n, f n = f 0",
        "intro n\ninduction n with\n| zero => rfl\n| succ n ih => rw [h, ih]",
        ("f n = f 0", "f n = f 0 + 1"),
    ),
    ("r (a b : ℝ) (h : a = b) : b = a", "have k := h.symm\nexact k", ("b = a", "b = a + 1")),
    ("s : ∃ n : ℕ, n * n = 49", "exact ⟨7, rfl⟩", ("= 49", "= 50")),
    ("t (x : ℕ × ℕ) (h : x.1 = 3) : x.1 + 1 = 4", "simp [h]", ("= 4", "= 5")),
    ("u (p q : Prop) : p ∨ q → q ∨ p", "intro h\ncases h with\n| inl h => exact Or.inr h\n| inr h => exact Or.inl h",
     ("q ∨ p", "q ∧ p")),
    ("v (a b c : ℕ) (h : a ∣ b) (k : b ∣ c) : a ∣ c", "exact Nat.dvd_trans h k", ("a ∣ c", "c ∣ a")),
    ("w (a b : ℝ) (h : a < b) : a < (a + b) / 2", "linarith", ("(a + b) / 2", "(a - b) / 2")),
    ("x (n : ℕ) (h : n % 2 = 1) : n ^ 2 % 2 = 1", "rw [Nat.pow_mod, h]", ("n ^ 2 % 2 = 1", "n ^ 2 % 2 = 0")),
    ("y (p : Prop) [Decidable p] (h : ¬¬p) : p", "exact Decidable.not_not.mp h", (": p", ": ¬p")),
    ("z (p : Prop) (h : ¬¬p) : p", "exact Classical.not_not.mp h", ("¬¬p) : p", "¬¬p) : ¬p")),
    ("aa (x y : ℤ) (h : x + y = 3) (k : x - y = 1) : x = 2 ∧ y = 1", "omega", ("x = 2", "x = 3")),
    ("ab : (7 : ℤ) ∣ 21", "decide", ("21", "22")),
    ("ac (a b c : ℝ) : a * (b + c) = a * b + a * c", "ring", ("a * b + a * c", "a * b + c")),
    ("ad (a b : ℝ) (h : 0 < a) (k : 0 < b) : 0 < a * b", "positivity", ("0 < a * b", "a * b < 0")),
    ("ae (xs ys : List ℕ) : (xs ++ ys).length = ys.length + xs.length", "simp [Nat.add_comm]",
     ("ys.length + xs.length", "ys.length + xs.length + 1")),
    ("af (f : ℕ → ℕ) (h : ∀ x, f x = x + 1) : f (f 0) = 2", "simp [h]", ("= 2", "= 3")),
    ("ag (b : Bool) : (b && true) = b", "cases b <;> rfl", ("= b", "= !b")),
    ("ah : ¬ (3 : ℕ) = 4", "decide", ("¬ (3 : ℕ) = 4", "(3 : ℕ) = 4")),
    ("ai (n : ℕ) : n < 2 ^ n", "exact Nat.lt_two_pow_self", ("n < 2 ^ n", "2 ^ n < n")),
    ("aj (x : ℝ) (h : 2 * x + 3 = 11) : x = 4", "linarith", ("x = 4", "x = 5")),
    ("ak (a b : ℕ) (h : a = b) : (a, b) = (b, a)", "subst h\nrfl", ("(b, a)", "(b, a + 1)")),
    ("al (p q r : Prop) (h : p → q) (k : q → r) : p → r", "exact fun x => k (h x)", ("p → r", "r → p")),
    ("am (n : ℕ) (h : 0 < n) : ∃ m, n = m + 1", "exact ⟨n - 1, by omega⟩", ("m + 1", "m + 2")),
    ("an : (10 : ℤ) - 13 = -3", "norm_num", ("-3", "3")),
    ("ao (x y z : ℝ) : x^2 + y^2 + z^2 ≥ x*y + y*z + z*x",
     "nlinarith [sq_nonneg (x-y), sq_nonneg (y-z), sq_nonneg (z-x)]", ("≥", "<")),
    ("ap (s : String) : s = s ++ \"\"", "simp", ('""', '"a"')),
    ("aq (a b : ℕ) : max a b = max b a", "exact Nat.max_comm a b", ("max b a", "max b a + 1")),
    ("ar (n : ℕ) : (n + 1) * (n + 1) = n * n + 2 * n + 1", "grind", ("2 * n", "3 * n")),
    ("at_ (x : ℕ) (h : x ∈ [1, 2, 3]) : x ≤ 3", "simp at h\nomega", ("x ≤ 3", "x ≤ 2")),
    ("au : 17 * 23 = 391", "rfl", ("391", "392")),
    ("av (a b c d : ℕ) (h : a ≤ b) (k : c ≤ d) : a + c ≤ b + d", "exact Nat.add_le_add h k", ("a + c", "a + c + 1")),
    ("aw (p : ℕ → Prop) (h : p 0) (k : ∀ n, p n → p (n + 1)) : p 3", "exact k 2 (k 1 (k 0 h))", (": p 3", ": ¬p 3")),
    ("ax (p q : Prop) (h : p → q) : ¬q → ¬p", "intro k x\nexact k (h x)", ("¬q → ¬p", "¬p → ¬q")),
    ("ay (a b : ℝ) (h : a ^ 2 = b) : 0 ≤ b", "rw [← h]\npositivity", ("0 ≤ b", "b < 0")),
    ("az (m n : ℕ) (h : m * n = 1) : m = 1", "exact Nat.eq_one_of_mul_eq_one_right h", ("m = 1", "m = 2")),
    ("ba : (List.range 5).map (· + 1) = [1, 2, 3, 4, 5]", "decide", ("5]", "6]")),
)  # fmt: skip
_HEADED = (
    (
        "inductive Col | red | green\nopen Col\ndef foo : Nat → Col | 0 => red | _ => green",
        "e : ∃ n : Nat, foo n = red",
        "exact ⟨0, rfl⟩",
        ("∃ n", "∀ n"),
    ),
    (
        "structure Point where\n  x : ℕ\n  y : ℕ\ndef Point.sum (p : Point) : ℕ := p.x + p.y",
        "bc (p : Point) : p.sum = p.y + p.x",
        "simp [Point.sum, Nat.add_comm]",
        ("p.y + p.x", "p.y + p.x + 1"),
    ),
)


def sources() -> list[tuple[str, str, str, str]]:
    """Return header, statement and proof of each, and the statement that is false."""
    found = []
    for header, stated, proof, (said, false) in (*(("", *plain) for plain in _PLAIN), *_HEADED):
        name, colon, rest = stated.partition(" ")
        assert said in rest, stated
        at = rest.rindex(said)
        changed = rest[:at] + false + rest[at + len(said) :]
        found.append((header, f"theorem {stated} := by", proof, f"theorem {name}{colon}{changed} := by"))
    return found


class Recorded(Frozen):
    """One proof and the two documents that its export consists of; `false` is the document of the false statement."""

    source: str
    statement: str
    candidate: str
    false: str


def recorded() -> list[Recorded]:
    """Return all of them."""
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        return [Recorded.model_validate_json(line) for line in file]


def record() -> None:
    """Have embedded Lean elaborate and export them all, as for a verdict."""
    from prover.lean.embedded import wire
    from prover.lean.embedded.install import install
    from prover.lean.embedded.verify import EmbeddedVerifier
    from prover.lean.session import Limits
    from prover.types import Problem
    from tests.lean.elaborated import elaborate

    found: list[Recorded] = []
    verifier = EmbeddedVerifier(install(), Limits(wall_seconds=300))
    for header, statement, proof, false in sources():
        problem = Problem(name="t", statement=statement, header=header, context="core")
        where = verifier._context(problem)
        made = elaborate(verifier, problem, proof)
        assert isinstance(made, wire.Facts) and made.document, (statement, made)
        stated, other = (
            verifier._statements.get(asked, where).document
            for asked in (problem, problem.model_copy(update={"statement": false}))
        )
        found.append(Recorded(source=statement, statement=stated, candidate=made.document, false=other))
    verifier.close()
    with FILE.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write("".join(f"{one.model_dump_json()}\n" for one in found).encode())


if __name__ == "__main__":
    record()
