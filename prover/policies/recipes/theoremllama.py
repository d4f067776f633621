"""TheoremLlama: from a theorem and its proof in words to Lean with those words as comments between the tactics.

RickySkywalker/TheoremLlama@789ee85186786244287fa4d3cdf0ff560e4abb09, Prove_writer.py:96-120, without worked examples
(the source draws 14 of its own from miniF2F-valid, which are no part of the format). The marks of turns are written by
hand there, one of them broken (`<|start_header_id>`); results were measured with it, so it stays. `informal` is the
theorem and, after a blank line, its proof (utils.py, `load_data_ls`). Temperature 0.6 to 0.9, drawn again each time,
top-p 0.9, 1024 tokens, repetition penalty 1.1, end at one of three marks (eval_MiniF2F.py:38-51).
"""

from __future__ import annotations

from prover.policies.recipes.answer import from_answer, name_of
from prover.policies.recipes.listing import fenced, open_statement, proved
from prover.policies.recipes.recipe import Parsed, PromptRequest, Recipe, Sampling, TextPrompt

_SYSTEM = (
    "You are a Lean4 expert who can write good Lean4 code based on natural language mathematical theorem and proof"
)


def _prompt(request: PromptRequest) -> TextPrompt:
    return TextPrompt(
        f"<|start_header_id|>system<|end_header_id|>{_SYSTEM}<|eot_id|><|start_header_id>user<|end_header_id|>\n\n"
        f"Natural language version of theorem and proof:\n{name_of(request.statement)}\n{request.informal}\n\n"
        f"### Lean4 version of theorem statement:\n```lean\n{open_statement(request)}\n```\n\n"
        "### Lean4 version of theorem and proof:\n<|eot_id|><|start_header_id|>assistant<|end_header_id|>"
    )


def _parse(output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
    return from_answer(output, request.statement, finished)


def _answer(block: str, request: PromptRequest, /) -> str:
    return f"{fenced(proved(block, request))}<|eot_id|>"


THEOREM_LLAMA = Recipe(
    name="theoremllama",
    version=1,
    kind="whole-proof",
    source="github.com/RickySkywalker/TheoremLlama@789ee85 Prove_writer.py:96-120",
    models=("RickyDeSkywalker/TheoremLlama",),
    sampling=Sampling(
        temperature=0.9, top_p=0.9, max_tokens=1024, stop=("<|eot_id|>", "<|reserved_special_token_26|>")
    ),
    slots=frozenset({"informal"}),
    prompt=_prompt,
    parse=_parse,
    answer=_answer,
)
