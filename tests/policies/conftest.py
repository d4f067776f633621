"""A tiny model, trained once a session to prove three statements."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.session import Limits
from tests.policies.tiny_model import Pairs, make
from tests.policies.tiny_problems import correction, proofs, steps

WITHOUT = "needs torch and transformers: pip install -e '.[ml]'"


@pytest.fixture(scope="session")
def session(lean: Installation) -> Iterator[EmbeddedSession]:
    """One Lean process in the core context."""
    running = EmbeddedSession(lean, context("core"), Limits(heartbeats=20_000))
    yield running
    running.close()


@pytest.fixture(scope="session")
def tiny(session: EmbeddedSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model of 0.1 million weights that knows the steps of three proofs, in the recipe `tiny`."""
    return _made(tmp_path_factory.mktemp("tiny"), steps(session))


@pytest.fixture(scope="session")
def tiny_chat(session: EmbeddedSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one that knows three whole proofs, in the recipe `chat`: one at the second attempt only."""
    return _made(tmp_path_factory.mktemp("tiny_chat"), [*proofs(session), correction(session)])


def _made(folder: Path, pairs: Pairs) -> Path:
    pytest.importorskip("torch", reason=WITHOUT)
    pytest.importorskip("transformers", reason=WITHOUT)
    return make(folder, pairs)
