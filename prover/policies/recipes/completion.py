"""DeepSeek-Prover-V1.5, Goedel-Prover-SFT and STP: an open code fence that ends behind `:= by` is completed.

DeepSeek-Prover-V1.5: deepseek-ai/DeepSeek-Prover-V1.5@2c4ba9119eef74d0d611f494261b2c5bae98c69a, prover/utils.py:11-18
(plain) and 28-33 (with comments), output cut at the next fence (43-45); the statement ends with a line break
(datasets/minif2f.jsonl). To go on with an unfinished proof, its tactics follow, and the goals there as a comment
`/- tactic state: … -/` of the same indentation (prover/lean/proof.py:113-124, prover/algorithms/rmax_tree_search.py:
228-239). Temperature 1, top-p 0.95, 2048 tokens (configs/sampling.py:17-21).
Goedel-Prover: Goedel-LM/Goedel-Prover@d80349d93a80305765492014f0b395cec46e5023, eval/step1_inference.py:52-76, the same
as the V1.5 prompt with comments.
STP: kfdong/STP@2b5fe8b6dbc51afae00cba0a06e253270d7f04d4, RL/utils/model_utils.py:22, 40-43: no informal text, a header
without blank lines, no line break behind the statement; temperature 1 and 1024 tokens (RL/generate_and_test.py:14,
RL/run_generation_and_test.sh), output cut at a line that starts a fence (RL/utils/RL_utils.py:49).
The last two never saw goals as comments: to go on, they are given the tactics alone.
"""

from __future__ import annotations

from dataclasses import replace

from prover.lean.block import indent
from prover.policies.recipes.answer import from_continuation
from prover.policies.recipes.listing import doc_comment, header, open_statement
from prover.policies.recipes.recipe import Parsed, PromptRequest, Recipe, Sampling, TextPrompt

_PLAIN = "Complete the following Lean 4 code:\n\n```lean4\n"
_COMMENTED = "Complete the following Lean 4 code with explanatory comments preceding each line of code:\n\n```lean4\n"
_STP_HEADER = "import Mathlib\nimport Aesop\nset_option maxHeartbeats 0\nopen BigOperators Real Nat Topology Rat"


def _plain(request: PromptRequest) -> TextPrompt:
    return TextPrompt(_PLAIN + _code(request))


def _commented(request: PromptRequest) -> TextPrompt:
    return TextPrompt(_COMMENTED + _code(request))


def _goedel(request: PromptRequest) -> TextPrompt:
    return _commented(replace(request, goals=()))


def _code(request: PromptRequest) -> str:
    return f"{header(request)}{doc_comment(request)}{open_statement(request)}\n{_so_far(request)}"


def _so_far(request: PromptRequest) -> str:
    if not request.prefix:
        return ""
    tactics = indent(request.prefix, 2) + "\n"
    if not request.goals:
        return tactics
    state = request.state.replace("\n", "\n    ")
    return f"{tactics}  /- tactic state:\n    {state}\n  -/\n"


def _stp(request: PromptRequest) -> TextPrompt:
    so_far = "\n" + indent(request.prefix, 2) if request.prefix else ""
    return TextPrompt(f"{_PLAIN}{header(request, _STP_HEADER)}{open_statement(request).strip()}{so_far}")


def _parse(output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
    return from_continuation(output, request.statement, finished)


def _answer(block: str, request: PromptRequest, /) -> str:
    return f"{indent(block, 2)}\n```"


def _answer_stp(block: str, request: PromptRequest, /) -> str:
    # Its prompt ends behind `:= by`, or behind a tactic, without a line break.
    return f"\n{_answer(block, request)}"


_SAMPLING = Sampling(temperature=1.0, top_p=0.95, max_tokens=2048)

DEEPSEEK_V1_5 = Recipe(
    name="deepseek-prover-v1.5",
    version=1,
    kind="whole-proof",
    source="github.com/deepseek-ai/DeepSeek-Prover-V1.5@2c4ba91 prover/utils.py:11-18",
    models=(),
    sampling=_SAMPLING,
    slots=frozenset({"informal", "goals", "prefix"}),
    prompt=_plain,
    parse=_parse,
    answer=_answer,
)

DEEPSEEK_V1_5_COT = Recipe(
    name="deepseek-prover-v1.5-cot",
    version=1,
    kind="whole-proof",
    source="github.com/deepseek-ai/DeepSeek-Prover-V1.5@2c4ba91 prover/utils.py:28-33",
    models=(
        "deepseek-ai/DeepSeek-Prover-V1.5-RL",
        "deepseek-ai/DeepSeek-Prover-V1.5-SFT",
        "deepseek-ai/DeepSeek-Prover-V1.5-Base",
    ),
    sampling=_SAMPLING,
    slots=frozenset({"informal", "goals", "prefix"}),
    prompt=_commented,
    parse=_parse,
    answer=_answer,
)

GOEDEL_V1 = Recipe(
    name="goedel-prover-v1",
    version=1,
    kind="whole-proof",
    source="github.com/Goedel-LM/Goedel-Prover@d80349d eval/step1_inference.py:52-76",
    models=("Goedel-LM/Goedel-Prover-SFT",),
    sampling=_SAMPLING,
    slots=frozenset({"informal", "prefix"}),
    prompt=_goedel,
    parse=_parse,
    answer=_answer,
)

STP = Recipe(
    name="stp",
    version=1,
    kind="whole-proof",
    source="github.com/kfdong/STP@2b5fe8b RL/utils/model_utils.py:22,40-43",
    models=("kfdong/STP_model_Lean_0320",),
    sampling=Sampling(temperature=1.0, max_tokens=1024),
    slots=frozenset({"prefix"}),
    prompt=_stp,
    parse=_parse,
    answer=_answer_stp,
)
