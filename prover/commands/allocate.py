"""`prover allocate`: what adaptive compute is worth on a run that is there, and the model for `bench --allocate`."""

from __future__ import annotations

from pathlib import Path

import typer

from prover.errors import UsageError


def run(
    folder: Path = typer.Argument(help="The folder of a finished run of `prover bench`.", metavar="RUN"),
    out: Path | None = typer.Option(
        None, "--out", metavar="FILE", help="Write a model fitted on all of RUN, for `prover bench --allocate FILE`."
    ),
    slice: int = typer.Option(4, "--slice", min=1, max=1000, help="Lean calls between two decisions."),
    swap: bool = typer.Option(False, "--swap", help="Fit on the half that is reported on otherwise."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Print proved against total Lean calls and seconds, allocated by a model and the same for all.

    The model is fitted on one half of the problems and reported on the other; the halves are by the first bit of
    sha256 of the name. The recorded calls are replayed: no Lean is asked, and nothing can be proved that the run did
    not prove. The model that --out writes is fitted on both halves.

    \b
    Examples:
      prover allocate runs/valid
      prover allocate runs/valid --out runs/allocation.json
      prover bench minif2f/valid --out runs/next --budget lean_calls=50 --allocate runs/allocation.json
    """
    from prover.allocate.model import fit
    from prover.allocate.replay import evaluate
    from prover.allocate.trace import traces
    from prover.bench.folder import read_run
    from prover.lines import write_whole

    run = read_run(folder)
    if out is not None and out.is_dir():
        raise UsageError(f"--out {out} is a folder: name a file")
    known = traces(run)
    found = evaluate(known, str(folder), slice, int(swap))
    if out is not None:
        write_whole(out, f"{fit(known, slice, str(folder)).model_dump_json(indent=1)}\n".encode())
    if as_json:
        print(found.model_dump_json())
        return 0
    print(
        f"fitted on {found.fitted_on} problems ({found.fitted_proofs} proved), reported on the other {found.problems} "
        f"({found.proofs} proved), in slices of {found.slice} Lean calls"
    )
    for unit in found.units:
        print(f"\n{unit.unit.replace('_', ' ')}: {unit.whole:,.0f} in all")
        print(f"{'share spent':>12} {'the same for all':>18} {'allocated':>10}")
        for point in unit.points:
            print(f"{point.share:>12.0%} {point.uniform:>18} {point.allocated:>10}")
        area = unit.area
        print(
            f"90 % of the proofs after {unit.uniform_90:,.0f} and {unit.allocated_90:,.0f}; mean share proved over all "
            f"totals {100 * unit.uniform_area:.1f} % and {100 * unit.allocated_area:.1f} %, a difference of "
            f"{100 * area.value:+.1f} points (95 % interval {100 * area.low:+.1f} to {100 * area.high:+.1f})"
        )
    return 0
