"""What a run in `core` may count as failures of a model that are none: candidates with tactics that `core` imitates."""

from __future__ import annotations

import re
from collections import Counter

from prover.bench.folder import Run
from prover.lean.core.absent import absent_tactics
from prover.lean.core.catalogue import imitated_tactics

SHOWN = 4


def unsupported_candidates(run: Run) -> str | None:
    """Return a sentence on the problems whose candidates failed with tactics that are not Mathlib's here, or None.

    Only of a model that was asked with a prompt: what templates try is written for `core`. A step of a search has no
    place of its failure, so this counts candidates that use such a tactic, wherever they failed.
    """
    if run.config.lean.context != "core" or not run.config.policy.recipe:
        return None
    used = Counter[str]()
    problems = 0
    unproved = [attempt for attempt in run.attempts if attempt.status == "unproved"]
    for attempt in unproved:
        tree = run.tree(attempt.problem, attempt.seed)
        rejected = [] if tree is None else [edge for edge in tree["edges"] if edge["outcome"] == "rejected"]
        names = {name for edge in rejected if edge["source"] == 0 for name in _used(edge["action"])}
        problems += bool(names)
        used.update(names)
    if not problems:
        return None
    named = ", ".join(f"`{name}`" for name, _ in used.most_common(SHOWN))
    return (
        f"Unsupported: {problems} of the {len(unproved)} attempts without a proof had candidates that use tactics "
        f"which `core` only imitates, or lacks ({named}). Mathlib may accept such a proof: judge it with --context "
        "mathlib."
    )


def _used(proof: str) -> set[str]:
    names = "|".join(re.escape(name) for name in (*imitated_tactics(), "nlinarith", *absent_tactics()))
    return set(re.findall(rf"(?<![\w.'])(?:{names})(?![\w'!?])", proof))
