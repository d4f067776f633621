"""What is missing or does not fit is said in one sentence, with what to do; commands exit with 2, doctor lists it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from prover import cli
from prover.errors import LeanError, SetupError
from prover.lean.native.context import native_context
from prover.lean.native.session import native_session
from prover.lean.native.toolchain import find_lake, locate
from prover.lean.session import Limits
from prover.problems.formats import read_statement
from tests.lean.conformance.conftest import needs
from tests.lean.standins import install

THEOREM = "theorem pair (p q : Prop) (hp : p) (hq : q) : p ∧ q := by"


def project(standins: Path) -> Path:
    return standins / "project"


def break_version(standins: Path) -> None:
    (standins / "switches.json").write_text(json.dumps({"version": "missing"}))


def other_version(standins: Path) -> None:
    (standins / "switches.json").write_text(json.dumps({"version": "4.30.0"}))


def bad_toolchain(standins: Path) -> None:
    (project(standins) / "lean-toolchain").write_text("nightly-of-mine\n")


def no_toolchain(standins: Path) -> None:
    (project(standins) / "lean-toolchain").unlink()


def no_prelude(standins: Path) -> None:
    (project(standins) / ".lake/build/lib/lean/Core/Full.olean").unlink()


def repl_of_another(standins: Path) -> None:
    (standins / "repl" / "lean-toolchain").write_text("leanprover/lean4:v4.9.0\n")


def no_repl(standins: Path) -> None:
    (standins / "repl" / ".lake/build/bin/repl").unlink()


@pytest.mark.parametrize(
    ("spoil", "says", "fix"),
    [
        (break_version, "does not run", "elan toolchain install leanprover/lean4:v4.28.0"),
        (other_version, "asks for Lean v4.28.0 and gets 4.30.0", "elan override unset"),
        (bad_toolchain, "no release", "write leanprover/lean4:v4.28.0"),
        (no_toolchain, "no lean-toolchain", "prover setup --lean native"),
        (no_prelude, "prelude is not compiled", "prover setup --lean native"),
        (repl_of_another, "is for Lean v4.9.0", "prover setup --lean native"),
        (no_repl, "no built REPL", "PROOFSMITH_REPL"),
    ],
)
def test_one_sentence_and_the_fix(standins: Path, spoil: Callable[[Path], None], says: str, fix: str) -> None:
    spoil(standins)
    with pytest.raises(SetupError) as caught:
        locate("core")
    assert says in str(caught.value)
    assert fix in str(caught.value)
    assert "\n" not in str(caught.value)


def test_mathlib_without_its_compiled_files(standins: Path) -> None:
    with pytest.raises(SetupError, match="has no Mathlib: run `prover setup --lean native`"):
        locate("mathlib")
    (project(standins) / ".lake" / "packages" / "mathlib").mkdir(parents=True)
    with pytest.raises(SetupError, match="is not compiled, which would take hours: run `lake exe cache get` in"):
        locate("mathlib")


def test_a_wrong_path_of_lake(standins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFSMITH_LAKE", "/nowhere/lake")
    with pytest.raises(SetupError, match="PROOFSMITH_LAKE names /nowhere/lake, which cannot be run"):
        find_lake()


def test_no_lake_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROOFSMITH_LAKE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(SetupError, match="no `lake` was found: install elan"):
        find_lake()


def test_a_lean_too_new_for_leandojo(standins: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    needs("lean_dojo")
    from prover.lean.leandojo.workspace import prepared

    folder = tmp_path / "newer"
    folder.mkdir()
    monkeypatch.setenv("PROOFSMITH_DOJO_CACHE", str(install.dojo(folder, "v4.28.0")))
    with pytest.raises(
        SetupError, match=r"v4\.28\.0, too new for lean-dojo.*: run `prover setup --lean leandojo` again"
    ):
        prepared("core")


def test_a_repl_that_dies_at_its_start(standins: Path) -> None:
    needs("lean_interact")
    (standins / "switches.json").write_text(json.dumps({"die_at_start": True}))
    session = native_session(locate("core"), native_context("core"), Limits())
    with pytest.raises(LeanError, match=r"Lean's REPL .*unknown package 'Mathlib'"):
        session.start(read_statement(THEOREM)[0])
    session.close()


def test_steps_go_on_where_the_step_tactic_does_not_elaborate(standins: Path) -> None:
    needs("lean_interact")
    (standins / "switches.json").write_text(json.dumps({"no_step_tactic": True}))
    session = native_session(locate("core"), native_context("core"), Limits())
    root = session.start(read_statement(THEOREM)[0])
    assert type(session.step(root, "constructor\n· exact hp\n· exact hq")).__name__ == "Solved"
    assert type(session.step(root, "constructor <;> assumption")).__name__ == "Solved"
    session.close()


@pytest.mark.parametrize(
    ("chosen", "package"),
    [("native", "lean_interact"), pytest.param("leandojo", "lean_dojo", marks=pytest.mark.slow)],
)
def test_prove_a_statement_of_several_goals(
    standins: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, chosen: str, package: str
) -> None:
    needs(package)
    out = tmp_path / "proof.lean"
    statement = "theorem both (p q r : Prop) (hp : p) (hq : q) (hr : r) : (p ∧ q) ∧ (r ∨ q) := by"
    arguments = ["prove", statement, "--lean", chosen, "--no-cache", "--json", "--out", str(out)]
    assert cli.run(arguments) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["status"] == "proved"
    assert row["lean"]["backend"] == chosen
    assert row["cost"]["heartbeats"] > 0
    assert "import Core" in out.read_text()
    # The file that it wrote is judged once more, and so is a line of a batch.
    assert cli.run(["verify", statement, str(out), "--lean", chosen, "--json"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["verdict"], verdict["lean"]["backend"]) == ("accepted", chosen)
    batch = tmp_path / "batch.jsonl"
    rows = [{"id": proof, "statement": statement, "proof": proof} for proof in ("simp [*]", "sorry")]
    batch.write_text("\n".join(map(json.dumps, rows)))
    assert cli.run(["verify", "--batch", str(batch), "--lean", chosen]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["verdict"] for answer in answers] == ["accepted", "rejected"]


@pytest.mark.parametrize(
    ("chosen", "package"),
    [pytest.param("native", "lean_interact", marks=pytest.mark.slow), ("leandojo", "lean_dojo")],
)
def test_fill_a_file(standins: Path, tmp_path: Path, chosen: str, package: str) -> None:
    needs(package)
    file = tmp_path / "file.lean"
    sketch = "theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q := by\n  constructor\n  · sorry\n  · exact sorry\n"
    file.write_text(sketch)
    assert cli.run(["fill", str(file), "--lean", chosen, "--no-cache"]) == 0
    pieces = sketch.split("sorry")
    assert file.read_text().startswith(pieces[0]) and pieces[1] in file.read_text()
    assert "sorry" not in file.read_text()


@pytest.mark.parametrize("chosen", ["native", "leandojo"])
def test_prove_says_what_is_missing_and_exits_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], chosen: str
) -> None:
    if chosen == "leandojo":
        needs("lean_dojo")
    monkeypatch.setenv("PROOFSMITH_LAKE", "/nowhere/lake")
    assert cli.run(["prove", THEOREM, "--lean", chosen, "--no-cache"]) == 2
    said = capsys.readouterr().err
    assert "PROOFSMITH_LAKE" in said
    assert "Traceback" not in said
