"""What an elaboration process could claim, before the embedded kernel, and before both: nothing false is accepted.

`tests/lean/kernel/test_kernel_lies.py` asks the native kernel alone, more often.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.kernel import EmbeddedKernel
from prover.lean.kernel.choice import KernelChoice
from prover.lean.kernel.verdicts import unavailable
from prover.lean.kernels import Kernels, open_kernels
from prover.lean.session import Limits
from tests.lean.kernel.lies import lies
from tests.lean.kernel.recorded import Recorded, recorded
from tests.lean.kernel.test_kernel_lies import decodes

CHOICE = KernelChoice.EMBEDDED if unavailable() else KernelChoice.BOTH
LIMITS = Limits(wall_seconds=300, kernel=CHOICE)
HEARTBEATS, FEW = 400_000, 20_000
CORE = context("core")
RECORDED = recorded()
SEED = int(os.environ.get("PROOFSMITH_SEED", "1"))


@pytest.fixture(scope="module")
def kernels(lean: Installation) -> Iterator[Kernels]:
    opened = open_kernels(lean, LIMITS)
    yield opened
    opened.close()


def accepts(kernel: EmbeddedKernel | Kernels, statement: bytes, candidate: bytes, heartbeats: int) -> set[bool]:
    """Return what the kernels say, each."""
    said = kernel.ask(CORE, statement, candidate, heartbeats)
    return {answer.accepted for answer in (said if isinstance(said, tuple) else (said,))}


def proofs(kernel: EmbeddedKernel | Kernels, given: list[Recorded]) -> None:
    for one in given:
        assert accepts(kernel, one.statement.encode(), one.candidate.encode(), HEARTBEATS) == {True}, one.source
        assert accepts(kernel, one.false.encode(), one.candidate.encode(), HEARTBEATS) == {False}, one.source


def all_refused(kernel: EmbeddedKernel | Kernels, count: int) -> None:
    decoded = 0
    for i, (false, _, candidate) in enumerate(lies(RECORDED, count, SEED)):
        decoded += decodes(candidate)
        assert accepts(kernel, false, candidate, FEW) == {False}, (i, candidate[:2000])
    assert decoded * 2 >= count, f"{decoded} of {count} lies were documents at all"


def test_recorded_proofs_and_lies_before_the_embedded_kernel(embedded_kernel: EmbeddedKernel) -> None:
    proofs(embedded_kernel, RECORDED[::6])
    pids = embedded_kernel.pids
    all_refused(embedded_kernel, 34)
    assert embedded_kernel.pids == pids  # no lie ended it
    proofs(embedded_kernel, RECORDED[:1])


@pytest.mark.slow
def test_recorded_proofs_and_many_lies_before_both_kernels(kernels: Kernels) -> None:
    proofs(kernels, RECORDED)
    all_refused(kernels, 1700)
    proofs(kernels, RECORDED[:1])  # neither process is gone for good
