"""What an answer is worth, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from prover.types import Frozen

Kind = Literal[
    "accepted",
    "unreadable",  # the answer holds no proof that could be judged
    "statement",  # the statement itself does not elaborate: nobody's proof is wrong
    "syntax",
    "forbidden",
    "elaboration",
    "incomplete",
    "changed",
    "axioms",
    "kernel",
    "limit",
    "unsupported",
]


class Score(Frozen):
    """The worth of one answer: `value` is 1.0 for an accepted proof and 0.0 for anything else.

    `proof` is the block of tactics that was judged, as it was read from the answer.
    """

    value: float
    kind: Kind
    message: str = ""
    axioms: tuple[str, ...] = ()
    proof: str = ""


def metrics(scores: Iterable[Score]) -> dict[str, float]:
    """Return the share of each kind among scores, by name (`lean/accepted`), for a trainer's log."""
    counts = Counter(score.kind for score in scores)
    total = sum(counts.values())
    return {f"lean/{kind}": count / total for kind, count in sorted(counts.items())} if total else {}
