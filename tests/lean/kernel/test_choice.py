"""Which kernel judges: the one that was asked for, or one sentence; limits mean the same to both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.cli import run
from prover.errors import StatementError, UsageError
from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.kernel import EmbeddedKernel
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.kernel.answer import KernelReason as Reason
from prover.lean.kernel.choice import KernelChoice
from prover.lean.kernel.libraries import LibraryFile
from prover.lean.kernels import NativeKernel, check_choice, open_kernels
from prover.lean.session import Limits
from prover.problems.formats import read_statement
from tests.lean.kernel.documents import Writer
from tests.lean.kernel.recorded import recorded

CORE = context("core")
TRUE = "theorem t : 1 = 1 := by"


@pytest.mark.parametrize("choice", ["native", "both"])
@pytest.mark.parametrize(
    "command",
    [["verify", TRUE, "rfl"], ["prove", TRUE], ["bench", "minif2f/valid", "--limit", "1", "--out"]],
    ids=["verify", "prove", "bench"],
)
def test_a_kernel_that_is_not_set_up_is_one_sentence(
    command: list[str],
    choice: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path / "cache"))
    arguments = [*command, str(tmp_path / "run")] if command[-1] == "--out" else command
    assert run([*arguments, "--kernel", choice]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"prover: --kernel {choice}: ") and said.endswith("or judge with --kernel embedded"), said
    assert not list(tmp_path.glob("cache/lean*"))  # nothing was fetched before it was said


def test_the_default_is_what_is_set_up(
    lean: Installation, kernel_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = open_kernels(lean, Limits())
    assert [type(part) for part in parts._kernels] == [NativeKernel] and parts._fallback is not None
    assert isinstance(parts._fallback(), EmbeddedKernel), "made when it is needed"
    named = open_kernels(lean, Limits(kernel=KernelChoice.NATIVE))
    assert [type(part) for part in named._kernels] == [NativeKernel] and named._fallback is None
    monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path))
    assert [type(part) for part in open_kernels(lean, Limits())._kernels] == [EmbeddedKernel]
    with pytest.raises(UsageError, match="--kernel native: the native kernel is not installed: run `prover setup`"):
        check_choice(KernelChoice.NATIVE)
    check_choice(KernelChoice.DEFAULT)
    check_choice(KernelChoice.EMBEDDED)


def test_what_the_chosen_kernel_cannot_judge_is_no_verdict(lean: Installation, kernel_folder: Path) -> None:
    verifier = EmbeddedVerifier(lean, Limits(kernel=KernelChoice.NATIVE))
    problem = read_statement("theorem t : 1 = 1 := by")[0].model_copy(update={"context": "library:Init.Data.Nat.Basic"})
    try:
        with pytest.raises(StatementError, match=r"no library of the context .* leave --kernel out"):
            verifier.verify(problem, "rfl")
    finally:
        verifier.close()


@pytest.fixture(scope="module")
def native(lean: Installation, kernel_folder: Path, core_library: LibraryFile) -> Iterator[NativeKernel]:
    opened = NativeKernel(lean, Limits())
    yield opened
    opened.close()


def test_heartbeats_decide(native: NativeKernel) -> None:
    """As many as in the embedded kernel: thousands of allocations of each declaration of the proof."""
    one = next(one for one in recorded() if one.source.startswith("theorem n "))
    documents = one.statement.encode(), one.candidate.encode()
    assert native.ask(CORE, *documents, 400_000).accepted
    answer = native.ask(CORE, *documents, 1)
    assert (answer.accepted, answer.reason) == (False, Reason.LIMIT) and "deterministic timeout" in answer.message


def test_a_proof_without_end_is_a_limit(native: NativeKernel, lean: Installation) -> None:
    """An equation that the kernel would decide by 2^60 steps: heartbeats end it, and else CPU time."""
    w, asked = Writer(), Writer()
    nat, one = w.c("Nat"), w.number(1)
    step = w.lam(nat, w.lam(nat, w.app(w.c("Nat.succ"), w.v(0))))
    loop = w.app(w.c("Nat.rec", one), w.lam(nat, nat), w.nat(0), step, w.nat(2**60))
    same = w.app(w.c("Eq", one), nat, loop, w.nat(1))
    w.declare("theorem", "slow", same, w.app(w.c("Eq.refl", one), nat, w.nat(1)))
    documents = asked.asks("t", asked.c("True")), w.proves(w.c("True.intro"))
    answer = native.ask(CORE, *documents, 1_000)
    assert (answer.accepted, answer.reason) == (False, Reason.LIMIT), answer
    hasty = NativeKernel(lean, Limits(heartbeats=1_000_000, wall_seconds=1))
    try:
        answer = hasty.ask(CORE, *documents, 1_000_000)
        assert (answer.accepted, answer.reason) == (False, Reason.LIMIT), answer
    finally:
        hasty.close()
