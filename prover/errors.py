"""The one tree of exceptions. What a search expects (a tactic fails, a limit is hit) is a value, never an exception.

ProverError                   anything a user can act on: one sentence that says what to do; the CLI exits with 2
├── UsageError                an option, a file or a combination of them makes no sense
├── InputError                a problem, a proof or a data file cannot be read or used
│   └── StatementError        Lean refuses the statement; carries Lean's message with line and caret
│       └── HeaderError       Lean refuses what stands above the statement; `line` says where
├── SetupError                something that has to be installed is missing, broken or could not be fetched
├── LeanError                 Lean itself cannot be used (any more)
│   ├── WorkerDied            a Lean process ended; `kind` says whether by crash, memory, wall clock or a kill
│   └── ProtocolError         a Lean process answered something that the wire does not allow
├── PolicyError               a policy cannot be loaded or does not answer
│   └── PromptTooLong         one prompt does not fit into the model's context; others may
└── DataError                 a dataset or a run folder is damaged, locked, or from another configuration
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.types import RejectionKind


class ProverError(Exception):
    """Anything a user can act on; the message is one sentence that says what to do."""


class UsageError(ProverError):
    """An option, a file or a combination of them makes no sense."""


class InputError(ProverError):
    """A problem, a proof or a data file cannot be read or used."""


class StatementError(InputError):
    """Lean refuses the statement; the message is Lean's own, with line and caret."""


class HeaderError(StatementError):
    """Lean refuses what stands above a statement: `said` is its message.

    `line`, from 1, is that of the problem's header, 0 if it is not there.
    """

    def __init__(self, line: int, said: str, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.said = said


class SetupError(ProverError):
    """Something that has to be installed is missing, broken or could not be fetched."""


class LeanError(ProverError):
    """Lean itself cannot be used (any more)."""


class WorkerDied(LeanError):
    """A Lean process ended while it was asked something."""

    def __init__(self, kind: RejectionKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class ProtocolError(LeanError):
    """A Lean process answered something that the wire does not allow."""


class PolicyError(ProverError):
    """A policy cannot be loaded or does not answer."""


class PromptTooLong(PolicyError):
    """One prompt does not fit into the model's context; others may."""


class DataError(ProverError):
    """A dataset or a run folder is damaged, locked, or from another configuration."""
