"""A request as the Lean source that prompts hold: header, informal text as a doc comment, statement."""

from __future__ import annotations

import re

from prover.lean.block import indent
from prover.policies.recipes.recipe import PromptRequest

# deepseek-ai/DeepSeek-Prover-V1.5@2c4ba91, prover/utils.py:11; DeepSeek-Prover-V2, both Goedel-Provers and the
# Kimina-Prover preview use the same.
HEADER = "import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 0\n\nopen BigOperators Real Nat Topology Rat"
_BY = re.compile(r":=\s*by\s*\Z")


def header(request: PromptRequest, default: str = HEADER) -> str:
    """Return the header with the blank line behind it."""
    return f"{(request.header or default).strip()}\n\n"


def doc_comment(request: PromptRequest) -> str:
    """Return the informal text as a doc comment in front of the theorem, or nothing.

    Its form, `/-- …-/`, is that of `informal_prefix` in the data sets of DeepSeek-Prover-V1.5 (datasets/minif2f.jsonl).
    """
    text = request.informal.strip().replace("-/", "- /").replace("/-", "/ -")
    return f"/-- {text}-/\n" if text else ""


def open_statement(request: PromptRequest) -> str:
    """Return the statement, ending in `:= by`."""
    return _BY.sub(":= by", request.statement)


def bare(block: str, request: PromptRequest, /) -> str:
    """Return the answer of a step model: the tactic and nothing else."""
    return block


def fenced(source: str) -> str:
    """Return Lean source as the only code block of an answer."""
    return f"```lean4\n{source}\n```"


def proved(block: str, request: PromptRequest) -> str:
    """Return the statement with a block of tactics as its proof."""
    return f"{open_statement(request).rstrip()}\n{indent(block, 2)}"


def unproved(request: PromptRequest, gap: str = " ") -> str:
    """Return the statement with `sorry` as its proof, `gap` between them."""
    return f"{open_statement(request)}{gap}sorry"
