"""What an elaboration process could claim: recorded exports, true and changed, judged by the native kernel.

`tests/lean/test_lies.py` asks the embedded kernel as well.
"""

from __future__ import annotations

import random

import pytest

from prover.lean.export.document import Role
from prover.lean.export.reading import DocumentError, read
from prover.lean.kernel.answer import KernelReason as Reason
from prover.lean.kernel.client import KernelLimits, NativeKernelProcess
from tests.lean.kernel.documents import Writer
from tests.lean.kernel.lies import broken, lies
from tests.lean.kernel.recorded import Recorded, recorded

RECORDED = recorded()
LIMITS = KernelLimits(cpu_seconds=20)


def falsehood() -> bytes:
    w = Writer()
    return w.asks("t", w.c("False"))


def decodes(candidate: bytes) -> bool:
    """Tell whether a text is a document at all."""
    try:
        read(candidate, Role.CANDIDATE)
    except DocumentError:
        return False
    return True


@pytest.mark.parametrize("one", RECORDED, ids=lambda one: one.source.split()[1])
def test_recorded_proofs_are_proofs_and_prove_nothing_that_is_false(core: NativeKernelProcess, one: Recorded) -> None:
    answer = core.ask(one.statement.encode(), one.candidate.encode())
    assert answer.accepted, answer
    answer = core.ask(one.false.encode(), one.candidate.encode(), LIMITS)
    assert (answer.accepted, answer.reason) == (False, Reason.KERNEL), answer
    assert not core.ask(falsehood(), one.candidate.encode(), LIMITS).accepted


@pytest.mark.parametrize("count", [20, pytest.param(len(RECORDED) ** 2, marks=pytest.mark.slow)])
def test_a_proof_proves_nothing_else(count: int, core: NativeKernelProcess) -> None:
    pairs = [(asked, given) for asked in RECORDED for given in RECORDED if asked is not given]
    random.Random(1).shuffle(pairs)
    for asked, given in pairs[:count]:
        answer = core.ask(asked.statement.encode(), given.candidate.encode(), LIMITS)
        assert not answer.accepted, (asked.source, given.source)


@pytest.mark.parametrize(("count", "seed"), [(170, 1), pytest.param(1700, 2, marks=pytest.mark.slow)])
def test_lies(count: int, seed: int, core: NativeKernelProcess) -> None:
    """Nothing that was changed proves what is false, and every lie gets a verdict from the same process."""
    core.start()
    pid = core.pid
    decoded = 0
    for i, (false, other, candidate) in enumerate(lies(RECORDED, count, seed)):
        decoded += decodes(candidate)
        for statement in (false, other) if i % 4 == 0 else (false,):
            assert not core.ask(statement, candidate, LIMITS).accepted, (i, statement, candidate)
    assert core.pid == pid
    assert decoded * 2 >= count, f"{decoded} of {count} lies were documents at all"


def test_broken_texts(core: NativeKernelProcess) -> None:
    rng = random.Random(3)
    for _ in range(30):
        given = rng.choice(RECORDED)
        answer = core.ask(falsehood(), broken(rng, given.candidate), LIMITS)
        assert not answer.accepted
        assert core.ask(broken(rng, given.statement), given.candidate.encode(), LIMITS).reason is not Reason.LIMIT
