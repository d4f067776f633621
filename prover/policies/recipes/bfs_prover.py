"""BFS-Prover V1 and V2: decoders that read `goals:::` and write one tactic.

V1: microsoft/DSP-Plus@eb983208b78b5ac4a7774d5500cc2086a2171027, dsp/proving/external_parser.py:14-26, sampling in
config/default.py:94-98; the same is on the card of ByteDance-Seed/BFS-Prover-V1-7B ("Usage"), which adds that text may
echo the goals up to `:::`.
V2: zeyu-zheng/BFS-Prover-V2@6118f5f4efd52a3e4f8089335e8181a5a6a79aa3 (an author's copy of
ByteDance-Seed/BFS-Prover-V2), src/search/prover_manager.py:161-173 (`TacticGenerator.generate`), called with all goals
as Lean prints them, separated by blank lines (`_best_first_expansion_step`, without a plan). Sampling as in
src/search/run_local_search.sh.
"""

from __future__ import annotations

from prover.policies.recipes.answer import step
from prover.policies.recipes.listing import bare
from prover.policies.recipes.recipe import Parsed, PromptRequest, Recipe, Sampling, TextPrompt

_MARK = ":::"


def _prompt(request: PromptRequest) -> TextPrompt:
    return TextPrompt(request.state + _MARK)


def _parse(output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
    return step(output.rpartition(_MARK)[2], request.statement, finished)


BFS_PROVER_V1 = Recipe(
    name="bfs-prover-v1",
    version=1,
    kind="tactic",
    source="github.com/microsoft/DSP-Plus@eb98320 dsp/proving/external_parser.py:14-26; card of BFS-Prover-V1-7B",
    models=("ByteDance-Seed/BFS-Prover-V1-7B", "bytedance-research/BFS-Prover"),
    sampling=Sampling(temperature=1.1, max_tokens=64),
    slots=frozenset({"goals"}),
    prompt=_prompt,
    parse=_parse,
    answer=bare,
)

BFS_PROVER_V2 = Recipe(
    name="bfs-prover-v2",
    version=1,
    kind="tactic",
    source="github.com/zeyu-zheng/BFS-Prover-V2@6118f5f src/search/prover_manager.py:161-173",
    models=("ByteDance-Seed/BFS-Prover-V2-7B", "ByteDance-Seed/BFS-Prover-V2-32B"),
    sampling=Sampling(temperature=1.3, max_tokens=2048),
    slots=frozenset({"goals"}),
    prompt=_prompt,
    parse=_parse,
    answer=bare,
)
