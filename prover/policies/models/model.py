"""The policy of a language model: a recipe around it, what it learns of a problem, and what its answers cost."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from prover.errors import PolicyError, PromptTooLong
from prover.policies.models.generation import Answer, Completion, Generation, Generator, Request
from prover.policies.models.merge import merged
from prover.policies.models.prompt_request import build_prompt_request
from prover.policies.models.recording import Recorder, block_of, settle
from prover.policies.models.settings import ModelSettings
from prover.policies.models.sketching import ModelSketcher
from prover.policies.protocol import Prepared, unchanged
from prover.policies.recipes import Prompt, PromptRequest, Recipe, Sampling
from prover.policies.repair import Repairing, ToolCorrection, tried
from prover.policies.retrieval.retriever import NoRetrieval, Retriever
from prover.types import Problem, ProofState
from search.types import Cost, Proposals

_HOLE = re.compile(r"(?<![\w.])(?:sorry|admit)(?![\w'])")

MakePrompt = Callable[[PromptRequest], Prompt]
ReadBlock = Callable[[str, Completion], list[tuple[str, Completion]]]
"""Returns the actions that a block of tactics stands for, each with the completion that says it."""


@dataclass(frozen=True, slots=True)
class ModelPolicy:
    """A model, a recipe and settings, shared by all attempts of a run. An attempt asks through `prepare`."""

    name: str
    recipe: Recipe
    sampling: Sampling
    generator: Generator
    settings: ModelSettings
    retriever: Retriever = field(default_factory=NoRetrieval)
    recorder: Recorder | None = None

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        """Return what takes part in one attempt at a problem: the same seed gives the same suggestions."""
        attempt = ModelAttempt(self, problem, seed)
        repair, correct, context = self.settings.repair, self.settings.correct, problem.context
        return Prepared(
            policy=ToolCorrection(attempt, context) if correct else attempt,
            sketcher=ModelSketcher(attempt),
            wrap_env=(lambda env: Repairing(env, context, repair, correct)) if repair or correct else unchanged,
            samples=self.settings.samples,
            finished=lambda search: settle(self.recorder, problem, seed, search),
        )

    def load(self) -> None:
        """Make the model ready. Raises `PolicyError`."""
        self.generator.load()

    def close(self) -> None:
        """Let go of the model."""
        self.generator.close()
        if self.recorder is not None:
            self.recorder.close()


class ModelAttempt:
    """A policy that knows which problem it is asked about. For one thread."""

    def __init__(self, policy: ModelPolicy, problem: Problem, seed: int) -> None:
        self._policy = policy
        self._problem = problem
        self._seed = seed
        digest = hashlib.sha256(f"{policy.settings.seed}\0{seed}".encode()).digest()
        self._seeded = int.from_bytes(digest[:6], "big")
        # The raw text behind each block: a model is shown its own words when it is asked to correct them.
        self._answers: dict[str, str] = {}

    @property
    def name(self) -> str:
        return self._policy.name

    @property
    def recipe(self) -> Recipe:
        return self._policy.recipe

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Ask the model for `k` continuations of each state, or as many as `samples` says; equal ones are merged.

        A state whose prompt is too long gets no suggestions, the state of the problem itself excepted. Raises
        `PolicyError` if the model does not answer.
        """
        return self.ask(states, k, self.recipe.prompt, self._actions)

    def suggest_again(self, states: Sequence[ProofState], k: int, asked: int) -> list[Proposals]:
        """Ask as `suggest` does, with random numbers that depend on how often these states were asked about."""
        return self.ask(states, k, self.recipe.prompt, self._actions, asked)

    def ask(
        self, states: Sequence[ProofState], k: int, prompt: MakePrompt, read: ReadBlock, times: int = 0
    ) -> list[Proposals]:
        """Ask with another prompt, and read the blocks of the answers in another way."""
        samples = self._policy.settings.samples or k
        asked = [self._request(state) for state in states]
        seed = self._seeded + times
        requests = [Request(prompt(request), samples, self._policy.sampling, seed) for request in asked]
        answers = self._policy.generator.generate(requests)
        if prompt == self.recipe.prompt:
            self._record(asked, times, answers)
        return [self._proposals(*each, k, read) for each in zip(states, asked, answers, strict=True)]

    def _record(self, asked: Sequence[PromptRequest], times: int, answers: Sequence[Answer]) -> None:
        policy = self._policy
        if policy.recorder is None:
            return
        for request, answer in zip(asked, answers, strict=True):
            if isinstance(answer, Generation):
                policy.recorder.record(
                    self._problem, self._seed, policy.name, policy.recipe, policy.sampling, request, times,
                    answer.completions,
                )  # fmt: skip

    def _request(self, state: ProofState) -> PromptRequest:
        policy = self._policy
        slots, settings = policy.recipe.slots, policy.settings
        premises = policy.retriever.premises(self._problem, state, settings.premises) if "premises" in slots else ()
        wanted = (settings.examples or 0) if "examples" in slots else 0
        examples = policy.retriever.examples(self._problem, state, wanted)
        attempts = [tried(failure, self._answers.get(failure.action, failure.action)) for failure in state.tried]
        return build_prompt_request(
            self._problem, state, policy.recipe, premises=premises, examples=examples,
            attempts=attempts if "attempts" in slots else (),
        )  # fmt: skip

    def _proposals(
        self, state: ProofState, request: PromptRequest, answer: Answer, k: int, read: ReadBlock
    ) -> Proposals:
        if isinstance(answer, PromptTooLong) and state.trail:
            return Proposals(())
        if isinstance(answer, PolicyError):
            raise answer
        found: list[tuple[str, Completion]] = []
        for completion in answer.completions:
            block = block_of(self.recipe.parse(completion.text, request, completion.finished).block)
            if block is not None:
                found.extend(read(block, completion))
        cost = Cost(
            generations=len(answer.completions),
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
            policy_seconds=answer.seconds,
        )
        sampling = self._policy.sampling
        return Proposals(merged(found, k), cost, more=not sampling.beam and sampling.temperature > 0.0)

    def _actions(self, block: str, completion: Completion) -> list[tuple[str, Completion]]:
        # A step that proves nothing (`sorry`) is none; in a longer block Lean says where it stands.
        if "\n" not in block and _HOLE.search(block):
            return []
        self._answers.setdefault(block, completion.text)
        return [(block, completion)]
