"""InternLM2-StepProver and InternLM2.5-StepProver: one turn of a conversation asks for one tactic.

InternLM/InternLM-Math@eaead17b7b95670f0592f5b818080fb6762f3fdf, the turn's marks, which the source writes itself rather
than by a chat template, and its content: minif2f/proofsearch_internLM2-StepProver.py:17-40 (answers start with
`PROOFSTEP `, lines 29-33) and minif2f/proofsearch_internLM2.5-StepProver.py:17-40 (`PROOF_BEFORE` holds the tactics so
far, one a line, line 120). Beam search of 32, at most 256 tokens, stop at `<|im_end|>`; for many samples the script
minif2f/scripts/eval_internLM2-step-prover.sh:4 says 0.7 or 0.9.
"""

from __future__ import annotations

from prover.policies.recipes.answer import name_of, step
from prover.policies.recipes.recipe import Parsed, PromptRequest, Recipe, Sampling, TextPrompt

_STOP = "<|im_end|>"


def _turn(content: str) -> TextPrompt:
    return TextPrompt(f"<|im_start|>user\n{content}{_STOP}\n<|im_start|>assistant\n")


def _prompt_2(request: PromptRequest) -> TextPrompt:
    return _turn(f"DECL {name_of(request.statement)}\nGOAL {request.state}\n")


def _prompt_2_5(request: PromptRequest) -> TextPrompt:
    return _turn(
        f"---\nNAME: {name_of(request.statement)}\n\n"
        f"---\nPROOF_BEFORE: {request.prefix}\n\n"
        f"---\nSTATE_BEFORE: {request.state}\n\n"
        "---\nTACTIC: "
    )


def _parse(output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
    tactic, ended, _ = output.partition(_STOP)
    return step(tactic.lstrip().removeprefix("PROOFSTEP "), request.statement, finished or bool(ended))


def _answer_2(block: str, request: PromptRequest, /) -> str:
    return f"PROOFSTEP {block}{_STOP}"


def _answer_2_5(block: str, request: PromptRequest, /) -> str:
    return f"{block}{_STOP}"


_SAMPLING = Sampling(temperature=0.7, max_tokens=256, stop=(_STOP,), beam=True)

INTERNLM2_STEP = Recipe(
    name="internlm2-step",
    version=1,
    kind="tactic",
    source="github.com/InternLM/InternLM-Math@eaead17 minif2f/proofsearch_internLM2-StepProver.py:17-40",
    models=("internlm/internlm2-step-prover",),
    sampling=_SAMPLING,
    slots=frozenset({"goals"}),
    prompt=_prompt_2,
    parse=_parse,
    answer=_answer_2,
)

INTERNLM2_5_STEP = Recipe(
    name="internlm2.5-step",
    version=1,
    kind="tactic",
    source="github.com/InternLM/InternLM-Math@eaead17 minif2f/proofsearch_internLM2.5-StepProver.py:17-40,120",
    models=("internlm/internlm2_5-step-prover",),
    sampling=_SAMPLING,
    slots=frozenset({"goals", "prefix"}),
    prompt=_prompt_2_5,
    parse=_parse,
    answer=_answer_2_5,
)
