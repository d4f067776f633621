"""Open Lean: a pool of sessions and a verifier of its own, each when it is first needed."""

from __future__ import annotations

import threading
from contextlib import suppress
from types import TracebackType

from prover.cancel import POLL_SECONDS, CancelToken
from prover.errors import ProverError
from prover.lean.backend import Backend, Installed, Progress, backend
from prover.lean.cache import LeanCache, cached
from prover.lean.context import Context
from prover.lean.pool import Pool
from prover.lean.session import Limits, SessionFactory
from prover.lean.verifier import Preparing, SharedVerifier, Verifier
from prover.types import Problem
from search.hooks import Cancelled


class LeanEnv:
    """A pool that searches and a verifier that only ever verifies, both for several threads.

    Nothing is installed or started before it is needed. `close` ends every process; what was closed stays closed.
    """

    def __init__(
        self,
        lean: Backend,
        context: str,
        limits: Limits,
        workers: int = 1,
        progress: Progress | None = None,
        cache: LeanCache | None = None,
    ) -> None:
        self._lean = lean
        self._context = context
        self._limits = limits
        self._workers = workers
        self._progress = progress
        self._cache = cache
        self._lock = threading.Lock()
        self._pool: Pool | None = None
        self._verifiers: dict[tuple[Limits, str] | None, Verifier] = {}
        self._warming: tuple[threading.Thread, CancelToken] | None = None

    @property
    def pool(self) -> Pool:
        """The sessions of searches. Raises `SetupError`, `UsageError`."""
        with self._lock:
            if self._pool is None:
                opened = self._lean.open_session(self._context, self._limits, self._progress)
                sessions = opened if self._cache is None else cached(opened, self._cache, self._limits)
                self._pool = Pool(sessions, self._workers)
            return self._pool

    @property
    def verifier(self) -> Verifier:
        """The verifier of searches, which judges every proof itself. Raises `SetupError`, `UsageError`."""
        with self._lock:
            return self._opened(None, self._limits.for_verification(), self._context)

    def verifier_under(self, limits: Limits, context: str) -> Verifier:
        """Return a verifier of a context under exactly these limits, which judges everything itself."""
        with self._lock:
            return self._opened((limits, context), limits, context)

    def _opened(self, key: tuple[Limits, str] | None, limits: Limits, context: str) -> Verifier:
        if key not in self._verifiers:
            self._verifiers[key] = SharedVerifier(self._lean.open_verifier(context, limits, self._progress))
        return self._verifiers[key]

    def prepare(self, problem: Problem) -> None:
        """Start the verifier in the background, so that the first proof does not wait for it."""
        verifier = self.verifier
        if isinstance(verifier, Preparing):
            verifier.prepare(problem)

    def warm(self, problem: Problem) -> None:
        """Start Lean and open a problem in the background, so that what else is to be done takes no time of its own.

        Does nothing where something has to be installed first. What goes wrong is said when the problem is opened.
        """
        if self._warming is not None or not isinstance(self._lean, Installed) or not self._lean.is_installed():
            return
        self.prepare(problem)
        pool, token = self.pool, CancelToken()

        def work() -> None:
            with suppress(ProverError, Cancelled):
                pool.start(problem, token)

        thread = threading.Thread(target=work, name="warm", daemon=True)
        self._warming = thread, token
        thread.start()

    def close(self) -> None:
        """End every process and close the cache."""
        with self._lock:
            pool, self._pool = self._pool, None
            verifiers, self._verifiers = list(self._verifiers.values()), {}
        if pool is not None:
            if self._warming is not None:
                thread, token = self._warming
                token.cancel()
                while thread.is_alive():  # its process can be ended once it has started
                    pool.interrupt(token)
                    thread.join(POLL_SECONDS)
            pool.close()
        for verifier in verifiers:
            verifier.close()
        if self._cache is not None:
            self._cache.close()

    def __enter__(self) -> LeanEnv:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_lean(
    lean: str,
    context: str,
    limits: Limits,
    workers: int = 1,
    progress: Progress | None = None,
    cache: LeanCache | None = None,
) -> LeanEnv:
    """Return Lean for searches, to be used in a `with`; `cache` holds what the sessions may answer from.

    Raises `UsageError` for a backend or a context that is not known.
    """
    made = backend(lean)
    made.context(context)
    return LeanEnv(made, context, limits, workers, progress, cache)


def context_of(lean: str, context: str) -> Context:
    """Return a context as a backend reads it. Raises `UsageError` for one that it does not know."""
    return backend(lean).context(context)


def session_factory(
    lean: str,
    context: str,
    limits: Limits,
    progress: Progress | None = None,
    answers: LeanCache | None = None,
) -> SessionFactory:
    """Return what opens sessions of a backend, once all that they need is there; they may answer from `answers`.

    Embedded Lean is installed where it is missing; of the others `SetupError` says what to do.
    """
    opened = backend(lean).open_session(context, limits, progress)
    return opened if answers is None else cached(opened, answers, limits)


def open_verifier(lean: str, context: str, limits: Limits, progress: Progress | None = None) -> Verifier:
    """Return a verifier for searches under some limits. No cache answers for it.

    Raises `SetupError` where something is missing.
    """
    return verifier_of(lean, context, limits.for_verification(), progress)


def verifier_of(lean: str, context: str, limits: Limits, progress: Progress | None = None) -> Verifier:
    """Return the verifier of a backend under exactly these limits. Raises `SetupError` where something is missing."""
    return backend(lean).open_verifier(context, limits, progress)
