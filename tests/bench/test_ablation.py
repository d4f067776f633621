"""The table of `make bench-ablation`, and the policies without a source that it confirms with."""

from __future__ import annotations

import pytest

from prover.config import PolicySpec, make_policy
from prover.lean.goals import parse_goal
from prover.policies.certificates.finders import FINDERS
from prover.policies.certificates.policy import CertificatePolicy
from prover.policies.protocol import ProblemPolicy
from prover.policies.templates.automation import AutomationPolicy
from prover.policies.templates.templates import TEMPLATES
from prover.types import Problem, ProofState
from tests.benchmarks.ablation import Asked, Audited, table, tallies, without
from tests.benchmarks.strength import SETS


def asked(source: str, proved: bool, failed: int = 0, tried: int = 1) -> Asked:
    return Asked(source=source, tried=tried, proved=proved, failed=failed, seconds=0.5)


ROWS = [
    Audited(set="amc", name="a", sources=(asked("template omega", True), asked("finder natural", True))),
    Audited(set="amc", name="b", sources=(asked("template omega", False, 1), asked("finder natural", True))),
    Audited(set="induction", name="c", sources=(asked("template omega", False, 1), asked("finder natural", False, 2))),
    Audited(set="induction", name="d", sources=(asked("template omega", True), asked("finder lists", False, tried=0))),
    Audited(set="amc", name="e", sources=()),
]


def test_what_a_source_adds() -> None:
    found = tallies(ROWS)
    assert list(found) == ["finder natural", "template omega"], "what proposes nothing has no row"
    natural, omega = found["finder natural"], found["template omega"]
    assert dict(natural.proves) == {"amc": ["a", "b"]} and dict(natural.alone) == {"amc": ["b"]}
    assert (natural.asked, natural.failed, natural.seconds) == (3, 2, 1.5)
    assert dict(omega.alone) == {"induction": ["d"]} and omega.failed == 2
    sets = [each for each in SETS if each.name in ("amc", "induction")]
    head, numbers, second, first = table(ROWS, sets)
    assert head.split()[:4] == ["source", "proposes", "proves", "alone"]
    assert numbers.split() == ["statements", "5", "3", "2"]
    assert first.split()[:9] == ["template", "omega", "4", "2", "1", "1", "(0)", "1", "(1)"]
    assert first.endswith("alone in induction") and second.endswith("alone in amc")


STATE = ProofState("p", (parse_goal("n : ℕ\nh : 2 < n\n⊢ 1 < n", 1),), ())


def proposals(policy: ProblemPolicy) -> set[str]:
    problem = Problem(name="p", statement="theorem p (n : ℕ) (h : 2 < n) : 1 < n := by")
    return {each.action for each in policy.prepare(problem, 0).policy.suggest([STATE], 1000)[0].suggestions}


def test_a_template_can_be_left_out() -> None:
    whole, less = AutomationPolicy(), make_policy(PolicySpec.model_validate("automation?without=omega"))
    assert isinstance(less, AutomationPolicy) and less.name == "automation?without=omega"
    assert proposals(whole) - proposals(less) == {"omega"} and proposals(less)


def test_a_finder_can_be_left_out() -> None:
    pytest.importorskip("flint", reason="needs the extra certificates")
    found = {}
    for given in ("", "&without=natural"):
        policy = make_policy(PolicySpec.model_validate(f"certificates?effort=0{given}"))
        assert isinstance(policy, CertificatePolicy)
        try:
            found[given] = proposals(policy)
        finally:
            policy.close()
    assert found[""] and found[""] != found["&without=natural"]


@pytest.mark.parametrize("policy", ["automation?without=omga", "certificates?without=naturl"])
def test_what_is_not_there_cannot_be_left_out(policy: str) -> None:
    with pytest.raises(
        ValueError, match=r"there is no (template 'omga'; did you mean omega|finder 'naturl'; did you mean n)"
    ):
        PolicySpec.model_validate(policy)


@pytest.mark.parametrize(
    "source", [*(f"template {name}" for name in TEMPLATES), *(f"finder {name}" for name in FINDERS)]
)
def test_what_is_confirmed_is_the_default_policy_less_a_source(source: str) -> None:
    spec = PolicySpec.model_validate(without(source))
    assert source.split()[1] in str(spec)
