"""What agents are told: the instructions of the server, and the skill file that `prover serve --skill` prints."""

from __future__ import annotations

from importlib.resources import files

INSTRUCTIONS = """\
Lean 4 is warm behind these tools; most answer in well under a second.
- Have a statement? `refute` first if it may be false, then `prove`. A proof that `prove` returns is already verified.
- Have a file with `sorry`s? `fill` it.
- Have a proof? `verify` it against the statement that you trust: nothing else counts as proved.
- Building a proof by hand? `goal_after` shows the goals, `attempt` tries many tactics at one state at once.
- Need a lemma? `search_core`. The context is `core` (no Mathlib): use its names, they are Mathlib's.
A tactic that leaves no goal has not proved anything until `verify` accepts the whole.
"""


def skill_file() -> str:
    """Return the skill file."""
    return (files("prover.serve") / "SKILL.md").read_text(encoding="utf-8")
