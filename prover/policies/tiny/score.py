"""What the decoder believes of the tactics of one state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from prover.policies.tiny.branches import LONGEST_TACTIC, batch, outcome_logits, row

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

BLOCK = 128
"""Tokens of tactics that are read together. Attention costs more in longer blocks, and all else in shorter ones."""


def log_proving(model: LlamaForCausalLM, state: Sequence[int], tactics: Sequence[Sequence[int]]) -> list[float]:
    """Return log P(<proved>) of each tactic, among the outcomes.

    The decoder reads their row (`prover.policies.tiny.branches`). The state is read once and kept; the tactics follow
    in blocks that are independent of each other, because no branch sees another.
    """
    import torch

    if not tactics:
        return []
    rows = [row(state, block) for block in _blocks(tactics)]
    start = rows[0].prefix
    given = batch(rows, model.dtype)
    with torch.inference_mode():
        seen = model.model(input_ids=given["input_ids"][:1, :start], use_cache=True).past_key_values
        seen.batch_repeat_interleave(len(rows))
        hidden = model.model(
            input_ids=given["input_ids"][:, start:],
            position_ids=given["position_ids"][:, start:],
            attention_mask=given["attention_mask"][:, :, start:],
            past_key_values=seen,
            use_cache=True,
        ).last_hidden_state
        logits = outcome_logits(model, hidden, [[end - start for end in row.ends] for row in rows])
    return [float(log) for log in logits.log_softmax(-1)[:, 0]]


def _blocks(tactics: Sequence[Sequence[int]]) -> Iterator[list[Sequence[int]]]:
    block: list[Sequence[int]] = []
    used = 0
    for tactic in tactics:
        length = min(len(tactic), LONGEST_TACTIC) + 1
        if block and used + length > BLOCK:
            yield block
            block, used = [], 0
        block.append(tactic)
        used += length
    yield block
