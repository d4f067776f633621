"""Prove every `sorry` of a Lean file in place, as `prover fill FILE.lean` does."""

from pathlib import Path
from tempfile import TemporaryDirectory

from prover.cli import run

SKETCH = """\
theorem double (n : ℕ) : n + n = 2 * n := by
  sorry

theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q := by
  constructor
  · sorry
  · exact hq
"""

with TemporaryDirectory() as folder:
    file = Path(folder) / "Sketch.lean"
    file.write_text(SKETCH, encoding="utf-8")
    code = run(["fill", str(file), "--budget", "lean_calls=60"])
    print(file.read_text(encoding="utf-8"))

print("nothing remains" if code == 0 else "something remains")
