"""What a report in `core` says of candidates that use tactics which `core` only imitates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from prover.bench.folder import Run
from prover.bench.imitations import unsupported_candidates
from search.export import GraphDocument
from tests.bench.test_bench_summary import made


class WithTrees(Run):
    """A run in which every search tried three candidates on the statement."""

    def tree(self, problem: str, seed: int) -> GraphDocument:
        actions = ["intro x\nfield_simp\nnorm_num", "linarith", "omega"]
        edges = [{"source": 0, "action": action, "outcome": "rejected"} for action in actions]
        return {"format": "proofsmith-search/1", "nodes": [], "edges": edges}  # type: ignore[typeddict-item]


def with_trees(run: Run) -> Run:
    return WithTrees(run.path, run.config, run.asked, run.attempts, run.segments, run.lost)


def test_of_a_model_it_is_said(tmp_path: Path) -> None:
    run = with_trees(made(tmp_path, {"toy_1"}, policy="hf:some/model?recipe=chat"))
    said = unsupported_candidates(run)
    assert said is not None and said.startswith("Unsupported: 19 of the 19 attempts without a proof")
    assert "`field_simp`" in said and "`norm_num`" in said and "linarith" not in said and "omega" not in said
    config = run.config.model_copy(update={"lean": run.config.lean.model_copy(update={"context": "mathlib"})})
    assert unsupported_candidates(replace(run, config=config)) is None


def test_of_templates_nothing_is_said(tmp_path: Path) -> None:
    assert unsupported_candidates(with_trees(made(tmp_path, {"toy_1"}))) is None
