"""What an elaboration process could claim: recorded exports, true and changed, judged by the native kernel."""

from __future__ import annotations

import random

import pytest

from prover.lean.export.document import DocumentError, Role, read
from prover.lean.kernel.answer import KernelReason as Reason
from prover.lean.kernel.client import KernelLimits, NativeKernelProcess
from tests.lean.kernel.documents import Writer
from tests.lean.kernel.lies import broken, lie
from tests.lean.kernel.recorded import Recorded, recorded

RECORDED = recorded()
LIMITS = KernelLimits(cpu_seconds=20)


def falsehood() -> bytes:
    w = Writer()
    return w.asks("t", w.c("False"))


@pytest.mark.parametrize("one", RECORDED, ids=lambda one: one.source.split()[1])
def test_recorded_proofs_are_proofs(core: NativeKernelProcess, one: Recorded) -> None:
    answer = core.ask(one.statement.encode(), one.candidate.encode())
    assert answer.accepted, answer


def test_a_proof_proves_nothing_else(core: NativeKernelProcess) -> None:
    """Every value under every other statement, and under `False`."""
    for asked in RECORDED:
        for given in RECORDED:
            if asked is not given:
                answer = core.ask(asked.statement.encode(), given.candidate.encode(), LIMITS)
                assert not answer.accepted, (asked.source, given.source)
    for given in RECORDED:
        assert not core.ask(falsehood(), given.candidate.encode(), LIMITS).accepted


def _lies(core: NativeKernelProcess, count: int, seed: int) -> None:
    """Nothing that was changed proves `False`, and every lie gets a verdict from the same process."""
    rng = random.Random(seed)
    core.start()
    pid = core.pid
    decoded = 0
    for i in range(count):
        given, asked = rng.choice(RECORDED), rng.choice(RECORDED)
        candidate = lie(rng, given.candidate)
        try:
            read(candidate, Role.CANDIDATE)
            decoded += 1
        except DocumentError:
            pass
        for statement in (falsehood(), asked.statement.encode()):
            answer = core.ask(statement, candidate, LIMITS)
            true = statement != falsehood() and asked is given
            assert true or not answer.accepted, (i, given.source, asked.source, candidate)
    assert core.pid == pid
    assert decoded * 2 >= count, f"{decoded} of {count} lies were documents at all"


def test_lies(core: NativeKernelProcess) -> None:
    _lies(core, 170, seed=1)


@pytest.mark.slow
def test_many_lies(core: NativeKernelProcess) -> None:
    _lies(core, 1700, seed=2)


def test_broken_texts(core: NativeKernelProcess) -> None:
    rng = random.Random(3)
    for _ in range(60):
        given = rng.choice(RECORDED)
        answer = core.ask(falsehood(), broken(rng, given.candidate), LIMITS)
        assert not answer.accepted
        assert core.ask(broken(rng, given.statement), given.candidate.encode(), LIMITS).reason is not Reason.LIMIT
