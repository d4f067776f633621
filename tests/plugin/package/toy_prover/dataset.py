"""A dataset: a function that returns statements."""

from __future__ import annotations

from prover import Problem


def toy_sums() -> list[Problem]:
    """Three sums, one of them wrong."""
    return [
        Problem(name=name, statement=f"theorem {name} : {sum_} := by", context="toy")
        for name, sum_ in (("two", "1 + 1 = 2"), ("nine", "4 + 5 = 9"), ("wrong", "2 + 2 = 5"))
    ]
