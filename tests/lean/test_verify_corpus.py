"""The adversarial corpus: no false accept, no false reject, the same verdict on every run and in any order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from prover.lean.embedded.install import Installation
from prover.lean.embedded.verify import Verifier
from prover.lean.kernel.choice import KernelChoice
from prover.lean.kernel.verdicts import unavailable
from prover.lean.session import Limits
from prover.problems.formats import read_statement
from prover.types import VerifiedProof
from tests.lean.corpus import Case, cases, complaint, judge

LIMITS = Limits(wall_seconds=120)
BLOCKS = [*cases("false_blocks"), *cases("honest_blocks")]
FILES = [*cases("false_files"), *cases("honest_files")]
# Two processes of 1.2 GB: what the smallest machine that runs these tests can hold.
THREADS = 2


@pytest.fixture(scope="module")
def verifier(lean: Installation) -> Iterator[Verifier]:
    made = Verifier(lean, LIMITS)
    yield made
    made.close()


@pytest.fixture(scope="module")
def verdicts() -> dict[str, tuple[str, str]]:
    """What the first run found, for the second one to compare with."""
    return {}


def _parameters(found: list[Case]) -> list[object]:
    return [pytest.param(case, id=case.id, marks=pytest.mark.slow if case.slow else ()) for case in found]


def test_corpus_is_large_enough() -> None:
    assert len(cases("false_blocks")) + len(cases("false_files")) >= 90
    assert len(cases("honest_blocks")) + len(cases("honest_files")) >= 35
    everything = [*BLOCKS, *FILES]
    assert len({case.id for case in everything}) == len(everything)
    assert all(case.trap for case in everything)


@pytest.mark.parametrize("case", _parameters(BLOCKS))
def test_block(case: Case, verifier: Verifier, verdicts: dict[str, tuple[str, str]]) -> None:
    found = verdicts[case.id] = judge(verifier, case)
    assert not complaint(case, found)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_blocks_in_another_order(seed: int, verifier: Verifier, verdicts: dict[str, tuple[str, str]]) -> None:
    order = [case for case in BLOCKS if not case.slow and case.repeat is None]
    random.Random(seed).shuffle(order)
    assert [complaint(case, judge(verifier, case)) for case in order] == [""] * len(order)
    again = {case.id: judge(verifier, case) for case in order[::5]}
    assert again == {name: verdicts.get(name, found) for name, found in again.items()}


@pytest.mark.parametrize("slow", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_files(slow: bool, lean: Installation) -> None:
    def one(case: Case) -> str:
        verifier = Verifier(lean, LIMITS)
        try:
            return complaint(case, judge(verifier, case))
        finally:
            verifier.close()

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(one, [case for case in FILES if case.slow is slow]))
    assert [wrong for wrong in found if wrong] == []


@pytest.mark.slow
def test_the_kernels_agree_on_all_of_it(lean: Installation) -> None:
    if (why := unavailable()) is not None:
        pytest.skip(why)
    verifier = Verifier(lean, Limits(wall_seconds=120, kernel=KernelChoice.BOTH))
    try:
        for case in (case for case in [*BLOCKS, *FILES] if not case.slow):
            verdict = verifier.verify(read_statement(case.statement)[-1], case.text)
            if isinstance(verdict, VerifiedProof):
                assert case.verdict == "accepted" and len(verdict.kernels) == 2, (case.id, verdict)
            else:
                assert case.verdict == "rejected" and "kernels disagree" not in verdict.message, (case.id, verdict)
    finally:
        verifier.close()
