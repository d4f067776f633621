"""What the replay program reports, judged; proofs written for others to check; text that native Lean is given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover import cli
from prover.errors import InputError
from prover.lean.native.context import native_context
from prover.lean.native.export import read_proofs
from prover.lean.native.facts import Constant, ReplayFacts, reject_reason
from prover.lean.native.sandbox import Sandbox
from prover.lean.repl_connection import clamped, gives_up, mentions_metavariable
from prover.lean.step_tactic import as_one_tactic, limited, reported
from prover.types import Problem, RejectReason

GOOD = ReplayFacts(
    nonce="1",
    name="N.t",
    difference=None,
    fresh=(Constant(name="N.t", kind="theorem", safe=True), Constant(name="N.t.match_1", kind="def", safe=True)),
    axioms=("propext", "Quot.sound"),
    missing=(),
    kernel=None,
    typeDigest="7",
)


def reason(is_block: bool = True, **changes: object) -> RejectReason | None:
    found = reject_reason(GOOD.model_copy(update=changes), is_block)
    return found[0] if found is not None else None


class TestFacts:
    def test_nothing_speaks_against_a_proof(self) -> None:
        assert reject_reason(GOOD, is_block=True) is None

    @pytest.mark.parametrize(
        ("axiom", "expected"),
        [
            ("sorryAx", RejectReason.INCOMPLETE),
            ("Lean.ofReduceBool", RejectReason.AXIOMS),
            ("Lean.reduceBool", RejectReason.AXIOMS),
            ("t._native.native_decide.ax_1", RejectReason.AXIOMS),
            ("mine", RejectReason.AXIOMS),
        ],
    )
    def test_axioms_are_allowed_by_name_never_denied_by_name(self, axiom: str, expected: RejectReason) -> None:
        assert reason(axioms=("propext", axiom)) is expected

    def test_another_statement_a_lost_constant_a_kernel_that_refuses(self) -> None:
        assert reason(difference="N.t states something else") is RejectReason.CHANGED
        assert reason(missing=("gone",)) is RejectReason.CHANGED
        assert reason(kernel="(kernel) declaration type mismatch") is RejectReason.KERNEL

    @pytest.mark.parametrize("name", ["u", "N.u", "N.tt", "Nat.add_comm"])
    def test_a_block_declares_nothing_else(self, name: str) -> None:
        more = (*GOOD.fresh, Constant(name=name, kind="theorem", safe=True))
        assert reason(fresh=more) is RejectReason.SYNTAX
        assert reason(is_block=False, fresh=more) is None

    @pytest.mark.parametrize("name", ["N.t._proof_1", "_private.M.0.N.t.f", "N.t.match_1.splitter", "_auxLemma.4"])
    def test_what_lean_makes_on_the_way_belongs_to_the_theorem(self, name: str) -> None:
        assert reason(fresh=(*GOOD.fresh, Constant(name=name, kind="theorem", safe=True))) is None


class TestText:
    def test_what_gives_up(self) -> None:
        assert gives_up("exact (sorry : p)") == "sorry"
        assert gives_up("-- no sorry here\nexact h") is None
        assert gives_up('trace "sorry"') is None
        assert gives_up("exact sorryless") is None

    def test_no_option_buys_more_than_the_limit(self) -> None:
        assert clamped("set_option maxHeartbeats 0 in grind", 20) == "set_option maxHeartbeats 20 in grind"
        assert clamped("set_option maxHeartbeats 400000 in x", 20) == "set_option maxHeartbeats 20 in x"
        assert clamped("set_option maxHeartbeats 5 in x", 20) == "set_option maxHeartbeats 5 in x"

    @pytest.mark.parametrize(
        ("goal", "open_"), [("⊢ ?w = 3", True), ("⊢ xs[0]? = some 1", False), ("h : ?m.12\n⊢ p", True)]
    )
    def test_goals_that_depend_on_others(self, goal: str, open_: bool) -> None:
        assert mentions_metavariable(goal) is open_

    def test_one_tactic(self) -> None:
        assert as_one_tactic("simp") == "simp"
        assert as_one_tactic("intro h\nexact h") == "(\n  intro h\n  exact h\n)"
        assert limited("intro h\nexact h", 20) == "prover_step 20 =>\n  intro h\n  exact h"
        assert reported("warning\nprover_step 12") == 12
        assert reported("nothing") == 0

    def test_mathlib_s_header(self) -> None:
        where = native_context("mathlib")
        bare = where.header(Problem(name="t", statement="theorem t : True := by", context="mathlib"))
        assert "open BigOperators Real Nat Topology Rat" in bare
        header = "import Mathlib\nset_option maxHeartbeats 400000\nopen Finset\ndef a := 1"
        own = where.header(Problem(name="t", statement="theorem t : True := by", context="mathlib", header=header))
        assert own.split("\n")[2:] == ["open Finset", "def a := 1"]

    def test_published_and_current_contexts_differ(self) -> None:
        assert native_context("mathlib").sha256 != native_context("mathlib-v4.9").sha256


class TestSandbox:
    def test_only_the_scratch_folder_can_be_written(self) -> None:
        line = Sandbox("bwrap").command(["lean"], Path("/scratch"))
        assert line[:4] == ["bwrap", "--ro-bind", "/", "/"]
        assert "--unshare-net" in line
        assert line[line.index("--bind") + 1] == "/scratch"

    def test_a_launcher_passes_on_what_it_gets(self, tmp_path: Path) -> None:
        script = Sandbox("none").launcher(Path("/opt/my lake"), tmp_path / "bin" / "lake", tmp_path)
        assert script.read_text() == "#!/bin/sh\nexec '/opt/my lake' \"$@\"\n"
        assert script.stat().st_mode & 0o111


PROVED = """import Core

