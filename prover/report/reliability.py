"""How far a critic can be believed, drawn: what it said against what was proved."""

from __future__ import annotations

from prover.report.elements import table
from prover.report.facts import percent
from prover.report.plot import Line, plot
from prover.runs.intervals import wilson
from prover.train.records import Reliability


def reliability(found: Reliability) -> str:
    """Return the reliability diagram of held-out states with its figures."""
    proved = Line("proved", [(some.said, some.proved / some.states) for some in found.bins])
    diagonal = Line("as said", [(0.0, 0.0), (1.0, 1.0)])
    rows = (
        (f"{100 * some.said:.0f} %", f"{some.proved} of {some.states}", percent(wilson(some.proved, some.states)))
        for some in found.bins
    )
    return (
        f"<h4>Chances of {found.states} states of {found.problems} held-out problems</h4>"
        f"{plot([diagonal, proved], 'chance that was said')}"
        f"{table(('said', 'proved', 'share, 95 % interval'), rows, 'groups plain')}"
        f'<p class="soft">{sentence(found)} The map of scores to chances is fitted on the other half of these '
        "problems.</p>"
    )


def sentence(found: Reliability) -> str:
    """Return the figures in words."""
    return (
        f"Of a proved and an unproved state the proved one has the higher score {100 * found.order:.0f} % of the time "
        f"(half would be chance); the mean squared error of the chances is {found.brier:.3f}, and {found.blind:.3f} "
        "for one chance for all."
    )
