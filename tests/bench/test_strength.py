"""The table of `make bench-strength`: samples, halves and the gain of search."""

from __future__ import annotations

from collections import Counter

import pytest

from prover.problems.halves import Half, half_of
from tests.benchmarks.strength import Trial, gain, lines, ratio, sampled

NAMES = [f"t{number}" for number in range(200)]


def found(name: str, calls: float | None, seconds: float = 1.0) -> Trial:
    return Trial(name, True, None if calls is None else {"lean_calls": calls, "seconds": seconds}, calls is None)


def test_a_smaller_sample_is_a_part_of_a_larger_one_in_the_same_order() -> None:
    small, large = sampled(NAMES, 20), sampled(NAMES, 60)
    assert [name for name in large if name in set(small)] == small
    assert len(small) == 20 and small != NAMES[:20]
    assert [name for name in NAMES if name in set(small)] == small


def test_the_gain_is_what_search_adds_to_the_first_call() -> None:
    trials = [found("a", 1), found("b", 2), found("c", 400), found("d", None)]
    assert gain(trials) == 0.5


def test_rows_count_what_was_proved_within_calls_and_seconds_on_each_half() -> None:
    trials = [found(name, calls, 61.0) for name, calls in zip(NAMES, [1, 5, 50, 300, None] * 40, strict=True)]
    sizes = Counter(half_of(name) for name in NAMES)
    for row, half in zip(lines("all", trials), Half, strict=True):
        cells = row.split()
        assert cells[:2] == ["all", str(half)] and cells[2] == cells[3] == str(sizes[half])
        counts = [int(cell) for cell in cells[4:10]]
        assert counts[0] < counts[1] < counts[2] < counts[3] and counts[4] == 0
        assert counts[3] + counts[5] == sizes[half]


def test_the_ratio_compares_both_halves() -> None:
    by_half = {half: [name for name in NAMES if half_of(name) is half][:40] for half in Half}
    trials = [found(name, 2 if at < 20 else None) for at, name in enumerate(by_half[Half.TUNED])]
    trials += [found(name, 2 if at < 10 else None) for at, name in enumerate(by_half[Half.REPORTING])]
    assert ratio(trials) == pytest.approx(0.5)
