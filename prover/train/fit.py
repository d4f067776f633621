"""Train the decoder on states and judged tactics: which of them prove, what becomes of each, how to write them.

Three losses over one forward pass of a row (`prover.policies.tiny.branches`), each a mean over what it is about:

    choice      - log softmax of the positives among the tactics of a state, by log P(<proved>)
    outcome     - log P(outcome token) of every tactic
    writing     - log P(tokens) of the tactics that are in proofs, and, with a weight of their own, of states

The order of the rows is drawn from the seed and the epoch, and a checkpoint holds weights, optimiser, random state and
curve: a run that was killed resumes as if it had not been, bit for bit on the same machine.
"""

from __future__ import annotations

import math
import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from prover.policies.tiny.branches import LONGEST_ROW, Row, batch, outcome_logits, row
from prover.train.coverage import coverage_loss
from prover.train.decoder import DecoderSize
from prover.types import Frozen, Label, TrainingExample

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer
    from transformers import LlamaForCausalLM

_LABELS = tuple(Label)


class TinyPreset(Frozen):
    """How a tiny decoder is trained. `epochs` is lowered where `tokens` (seen in all) would be exceeded.

    `coverage`: for how many samples of a state the choice is learnt (`prover.train.coverage`). `without`: states
    without a proof for each state with one. `pool`, `premises` and `value_exponent` are those of the policy
    (`prover.policies.tiny.policy.Card`).
    """

    size: DecoderSize = DecoderSize()
    epochs: int = Field(default=3, ge=1)
    tokens: int = Field(default=6_000_000, ge=1)
    rate: float = 1e-3
    warm_up: float = 0.05
    decay: float = 0.1
    batch_tokens: int = 6144
    branches: int = 48
    choice_weight: float = 0.5
    outcome_weight: float = 1.0
    writing_weight: float = 0.1
    state_weight: float = 0.3
    without: float = Field(default=4.0, ge=0.0)
    pool: int = 64
    premises: int = 8
    value_exponent: float = 0.4
    coverage: int = Field(default=1, ge=1)
    threads: int = 2
    checkpoint_every: int = 50


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row with the label of every branch, as a place in `Label`."""

    row: Row
    labels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """Loss by step: on what is trained on, smoothed over the steps since the last point, and on what was held out."""

    losses: tuple[tuple[int, float], ...]
    held_out: tuple[tuple[int, float], ...]
    steps: int


def labelled(examples: Sequence[TrainingExample], tokenizer: Tokenizer, most: int, seed: int) -> list[Labelled]:
    """Return a row an example: all its positives, and others drawn from the seed, `most` in all."""
    rows = []
    for number, example in enumerate(examples):
        draw = random.Random(f"{seed} {number} {example.problem}")
        judged = [judgement for judgement in example.judged if judgement.label is Label.PROVED]
        rest = [judgement for judgement in example.judged if judgement.label is not Label.PROVED]
        judged += draw.sample(rest, min(len(rest), max(0, most - len(judged))))
        draw.shuffle(judged)
        state = tokenizer.encode(example.goals[0]).ids
        made = row(state, [tokenizer.encode(judgement.tactic).ids for judgement in judged])
        while len(made.tokens) > LONGEST_ROW and len(judged) > 1:
            place = next((at for at, judgement in enumerate(judged) if judgement.label is not Label.PROVED), 0)
            judged.pop(place)
            made = row(state, [tokenizer.encode(judgement.tactic).ids for judgement in judged])
        rows.append(Labelled(made, tuple(_LABELS.index(judgement.label) for judgement in judged)))
    return rows


def fit(
    model: LlamaForCausalLM,
    rows: Sequence[Labelled],
    held_out: Sequence[Labelled],
    preset: TinyPreset,
    seed: int,
    checkpoint: Path,
    watch: Callable[[int, int, float], None] = lambda step, steps, loss: None,
) -> Curve:
    """Train the model in place, going on from the checkpoint if there is one. Raises `ValueError` without rows.

    The checkpoint is replaced as a whole, every `checkpoint_every` steps; the caller removes it in the end. The
    weights that remain are those of the point at which the loss on what was held out was least: a few hundred proofs
    are soon learnt by heart.
    """
    import torch

    if not rows:
        raise ValueError("there is nothing to train on")
    torch.set_num_threads(preset.threads)
    seen = sum(len(entry.row.tokens) for entry in rows)
    epochs = max(1, min(preset.epochs, preset.tokens // max(1, seen)))
    order = [group for epoch in range(epochs) for group in _batches(rows, preset.batch_tokens, f"{seed} {epoch}")]
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=preset.rate, betas=(0.9, 0.98), weight_decay=preset.decay, foreach=True
    )
    steps = len(order)
    losses: list[tuple[int, float]] = []
    apart: list[tuple[int, float]] = []
    first, since = 0, []
    best: dict[str, Any] = {}
    if checkpoint.is_file():
        kept = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(kept["model"])
        optimiser.load_state_dict(kept["optimiser"])
        torch.set_rng_state(kept["random"])
        first, losses, apart, since, best = (kept[name] for name in ("step", "losses", "held_out", "since", "best"))
    model.train()
    for step in range(first, steps):
        for group in optimiser.param_groups:
            group["lr"] = preset.rate * _schedule(step, steps, preset.warm_up)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = _loss(model, [rows[number] for number in order[step]], preset)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        since.append(float(loss.detach()))
        if (step + 1) % preset.checkpoint_every == 0 or step + 1 == steps:
            losses.append((step + 1, round(sum(since) / len(since), 5)))
            since = []
            if math.isfinite(apart_loss := held_out_loss(model, held_out, preset)):
                apart.append((step + 1, round(apart_loss, 5)))
                if apart[-1][1] == min(loss for _, loss in apart):
                    best = {name: value.clone() for name, value in model.state_dict().items()}
            _save(checkpoint, model, optimiser, step + 1, losses, apart, since, best)
            watch(step + 1, steps, losses[-1][1])
    if best:
        model.load_state_dict(best)
    return Curve(tuple(map(_point, losses)), tuple(map(_point, apart)), steps)


def held_out_loss(model: LlamaForCausalLM, rows: Sequence[Labelled], preset: TinyPreset) -> float:
    """Return the loss of outcomes and choices over rows, weighted as in training; nan without rows."""
    import torch
    from torch.nn.functional import cross_entropy

    outcomes: list[float] = []
    choices: list[float] = []
    was = model.training
    model.eval()
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for group in _batches(rows, preset.batch_tokens, None):
            some = [rows[number] for number in group]
            logits = outcome_logits(
                model, _hidden(model, [entry.row for entry in some]), [entry.row.ends for entry in some]
            )
            labels = torch.tensor([label for row in some for label in row.labels])
            outcomes += cross_entropy(logits, labels, reduction="none").tolist()
            found = _choices(some, _proved(logits, [entry.row for entry in some]))
            if found:
                choices += coverage_loss(torch, torch.stack(found), preset.coverage).tolist()
    model.train(was)
    if not outcomes:
        return math.nan
    choice = sum(choices) / len(choices) if choices else 0.0
    return preset.outcome_weight * sum(outcomes) / len(outcomes) + preset.choice_weight * choice


def _proved(logits: torch.Tensor, rows: Sequence[Row]) -> list[torch.Tensor]:
    return list(logits.log_softmax(-1)[:, 0].split([len(row.ends) for row in rows]))


def _hidden(model: LlamaForCausalLM, rows: Sequence[Row]) -> torch.Tensor:
    import torch

    # The mask has the type that the attention computes in.
    dtype = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
    found: torch.Tensor = model.model(**batch(rows, dtype), use_cache=False).last_hidden_state
    return found


def _loss(model: LlamaForCausalLM, group: Sequence[Labelled], preset: TinyPreset) -> torch.Tensor:
    import torch
    from torch.nn.functional import cross_entropy

    rows = [entry.row for entry in group]
    hidden = _hidden(model, rows)
    logits = outcome_logits(model, hidden, [row.ends for row in rows])
    labels = torch.tensor([label for row in group for label in row.labels])
    loss = preset.outcome_weight * cross_entropy(logits, labels)
    choices = _choices(group, _proved(logits, rows))
    if choices:
        chosen = coverage_loss(torch, torch.stack(choices), preset.coverage)
        loss = loss + preset.choice_weight * chosen.mean()
    written = [at for number, row in enumerate(group) for at in _written(number, row)]
    stated = [
        (number, at, entry.row.tokens[at + 1])
        for number, entry in enumerate(group)
        for at in range(entry.row.prefix - 1)
    ]
    for weight, targets in ((preset.writing_weight, written), (preset.state_weight, stated)):
        if targets and weight:
            index = torch.tensor(targets)
            loss = loss + weight * cross_entropy(model.lm_head(hidden[index[:, 0], index[:, 1]]).float(), index[:, 2])
    return loss


def _written(number: int, branches: Labelled) -> Iterator[tuple[int, int, int]]:
    """Yield (row, place, next token) along every branch that is in a proof; the first token follows the state."""
    for start, end, label in zip(branches.row.starts, branches.row.ends, branches.labels, strict=True):
        if label == 0:
            yield number, branches.row.prefix - 1, branches.row.tokens[start]
            for at in range(start, end):
                yield number, at, branches.row.tokens[at + 1]


def _choices(group: Sequence[Labelled], found: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    import torch

    losses = []
    for entry, row_scores in zip(group, found, strict=True):
        positive = torch.tensor([label == 0 for label in entry.labels])
        if positive.any() and not positive.all():
            losses.append(row_scores.logsumexp(0) - row_scores[positive].logsumexp(0))
    return losses


def _batches(rows: Sequence[Labelled], tokens: int, seed: str | None) -> list[list[int]]:
    """Return groups of rows of like length, each of at most so many tokens with padding; shuffled by the seed."""
    draw = random.Random(seed)
    jitter = {number: draw.random() for number in range(len(rows))} if seed is not None else {}
    ordered = sorted(range(len(rows)), key=lambda n: (len(rows[n].row.tokens) * (1 + jitter.get(n, 0) / 8), n))
    groups: list[list[int]] = [[]]
    for number in ordered:
        if groups[-1] and len(rows[number].row.tokens) * (len(groups[-1]) + 1) > tokens:
            groups.append([])
        groups[-1].append(number)
    if seed is not None:
        draw.shuffle(groups)
    return [group for group in groups if group]


def _schedule(step: int, steps: int, warm_up: float) -> float:
    """Linear warm-up, then a cosine down to a tenth."""
    rise = max(1, int(steps * warm_up))
    if step < rise:
        return (step + 1) / rise
    return 0.1 + 0.45 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))


def _save(
    checkpoint: Path, model: Any, optimiser: Any, step: int, losses: Any, held_out: Any, since: Any, best: Any
) -> None:
    import torch

    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    partial = checkpoint.with_suffix(".part")
    kept = {
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
        "random": torch.get_rng_state(),
        "step": step,
        "losses": losses,
        "held_out": held_out,
        "since": since,
        "best": best,
    }
    torch.save(kept, partial)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(checkpoint)


def _point(point: Sequence[float]) -> tuple[int, float]:
    return int(point[0]), float(point[1])


def discard(folder: Path) -> None:
    """Remove a checkpoint's folder once its model is kept."""
    shutil.rmtree(folder, ignore_errors=True)
