"""How often each template is right, by goal shape: a table of counts, made by `prover.policies.templates.fit`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

STRENGTH = 30.0
"""Observations that `base` weighs against the table in the repository, whose sample is small."""
UNKNOWN = 8.0
"""Pseudo-count of a template without data (`base` sums to about 200)."""
LEAST = 0.002
"""Of a template that `base` does not know."""


@dataclass(frozen=True, slots=True)
class Priors:
    """How often templates were right: `counts[key][template]`, where the key is `head/domain`, `head` or `all`.

    A shape that was seen seldom leans on its head alone, that on all shapes, and that on `base`, which is set by hand;
    each with the weight of `strength` observations. `factors[head][template]`, set by hand, says what to do first: a
    goal that comes apart for nothing is not worth an induction before (the safe rules of Aesop; Limperg and From, CPP
    2023, section 3).
    """

    counts: dict[str, dict[str, float]] = field(default_factory=dict)
    base: dict[str, float] = field(default_factory=dict)
    strength: float = 5.0
    factors: dict[str, dict[str, float]] = field(default_factory=dict)

    def weight(self, template: str, head: str, domain: str) -> float:
        """Return the prior of a template for a goal, above 0; not normalised."""
        whole = sum(self.base.values()) or 1.0
        prior = max(self.base.get(template, 0.0) / whole, LEAST)
        for key in ("all", head, f"{head}/{domain}"):
            prior = self._backed(key, template, prior)
        return prior * self.factors.get(head, {}).get(template, 1.0)

    def knowing(self, templates: Iterable[str]) -> Priors:
        """Return these priors with a word on templates of which nothing is known."""
        return replace(self, base=dict.fromkeys(templates, UNKNOWN) | self.base)

    def _backed(self, key: str, template: str, prior: float) -> float:
        row = self.counts.get(key, {})
        total = sum(row.values())
        return (row.get(template, 0.0) + self.strength * prior) / (total + self.strength)


@cache
def load() -> Priors:
    """Return the table in the repository."""
    table = json.loads((files("prover.policies.templates") / "priors.json").read_text(encoding="utf-8"))
    return Priors(table["counts"], table["base"], STRENGTH, table["factors"])
