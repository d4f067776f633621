"""What Mathlib has and `core` has not: said where somebody uses it, so that one is not taken for the other."""

from __future__ import annotations

import re

from prover.lean.core.catalogue import catalogue, tactics

ABSENT: tuple[tuple[str, str], ...] = (
    (r"(?:Add)?(?:Comm)?(?:Group|Monoid|Semigroup)(?:WithZero)?|MonoidHom|Subgroup|QuotientGroup|IsCyclic|orderOf|zpowers",
     "abstract algebra"),
    (r"(?:Comm)?(?:Semi)?Ring|RingHom|Ideal|IsDomain|EuclideanDomain|Algebra|IsIntegral|UniqueFactorizationMonoid",
     "abstract algebra"),
    (r"Field|DivisionRing|LinearOrderedField|OrderedField|StrictOrderedRing|FieldExtension|IntermediateField|IsGalois",
     "abstract algebra"),
    (r"Module|Submodule|LinearMap|LinearEquiv|Basis|FiniteDimensional|finrank|Span|InnerProductSpace|NormedSpace",
     "linear algebra"),
    (r"Matrix|Matrix\.\w+|det|trace|vecMul|mulVec|GeneralLinearGroup", "matrices"),
    (r"Polynomial|Polynomial\.\w+|MvPolynomial|PowerSeries|aeval|natDegree", "polynomials"),
    (r"TopologicalSpace|Continuous(?:On|At)?|IsOpen|IsClosed|IsCompact|Homeomorph|CompactSpace|T2Space|MetricSpace|"
     r"Filter(?:\.\w+)?|Tendsto|nhds|atTop|𝓝|CauchySeq|Metric(?:\.\w+)?", "topology and limits"),
    (r"deriv|HasDerivAt|Differentiable(?:On|At)?|iteratedDeriv|fderiv|ContDiff|ConvexOn|ConcaveOn|StrictConvexOn",
     "derivatives and convexity"),
    (r"MeasureTheory(?:\.\w+)?|Measure|volume|integral|intervalIntegral|Integrable|Summable|tsum|HasSum|ProbabilityTheory",
     "measures, integrals and infinite sums"),
    (r"CategoryTheory(?:\.\w+)?|Functor|NatTrans", "category theory"),
    (r"SimpleGraph(?:\.\w+)?|Walk|Coloring", "graphs"),
    (r"Cardinal(?:\.\w+)?|Ordinal(?:\.\w+)?", "cardinals and ordinals"),
    (r"Nat\.factorization|Nat\.Primes|padicValNat|padicValInt|legendreSym|jacobiSym|ArithmeticFunction",
     "factorisations and p-adic numbers"),
    (r"Finset\.(?:powerset|powersetCard|product|sup|inf|min'|max'|sort|antidiagonal|fold)|Multiset(?:\.\w+)?|Perm|"
     r"Equiv\.Perm", "power sets, extremes and orderings of finite sets"),
    (r"Real\.(?:cosh|sinh|tanh|arcsin|arccos|arctan|Gamma|goldenRatio)|Complex\.(?:arg|abs|cos|sin)|EuclideanSpace|EuclideanGeometry",
     "hyperbolic and inverse trigonometric functions"),
    (r"Lattice|CompleteLattice|GaloisConnection|PartialOrder|LinearOrder|Preorder|OrderIso|Sup|Inf|sSup|sInf|iSup|iInf",
     "abstract orders"),
)  # fmt: skip
"""Names of Mathlib's that people write most, by what they belong to."""
_UNKNOWN = re.compile(
    r"[Uu]nknown (?:identifier|constant|namespace|attribute) [`'‘“]?([^\s`'’”]+)|"
    r"(?:function expected at|invalid field|failed to synthesize)[\s\S]{0,80}?\b([A-Z]\w+(?:\.\w+)*)"
)
TACTICS = (
    "abel", "apply_fun", "assumption'", "bound", "cancel_denoms", "cases'", "choose", "compute_degree", "congr!",
    "continuity", "contrapose", "contrapose!", "convert", "exacts", "field", "field_simp", "fin_cases", "fun_prop",
    "gcongr", "group", "induction'", "interval_cases", "itauto", "lift",
    "linear_combination'", "match_scalars", "measurability", "module", "noncomm_ring", "nth_rewrite", "nth_rw",
    "peel", "plausible", "polyrith", "qify", "rel", "rify", "set", "simp_rw", "slim_check",
    "tfae_finish", "tfae_have", "wlog", "zify",
)  # fmt: skip
"""Tactics of Mathlib's that people write."""


def absent_tactics() -> tuple[str, ...]:
    """Return those tactics of Mathlib's that the prelude does not have, under any meaning."""
    return tuple(name for name in TACTICS if name not in tactics())


def of_mathlib(name: str) -> str | None:
    """Return what a name of Mathlib's belongs to, if it is one that `core` has not."""
    name = name.strip("`'«»").removeprefix("Core.")
    if any(entry.name == name for entry in catalogue()):
        return None
    return next((topic for pattern, topic in ABSENT if re.fullmatch(pattern, name)), None)


def explained(message: str) -> str:
    """Return Lean's message about a statement in `core`, with whose the unknown name is where that is known."""
    match = _UNKNOWN.search(message)
    name = next((part for part in match.groups() if part), "") if match is not None else ""
    topic = of_mathlib(name)
    if topic is None:
        return message
    note = f"`{name}` is Mathlib's; `core` has no {topic} (`prover core` lists what it has, --context mathlib has all)"
    return f"{message}\n{note}"
