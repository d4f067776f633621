"""One training loop for language models: fixed order, held-out loss, checkpoints that a kill cannot break.

The order of the rows is drawn from the seed and the epoch; a first epoch may go from short rows to long ones. A
checkpoint holds what is trained, the optimiser, the state of the random numbers and the curve, and takes the place of
the one before it only when it is whole, so that a killed run continues bit for bit on the same machine, and a full disk
leaves the last one. With several processes (`accelerate launch`) each takes its share of every step.
"""

from __future__ import annotations

import errno
import math
import os
import random
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from prover.errors import DataError, PolicyError
from prover.policies.models.loading import has_cpu_bfloat16
from prover.train.coverage import SAMPLES
from prover.train.job import Schedule

Watch = Callable[[int, int, float], None]
"""Is told of a training step: its number, how many there are, the loss."""


class Objective(Protocol):
    """What is minimised: losses of rows by their numbers."""

    lengths: list[int]
    held_out: list[int]
    """Tokens of every row, for rows that are trained on and for those that are held out."""

    def loss(self, model: Any, rows: Sequence[int], held_out: bool) -> Any:
        """Return the mean loss of rows, a scalar with a gradient."""
        ...


@runtime_checkable
class GivesChances(Protocol):
    """An objective that knows how likely held-out answers are."""

    def loss_and_chances(self, model: Any, rows: Sequence[int]) -> tuple[Any, list[float]]:
        """Return the mean loss of held-out rows, and the probability that the model writes each of their answers."""
        ...


@dataclass(slots=True)
class Curve:
    """By step: the mean loss over the steps since the last point, and what is held out.

    `covered` holds the chance that an answer is among so many samples (`prover.train.coverage.SAMPLES`).
    """

    losses: list[tuple[int, float]] = field(default_factory=list)
    held_out: list[tuple[int, float]] = field(default_factory=list)
    covered: list[tuple[int, tuple[float, ...]]] = field(default_factory=list)
    steps: int = 0


def fit(
    model: Any,
    objective: Objective,
    schedule: Schedule,
    seed: int,
    work: Path,
    watch: Watch = lambda step, steps, loss: None,
) -> Curve:
    """Train in place and leave the weights that were best on what is held out, or the last where nothing is.

    Raises `PolicyError` if the loss is no number, `DataError` if a checkpoint cannot be written.
    """
    import torch
    from accelerate import Accelerator

    if schedule.threads is not None:
        torch.set_num_threads(schedule.threads)
    accelerator = Accelerator(cpu=not torch.cuda.is_available())
    rank, processes = accelerator.process_index, accelerator.num_processes
    # A hundred rows in two large batches would hardly move the weights.
    tokens = min(schedule.batch_tokens, math.ceil(sum(objective.lengths) / schedule.least))
    batches = [
        _groups(objective.lengths, tokens, f"{seed} {epoch}", schedule.ascending and epoch == 0)
        for epoch in range(schedule.epochs)
    ]
    together = schedule.accumulate * processes
    order = [epoch[at : at + together] for epoch in batches for at in range(0, len(epoch), together)]
    every = max(1, len(order) // schedule.epochs // schedule.evaluations)
    apart = _groups(objective.held_out, schedule.batch_tokens, None)
    weights = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=schedule.rate, betas=(0.9, 0.98), weight_decay=schedule.weight_decay)
    wrapped, optimiser = accelerator.prepare(model, optimiser)
    torch.manual_seed(seed)
    state = _State()
    checkpoint = work / "checkpoint.pt"
    if checkpoint.is_file():
        state = _restore(torch, checkpoint, model, optimiser)
    curve = Curve(state.losses, state.held_out, state.covered, len(order))
    saved = time.monotonic()
    wrapped.train()
    for step in range(state.step, len(order)):
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate * _share(step, len(order), schedule.warm_up)
        mine = order[step][rank::processes]
        total = 0.0
        for number, rows in enumerate(mine or [order[step][0]]):
            last = number + 1 == len(mine) or not mine
            with nullcontext() if last else accelerator.no_sync(wrapped), precision(torch, accelerator.device.type):
                loss = objective.loss(wrapped, rows, False) / max(1, len(mine))
            accelerator.backward(loss)
            total += float(loss.detach())
        if not math.isfinite(total):
            raise PolicyError(
                f"the loss is no number at step {step + 1} of {len(order)}: train again with a lower rate; the "
                "last whole model stays as it is"
            )
        accelerator.clip_grad_norm_(weights, schedule.clip)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        state.since.append(total)
        state.step = step + 1
        ended = state.step == len(order)
        if state.step % every == 0 or ended:
            curve.losses.append((state.step, round(sum(state.since) / len(state.since), 5)))
            state.since = []
            if apart:
                _evaluate(torch, wrapped, objective, apart, state, accelerator.device.type)
        stop = state.worse >= schedule.patience
        if ended or stop or time.monotonic() - saved >= schedule.checkpoint_seconds:
            if accelerator.is_main_process:
                _save(torch, checkpoint, model, optimiser, state)
            saved = time.monotonic()
        watch(state.step, len(order), total)
        if stop:
            curve.steps = state.step
            break
    if state.best:
        _put(model, state.best)
    return curve


