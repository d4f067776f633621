"""A pretrained model of a few thousand weights, as people have them: weights, configuration, tokenizer, template."""

from __future__ import annotations

from pathlib import Path

from prover.train.decoder import DecoderSize, build_decoder, build_tokenizer
from prover.types import Judged, Label, TrainingExample
from tests.train import made

SIZE = DecoderSize(vocabulary=400, width=32, layers=2, heads=2, inner=64)
CHAT = (
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
WRONG = {"abcdefgh"[number]: "abcdefgh"[number - 1] for number in range(8)}


def example(number: int) -> TrainingExample:
    """A state that one tactic proves, and that the others were refused at, with an error or for want of heartbeats."""
    found = made.example(number)
    kinds = ["error", "heartbeats"]
    judged = tuple(
        Judged(
            tactic=judgement.tactic,
            label=judgement.label,
            log_prob=-float(place),
            kind="" if right else kinds[place % 2],
        )
        for place, judgement in enumerate(found.judged)
        for right in [judgement.label is Label.PROVED]
    )
    statement = f"theorem p{number} {{a b c d e f g h : ℕ}} : True := by"
    return found.model_copy(update={"judged": judged, "statement": statement, "proof": found.positives[0]})


EXAMPLES = [example(number) for number in range(32)]


def base(folder: Path) -> Path:
    """Write the model, with random weights, into a folder."""
    from transformers import PreTrainedTokenizerFast

    texts = [
        text
        for example in EXAMPLES
        for text in (*example.goals, example.statement, *(judged.tactic for judged in example.judged))
    ]
    tokenizer = build_tokenizer([*texts, "Goal:\nTactic:\nStatement:\nProof:\n"], SIZE)
    model = build_decoder(tokenizer, SIZE, 0)
    model.save_pretrained(folder)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>", pad_token="<pad>", chat_template=CHAT)
    fast.save_pretrained(folder)
    return folder
