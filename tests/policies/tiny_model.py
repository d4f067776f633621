"""A Llama-style model and its tokenizer, built from nothing and trained for a few seconds to give fixed answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

CHAT_TEMPLATE = (
    "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}</{{ message['role'] }}>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)

Pairs = list[tuple[str, str]]
"""Prompts with the answers to them."""


def make(
    folder: Path, pairs: Pairs, *, layers: int = 2, width: int = 64, steps: int = 150, context: int = 1024
) -> Path:
    """Train a model to answer each prompt with its answer and an end of text, and save it as `save_pretrained` does."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    torch.manual_seed(0)
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        special_tokens=["<pad>", "<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    raw.train_from_iterator([text for pair in pairs for text in pair], trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token="<pad>", bos_token="<s>", eos_token="</s>", model_max_length=context
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=width // 32,  # vLLM's attention on a CPU wants heads of 32 at least
        num_key_value_heads=max(1, width // 64),
        max_position_embeddings=context,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
    model = LlamaForCausalLM(config)
    if pairs and steps:
        _train(torch, model, tokenizer, pairs, steps)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _train(torch: Any, model: Any, tokenizer: Any, pairs: Pairs, steps: int) -> None:
    prompts = [tokenizer(prompt, add_special_tokens=False)["input_ids"] for prompt, _ in pairs]
    answers = [[*tokenizer(answer, add_special_tokens=False)["input_ids"], 2] for _, answer in pairs]
    rows = [prompt + answer for prompt, answer in zip(prompts, answers, strict=True)]
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    labels = torch.tensor(
        [
            [-100] * len(prompt) + answer + [-100] * (width - len(prompt) - len(answer))
            for prompt, answer in zip(prompts, answers, strict=True)
        ]
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    model.train()
    for _ in range(steps):
        loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if loss.item() < 0.01:
            break
    model.eval()
