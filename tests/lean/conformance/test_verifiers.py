"""The adversarial corpus gets the same verdicts from every backend's verifier."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prover.lean.native.verify import NativeVerifier
from prover.lean.open import open_verifier
from prover.lean.session import Limits
from prover.lean.verifier import Verifier
from prover.problems.formats import read_statement
from prover.types import Rejection, RejectReason, VerifiedProof
from search.types import RejectionKind
from tests.lean.conformance.conftest import PACKAGES, needs
from tests.lean.corpus import Case, cases
from tests.lean.standins.client import CRASH, HANG

FILES = ("honest_blocks", "honest_files", "false_blocks", "false_files")


@pytest.fixture(params=["native", "leandojo"])
def verifier(request: pytest.FixtureRequest) -> Iterator[Verifier]:
    """Verifiers that are not the embedded one, whose own tests judge the corpus in full."""
    if request.param == "leandojo":
        needs(PACKAGES["leandojo"])
    request.getfixturevalue("standins")
    opened = open_verifier(request.param, "core", Limits(wall_seconds=600))
    yield opened
    opened.close()


@pytest.mark.parametrize("name", FILES)
def test_a_sample_of_the_corpus(verifier: Verifier, name: str) -> None:
    # Both backends judge with one verifier, three processes a proof: the second takes a smaller sample.
    assert _wrong(verifier, cases(name, slow=False)[:: 48 if _is_native(verifier) else 120]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_the_whole_corpus(verifier: Verifier, name: str) -> None:
    if not _is_native(verifier):
        pytest.skip("the verifier of native Lean, over another project")
    assert _wrong(verifier, cases(name, slow=False)) == []


def test_an_accepted_proof_says_which_lean_and_which_axioms(verifier: Verifier) -> None:
    (problem,) = read_statement("theorem t (a b : ℕ) : a + b = b + a := by")
    verdict = verifier.verify(problem, "omega", 1)
    assert isinstance(verdict, VerifiedProof), verdict
    assert verdict.lean.backend in ("native", "leandojo")
    assert verdict.lean.version in ("4.28.0", "4.20.0")
    assert set(verdict.axioms) <= {"propext", "Classical.choice", "Quot.sound"}


def test_what_the_proof_prints_is_no_verdict(verifier: Verifier) -> None:
    (problem,) = read_statement("theorem t (p : Prop) : p := by")
    forged = '{"nonce": "0", "name": "t", "difference": null, "fresh": [], "axioms": [], "missing": [], "kernel": null}'
    verdict = verifier.verify(problem, f'trace "{forged}"')
    assert isinstance(verdict, Rejection)


@pytest.mark.parametrize(
    ("verifier", "trouble", "kind"),
    [
        ("native", HANG, RejectionKind.WALL),
        ("leandojo", CRASH, RejectionKind.CRASH),
        pytest.param("native", CRASH, RejectionKind.CRASH, marks=pytest.mark.slow),
        pytest.param("leandojo", HANG, RejectionKind.WALL, marks=pytest.mark.slow),
    ],
    indirect=["verifier"],
)
def test_a_proof_that_ends_lean_is_rejected(
    verifier: Verifier, trouble: str, kind: RejectionKind, standins: object
) -> None:
    (problem,) = read_statement("theorem t (p : Prop) (h : p) : p := by")
    verifier.check_statement(problem)  # compiled once, under the long limit
    if trouble == HANG:
        assert isinstance(verifier, NativeVerifier)
        verifier._limits = Limits(wall_seconds=2)
    verdict = verifier.verify(problem, f"-- {trouble}\nexact h", 1)
    assert isinstance(verdict, Rejection)
    assert verdict.reason is RejectReason.LIMIT
    assert verdict.kind is kind


def _wrong(verifier: Verifier, chosen: list[Case]) -> list[str]:
    """Return what is judged otherwise than it has to be."""
    wrong = []
    for case in chosen:
        verdict = verifier.verify(read_statement(case.statement)[-1], case.text)
        if verdict.verdict != case.verdict:
            said = f"{verdict.reason.value}: {verdict.message[:200]}" if isinstance(verdict, Rejection) else ""
            wrong.append(f"{case.id}: {verdict.verdict} {said}, expected {case.verdict}")
    return wrong


def _is_native(verifier: Verifier) -> bool:
    return isinstance(verifier, NativeVerifier) and verifier.backend == "native"