def precision(torch: Any, device: str) -> Any:
    """Return the context in which losses are computed: bfloat16 where the device multiplies in it, else as it is."""
    if device == "cuda" and torch.cuda.is_bf16_supported():
        return torch.autocast("cuda", dtype=torch.bfloat16)
    if device == "cpu" and has_cpu_bfloat16(torch):
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return nullcontext()


@dataclass(slots=True)
class _State:
    step: int = 0
    worse: int = 0
    losses: list[tuple[int, float]] = field(default_factory=list)
    held_out: list[tuple[int, float]] = field(default_factory=list)
    covered: list[tuple[int, tuple[float, ...]]] = field(default_factory=list)
    since: list[float] = field(default_factory=list)
    best: dict[str, Any] = field(default_factory=dict)


def _evaluate(
    torch: Any, model: Any, objective: Objective, groups: list[list[int]], state: _State, device: str
) -> None:
    model.eval()
    total = 0.0
    chances: list[float] = []
    with torch.inference_mode(), precision(torch, device):
        for rows in groups:
            if isinstance(objective, GivesChances):
                loss, likely = objective.loss_and_chances(model, rows)
                chances += likely
            else:
                loss = objective.loss(model, rows, True)
            total += float(loss) * len(rows)
    model.train()
    found = total / sum(map(len, groups))
    if chances:
        covered = (sum(1 - (1 - chance) ** samples for chance in chances) / len(chances) for samples in SAMPLES)
        state.covered.append((state.step, tuple(round(share, 5) for share in covered)))
    if not state.held_out or found < min(loss for _, loss in state.held_out):
        state.best = _trained(model)
        state.worse = 0
    else:
        state.worse += 1
    state.held_out.append((state.step, round(found, 5)))


def _trained(model: Any) -> dict[str, Any]:
    inner = getattr(model, "module", model)
    return {
        name: weight.detach().to("cpu", copy=True) for name, weight in inner.named_parameters() if weight.requires_grad
    }


def _put(model: Any, found: dict[str, Any]) -> None:
    named = dict(getattr(model, "module", model).named_parameters())
    for name, weight in found.items():
        named[name].data.copy_(weight)


def _save(torch: Any, checkpoint: Path, model: Any, optimiser: Any, state: _State) -> None:
    kept = {
        "weights": _trained(model),
        "optimiser": optimiser.state_dict(),
        "random": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "step": state.step,
        "worse": state.worse,
        "losses": state.losses,
        "held_out": state.held_out,
        "covered": state.covered,
        "since": state.since,
        "best": state.best,
    }
    partial = checkpoint.with_suffix(".part")
    try:
        checkpoint.parent.mkdir(parents=True, exist_ok=True)
        torch.save(kept, partial)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(checkpoint)
    except (OSError, RuntimeError) as error:  # torch's own writer raises the latter when the disk is full
        partial.unlink(missing_ok=True)
        full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, None)
        raise DataError(
            f"the checkpoint {checkpoint} cannot be written ({'the disk is full' if full else error}): free some space "
            "and start again, which continues at the last whole one"
        ) from error


def _restore(torch: Any, checkpoint: Path, model: Any, optimiser: Any) -> _State:
    try:
        kept = torch.load(checkpoint, weights_only=True, map_location="cpu")
        _put(model, kept["weights"])
        optimiser.load_state_dict(kept["optimiser"])
    except Exception as error:  # torch raises what it likes for a file that was damaged later
        raise DataError(f"the checkpoint {checkpoint} is damaged ({type(error).__name__}): remove it") from error
    torch.set_rng_state(kept["random"])
    if kept["cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(kept["cuda"])
    points = {name: [(int(step), float(loss)) for step, loss in kept[name]] for name in ("losses", "held_out")}
    covered = [(int(step), tuple(map(float, shares))) for step, shares in kept["covered"]]
    return _State(
        kept["step"], kept["worse"], points["losses"], points["held_out"], covered, kept["since"], kept["best"]
    )


def _groups(lengths: Sequence[int], tokens: int, seed: str | None, ascending: bool = False) -> list[list[int]]:
    """Return groups of rows of like length, each of at most so many tokens with padding.

    They are shuffled by the seed, unless they are to be `ascending`, short rows first.
    """
    draw = random.Random(seed)
    jitter = [draw.random() if seed is not None else 0.0 for _ in lengths]
    ordered = sorted(range(len(lengths)), key=lambda row: (lengths[row] * (1 + jitter[row] / 8), row))
    groups: list[list[int]] = []
    for row in ordered:
        if not groups or lengths[row] * (len(groups[-1]) + 1) > tokens:
            groups.append([])
        groups[-1].append(row)
    if seed is not None and not ascending:
        draw.shuffle(groups)
    return groups


def _share(step: int, steps: int, warm_up: float) -> float:
    """Linear warm-up, then a cosine down to a tenth."""
    rise = max(1, int(steps * warm_up))
    if step < rise:
        return (step + 1) / rise
    return 0.1 + 0.45 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))
