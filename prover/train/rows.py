"""The one maker of training text: a recipe, what it is asked, and the block that it is to answer with.

The prompt of a row is the one that the recipe's policy asks with, and the completion is read back by the recipe's own
parser as the block, or there is no row: what a model is trained on is what it is asked and what is understood of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from prover.errors import DataError
from prover.lines import read_lines, write_whole
from prover.policies.recipes import ChatPrompt, Example, Message, Prompt, PromptRequest, Recipe, TextPrompt
from prover.policies.recipes.recipe import Role
from prover.queries import asks
from prover.types import Frozen, Label, Problem, TrainingExample


class Turn(Frozen):
    """One turn of a conversation."""

    role: Role
    content: str


class Asked(Frozen):
    """A prompt as a file holds it: `text`, or `turns` for the tokenizer's chat template."""

    text: str = ""
    special_tokens: bool = True
    turns: tuple[Turn, ...] = ()
    prefill: str = ""

    @classmethod
    def of(cls, prompt: Prompt) -> Asked:
        if isinstance(prompt, TextPrompt):
            return cls(text=prompt.text, special_tokens=prompt.special_tokens)
        turns = tuple(Turn(role=turn.role, content=turn.content) for turn in prompt.messages)
        return cls(turns=turns, prefill=prompt.prefill)

    @property
    def prompt(self) -> Prompt:
        if self.turns:
            return ChatPrompt(tuple(Message(turn.role, turn.content) for turn in self.turns), self.prefill)
        return TextPrompt(self.text, self.special_tokens)


class TrainingRow(Frozen):
    """A prompt and the text that is to follow it. Rows of one problem are trained on, or held out, together."""

    problem: str
    asked: Asked
    completion: str
    weight: float = 1.0


class PreferenceRow(Frozen):
    """A prompt with a text that Lean accepted and one that it refused."""

    problem: str
    asked: Asked
    chosen: str
    rejected: str


T = TypeVar("T")
Similar = Callable[[TrainingExample], Sequence[Example]]
"""Returns the solved steps that are shown with a state."""
_ROWS: TypeAdapter[TrainingRow] = TypeAdapter(TrainingRow)
_PAIRS: TypeAdapter[PreferenceRow] = TypeAdapter(PreferenceRow)


def answer_of(recipe: Recipe, request: PromptRequest, block: str) -> str | None:
    """Return the completion that says a block; None where the recipe's format cannot say it."""
    text = recipe.answer(block, request)
    return text if recipe.parse(text, request).block == block else None


def nothing(example: TrainingExample) -> Sequence[Example]:
    """Show no solved step with a state."""
    return ()


def request_of_example(
    example: TrainingExample, problems: Mapping[str, Problem] = {}, similar: Similar = nothing
) -> PromptRequest:
    """Return what is asked about the state of an example; `problems` by name say what an example does not hold."""
    problem = problems.get(example.problem)
    return PromptRequest(
        statement=example.statement,
        header=problem.header.strip() if problem is not None else "",
        informal=problem.informal if problem is not None else "",
        goals=example.goals,
        examples=tuple(similar(example)),
    )


def training_rows(
    examples: Sequence[TrainingExample],
    recipe: Recipe,
    *,
    most: int = 4,
    balance: float = 0.5,
    lines: bool = False,
    problems: Mapping[str, Problem] = {},
    similar: Similar = nothing,
) -> list[TrainingRow]:
    """Return the rows of verified proofs for a recipe: steps for one of tactics, whole proofs for one of whole proofs.

    Of a state at most `most` tactics are taken, those with the rarest heads first, and share a weight of 1 before a
    tactic whose head stands in n rows is weighed by n to the power of -`balance`. So what closes half of all states by
    itself does not drown what is rarely right. Weights have a mean of 1. With `lines` a tactic is written on one line,
    for a model that stops at a line end; one that cannot be (`one_line`) is left out, and so is a query (`exact?`).
    `similar` says which solved steps a prompt shows, for a recipe with a place for them.
    """
    found: list[tuple[str, PromptRequest, str, float]] = []
    if recipe.kind == "whole-proof":
        for example in examples:
            if example.proof:
                request = request_of_example(example, problems, similar)
                found.append((example.problem, request, example.proof, 1.0))
    else:
        common = Counter(head(tactic) for example in examples for tactic in example.positives)
        for example in examples:
            able = (one_line(tactic) if lines else tactic for tactic in example.positives if not asks(tactic))
            known = dict.fromkeys(tactic for tactic in able if tactic is not None)
            rare = sorted(known, key=lambda tactic: common[head(tactic)])[:most]
            if rare:
                request = request_of_example(example, problems, similar)
                found += [(example.problem, request, tactic, 1.0 / len(rare)) for tactic in rare]
    heads = Counter(head(block) for _, _, block, _ in found)
    rows = []
    for problem, request, block, share in found:
        completion = answer_of(recipe, request, block)
        if completion is not None:
            weight = share * heads[head(block)] ** -balance if recipe.kind == "tactic" else share
            asked = Asked.of(recipe.prompt(request))
            rows.append(TrainingRow(problem=problem, asked=asked, completion=completion, weight=weight))
    mean = sum(row.weight for row in rows) / len(rows) if rows else 1.0
    return [row.model_copy(update={"weight": row.weight / mean}) for row in rows]


