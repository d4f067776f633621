"""What a Lean call costs, side by side in one run: `make bench-lean`.

A chain of cheap steps (`intro`, `constructor`, `exact`) behind a prefix with one `omega` and two `grind` calls is
walked to growing depths. At each depth every kind of cheap step is run several times from the same state, goals
extracted, in three ways: on the state that the session keeps; by elaborating the whole prefix again in the same
process; and by a process of its own for each check.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

import psutil

from prover.lean.context import context
from prover.lean.embedded.install import install
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.session import Limits
from prover.types import Problem, ProofState
from search.types import Advanced, Rejected

DEPTHS = (5, 10, 20, 40)
REPETITIONS = 7
PREFIX = (
    "have h1 : a ≤ 10 := by omega",
    "have h2 : a * b = b * a := by grind",
    "have h3 : (a + b) * (a + b) = a * a + 2 * (a * b) + b * b := by grind",
)
LINKS = 20
CYCLE = ("intro n{0}", "constructor", "exact hp")


def problem() -> Problem:
    """Return a statement that a long chain of cheap steps takes apart."""
    target = "p"
    for link in reversed(range(LINKS)):
        target = f"∀ n{link} : ℕ, p ∧ ({target})"
    return Problem(
        name="chain", statement=f"theorem chain (a b : ℕ) (p : Prop) (hp : p) (h : a + b = 10) : {target} := by"
    )


def steps() -> list[str]:
    """Return the tactics of the chain: the prefix, then three cheap steps for every link."""
    return [*PREFIX, *(step.format(link) for link in range(LINKS) for step in CYCLE)]


def median_ms(action: Callable[[], object], repetitions: int = REPETITIONS) -> float:
    """Return the median time of an action in milliseconds."""
    times = []
    for _ in range(repetitions):
        began = time.perf_counter()
        action()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    installation = install()
    where = context("core")
    EmbeddedVerifier(installation).check_statement(
        problem()
    )  # compiles the context, which is done once in a machine's life
    began = time.perf_counter()
    session = EmbeddedSession(installation, where, Limits())
    session.ready()
    ready = time.perf_counter() - began
    resident = psutil.Process(session.pid).memory_info().rss / 2**20
    print(f"worker ready with its context   {ready:6.2f} s      {resident:6.0f} MB resident")

    tactics = steps()
    states: list[ProofState] = [session.start(problem())]
    for tactic in tactics[: max(DEPTHS)]:
        step = session.step(states[-1], tactic)
        assert isinstance(step, Advanced), (tactic, step)
        states.append(step.state)
    heads = ("kept state", "replayed", "own process", "replayed/kept", "process/kept")
    print(f"{'depth':>6}" + "".join(f"{head:>15}" for head in heads))
    kept = {}
    for depth in DEPTHS:
        # Three depths in a row, so that each kind of cheap step counts alike.
        kept[depth] = statistics.median(
            median_ms(partial(session.step, states[d], tactics[d])) for d in (depth - 2, depth - 1, depth)
        )
        block = "\n".join(tactics[: depth + 1])
        replayed = median_ms(partial(_whole, session, states[0], block), 3)
        single = median_ms(partial(_process, block), 1)
        ratios = f"{replayed / kept[depth]:>14.0f}x{single / kept[depth]:>14.0f}x"
        print(f"{depth:>6}{kept[depth]:>12.2f} ms{replayed:>12.1f} ms{single:>12.0f} ms{ratios}")
    print(f"depth 40 against depth 5: {kept[40] / kept[5]:.2f}")
    session.close()


def _whole(session: EmbeddedSession, root: ProofState, block: str) -> None:
    step = session.step(root, block)
    assert not isinstance(step, Rejected), step


def _process(block: str) -> None:
    session = EmbeddedSession(install(), context("core"), Limits())
    try:
        _whole(session, session.start(problem()), block)
    finally:
        session.close()


if __name__ == "__main__":
    main()
