"""What a recipe is: one model family's prompt format, its parser, and where both were read.

A recipe is pure: a `PromptRequest` goes in and a `Prompt` comes out; a model's raw text goes in and a `Parsed` comes
out. The statement is always ours: of an answer only the tactics are used, not the theorem it states.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from prover.types import Frozen

Kind = Literal["tactic", "whole-proof"]
Role = Literal["system", "user", "assistant"]
Slot = Literal["informal", "goals", "prefix", "premises", "examples", "attempts"]
"""The optional parts of a request; a recipe without a slot for one leaves it out of the prompt."""


@dataclass(frozen=True, slots=True)
class Premise:
    """A lemma that was retrieved: its full name, and its signature as Lean prints it (`(a b : ℕ) : a + b = b + a`)."""

    name: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A solved step that was retrieved: goals as Lean prints them and the tactic that advanced them."""

    state: str
    tactic: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error of Lean: its message, where it stands in the block, and the goals there, if they are known.

    Lines count from 1 and columns, in code points, from 0, as Lean's own positions do. An end before the start means
    that only the start is known.
    """

    message: str
    line: int
    column: int
    end_line: int = 0
    end_column: int = 0
    goals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """An earlier answer: the model's raw text, the tactic block that was read from it, and what Lean said of that.

    `feedback` is all that Lean said, as one text. Where `complaints` are given too, a recipe whose source lays out the
    errors in a form of its own does the same.
    """

    answer: str
    block: str
    feedback: str
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptRequest:
    """What is asked. Only `statement` is needed; a tactic recipe needs `goals` too.

    `statement` runs from `theorem` up to and including `:= by`. `header` is the Lean source in front of it with its
    imports; empty means: as the recipe's source has it. `goals` are printed by Lean, first goal first. `prefix` is the
    block of tactics, starting in the first column, that led from the statement to `goals`. `attempts` are the
    rounds of correction so far, oldest first.
    """

    statement: str
    header: str = ""
    informal: str = ""
    goals: tuple[str, ...] = ()
    prefix: str = ""
    premises: tuple[Premise, ...] = ()
    examples: tuple[Example, ...] = ()
    attempts: tuple[Tried, ...] = ()

    @property
    def state(self) -> str:
        """The goals as Lean prints them, separated by blank lines."""
        return "\n\n".join(self.goals)


@dataclass(frozen=True, slots=True)
class TextPrompt:
    """Raw text that the model continues. `special_tokens`: whether the tokenizer adds its own, such as a BOS."""

    text: str
    special_tokens: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class ChatPrompt:
    """Turns for the tokenizer's own chat template, asked with `add_generation_prompt`.

    `prefill` is the beginning of the answer, put behind the generation prompt; what the model returns continues it.
    """

    messages: tuple[Message, ...]
    prefill: str = ""


Prompt = TextPrompt | ChatPrompt


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read from an answer: tactics, or the reason why there are none.

    The least indented line of `block` starts in the first column, and no part of it is the statement; for a tactic
    recipe it is one tactic. Where the recipe has the slot `prefix`, it is what follows the request's prefix. `complete`
    is False where the text broke off: then `block` ends with the last line that was finished, and can be resumed from.
    `note` says what was wrong or odd in one sentence, empty if nothing was.
    """

    block: str | None
    note: str = ""
    complete: bool = True


class Parser(Protocol):
    """Reads an answer. Takes any text, never raises, and never returns a part of the statement."""

    def __call__(self, output: str, request: PromptRequest, finished: bool = True, /) -> Parsed:
        """Return what `output`, the model's raw text behind the prompt, says for `request`.

        `finished` is False where the model ran into its limit of tokens. A stop string may stand at the end or not.
        """
        ...


class Writer(Protocol):
    """Writes the answer that a model is to give: the inverse of the parser."""

    def __call__(self, block: str, request: PromptRequest, /) -> str:
        """Return the text for which the parser gives `block`, which starts in the first column.

        A stop string of the recipe stands at its end, so that a model learns to write it. A block that holds a mark of
        the format itself cannot be written so that it is read again: who needs to know parses the answer.
        """
        ...


class Sampling(Frozen):
    """How the source samples: the defaults of a policy.

    `beam` says that the source asks for the k best by beam search; `temperature` is then for policies that sample.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    max_tokens: int
    stop: tuple[str, ...] = ()
    beam: bool = False


@dataclass(frozen=True, slots=True)
class Recipe:
    """A named, versioned prompt format with its parser.

    `version` grows whenever a prompt or a parse may change. `source` cites repository, commit, file and lines. `models`
    are the ids on the Hugging Face hub that the format is meant for. `prompt`, `parse` and `answer`, the inverse of
    `parse`, are pure: what a model is trained on is what it is asked and what is read from it.
    """

    name: str
    version: int
    kind: Kind
    source: str
    models: tuple[str, ...]
    sampling: Sampling
    slots: frozenset[Slot]
    prompt: Callable[[PromptRequest], Prompt]
    parse: Parser
    answer: Writer

    def sampled(self, sampling: Sampling) -> Recipe:
        """Return the recipe with another sampling as its default: that which was fitted for one model."""
        return replace(self, sampling=sampling)
