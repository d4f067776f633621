"""Write the tables of `docs/extending.md` from the registries: `python -m tests.docs.tables`."""

from __future__ import annotations

import re
from pathlib import Path

from prover.lean.backend import BACKENDS
from prover.learners import LEARNERS
from prover.policies.entry import POLICIES
from prover.problems.datasets import DATASETS
from prover.strategies import STRATEGIES

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"
REGISTRIES = {
    "policies": POLICIES,
    "strategies": STRATEGIES,
    "backends": BACKENDS,
    "learners": LEARNERS,
    "datasets": DATASETS,
}
_TABLE = re.compile(r"<!-- table: (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def written(page: str) -> str:
    """Return a page with its tables as the registries have them now."""

    def filled(found: re.Match[str]) -> str:
        return f"<!-- table: {found[1]} -->\n{table(found[1])}\n<!-- end -->"

    return _TABLE.sub(filled, page)


def table(name: str) -> str:
    """Return the table of a registry: what ships, without what this machine adds."""
    registry = REGISTRIES[name]
    rows = registry.table().split("\n")
    ours = [entry.form for entry in registry.entries() if not registry.origin(entry.name)]
    return "\n".join([*rows[:2], *(row for row in rows[2:] if row.split("`")[1] in ours)])


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), encoding="utf-8")
