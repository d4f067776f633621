"""Generic chat recipes for models that were not trained on one format: whole proofs, and single steps.

The words are this project's own. Everything a request can hold has a place in them: informal text, retrieved premises,
solved steps as examples, and, as further turns of the conversation, earlier answers with what Lean said of them.
"""

from __future__ import annotations

from prover.lean.block import indent
from prover.policies.recipes.answer import from_answer
from prover.policies.recipes.listing import fenced, proved
from prover.policies.recipes.recipe import ChatPrompt, Message, Parsed, PromptRequest, Recipe, Sampling

_PROOF = (
    "You prove theorems in Lean 4. Answer with one code block, marked ```lean4, that holds the whole theorem exactly "
    "as it was given, followed by its proof as a block of tactics. Do not state other lemmas: prove what you need "
    "inside, with `have`. Do not use `sorry`, `admit`, `native_decide` or new axioms."
)
_STEP = (
    "You prove theorems in Lean 4, one tactic at a time. Answer with one code block, marked ```lean4, that holds "
    "nothing but the next tactic for the first goal. Do not use `sorry` or `admit`."
)


def _proof_prompt(request: PromptRequest) -> ChatPrompt:
    parts = ["Prove this theorem in Lean 4.", *_given(request)]
    parts.append(fenced("\n\n".join(part for part in (request.header, f"{request.statement}\n  sorry") if part)))
    return _conversation(_PROOF, parts, request)


def _step_prompt(request: PromptRequest) -> ChatPrompt:
    script = f"{request.statement}\n{indent(request.prefix, 2)}".rstrip()
    parts = ["This is the proof so far:", fenced(script), "These goals are left:", fenced(request.state)]
    return _conversation(_STEP, [*parts, *_given(request), "What is the next tactic?"], request)


def _given(request: PromptRequest) -> list[str]:
    parts: list[str] = []
    if request.informal:
        parts.append(f"In words: {request.informal}")
    if request.premises:
        lemmas = "\n".join(f"{premise.name} {premise.signature}".rstrip() for premise in request.premises)
        parts += ["These lemmas may help:", fenced(lemmas)]
    for example in request.examples:
        parts += ["A similar goal was advanced in this way:", fenced(f"{example.state}\n---\n{example.tactic}")]
    return parts


def _conversation(system: str, parts: list[str], request: PromptRequest) -> ChatPrompt:
    turns = [Message("system", system), Message("user", "\n\n".join(parts))]
    for tried in request.attempts:
        turns.append(Message("assistant", tried.answer))
        turns.append(Message("user", f"Lean does not accept that:\n\n{fenced(tried.feedback)}\n\nCorrect it."))
    return ChatPrompt(tuple(turns))


def _parse(output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
    return from_answer(output, request.statement, finished)


def _proof_answer(block: str, request: PromptRequest, /) -> str:
    return fenced("\n\n".join(part for part in (request.header, proved(block, request)) if part))


def _step_answer(block: str, request: PromptRequest, /) -> str:
    return fenced(block)


CHAT = Recipe(
    name="chat",
    version=1,
    kind="whole-proof",
    source="this project's own words",
    models=(),
    sampling=Sampling(temperature=1.0, top_p=0.95, max_tokens=8192),
    slots=frozenset({"informal", "premises", "examples", "attempts"}),
    prompt=_proof_prompt,
    parse=_parse,
    answer=_proof_answer,
)

CHAT_STEP = Recipe(
    name="chat-step",
    version=1,
    kind="tactic",
    source="this project's own words",
    models=(),
    sampling=Sampling(temperature=1.0, top_p=0.95, max_tokens=2048),
    slots=frozenset({"informal", "goals", "prefix", "premises", "examples", "attempts"}),
    prompt=_step_prompt,
    parse=_parse,
    answer=_step_answer,
)
