"""A critic: a language model with a scalar head that says how likely a state is to be proved.

Labels come from searches: a state that was proved is 1, one that was asked about often enough in vain, or is dead, is 0
(`value_rows`). The head learns the logit with a cross-entropy; what it says of held-out problems is then mapped to how
often such states were proved there, by isotonic regression (Zadrozny and Elkan 2002), and the map kept on the card.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from prover.errors import DataError
from prover.learners.held_out import is_held_out
from prover.learners.loop import Watch, fit, precision
from prover.learners.models import WHO, keep, kept, load_trainee
from prover.lines import read_lines
from prover.policies.models.cards import Calibration
from prover.policies.models.prompts import as_tokens
from prover.policies.recipes import PromptRequest, Recipe
from prover.runs.records import StateRecord
from prover.train.job import CriticJob
from prover.train.records import ModelRecord
from prover.train.rows import Asked
from prover.types import Frozen
from search.tree import Status


class ValueRow(Frozen):
    """A state, asked about as the policy asks, and whether it was proved."""

    problem: str
    asked: Asked
    proved: bool


_ROWS: TypeAdapter[ValueRow] = TypeAdapter(ValueRow)


def value_rows(
    statement: str, states: Iterable[StateRecord], recipe: Recipe, *, least_calls: int = 8
) -> list[ValueRow]:
    """Return the labels of one search. A state that fewer than `least_calls` Lean calls were spent on has none."""
    rows = []
    for state in states:
        spent = sum(tried.lean_calls for tried in state.tried)
        proved = state.status is Status.PROVED
        if proved or state.status is Status.DEAD or spent >= least_calls:
            asked = Asked.of(recipe.prompt(PromptRequest(statement=statement, goals=state.goals)))
            rows.append(ValueRow(problem=state.problem, asked=asked, proved=proved))
    return rows


class Values:
    """The cross-entropy of the head's logit, over states."""

    def __init__(self, torch: Any, tokenizer: Any, rows: Sequence[ValueRow], longest: int) -> None:
        self._torch = torch
        self._pad = tokenizer.pad_token_id or 0
        made = [(row, list(as_tokens(row.asked.prompt, tokenizer, WHO))[-longest:]) for row in rows]
        self.rows = {apart: [row for row in made if is_held_out(row[0].problem) == apart] for apart in (False, True)}
        if not self.rows[False]:
            self.rows = {False: made, True: []}
        self.lengths = [len(tokens) for _, tokens in self.rows[False]]
        self.held_out = [len(tokens) for _, tokens in self.rows[True]]

    def loss(self, model: Any, rows: Sequence[int], held_out: bool) -> Any:
        some = [self.rows[held_out][row] for row in rows]
        logits = logits_of(self._torch, model, [tokens for _, tokens in some], self._pad)
        labels = self._torch.tensor([float(row.proved) for row, _ in some], device=logits.device)
        return self._torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)


def logits_of(torch: Any, model: Any, texts: Sequence[Sequence[int]], pad: int) -> Any:
    """Return the logit of every text, read to its end; texts are padded on the right."""
    width = max(map(len, texts))
    device = next(model.parameters()).device
    ids = torch.tensor([[*text, *[pad] * (width - len(text))] for text in texts], device=device)
    mask = torch.tensor([[1] * len(text) + [0] * (width - len(text)) for text in texts], device=device)
    inner = getattr(model, "module", model)
    base = inner.get_base_model() if hasattr(inner, "get_base_model") else inner
    hidden = base.model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
    last = hidden[torch.arange(len(texts), device=device), mask.sum(dim=-1) - 1]
    return base.score(last).squeeze(-1).float()


def isotonic(scores: Sequence[float], proved: Sequence[bool]) -> Calibration:
    """Fit the non-decreasing step function of least squares (pool adjacent violators); 0 and 1 are never reached."""
    blocks: list[list[float]] = []  # first score, sum of labels, number
    for score, label in sorted(zip(scores, proved, strict=True)):
        blocks.append([score, float(label), 1.0])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            _, total, number = blocks.pop()
            blocks[-1][1] += total
            blocks[-1][2] += number
    # A level seen on n states is no surer than (right + 1) / (n + 2) (Laplace); a running maximum keeps the order.
    levels: list[float] = []
    for _, total, number in blocks:
        levels.append(max((total + 1.0) / (number + 2.0), levels[-1] if levels else 0.0))
    return Calibration(edges=tuple(block[0] for block in blocks), levels=tuple(levels))


def train_critic(job: CriticJob, watch: Watch = lambda step, steps, loss: None) -> ModelRecord:
    """Train, or continue training, and return the record of the critic in `job.out`.

    Raises `PolicyError` if the model cannot be loaded or the loss is no number, `DataError` without rows of both kinds.
    """
    done = kept(job)
    if done is not None:
        return done
    rows = list(read_lines(job.data, _ROWS))
    if len({row.proved for row in rows}) < 2:
        raise DataError(
            f"{job.data} has to hold states that were proved and states that were not: search more problems"
        )
    trainee = load_trainee(job.model, job.lora, "AutoModelForSequenceClassification", num_labels=1)
    torch = trainee.torch
    objective = Values(torch, trainee.tokenizer, rows, job.schedule.longest)
    curve = fit(trainee.model, objective, job.schedule, job.seed, job.work, watch)
    scores, labels = _scores(torch, trainee.model, objective)
    return keep(trainee, job, curve, len(rows), kind="critic", calibration=isotonic(scores, labels))


def _scores(torch: Any, model: Any, objective: Values) -> tuple[list[float], list[bool]]:
    """Return logits and labels of the held-out states; without any, those of the states that were trained on."""
    apart = objective.rows[True] or objective.rows[False]
    model.eval()
    scores: list[float] = []
    with torch.inference_mode(), precision(torch, next(model.parameters()).device.type):
        for _, tokens in apart:
            scores.append(float(logits_of(torch, model, [tokens], 0)))
    return scores, [row.proved for row, _ in apart]


def write_value_rows(rows: Sequence[ValueRow], path: Path) -> None:
    """Write rows as JSON lines."""
    path.write_text("".join(f"{row.model_dump_json()}\n" for row in rows))
