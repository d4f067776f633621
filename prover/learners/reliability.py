"""How far a critic can be believed: the map from its scores to chances, and how these agree with what was proved."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from prover.policies.models.cards import Calibration
from prover.train.records import Bin, Reliability

BINS = 5


@dataclass(frozen=True, slots=True)
class Scored:
    """The score of a state of a problem, and whether it was proved."""

    problem: str
    score: float
    proved: bool


def isotonic(found: Sequence[Scored]) -> Calibration:
    """Fit the non-decreasing step function of least squares (pool adjacent violators); 0 and 1 are never reached."""
    blocks: list[list[float]] = []  # first score, sum of labels, number
    for state in sorted(found, key=lambda state: (state.score, state.proved)):
        blocks.append([state.score, float(state.proved), 1.0])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            _, total, number = blocks.pop()
            blocks[-1][1] += total
            blocks[-1][2] += number
    # A level seen on n states is no surer than (right + 1) / (n + 2) (Laplace); a running maximum keeps the order.
    levels: list[float] = []
    for _, total, number in blocks:
        levels.append(max((total + 1.0) / (number + 2.0), levels[-1] if levels else 0.0))
    return Calibration(edges=tuple(block[0] for block in blocks), levels=tuple(levels))


def reliability(found: Sequence[Scored]) -> Reliability | None:
    """Judge the scores of held-out states; None where one half of the problems has states of one kind alone.

    The map of scores to chances is fitted on one half and judged on the other, both ways, so that it is never judged
    by what it was fitted on.
    """
    halves = [[state for state in found if _half(state.problem) == half] for half in (0, 1)]
    if any(len({state.proved for state in half}) < 2 for half in halves):
        return None
    said: list[tuple[float, bool]] = []
    blind = 0.0
    for fitted, judged in (halves, halves[::-1]):
        chance = isotonic(fitted)
        share = sum(state.proved for state in fitted) / len(fitted)
        said += [(chance(state.score), state.proved) for state in judged]
        blind += sum((share - state.proved) ** 2 for state in judged)
    return Reliability(
        problems=len({state.problem for state in found}),
        states=len(said),
        proved=sum(proved for _, proved in said),
        brier=sum((chance - proved) ** 2 for chance, proved in said) / len(said),
        blind=blind / len(said),
        order=_order(found),
        bins=_bins(said),
    )


def _half(problem: str) -> int:
    """Return 0 or 1; by another hash than what is held out, whose problems all agree in the last bits of theirs."""
    return hashlib.sha256(f"half {problem}".encode()).digest()[0] % 2


def _order(found: Sequence[Scored]) -> float:
    proved = [state.score for state in found if state.proved]
    others = [state.score for state in found if not state.proved]
    above = sum((one > other) + 0.5 * (one == other) for one in proved for other in others)
    return above / (len(proved) * len(others))


def _bins(said: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    """Group states by their chances into bins of about equal size; equal chances stay together."""
    ordered = sorted(said)
    bins: list[list[tuple[float, bool]]] = []
    for place, state in enumerate(ordered):
        full = not bins or len(bins[-1]) * BINS >= len(ordered)
        if full and (place == 0 or ordered[place - 1][0] != state[0]):
            bins.append([])
        bins[-1].append(state)
    return tuple(
        Bin(
            said=sum(chance for chance, _ in some) / len(some),
            states=len(some),
            proved=sum(proved for _, proved in some),
        )
        for some in bins
    )
