"""Answer `#check TERM`: what Lean says of a term, found by introducing it in a proof state that is thrown away."""

from __future__ import annotations

from prover.lean.pool import Pool
from prover.serve.worker.answers import Message, Position
from prover.types import Problem
from search.types import Advanced, Rejected

_NAME = "proofsmith_checked"


def term_messages(asked: list[tuple[int, str]], pool: Pool, context: str) -> tuple[Message, ...]:
    """Return a message for each `#check`: `TERM : TYPE`, or Lean's error. `asked` holds lines and terms."""
    problem = Problem(name="checked", statement="theorem checked : True := by", context=context)
    root = pool.start(problem)
    messages: list[Message] = []
    for line, term in asked:
        pos, end = Position(line=line, column=0), Position(line=line, column=len("#check"))
        step = pool.step(root, f"have {_NAME} := ({term})")
        if isinstance(step, Advanced):
            shown = next(h.type for h in step.state.goals[0].hypotheses if _NAME in h.names)
            messages.append(Message(severity="info", pos=pos, endPos=end, data=f"{term.strip()} : {shown}"))
        else:
            said = step.reason if isinstance(step, Rejected) else "this is no term"
            messages.append(Message(severity="error", pos=pos, endPos=end, data=said))
    return tuple(messages)
