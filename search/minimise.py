"""Make a proof smaller while it is still accepted.

What a proof is accepted by is a predicate, asked a bounded number of times and never twice about the same proof.
Nothing is returned that the predicate did not accept. Attempts run from the boldest to the most careful: replace as
much as possible by one candidate action, then leave steps out, then shorten single steps. Everything is tried in a
fixed order, so the same predicate gives the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from search.proof import Proof
from search.types import S

P = TypeVar("P", bound=Hashable)

Shorten = Callable[[str], Iterable[str]]
"""Gives shorter forms of an action, the shortest first."""


def as_is(action: str) -> Iterable[str]:
    """Give no shorter form."""
    return ()


@dataclass(frozen=True, slots=True)
class Minimised(Generic[P]):
    """The smallest proof found, how often the predicate was asked, and whether nothing was left to try."""

    proof: P
    calls: int
    finished: bool


class _Shrinker(Generic[P]):
    """Keeps the best accepted proof while proposals are made about it."""

    def __init__(self, proof: P, accepts: Callable[[P], bool], most: int) -> None:
        if most < 1:
            raise ValueError("most_calls must be at least 1")
        self.best = proof
        self.calls = 0
        self.finished = False
        self._accepts = accepts
        self._most = most
        self._asked: set[P] = set()
        if not self._try(proof):
            raise ValueError("the proof that is to be minimised is not accepted")

    def run(self, passes: Sequence[Callable[[P], Iterator[P]]]) -> Minimised[P]:
        """Try what the passes propose about the best proof; begin again from the first pass after every success."""
        try:
            while any(self._try(proposal) for propose in passes for proposal in propose(self.best)):
                pass
            self.finished = True
        except _OutOfCalls:
            pass
        return Minimised(self.best, self.calls, self.finished)

    def _try(self, proposal: P) -> bool:
        if proposal in self._asked:
            return False
        if self.calls == self._most:
            raise _OutOfCalls
        self.calls += 1
        self._asked.add(proposal)
        if not self._accepts(proposal):
            return False
        self.best = proposal
        return True


class _OutOfCalls(Exception):
    """The predicate may not be asked again."""


Script = tuple[str, ...]


def minimise_steps(
    steps: Sequence[str],
    accepts: Callable[[Script], bool],
    *,
    candidates: Sequence[str] = (),
    shorten: Shorten = as_is,
    most_calls: int = 100,
) -> Minimised[Script]:
    """Shrink a list of steps: end it early with one candidate, leave out runs of steps, shorten steps.

    Runs are left out as in delta debugging (Zeller and Hildebrandt 2002): halves first, single steps last. Raises
    `ValueError` if the predicate does not accept the steps as given, which costs the first call.
    """

    def replace_ending(script: Script) -> Iterator[Script]:
        for kept in range(len(script)):
            for candidate in candidates:
                # Another last step is no gain unless it is a shorter one.
                if kept < len(script) - 1 or len(candidate) < len(script[kept]):
                    yield (*script[:kept], candidate)

    def leave_out(script: Script) -> Iterator[Script]:
        size = len(script) // 2
        while size:
            shorter = (script[:start] + script[start + size :] for start in range(0, len(script), size))
            # Nothing at all is no proof, and asking may be expensive.
            yield from (rest for rest in shorter if rest)
            size //= 2

    def shorten_one(script: Script) -> Iterator[Script]:
        for place, step in enumerate(script):
            yield from (
                (*script[:place], short, *script[place + 1 :]) for short in shorten(step) if len(short) < len(step)
            )

    return _Shrinker(tuple(steps), accepts, most_calls).run([replace_ending, leave_out, shorten_one])


def minimise_proof(
    proof: Proof[S],
    accepts: Callable[[Proof[S]], bool],
    *,
    candidates: Sequence[str] = (),
    shorten: Shorten = as_is,
    most_calls: int = 100,
) -> Minimised[Proof[S]]:
    """Shrink a proof tree: replace subtrees by one candidate, leave out actions with one child, shorten actions.

    Subtrees are visited from the root downwards, the first part first. Raises `ValueError` if the predicate does not
    accept the proof as given, which costs the first call.
    """

    def close(whole: Proof[S]) -> Iterator[Proof[S]]:
        for path, part in _subtrees(whole):
            for candidate in candidates:
                if part.children or len(candidate) < len(part.action):
                    yield _with(whole, path, Proof(part.state, candidate))

    def leave_out(whole: Proof[S]) -> Iterator[Proof[S]]:
        for path, part in _subtrees(whole):
            if len(part.children) == 1:
                child = part.children[0]
                yield _with(whole, path, Proof(part.state, child.action, child.children))

    def shorten_one(whole: Proof[S]) -> Iterator[Proof[S]]:
        for path, part in _subtrees(whole):
            for short in shorten(part.action):
                if len(short) < len(part.action):
                    yield _with(whole, path, Proof(part.state, short, part.children))

    return _Shrinker(proof, accepts, most_calls).run([close, leave_out, shorten_one])


Path = tuple[int, ...]
"""The way from the root of a proof to a subtree: the places of the children to take."""


def _subtrees(whole: Proof[S]) -> Iterator[tuple[Path, Proof[S]]]:
    stack: list[tuple[Path, Proof[S]]] = [((), whole)]
    while stack:
        path, part = stack.pop()
        yield path, part
        stack.extend(((*path, place), part.children[place]) for place in reversed(range(len(part.children))))


def _with(whole: Proof[S], path: Path, part: Proof[S]) -> Proof[S]:
    """Return the proof with another subtree at a place."""
    line = [whole]
    for place in path:
        line.append(line[-1].children[place])
    for above, place in zip(reversed(line[:-1]), reversed(path), strict=True):
        children = (*above.children[:place], part, *above.children[place + 1 :])
        part = Proof(above.state, above.action, children)
    return part
