"""The policies `certificates` and `mix`: finders in processes that can hang, crash and be killed; sources merged."""

from __future__ import annotations

import math
import os
import sys
import time
from pathlib import Path

import psutil
import pytest

pytest.importorskip("flint", reason="needs python-flint: pip install -e '.[certificates]'")
pytest.importorskip("scipy", reason="needs scipy: pip install -e '.[certificates]'")

from prover.errors import UsageError
from prover.helpers import Helpers
from prover.policies.certificates.policy import CertificatePolicy, CertificateSettings
from prover.policies.entry import PolicySpec
from prover.policies.hybrid import mixed, parts, weight
from search.types import Cost, Proposals, Suggestion
from tests.policies.certificates.stated import goal

SQUARE = goal("0 ≤ x ^ 2", "x : ℝ")
FINDERS = "prover.policies.certificates.worker"


def test_a_certificate_is_proposed_as_people_write_it_first() -> None:
    policy = CertificatePolicy(CertificateSettings(effort=0))
    policy.load()
    try:
        found = policy.propose(SQUARE, 5)
        again = policy.propose(SQUARE, 5)
    finally:
        policy.close()
    # As `nlinarith` with its facts, and as the exact certificate where that does not find it again.
    assert [suggestion.log_prob for suggestion in found.suggestions] == [math.log(0.8), math.log(0.4)]
    assert found.suggestions == again.suggestions
    assert found.cost.policy_seconds > 0


@pytest.mark.parametrize(
    "body",
    [
        "import time\ntime.sleep(600)",
        "import os\nos._exit(3)",
        "data = []\nwhile True: data.append(bytearray(2**24))",
        "print('not json', flush=True)\nimport time\ntime.sleep(600)",
    ],
)
def test_a_finder_that_fails_costs_its_goal_only(body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Helpers(FINDERS, 1_000)
    request = {"goal": SQUARE.text, "effort": 0}
    child = tmp_path / "child.py"
    limited = "from prover.helpers import limit_memory\nimport sys\nlimit_memory(600)\nsys.stdin.readline()\n"
    child.write_text(limited + body, encoding="utf-8")
    monkeypatch.setattr(pool, "_command", lambda: [sys.executable, str(child)])
    try:
        assert pool.ask(request, 5.0) is None
        assert pool._idle == [] and pool._busy == set()
        monkeypatch.undo()
        assert {finder for finder, _ in pool.ask(request, 60.0)} == {"inequality"}
    finally:
        pool.close()


def test_closing_ends_the_processes() -> None:
    pool = Helpers(FINDERS, 3_000)
    pool.start()
    (process,) = pool._idle
    assert psutil.pid_exists(process.pid)
    pool.close()
    assert process.poll() is not None


def test_a_process_ends_with_its_parent() -> None:
    pool = Helpers(FINDERS, 3_000)
    pool.start()
    (process,) = pool._idle
    assert process.stdin is not None
    process.stdin.close()  # what happens when the parent dies
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.poll() == 0
    pool.close()


def test_settings_are_checked() -> None:
    assert str(PolicySpec.model_validate("certificates?effort=1")) == "certificates?effort=1"
    with pytest.raises(ValueError, match="effort"):
        PolicySpec.model_validate("certificates?effort=9")
    with pytest.raises(ValueError, match="no setting"):
        PolicySpec.model_validate("certificates?efort=1")


def test_sources_are_merged_by_weight() -> None:
    a = Proposals((Suggestion("simp", math.log(0.5)), Suggestion("omega", math.log(0.5))), Cost(policy_seconds=1.0))
    b = Proposals((Suggestion("omega", math.log(1.0)),), Cost(policy_seconds=2.0))
    found = mixed([(1.0, a), (3.0, b)], 5)
    assert [(suggestion.action, round(math.exp(suggestion.log_prob), 3)) for suggestion in found.suggestions] == [
        ("omega", 0.875),
        ("simp", 0.125),
    ]
    assert found.cost.policy_seconds == 3.0
    alone = mixed([(1.0, a), (3.0, Proposals(()))], 1)
    assert [round(math.exp(suggestion.log_prob), 3) for suggestion in alone.suggestions] == [0.5]


def test_a_mixture_names_its_sources() -> None:
    written = "automation+certificates(effort=1,seconds=20)"
    assert parts(written) == ["automation", "certificates?effort=1&seconds=20"]
    assert str(PolicySpec.model_validate(f"mix:{written}")) == f"mix:{written}"
    for target in ("automation", "automation+", "mix:automation+certificates+automation"):
        with pytest.raises(UsageError):
            parts(target)
    assert weight("certificates", "le") > weight("certificates", "forall") > weight("automation", "le")
    spec = PolicySpec.model_validate("mix:automation+certificates")
    assert spec.deterministic and len(spec.sha256) == 64


def test_the_child_leaves_the_environment_alone() -> None:
    before = dict(os.environ)
    pool = Helpers(FINDERS, 3_000)
    pool.start()
    pool.close()
    assert dict(os.environ) == before
