"""LLMStep: `[GOAL]goals[PROOFSTEP]`, continued by one tactic.

wellecks/llmstep@88f4107d14f1ff94762ef7ff528654b44a322973, python/server.py:102-103 and python/train/data.py
(`_fmt_proofstep`); temperature 0.5 and 128 tokens in python/server.py:34, 121. The beginning of a tactic that the
editor may put behind `[PROOFSTEP]` is always empty here.
"""

from __future__ import annotations

from prover.policies.recipes.answer import step
from prover.policies.recipes.listing import bare
from prover.policies.recipes.recipe import Parsed, PromptRequest, Recipe, Sampling, TextPrompt


def _prompt(request: PromptRequest) -> TextPrompt:
    return TextPrompt(f"[GOAL]{request.state}[PROOFSTEP]")


def _parse(output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
    tactic, ended, _ = output.partition("[GOAL]")
    return step(tactic, request.statement, finished or bool(ended))


LLMSTEP = Recipe(
    name="llmstep",
    version=1,
    kind="tactic",
    source="github.com/wellecks/llmstep@88f4107 python/server.py:102-103",
    models=("wellecks/llmstep-mathlib4-pythia2.8b",),
    sampling=Sampling(temperature=0.5, max_tokens=128),
    slots=frozenset({"goals"}),
    prompt=_prompt,
    parse=_parse,
    answer=bare,
)
