"""What belongs to an evaluation split, or is too much like it, is kept out, and the reason is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover.errors import DataError
from prover.paths import data_dirs
from prover.problems.dataset import Dataset
from prover.train import fingerprint
from prover.train.corpus import freeze_corpus
from prover.train.decontaminate import Guard, guard, same_type
from prover.train.records import Role
from prover.train.store import IterateStore
from prover.types import Problem
from tests.train import made

LONG = "(a b c : ℝ) (ha : 0 < a) (hb : 0 < b) : a ^ 2 + b ^ 2 + c ^ 2 ≥ a * b + b * c + c * a"


def guarded() -> Guard:
    made_guard = Guard()
    made_guard.add(made.problem("held_out", LONG), "valid: held_out")
    return made_guard


class TestFindings:
    def reason(self, name: str, statement: str) -> str | None:
        found = guarded().finding(made.asked(name, statement=statement))
        return None if found is None else found.reason

    def test_the_same_name(self) -> None:
        assert self.reason("held_out", "(n : ℕ) : n = n") == "name"

    def test_the_same_statement_with_other_names_and_layout(self) -> None:
        other = "(x y z : ℝ) (h₁ : 0 < x)\n  (h₂ : 0 < y) :\n  x^2 + y^2 + z^2 ≥ x*y + y*z + z*x"
        assert self.reason("mine", other) == "text"

    def test_nearly_the_same_statement(self) -> None:
        assert self.reason("mine", LONG.replace("0 < b)", "0 < b) (hc : 0 < c)")) == "8-gram"

    def test_where_the_binders_stand_hides_nothing(self) -> None:
        binders, _, target = LONG.partition(" : a ^ 2")
        closed = f": ∀ {binders}, a ^ 2{target} + 0 * a"
        assert self.reason("mine", closed) == "8-gram"
        other = Guard()
        other.add(made.problem("held_out", closed), "valid: held_out")
        assert other.finding(made.asked("mine", statement=LONG)) is not None

    def test_a_turn_of_phrase_in_common_is_no_reason(self) -> None:
        other = "(a b c : ℝ) (ha : 0 < a) (hb : 0 < b) : a / b + b / a ≥ 2 + c - c"
        assert self.reason("mine", other) is None

    def test_the_same_type(self) -> None:
        types = {77: "held_out"}
        found = same_type(types, "mine", "toys", 77)
        assert found is not None and (found.name, found.reason, found.like) == ("mine", "type", "held_out")
        assert same_type(types, "mine", "toys", 78) is None

    def test_a_damaged_list_is_said_to_be(self, tmp_path: Path) -> None:
        (tmp_path / "fingerprints.jsonl").write_text('{"set": "x"}\n')
        with pytest.raises(DataError, match="line 1 is no fingerprint"):
            Guard().add_list(tmp_path / "fingerprints.jsonl")


class TestCorpus:
    def test_roles_are_halves_and_what_was_dropped_is_listed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tokens = fingerprint.tokens(made.problem("x", "(n : ℕ) : n * 1 = n").statement)
        row = {"set": "far", "name": "away", "sha256": fingerprint.sha256(tokens)}
        (tmp_path / "fingerprints.jsonl").write_text(json.dumps(row) + "\n")
        monkeypatch.setenv("PROOFSMITH_DATA", str(tmp_path))
        valid = dataset("v", *(made.problem(f"v{n}", f"(n : ℕ) : n + {n} = {n} + n") for n in range(6)))
        train = dataset(
            "t",
            made.problem("t1", "(m : ℕ) : m * 1 = m"),  # on the list
            made.problem("t2", "(n : ℕ) : n * 2 = n + n"),
            made.problem("v3", "(n : ℕ) : n < n + 1"),  # the name of an evaluation problem that was not even drawn
        )
        store = IterateStore(tmp_path / "s")
        line = freeze_corpus(store, [train], [valid], {valid.name: 4}, seed=0)
        assert "6 evaluation statements and 1 fingerprints" in line
        assert len(store.problems(Role.PROMOTE)) == len(store.problems(Role.REPORT)) == 2
        assert [entry.problem.name for entry in store.problems(Role.TRAIN)] == ["t2"]
        assert {(dropped.name, dropped.reason) for dropped in store.dropped()} == {("t1", "text"), ("v3", "name")}
        before = store.counts()
        freeze_corpus(store, [train], [valid], {valid.name: 4}, seed=0)
        assert store.counts() == before

    def test_the_published_list_fits_this_code(self) -> None:
        path = next((path for folder in data_dirs() if (path := folder / "fingerprints.jsonl").is_file()), None)
        if path is None:
            pytest.skip("no fingerprints.jsonl in the data folders (PROOFSMITH_DATA): nothing to compare with")
        count = Guard().add_list(path)
        assert count > 0

    def test_a_statement_and_its_own_fingerprint_meet(self) -> None:
        guarding = guard([made.asked("v", role=Role.REPORT, statement=LONG)])[0]
        assert guarding.finding(made.asked("t", statement=LONG)) is not None


def dataset(name: str, *problems: Problem) -> Dataset:
    return Dataset(name, "", problems, "local", (), {})
