"""The kernel process: limits, kills, frames that nobody asked for, and nothing kept from one request to the next."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from prover.errors import LeanError, ProtocolError
from prover.lean.export import limits
from prover.lean.kernel.answer import KernelReason as Reason
from prover.lean.kernel.client import KernelAnswer, KernelLimits, NativeKernelProcess
from prover.lean.kernel.libraries import LibraryFile
from tests.lean.kernel.documents import Writer


def documents() -> tuple[bytes, bytes]:
    """`∀ p : Prop, p → p` and its proof."""
    asked, proof = Writer(), Writer()
    statement = asked.asks("t", asked.pi(asked.prop, asked.pi(asked.v(0), asked.v(1))))
    return statement, proof.proves(proof.lam(proof.prop, proof.lam(proof.v(0), proof.v(0))))


def costly() -> tuple[bytes, bytes]:
    """`True`, with a lemma that has the kernel unfold an addition of 2^60 steps."""
    w = Writer()
    nat, one = w.c("Nat"), w.number(1)
    # Nat.rec computes for ever where the kernel knows no shorter way: λ n, Nat.rec 0 (λ _ a, a) n at a literal.
    loop = w.app(w.c("Nat.rec", one), w.lam(nat, nat), w.nat(0), w.lam(nat, w.lam(nat, w.v(0))), w.nat(2**60))
    same = w.app(w.c("Eq", one), nat, loop, w.nat(1))
    w.declare("theorem", "slow", same, w.app(w.c("Eq.refl", one), nat, w.nat(1)))
    asked = Writer()
    return asked.asks("t", asked.c("True")), w.proves(w.c("True.intro"))


def assert_limit(answer: KernelAnswer) -> None:
    assert (answer.accepted, answer.reason) == (False, Reason.LIMIT), answer


def assert_good(process: NativeKernelProcess) -> None:
    assert process.ask(*documents()).accepted


def test_heartbeats_end_a_declaration(small: NativeKernelProcess) -> None:
    w, asked = Writer(), Writer()
    w.declare("theorem", "lemma", w.c("True"), w.app(w.lam(w.prop, w.c("True.intro")), w.c("True")))
    answer = small.ask(asked.asks("t", asked.c("True")), w.proves(w.c("lemma")), KernelLimits(heartbeats=1))
    assert not answer.accepted and "deterministic timeout" in answer.message
    assert_good(small)


def test_cpu_time_ends_a_verdict(small: NativeKernelProcess) -> None:
    pid = small.pid
    answer = small.ask(*costly(), KernelLimits(heartbeats=10**15, depth=10**6, cpu_seconds=1))
    assert_limit(answer)
    assert_good(small)
    assert small.pid == pid


def test_memory_ends_a_verdict(small: NativeKernelProcess) -> None:
    assert_good(small)
    w = Writer()
    for i in range(48):
        w.e("t", str(i) * 2**19)
    asked = Writer()
    assert_limit(small.ask(asked.asks("t", asked.c("True")), w.proves(w.c("True.intro")), KernelLimits(memory_mb=16)))
    assert_good(small)


def test_wall_clock_guards(kernel_folder: Path, small_index: LibraryFile) -> None:
    process = NativeKernelProcess(kernel_folder, small_index.path, small_index.sha256)
    try:
        assert_good(process)
        assert_limit(process.ask(*costly(), KernelLimits(heartbeats=10**15, depth=10**6, wall_seconds=0.3)))
        assert process.pid is None
        assert_good(process)
    finally:
        process.close()


@pytest.mark.parametrize("depth", [2_000, 10_000])
def test_deep_terms_get_an_answer(small: NativeKernelProcess, depth: int) -> None:
    """`succ (succ … 0) = succ (succ … 0)`, and binders below binders."""
    w = Writer()
    nat, one = w.c("Nat"), w.number(1)
    high = w.nat(0)
    for _ in range(depth):
        high = w.app(w.c("Nat.succ"), high)
    same = w.app(w.c("Eq", one), nat, high, high)
    answer = small.ask(w.asks("t", same), w.proves(w.app(w.c("Eq.refl", one), nat, high)))
    assert answer.accepted or answer.reason in (Reason.LIMIT, Reason.STATEMENT), answer
    w = Writer()
    inside = w.c("True")
    for _ in range(depth):
        inside = w.pi(w.c("Nat"), inside)
    proof = w.c("True.intro")
    for _ in range(depth):
        proof = w.lam(w.c("Nat"), proof)
    answer = small.ask(w.asks("t", inside), w.proves(proof))
    assert answer.accepted or answer.reason in (Reason.LIMIT, Reason.STATEMENT), answer
    assert_good(small)


def test_a_document_that_is_too_large_is_not_sent(small: NativeKernelProcess) -> None:
    statement, proof = documents()
    large = proof + b" " * limits.LARGEST_DOCUMENT
    assert small.ask(statement, large).reason is Reason.DOCUMENT
    assert small.ask(large, proof).reason is Reason.STATEMENT


def test_nothing_is_kept(small: NativeKernelProcess) -> None:
    """What one request declares is not there for the next, also where the first was accepted."""
    w = Writer()
    w.declare("theorem", "lemma", w.c("True"), w.c("True.intro"))
    asked = Writer()
    true = asked.asks("t", asked.c("True"))
    assert small.ask(true, w.proves(w.c("lemma"))).accepted
    for name in ("lemma", "t", "_proofsmith.#1", "_proofsmith.statement"):
        again = Writer()
        answer = small.ask(true, again.proves(again.c(name)))
        assert (answer.accepted, answer.reason) == (False, Reason.DOCUMENT)
    assert small.ask(true, w.proves(w.c("lemma"))).accepted


def test_a_kill_between_two_questions(small: NativeKernelProcess) -> None:
    assert_good(small)
    assert small.pid is not None
    os.kill(small.pid, signal.SIGKILL)
    time.sleep(0.1)
    assert_good(small)


def test_a_process_that_dies_at_once_is_an_error(tmp_path: Path, small_index: LibraryFile) -> None:
    process = NativeKernelProcess(tmp_path, small_index.path, small_index.sha256)
    with pytest.raises(LeanError, match=r"the native kernel does not start .*: run `prover setup`"):
        process.ask(*documents())


def test_another_library_is_refused(kernel_folder: Path, small_index: LibraryFile, tmp_path: Path) -> None:
    """A file that somebody planted is not loaded."""
    data = bytearray(small_index.path.read_bytes())
    data[-1] ^= 1
    planted = tmp_path / "planted.index"
    planted.write_bytes(data)
    process = NativeKernelProcess(kernel_folder, planted, small_index.sha256)
    with pytest.raises(LeanError, match="does not start"):
        process.ask(*documents())


def test_a_frame_that_nobody_asked_for_ends_the_process(kernel_folder: Path, small_index: LibraryFile) -> None:
    process = NativeKernelProcess(kernel_folder, small_index.path, small_index.sha256)
    try:
        assert_good(process)
        running = process._process
        assert running is not None and running.stdin is not None
        statement, proof = costly()
        from prover.lean.kernel.frames import Request

        header = Request("0" * 32, 10**15, 10**6, 20, 2000, statement, proof).header()
        running.stdin.write(header + statement + proof + b"more")
        running.stdin.flush()
        assert running.wait(30) == 1
    finally:
        process.close()


def test_an_old_answer_is_none(kernel_folder: Path, small_index: LibraryFile) -> None:
    process = NativeKernelProcess(kernel_folder, small_index.path, small_index.sha256)
    try:
        process.start()
        assert process._process is not None and process._process.stdin is not None
        statement, proof = documents()
        from prover.lean.kernel.frames import Request

        process._process.stdin.write(
            Request("0" * 32, 10**9, 1000, 60, 2000, statement, proof).header() + statement + proof
        )
        process._process.stdin.flush()
        time.sleep(1.0)  # its answer lies in the pipe when the next question is asked
        with pytest.raises(ProtocolError, match="another question"):
            process.ask(statement, proof)
    finally:
        process.close()
