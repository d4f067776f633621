"""Logging, as Python programs do it: loggers below `prover`, shown by -v, written to the file in `PROOFSMITH_LOG`.

`PROOFSMITH_LOG=FILE`, or `PROOFSMITH_LOG=debug:FILE` with a level, appends what happens to a file; a program that uses
the library configures `logging` itself.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

from prover.errors import UsageError

if TYPE_CHECKING:
    from prover.events import Event

VARIABLE = "PROOFSMITH_LOG"
LOGGER = logging.getLogger("prover")
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_search = logging.getLogger("prover.search")


def configured(verbose: int = 0, quiet: bool = False) -> None:
    """Set up the loggers of a command. Raises `UsageError` for a `PROOFSMITH_LOG` that names no level or file."""
    LOGGER.handlers.clear()
    LOGGER.propagate = True
    levels = [logging.ERROR if quiet else (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]]
    if verbose:
        shown = logging.StreamHandler(sys.stderr)
        before = "\r\x1b[2K" if sys.stderr.isatty() else ""  # takes the place of a line that changes
        shown.setFormatter(logging.Formatter(f"{before}prover: %(message)s"))
        shown.setLevel(levels[0])
        LOGGER.addHandler(shown)
    named = os.environ.get(VARIABLE, "")
    if named:
        word, colon, rest = named.partition(":")
        level = _LEVELS.get(word.lower()) if colon else None
        path = rest if level is not None else named
        try:
            written = logging.FileHandler(path, encoding="utf-8")
        except OSError as error:
            what = f"{VARIABLE}={named}: the file cannot be written ({error.strerror})"
            raise UsageError(f"{what}; write {VARIABLE}=[LEVEL:]FILE, LEVEL one of {', '.join(_LEVELS)}") from error
        written.setFormatter(logging.Formatter(_FORM))
        written.setLevel(level if level is not None else logging.INFO)
        levels.append(written.level)
        LOGGER.addHandler(written)
    LOGGER.setLevel(min(levels))


def silent() -> bool:
    """Tell whether only answers and errors are wanted."""
    return LOGGER.level >= logging.ERROR and not LOGGER.handlers


def log_event(event: Event) -> None:
    """Log what happens in a search."""
    from prover.events import Ended, Started, Stepped, Trying, Turned, Verified

    match event:
        case Started():
            _search.info("%s: the search begins", event.problem)
        case Trying():
            _search.debug("%s: tries %r", event.problem, event.action)
        case Turned():
            _search.debug("%s: %s", event.problem, event.what)
        case Stepped():
            said = f" ({event.reason.splitlines()[0]})" if event.reason else ""
            _search.debug("%s: step %d, %r: %s%s", event.problem, event.number, event.action, event.outcome, said)
        case Verified():
            _search.info("%s: the verifier says %s", event.problem, event.verdict.verdict)
        case Ended():
            calls = event.attempt.cost.lean_calls
            _search.info("%s: %s after %d Lean call%s", event.problem, event.attempt.status, calls, "s" * (calls != 1))
