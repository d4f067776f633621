"""Odds for a hybrid: every source's proposals at goals that nothing was trained on, each tried once by Lean.

A proposal counts as a success if it leaves nothing to prove. That a step which only advances leads to a proof later is
not seen; among the proofs that are found here those of one step are most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from prover.errors import StatementError
from prover.lean.pool import Pool
from prover.policies.odds import Labelled
from prover.policies.protocol import ProblemPolicy
from prover.types import Problem
from search.types import Solved


def labelled(
    sources: Sequence[tuple[str, ProblemPolicy]],
    problems: Sequence[Problem],
    pool: Pool,
    k: int,
    watch: Callable[[int, int], None] = lambda done, all: None,
) -> Iterator[Labelled]:
    """Yield the proposals of every source at the root of every problem, at most `k` each, with Lean's answer."""
    for done, problem in enumerate(problems, 1):
        try:
            root = pool.start(problem)
        except StatementError:
            continue
        proves: dict[str, bool] = {}
        for source, policy in sources:
            found = policy.prepare(problem, 0).policy.suggest([root], k)[0].suggestions
            for rank, suggestion in enumerate(found):
                if suggestion.action not in proves:
                    proves[suggestion.action] = isinstance(pool.step(root, suggestion.action), Solved)
                yield Labelled(source=source, log_prob=suggestion.log_prob, rank=rank, proves=proves[suggestion.action])
        pool.release(problem)
        watch(done, len(problems))
