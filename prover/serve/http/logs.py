"""The log of a server: a line a request on standard error, as text or as JSON for machines."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

FIELDS = ("request", "client", "status", "seconds")


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        row: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        row |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            row["trace"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False)


class TextLines(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        seconds = getattr(record, "seconds", None)
        took = f" {1000 * seconds:.0f} ms" if seconds is not None else ""
        line = f"{time.strftime('%H:%M:%S', time.localtime(record.created))} {record.getMessage()}{took}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configured(as_json: bool) -> None:
    """Have the server's loggers, and uvicorn's errors, write to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else TextLines())
    for name, level in (("prover.serve", logging.INFO), ("uvicorn.error", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
        # A server says a line a request without being asked; --quiet leaves errors.
        quiet = logging.getLogger("prover").level >= logging.ERROR
        logger.setLevel(logging.ERROR if quiet else level)
