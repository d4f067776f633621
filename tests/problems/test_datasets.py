"""Datasets in every layout that circulates, from files that the tests write; real ones where they are at hand."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from prover.errors import DataError, InputError
from prover.problems import dataset
from prover.problems.catalogue import LEAN_WORKBOOK, MINIF2F
from prover.problems.dataset import Origin
from prover.problems.fault import marked
from prover.problems.fetch import Repository
from prover.problems.formats import binders_first, read_jsonl, read_lean, read_path, read_theorems
from prover.problems.remote import HostedSource, Part
from prover.problems.target import find_dataset
from prover.types import Problem

DATA = os.environ.get("PROOFSMITH_DATA")
needs_minif2f = pytest.mark.skipif(
    DATA is None or not (Path(DATA) / "minif2f").is_dir(), reason="PROOFSMITH_DATA names no folder that holds minif2f"
)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("PROOFSMITH_DATA", raising=False)


def row(name: str, statement: str, **more: str) -> str:
    return json.dumps({"name": name, "formal_statement": statement, **more}, ensure_ascii=False) + "\n"


class TestLayouts:
    def test_both_splits_in_one_file(self, tmp_path: Path) -> None:
        file = tmp_path / "both.jsonl"
        file.write_text(
            row("a", "theorem a : 1 = 1 := by\n", split="valid", header="import X\n", informal_prefix="/-- One. -/\n")
            + row("b", "theorem b : 2 = 2 := by\n", split="test", goal="⊢ 2 = 2")
        )
        valid = find_dataset(str(file), "valid")
        (found,) = valid.problems
        assert (found.name, found.statement, found.informal) == ("a", "theorem a : 1 = 1 := by", "One.")
        assert [problem.name for problem in find_dataset(str(file), "test").problems] == ["b"]
        assert len(find_dataset(str(file)).problems) == 2
        with pytest.raises(InputError, match="has no split 'train'; it has test, valid"):
            find_dataset(str(file), "train")

    def test_a_plain_statement_goes_before_one_with_elaborators(self, tmp_path: Path) -> None:
        file = tmp_path / "gdm.jsonl"
        file.write_text(row("a", "theorem a : 1 = answer(1) := by", formal_statement_plain="theorem a : 1 = (1) := by"))
        assert read_path(file)[0].statement == "theorem a : 1 = (1) := by"

    def test_many_theorems_in_one_file(self) -> None:
        text = """/- A licence: theorem nothing. -/
import Mathlib
open scoped Nat

/-- Find it. -/
theorem first (n : ℕ) (h : n + 2 = 5) : n = answer(3) := by
  sorry

-- a remark about sorry
theorem second : 1 = 1 := sorry

lemma helper : 2 = 2 := by rfl

theorem third.variants.x : 2 + 2 = 4 :=
  by sorry
