"""DeepSeek-Prover-V2 and Goedel-Prover-V2: a conversation that asks for the code, with or without a plan before it.

DeepSeek-Prover-V2: deepseek-ai/DeepSeek-Prover-V2@e598a57ea3284997d4a2a168a069fdd5064afbc8, README.md:127-160 (with a
plan, up to 8192 tokens; sampling is left to the model's own defaults). Without a plan the paper in the same repository
shows the first part of that prompt alone (DeepSeek_Prover_V2.pdf, Appendix A.1); its line breaks are the README's.
Goedel-Prover-V2: Goedel-LM/Goedel-Prover-V2@2e9036e118464aa96a8bebaf9f5b9d091aa3585c, src/utils.py:339-344, where
`sorry` stands on the statement's line and the fence is closed right behind it; a correction follows the failed answer
as the next turn (src/utils.py:356-374), round by round, errors marked as in `get_error_str`. Temperature 1, top-p 0.95
(src/inference.py, scripts/pipeline.sh:46), 32768 tokens (README.md:202).
"""

from __future__ import annotations

from prover.policies.recipes.answer import from_answer
from prover.policies.recipes.feedback import marked
from prover.policies.recipes.listing import doc_comment, fenced, header, proved, unproved
from prover.policies.recipes.recipe import ChatPrompt, Message, Parsed, PromptRequest, Recipe, Sampling

_PLAN = (
    "\n\nBefore producing the Lean 4 code to formally prove the given theorem, provide a detailed proof plan outlining "
    "the main proof steps and strategies.\n"
    "The plan should highlight key ideas, intermediate lemmas, and proof structures that will guide the construction "
    "of the final formal proof."
)


def _deepseek(request: PromptRequest) -> ChatPrompt:
    return ChatPrompt((Message("user", _code(request)),))


def _deepseek_plan(request: PromptRequest) -> ChatPrompt:
    return ChatPrompt((Message("user", _code(request) + _PLAN),))


def _code(request: PromptRequest) -> str:
    gap = "\n  "
    source = f"{header(request)}{doc_comment(request)}{unproved(request, gap)}"
    return f"Complete the following Lean 4 code:\n\n```lean4\n{source}\n```"


def _goedel(request: PromptRequest) -> ChatPrompt:
    source = f"{header(request)}{doc_comment(request)}{unproved(request)}"
    asked = Message("user", f"Complete the following Lean 4 code:\n\n```lean4\n{source}```{_PLAN}")
    return ChatPrompt((asked, *corrections(request)))


def corrections(request: PromptRequest) -> tuple[Message, ...]:
    """Return the rounds of correction as Goedel-Prover-V2 asks for them: each answer, then what is wrong with it."""
    turns: list[Message] = []
    for number, tried in enumerate(request.attempts):
        turns.append(Message("assistant", tried.answer))
        turns.append(
            Message(
                "user",
                f"The proof (Round {number}) is not correct. Following is the compilation error message, where we use "
                f"<error></error> to signal the position of the error.\n\n{marked(request, tried)}\n\n"
                "Before producing the Lean 4 code to formally prove the given theorem, provide a detailed analysis of "
                "the error message.",
            )
        )
    return tuple(turns)


def _parse(output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
    return from_answer(output, request.statement, finished)


def _answer(block: str, request: PromptRequest, /) -> str:
    return fenced(f"{header(request)}{proved(block, request)}")


DEEPSEEK_V2 = Recipe(
    name="deepseek-prover-v2",
    version=1,
    kind="whole-proof",
    source="github.com/deepseek-ai/DeepSeek-Prover-V2@e598a57 DeepSeek_Prover_V2.pdf, Appendix A.1; README.md:140-149",
    models=(),
    sampling=Sampling(max_tokens=8192),
    slots=frozenset({"informal"}),
    prompt=_deepseek,
    parse=_parse,
    answer=_answer,
)

DEEPSEEK_V2_COT = Recipe(
    name="deepseek-prover-v2-cot",
    version=1,
    kind="whole-proof",
    source="github.com/deepseek-ai/DeepSeek-Prover-V2@e598a57 README.md:127-160",
    models=("deepseek-ai/DeepSeek-Prover-V2-7B", "deepseek-ai/DeepSeek-Prover-V2-671B"),
    sampling=Sampling(max_tokens=8192),
    slots=frozenset({"informal"}),
    prompt=_deepseek_plan,
    parse=_parse,
    answer=_answer,
)

GOEDEL_V2 = Recipe(
    name="goedel-prover-v2",
    version=1,
    kind="whole-proof",
    source="github.com/Goedel-LM/Goedel-Prover-V2@2e9036e src/utils.py:339-344,356-374",
    models=("Goedel-LM/Goedel-Prover-V2-8B", "Goedel-LM/Goedel-Prover-V2-32B"),
    sampling=Sampling(temperature=1.0, top_p=0.95, max_tokens=32768),
    slots=frozenset({"informal", "attempts"}),
    prompt=_goedel,
    parse=_parse,
    answer=_answer,
)
