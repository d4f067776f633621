"""A language model as conjecturer: asked for a new theorem beside one that was proved.

After STP (Dong and Ma 2025, 2502.00212, section 3.2), whose model is given a proved statement and a lemma of its proof;
here it is given the statement alone, and nothing trains it. What it writes is read as `prover formalize` reads answers:
what declares more than a theorem, runs code or leaves a hole is left out, and the gate judges the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import Field

from prover.conjecture.conjecturer import Conjecture, Conjecturer, Seed, conjectured
from prover.errors import InputError
from prover.formalize.asking import Author, read_answer
from prover.registry import Entry, Spec
from prover.types import Frozen

LONGEST = 600
"""Characters of a statement that is shown: longer ones leave little room, and are seldom varied well."""
RULE = "written beside a proved theorem"


class ModelConjecturerSettings(Frozen):
    """`samples`: statements that are asked for beside each seed."""

    samples: int = Field(default=4, ge=1)


class ModelConjecturer:
    """Statements that a model writes beside each proved seed, in the order of the seeds.

    The model is loaded when the first statement is asked for, and let go when the last one was taken. It draws from its
    own seed, so the same seeds give the same statements as far as its backend can. Raises `UsageError` for a policy
    that is no language model.
    """

    name = "model"

    def __init__(self, model: str, samples: int) -> None:
        Author(model)
        self._model = model
        self._samples = samples

    def propose(self, seeds: Sequence[Seed]) -> Iterator[Conjecture]:
        """Yield statements made from seeds. Raises `PolicyError` where the model cannot be asked."""
        proved = [seed for seed in seeds if seed.proved and len(seed.problem.statement) <= LONGEST]
        if not proved:
            return
        author = Author(self._model)  # one that was let go is not asked again
        author.load()
        try:
            for seed in proved:
                for answer in author.vary(seed.problem.statement, self._samples):
                    try:
                        problem = read_answer(answer, 1, seed.problem.context)
                    except InputError:
                        continue
                    body = problem.statement.removeprefix(f"theorem {problem.name}").removesuffix(":= by").strip()
                    yield conjectured(seed.problem, body, problem.header or seed.problem.header, self.name, RULE)
        finally:
            author.close()


def _make(settings: ModelConjecturerSettings, spec: Spec) -> Conjecturer:
    return ModelConjecturer(spec.target, settings.samples)


ENTRY = Entry(
    name="model",
    summary="a language model writes a theorem beside each proved one",
    settings=ModelConjecturerSettings,
    target="SPEC",
    make=_make,
)
