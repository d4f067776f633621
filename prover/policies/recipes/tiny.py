"""The format of this project's own small step models: goals, then the tactic, with marks that need no special tokens.

    [GOAL]{goals as Lean prints them}[TACTIC]{tactic}[END]

Nothing else is in the prompt, so that a decoder of a few million weights can be trained on it from scratch.
"""

from __future__ import annotations

from prover.policies.recipes.answer import block
from prover.policies.recipes.recipe import Parsed, PromptRequest, Recipe, Sampling, TextPrompt

END = "[END]"


def prompt_text(state: str) -> str:
    """Return the prompt for goals as Lean prints them, several separated by a blank line."""
    return f"[GOAL]{state}[TACTIC]"


def _prompt(request: PromptRequest) -> TextPrompt:
    return TextPrompt(prompt_text(request.state))


def _parse(output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
    tactic, ended, _ = output.partition(END)
    return block(tactic.partition("[GOAL]")[0], request.statement, finished or bool(ended))


def _answer(block: str, request: PromptRequest, /) -> str:
    return f"{block}{END}"


TINY = Recipe(
    name="tiny",
    version=1,
    kind="tactic",
    source="this project's own format",
    models=(),
    sampling=Sampling(max_tokens=128, stop=(END,)),
    slots=frozenset({"goals"}),
    prompt=_prompt,
    parse=_parse,
    answer=_answer,
)
