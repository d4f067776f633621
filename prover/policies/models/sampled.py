"""Whole proofs without search, in two phases: a model writes them all (`sample_all`), Lean judges them later.

The first phase needs the model alone and fills a GPU: many problems, many samples of each, in one batch. Every sample
is kept raw in an SQLite file (`prover.policies.models.recording`). The second phase needs Lean alone: the policy
`samples:FILE` proposes for the problem and the seed of an attempt the one sample of that number, so that
`prover bench DATASET --policy samples:FILE --samples N` is the judge, with its report, its pass@k and its resumption.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from prover.errors import DataError, PolicyError, PromptTooLong, UsageError
from prover.policies.entry import Asking, PolicyEntry
from prover.policies.models.generation import Generation, Request
from prover.policies.models.model import ModelPolicy
from prover.policies.models.prompt_request import build_prompt_request
from prover.policies.models.recording import Kept, Recorder
from prover.policies.protocol import Prepared
from prover.policies.recipes import PromptRequest
from prover.policies.sketch import RuleSketcher
from prover.registry import NoSettings, Spec
from prover.types import Problem, ProofState
from search.result import SearchResult
from search.types import Cost, Proposals, Suggestion

Watch = Callable[[int, int], None]
"""Is told how many problems are done, and of how many."""


def sample_all(
    problems: Sequence[Problem],
    policy: ModelPolicy,
    samples: int,
    seed: int,
    place: Path,
    together: int = 64,
    watch: Watch = lambda done, all: None,
) -> int:
    """Write `samples` whole proofs of every problem into a file, and return how many samples are new.

    `together` problems are asked about at once; a kill loses what was asked about last. Problems that the file has
    enough samples of are not asked about again. Raises `UsageError` for a recipe of tactics, and for a file that holds
    samples of another policy; `PolicyError` if the model does not answer.
    """
    recipe = policy.recipe
    if recipe.kind != "whole-proof":
        raise UsageError(
            f"the recipe {recipe.name} is of tactics, which only a search can use: choose one of whole proofs, such as "
            "recipe=proof, or use prover bench"
        )
    recorder = Recorder(place)
    try:
        others = recorder.policies() - {policy.name}
        if others:
            raise UsageError(f"{place} holds samples of {', '.join(sorted(others))}: give --out another file")
        counts = recorder.counts(seed)
        left = [problem for problem in problems if counts.get(problem.statement_sha256, 0) < samples]
        done = len(problems) - len(left)
        watch(done, len(problems))
        new = 0
        for at in range(0, len(left), together):
            some = left[at : at + together]
            asked = [_request(problem, policy) for problem in some]
            answers = policy.generator.generate(
                [Request(recipe.prompt(request), samples, policy.sampling, seed) for request in asked]
            )
            for problem, request, answer in zip(some, asked, answers, strict=True):
                if isinstance(answer, Generation):
                    recorder.record(problem, seed, policy.name, recipe, policy.sampling, request, 0, answer.completions)
                    new += len(answer.completions)
                elif not isinstance(answer, PromptTooLong):  # one problem that is too long ends nothing
                    raise answer
            done += len(some)
            watch(done, len(problems))
        return new
    finally:
        recorder.close()


def _request(problem: Problem, policy: ModelPolicy) -> PromptRequest:
    return build_prompt_request(problem, ProofState(problem.name, (), ()), policy.recipe)


@dataclass(frozen=True, slots=True)
class SampledPolicy:
    """Proposes what was sampled before: for an attempt with seed n the n-th sample of the problem."""

    name: str
    file: Path

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        """Return what takes part in an attempt. Raises `PolicyError` where there is no such sample."""
        recorder = Recorder(self.file)
        try:
            found = recorder.sample(problem.statement_sha256, seed)
        finally:
            recorder.close()
        if found is None:
            raise PolicyError(
                f"{self.file} holds no sample {seed} of {problem.name}: run prover sample for it, with more --samples"
            )
        return Prepared(
            _One(self.name, found), RuleSketcher(), samples=1, finished=lambda ended: self._note(found, ended)
        )

    def _note(self, kept: Kept, search: SearchResult[ProofState]) -> None:
        for edge in search.graph.edges:
            if edge.source == 0 and edge.action == kept.block:
                outcome = edge.kind.value if edge.kind is not None else edge.outcome.value
                recorder = Recorder(self.file)
                try:
                    recorder.judged(kept, outcome, edge.cost.heartbeats)
                finally:
                    recorder.close()

    def load(self) -> None:
        """Raise `DataError` where there is no such file."""
        if not self.file.is_file():
            raise DataError(
                f"there is no file {self.file}: write it with prover sample DATASET --policy hf:… --out FILE"
            )

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _One:
    name: str
    kept: Kept

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Propose the sample for the state of the problem itself, and nothing elsewhere."""
        return [self._said(state) for state in states]

    def _said(self, state: ProofState) -> Proposals:
        if state.trail:
            return Proposals(())
        cost = Cost(generations=1, tokens_out=len(self.kept.ids))
        if self.kept.block is None:
            return Proposals((), cost)
        return Proposals((Suggestion(self.kept.block, min(0.0, self.kept.log_prob)),), cost)


def _file(spec: Spec) -> Path:
    return Path(spec.target).expanduser()


def _asking(settings: NoSettings, spec: Spec) -> Asking:
    file = _file(spec)
    if not file.is_file():
        return Asking(deterministic=False)
    recorder = Recorder(file)
    try:
        names = sorted(recorder.policies())
    finally:
        recorder.close()
    return Asking(sampling={"samples of": ", ".join(names)}, deterministic=False)


POLICY = PolicyEntry(
    name="samples",
    summary="what prover sample wrote before, one sample an attempt",
    target="FILE",
    settings=NoSettings,
    make=lambda settings, spec: SampledPolicy(str(spec), _file(spec)),
    asking=_asking,
)
