"""Open retrieval over what is installed: the enumerated library, the prelude, exported examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

from prover.errors import PolicyError, UsageError
from prover.policies.models.settings import ModelSettings
from prover.policies.retrieval.index import Retrieval, read_examples
from prover.policies.retrieval.lemmas import imports_of, library_lemmas, prelude_lemmas
from prover.policies.retrieval.rank import Bm25, Dense
from prover.policies.retrieval.retriever import NoRetrieval, Retriever
from prover.problems.library import record
from prover.types import Problem, ProofState


def open_retriever(settings: ModelSettings) -> Retriever:
    """Return what the settings of a model policy ask for. Raises `PolicyError`, `UsageError`, `InputError`."""
    if settings.examples and not settings.examples_from:
        raise UsageError(
            "--policy: examples= needs examples_from=FILE, as `prover train` exports tactics, or a model that was "
            "trained with them"
        )
    if not settings.premises and not settings.examples:
        return NoRetrieval()
    kind, _, model = settings.retriever.partition(":")
    make = Bm25 if kind == "bm25" else partial(Dense, model)
    examples = read_examples(Path(settings.examples_from)) if settings.examples else []
    if not settings.premises:
        return Retrieval([], {}, examples, make)
    rows = _library()
    return Retrieval([*prelude_lemmas(), *library_lemmas(rows)], imports_of(rows), examples, make)


def premises_for(problem: Problem) -> Callable[[ProofState, int], Sequence[str]]:
    """Return a function that finds the names of at most k lemmas for a state of a problem, by BM25.

    Meant for policies without a model, whose tactics take lemmas as arguments. Raises `PolicyError`.
    """
    retrieval = _shared()

    def names(state: ProofState, k: int) -> Sequence[str]:
        return [premise.name for premise in retrieval.premises(problem, state, k)]

    return names


@cache
def _shared() -> Retrieval:
    rows = _library()
    return Retrieval([*prelude_lemmas(), *library_lemmas(rows)], imports_of(rows), [], Bm25)


def _library() -> list[record.ModuleRow]:
    path = record.find()
    if path is None:
        raise PolicyError("premises= needs Lean's library as it was enumerated: run `prover data get library` first")
    return record.read(path)
