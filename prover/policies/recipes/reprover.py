"""ReProver: ByT5 encoder-decoders that read goals, with or without retrieved premises, and write one tactic.

lean-dojo/ReProver@fd6d99c01e8bd8fd8f3fd1de4cd0bc4a7f158eaa: the goals alone are the input
(prover/tactic_generator.py:177, 204); premises stand in front of them, the best one last, each followed by a blank line
and with its full name between `<a>` and `</a>`, as many as fit into the bytes that the goals leave
(common.py:93-106, 357-378); such marks are removed from tactics (common.py:29-31). Beam search of 64 without length
penalty, at most 512 tokens, input of at most 2048 bytes (prover/evaluate.py:213-222).
"""

from __future__ import annotations

from prover.policies.recipes.answer import step
from prover.policies.recipes.listing import bare
from prover.policies.recipes.recipe import Parsed, Premise, PromptRequest, Recipe, Sampling, TextPrompt

_INPUT_BYTES = 2048


def _goals(request: PromptRequest) -> TextPrompt:
    return TextPrompt(request.state)


def _goals_with_premises(request: PromptRequest) -> TextPrompt:
    left = _INPUT_BYTES - len(request.state.encode())
    premises = ""
    for premise in map(_marked, request.premises):
        if len(premise.encode()) <= left:
            left -= len(premise.encode())
            premises = premise + premises
    return TextPrompt(premises + request.state)


def _marked(premise: Premise) -> str:
    return f"theorem <a>{premise.name}</a> {premise.signature}".rstrip() + "\n\n"


def _parse(output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
    return step(output.replace("<a>", "").replace("</a>", ""), request.statement, finished)


_SAMPLING = Sampling(max_tokens=512, beam=True)

REPROVER = Recipe(
    name="reprover",
    version=1,
    kind="tactic",
    source="github.com/lean-dojo/ReProver@fd6d99c prover/tactic_generator.py:177,204",
    models=("kaiyuy/leandojo-lean4-tacgen-byt5-small",),
    sampling=_SAMPLING,
    slots=frozenset({"goals"}),
    prompt=_goals,
    parse=_parse,
    answer=bare,
)

REPROVER_RETRIEVAL = Recipe(
    name="reprover-retrieval",
    version=1,
    kind="tactic",
    source="github.com/lean-dojo/ReProver@fd6d99c common.py:93-106,357-378",
    models=("kaiyuy/leandojo-lean4-retriever-tacgen-byt5-small",),
    sampling=_SAMPLING,
    slots=frozenset({"goals", "premises"}),
    prompt=_goals_with_premises,
    parse=_parse,
    answer=bare,
)
