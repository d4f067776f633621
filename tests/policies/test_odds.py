"""One scale for sources that mean different things by a probability, and a model that is asked after the cheap ones."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from prover.cancel import CancelToken
from prover.lean.goals import parse_goal
from prover.policies.hybrid import HybridPolicy, Staged
from prover.policies.odds import Fit, Labelled, Odds, fit_odds
from prover.policies.protocol import Prepared
from prover.policies.sketch import RuleSketcher
from prover.prove import impatient
from prover.types import Problem, ProofState
from search.best_first import BestFirstOptions, best_first
from search.types import Budget, Cost, Proposals, Rejected, RejectionKind, Resampling, Solved, Step, Suggestion

STATE = ProofState("p", (parse_goal("n : ℕ\n⊢ n + 0 = n", 1),), ())


@dataclass
class Source:
    """Says what it was told to, and counts how often it was asked."""

    name: str
    actions: tuple[tuple[str, float], ...]
    samples: int = 0
    asked: list[int] = field(default_factory=list)

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        return Prepared(Sampling(self) if self.samples else Plain(self), RuleSketcher(), samples=self.samples)

    def load(self) -> None: ...

    def close(self) -> None: ...


@dataclass
class Plain:
    source: Source

    @property
    def name(self) -> str:
        return self.source.name

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        self.source.asked.append(0)
        said = tuple(Suggestion(action, math.log(chance)) for action, chance in self.source.actions)
        return [Proposals(said, Cost(generations=self.source.samples), more=bool(self.source.samples)) for _ in states]


@dataclass
class Sampling(Plain):
    def suggest_again(self, states: Sequence[ProofState], k: int, asked: int) -> list[Proposals]:
        self.source.asked.append(asked)
        return [Proposals((Suggestion(f"again {asked}", -1.0),), more=True) for _ in states]


class Lean:
    """Carries out what stands in `right`; everything else is an error."""

    def __init__(self, *right: str) -> None:
        self.right = right
        self.tried: list[str] = []

    def step(self, state: ProofState, action: str) -> Step[ProofState]:
        self.tried.append(action)
        return Solved() if action in self.right else Rejected(RejectionKind.ERROR, "no")

    def step_many(self, requests: Sequence[tuple[ProofState, str]]) -> list[Step[ProofState]]:
        return [self.step(*request) for request in requests]

    def split(self, state: ProofState) -> Sequence[ProofState]:
        return [state]


ODDS = Odds(
    fits={
        "cheap": Fit(constant=1.0, log_prob=1.0, rank=0.0),
        "model": Fit(constant=0.0, log_prob=0.5, rank=0.0),
    },
    first={"cheap": 0.5, "model": 0.4},
)


def searched(lean: Lean, odds: Odds | None) -> tuple[Source, list[str]]:
    cheap = Source("cheap", (("simp", 0.7), ("omega", 0.2), ("ring", 0.06), ("rfl", 0.03)))
    model = Source("model", (("exact foo", 0.3), ("omega", 0.2)), samples=8)
    policy = HybridPolicy("both", [("cheap", cheap), ("model", model)], odds)
    prepared = policy.prepare(Problem(name="p", statement="theorem p : True := by"), 0)
    best_first(STATE, lean, prepared.policy, Budget(steps=20), options=BestFirstOptions(lazy=True, asks=3, k=8))
    return model, lean.tried


def test_the_model_is_asked_once_what_is_left_is_less_likely() -> None:
    model, tried = searched(Lean(), ODDS)
    # By the odds: simp 0.66, omega 0.35, ring 0.14; the model's first proposal 0.4.
    assert tried[:2] == ["simp", "exact foo"] and model.asked[0] == 0
    assert tried.index("omega") < tried.index("ring") and tried.count("omega") == 1
    assert model.asked == [0, 1], "it is asked again with another number each time"


def test_a_model_that_was_asked_first_is_not_asked_the_same_again() -> None:
    cheap, model = Source("cheap", ()), Source("model", (("exact foo", 0.3),), samples=8)
    policy = HybridPolicy("both", [("cheap", cheap), ("model", model)], ODDS)
    prepared = policy.prepare(Problem(name="p", statement="theorem p : True := by"), 0)
    best_first(STATE, Lean(), prepared.policy, Budget(steps=9), options=BestFirstOptions(lazy=True, asks=3, k=8))
    assert model.asked == [0, 1, 2]


def test_nothing_is_generated_where_a_cheap_source_suffices() -> None:
    model, tried = searched(Lean("simp"), ODDS)
    assert tried == ["simp"] and model.asked == []


def test_without_odds_all_are_asked_at_once_and_the_model_again() -> None:
    model, tried = searched(Lean(), None)
    assert model.asked == [0, 1, 2] and "again 1" in tried and tried.count("omega") == 1


def test_odds_of_other_sources_are_not_used() -> None:
    policy = HybridPolicy("both", [("cheap", Source("cheap", ())), ("new", Source("new", (), samples=8))], ODDS)
    made = policy.prepare(Problem(name="p", statement="theorem p : True := by"), 0).policy
    assert not isinstance(made, Staged)


def test_the_fit_finds_what_the_labels_hold() -> None:
    draw = random.Random(0)
    truth = Fit(constant=0.5, log_prob=0.8, rank=-0.4)
    labelled = []
    for number in range(2000):
        log_prob, rank = -4 * draw.random(), number % 8
        proves = draw.random() < truth(log_prob, rank)
        labelled.append(Labelled(source="a", log_prob=log_prob, rank=rank, proves=proves))
    labelled += [Labelled(source="b", log_prob=-1.0, rank=0, proves=False)] * 5
    odds = fit_odds(labelled)
    for log_prob, rank in ((-0.1, 0), (-1.0, 2), (-3.0, 6)):
        assert abs(odds.fits["a"](log_prob, rank) - truth(log_prob, rank)) < 0.06
    assert 0.0 < odds.fits["b"](-1.0, 0) < 0.2 and 0.0 < odds.first["b"] < 0.1, "never sure, however few there are"
    assert Odds.model_validate_json(odds.model_dump_json()) == odds


def test_a_policy_that_is_not_waited_for_can_still_be_asked_again() -> None:
    token = CancelToken()
    again = impatient(Sampling(Source("model", (("simp", 0.5),), samples=2)), token)
    assert isinstance(again, Resampling) and again.suggest_again([STATE], 2, 3)[0].suggestions[0].action == "again 3"
    assert not isinstance(impatient(Plain(Source("cheap", ())), token), Resampling)
