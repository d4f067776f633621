"""No layer of the verifier stands alone: what the allow-list refuses, the audit refuses too, were it let through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prover.lean.embedded import verify, wire
from prover.lean.embedded.install import Installation
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.problems.formats import read_statement
from prover.types import Rejection, RejectReason

FALSE = read_statement("theorem t : (1 : ℕ) = 2 := by")[0]
STATED = "theorem t : (1 : ℕ) = 2 := by\n  "
PARSER = "Lean.Parser."


@pytest.fixture
def verifier(lean: Installation) -> Iterator[EmbeddedVerifier]:
    made = EmbeddedVerifier(lean)
    yield made
    made.close()


def _let_through(monkeypatch: pytest.MonkeyPatch, **more: tuple[str, ...]) -> None:
    """Widen the allow-lists."""
    for name in ("_BLOCK", "_FILE"):
        allow: wire.Allow = getattr(verify, name)
        wider = {field: (*getattr(allow, field), *names) for field, names in more.items()}
        monkeypatch.setattr(verify, name, allow.model_copy(update={**wider, "refusedNames": (), "refusedParts": ()}))


def _reason(verifier: EmbeddedVerifier, proof: str) -> RejectReason:
    found = verifier.verify(FALSE, proof)
    assert isinstance(found, Rejection)
    return found.reason


def test_sorry(verifier: EmbeddedVerifier, monkeypatch: pytest.MonkeyPatch) -> None:
    _let_through(monkeypatch, kinds=(f"{PARSER}Tactic.tacticSorry", f"{PARSER}Term.sorry"))
    assert _reason(verifier, "sorry") is RejectReason.INCOMPLETE
    assert _reason(verifier, "exact sorryAx _ true") is RejectReason.INCOMPLETE


def test_native_decide(verifier: EmbeddedVerifier, monkeypatch: pytest.MonkeyPatch) -> None:
    _let_through(monkeypatch, kinds=(f"{PARSER}Tactic.nativeDecide",), configurationNames=("native",))
    true = read_statement("theorem t : (1 : ℕ) = 1 := by")[0]
    for tactic in ("native_decide", "decide +native"):
        found = verifier.verify(true, tactic)
        assert isinstance(found, Rejection) and found.reason is RejectReason.AXIOMS


def test_kernel_that_was_skipped_checks_all_the_same(
    verifier: EmbeddedVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    _let_through(monkeypatch, options=("debug.skipKernelTC",))
    # `decide +kernel` leaves the check to the kernel, which the option switches off: Lean says nothing.
    assert _reason(verifier, "set_option debug.skipKernelTC true in\ndecide +kernel") is RejectReason.KERNEL


def test_axiom(verifier: EmbeddedVerifier, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = (f"{PARSER}Command.axiom", f"{PARSER}Command.opaque")
    _let_through(monkeypatch, commands=kinds, kinds=kinds)
    assert _reason(verifier, f"axiom cheat : False\n{STATED}exact cheat.elim\n") is RejectReason.AXIOMS


def test_silent_proof_of_one_equals_two(verifier: EmbeddedVerifier, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel itself evaluates `reduceBool`, so it accepts this proof whenever it is asked."""
    _let_through(monkeypatch, attributes=("implemented_by",))
    file = f"""
def yes : Bool := true
@[implemented_by yes] def no : Bool := false
theorem lie : Lean.reduceBool no = true := rfl
{STATED}have h : no = true := Lean.ofReduceBool no true lie
  simp [no] at h
"""
    assert _reason(verifier, file) is RejectReason.AXIOMS
