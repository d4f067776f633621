"""Proof states that clients hold by name: what rebuilds them, for any worker."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass

from prover.serve.worker.jobs import Asked

KEPT = 50_000
Trail = tuple[str | tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class State:
    """A statement and the moves that lead to the state."""

    asked: Asked
    trail: Trail


class States:
    """The states that were given out lately. The name of a state is a hash of what it is, so equal ones are one."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, State] = OrderedDict()

    def add(self, state: State) -> str:
        """Keep a state and return its name."""
        text = json.dumps([state.asked.model_dump(mode="json"), state.trail], ensure_ascii=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:32]
        self._known[name] = state
        self._known.move_to_end(name)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return name

    def get(self, name: str) -> State | None:
        """Return a state, None if it is not known (any more)."""
        state = self._known.get(name)
        if state is not None:
            self._known.move_to_end(name)
        return state
