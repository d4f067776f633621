"""The comparison of methods: its rows are runs that the command takes, and its table says what they came to."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (the extra ml): a learner cannot be made")
pytest.importorskip("transformers", reason="transformers is not installed (the extra ml): a learner cannot be made")

from prover.iterate.settings import IterateSettings, iterate_settings
from prover.lean.cache import ANSWERS, LeanCache
from tests.benchmarks.methods import GRID, MOST, PLAIN, Outcome, Row, lend, lines, rows

ROOT = Path(__file__).parents[2]
GROUPS = rows(ROOT / GRID)
ROWS = [(group, row) for group, some in GROUPS.items() for row in some]
SWITCHES = (
    "conjecture", "disproofs", "curriculum", "coverage", "ascending", "dpo", "critic", "grpo", "credit", "examples",
)  # fmt: skip


@pytest.mark.parametrize(("group", "row"), ROWS, ids=[f"{group}-{row.name}" for group, row in ROWS])
def test_a_row_is_a_configuration_of_iterate(group: str, row: Row, tmp_path: Path) -> None:
    settings = _settings(tmp_path / "row.json", row)
    assert {key.replace("-", "_") for key in row.options} <= settings.model_fields_set
    plain = _settings(tmp_path / "plain.json", GROUPS[group][0])
    assert (settings == plain) is (row.name == PLAIN), "a method differs from what it is held against"
    assert settings.learner().spec


def test_every_switch_has_a_row_and_there_are_at_most_twelve() -> None:
    assert all(some[0].name == PLAIN for some in GROUPS.values()) and len(ROWS) <= MOST
    said = json.dumps([row.options for _, row in ROWS])
    assert not [switch for switch in SWITCHES if switch not in said]


def test_what_is_run_can_be_chosen(tmp_path: Path) -> None:
    some = rows(ROOT / GRID, groups=["language"], only=["critic"])
    assert {group: [row.name for row in found] for group, found in some.items()} == {"language": [PLAIN, "critic"]}
    with pytest.raises(SystemExit, match="has no group large; there are tiny, language"):
        rows(ROOT / GRID, groups=["large"])
    (tmp_path / "grid.toml").write_text("[tiny.shared]\n[tiny.other]\n")
    with pytest.raises(SystemExit, match="needs a table"):
        rows(tmp_path / "grid.toml")
    (tmp_path / "grid.toml").write_text("[tiny.plain]\n" + "".join(f"[tiny.row{number}]\n" for number in range(MOST)))
    with pytest.raises(SystemExit, match="at most 12 rows"):
        rows(tmp_path / "grid.toml")


def test_the_table_pairs_statements_and_corrects_for_the_number_of_rows() -> None:
    shas = [str(number) for number in range(40)]
    plain = Outcome({sha: int(sha) < 10 for sha in shas}, 1_000, 60.0)
    better = Outcome({sha: int(sha) < 18 for sha in shas}, 2_000, 90.0)
    same = Outcome({sha: int(sha) < 10 for sha in shas}, 1_000, 60.0)
    head, first, second, third = lines({"tiny": {PLAIN: plain, "better": better, "same": same}})
    assert head.split()[0] == "method" and first.split()[:4] == ["tiny", PLAIN, "10", "40"]
    # Eight wins and no loss: 2 / 2^8 by itself, twice that beside another row.
    assert "+8 -0, +20.0 points" in second and "p = 0.016" in second and "2000" in second
    assert "+0 -0, +0.0 points" in third and "p = 1" in third


def test_groups_are_corrected_together() -> None:
    shas = [str(number) for number in range(40)]
    plain = Outcome({sha: int(sha) < 10 for sha in shas}, 1_000, 60.0)
    better = Outcome({sha: int(sha) < 18 for sha in shas}, 2_000, 90.0)
    worse = Outcome({f"other {sha}": int(sha) < 5 for sha in shas}, 1_000, 60.0)
    nothing = Outcome({f"other {sha}": False for sha in shas}, 1_000, 60.0)
    found = list(lines({"tiny": {PLAIN: plain, "better": better}, "language": {PLAIN: worse, "none": nothing}}))
    assert "p = 0.016" in found[2] and found[4].startswith("language none") and "+0 -5" in found[4]


def _settings(path: Path, row: Row) -> IterateSettings:
    path.write_text(json.dumps(row.options), encoding="utf-8")
    return iterate_settings({}, path)


def test_a_row_begins_with_the_answers_of_the_row_before(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with closing(LeanCache(tmp_path / "plain" / ANSWERS)) as known:
        known.put(b"key", {"answer": 1})
        lend(tmp_path / "plain", tmp_path / "second")
    with closing(LeanCache(tmp_path / "second" / ANSWERS)) as lent:
        assert lent.get(b"key") == {"answer": 1}
        lent.put(b"other", 2)
    with closing(LeanCache(tmp_path / "plain" / ANSWERS)) as known:
        known.put(b"late", 3)
    lend(tmp_path / "plain", tmp_path / "second")
    with closing(LeanCache(tmp_path / "second" / ANSWERS)) as lent:
        assert (lent.get(b"other"), lent.get(b"late")) == (2, None), "a run that has begun is left alone"
