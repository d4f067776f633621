"""The helper process of the finders: a goal and an effort in, certificates out."""

from __future__ import annotations

import sys
from typing import Any

from prover.helpers import serve
from prover.lean.goals import parse_goal
from prover.policies.certificates.finders import certificates, leave_out


def answer(request: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what finders prove of a printed goal: for each certificate its finder and its tactic.

    With `only` these finders are asked, with `without` one is asked no more.
    """
    if request.get("without"):
        leave_out(request["without"])
    try:
        found = certificates(parse_goal(request["goal"]), request["effort"], request.get("only", ()))
    except MemoryError:
        raise
    except Exception:  # a finder that fails has found nothing
        found = []
    return [(certificate.finder, certificate.tactic) for certificate in found]


if __name__ == "__main__":
    serve(answer, int(sys.argv[1]))
