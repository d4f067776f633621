"""Prompts as text and as tokens, and answers as text, with a tokenizer of the transformers kind."""

from __future__ import annotations

from typing import Any

from prover.errors import PolicyError
from prover.policies.recipes import ChatPrompt, Prompt

OVERLAP = 8
"""Tokens of the prompt that an answer is decoded together with: some tokenizers drop a space at the start of a text."""


def as_text(prompt: Prompt, tokenizer: Any, who: str) -> str:
    """Return a prompt as the text that the model sees. Raises `PolicyError` for a conversation without a template."""
    if not isinstance(prompt, ChatPrompt):
        return prompt.text
    if not getattr(tokenizer, "chat_template", None):
        raise PolicyError(
            f"{who}: the recipe holds a conversation and this model's tokenizer has no chat template; "
            "choose a recipe of raw text with recipe=NAME"
        )
    turns = [{"role": message.role, "content": message.content} for message in prompt.messages]
    try:
        text: str = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    except Exception as error:  # templates are programs and raise what they like
        raise PolicyError(f"{who}: the model's chat template refuses the recipe's conversation ({error})") from error
    return text + prompt.prefill


def as_tokens(prompt: Prompt, tokenizer: Any, who: str) -> tuple[int, ...]:
    """Return the tokens of a prompt. A chat template writes the special tokens itself."""
    special = not isinstance(prompt, ChatPrompt) and prompt.special_tokens
    return tuple(tokenizer(as_text(prompt, tokenizer, who), add_special_tokens=special)["input_ids"])


def answer_text(prompt: tuple[int, ...], ids: list[int], tokenizer: Any) -> str:
    """Return the text of generated tokens, white space at its start as the model wrote it."""
    before = list(prompt[-OVERLAP:])
    options = {"skip_special_tokens": True, "clean_up_tokenization_spaces": False}
    start: str = tokenizer.decode(before, **options)
    both: str = tokenizer.decode(before + ids, **options)
    return both[len(start) :] if both.startswith(start) else str(tokenizer.decode(ids, **options))


def cut(text: str, stop: tuple[str, ...]) -> str:
    """Return a text up to the first stop string in it."""
    places = [place for string in stop if (place := text.find(string)) >= 0]
    return text[: min(places)] if places else text