def preference_rows(
    examples: Sequence[TrainingExample],
    recipe: Recipe,
    *,
    most: int = 8,
    lines: bool = False,
    problems: Mapping[str, Problem] = {},
    similar: Similar = nothing,
) -> list[PreferenceRow]:
    """Return pairs for direct preference optimisation: a tactic of a verified proof, and one that Lean refused there.

    As in BFS-Prover (2502.03438, section 3.2) the refused one ended with an error: what advanced, what ran out of
    heartbeats and what was not tried may be good. Of a state at most `most` pairs, the most probable mistakes first,
    each with another of the right ones in turn, those with the rarest heads first. `lines` and `similar` as in
    `training_rows`.
    """
    common = Counter(head(tactic) for example in examples for tactic in example.positives)
    rows = []
    for example in examples:
        request = request_of_example(example, problems, similar)
        wrong = [j for j in example.judged if j.label is Label.REFUSED and j.kind == "error"]
        wrong.sort(key=lambda judged: -judged.log_prob)
        known = dict.fromkeys(tactic for tactic in example.positives if not asks(tactic))
        rights = sorted(known, key=lambda tactic: common[head(tactic)])
        # Round after round of all pairs: in the first n of them every mistake stands once before one stands twice.
        pairs = [
            (rights[(place + turn) % len(rights)], judged.tactic)
            for turn in range(len(rights))
            for place, judged in enumerate(wrong)
        ][:most]
        for right, refused in pairs:
            one, other = (one_line(right), one_line(refused)) if lines else (right, refused)
            if one is None or other is None:
                continue
            chosen, rejected = answer_of(recipe, request, one), answer_of(recipe, request, other)
            if chosen is not None and rejected is not None and chosen != rejected:
                asked = Asked.of(recipe.prompt(request))
                rows.append(PreferenceRow(problem=example.problem, asked=asked, chosen=chosen, rejected=rejected))
    return rows


def one_line(block: str) -> str | None:
    """Return a block of tactics as one line that Lean reads alike; None for one with indented or structured lines.

    A tactic that takes a sequence (`all_goals`, `repeat'`) would take what follows a `;` along, so it is put into
    parentheses unless it is the last.
    """
    lines = block.split("\n")
    if any(not line or line[0] in " \t·|" or line.startswith(("case ", "--")) or "--" in line for line in lines[1:]):
        return None
    if len(lines) > 1 and (" -- " in lines[0] or lines[0].rstrip().endswith(("by", "=>", "with", ":=", "at"))):
        return None
    ahead = [f"({line})" if head(line) in _TAKES_SEQUENCE else line for line in lines[:-1]]
    return "; ".join([*ahead, lines[-1]])


_TAKES_SEQUENCE = frozenset(
    ("repeat", "repeat'", "all_goals", "any_goals", "try", "first", "iterate", "focus", "on_goal", "have", "calc")
)


def head(block: str) -> str:
    """Return the word that a block of tactics begins with."""
    words = block.split(None, 1)
    return words[0].rstrip("!?") if words else ""


def as_messages(row: TrainingRow) -> list[dict[str, str]]:
    """Return a row as a conversation; a prompt of raw text becomes the user's turn."""
    turns = [{"role": turn.role, "content": turn.content} for turn in row.asked.turns]
    turns = turns or [{"role": "user", "content": row.asked.text}]
    return [*turns, {"role": "assistant", "content": row.asked.prefill + row.completion}]


def write_rows(rows: Iterable[Frozen], path: Path) -> None:
    """Write rows as JSON lines: whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, "".join(f"{row.model_dump_json()}\n" for row in rows).encode())


def read_training_rows(path: Path) -> list[TrainingRow]:
    """Return the rows of a file. Raises `DataError` for a damaged one, and for one without any."""
    return _some(read_lines(path, _ROWS), path, "nothing was proved that could be learnt from")


def read_preference_rows(path: Path) -> list[PreferenceRow]:
    """Return the pairs of a file. Raises `DataError` for a damaged one, and for one without any."""
    return _some(read_lines(path, _PAIRS), path, "no state has both a tactic that proves it and one that Lean refused")


def _some(rows: Iterator[T], path: Path, why: str) -> list[T]:
    found = list(rows)
    if not found:
        raise DataError(f"{path} holds no rows to train on: {why}; search more problems first")
    return found
