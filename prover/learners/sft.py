"""Supervised fine-tuning: a language model learns to answer a recipe's prompt with what a verifier accepted.

A loop of our own rather than TRL's trainer: a row has a weight, its tokens are the very ones that the policy asks with
(prompt and answer are tokenised apart, as they are when a model writes), and batches hold tokens, not rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prover.errors import DataError
from prover.learners.held_out import is_held_out
from prover.learners.loop import Watch, fit
from prover.learners.models import WHO, Trainee, keep, kept, load_trainee
from prover.policies.models.prompts import as_tokens
from prover.policies.recipes import Sampling, find_recipe
from prover.train.coverage import coverage_slope
from prover.train.job import Job, SftJob
from prover.train.records import ModelRecord
from prover.train.rows import TrainingRow, read_training_rows

_NOT_LEARNT = -100


class Answers:
    """The loss of answers given their prompts, per token, weighted by row, for one right answer in `coverage`."""

    def __init__(
        self, torch: Any, tokenizer: Any, rows: Sequence[TrainingRow], longest: int, coverage: int = 1
    ) -> None:
        self._torch = torch
        self._coverage = coverage
        self._pad = tokenizer.pad_token_id or 0
        made = [(row, *tokens_of(row, tokenizer)) for row in rows]
        fitting = [row for row in made if len(row[1]) + len(row[2]) <= longest]
        if not fitting:
            raise DataError(f"no row has at most {longest} tokens: raise longest=, or train on other problems")
        self._rows = {
            apart: [row for row in fitting if is_held_out(row[0].problem) == apart] for apart in (False, True)
        }
        if not self._rows[False]:  # a handful of problems, all of them drawn to be held out
            self._rows = {False: fitting, True: []}
        self.lengths = [len(prompt) + len(answer) for _, prompt, answer in self._rows[False]]
        self.held_out = [len(prompt) + len(answer) for _, prompt, answer in self._rows[True]]

    def loss(self, model: Any, rows: Sequence[int], held_out: bool) -> Any:
        return self._loss(rows, held_out, *self._tokens(model, rows, held_out))

    def loss_and_chances(self, model: Any, rows: Sequence[int]) -> tuple[Any, list[float]]:
        """Return the loss of held-out rows, and the probability that the model writes each of their answers."""
        each, learnt = self._tokens(model, rows, True)
        chances = [float(chance) for chance in self._torch.exp(-self._sums(each, learnt))]
        return self._loss(rows, True, each, learnt), chances

    def _loss(self, rows: Sequence[int], held_out: bool, each: Any, learnt: Any) -> Any:
        torch = self._torch
        weights = torch.tensor(
            [1.0 if held_out else self._rows[held_out][row][0].weight for row in rows], device=each.device
        )
        by_token = weights.unsqueeze(-1).expand_as(learnt)[learnt]
        slopes = coverage_slope(torch, self._sums(each.detach(), learnt), self._coverage)
        return (each * by_token * slopes.unsqueeze(-1).expand_as(learnt)[learnt]).sum() / by_token.sum()

    def _sums(self, each: Any, learnt: Any) -> Any:
        """Return the loss of each row from the losses of its tokens."""
        found = self._torch.zeros(len(learnt), dtype=each.dtype, device=each.device)
        return found.index_add(0, learnt.nonzero()[:, 0], each)

    def _tokens(self, model: Any, rows: Sequence[int], held_out: bool) -> tuple[Any, Any]:
        """Return the losses of the tokens of answers, row after row, and where they stand, (rows, tokens)."""
        torch = self._torch
        some = [self._rows[held_out][row] for row in rows]
        width = max(len(prompt) + len(answer) for _, prompt, answer in some)
        ids, mask, targets = [], [], []
        for _, prompt, answer in some:
            spare = width - len(prompt) - len(answer)
            ids.append([*prompt, *answer, *[self._pad] * spare])
            mask.append([1] * (width - spare) + [0] * spare)
            targets.append([_NOT_LEARNT] * len(prompt) + answer + [_NOT_LEARNT] * spare)
        device = next(model.parameters()).device
        given, labels = torch.tensor(ids, device=device), torch.tensor(targets, device=device)
        logits = model(input_ids=given, attention_mask=torch.tensor(mask, device=device), use_cache=False).logits
        learnt = labels[:, 1:] != _NOT_LEARNT
        # Only the logits of answers become float32: those of prompts are most of a vocabulary's worth of memory.
        each = torch.nn.functional.cross_entropy(
            logits[:, :-1][learnt].float(), labels[:, 1:][learnt], reduction="none"
        )
        return each, learnt


def tokens_of(row: TrainingRow, tokenizer: Any) -> tuple[list[int], list[int]]:
    """Return the tokens of a row's prompt and of its answer, which ends with the end of text."""
    prompt = list(as_tokens(row.asked.prompt, tokenizer, WHO))
    answer = list(tokenizer(row.completion, add_special_tokens=False)["input_ids"])
    return prompt, [*answer, tokenizer.eos_token_id] if tokenizer.eos_token_id is not None else answer


def tempered(trainee: Trainee, job: Job) -> Sampling | None:
    """Return the job's sampling with a temperature that fits held-out problems; None where nothing is to be fitted."""
    from prover.learners.temperature import fit_temperature

    if job.tempered is None:
        return job.sampling
    rows = [row for row in read_training_rows(job.tempered) if is_held_out(row.problem)]
    found = fit_temperature(trainee.torch, trainee.model, trainee.tokenizer, rows, job.samples)
    sampling = job.sampling or find_recipe(job.recipe).sampling
    return sampling if found is None else sampling.model_copy(update={"temperature": found})


def train_sft(job: SftJob, watch: Watch = lambda step, steps, loss: None) -> ModelRecord:
    """Train, or continue training, and return the record of the model in `job.out`.

    Raises `PolicyError` if the model cannot be loaded or the loss is no number, `DataError` without rows.
    """
    done = kept(job)
    if done is not None:
        return done
    rows = read_training_rows(job.data)
    trainee = load_trainee(job.model, job.lora)
    objective = Answers(trainee.torch, trainee.tokenizer, rows, job.schedule.longest, job.coverage)
    curve = fit(trainee.model, objective, job.schedule, job.seed, job.work, watch)
    return keep(trainee, job, curve, len(rows), sampling=tempered(trainee, job))
