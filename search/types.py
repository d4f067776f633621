"""The vocabulary of a search: suggestions, steps, costs, budgets and the three protocols.

Nothing here knows what a state *is*. A state is hashable, equal states are merged, and everything else is asked of an
`Environment`, a `Policy` and, optionally, a `Value`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from operator import add, attrgetter
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

S = TypeVar("S", bound=Hashable)
S_contra = TypeVar("S_contra", bound=Hashable, contravariant=True)


def _unit(label: str, default: float = 0) -> Any:
    """Return a field of `Cost`; `label` is what people read in tables."""
    return field(default=default, metadata={"label": label})


@dataclass(frozen=True, slots=True)
class Cost:
    """What something cost, in every unit that is accounted for. Costs add up with `+`.

    This is the one table of units: arithmetic, records, documents, reports and help texts follow from it, and limits
    from `Budget`.

    Units: `steps` are environment calls that a search asked for, counted by the search itself;
    `generations` are sequences sampled from a model; `tokens_in`/`tokens_out` are model tokens; `lean_calls` are calls
    the environment made, retries included; `heartbeats` are Lean's deterministic unit of work (thousands of small
    allocations, as `maxHeartbeats` counts them); the `*_seconds` are seconds of wall clock spent inside the environment
    and inside the policy.
    """

    steps: int = _unit("steps")
    generations: int = _unit("generations")
    tokens_in: int = _unit("tokens in")
    tokens_out: int = _unit("tokens out")
    lean_calls: int = _unit("Lean calls")
    heartbeats: int = _unit("heartbeats (thousands)")
    lean_seconds: float = _unit("Lean seconds", 0.0)
    policy_seconds: float = _unit("policy seconds", 0.0)

    def __add__(self, other: Cost) -> Cost:
        return Cost(*map(add, _amounts(self), _amounts(other)))

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


_amounts = attrgetter(*(unit.name for unit in fields(Cost)))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An action that a policy proposes: a tactic or a whole proof, with its natural log-probability (at most 0)."""

    action: str
    log_prob: float


@dataclass(frozen=True, slots=True)
class Proposals:
    """A policy's answer for one state: distinct suggestions, best first, and what it cost to make them.

    `more` says that the policy samples, so that asking it again (`Resampling`) may bring other suggestions.
    """

    suggestions: tuple[Suggestion, ...]
    cost: Cost = field(default_factory=Cost)
    more: bool = False


class RejectionKind(StrEnum):
    """Why an action was not carried out. Only the first two are verdicts; the others are retried and never cached."""

    ERROR = "error"
    HEARTBEATS = "heartbeats"
    WALL = "wall"
    MEMORY = "memory"
    CRASH = "crash"
    KILLED = "killed"

    @property
    def is_verdict(self) -> bool:
        return self in (RejectionKind.ERROR, RejectionKind.HEARTBEATS)


@dataclass(frozen=True, slots=True)
class Solved:
    """The action left nothing to prove: a signal, not yet a verified proof. `said` is what the environment remarked."""

    cost: Cost = field(default_factory=Cost)
    said: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Advanced(Generic[S]):
    """The action was carried out and `state` remains to be proved. `said` is what the environment remarked."""

    state: S
    cost: Cost = field(default_factory=Cost)
    said: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Salvaged(Generic[S]):
    """The longest prefix of a rejected action that was carried out, and the state it led to.

    Truncate-and-resume (DeepSeek-Prover-V1.5, 2408.08152, section 3.1) continues a whole proof from here.
    """

    action: str
    state: S


@dataclass(frozen=True, slots=True)
class Rejected(Generic[S]):
    """The action was not carried out; `reason` is the environment's own message."""

    kind: RejectionKind
    reason: str
    cost: Cost = field(default_factory=Cost)
    salvaged: Salvaged[S] | None = None


Step = Solved | Advanced[S] | Rejected[S]


@runtime_checkable
class Environment(Protocol[S]):
    """Carries out actions. Pure as far as the search can see: the same state and action give the same step."""

    def step(self, state: S, action: str) -> Step[S]:
        """Carry out one action."""
        ...

    def step_many(self, requests: Sequence[tuple[S, str]]) -> list[Step[S]]:
        """Carry out several actions, in parallel where the environment can; answers in the order of the requests."""
        ...

    def split(self, state: S) -> Sequence[S]:
        """Return the independent parts of a state, all of which have to be proved.

        A state that cannot be divided is its own single part. Parts that depend on each other (goals that share a
        metavariable) stay together in one part. The order of parts is the order in which a proof treats them.
        """
        ...


class Policy(Protocol[S_contra]):
    """Proposes actions, batch first."""

    def suggest(self, states: Sequence[S_contra], k: int) -> list[Proposals]:
        """Propose at most `k` distinct actions for each state, best first; one `Proposals` a state, in order."""
        ...


@runtime_checkable
class Resampling(Protocol[S_contra]):
    """A policy that can be asked about the same state again."""

    def suggest_again(self, states: Sequence[S_contra], k: int, asked: int) -> list[Proposals]:
        """Propose as `Policy.suggest` does, to states that were asked about `asked` times: other samples each time."""
        ...


class Value(Protocol[S_contra]):
    """A critic."""

    def estimate(self, states: Sequence[S_contra]) -> list[float]:
        """Estimate for each state the probability, in [0, 1], that it will be proved."""
        ...


class Stop(StrEnum):
    """Why a search ended; not to be confused with the status of a node.

    `FAILED`: too many steps ended without a verdict (`Options.failures`). `CANCELLED`: the caller cancelled it.
    """

    SOLVED = "solved"
    EXHAUSTED = "exhausted"
    BUDGET = "budget"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one search; `None` is unlimited. A unit without a limit is accounted for all the same."""

    steps: int | None = None
    generations: int | None = None
    tokens: int | None = None
    lean_calls: int | None = None
    heartbeats: int | None = None
    lean_seconds: float | None = None
    policy_seconds: float | None = None
    seconds: float | None = None

    def exceeded(self, cost: Cost, seconds: float) -> str | None:
        """Return the first unit whose limit is reached, or None."""
        for unit in fields(self):
            limit = getattr(self, unit.name)
            if limit is not None and (seconds if unit.name == "seconds" else getattr(cost, unit.name)) >= limit:
                return unit.name
        return None

    def times(self, factor: int) -> Budget:
        """Return so many times this budget, in every unit."""
        limits = {unit.name: getattr(self, unit.name) for unit in fields(self)}
        return Budget(**{name: limit if limit is None else limit * factor for name, limit in limits.items()})


UNITS = tuple(unit.name for unit in fields(Budget))
"""The names under which a `Budget` limits and a result reports; `seconds` is the wall clock of the whole search."""
WHOLE = frozenset(unit.name for unit in fields(Budget) if str(unit.type).startswith("int"))
"""Those of them that are counted in whole numbers."""
