"""What a prompt may hold in addition to the goal: lemmas in scope, and steps that helped with similar goals."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from prover.errors import InputError
from prover.policies.recipes import Example, Premise
from prover.policies.retrieval.lemmas import Lemma, in_scope
from prover.policies.retrieval.rank import Ranker, best
from prover.types import Problem, ProofState

MakeRanker = Callable[[Sequence[str]], Ranker]


class Retrieval:
    """Finds lemmas and examples for states. Thread-safe.

    `imports` says what each module of the library imports, for contexts that are modules. Examples are fixed before a
    run begins: were a run to learn from itself, what it finds would depend on which problem ends first.
    """

    def __init__(
        self,
        lemmas: Sequence[Lemma],
        imports: Mapping[str, frozenset[str]],
        examples: Sequence[tuple[str, Example]],
        make: MakeRanker,
    ) -> None:
        self._lemmas = lemmas
        self._imports = imports
        self._examples = examples
        self._rank = make([lemma.text for lemma in lemmas])
        self._similar = make([example.state for _, example in examples])
        self._scopes: dict[str, list[bool]] = {}
        self._lock = threading.Lock()

    def premises(self, problem: Problem, state: ProofState, k: int) -> Sequence[Premise]:
        """Return at most `k` lemmas that are in scope, most alike to the first goal first; never the problem itself."""
        if k == 0:
            return ()
        scores = self._rank.scores(query(state))
        found = best(scores, k + 1, self._scope(problem.context))
        chosen = [self._lemmas[place] for place in found if self._lemmas[place].name != problem.name]
        return [Premise(lemma.name, lemma.signature) for lemma in chosen[:k]]

    def examples(self, problem: Problem, state: ProofState, k: int) -> Sequence[Example]:
        """Return at most `k` solved steps at similar states, most similar first; never of the problem itself."""
        if k == 0:
            return ()
        others = [name != problem.name for name, _ in self._examples]
        return [self._examples[place][1] for place in best(self._similar.scores(query(state)), k, others)]

    def _scope(self, context: str) -> list[bool]:
        with self._lock:
            if context not in self._scopes:
                self._scopes[context] = [in_scope(lemma, context, self._imports) for lemma in self._lemmas]
            return self._scopes[context]


def query(state: ProofState) -> str:
    """Return what is looked for: the first goal, its target counted twice."""
    goal = state.goals[0]
    return f"{goal.text}\n{goal.target}"


def read_examples(path: Path) -> list[tuple[str, Example]]:
    """Read solved steps from JSON lines with `state`, `tactic` and, where known, `problem`, as training exports them.

    Raises `InputError`.
    """
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [(str(row.get("problem", "")), Example(row["state"], row["tactic"])) for row in rows]
    except FileNotFoundError as error:
        raise InputError(f"examples_from={path}: there is no such file") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"examples_from={path} cannot be read ({error}): each line has to be a JSON table with state and tactic"
        ) from error
