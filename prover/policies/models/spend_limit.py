"""A cap on what a run may cost at a server that charges: never exceeded, not even by requests in flight."""

from __future__ import annotations

import threading

from prover.errors import PolicyError


class SpendLimit:
    """Money in USD, shared by threads. Without a cap everything is allowed and only summed."""

    def __init__(self, cap: float | None) -> None:
        self._cap = cap
        self._held = 0.0
        self._changed = threading.Condition()
        self.spent = 0.0

    def reserve(self, most: float) -> None:
        """Reserve money for a request that costs at most `most`, waiting for others that may turn out cheaper.

        Raises `PolicyError` where it does not fit even when nothing else is in flight.
        """
        if self._cap is None:
            return
        with self._changed:
            while self.spent + self._held + most > self._cap:
                if self._held == 0.0:
                    raise PolicyError(
                        f"--policy openai: the cap of {self._cap:g} USD leaves no room for another request: "
                        f"{self.spent:.4f} are spent and the next may cost {most:.4f}; raise max_cost= or lower "
                        "max_tokens="
                    )
                self._changed.wait()
            self._held += most

    def settle(self, most: float, cost: float) -> None:
        """Pay for a request that `most` was reserved for."""
        with self._changed:
            if self._cap is not None:
                self._held = max(0.0, self._held - most)
                self._held = 0.0 if self._held < 1e-12 else self._held
            self.spent += cost
            self._changed.notify_all()
