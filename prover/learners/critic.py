"""A critic: a language model with a scalar head that says how likely a state is to be proved.

Labels come from searches: a state that was proved is 1, one that was asked about often enough in vain, or is dead, is 0
(`value_rows`). The head learns the logit with a cross-entropy; what it says of held-out problems is then mapped to how
often such states were proved there, by isotonic regression (Zadrozny and Elkan 2002), and the map kept on the card;
how far it can be believed is in the record (`prover.learners.reliability`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from prover.errors import DataError
from prover.learners.held_out import is_held_out
from prover.learners.loop import Watch, fit, precision
from prover.learners.models import WHO, keep, kept, load_trainee
from prover.learners.reliability import Scored, isotonic, reliability
from prover.lines import read_lines
from prover.policies.models.prompts import as_tokens
from prover.policies.recipes import PromptRequest, Recipe, find_recipe
from prover.runs.records import StateRecord
from prover.train.job import CriticJob
from prover.train.records import ModelRecord
from prover.train.rows import Asked, write_rows
from prover.types import Frozen
from search.tree import Status

ONE_KIND = "a critic learns from states that were proved and states that were not: search more problems"


class ValueRow(Frozen):
    """A state, asked about as the policy asks, and whether it was proved."""

    problem: str
    asked: Asked
    proved: bool


_ROWS: TypeAdapter[ValueRow] = TypeAdapter(ValueRow)


def value_rows(states: Iterable[StateRecord], recipe: Recipe, *, least_calls: int = 8) -> list[ValueRow]:
    """Return the labels of one search. A state that fewer than `least_calls` Lean calls were spent on has none.

    A critic is shown goals alone, as in a search (`prover.policies.models.critic`).
    """
    rows = []
    for state in states:
        spent = sum(tried.lean_calls for tried in state.tried)
        proved = state.status is Status.PROVED
        if proved or state.status is Status.DEAD or spent >= least_calls:
            asked = Asked.of(recipe.prompt(PromptRequest(statement="", goals=state.goals)))
            rows.append(ValueRow(problem=state.problem, asked=asked, proved=proved))
    return rows


def of_both_kinds(rows: Sequence[ValueRow]) -> bool:
    """Tell whether some states were proved and some were not."""
    return len({row.proved for row in rows}) == 2


def critic_recipe(policy: str) -> str:
    """Return the recipe that shows a critic its states: that of the policy, or `step` where that asks for proofs."""
    return policy if find_recipe(policy).kind == "tactic" else "step"


def critic_job(rows: Sequence[ValueRow], out: Path, **given: Any) -> CriticJob:
    """Write the rows of a critic beside its folder, and return the job that trains it; `given` are fields of the job.

    Raises `DataError` without states of both kinds.
    """
    if not of_both_kinds(rows):
        raise DataError(ONE_KIND)
    work = out.with_name(f".{out.name}.training")
    data = work / "critic.jsonl"
    write_rows(rows, data)
    sha256 = hashlib.sha256(data.read_bytes()).hexdigest()
    return CriticJob(data=data, out=out, work=work / "work", name=out.name, data_sha256=sha256, **given)


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


def train_critic(job: CriticJob, watch: Watch = lambda step, steps, loss: None) -> ModelRecord:
    """Train, or continue training, and return the record of the critic in `job.out`.

    Raises `PolicyError` if the model cannot be loaded or the loss is no number, `DataError` without rows of both kinds.
    """
    done = kept(job)
    if done is not None:
        return done
    rows = list(read_lines(job.data, _ROWS))
    if not of_both_kinds(rows):
        raise DataError(ONE_KIND)
    trainee = load_trainee(job.model, job.lora, "AutoModelForSequenceClassification", num_labels=1)
    torch = trainee.torch
    objective = Values(torch, trainee.tokenizer, rows, job.schedule.longest)
    curve = fit(trainee.model, objective, job.schedule, job.seed, job.work, watch)
    apart = _scored(torch, trainee.model, objective.rows[True])
    seen = apart or _scored(torch, trainee.model, objective.rows[False])
    return keep(
        trainee, job, curve, len(rows), kind="critic", calibration=isotonic(seen), reliability=reliability(apart)
    )


def _scored(torch: Any, model: Any, rows: Sequence[tuple[ValueRow, list[int]]]) -> list[Scored]:
    """Return the logits of states."""
    model.eval()
    with torch.inference_mode(), precision(torch, next(model.parameters()).device.type):
        return [Scored(row.problem, float(logits_of(torch, model, [tokens], 0)), row.proved) for row, tokens in rows]
