"""Drawing tokens without a sort: the distributions are those of a whole sort, and log-probabilities are exact."""

from __future__ import annotations

import pytest

from prover.policies.models.drawing import PREFIX, draw
from prover.policies.recipes import Sampling
from tests.policies.conftest import WITHOUT

pytest.importorskip("torch", reason=WITHOUT)

import torch

GRID = 20_000
"""A row is drawn from at every point of an even grid: how often a token comes is then its probability, to 2 / GRID."""

PLAIN = Sampling(max_tokens=1)
CUTS = {
    "plain": PLAIN,
    "hot": Sampling(max_tokens=1, temperature=1.7),
    "top-p": Sampling(max_tokens=1, top_p=0.9),
    "cold, top-p": Sampling(max_tokens=1, temperature=0.6, top_p=0.95),
    "top-k": Sampling(max_tokens=1, top_k=20),
    "top-k, then top-p": Sampling(max_tokens=1, top_k=20, top_p=0.5),
    "top-k beyond the vocabulary": Sampling(max_tokens=1, top_k=1_000_000),
}


def logits(size: int, spread: float) -> torch.Tensor:
    return torch.randn(size, generator=torch.Generator().manual_seed(size)) * spread


def expected(row: torch.Tensor, sampling: Sampling) -> torch.Tensor:
    """Return the probability of every token by the definition: sort all, keep the best, scale to 1."""
    chances, order = torch.softmax(row.double() / sampling.temperature, dim=-1).sort(descending=True)
    if sampling.top_k:
        chances[sampling.top_k :] = 0.0
        chances /= chances.sum()
    if sampling.top_p < 1.0:
        chances = chances.masked_fill(chances.cumsum(0) - chances >= sampling.top_p, 0.0)
    found = torch.zeros_like(chances)
    found[order] = chances / chances.sum()
    return found


def drawn(row: torch.Tensor, sampling: Sampling) -> torch.Tensor:
    """Return how often each token is drawn over the grid."""
    counts = torch.zeros(len(row), dtype=torch.double)
    for noise in ((torch.arange(GRID) + 0.5) / GRID).split(500):
        tokens, _ = draw(torch, row.expand(len(noise), -1), noise, sampling)
        counts += torch.bincount(tokens, minlength=len(row))
    return counts / GRID


@pytest.mark.parametrize("name", CUTS)
@pytest.mark.parametrize(("size", "spread"), [(7, 1.0), (300, 3.0), (PREFIX + 500, 4.0), (PREFIX + 500, 0.01)])
def test_the_distribution_is_that_of_a_whole_sort(name: str, size: int, spread: float) -> None:
    row = logits(size, spread)
    wanted = expected(row, CUTS[name])
    assert (drawn(row, CUTS[name]) - wanted).abs().max() <= 2 / GRID + 1e-6


def test_rows_whose_mass_is_short_do_not_change_those_beside_them() -> None:
    flat, peaked = logits(PREFIX + 500, 0.01), logits(PREFIX + 500, 4.0)
    assert torch.softmax(flat, -1).topk(PREFIX).values.sum() < 0.9 < torch.softmax(peaked, -1).topk(PREFIX).values.sum()
    noise = torch.rand(64, generator=torch.Generator().manual_seed(0))
    together, _ = draw(torch, torch.stack([flat, peaked] * 32), noise, CUTS["top-p"])
    for place in range(64):
        alone, _ = draw(torch, (flat, peaked)[place % 2].unsqueeze(0), noise[place : place + 1], CUTS["top-p"])
        assert alone[0] == together[place]


@pytest.mark.parametrize("name", CUTS)
def test_log_probabilities_are_those_at_temperature_one_and_uncut(name: str) -> None:
    row = logits(PREFIX + 500, 3.0)
    noise = torch.rand(100, generator=torch.Generator().manual_seed(1))
    tokens, logs = draw(torch, row.expand(100, -1), noise, CUTS[name])
    assert torch.equal(logs, torch.log_softmax(row, -1)[tokens])


@pytest.mark.parametrize("name", CUTS)
def test_the_ends_of_the_interval_draw_what_can_be_drawn(name: str) -> None:
    row = logits(300, 3.0)
    row[::2] = -torch.inf
    noise = torch.tensor([0.0, 1.0 - 2**-24])
    tokens, logs = draw(torch, row.expand(2, -1), noise, CUTS[name])
    assert logs.isfinite().all() and (tokens % 2 == 1).all()


def test_temperature_zero_takes_the_best() -> None:
    row = logits(300, 3.0)
    tokens, _ = draw(torch, row.expand(4, -1), torch.rand(4), Sampling(max_tokens=1, temperature=0.0, top_p=0.5))
    assert (tokens == row.argmax()).all()
