"""The commands of a first hour, each with what it has to print and its exit code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FERMAT = "theorem fermat (a b c : ℤ) (h : a ^ 3 + b ^ 3 = c ^ 3) (k : a * b * c ≠ 0) : False := by"
DENS = "theorem dens (x y : ℚ) (h : x < y) : ∃ z, x < z ∧ z < y := by"
BAR = "theorem bar (x : ℝ) (h : 0 < x) : 0 < x^2"

HOMEWORK = """import Mathlib

theorem one (a b : ℕ) (h : a = b) : b = a := by
  sorry

theorem two (n : ℕ) : n < 5 := by
  sorry
"""
MIXED = """import Mathlib

theorem fine (p q : Prop) (hp : p) (hq : q) : p ∧ q := by
  sorry

theorem broken (a b : ℕ : a = b := by
  sorry

theorem fine_too (n : ℕ) : n + 0 = n := by
  sorry
"""
EASY = (
    ("e0", "theorem e0 (n : ℕ) : n + 0 = n := by"),
    ("e1", "theorem e1 (p q : Prop) (hp : p) (hq : q) : p ∧ q := by"),
    ("e2", "theorem e2 (a b : ℤ) (h : a ^ 2 = b ^ 2) : a = b := by"),
    ("e3", "theorem e3 (xs : List ℕ) : xs ++ [] = xs := by"),
)
BATCH = (
    {"id": "right", "statement": EASY[0][1], "proof": "simp"},
    {"id": "wrong", "statement": EASY[0][1], "proof": "exact absurd rfl"},
    {"id": "imitated", "statement": "theorem t (x : ℝ) (h : x = 1) : x < 2 := by", "proof": "positivity"},
    {"id": "absent", "statement": "theorem t (x : ℝ) (h : x = 1) : x < 2 := by", "proof": "field_simp\nlinarith"},
)


@dataclass(frozen=True)
class Scene:
    """A command: the item of the list that it belongs to, its arguments, what it shows, and how it ends."""

    item: str
    arguments: Sequence[str]
    shows: Sequence[str]
    code: int = 0
    hides: Sequence[str] = ()

    @property
    def name(self) -> str:
        return f"{self.item} {' '.join(self.arguments)[:60]}"


def write_files(folder: Path) -> None:
    """Write what the commands read."""
    (folder / "Homework.lean").write_text(HOMEWORK, encoding="utf-8")
    (folder / "Mixed.lean").write_text(MIXED, encoding="utf-8")
    rows = [json.dumps({"name": name, "formal_statement": text}, ensure_ascii=False) for name, text in EASY]
    (folder / "easy.jsonl").write_text("\n".join(rows), encoding="utf-8")
    lines = [json.dumps(row, ensure_ascii=False) for row in BATCH]
    (folder / "batch.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "grid.toml").write_text(
        'strategies = ["best-first", "mcts"]\nbudgets = ["lean_calls=4"]\n', encoding="utf-8"
    )


REFUTED = [
    Scene(
        "2", ["prove", "theorem r (a b : ℤ) (h : a ^ 2 = b ^ 2) : a = b"], ["r: refuted: it is false for", "¬ (∀"], 1
    ),
    Scene(
        "2", ["prove", "theorem s (x : ℝ) : Real.sqrt (x ^ 2) = x", "--disprove"], ["refuted", "x = -1", "axioms"], 1
    ),
    Scene(
        "2",
        ["prove", "theorem r (n : ℕ) : n < 5", "--json", "-q"],
        ['"status":"refuted"', '"counterexample":"n = 5"'],
        1,
    ),
    Scene("2", ["prove", FERMAT, "--budget", "12", "--no-cache"], ["not proved", "tried", "--tree"], 1),
]
KEPT = [
    Scene("3", ["prove", BAR, "--style", style], ["0 < x^2 := by", "accepted by Lean"], 0, ["exact?"])
    for style in ("readable", "shortest", "first")
]
WORLDS = [
    Scene(
        "4",
        ["fill", "Homework.lean", "--out", "Filled.lean"],
        ["judged in `core`, which is not Mathlib", "refuted", "1 filled, 1 remains"],
        1,
    ),
    Scene(
        "4",
        ["prove", "Mixed.lean", "--budget", "20"],
        ["`import Mathlib` is left out", "left out: ", "never closed", "accepted"],
        1,
    ),
    Scene(
        "4",
        ["prove", DENS, "--tree", "t.html", "--out", "t.lean"],
        ["is for `core`", "not for Mathlib", "--out ForMathlib.lean"],
    ),
    Scene(
        "4",
        ["export", "t.lean", "--context", "mathlib", "--out", "ForMathlib.lean"],
        ["written for Mathlib", "not compiled there"],
    ),
    Scene(
        "4",
        ["verify", "--batch", "batch.jsonl"],
        [
            '"right", "verdict": "accepted"',
            '"imitated", "verdict": "rejected", "reason": "unsupported',
            '"absent", "verdict": "rejected", "reason": "unsupported',
            '"wrong", "verdict": "rejected", "reason": "elaboration',
        ],
    ),
    Scene("4", ["core", "Group"], ["`Group` is Mathlib's; core has no abstract algebra"], 1),
    Scene("4", ["core", "sqrt"], ["Real.sqrt", "Core"]),
    Scene(
        "4",
        ["prove", "theorem g (G : Type) [Group G] : 1 = 1"],
        ["`core` has no abstract algebra", "--context mathlib"],
        2,
    ),
]
FORMS = [
    Scene("5", ["prove", text], ["accepted by Lean"])
    for text in (
        "theorem f (a b : ℕ) : a + b = b + a", "theorem f (a b : ℕ) : a + b = b + a :=",
        "theorem f (a b : ℕ) : a + b = b + a := sorry", "(a b : ℕ) : a + b = b + a",
        "example (n : ℕ) : n + 0 = n := by sorry", "∀ a b : ℕ, a + b = b + a", "2 + 2 = 4",
        "theorem f (a b : nat) : a + b = b + a := begin sorry end", "forall a b : Nat, a + b = b + a /\\ 0 <= a",
    )
]  # fmt: skip
FORMS += [
    Scene("5", ["prove", "theorem t (a b : ℕ : a + b = b + a := by"], ["`(` is never closed"], 2),
    Scene("5", ["prove", "theorem t (a : nat) : nat.frobnicate a = a"], ["`nat.frobnicate` is Lean 3"], 2),
]
RUNS = [
    Scene("6", ["bench", "easy.jsonl", "--out", "runs/a", "--budget", "4", "--limit", "2"], ["2 of 2 proved"]),
    Scene("6", ["bench", "easy.jsonl", "--out", "runs/a", "--budget", "4", "--limit", "4"], ["3 of 4 proved"]),
    Scene(
        "6",
        ["bench", "easy.jsonl", "--out", "runs/a", "--budget", "4", "--limit", "3"],
        ["another configuration", "extends it"],
        2,
    ),
    Scene("6", ["bench", "easy.jsonl", "--out", "runs/b", "--budget", "4", "--strategy", "mcts"], ["3 of 4 proved"]),
    Scene("6", ["compare", "runs/a", "runs/b"], ["too few problems to tell"], 0, ["0.0 to 0.0"]),
    Scene("6", ["train", "runs/a", "--export", "--out", "data"], ["tactics", "proofs"]),
    Scene("7", ["bench", "easy.jsonl", "--out", "sweep", "--grid", "grid.toml"], ["3 of 4 proved", "report.html"]),
    Scene("7", ["report", "runs/a"], ["report.html"]),
    Scene("7", ["report", "runs"], ["report.html"]),
]
HABITS = [
    Scene("8", ["completion", "bash"], ["_PROVER_COMPLETE", "complete"]),
    Scene("8", ["-v", "prove", EASY[0][1]], ["the search begins", "accepted by Lean"]),
    Scene("8", ["prove", EASY[0][1], "--quiet"], ["accepted by Lean"], 0, ["open goal", "Ctrl-C"]),
    Scene("8", ["prove", EASY[0][1], "--budget", "100", "--timeout", "60"], ["at most 60 s", "1 Lean call,"]),
]
BROKEN = [
    Scene("bad input", arguments, shows, 2)
    for arguments, shows in (
        (["prove", ""], ["prover: "]),
        (["prove", "nothing like this"], ["nor a statement"]),
        (["prove", "missing.lean"], ["there is no file missing.lean"]),
        (["prove", EASY[0][1], "--budget", "-3"], ["--budget"]),
        (["prove", EASY[0][1], "--timeout", "0"], ["--timeout"]),
        (["prove", EASY[0][1], "--style", "nice"], ["--style"]),
        (["prove", "easy.jsonl", "--tree", "t.html"], ["pick one with --name"]),
        (["fill", "easy.jsonl"], ["no .lean file"]),
        (["fill", "Homework.lean", "--name", "three"], ["no theorem three"]),
        (["export", "Homework.lean", "--out", "X.lean"], ["holds no proof"]),
        (["core", "--page"], ["--page"]),
        (["completion", "tcsh"], ["'bash', 'zsh', 'fish'"]),
        (["bench", "easy.jsonl", "--out", "g", "--grid", "missing.toml"], ["missing.toml"]),
        (["iterate", "--out", "i", "--train", "nothing/here"], ["nothing/here"]),
        (["report", "nothing"], ["nothing"]),
        (["verify", "--batch", "missing.jsonl"], ["missing.jsonl"]),
    )
]  # fmt: skip
SCENES = [*REFUTED, *KEPT, *WORLDS, *FORMS, *RUNS, *HABITS, *BROKEN]
