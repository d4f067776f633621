"""What finders are given to prove what they leave open: the other finders, by an effort."""

from __future__ import annotations

from collections.abc import Callable

from prover.policies.certificates.reading.sequents import Sequent

Prove = Callable[[Sequent, int], "str | None"]
"""Returns a proof that is found at an effort, or None."""


def easily(prove: Prove, sequent: Sequent) -> str | None:
    """Return the first proof that is found at the two lowest efforts, or None."""
    return next((proof for effort in range(2) if (proof := prove(sequent, effort)) is not None), None)