-- accepted by Lean
section
open Core Nat Real
set_option relaxedAutoImplicit false
variable [Core.Reals]

theorem foo (x : ℝ) (h : x = 2) : x + 1 = 3 ∧ True := by
  constructor
  · subst h
    grind
  · trivial

end

section
open Core Nat Real
set_option relaxedAutoImplicit false
def twice (n : ℕ) : ℕ := n + n

theorem bar (n : ℕ) : twice n = n + n := by
  rfl

end
"""


class TestExport:
    def test_the_files_that_comparator_wants(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        proof, out = tmp_path / "proof.lean", tmp_path / "exported"
        proof.write_text(PROVED, encoding="utf-8")
        assert cli.run(["export", str(proof), "--context", "mathlib", "--out", str(out), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["theorems"] == ["foo", "bar"]
        config = json.loads((out / "config.json").read_text())
        assert (config["challenge_module"], config["solution_module"]) == ("Challenge", "Solution")
        assert config["theorem_names"] == ["foo", "bar"]
        assert set(config["permitted_axioms"]) == {"propext", "Classical.choice", "Quot.sound"}
        challenge, solution = ((out / f"{name}.lean").read_text() for name in ("Challenge", "Solution"))
        stated = "theorem foo (x : ℝ) (h : x = 2) : x + 1 = 3 ∧ True := by\n"
        assert f"{stated}  sorry\n" in challenge
        assert f"{stated}  core_transfer FromCore.foo\n" in solution
        assert challenge.startswith("import Mathlib\n")
        assert "Core" not in challenge
        assert challenge.count("def twice") == 1
        core = (out / "CoreProof.lean").read_text()
        assert "theorem foo" in core
        assert "  · subst h\n    grind\n" in core
        assert core.count("theorem foo") == core.count("theorem bar") == 1

    def test_a_file_without_a_proof(self) -> None:
        with pytest.raises(InputError, match="holds no proof"):
            read_proofs("theorem t : True := by\n  sorry\n", "x.lean", "core")
