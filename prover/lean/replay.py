"""Where the states of a session are in its process: states are values in one process, rebuilt by replay in another.

Every backend's session keeps its states here. A state is named by its problem and its trail, the moves that led to it.
What a process does not hold, because it is new or because the state was evicted, is replayed from the longest part of
the trail that it does hold.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from prover.lean.session import SessionStats
from prover.types import Move, ProofState, Tactic

Place = TypeVar("Place")
"""How a backend names a state in its process."""


class ReplayTable(Generic[Place]):
    """The states that a process holds, at most `most` of them; the least recently used is evicted. Not thread-safe.

    `reopen(problem)` states a problem in the process and remembers it. `move(problem, place, move)` carries a move out
    that was carried out before; it raises `LeanError` where that fails now. `forget` is told of places that are not
    needed any more. All three may raise `WorkerDied`, after which `lost` has to be called.
    """

    def __init__(
        self,
        most: int,
        reopen: Callable[[str], Place],
        move: Callable[[str, Place, Move], Place],
        forget: Callable[[Sequence[Place]], None] = lambda places: None,
    ) -> None:
        self._most = most
        self._reopen = reopen
        self._move = move
        self._forget = forget
        self._places: OrderedDict[tuple[str, tuple[Move, ...]], Place] = OrderedDict()
        self.stats = SessionStats()

    def __contains__(self, state: ProofState) -> bool:
        return (state.problem, state.trail) in self._places

    def resident(self, state: ProofState) -> Place:
        """Return where a state is in the process, replaying what is missing."""
        length = len(state.trail)
        while length and (state.problem, state.trail[:length]) not in self._places:
            length -= 1
        key = (state.problem, state.trail[:length])
        if key in self._places:
            place = self._places[key]
            self._places.move_to_end(key)
        else:
            place = self._reopen(state.problem)
            self.stats = replace(self.stats, replays=self.stats.replays + 1)
        for position in range(length, len(state.trail)):
            move = state.trail[position]
            place = self._move(state.problem, place, move)
            self.remember(state.problem, state.trail[: position + 1], place)
            if isinstance(move, Tactic):
                self.stats = replace(self.stats, replayed_moves=self.stats.replayed_moves + 1)
        return place

    def remember(self, problem: str, trail: tuple[Move, ...], place: Place) -> None:
        """Note where a state is, and evict what there is no room for."""
        old = self._places.pop((problem, trail), None)
        self._places[problem, trail] = place
        dropped = [] if old is None else [old]
        while len(self._places) > self._most:
            dropped.append(self._places.popitem(last=False)[1])
            self.stats = replace(self.stats, evictions=self.stats.evictions + 1)
        if dropped:
            self._forget(dropped)

    def drop(self, problem: str) -> list[Place]:
        """Remove the states of a problem and return where they were."""
        return [self._places.pop(key) for key in list(self._places) if key[0] == problem]

    def clear(self) -> None:
        """Remove all states: the process was closed."""
        self._places.clear()

    def lost(self) -> None:
        """Note that the process is gone and that another one takes its place."""
        self.clear()
        self.restarted()

    def restarted(self) -> None:
        """Count a restart."""
        self.stats = replace(self.stats, restarts=self.stats.restarts + 1)
