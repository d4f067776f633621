"""What a server may refuse that a Lean of one's own does not: within the server, and for those who ask it."""

from __future__ import annotations

from prover.errors import InputError

ABOUT = "x-about"
"""The header of a refusal that says what it is about, where that is the statement: then nobody's proof is wrong."""
HALF = "the text holds half a character (a lone surrogate), which is no Unicode: save it as UTF-8 and send it again"


class OutOfTime(InputError):
    """The server gave no answer within its limit of seconds; on a less busy one it might have."""


class Busy(Exception):
    """There is no room for a request now; `retry_after` is when to ask again, in whole seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TimedOut(Exception):
    """A job took longer than it was allowed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer from Lean within {seconds:g} s; ask for a longer timeout")
        self.seconds = seconds


class TooLarge(Exception):
    """A job needed more memory than a worker may have."""
