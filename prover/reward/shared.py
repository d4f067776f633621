"""The `Rewards` that the faces share in a process, configured by the environment: trainers name functions, not objects.

PROOFSMITH_SERVER           address of a running `prover serve`; without it Lean runs in the trainer's process
PROOFSMITH_REWARD_STORE     SQLite file in which what was judged stays judged
PROOFSMITH_REWARD_CONTEXT   context of the statements, `core` if unset
PROOFSMITH_REWARD_WORKERS   verifiers that work at once, 1 if unset
"""

from __future__ import annotations

import atexit
import os
import threading

from prover.errors import UsageError
from prover.reward.rewards import Rewards

_lock = threading.Lock()
_shared: list[Rewards] = []


def shared_rewards() -> Rewards:
    """Return the one `Rewards` of this process, opened when it is first asked for. Raises `UsageError`."""
    with _lock:
        if not _shared:
            workers = os.environ.get("PROOFSMITH_REWARD_WORKERS", "1")
            if not workers.isdigit() or int(workers) < 1:
                raise UsageError(f"PROOFSMITH_REWARD_WORKERS={workers} is no number of workers: write 1 or more")
            made = Rewards(
                server=os.environ.get("PROOFSMITH_SERVER", ""),
                context=os.environ.get("PROOFSMITH_REWARD_CONTEXT", "core"),
                store=os.environ.get("PROOFSMITH_REWARD_STORE") or None,
                workers=int(workers),
            )
            atexit.register(made.close)
            _shared.append(made)
        return _shared[0]
