"""How the training of a model went, drawn."""

from __future__ import annotations

from prover.report.plot import Line, plot
from prover.report.reliability import reliability
from prover.train.coverage import SAMPLES
from prover.train.records import ModelRecord


def losses(model: ModelRecord) -> str:
    """Return the losses by step as a drawing; what samples cover, and how far a critic can be believed, if known."""
    lines = [Line("trained on, all losses", [(step, loss) for step, loss in model.losses])]
    if model.held_out:
        lines.append(Line("held out, what chooses the weights", [(step, loss) for step, loss in model.held_out]))
    drawn = plot(lines, "step")
    if model.reliability is not None:
        drawn += reliability(model.reliability)
    if not model.covered:
        return drawn
    shares = [
        Line(f"{samples} samples" if samples > 1 else "1 sample", [(step, found[at]) for step, found in model.covered])
        for at, samples in enumerate(SAMPLES)
    ]
    return f"{drawn}<h4>Chance that a held-out answer is among</h4>{plot(shares, 'step')}"
