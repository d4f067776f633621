"""The policy `certificates`: proposes the proofs that finders bring, each as one tactic block."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field, field_validator

from prover.errors import PolicyError
from prover.helpers import Helpers
from prover.policies.entry import PolicyEntry
from prover.policies.fingerprint import code_sha256
from prover.policies.goal_context import NOTHING_KNOWN, GoalContext
from prover.policies.protocol import Prepared
from prover.policies.sketch import RuleSketcher
from prover.registry import check_known, packages
from prover.types import Frozen, Goal, Problem, ProofState, Tactic
from search.types import Cost, Proposals, Suggestion

PACKAGES = ("clarabel", "scipy", "python-flint")
FIRST, DECAY = 0.8, 0.5
"""The probability of the first certificate of a goal, and how much less each further one has."""
REMEMBERED = 4_000


class CertificateSettings(Frozen):
    """`effort`: how rich the dictionaries of finders may get, 0 to 3, at the first goal and at what a finder left.

    Other goals get `deeper`.

    `seconds` and `memory_mb` guard the process of a finder for one goal. `without`: a finder that is not asked, inside
    others neither, to see what it is good for.
    """

    effort: int = Field(default=3, ge=0, le=3)
    deeper: int = Field(default=1, ge=0, le=3)
    seconds: float = Field(default=60.0, gt=0)
    memory_mb: int = Field(default=3_000, ge=256)
    without: str = ""

    @field_validator("without")
    @classmethod
    def _known(cls, given: str) -> str:
        if given:
            from prover.policies.certificates.finders import FINDERS  # the helper has it anyway; here it takes 0.2 s

            check_known("finder", given, FINDERS)
        return given


class CertificatePolicy:
    """Proposes certificates for the first goal of a state. The same goals give the same proposals. Thread-safe."""

    def __init__(self, settings: CertificateSettings, name: str = "certificates") -> None:
        self._settings = settings
        self._name = name
        self._finders = Helpers("prover.policies.certificates.worker", settings.memory_mb)
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, int], tuple[str, ...]] = OrderedDict()

    @property
    def name(self) -> str:
        return self._name

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Propose at most `k` proofs of the first goal of each state; none where no finder has one."""
        return [self._proposals(state, k) for state in states]

    def propose(self, goal: Goal, k: int, scope: GoalContext = NOTHING_KNOWN, effort: int | None = None) -> Proposals:
        """Propose for a goal by itself, at the effort of a first goal unless another is given."""
        began = time.monotonic()
        top = self._settings.effort if effort is None else effort
        found: tuple[str, ...] = ()
        for level in range(top + 1):
            found = self._found(goal.text, level)
            if found:
                break
        chosen = found[:k]
        suggestions = tuple(Suggestion(tactic, math.log(FIRST * DECAY**rank)) for rank, tactic in enumerate(chosen))
        return Proposals(suggestions, Cost(policy_seconds=time.monotonic() - began))

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        """Return what takes part in an attempt; nothing depends on its seed."""
        return Prepared(self, RuleSketcher())

    def load(self) -> None:
        """Start the process of the finders. Raises `PolicyError` where a package is missing."""
        checked()
        self._finders.start()

    def close(self) -> None:
        """End the processes of the finders."""
        self._finders.close()

    def _proposals(self, state: ProofState, k: int) -> Proposals:
        last = next((move for move in reversed(state.trail) if isinstance(move, Tactic)), None)
        ours = last is None or "\n" in last.text  # finders write blocks, other sources rarely do
        return self.propose(state.goals[0], k, effort=self._settings.effort if ours else self._settings.deeper)

    def _found(self, goal: str, effort: int) -> tuple[str, ...]:
        key = (goal, effort)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        request = {"goal": goal, "effort": effort, "without": self._settings.without}
        answer = self._finders.ask(request, self._settings.seconds)
        found = tuple(str(tactic) for _, tactic in answer or ())
        with self._lock:
            self._known[key] = found
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found


def checked() -> str:
    """Return the versions of what the finders need. Raises `PolicyError` with the remedy where it is missing."""
    try:
        return packages("certificates", *PACKAGES)
    except Exception as error:
        raise PolicyError(str(error)) from error


POLICY = PolicyEntry(
    name="certificates",
    summary="proofs that computer algebra finds outside of Lean and Lean checks; no weights",
    settings=CertificateSettings,
    make=lambda settings, spec: CertificatePolicy(settings, str(spec)),
    check=lambda: packages("certificates", *PACKAGES),
    fingerprint=lambda settings, spec: code_sha256(Path(__file__)),
    extra="certificates",
)
