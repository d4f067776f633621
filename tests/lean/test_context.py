"""What of a problem's header reaches Lean: Mathlib's own lines mean nothing in other contexts."""

from __future__ import annotations

import pytest

from prover.lean.context import context
from prover.types import Problem

ABOVE = context("core").header(Problem(name="t", statement="theorem t : True := by", context="core"))


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        ("", ""),
        ("import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 400000\n", ""),
        ("open BigOperators Real Nat Topology Rat", ""),
        ("open BigOperators Real Nat Topology Rat Finset", "open Finset"),
        ("open scoped Real\nopen scoped Topology\nopen scoped Polynomial", "open scoped Real"),
        ("open Topology Filter Set", "open Set"),
        ("open Nat Real", "open Nat Real"),
        ("open scoped Polynomial in", ""),
        ("open Finset in", "open Finset in"),
        ("open Finset hiding range", "open Finset hiding range"),
        ("open Finset (range)", "open Finset (range)"),
        ("def f := 1\n\nopen Topology", "def f := 1"),
    ],
)
def test_only_what_means_something_here_is_kept(header: str, kept: str) -> None:
    problem = Problem(name="t", header=header, statement="theorem t : True := by", context="core")
    assert context("core").header(problem) == "\n".join(part for part in (ABOVE, kept) if part)


def test_lines_keep_their_numbers() -> None:
    problem = Problem(
        name="t",
        header="import Mathlib\nopen Topology\nopen Finset",
        statement="theorem t : True := by",
        context="core",
    )
    core = context("core")
    last = core.header(problem).count("\n") + 1
    assert core.line_of(problem, last) == 3
