"""Tactics worth proposing for a goal, by template. A template is silent where it cannot apply.

Each template yields its actions best first; how good one template is against another is a matter of `priors`, fitted by
counting (`fit`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prover.policies.templates import hypotheses, numbers, structure
from prover.policies.templates.goal_features import Shape
from prover.types import Goal

Template = Callable[[Goal, Shape], Iterator[str]]

TEMPLATES: dict[str, Template] = {
    "omega": structure.omega,
    "grind": structure.grind,
    "simp_all": structure.simp_all,
    "simp": structure.simp,
    "decide": structure.decide,
    "rfl": structure.rfl,
    "norm_num": structure.norm_num,
    "assumption": structure.assumption,
    "intro": structure.intro,
    "constructor": structure.constructor,
    "disjunct": structure.disjunct,
    "witness": structure.witness,
    "structures": structure.structures,
    "extensional": structure.extensional,
    "destruct": hypotheses.destruct,
    "case_split": hypotheses.case_split,
    "enumeration": hypotheses.enumeration,
    "substitute": hypotheses.substitute,
    "eliminate": hypotheses.eliminate,
    "simp_with": hypotheses.simp_with,
    "instances": hypotheses.instances,
    "at_terms": hypotheses.at_terms,
    "induction": numbers.induction,
    "cases": numbers.cases,
    "residues": numbers.residues,
    "interval": numbers.interval,
    "hinted": numbers.hinted,
    "squares": numbers.squares,
    "products": numbers.products,
    "bounds": numbers.bounds,
    "even_powers": numbers.even_powers,
    "negation": numbers.negation,
    "definitions": hypotheses.definitions,
    "own_definitions": hypotheses.own_definitions,
    "contradiction": structure.contradiction,
    "grind_more": structure.grind_more,
    "search_library": structure.search_library,
}
"""Every template by name, in the order that decides between equal priors."""
