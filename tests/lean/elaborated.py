"""What the elaboration process of a verifier says about a proof, before any kernel is asked."""

from __future__ import annotations

from prover.errors import WorkerDied
from prover.lean import allowed, block
from prover.lean.embedded import verify, wire
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.types import Problem

HEARTBEATS = 400_000
# Before a configuration had to be literal by name, nothing in the text of the attack was forbidden.
KINDS = (*allowed.CONFIGURATION_KINDS, "Lean.Parser.Term.anonymousCtor")


def elaborate(
    verifier: EmbeddedVerifier, problem: Problem, proof: str, *, above: str = "", by_position: bool = False
) -> wire.Facts | WorkerDied:
    """Return the facts of a block of tactics, or how the process died of it.

    `above` holds theorems that stand in front of it; `by_position` permits configurations without names.
    """
    where = verifier._context(problem)
    stated = verifier._statements.get(problem, where)
    allow = verify._FILE if above else verify._BLOCK
    request = wire.Examine(
        header=where.header(problem),
        candidate=f"{above}{problem.statement}\n{block.indent(proof, 2)}\n",
        theorem=stated.theorem,
        says=stated.says,
        stated=stated.stated,
        allow=allow.model_copy(update={"configurationKinds": KINDS}) if by_position else allow,
        heartbeats=HEARTBEATS,
    )
    return verifier._examine(request, where, HEARTBEATS)
