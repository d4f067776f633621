"""Direct coverage optimisation (2502.07154, section 4): train for being right once in N samples.

A right answer of probability `p` is among N samples with probability `1 - (1 - p)^N`. With its logarithm as the loss in
the place of `-log p`, what N samples find anyway teaches nothing more, and rare right answers are not given up for
common ones. N = 1 is cross-entropy.
"""

from __future__ import annotations

from typing import Any

SAMPLES = (1, 4, 16)
"""For so many samples the chance of held-out answers is noted while a model is trained."""


def coverage_loss(torch: Any, losses: Any, samples: int) -> Any:
    """Return `-log(1 - (1 - p)^samples)` of cross-entropies `-log p`, with gradients; any shape."""
    if samples == 1:
        return losses
    certain = losses.double().clamp(1e-9, 600.0)
    missed = samples * torch.log1p(-torch.exp(-certain))
    return -torch.log(-torch.expm1(missed)).to(losses.dtype)


def coverage_slope(torch: Any, losses: Any, samples: int) -> Any:
    """Return how many times the gradient of cross-entropy that of the coverage loss is: 1 if hopeless, 0 if certain."""
    if samples == 1:
        return torch.ones_like(losses)
    certain = losses.double().clamp(1e-9, 600.0)
    missed = torch.log1p(-torch.exp(-certain))
    slope = samples * torch.exp((samples - 1) * missed - certain) / -torch.expm1(samples * missed)
    return slope.to(losses.dtype)
