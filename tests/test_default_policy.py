"""Which policy is asked when nobody says: by measurement, by what is installed, and with a word where it matters."""

from __future__ import annotations

from pathlib import Path

import pytest

from prover.config import default_policy as defaults
from prover.config.default_policy import MIXED, default_policy
from prover.policies.entry import PolicySpec
from prover.policies.tiny import policy as tiny
from prover.problems.library import record

LIBRARY = "library:Init.Data.Nat.Dvd"


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is better in the library, everything that it needs, and the library."""
    (tmp_path / tiny.CARD).write_text(tiny.Card(name="m", better_in=("library",)).model_dump_json())
    monkeypatch.setattr(tiny, "SHIPPED", tmp_path)
    monkeypatch.setattr(defaults, "find_spec", lambda name: name)
    monkeypatch.setattr(record, "find", lambda: tmp_path)


def test_the_model_where_it_proved_more_and_automation_elsewhere() -> None:
    assert default_policy([LIBRARY])[0].name == "tiny"
    for contexts in ([], ["mathlib"], [LIBRARY, "core"]):
        spec, remark = default_policy(contexts)
        assert (spec.name, remark) == ("automation", "")


def test_certificates_beside_automation_where_the_context_checks_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_policy(["core", "core"]) == (PolicySpec.model_validate(MIXED), "")
    monkeypatch.setattr(defaults, "find_spec", lambda name: None if name == "flint" else name)
    spec, remark = default_policy(["core"])
    assert spec.name == "automation"
    assert "pip install 'proofsmith[certificates]'" in remark


def test_without_pytorch_it_is_automation_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defaults, "find_spec", lambda name: None if name == "torch" else name)
    spec, remark = default_policy([LIBRARY])
    assert spec.name == "automation"
    assert "pip install 'proofsmith[ml]'" in remark


def test_without_the_library_its_lemmas_cannot_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "find", lambda: None)
    spec, remark = default_policy([LIBRARY])
    assert spec.name == "automation"
    assert "prover data get library" in remark
