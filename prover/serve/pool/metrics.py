"""What the server counts, in Prometheus' text format; no client library is needed for a handful of numbers."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
Labels = tuple[tuple[str, str], ...]


class Counted:
    """A number that only grows, by labels. Thread-safe."""

    def __init__(self, name: str, help_text: str) -> None:
        self.name = name
        self._help = help_text
        self._values: dict[Labels, float] = defaultdict(float)
        self._lock = threading.Lock()

    def inc(self, amount: float = 1.0, **labels: str) -> None:
        """Add to the number of these labels."""
        with self._lock:
            self._values[tuple(sorted(labels.items()))] += amount

    def value(self, **labels: str) -> float:
        """Return the number of these labels."""
        return self._values.get(tuple(sorted(labels.items())), 0.0)

    def lines(self) -> list[str]:
        """Return the lines of the exposition."""
        with self._lock:
            rows = sorted(self._values.items())
        head = [f"# HELP {self.name} {self._help}", f"# TYPE {self.name} counter"]
        return head + [f"{self.name}{_shown(labels)} {value:g}" for labels, value in rows]


class Timed:
    """A histogram of seconds, by labels. Thread-safe."""

    def __init__(self, name: str, help_text: str) -> None:
        self.name = name
        self._help = help_text
        self._rows: dict[Labels, list[float]] = {}
        self._lock = threading.Lock()

    def observe(self, seconds: float, **labels: str) -> None:
        """Count one duration."""
        key = tuple(sorted(labels.items()))
        with self._lock:
            row = self._rows.setdefault(key, [0.0] * (len(BUCKETS) + 2))
            for place, bound in enumerate(BUCKETS):
                if seconds <= bound:
                    row[place] += 1
            row[-2] += 1
            row[-1] += seconds

    def lines(self) -> list[str]:
        """Return the lines of the exposition."""
        found = [f"# HELP {self.name} {self._help}", f"# TYPE {self.name} histogram"]
        with self._lock:
            rows = sorted((labels, list(row)) for labels, row in self._rows.items())
        for labels, row in rows:
            bounds = [f"{bound:g}" for bound in BUCKETS] + ["+Inf"]
            for bound, count in zip(bounds, row, strict=False):
                found.append(f"{self.name}_bucket{_shown((*labels, ('le', bound)))} {count:g}")
            found.append(f"{self.name}_count{_shown(labels)} {row[-2]:g}")
            found.append(f"{self.name}_sum{_shown(labels)} {row[-1]:g}")
        return found


class Metrics:
    """All numbers of a server. `gauges` are asked for when the numbers are read."""

    def __init__(self) -> None:
        self.requests = Counted("proofsmith_requests_total", "Requests by route and status.")
        self.job_seconds = Timed("proofsmith_job_seconds", "Seconds that jobs took in a worker.")
        self.workers_started = Counted("proofsmith_workers_started_total", "Worker processes started after the first.")
        self.workers_killed = Counted("proofsmith_workers_ended_total", "Worker processes that ended, by reason.")
        self.verdicts = Counted("proofsmith_verdicts_total", "Verdicts given, by kind.")
        self.gauges: dict[str, tuple[str, Callable[[], float]]] = {}

    def text(self) -> str:
        """Return the exposition, version 0.0.4."""
        lines: list[str] = []
        parts = (self.requests, self.job_seconds, self.workers_started, self.workers_killed, self.verdicts)
        for part in parts:
            lines += part.lines()
        for name, (help_text, read) in sorted(self.gauges.items()):
            lines += [f"# HELP {name} {help_text}", f"# TYPE {name} gauge", f"{name} {read():g}"]
        return "\n".join(lines) + "\n"


def _shown(labels: Labels) -> str:
    if not labels:
        return ""
    escaped = ((name, value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")) for name, value in labels)
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped) + "}"
