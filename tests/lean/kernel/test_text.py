"""Exports in lean4export's text format, read again by a reader that shares no code with what writes them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from prover.lean.embedded.trust import STANDARD_AXIOMS
from prover.lean.kernel.answer import KernelReason
from prover.lean.kernel.client import KernelAnswer, text_export
from prover.lean.kernel.libraries import LibraryFile
from prover.lean.kernel.texts import listed_axioms
from prover.lean.native.export import export_lean_eval, read_proofs
from prover.paths import lean_sources
from tests.lean.kernel.recorded import Recorded, recorded

ROOT = Path(__file__).parents[3]
RECORDED = recorded()
FEW = 10  # one in so many is read again in the fast tests


def exported(folder: Path, library: LibraryFile, one: Recorded) -> tuple[KernelAnswer, bytes]:
    documents = (one.statement.encode(), one.candidate.encode())
    answer, text = text_export(folder, library.path, library.sha256, documents)
    assert answer.accepted, answer
    return answer, text


def read_again(folder: Path, file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.lean.kernel.text_reader", str(folder), str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(one, id=one.source.split()[1], marks=() if i % FEW == 0 else pytest.mark.slow)
        for i, one in enumerate(RECORDED)
    ],
)
def test_another_reader_accepts_an_export(
    kernel_folder: Path, core_library: LibraryFile, one: Recorded, tmp_path: Path
) -> None:
    answer, text = exported(kernel_folder, core_library, one)
    entries = [json.loads(line) for line in text.splitlines()]
    assert entries[0]["meta"]["format"] == {"version": "3.1.0"}
    file = tmp_path / "proof.ndjson"
    file.write_bytes(text)
    done = read_again(kernel_folder, file)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["theorems"][-1] == one.source.split()[1]
    assert tuple(sorted(found["axioms"])) == listed_axioms(text)
    assert set(STANDARD_AXIOMS) & set(found["axioms"]) <= set(answer.axioms)
    assert set(answer.theorems) <= set(found["axioms"])
    assert "sorryAx" not in found["axioms"] and not any("lcProof" in name for name in found["axioms"])


def test_the_reader_can_refuse(kernel_folder: Path, core_library: LibraryFile, tmp_path: Path) -> None:
    _, text = exported(kernel_folder, core_library, RECORDED[1])
    *above, last = text.decode().splitlines()
    entry = json.loads(last)
    entry["thm"]["value"] = entry["thm"]["type"]
    file = tmp_path / "proof.ndjson"
    file.write_text("\n".join([*above, json.dumps(entry)]) + "\n", encoding="utf-8")
    done = read_again(kernel_folder, file)
    assert done.returncode != 0 and "the kernel refuses a declaration: exception 2" in done.stderr


def test_what_is_not_accepted_is_not_written(kernel_folder: Path, core_library: LibraryFile) -> None:
    documents = (RECORDED[0].statement.encode(), RECORDED[1].candidate.encode())
    answer, text = text_export(kernel_folder, core_library.path, core_library.sha256, documents)
    assert (answer.accepted, answer.reason, text) == (False, KernelReason.KERNEL, b"")


def test_a_workspace_of_lean_eval(tmp_path: Path) -> None:
    source = "import Mathlib\n\nsection\ntheorem two : 1 + 1 = 2 := by\n  norm_num\nend\n"
    (one,) = read_proofs(source, "two.lean", "mathlib")
    files = export_lean_eval(one, "mathlib", tmp_path, lean_sources())
    assert {str(file.relative_to(tmp_path)) for file in files} == {
        *("Challenge.lean", "Solution.lean", "Submission.lean", "Submission/Helpers.lean"),
        *("config.json", "holes.json", "lakefile.toml", "lean-toolchain"),
    }
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["permitted_axioms"] == ["propext", "Quot.sound", "Classical.choice"]
    assert "exact Submission.two" in (tmp_path / "Solution.lean").read_text()
    assert "norm_num" in (tmp_path / "Submission.lean").read_text()
    assert "sorry" in (tmp_path / "Challenge.lean").read_text()
