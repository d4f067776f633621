"""`prover sample`: have a language model write whole proofs of a dataset, to be judged later."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typer

from prover.errors import UsageError


def run(
    dataset: str = typer.Argument(
        help="A dataset (`minif2f/valid`), a .jsonl or .lean file, or a folder of .lean files.", show_default=False
    ),
    policy: str = typer.Option(..., "--policy", metavar="SPEC", help="The model: hf:PATH_OR_ID, vllm:… or openai:…."),
    out: Path = typer.Option(..., "--out", help="The file of the samples (SQLite); what it holds is not asked again."),
    samples: int = typer.Option(8, "--samples", min=1, help="Whole proofs of each problem."),
    split: str | None = typer.Option(None, "--split", help="The split, where DATASET names none."),
    match: str | None = typer.Option(None, "--match", metavar="PATTERN", help="Only problems whose name has a match."),
    limit: int | None = typer.Option(None, "--limit", min=1, help="Only the first so many problems."),
    together: int = typer.Option(64, "--together", min=1, help="Problems that the model is asked about at once."),
    seed: int = typer.Option(0, "--seed", min=0, help="Seed of the samples."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Write whole proofs with a model; no Lean is needed. Started again, it resumes.

    Text, tokens, log-probability and temperature of every sample are kept. `prover bench` judges them.

    \\b
    Examples:
      prover sample minif2f/valid --policy 'hf:runs/lm/models/round-1?recipe=proof' --samples 32 --out runs/s.sqlite
      prover bench minif2f/valid --policy samples:runs/s.sqlite --samples 32 --out runs/judged
    """
    from prover.bench.choose import choose
    from prover.config import PolicySpec, make_policy
    from prover.policies.models.model import ModelPolicy
    from prover.policies.models.sampled import sample_all
    from prover.problems.target import find_dataset

    try:
        spec = PolicySpec.model_validate(policy)
    except ValueError as error:
        said = str(error).split("Value error, ")[-1].split(" [type=")[0]
        raise UsageError(f"--policy: {said}") from error
    made = make_policy(spec)
    if not isinstance(made, ModelPolicy):
        raise UsageError(f"--policy {policy}: only a language model writes whole proofs; name hf:, vllm: or openai:")
    chosen, _ = choose(find_dataset(dataset, split), match, limit)

    def watch(done: int, all: int) -> None:
        print(f"  {done} of {all} problems sampled", file=sys.stderr, flush=True)

    try:
        new = sample_all(chosen.problems, made, samples, seed, out, together, watch)
    finally:
        made.close()
    facts = {"file": str(out), "problems": len(chosen.problems), "samples": samples, "new": new}
    print(json.dumps(facts) if as_json else f"{out}: {samples} samples of {len(chosen.problems)} problems, {new} new")
    return 0
