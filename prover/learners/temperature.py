"""The temperature that a model is sampled at, fitted on problems that it was not trained on.

Of a held-out state the right answers are known (an audit tried what could be tried there), so their probability under
any temperature can be computed by reading them, without a sample and without Lean. Sampled `samples` times, a state
whose right answers have the probability p together is answered rightly with 1 - (1 - p)^samples; the temperature with
the highest mean of that over the states is taken, the lowest among equals. Right answers that nobody tried are missing
from p, which pulls the result down a little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prover.learners.loop import precision
from prover.learners.sft import tokens_of
from prover.train.rows import TrainingRow

GRID = tuple(round(0.3 + 0.1 * step, 1) for step in range(13))
"""Temperatures that are tried: 0.3, 0.4, …, 1.5."""


def fit_temperature(
    torch: Any, model: Any, tokenizer: Any, rows: Sequence[TrainingRow], samples: int, most: int = 64
) -> float | None:
    """Return the temperature of `GRID` that answers most states in so many samples; None without a row.

    At most `most` states are read, the first ones.
    """
    states: dict[str, list[TrainingRow]] = {}
    for row in rows:
        states.setdefault(row.asked.model_dump_json(), []).append(row)
    model.eval()
    with torch.inference_mode(), precision(torch, next(model.parameters()).device.type):
        found = [_chances(torch, model, tokenizer, answers) for answers in list(states.values())[:most]]
    return best(found, samples)


def best(states: Sequence[Mapping[float, float]], samples: int) -> float | None:
    """Return the temperature with the highest mean chance of an answer; `states` say it of one sample."""
    if not states:
        return None
    reached = {at: sum(1.0 - (1.0 - min(1.0, state[at])) ** samples for state in states) for at in GRID}
    return max(GRID, key=lambda at: (reached[at], -at))


def _chances(torch: Any, model: Any, tokenizer: Any, answers: Sequence[TrainingRow]) -> dict[float, float]:
    """Return the probability of the answers of one state together, by temperature."""
    device = next(model.parameters()).device
    whole = dict.fromkeys(GRID, 0.0)
    for row in answers:
        prompt, answer = tokens_of(row, tokenizer)
        ids = torch.tensor([[*prompt, *answer]], device=device)
        logits = model(input_ids=ids, use_cache=False).logits[0, len(prompt) - 1 : -1].float()
        said = torch.tensor(answer, device=device).unsqueeze(-1)
        for at in GRID:
            whole[at] += float(torch.log_softmax(logits / at, dim=-1).gather(-1, said).sum().exp())
    return whole
