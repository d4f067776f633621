"""pass@k: the chance that at least one of k independent samples is a proof."""

from __future__ import annotations

import math
from collections.abc import Sequence

from prover.errors import UsageError
from prover.runs.intervals import Interval, bootstrap, mean


def pass_at_k(samples: int, proved: int, k: int) -> float:
    """Return the unbiased estimate 1 - C(n - c, k) / C(n, k) from n samples with c proofs (Chen et al. 2021, eq. 1).

    Raises `UsageError` for k > n: no estimator of it is unbiased.
    """
    if not 1 <= k <= samples:
        raise UsageError(f"pass@{k} needs {k} samples or more a problem, and there are {samples}: use --samples {k}")
    if samples - proved < k:
        return 1.0
    return 1.0 - math.prod(1.0 - k / count for count in range(samples - proved + 1, samples + 1))


def mean_pass_at_k(counts: Sequence[tuple[int, int]], k: int, *, deterministic: bool) -> Interval:
    """Return the mean of pass@k over problems, given (samples, proofs) of each, and its bootstrap over problems.

    Raises `UsageError` for k > n and for a deterministic policy, whose samples are copies of one.
    """
    if deterministic:
        raise UsageError("pass@k is about independent samples, and this policy always gives the same answer")
    return bootstrap([pass_at_k(samples, proved, k) for samples, proved in counts], mean)
