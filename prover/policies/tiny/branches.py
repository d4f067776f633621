"""A state and many tactics as one row of tokens: every tactic is a branch that sees the state and itself.

    <state> state … <tactic> | tactic 1 … <end> | tactic 2 … <end> | …

Positions of every branch go on from those of the state, so what the decoder computes is what it would compute of
`<state> … <tactic> tactic <end>` alone (tree attention, as in SpecInfer, 2305.09781, section 4.2), and the state is
paid for once. After `<end>` the next token is an outcome: what becomes of the tactic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from transformers import LlamaForCausalLM

PAD, STATE, TACTIC, END = 0, 1, 2, 3
OUTCOMES = (4, 5, 6)
"""The tokens of the outcomes, in the order of `prover.train.examples.Label`: proved, advanced, refused."""
SPECIAL = ("<pad>", "<state>", "<tactic>", "<end>", "<proved>", "<advanced>", "<refused>")

LONGEST_STATE = 256
LONGEST_TACTIC = 64
LONGEST_ROW = 1024


@dataclass(frozen=True, slots=True)
class Row:
    """A state with its branches, in tokens. `starts` holds the place of each branch, `ends` that of its `<end>`."""

    tokens: tuple[int, ...]
    prefix: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @property
    def segments(self) -> list[int]:
        """0 for the state, and the number of its branch, from 1, for everything else."""
        found = [0] * self.prefix
        for number, (start, end) in enumerate(zip(self.starts, self.ends, strict=True), 1):
            found += [number] * (end + 1 - start)
        return found

    @property
    def positions(self) -> list[int]:
        found = list(range(self.prefix))
        for start, end in zip(self.starts, self.ends, strict=True):
            found += range(self.prefix, self.prefix + end + 1 - start)
        return found


def row(state: Sequence[int], tactics: Sequence[Sequence[int]]) -> Row:
    """Return the row of a state and tactics. A state that is too long loses its beginning: the goal stands last."""
    tokens = [STATE, *state[-LONGEST_STATE:], TACTIC]
    prefix = len(tokens)
    starts, ends = [], []
    for tactic in tactics:
        starts.append(len(tokens))
        tokens += [*tactic[:LONGEST_TACTIC], END]
        ends.append(len(tokens) - 1)
    return Row(tuple(tokens), prefix, tuple(starts), tuple(ends))


def batch(rows: Sequence[Row], dtype: torch.dtype) -> dict[str, Any]:
    """Return the arguments of a decoder for rows: tokens and positions (B, L), and the mask (B, 1, L, L) to add."""
    import torch

    longest = max(len(row.tokens) for row in rows)
    tokens = torch.full((len(rows), longest), PAD)
    positions = torch.zeros((len(rows), longest), dtype=torch.long)
    segments = torch.full((len(rows), longest), -1)
    for number, entry in enumerate(rows):
        length = len(entry.tokens)
        tokens[number, :length] = torch.tensor(entry.tokens)
        positions[number, :length] = torch.tensor(entry.positions)
        segments[number, :length] = torch.tensor(entry.segments)
    before = torch.ones((longest, longest), dtype=torch.bool).tril()
    keys, queries = segments[:, None, :], segments[:, :, None]
    seen = before & ((keys == 0) | (keys == queries))
    mask = torch.zeros(seen.shape, dtype=dtype).masked_fill(~seen, torch.finfo(dtype).min)
    return {"input_ids": tokens, "position_ids": positions, "attention_mask": mask[:, None]}


def outcome_logits(model: LlamaForCausalLM, hidden: torch.Tensor, ends: Sequence[Sequence[int]]) -> torch.Tensor:
    """Return the logits of the outcomes after the given places of every row of hidden states, (branches, 3)."""
    import torch

    at = torch.tensor([(number, end) for number, places in enumerate(ends) for end in places])
    chosen = hidden[at[:, 0], at[:, 1]]
    logits: torch.Tensor = (chosen @ model.lm_head.weight[list(OUTCOMES)].to(chosen.dtype).T).float()
    return logits
