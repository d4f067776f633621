"""The critics of a run: how far each can be believed, and what a model proves with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from prover.report.losses import losses
from prover.runs.paired import Comparison, sentence
from prover.train.figures import compared
from prover.train.records import ModelRecord, Role
from prover.train.store import IterateStore
from prover.types import Frozen


class Critic(Frozen):
    """The critic of a round, and what the round's model proves with it, against without it."""

    model: ModelRecord
    against: Comparison

    @property
    def sentence(self) -> str:
        """What the critic changed, in words."""
        first = f"round {self.model.round}"
        spent = [
            f"{ratio.ratio.value:.2f} times ({ratio.ratio.low:.2f} to {ratio.ratio.high:.2f}) on "
            f"{'what both proved' if ratio.over == 'both proved' else 'all'}"
            for ratio in self.against.ratios
            if ratio.unit == "lean_calls"
        ]
        calls = f" Lean calls: {', '.join(spent)}." if spent else ""
        return f"{sentence(self.against, first, f'{first} with its critic')}{calls}"


def critics(store: IterateStore) -> Iterator[Critic]:
    """Yield the critics that were measured, by round."""
    for phase in store.phases():
        model = store.critic(phase.round) if phase.phase == "critic" and phase.finished else None
        if model is not None:
            number = phase.round
            against = compared(store, (number, "evaluate"), (number, "critic"), Role.REPORT)
            yield Critic(model=model, against=against)


def critics_section(found: Sequence[Critic]) -> str:
    """Return the part of the page about critics, empty without any."""
    if not found:
        return ""
    cards = [
        f'<div class="card padded"><h3>{escape(critic.model.name)}</h3><p>{escape(critic.sentence)}</p>'
        f"{losses(critic.model)}</div>"
        for critic in found
    ]
    return f'<h2>Critics</h2><div class="pairs">{"".join(cards)}</div>'
