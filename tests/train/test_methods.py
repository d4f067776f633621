"""The comparison of methods: its rows are runs that the command takes, and its table says what they came to."""

from __future__ import annotations

import tomllib
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (the extra ml): a learner cannot be made")
pytest.importorskip("transformers", reason="transformers is not installed (the extra ml): a learner cannot be made")

from prover.iterate.settings import iterate_settings
from prover.lean.cache import LeanCache
from tests.benchmarks.methods import ANSWERS, GRID, MOST, PLAIN, Outcome, lend, lines, options

TABLES = tomllib.loads((Path(__file__).parents[2] / GRID).read_text(encoding="utf-8"))
ROWS = [name for name in TABLES if name != "shared"]


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_a_configuration_of_iterate(name: str, tmp_path: Path) -> None:
    config = tmp_path / f"{name}.toml"
    config.write_text(options(TABLES["shared"] | TABLES[name]), encoding="utf-8")
    settings = iterate_settings({}, config)
    given = {key.replace("-", "_") for key in TABLES["shared"] | TABLES[name]}
    assert given <= settings.model_fields_set
    plain = iterate_settings({}, _written(tmp_path / "plain.toml", TABLES["shared"] | TABLES[PLAIN]))
    assert (settings == plain) is (name == PLAIN), "a method differs from what it is held against"
    assert settings.learner().spec


def test_there_are_at_most_twelve_rows() -> None:
    assert PLAIN in ROWS and len(ROWS) <= MOST


def test_the_table_pairs_statements_and_corrects_for_the_number_of_rows() -> None:
    shas = [str(number) for number in range(40)]
    plain = Outcome({sha: int(sha) < 10 for sha in shas}, 1_000, 60.0)
    better = Outcome({sha: int(sha) < 18 for sha in shas}, 2_000, 90.0)
    same = Outcome({sha: int(sha) < 10 for sha in shas}, 1_000, 60.0)
    head, first, second, third = lines({PLAIN: plain, "better": better, "same": same})
    assert head.split()[0] == "method" and first.split()[:3] == [PLAIN, "10", "40"]
    # Eight wins and no loss: 2 / 2^8 by itself, twice that beside another row.
    assert "+8 -0, +20.0 points" in second and "p = 0.016" in second and "2000" in second
    assert "+0 -0, +0.0 points" in third and "p = 1" in third


def _written(path: Path, table: dict[str, object]) -> Path:
    path.write_text(options(table), encoding="utf-8")
    return path


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
