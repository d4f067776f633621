"""The formats of the language models that are trained here: `step` for tactics, `proof` for whole proofs.

    Lemmas:                          Statement:
    name signature                   theorem … := by
    Goal:                            Proof:
    goals as Lean prints them        tactics so far
    Tactic:
    one tactic                       the rest of the tactics

`Lemmas:` stands there only where lemmas were retrieved. `step-examples` is `step` with solved steps in front, each
written as a goal with its tactic and an empty line behind it. The marks are words that every tokenizer knows in one
token or two, for any pretrained model, and the answer ends with the model's own end of text. Nothing but the goals is
asked with, so that every state of a search, whichever way led there, is a state that a model can be trained on.
"""

from __future__ import annotations

from prover.policies.recipes.answer import from_continuation, step
from prover.policies.recipes.listing import bare, open_statement
from prover.policies.recipes.recipe import Parsed, PromptRequest, Recipe, Sampling, TextPrompt


def _step_prompt(request: PromptRequest) -> TextPrompt:
    lemmas = "".join(f"{premise.name} {premise.signature}".rstrip() + "\n" for premise in request.premises)
    return TextPrompt(f"{f'Lemmas:{chr(10)}{lemmas}' if lemmas else ''}Goal:\n{request.state}\nTactic:\n")


def _step_examples_prompt(request: PromptRequest) -> TextPrompt:
    solved = "".join(f"Goal:\n{example.state}\nTactic:\n{example.tactic}\n\n" for example in request.examples)
    return TextPrompt(f"{solved}{_step_prompt(request).text}")


def _step_parse(output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
    tactic, ended, _ = output.partition("\nGoal:")
    return step(tactic, request.statement, finished or bool(ended))


def _proof_prompt(request: PromptRequest) -> TextPrompt:
    prefix = f"{request.prefix}\n" if request.prefix else ""
    header = f"{request.header.strip()}\n\n" if request.header else ""
    return TextPrompt(f"Statement:\n{header}{open_statement(request)}\nProof:\n{prefix}")


def _proof_parse(output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
    proof, ended, _ = output.partition("\nStatement:")
    return from_continuation(proof, request.statement, finished or bool(ended))


STEP = Recipe(
    name="step",
    version=1,
    kind="tactic",
    source="this project's own format",
    models=(),
    sampling=Sampling(temperature=0.8, max_tokens=64),
    slots=frozenset({"goals", "premises"}),
    prompt=_step_prompt,
    parse=_step_parse,
    answer=bare,
)

STEP_EXAMPLES = Recipe(
    name="step-examples",
    version=1,
    kind="tactic",
    source="this project's own format",
    models=(),
    sampling=STEP.sampling,
    slots=frozenset({"goals", "premises", "examples"}),
    prompt=_step_examples_prompt,
    parse=_step_parse,
    answer=bare,
)

PROOF = Recipe(
    name="proof",
    version=1,
    kind="whole-proof",
    source="this project's own format",
    models=(),
    sampling=Sampling(temperature=0.8, max_tokens=512),
    slots=frozenset({"prefix"}),
    prompt=_proof_prompt,
    parse=_proof_parse,
    answer=bare,
)
