"""A small decoder and its tokenizer, built from a run's own data: a Llama by transformers, BPE by tokenizers.

The first tokens of the vocabulary are those of `prover.policies.tiny.branches`; the rest is learnt from states and
tactics. Words are cut at spaces, dots and digits, so that `List.map_append` shares its parts with other names; bytes
are the alphabet, so that there is nothing that cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import Field

from prover.policies.tiny.branches import END, LONGEST_ROW, PAD, SPECIAL, STATE
from prover.types import Frozen

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import LlamaForCausalLM

MOST_PARAMETERS = 12_000_000
_WORDS = r" ?[^\W\d_]+|_|\d| ?[^\s\w]|\s+"


class DecoderSize(Frozen):
    """How large the decoder is. The defaults make 3.4 million parameters with a vocabulary of 2,048."""

    vocabulary: int = Field(default=2048, ge=300)
    width: int = 256
    layers: int = 4
    heads: int = 4
    inner: int = 640


def build_tokenizer(texts: Iterable[str], size: DecoderSize) -> Tokenizer:
    """Learn a byte-pair encoding (Sennrich et al. 2016) of these texts. The same texts give the same tokenizer."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size.vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def build_decoder(tokenizer: Tokenizer, size: DecoderSize, seed: int) -> LlamaForCausalLM:
    """Return a decoder with random weights drawn from a seed. Raises `ValueError` beyond `MOST_PARAMETERS`."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=size.width,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        num_key_value_heads=size.heads,
        intermediate_size=size.inner,
        max_position_embeddings=LONGEST_ROW,
        tie_word_embeddings=True,
        pad_token_id=PAD,
        bos_token_id=STATE,
        eos_token_id=END,
    )
    with torch.device("meta"):  # counted before anything is allocated
        count = sum(parameter.numel() for parameter in LlamaForCausalLM(config).parameters())
    if count > MOST_PARAMETERS:
        raise ValueError(f"a decoder of {count:,} parameters is no tiny one: at most {MOST_PARAMETERS:,}")
    torch.manual_seed(seed)
    return LlamaForCausalLM(config)
