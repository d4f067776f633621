"""Milliseconds to draw a token for every row, with and without a sort of the whole vocabulary, side by side in one run.

    python -m tests.benchmarks.sampler [--device cuda] [--threads N] [--repeats N]

The logits are random with the spread of a model that is fairly sure (the 1,024 best hold the mass of top-p). Every
repeat measures both, one after the other; the median of the ratios is printed.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING, Any

from prover.policies.models.drawing import draw

if TYPE_CHECKING:
    from prover.policies.recipes import Sampling

VOCABULARIES = (49_152, 151_936)
"""Those of SmolLM2 and of Qwen2.5."""
ROWS = (1, 8, 32)


def sorted_draw(torch: Any, logits: Any, noise: Any, sampling: Sampling) -> tuple[Any, Any]:
    """Draw as the first version did: every row is sorted as a whole."""
    plain = torch.log_softmax(logits.float(), dim=-1)
    chances, order = torch.softmax(plain / sampling.temperature, dim=-1).sort(dim=-1, descending=True)
    below = chances.cumsum(dim=-1)
    if sampling.top_p < 1.0:
        chances = chances.masked_fill(below - chances >= sampling.top_p, 0.0)
        below = chances.cumsum(dim=-1)
    place = torch.searchsorted(below, noise.unsqueeze(-1) * below[:, -1:], right=True)
    place = torch.minimum(place, (chances > 0).sum(dim=-1, keepdim=True) - 1)
    tokens = order.gather(-1, place).squeeze(-1)
    return tokens, plain.gather(-1, tokens.unsqueeze(-1)).squeeze(-1)


def compare(torch: Any, device: str, rows: int, size: int, sampling: Sampling, repeats: int) -> tuple[float, float]:
    """Return the median milliseconds of a whole sort and of `draw`, for one step of a batch."""
    given = torch.Generator().manual_seed(0)
    logits = (torch.randn(rows, size, generator=given) * 5.0).to(device)
    noise = torch.rand(rows, generator=given).to(device)
    times: dict[Any, list[float]] = {sorted_draw: [], draw: []}
    for _ in range(repeats + 1):  # the first is to warm up
        for one, seconds in times.items():
            began = time.perf_counter()
            one(torch, logits, noise, sampling)[0].tolist()
            seconds.append(time.perf_counter() - began)
    before, after = (1000 * statistics.median(seconds[1:]) for seconds in times.values())
    return before, after


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    import torch

    from prover.policies.recipes import Sampling

    torch.set_num_threads(options.threads)
    print(f"{'':14} {'rows':>5} {'vocabulary':>10} {'whole sort':>12} {'draw':>12} {'ratio':>8}")
    for name, sampling in {"plain": Sampling(max_tokens=1), "top-p 0.95": Sampling(max_tokens=1, top_p=0.95)}.items():
        for size in VOCABULARIES:
            for rows in ROWS:
                before, after = compare(torch, options.device, rows, size, sampling, options.repeats)
                print(f"{name:14} {rows:5} {size:10,} {before:9.1f} ms {after:9.1f} ms {before / after:7.1f}x")


if __name__ == "__main__":
    main()
