"""The subcommands of `prover`, one a file.

`prover.cli` imports `prover.commands.NAME` only when NAME is invoked. The module holds either a function `run`,
annotated the way Typer reads it, or, for a command with subcommands of its own, a Typer application `app`. A command
returns its exit code, 0 for yes and 1 for no, and raises `ProverError` when the question cannot be answered.
"""

from __future__ import annotations

# Name: what `prover --help` says of it. Kept here so that the list needs none of the modules.
SUMMARIES = {
    "prove": "Prove a statement, a file of them, or a problem of a dataset.",
    "verify": "Judge a proof of a trusted statement, or many.",
    "fill": "Prove every `sorry` of a Lean file, or say which remain.",
    "serve": "Keep Lean warm for agents, trainers and people.",
    "sample": "Have a model write whole proofs, to be judged later.",
    "bench": "Attempt every problem of a dataset, and report.",
    "export": "Write a proof in Mathlib's words, for others to check.",
    "compare": "Compare two runs, problem by problem.",
    "allocate": "Fit what decides where the next Lean calls of a run go.",
    "report": "Write the reports of a run again.",
    "formalize": "Have a model state an informal problem in Lean.",
    "iterate": "Learn by expert iteration: search, verify, train, evaluate.",
    "train": "Train a policy on the proofs of a run, or export them.",
    "core": "Say what the core context holds, and what only Mathlib has.",
    "data": "List, fetch and show datasets.",
    "setup": "Install Lean, or check that it is installed and sound.",
    "completion": "Print what lets a shell complete `prover`.",
    "doctor": "Check the installation and suggest fixes.",
}
