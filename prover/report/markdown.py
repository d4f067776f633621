"""A run's report for a terminal or a pull request."""

from __future__ import annotations

from prover.bench.summary import Failure, Summary
from prover.report.facts import apart, costs, lost_attempts, percent, setting


def markdown(summary: Summary) -> str:
    """Return the report of a run as Markdown."""
    config = summary.config
    lines = [
        f"# {config.dataset.name}: {summary.proved} of {summary.problems} proved",
        "",
        f"**{percent(summary.share)}**, 95 % interval (Wilson); exact {percent(summary.exact)}; "
        f"bootstrap over problems {percent(summary.resampled)}.",
        f"{config.search.strategy}, policy {config.policy.name}, budget {config.search.budget} a problem.",
        "",
        *(f"> {note}\n" for note in summary.notes),
    ]
    if said := apart(summary):
        lines += [f"Counted apart: {said}.", ""]
    if summary.pass_at_k:
        lines += [
            "| k | pass@k |",
            "|---|---|",
            *(f"| {figure.k} | {percent(figure.share)} |" for figure in summary.pass_at_k),
            "",
        ]
    lines += ["| group | problems | proved | share |", "|---|---|---|---|"]
    lines += [
        f"| {stratum.name} | {stratum.problems} | {stratum.proved} | {percent(stratum.share)} |"
        for stratum in summary.strata
    ]
    lines += ["", "| cost | all attempts | of proofs |", "|---|---|---|"]
    proofs = dict(costs(summary.cost_of_proofs))
    lines += [f"| {name} | {value} | {proofs.get(name, '')} |" for name, value in costs(summary.cost)]
    for title, failures in (
        ("Statements that do not elaborate", summary.statement_failures),
        ("Attempts that broke", summary.infrastructure_failures),
        ("Found, and not accepted by the verifier", summary.unverified),
    ):
        lines += _failures(title, failures)
    if lost := lost_attempts(summary):
        lines += ["", lost]
    lines += ["", "| | |", "|---|---|", *(f"| {name} | {_cell(value)} |" for name, value in setting(summary))]
    return "\n".join(lines) + "\n"


def _failures(title: str, failures: tuple[Failure, ...]) -> list[str]:
    if not failures:
        return []
    rows = [f"- {failure.problem}: {_cell(failure.message.strip().partition(chr(10))[0])}" for failure in failures]
    return ["", f"{title}: {len(failures)}, counted as not proved.", "", *rows]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
