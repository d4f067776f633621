"""`prover verify`: exit codes, what it prints, batches."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from prover.cli import run
from prover.lean.embedded.install import Installation

LINEAR = "theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by"


@pytest.fixture(autouse=True)
def installed(lean: Installation) -> None:
    """Have Lean installed before a command is timed or its output read."""


def _batch(path: Path, rows: list[object]) -> str:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows) + "\n")
    return str(path)


def test_accepted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    statement, proof = tmp_path / "statement.lean", tmp_path / "proof.lean"
    statement.write_text(f"import Mathlib\n\n{LINEAR}\n  sorry\n")
    proof.write_text("  have h3 : b = 3 := by\n    omega\n  omega\n")
    assert run(["verify", str(statement), str(proof)]) == 0
    shown = capsys.readouterr().out
    assert "accepted" in shown and "propext" in shown


def test_rejected_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", LINEAR, "sorry", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["verdict"], document["reason"]) == ("rejected", "incomplete")
    assert document["lean"]["backend"] == "embedded"


def test_proof_from_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"  omega\r\n")))
    assert run(["verify", LINEAR, "-", "--kernel", "embedded", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["verdict"], document["kernels"]) == ("accepted", ["embedded 4.28.0-pre"])


def test_problem_of_a_dataset(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"name": "a", "formal_statement": LINEAR}, {"name": "b", "formal_statement": LINEAR.replace("10", "12")}]
    _batch(tmp_path / "valid.jsonl", list(rows))
    monkeypatch.setenv("PROOFSMITH_DATA", str(tmp_path))
    assert run(["verify", "valid", "omega", "--name", "a"]) == 0
    assert run(["verify", "valid", "omega", "--name", "b"]) == 1
    assert run(["verify", "valid", "omega"]) == 2
    assert "--name" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"", b"PK\x03\x04\x00", "\u0455\u043erry".encode()])
def test_bytes_that_are_no_lean_are_rejected(content: bytes, tmp_path: Path) -> None:
    proof = tmp_path / "proof.bin"
    proof.write_bytes(content)
    assert run(["verify", LINEAR, str(proof)]) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "STATEMENT and PROOF"),
        ([LINEAR], "STATEMENT and PROOF"),
        (["missing.lean", "omega"], "there is no file"),
        ([LINEAR, "missing.lean"], "missing.lean"),
        ([LINEAR, "/"], "/"),
        (["theorem t : 1 = := by", "rfl"], "^"),
        (["theorem t : 1 = \udcff := by", "rfl"], "surrogate"),
        ([LINEAR, "omega", "--context", "nowhere"], "nowhere"),
        ([LINEAR, "omega", "--name", "u"], "no theorem called u"),
        ([LINEAR, "omega", "--batch", "x.jsonl"], "--batch"),
        (["--batch", "missing.jsonl"], "missing.jsonl"),
        ([LINEAR, "omega", "--heartbeats", "0"], "heartbeats"),
    ],
)
def test_questions_that_cannot_be_answered(
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["verify", *arguments]) == 2
    shown = capsys.readouterr()
    assert words in shown.err and "Traceback" not in shown.err and not shown.out


def test_batch(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"id": "a", "statement": LINEAR, "proof": "omega"},
        {"id": 2, "statement": LINEAR, "proof": "sorry"},
        {"id": "init", "statement": "theorem t (a b : Nat) : a + b = b + a := by", "proof": "omega", "context": "init"},
        {"id": "statement", "statement": "theorem t : 1 = := by", "proof": "rfl"},
        {"id": "context", "statement": LINEAR, "proof": "omega", "context": "nowhere"},
        {"id": "nul", "statement": LINEAR, "proof": "omega\0"},
        {
            "id": "file",
            "statement": LINEAR,
            "proof": f"import Mathlib\n\nlemma x : 1 = 1 := rfl\n\n{LINEAR}\n  omega\n",
        },
        {"id": "\ud800", "statement": LINEAR, "proof": "\ud800"},
        {"statement": LINEAR, "proof": "  omega", "more": 1},
        {"id": "last", "statement": "theorem u : True := by", "proof": "trivial"},
    ]
    assert run(["verify", "--batch", _batch(tmp_path / "in.jsonl", list(rows)), "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == [row.get("id", 9) for row in rows]
    assert [answer["verdict"] for answer in answers] == [
        *(
            "accepted",
            "rejected",
            "accepted",
            "error",
            "error",
            "rejected",
            "accepted",
            "rejected",
            "accepted",
            "accepted",
        ),
    ]
    assert all(set(answer) == {"id", "verdict", "reason", "axioms"} for answer in answers)
    assert answers[0]["reason"] is None and answers[0]["axioms"] == ["propext", "Classical.choice", "Quot.sound"]
    assert answers[1]["reason"].startswith("incomplete:") and answers[1]["axioms"] == []
    assert answers[-1]["axioms"] == []


def test_lines_of_a_batch_that_are_no_questions(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows: list[object] = ["{", "[]", '{"id": "x"}', {"id": "good", "statement": LINEAR, "proof": "omega"}]
    assert run(["verify", "--batch", _batch(tmp_path / "in.jsonl", rows)]) == 2
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["verdict"] for answer in answers] == ["error", "error", "error", "accepted"]
    assert [answer["id"] for answer in answers] == [1, 2, "x", "good"]


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_empty_batch(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(content)
    assert run(["verify", "--batch", str(path)]) == 2
    assert "empty" in capsys.readouterr().err


def test_batch_with_several_workers_keeps_the_order(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows: list[object] = [
        {"id": n, "statement": f"theorem t : {n} + {n} = {2 * n + n % 2} := by", "proof": "decide"} for n in range(12)
    ]
    assert run(["verify", "--batch", _batch(tmp_path / "in.jsonl", rows), "--workers", "2"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == list(range(12))
    assert [answer["verdict"] for answer in answers] == ["accepted", "rejected"] * 6
