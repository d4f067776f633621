"""What the verifier's elaboration gives to a proof, to compare with what a session opens."""

from __future__ import annotations

from prover.errors import StatementError
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.verifier import LONGEST_MESSAGE
from prover.types import Problem, Rejection

HERE = "the proof begins here"


def given_by_lean(verifier: EmbeddedVerifier, problem: Problem) -> str | None:
    """Return the goal that a failing proof prints, cut where messages are; None if the statement does not elaborate."""
    try:
        verdict = verifier.verify(problem, f'fail "{HERE}"')
    except StatementError:
        return None
    assert isinstance(verdict, Rejection), problem.statement
    _, found, goal = verdict.message.partition(f"{HERE}\n")
    assert found, verdict.message
    return goal if len(verdict.message) <= LONGEST_MESSAGE else goal.removesuffix(" …")


def difference(session: EmbeddedSession, expected: str | None, problem: Problem) -> str | None:
    """Return how a session opens a problem in another way than `given_by_lean` expects, or None if it does not.

    A statement that both refuse is no difference.
    """
    try:
        goals = session.start(problem).goals
    except StatementError as error:
        return None if expected is None else f"{problem.name}: it elaborates, but does not open: {error}"
    finally:
        session.release(problem)
    if expected is None:
        return f"{problem.name}: it opens, but does not elaborate"
    (goal,) = goals
    # Lines are broken at other widths, and a long message is cut.
    shown, wanted = " ".join(goal.text.split()), " ".join(expected.split())
    same = shown == wanted or (len(expected) > LONGEST_MESSAGE // 2 and shown.startswith(wanted))
    return None if same else f"{problem.name}:\n{goal.text}\n-- Lean gives\n{expected}"
