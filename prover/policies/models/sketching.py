"""Sketches by a model, for the subgoal strategy: a proof whose `have`s become holes, each searched apart.

Draft, Sketch and Prove (2210.12283) and DeepSeek-Prover-V2 (2504.21801, section 2.1) have a model write the skeleton
with `sorry` in it. Lean refuses `sorry` as an action here; the holes become goals instead: `have h : T := by sorry` is
carried out as `refine (fun (h : T) => ?_) ?_`. The proofs that a model gives its `have`s are cut out likewise, so that
every whole-proof recipe can sketch: what it proves of a subgoal itself, a search has to find again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from prover.policies.models.generation import Completion
from prover.policies.recipes import ChatPrompt, Message, Prompt, PromptRequest, Recipe
from prover.policies.sketch import RuleSketcher
from prover.types import ProofState
from search.types import Proposals

if TYPE_CHECKING:
    from prover.policies.models.model import ModelAttempt

_HOLE = re.compile(r"(?<![\w.])(?:sorry|admit)(?![\w'])")
_HAVE = re.compile(r"^have\b\s*(?P<name>[^\W\d][\w'!?]*)?(?=[\s:({\[])")
_CLOSING = {")": "(", "]": "[", "}": "{", "⟩": "⟨"}
_ASK = (
    "You plan proofs in Lean 4. Answer with one code block, marked ```lean4, that holds the whole theorem exactly as "
    "it was given, followed by a sketch of its proof: a chain of steps `have h1 : STATEMENT := by sorry`, each easier "
    "than the theorem, and last the tactics that prove the theorem from them. Prove none of the steps."
)


class ModelSketcher:
    """Asks a model for sketches. A model that only writes single steps cannot sketch: then rules do."""

    def __init__(self, attempt: ModelAttempt) -> None:
        self._attempt = attempt

    def sketch(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Propose at most `k` sketches for each state, most probable first."""
        recipe = self._attempt.recipe
        if recipe.kind != "whole-proof" and not _chats(recipe):
            return RuleSketcher().sketch(states, k)
        prompt = _prompt if _chats(recipe) else recipe.prompt
        return self._attempt.ask(states, k, prompt, _read)


def holes(block: str) -> list[str]:
    """Return the sketches in a block of tactics: with its own ending, and with the ending left to be proved.

    None if the block states no subgoal.
    """
    kept: list[str] = []
    last = -1
    for statement in _statements(block):
        hollow = _hollow(statement)
        if hollow is not None:
            last = len(kept)
        kept.append(statement if hollow is None else hollow)
    if last < 0 or any(_HOLE.search(statement) for statement in kept[:last]):
        return []
    ending = kept[last + 1 :]
    whole = "\n".join(kept[: last + 1])
    if not ending or _HOLE.search("\n".join(ending)):
        return [whole]
    return ["\n".join([whole, *ending]), whole]


def _read(block: str, completion: Completion) -> list[tuple[str, Completion]]:
    sketches = holes(block)
    share = math.log(len(sketches)) if sketches else 0.0
    part = Completion(
        completion.text, completion.log_prob - share, completion.tokens, completion.finished, completion.ids
    )
    return [(sketch, part) for sketch in sketches]


def _chats(recipe: Recipe) -> bool:
    return recipe.name.partition("-")[0] == "chat"


def _prompt(request: PromptRequest) -> Prompt:
    parts = ["Sketch a proof of this theorem in Lean 4."]
    if request.informal:
        parts.append(f"In words: {request.informal}")
    if request.premises:
        parts.append("These lemmas may help: " + ", ".join(premise.name for premise in request.premises))
    source = "\n\n".join(part for part in (request.header, f"{request.statement}\n  sorry") if part)
    parts.append(f"```lean4\n{source}\n```")
    return ChatPrompt((Message("system", _ASK), Message("user", "\n\n".join(parts))))


def _statements(block: str) -> list[str]:
    """Divide a block into its tactics: each begins in the first column; what is indented belongs to the one before."""
    found: list[str] = []
    for line in block.split("\n"):
        if found and (not line.strip() or line[0] in " \t·|" or line.startswith(("case ", "with "))):
            found[-1] += f"\n{line}"
        elif line.strip() and not line.startswith("--"):
            found.append(line)
    return [statement.rstrip() for statement in found]


def _hollow(statement: str) -> str | None:
    """Return a `have` with a hole for its proof; None for anything else, and for one that says no type.

    `have h : T := ?_` itself would not do: what follows would depend on the hole, which is then the value of `h`.
    """
    found = _HAVE.match(statement)
    place, colon = _outside(statement, ":="), _outside(statement, ":")
    if found is None or place is None or colon is None or colon == place:
        return None
    binders, stated = statement[found.end() : colon].strip(), statement[colon + 1 : place].strip()
    if binders and not found["name"]:
        return None  # a pattern: what it takes apart has to be there
    stated = f"∀ {binders}, {stated}" if binders else stated
    return f"refine (fun ({found['name'] or 'this'} : {stated}) => ?_) ?_"


def _outside(text: str, wanted: str) -> int | None:
    """Return the first place of a text outside of all brackets."""
    depth: list[str] = []
    for place, character in enumerate(text):
        if not depth and text.startswith(wanted, place):
            return place
        if character in _CLOSING.values():
            depth.append(character)
        elif character in _CLOSING and depth and depth[-1] == _CLOSING[character]:
            depth.pop()
    return None