"""
        found = {problem.name: problem for problem in read_lean(text, "Valid.lean")}
        assert list(found) == ["first", "second", "third.variants.x"]
        assert found["first"].statement == "theorem first (n : ℕ) (h : n + 2 = 5) : n = (3) := by"
        assert found["first"].informal == "Find it."
        assert found["second"].statement == "theorem second : 1 = 1 := by"
        assert "helper" in found["third.variants.x"].header and "helper" not in found["second"].header

    def test_a_folder_with_a_file_a_problem(self, tmp_path: Path) -> None:
        for split, name in (("Valid", "v1"), ("Valid", "v2"), ("Test", "t1")):
            (tmp_path / split).mkdir(exist_ok=True)
            (tmp_path / split / f"{name}.lean").write_text(
                f"import Mathlib\nset_option maxHeartbeats 0\ntheorem {name} : 1 = 1 := by sorry"
            )
        (tmp_path / "Valid.lean").write_text("import Valid.v1\nimport Valid.v2\n")
        (tmp_path / ".lake").mkdir()
        (tmp_path / ".lake" / "x.lean").write_text("theorem hidden : 1 = 1 := by sorry")
        found = find_dataset(str(tmp_path))
        assert [problem.name for problem in found.problems] == ["t1", "v1", "v2"]
        assert found.problems[0].source == "Test/t1.lean" and found.problems[0].context == "core"
        assert find_dataset(str(tmp_path / "Valid"), context="mathlib").problems[0].context == "mathlib"

    def test_two_theorems_of_one_name(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / f"{name}.lean").write_text("theorem same : 1 = 1 := by sorry")
        with pytest.raises(InputError, match=r"two theorems called same \(one\.lean and two\.lean\)"):
            find_dataset(str(tmp_path))

    def test_lean_3_is_refused(self) -> None:
        with pytest.raises(InputError, match="written for Lean 3"):
            read_lean("theorem a :\n  1 = 1 :=\nbegin\n  sorry\nend\n", "test.lean")

    @pytest.mark.parametrize(
        ("proposition", "statement"),
        [
            ("∀ (x : ℝ) (h : 0 < x), x ≠ 0", "theorem t (x : ℝ) (h : 0 < x) : x ≠ 0 := by"),
            ("∀ {x : ℝ} (h : f (a, b) = 1),\n  ∀ y, x = y", "theorem t {x : ℝ} (h : f (a, b) = 1) : ∀ y, x = y := by"),
            ("∀ x : ℝ, x = x", "theorem t : ∀ x : ℝ, x = x := by"),
            ("∀ (x : ℝ) y, x = y", "theorem t : ∀ (x : ℝ) y, x = y := by"),
            ("1 + 1 = 2", "theorem t : 1 + 1 = 2 := by"),
            ("∀ (x : ℝ)", "theorem t : ∀ (x : ℝ) := by"),
        ],
    )  # fmt: skip
    def test_propositions_become_theorems(self, proposition: str, statement: str) -> None:
        assert binders_first("t", proposition) == statement

    def test_theorems_as_json(self) -> None:
        text = json.dumps({"theorems": [{"name": "a", "statement": "∀ (x : ℝ), x = x"}]})
        (found,) = read_theorems(text, "v2.json")
        assert found.statement == "theorem a (x : ℝ) : x = x := by" and "open BigOperators" in found.header
        with pytest.raises(InputError, match=r"v2\.json is not"):
            read_theorems("[1]", "v2.json")


class TestFind:
    def test_in_the_named_folder_then_in_the_cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        cached = tmp_path / "cache" / "data" / "minif2f"
        cached.mkdir(parents=True)
        (cached / "valid.jsonl").write_text(row("cached", "theorem cached : 1 = 1 := by"))
        assert find_dataset("minif2f/valid").problems[0].name == "cached"
        named = tmp_path / "named" / "minif2f"
        named.mkdir(parents=True)
        (named / "valid.jsonl").write_text(row("named", "theorem named : 1 = 1 := by", source="github:o/r@abc:x.jsonl"))
        monkeypatch.setenv("PROOFSMITH_DATA", str(tmp_path / "named"))
        found = find_dataset("minif2f", "valid")
        assert (found.problems[0].name, found.name, found.revision) == ("named", "minif2f/valid", "o/r@abc")
        assert found.files == (("valid.jsonl", hashlib.sha256((named / "valid.jsonl").read_bytes()).hexdigest()),)

    def test_a_folder_of_the_users_own(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "hard.jsonl").write_text(row("a", "theorem a : 1 = 1 := by"))
        monkeypatch.setenv("PROOFSMITH_DATA", str(tmp_path))
        assert find_dataset("mine/hard").problems == find_dataset("mine", "hard").problems

    @pytest.mark.parametrize(
        ("target", "split", "said"),
        [
            ("minif2f/valid", None, "minif2f/valid is not on this machine: run `prover data get minif2f`"),
            ("minif2f", None, "minif2f has several splits; write minif2f/SPLIT with one of valid, test"),
            ("minif2f/validd", None, "minif2f has no split 'validd'; it has valid"),
            ("minif2f/valid", "test", "names the split valid and --split says test"),
            ("minif2g/valid", None, "did you mean minif2f?"),
            ("x" * 5000, None, "is neither a file, a folder nor a dataset"),
        ],
    )
    def test_one_sentence_for_what_is_not_there(self, target: str, split: str | None, said: str) -> None:
        with pytest.raises((InputError, DataError)) as error:
            find_dataset(target, split)
        assert said in str(error.value)


class TestFaults:
    def test_belong_to_a_statement_not_to_a_name(self, tmp_path: Path) -> None:
        fault = {"name": "a", "kind": "false", "why": "no", "formal_statement": "theorem a (n : ℕ) : n < 1 := by"}
        (tmp_path / "faults.jsonl").write_text(json.dumps(fault))
        file = tmp_path / "p.jsonl"
        file.write_text(row("a", "theorem a (n : ℕ) :\n    n < 1 := by\n"))
        assert find_dataset(str(file)).faults["a"].kind == "false"
        file.write_text(row("a", "theorem a (n : ℕ) : n < 1 ∨ 1 ≤ n := by"))
        assert find_dataset(str(file)).faults == {}

    def test_the_known_ones_are_marked_wherever_the_text_comes_from(self) -> None:
        same = Problem(name="other_name", statement="theorem induction_sum_odd : 1 = 1 := by")
        assert marked([same]) == {}


class TestFetch:
    """From a folder and over HTTP, from a little repository of the tests' own."""

    @pytest.fixture
    def upstream(self, tmp_path: Path) -> Path:
        root = tmp_path / "mirror" / "someone" / "Problems" / "c0ffee"
        (root / "P" / "Valid").mkdir(parents=True)
        (root / "both.jsonl").write_text(
            row("a", "theorem a : 1 = 1 := by", split="valid") + row("b", "theorem b : 2 = 2 := by", split="test")
        )
        for name in ("x1", "x2"):
            (root / "P" / "Valid" / f"{name}.lean").write_text(f"import Mathlib\ntheorem {name} : 1 = 1 := by sorry")
        (root / "P" / "Valid.lean").write_text("import P.Valid.x2\nimport P.Valid.x1\n")
        return root

    def source(self, upstream: Path, sha256: str = "") -> HostedSource:
        here = Repository("someone/Problems", "c0ffee")
        names = ("P/Valid/x1.lean", "P/Valid/x2.lean")
        listing = "".join(f"{_sha256(upstream / name)}  {name}\n" for name in names)
        return HostedSource(
            name="toy",
            summary="toy problems",
            licence="none",
            parts=(
                Part((here.file("both.jsonl", sha256 or _sha256(upstream / "both.jsonl")),), read_jsonl,
                     {"valid": "valid", "test": "test"}, {"b": "b_renamed"}),
                Part((here.index("P/Valid.lean", hashlib.sha256(listing.encode()).hexdigest()),), read_lean,
                     {"": "valid_x"}),
            ),
        )  # fmt: skip

    def check(self, source: HostedSource, origin: Origin) -> None:
        paths = source.get(origin, lambda line: None)
        assert [path.name for path in paths] == ["valid.jsonl", "test.jsonl", "valid_x.jsonl"]
        valid = source.load("valid", "core")
        assert [problem.name for problem in valid.problems] == ["a"] and valid.revision == "someone/Problems@c0ffee"
        assert [problem.name for problem in source.load("test", "core").problems] == ["b_renamed"]
        assert [problem.name for problem in source.load("valid_x", "core").problems] == ["x1", "x2"]
        assert source.load("valid_x", "core").problems[0].header == "import Mathlib"

    @pytest.mark.parametrize("place", [".", "Problems", "someone/Problems", "someone/Problems/c0ffee"])
    def test_from_a_folder_that_is_a_clone_or_holds_it(self, upstream: Path, tmp_path: Path, place: str) -> None:
        shutil.copytree(upstream, tmp_path / "clones" / place)
        self.check(self.source(upstream), Origin(folder=tmp_path / "clones"))

    def test_over_http(self, upstream: Path, mirror: str) -> None:
        self.check(self.source(upstream), Origin(base=mirror))

    def test_a_changed_file_is_refused_and_nothing_is_written(self, upstream: Path, tmp_path: Path) -> None:
        source = self.source(upstream, sha256="0" * 64)
        with pytest.raises(DataError, match=r"and not 0000000000000000….*nothing was written"):
            source.get(Origin(folder=upstream), lambda line: None)
        (upstream / "P" / "Valid" / "x1.lean").write_text("theorem x1 : 0 = 1 := by sorry")
        changed = self.source(upstream)
        (upstream / "P" / "Valid" / "x1.lean").write_text("theorem x1 : 0 = 2 := by sorry")
        with pytest.raises(DataError, match="nothing was written"):
            changed.get(Origin(folder=upstream), lambda line: None)
        assert not (tmp_path / "cache" / "data").exists()

    def test_what_is_missing_is_said_in_one_sentence(self, upstream: Path, mirror: str, tmp_path: Path) -> None:
        source = self.source(upstream)
        for origin, said in (
            (Origin(folder=tmp_path / "empty"), "has no both.jsonl of someone/Problems: --from takes a clone"),
            (Origin(base=f"{mirror}/nowhere"), "answers 404; try later, or use --from DIR"),
            (Origin(base="http://127.0.0.1:9"), "cannot be fetched"),
        ):
            with pytest.raises(DataError) as error:
                source.get(origin, lambda line: None)
            assert said in str(error.value) and "\n" not in str(error.value)

    def test_what_is_missing_is_fetched_where_a_command_asks_for_it(
        self, upstream: Path, mirror: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        module = ModuleType("toy_source")
        module.DATASET = self.source(upstream)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "toy_source", module)
        monkeypatch.setattr(dataset, "Origin", partial(Origin, base=mirror))
        asked = "python:toy_source:DATASET/valid"
        with pytest.raises(DataError, match="not on this machine"):
            find_dataset(asked)
        said: list[str] = []
        assert [problem.name for problem in find_dataset(asked, fetch=said.append).problems] == ["a"]
        assert said[0].endswith("is fetched now")
        told = len(said)
        assert find_dataset(asked, fetch=said.append).problems and len(said) == told  # it is here now

    @pytest.fixture
    def mirror(self, tmp_path: Path, upstream: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        handler = partial(_Silent, directory=str(tmp_path / "mirror"))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...


def test_every_pin_is_a_commit_and_a_hash() -> None:
    for source in (MINIF2F, LEAN_WORKBOOK):
        for pinned in (pinned for part in source.parts for pinned in part.files):
            assert len(pinned.commit) == 40 and len(pinned.sha256) == 64


@needs_minif2f
class TestMiniF2F:
    @pytest.fixture(autouse=True)
    def _real_data(self, _own_folders: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PROOFSMITH_DATA", str(DATA))

    @pytest.mark.parametrize("split", ["valid", "valid_v2", "valid_yangky11", "valid_gdm"])
    def test_every_version_has_244_problems_of_the_same_names(self, split: str) -> None:
        found = find_dataset(f"minif2f/{split}")
        assert {problem.name for problem in found.problems} == {
            problem.name for problem in find_dataset("minif2f/valid").problems
        }
        assert len(found.problems) == 244 and "@" in found.revision
        assert not any("answer(" in problem.statement for problem in found.problems)

    def test_the_faulty_statements_are_marked(self) -> None:
        kinds = [fault.kind for fault in find_dataset("minif2f/valid").faults.values()]
        assert (kinds.count("false"), kinds.count("vacuous")) == (9, 4)

    def test_the_packaged_marks_say_the_same(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        there = find_dataset("minif2f/valid")
        assert marked(there.problems) == there.faults


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
