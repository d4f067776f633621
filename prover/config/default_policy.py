"""Which policy `prover prove` asks when nobody says: certificates where they can be checked, and the shipped model."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from prover.policies.entry import PolicySpec
from prover.types import ContextName

NEEDED = ("torch", "transformers", "tokenizers", "bm25s")
SOLVERS = ("clarabel", "scipy", "flint")
# Smaller dictionaries than `certificates` by itself: a person waits for the first answer.
MIXED = "mix:automation+certificates(effort=2,deeper=0,seconds=10)"
CERTIFICATES = "automation searches; certificates prove more of such theorems: pip install 'proofsmith[certificates]'"


def default_policy(contexts: Iterable[str]) -> tuple[PolicySpec, str]:
    """Return the policy for problems in these contexts, and what a user should know about the choice, or "".

    In `core`, whose lemmas check certificates, it is automation with certificates, if their packages are there.
    Elsewhere it is `tiny` if the card of the shipped model says that, in each of these kinds of context, it proved
    more than `automation` at equal Lean calls, paired by statement (`make bench-learning`), and if all is there that
    it needs.
    """
    kinds = {ContextName.of(context).kind for context in contexts}
    if kinds == {"core"}:
        if any(find_spec(package) is None for package in SOLVERS):
            return PolicySpec(), CERTIFICATES
        return PolicySpec.model_validate(MIXED), ""
    from prover.policies.tiny.policy import SHIPPED, read_card
    from prover.problems.library import record

    automation = PolicySpec()
    if not kinds or not kinds <= set(read_card(SHIPPED).better_in):
        return automation, ""
    if any(find_spec(package) is None for package in NEEDED):
        return automation, "automation searches; tiny proves more of such theorems: pip install 'proofsmith[ml]'"
    if "library" in kinds and record.find() is None:
        return automation, "automation searches; tiny proves more of such theorems, after `prover data get library`"
    return PolicySpec(name="tiny"), ""
