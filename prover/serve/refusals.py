"""What a server may refuse that a Lean of one's own does not, for those who ask it."""

from __future__ import annotations

from prover.errors import InputError

ABOUT = "x-about"
"""The header of a refusal that says what it is about, where that is the statement: then nobody's proof is wrong."""


class OutOfTime(InputError):
    """The server gave no answer within its limit of seconds; on a less busy one it might have."""
