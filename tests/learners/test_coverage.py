"""The loss of being right once in N samples: its values, its slope, and what it brings where answers compete."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (the extra ml)")
pytest.importorskip("transformers", reason="transformers is not installed (the extra ml)")

import torch
from hypothesis import given
from hypothesis import strategies as st

from prover.errors import UsageError
from prover.iterate.settings import IterateSettings
from prover.learners.language import LanguageLearner
from prover.learners.sft import train_sft
from prover.policies.recipes import find_recipe
from prover.report.losses import losses
from prover.train.coverage import SAMPLES, coverage_loss, coverage_slope
from prover.train.job import Schedule, SftJob
from prover.train.rows import training_rows, write_rows
from tests.learners.small import EXAMPLES


@given(st.floats(1e-6, 1 - 1e-6), st.integers(1, 64))
def test_it_is_the_chance_of_being_among_the_samples(chance: float, samples: int) -> None:
    loss = coverage_loss(torch, torch.tensor([-math.log(chance)], dtype=torch.float64), samples)
    assert float(loss) == pytest.approx(-math.log(1 - (1 - chance) ** samples), rel=1e-6, abs=1e-9)


@given(st.floats(1e-6, 1 - 1e-6), st.integers(1, 64))
def test_its_slope_is_the_published_one(chance: float, samples: int) -> None:
    slope = coverage_slope(torch, torch.tensor([-math.log(chance)], dtype=torch.float64), samples)
    published = samples * (1 - chance) ** (samples - 1) * chance / (1 - (1 - chance) ** samples)
    assert float(slope) == pytest.approx(published, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("loss", [0.0, 1e-30, 700.0, 1e9])
@pytest.mark.parametrize("samples", [1, 2, 1000])
def test_what_is_certain_and_what_is_hopeless_stay_numbers(loss: float, samples: int) -> None:
    given = torch.tensor([loss], requires_grad=True)
    found = coverage_loss(torch, given, samples)
    found.sum().backward()
    assert given.grad is not None
    assert torch.isfinite(found).all() and torch.isfinite(given.grad).all()
    assert torch.isfinite(coverage_slope(torch, given, samples)).all()


def fitted(samples: int) -> list[float]:
    """Return what a choice among four becomes where the first is right 12 times of 16, and each other at least once."""
    logits = torch.zeros(4, requires_grad=True)
    counts = torch.tensor([12.0, 2.0, 1.0, 1.0])
    optimiser = torch.optim.Adam([logits], lr=0.05)
    for _ in range(600):
        optimiser.zero_grad()
        (counts * coverage_loss(torch, -logits.log_softmax(0), samples)).sum().backward()
        optimiser.step()
    return [float(chance) for chance in logits.detach().softmax(0)]


def test_rare_right_answers_are_not_given_up_for_common_ones() -> None:
    cross_entropy, covering = fitted(1), fitted(16)
    assert cross_entropy[0] == pytest.approx(0.75, abs=0.02)
    assert covering[0] < 0.5 and min(covering) > 1.5 * min(cross_entropy)


def test_it_trains_a_model_and_the_curve_says_what_samples_cover(base: Path, tmp_path: Path) -> None:
    write_rows(training_rows(EXAMPLES, find_recipe("step")), tmp_path / "rows.jsonl")
    schedule = Schedule(epochs=2, rate=1e-2, batch_tokens=512, threads=1)
    job = SftJob(
        model=str(base), data=tmp_path / "rows.jsonl", out=tmp_path / "m", work=tmp_path / "work", name="m",
        schedule=schedule, coverage=8,
    )  # fmt: skip
    record = train_sft(job)
    assert record.covered and all(list(shares) == sorted(shares) for _, shares in record.covered)
    assert all(0 <= share <= 1 for _, shares in record.covered for share in shares)
    assert [step for step, _ in record.covered] == [step for step, _ in record.held_out]
    assert all(f"{samples} samples" in losses(record) for samples in SAMPLES if samples > 1)


def test_a_learner_takes_it_behind_its_name(tmp_path: Path) -> None:
    assert "coverage" in IterateSettings(policy="tiny?coverage=8").learner().spec
    assert '"coverage":8' in IterateSettings(policy="tiny?coverage=8").learner().spec
    plain, chosen = LanguageLearner(base=str(tmp_path)), LanguageLearner(base=str(tmp_path), coverage=8)
    assert "coverage" not in plain.spec, "a run from before there was coverage can be continued"
    assert '"coverage":8' in chosen.spec
    with pytest.raises(UsageError, match=r"--coverage is for language models: write --policy .tiny.coverage=4"):
        IterateSettings(policy="tiny", coverage=4).learner()
