"""What happens while problems are attempted, as values: for a progress bar, a live page, a log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from prover.types import Attempt, CostRecord, Frozen, Verdict
from search.tree import Outcome


class Started(Frozen):
    """An attempt at a problem has begun: Lean has read the statement. `goals` is how Lean prints what is to prove."""

    event: Literal["started"] = "started"
    problem: str
    seed: int
    goals: str


class Trying(Frozen):
    """The search is about to carry out an action; told only to a listener whose attribute `trying` is true."""

    event: Literal["trying"] = "trying"
    problem: str
    seed: int
    state: str
    action: str


class Turned(Frozen):
    """An attempt turns to something that is not a step, such as `looking for a counterexample`: `what` says what.

    Told only to a listener whose attribute `trying` is true. The next `Trying` says that the search continues.
    """

    event: Literal["turned"] = "turned"
    problem: str
    seed: int
    what: str


class Stepped(Frozen):
    """The search has carried out an action on a state.

    `number` counts the actions of the attempt from 1. `outcome` is what became of it (`solved`, `advanced`, `rejected`,
    or `salvaged` for the accepted prefix of a rejected one), `goals` what it left to prove, `reason` Lean's message if
    it was rejected. `cost` is what the search has spent so far.
    """

    event: Literal["stepped"] = "stepped"
    problem: str
    seed: int
    number: int
    state: str
    action: str
    outcome: Outcome
    goals: tuple[str, ...] = ()
    reason: str = ""
    log_prob: float
    cost: CostRecord


class Verified(Frozen):
    """The verifier has judged what the search found."""

    event: Literal["verified"] = "verified"
    problem: str
    seed: int
    verdict: Verdict


class Ended(Frozen):
    """An attempt has ended."""

    event: Literal["ended"] = "ended"
    problem: str
    seed: int
    attempt: Attempt


Event = Started | Trying | Turned | Stepped | Verified | Ended

Listen = Callable[[Event], None]
"""Told of events in the thread of the attempt; it should return soon, and an exception of it ends the attempt."""
