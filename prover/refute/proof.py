"""Prove in Lean that a counterexample is one.

The proof of `¬ ∀ x, P x → C x` takes the statement as `H`, gives it the witness, proves each premise and ends in a
contradiction. Every part is tried as a step of a session, so that a short list of tactics finds the one that works.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from prover.lean.pool import Pool
from prover.refute.facts import facts
from prover.refute.kinds import Kind
from prover.refute.meaning import Scope
from prover.refute.search import Found
from prover.refute.slots import Claim, Premise
from prover.refute.syntax import Name, Term, free_names
from prover.refute.witnesses import samples
from prover.types import ProofState
from search.types import Advanced, Cost, Solved

_DECIDABLE = (
    "decide",
    "decide +kernel",
    "omega",
    "simp",
    "norm_num",
    "grind",
    "(intros; omega)",
    "(intros; simp; done)",
    "(intros; grind)",
)
_REAL = ("norm_num", "positivity", "grind", "simp", "(intros; norm_num)", "(intros; grind)", "nlinarith")
_ENDS = (
    "exact absurd H (by decide)",
    "exact absurd H (by decide +kernel)",
    "omega",
    "simp at H",
    "grind",
    "exact absurd H (by norm_num)",
    "simp at H; omega",
    "simp at H; grind",
    "revert H; decide",
    "obtain ⟨y, hy⟩ := H; omega",
    "obtain ⟨y, hy⟩ := H; grind",
    "obtain ⟨y, z, hy⟩ := H; grind",
)
_REAL_ENDS = (
    "grind",
    "simp at H; done",
    "exact absurd H (by norm_num)",
    "norm_num at H; grind",
    "obtain ⟨y, hy⟩ := H; grind",
    "obtain ⟨y, hy⟩ := H; nlinarith [sq_nonneg y]",
)
_EXACT = "exact H"
_REWRITTEN = "rw [this] at H\nclear this"
_REALS = ("ℝ", "ℂ", "NNReal")
MOST_CALLS = 60


@dataclass
class _Steps:
    """A refutation in steps: what `H` is given in turn, and the lines at the end."""

    arguments: list[list[str]] = field(default_factory=list)
    end: list[str] = field(default_factory=list)


class Prover:
    """Tries counterexamples on the opened negation, with a limit of calls of Lean over all of them."""

    def __init__(self, pool: Pool, root: ProofState, claim: Claim, most_calls: int = MOST_CALLS) -> None:
        self._pool = pool
        self._claim = claim
        self._left = most_calls
        self.cost = Cost()
        step = pool.step(root, "intro H")
        self._intro = step.state if isinstance(step, Advanced) else None

    @property
    def spent(self) -> bool:
        """Whether no calls are left."""
        return self._left <= 0 or self._intro is None

    def scripts(self, found: Found) -> Iterator[str]:
        """Give scripts that refute the statement with a counterexample, the most readable first."""
        for sharp in (False, True):
            steps = self._steps(found, sharp)
            if steps is not None:
                yield from _written(steps)
                return
            if not self._transcendental(found):
                return

    def _steps(self, found: Found, sharp: bool) -> _Steps | None:
        state = self._intro
        if state is None:
            return None
        texts = {value.name: _typed(value.kind, witness.text) for value, witness in found.chosen}
        real = any(_is_real(value.kind) for value, _ in found.chosen) or "Reals" in state.text
        steps = _Steps()
        pending: list[str] = []
        for slot in self._claim.slots:
            if not isinstance(slot, Premise):
                pending.append(texts[slot.name])
            elif slot.term is None:
                pending.append("inferInstance")
            else:
                given = self._given(state, pending)
                if given is None:
                    return None
                steps.arguments += [pending] if pending else []
                pending = []
                proved = self._premise(given, slot.term, found, texts, real, sharp)
                if proved is None:
                    return None
                state, argument = proved
                steps.arguments.append([argument])
        last = self._given(state, pending)
        if last is None:
            return None
        steps.arguments += [pending] if pending else []
        if self._claim.conclusion == Name("False"):
            steps.end = [_EXACT]
            return steps
        ended = self._end(last, found, texts, real, sharp)
        if ended is None:
            return None
        steps.end = ended
        return steps

    def _premise(
        self, state: ProofState, term: Term, found: Found, texts: dict[str, str], real: bool, sharp: bool
    ) -> tuple[ProofState, str] | None:
        noted = self._noted(state, [term], found, texts, sharp) if real else []
        lines = [line for fact in noted for line in (fact, *(("rw [this]", "clear this") if _equation(fact) else ()))]
        tactics = [_after(lines, "norm_num"), _after(noted, "grind")] if noted else []
        for tactic in (*tactics, *(_REAL if real else _DECIDABLE)):
            argument = f"(by {tactic})" if "\n" not in tactic else _by(tactic)
            after = self._step(state, f"replace H := @H {argument}")
            if isinstance(after, ProofState):
                return after, argument
        return None

    def _end(self, state: ProofState, found: Found, texts: dict[str, str], real: bool, sharp: bool) -> list[str] | None:
        if not real:
            return next(([end] for end in _ENDS if self._step(state, end) is True), None)
        lines: list[str] = []
        for alternatives in self._facts([self._claim.conclusion], found, texts, sharp):
            for fact in alternatives:
                after = self._step(state, fact)
                if after is True:
                    return [*lines, fact]
                if not isinstance(after, ProofState):
                    continue
                state = after
                lines.append(fact)
                # The fact is proved once, and rewritten with in a step of its own.
                after = self._step(state, _REWRITTEN) if _equation(fact) else False
                if after is True:
                    return [*lines, _REWRITTEN]
                if isinstance(after, ProofState):
                    state = after
                    lines.append(_REWRITTEN)
                break
        for end in _REAL_ENDS:
            if self._step(state, end) is True:
                return [*lines, end]
        return None

    def _transcendental(self, found: Found) -> bool:
        terms = [slot.term for slot in self._claim.slots if isinstance(slot, Premise) and slot.term is not None]
        names = {name for term in (*terms, self._claim.conclusion) for name in free_names(term)}
        return bool({name.rpartition(".")[2] for name in names} & {"exp", "log"})

    def _given(self, state: ProofState | None, arguments: Sequence[str]) -> ProofState | None:
        if state is None or not arguments:
            return state
        after = self._step(state, f"replace H := @H {' '.join(arguments)}")
        return after if isinstance(after, ProofState) else None

    def _noted(
        self, state: ProofState, terms: list[Term], found: Found, texts: dict[str, str], sharp: bool
    ) -> list[str]:
        """Return the facts about real functions that Lean accepts here."""
        lines: list[str] = []
        for alternatives in self._facts(terms, found, texts, sharp):
            for line in alternatives:
                if isinstance(self._step(state, line), ProofState):
                    lines.append(line)
                    break
        return lines

    def _facts(self, terms: list[Term], found: Found, texts: dict[str, str], sharp: bool) -> Iterator[list[str]]:
        """Give, for each application of a real function, ways to state what is known, the most telling first."""
        scope = Scope({value.name: value.kind for value, _ in found.chosen}, {}, samples)
        for alternatives in facts(terms, scope, texts, found.values, sharp):
            yield [line for line in alternatives if line]

    def _step(self, state: ProofState, tactic: str) -> ProofState | bool:
        """Return the state after a tactic, True where it leaves nothing, False where it fails or nothing is left."""
        if self._left <= 0:
            return False
        self._left -= 1
        step = self._pool.step(state, tactic)
        self.cost += step.cost
        if isinstance(step, Advanced):
            return step.state
        return isinstance(step, Solved)


def _is_real(kind: Kind) -> bool:
    return kind.head in _REALS or any(map(_is_real, kind.parts))


def _typed(kind: Kind, text: str) -> str:
    if kind.head == "Type":
        return text
    return f"({text} : {kind})"


def _written(steps: _Steps) -> Iterator[str]:
    """Give a refutation in one application, which Lean may read otherwise where functions are applied, and in steps."""
    every = [argument for group in steps.arguments for argument in group]
    given = [f"replace H := @H {' '.join(every)}"] if every else []
    yield "\n".join(["intro H", *given, *steps.end])
    if len(steps.arguments) > 1:
        yield "\n".join(["intro H", *(f"replace H := @H {' '.join(group)}" for group in steps.arguments), *steps.end])


def _after(lines: list[str], tactic: str) -> str:
    return "\n".join([*lines, tactic])


def _equation(fact: str) -> bool:
    """Tell whether a fact ends in an equation that can be rewritten with."""
    return fact.startswith("have : ") and " = " in fact.partition(" := ")[0] and "\nhave" not in fact


def _by(tactic: str) -> str:
    inner = "\n".join(f"    {line}" for line in tactic.split("\n"))
    return f"(by\n{inner})"
