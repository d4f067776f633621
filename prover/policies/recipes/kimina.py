"""Kimina-Prover: a conversation; the model thinks, then writes the whole file.

Preview: Goedel-LM/Goedel-Prover-V2@2e9036e118464aa96a8bebaf9f5b9d091aa3585c, src/utils.py:409-420, which follows the
card of AI-MO/Kimina-Prover-Preview-Distill-7B (named in its line 411); the code ends with the statement, without
`sorry`. Behind `# Problem:` it repeats the statement; the informal text stands there in the card, and so in
henryrobbins/open-afps@6975db00fef527dbb164614214522da88910fc17, images/kimina/kimina_generate.py (`build_prompt`), word
for word the same otherwise, whose temperature and top-p are the card's.
Kimina-Prover (72B and its distillates): MoonshotAI/Kimina-Prover-Preview@7abd61a5d9861bf5c15b195c216c1bb233ac32e4,
kimina_prover_demo/error_fix.py:49-78; errors are sent back as the next turn, as `create_tool_message` lays them out.
Kimina-Prover-RL: project-numina/kimina-prover-rl@e16b605e8186614c685875c9b57eb19e841b521a,
recipe/kimina_prover_rl/prepare_data.py:20-47, with `sorry` behind the statement as in its tests of the reward; errors
as before (reward/error_fixing.py). Sampling as its validation does, kimina_prover_1.7B.sh:57-60, 32768 tokens less 8192
for the prompt.
"""

from __future__ import annotations

from prover.policies.recipes.answer import from_answer
from prover.policies.recipes.feedback import numbered
from prover.policies.recipes.listing import doc_comment, fenced, header, open_statement, proved, unproved
from prover.policies.recipes.recipe import ChatPrompt, Message, Parsed, PromptRequest, Recipe, Sampling

_MATHLIB = "import Mathlib"


def _preview(request: PromptRequest) -> ChatPrompt:
    source = f"{header(request)}{doc_comment(request)}{open_statement(request)}"
    return ChatPrompt(
        (
            Message("system", "You are an expert in mathematics and Lean 4."),
            Message(
                "user",
                "Think about and solve the following problem step by step in Lean 4."
                f"\n# Problem:{request.informal}\n# Formal statement:\n```lean4\n{source}\n```\n",
            ),
        )
    )


def _full(request: PromptRequest) -> ChatPrompt:
    system = "You are an expert programmer and mathematician who helps formalizing mathematical problems in Lean 4."
    source = f"{header(request, _MATHLIB)}{unproved(request)}"
    asked = f"Think about and solve the following problems step by step in Lean 4.\n\n{source}"
    return ChatPrompt((Message("system", system), Message("user", asked), *_corrections(request)))


def _rl(request: PromptRequest) -> ChatPrompt:
    source = f"{header(request, _MATHLIB)}{unproved(request)}"
    asked = (
        "Think about and solve the following problems step by step in Lean 4.\n\n"
        f"# Problem:\n{request.informal}\n\n# Formal Statement:\n```lean4\n{source}\n```\n"
    )
    system = "You are an expert in mathematics and proving theorems in Lean 4."
    return ChatPrompt((Message("system", system), Message("user", asked), *_corrections(request)))


def _corrections(request: PromptRequest) -> tuple[Message, ...]:
    turns: list[Message] = []
    for tried in request.attempts:
        turns += [Message("assistant", tried.answer), Message("user", numbered(request, tried, _MATHLIB))]
    return tuple(turns)


def _parse(output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
    return from_answer(output, request.statement, finished)


def _answer(block: str, request: PromptRequest, /) -> str:
    return fenced(f"{header(request, _MATHLIB)}{proved(block, request)}")


KIMINA_PREVIEW = Recipe(
    name="kimina-prover-preview",
    version=1,
    kind="whole-proof",
    source="github.com/Goedel-LM/Goedel-Prover-V2@2e9036e src/utils.py:409-420; "
    "github.com/henryrobbins/open-afps@6975db0 images/kimina/kimina_generate.py (build_prompt)",
    models=("AI-MO/Kimina-Prover-Preview-Distill-7B", "AI-MO/Kimina-Prover-Preview-Distill-1.5B"),
    sampling=Sampling(temperature=0.6, top_p=0.95, max_tokens=8192),
    slots=frozenset({"informal"}),
    prompt=_preview,
    parse=_parse,
    answer=_answer,
)

KIMINA = Recipe(
    name="kimina-prover",
    version=1,
    kind="whole-proof",
    source="github.com/MoonshotAI/Kimina-Prover-Preview@7abd61a kimina_prover_demo/error_fix.py:49-78",
    models=(
        "AI-MO/Kimina-Prover-72B",
        "AI-MO/Kimina-Prover-Distill-8B",
        "AI-MO/Kimina-Prover-Distill-1.7B",
        "AI-MO/Kimina-Prover-Distill-0.6B",
    ),
    sampling=Sampling(temperature=0.8, max_tokens=16000),
    slots=frozenset({"attempts"}),
    prompt=_full,
    parse=_parse,
    answer=_answer,
)

KIMINA_RL = Recipe(
    name="kimina-prover-rl",
    version=1,
    kind="whole-proof",
    source="github.com/project-numina/kimina-prover-rl@e16b605 recipe/kimina_prover_rl/prepare_data.py:20-47",
    models=("AI-MO/Kimina-Prover-RL-1.7B", "AI-MO/Kimina-Prover-RL-0.6B"),
    sampling=Sampling(temperature=1.0, top_p=0.95, max_tokens=24576),
    slots=frozenset({"informal", "attempts"}),
    prompt=_rl,
    parse=_parse,
    answer=_answer,
)
