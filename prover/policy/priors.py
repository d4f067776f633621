"""How often each template is right, by the shape of the goal: a table fitted by counting (`prover.policy.fit`)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

SMOOTHING = 0.02


@dataclass(frozen=True, slots=True)
class Priors:
    """Frequencies of templates: `counts[head/domain][template]`, of goals of that shape that the template advanced.

    A shape that was seen seldom leans on its head alone, and that on all shapes together (add-`SMOOTHING`, backing off
    with the weight of `STRENGTH` observations).
    """

    counts: dict[str, dict[str, float]] = field(default_factory=dict)
    strength: float = 5.0

    def weight(self, template: str, head: str, domain: str) -> float:
        """Return the prior of a template for a goal, above 0; not normalised."""
        return self._backed(
            f"{head}/{domain}", template, self._backed(head, template, self._backed("all", template, SMOOTHING))
        )

    def _backed(self, key: str, template: str, prior: float) -> float:
        row = self.counts.get(key, {})
        total = sum(row.values())
        return (row.get(template, 0.0) + self.strength * prior) / (total + self.strength)


@cache
def load() -> Priors:
    """Return the table in the repository."""
    return Priors(json.loads((files("prover.policy") / "priors.json").read_text(encoding="utf-8"))["counts"])
