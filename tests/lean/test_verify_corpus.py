"""The adversarial corpus: no false accept, no false reject, the same verdict on every run and in any order.

Every proof is elaborated from the same memory, so one verifier judges them all: that its verdicts are those of a fresh
one, whatever it judged before, is tested here too. The fast set holds a third of the corpus, the slow set all of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from prover.lean.embedded.install import Installation
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.kernel.choice import KernelChoice
from prover.lean.kernel.verdicts import unavailable
from prover.lean.session import Limits
from tests.lean.corpus import FILES, Case, Found, cases, complaint, judge

LIMITS = Limits(wall_seconds=120)
CORPUS = [case for name in FILES for case in cases(name)]
# Proofs that change what a process remembers, and those that would notice.
POISON = [case for case in CORPUS if not case.slow and case.id.startswith("poison-")]
VICTIMS = [case for case in CORPUS if not case.slow and case.id.startswith("victim-")]
QUICK = [case for case in CORPUS if not case.slow and case not in POISON and case not in VICTIMS]
FAST = {case.id for case in (*POISON, *VICTIMS, *QUICK[::2])}
# Two processes of 1.2 GB: what the smallest machine that runs these tests can hold.
THREADS = 2


@pytest.fixture(scope="module")
def verifier(lean: Installation) -> Iterator[EmbeddedVerifier]:
    made = EmbeddedVerifier(lean, LIMITS)
    yield made
    made.close()


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Found]:
    """What the first run found, for later ones to compare with."""
    return {}


def _parameters(found: list[Case]) -> list[object]:
    return [pytest.param(case, id=case.id, marks=() if case.id in FAST else pytest.mark.slow) for case in found]


def _shuffled(found: list[Case], seed: int) -> list[Case]:
    order = list(found)
    random.Random(seed).shuffle(order)
    return order


def test_corpus_is_large_enough() -> None:
    assert len({case.id for case in CORPUS}) == len(CORPUS) >= 521 + 150
    assert all(case.trap for case in CORPUS)
    pairs = [*cases("false_pairs"), *cases("honest_pairs")]
    kinds = {case.source for case in pairs} - {""}
    assert all(case.source and case.reason for case in pairs if case.verdict != "accepted" and not case.slow)
    assert len(pairs) >= 150 and len(cases("honest_pairs")) * 5 >= len(pairs) * 2
    for kind in kinds:
        assert {case.verdict for case in pairs if case.source == kind} >= {"accepted", "rejected"}, kind
    assert len(FAST) * 3 >= len(CORPUS) and len(POISON) >= 10 and len(VICTIMS) >= 10


@pytest.mark.parametrize("case", _parameters(CORPUS))
def test_case(case: Case, verifier: EmbeddedVerifier, verdicts: dict[str, Found]) -> None:
    found = verdicts[case.id] = judge(verifier, case)
    assert not complaint(case, found)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_poisoned_batches(seed: int, verifier: EmbeddedVerifier, verdicts: dict[str, Found]) -> None:
    """A batch in which proofs that mean harm stand between honest ones: as in every other order, and by themselves."""
    order = _shuffled([*POISON, *VICTIMS], seed)
    found = {case.id: judge(verifier, case) for case in order}
    assert [complaint(case, found[case.id]) for case in order] == [""] * len(order)
    assert found == {name: verdicts.get(name, verdict) for name, verdict in found.items()}


@pytest.mark.slow
@pytest.mark.cold
@pytest.mark.parametrize("seed", [1, 2])
def test_another_order_and_both_kernels(seed: int, lean: Installation, verdicts: dict[str, Found]) -> None:
    choice = KernelChoice.EMBEDDED if unavailable() else KernelChoice.BOTH
    verifier = EmbeddedVerifier(lean, replace(LIMITS, kernel=choice))
    order = _shuffled(CORPUS, seed)
    try:
        found = {case.id: judge(verifier, case) for case in order}
    finally:
        verifier.close()
    assert [wrong for case in order if (wrong := complaint(case, found[case.id]))] == []
    assert found == {name: verdicts.get(name, verdict) for name, verdict in found.items()}


@pytest.mark.slow
@pytest.mark.cold
def test_a_fresh_verifier_agrees(lean: Installation) -> None:
    """Files, which can change most: each judged by processes that judged nothing before."""

    def one(case: Case) -> str:
        verifier = EmbeddedVerifier(lean, LIMITS)
        try:
            return complaint(case, judge(verifier, case))
        finally:
            verifier.close()

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(one, [*cases("false_files"), *cases("honest_files")]))
    assert [wrong for wrong in found if wrong] == []
