"""Exports of proofs, recorded: what embedded Lean hands over, so that tests of the kernel need not elaborate anything.

python -m tests.lean.kernel.recorded     records them again, after a change of the prelude or of the exporter
"""

from __future__ import annotations

import gzip
from pathlib import Path

from prover.types import Frozen

FILE = Path(__file__).parent / "recorded.jsonl.gz"
HEARTBEATS = 200_000

# Header, statement, proof: short ones of every kind that a search finds.
PROOFS = (
    ("", "theorem a (a b : Nat) : a + b = b + a := by", "omega"),
    ("", "theorem b (p q : Prop) (h : p ∧ q) : q ∧ p := by", "exact ⟨h.2, h.1⟩"),
    ("", "theorem c (x : ℝ) (h : 0 < x) : 0 < x + x := by", "linarith"),
    ("", "theorem d (x y : ℝ) : 0 ≤ x^2 + y^2 := by", "positivity"),
    ("", "theorem d2 (x y : ℝ) : 2*x*y ≤ x^2 + y^2 := by", "nlinarith [sq_nonneg (x-y)]"),
    (
        "inductive Col | red | green\nopen Col\ndef foo : Nat → Col | 0 => red | _ => green",
        "theorem e : ∃ n : Nat, foo n = red := by",
        "exact ⟨0, rfl⟩",
    ),
    ("", "theorem f : Nat.gcd 12 18 = 6 := by", "decide"),
    ("", 'theorem g : "ab" ++ "c" = "abc" := by', "decide"),
    ("", "theorem i (xs : List Nat) : (xs ++ []).length = xs.length := by", "simp"),
    ("", "theorem j (a b : ℤ) (h : 2*a+3*b=1) : a ≠ b ∨ b*5=1 := by", "omega"),
    ("", "theorem k : (2:ℝ) + 2 = 4 := by", "norm_num"),
    ("", "theorem l : 2^200 % 7 = 4 := by", "decide"),
    (
        "",
        "theorem m (x : Nat) : (match x with | 0 => 0 | n+1 => n) ≤ x := by",
        "cases x with\n| zero => simp\n| succ n => simp",
    ),
    ("", "theorem n : ∀ x < 50, x * x < 2500 := by", "decide"),
)


class Recorded(Frozen):
    """One proof and the two documents that its export consists of."""

    source: str
    statement: str
    candidate: str


def recorded() -> list[Recorded]:
    """Return all of them."""
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        return [Recorded.model_validate_json(line) for line in file]


def record() -> None:
    """Have embedded Lean elaborate and export them all."""
    from prover.lean.context import context
    from prover.lean.embedded import wire
    from prover.lean.embedded.install import install
    from prover.lean.embedded.loading import load
    from prover.lean.embedded.process import LeanProcess
    from prover.types import Problem

    where = context("core")
    process = LeanProcess(install())
    load(process, install(), where, 300)
    found: list[Recorded] = []
    for header, statement, proof in PROOFS:
        above = where.header(Problem(name="t", statement=statement, header=header, context="core"))
        source = f"{statement}\n  " + proof.replace("\n", "\n  ")
        request = wire.ProofRequest(
            header=above, statement=statement, candidate=source, candidateHeader=above, heartbeats=HEARTBEATS
        )
        made = process.ask(request, wire.ProofDocuments, 300)
        assert not made.messages, made.messages
        found.append(Recorded(source=source, statement=made.statement, candidate=made.candidate))
    process.kill()
    with FILE.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write("".join(f"{one.model_dump_json()}\n" for one in found).encode())


if __name__ == "__main__":
    record()
