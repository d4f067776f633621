"""The tactic that gives a step its own heartbeats and says how many it took.

Neither Lean's REPL nor LeanDojo limits the heartbeats of a single step: the first lets every step have Lean's default,
the second counts all steps of a session together. So both elaborate these lines in front of a problem, in the process
that searches; a proof is verified without them.
"""

from __future__ import annotations

import re

from prover.lean.block import indent

_SOURCE = """open Lean Elab Tactic in
elab "prover_step " limit:num " => " block:tacticSeq : tactic => do
  let before ← IO.getNumHeartbeats
  withTheReader Core.Context (fun c => {{ c with maxHeartbeats := limit.getNat * 1000, initHeartbeats := before }}) do
    evalTactic block
  let after ← IO.getNumHeartbeats
  {report}
"""
LOGGED = _SOURCE.format(report='logInfo m!"prover_step {(after - before) / 1000}"')
"""For Lean's REPL, whose standard output is its wire: the count is a message."""
PRINTED = _SOURCE.format(report='IO.println s!"prover_step {(after - before) / 1000}"')
"""For LeanDojo, which shows no messages but passes on what is printed."""

_REPORT = re.compile(r"^prover_step (\d+)$", re.MULTILINE)


def limited(block: str, heartbeats: int) -> str:
    """Return one tactic that runs a block under a limit, in thousands."""
    return f"prover_step {heartbeats} =>\n{indent(block, 2)}"


def as_one_tactic(block: str) -> str:
    """Return a block as a single tactic, for where these lines did not elaborate."""
    return block if "\n" not in block and ";" not in block else f"(\n{indent(block, 2)}\n)"


def reported(text: str) -> int:
    """Return the heartbeats that a step reported, in thousands; 0 if it did not say."""
    found = _REPORT.findall(text)
    return int(found[-1]) if found else 0
