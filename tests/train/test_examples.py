"""Examples: from verified proofs and recorded refusals of training problems, and from nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover.errors import SetupError
from prover.train.examples import Judged, Label, data_sha256, examples, merged
from prover.train.export import LAYOUTS, layout, write_jsonl, write_parquet
from prover.train.records import Role
from search.tree import Outcome
from tests.train import made

STATE = made.visited(
    "p",
    made.tried("omega"),
    made.tried("constructor", Outcome.ADVANCED),
    made.tried("grind", kind="wall"),
    made.tried("simp", Outcome.SOLVED, on_proof=True),
)


class TestLabels:
    def test_of_a_verified_proof(self) -> None:
        (example,) = examples(made.asked("p"), made.proof(made.problem("p")), [STATE])
        labels = {judgement.tactic: judgement.label for judgement in example.judged}
        # What ended for want of time is no verdict on the tactic.
        assert labels == {"omega": Label.REFUSED, "constructor": Label.ADVANCED, "simp": Label.PROVED}
        assert example.positives == ("simp",) and example.proof == "simp"

    def test_without_a_verified_proof_nothing_is_positive(self) -> None:
        (example,) = examples(made.asked("p"), None, [STATE])
        assert example.positives == () and example.proof == ""
        assert {judgement.tactic for judgement in example.judged} == {"omega", "constructor"}

    def test_a_solved_step_off_the_proof_is_not_positive(self) -> None:
        state = made.visited("p", made.tried("rfl", Outcome.SOLVED), made.tried("simp"))
        (example,) = examples(made.asked("p"), made.proof(made.problem("p")), [state])
        assert [judgement.tactic for judgement in example.judged] == ["simp"]

    @pytest.mark.parametrize("role", [Role.PROMOTE, Role.REPORT])
    def test_evaluation_problems_are_refused(self, role: Role) -> None:
        with pytest.raises(ValueError, match="evaluation split"):
            list(examples(made.asked("p", role=role), made.proof(made.problem("p")), [STATE]))

    def test_a_proof_of_another_statement_is_refused(self) -> None:
        with pytest.raises(ValueError, match="another statement"):
            list(examples(made.asked("p"), made.proof(made.problem("q")), [STATE]))


class TestExports:
    def rows(self) -> list[object]:
        return [*examples(made.asked("p"), made.proof(made.problem("p")), [STATE, STATE])]

    def test_every_layout(self, tmp_path: Path) -> None:
        rows = list(examples(made.asked("p"), made.proof(made.problem("p")), [STATE, STATE]))
        state = STATE.goals[0]
        assert layout(rows, "tactics") == [{"problem": "p", "state": state, "tactic": "simp"}]  # each row once
        assert layout(rows, "prompt-completion") == [{"prompt": f"Goal:\n{state}\nTactic:\n", "completion": "simp"}]
        assert layout(rows, "proofs") == [{"problem": "p", "statement": made.problem("p").statement, "proof": "simp"}]
        (message,) = layout(rows, "messages")
        assert [turn["role"] for turn in message["messages"]] == ["system", "user", "assistant"]  # type: ignore[union-attr, index]
        assert {row["label"] for row in layout(rows, "outcomes")} == {"proved", "advanced", "refused"}
        for name in LAYOUTS:
            write_jsonl(layout(rows, name), tmp_path / f"{name}.jsonl")
            read = [json.loads(line) for line in (tmp_path / f"{name}.jsonl").read_text("utf-8").splitlines()]
            assert read == layout(rows, name)

    def test_parquet_holds_the_same_rows(self, tmp_path: Path) -> None:
        parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: no Parquet here")
        rows = list(examples(made.asked("p"), made.proof(made.problem("p")), [STATE]))
        for name in LAYOUTS:
            write_parquet(layout(rows, name), tmp_path / f"{name}.parquet")
            assert parquet.read_table(tmp_path / f"{name}.parquet").to_pylist() == layout(rows, name)

    def test_without_pyarrow_parquet_says_what_to_install(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
        with pytest.raises(SetupError, match="pip install"):
            write_parquet([], tmp_path / "x.parquet")

    def test_the_hash_is_that_of_the_rows(self) -> None:
        one, other = made.example(1), made.example(2)
        assert data_sha256([one, other]) == data_sha256([one, other]) != data_sha256([other, one])


def test_what_was_tried_at_equal_states_is_put_together() -> None:
    one, other = (
        made.example(0).model_copy(
            update={"judged": tuple(Judged(tactic=name, label=label, log_prob=-1.0) for name, label in judged.items())}
        )
        for judged in (
            {"simp": Label.PROVED, "omega": Label.REFUSED},
            {"simp": Label.ADVANCED, "omega": Label.ADVANCED, "rfl": Label.REFUSED},
        )
    )
    both = merged(one, other)
    assert {judgement.tactic: judgement.label for judgement in both.judged} == {
        "simp": Label.PROVED,  # what stands in a proof proves, whatever became of it elsewhere
        "omega": Label.ADVANCED,
        "rfl": Label.REFUSED,
    }
    assert merged(other, one).positives == ("simp",)
