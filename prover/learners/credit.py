"""Credit for each tactic of an answer: which Lean carried out, and which it refused first.

After 2606.20068 (process-verified reinforcement learning), with our own constants. A tactic that was carried out is
worth 1, the first one that was refused -1; what stands behind it was written for a state that does not exist, and is
not learnt from. A tactic's worth, less the mean over the tactics of its group at the same state, is added to the
advantage of its tokens. So a proof that fails late is told what was right about it, and a group that fails as a whole
still moves something; but a tactic that can always be carried out gains nothing by that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

CARRIED, REFUSED = 1.0, -1.0

Decode = Callable[[Sequence[int]], str]


class Span(NamedTuple):
    """The tokens of a judged tactic, `end` not included, what it is worth, and the tactics that led to its state."""

    start: int
    end: int
    worth: float
    before: str = ""


def spans(text: str, ids: Sequence[int], block: str, carried: int, decode: Decode) -> list[Span] | None:
    """Return the judged tactics of an answer, of whose block `carried` lines were carried out.

    `text` is what `decode` makes of `ids`. None where the lines of the block cannot be found in the text, because the
    recipe rewrote it.
    """
    lines = block.split("\n")
    places = _places(text, lines)
    if places is None:
        return None
    written = [(number, len(line) - len(line.lstrip())) for number, line in enumerate(lines) if line.strip()]
    tactics = [number for number, depth in written if depth <= written[0][1]]
    ends = [len(decode(ids[: count + 1])) for count in range(len(ids))]
    starts = [_token(ends, places[number]) for number in tactics]
    done = sum(number < carried for number in tactics)
    bounds = zip(starts, [*starts[1:], len(ids)], strict=True)
    before = ["\n".join(lines[:number]).strip() for number in tactics]
    judged = zip(bounds, before, [CARRIED] * done + [REFUSED] * (done < len(tactics)), strict=False)
    return [Span(start, end, worth, state) for (start, end), state, worth in judged]


def spread(
    advantages: Sequence[float], judged: Sequence[Sequence[Span] | None], width: int, group: int, weight: float
) -> list[list[float]]:
    """Return the advantage of every token, `width` a row, of answers whose groups stand together.

    An answer that was not judged tactic by tactic keeps its advantage in all its tokens.
    """
    rows: list[list[float]] = []
    for at in range(0, len(advantages), group):
        some = judged[at : at + group]
        worth: dict[str, list[float]] = {}
        for span in (span for one in some for span in one or ()):
            worth.setdefault(span.before, []).append(span.worth)
        mean = {state: sum(known) / len(known) for state, known in worth.items()}
        for advantage, one in zip(advantages[at : at + group], some, strict=True):
            row = [advantage] * width
            for span in one or ():
                credited = advantage + weight * (span.worth - mean[span.before])
                row[span.start : span.end] = [credited] * (span.end - span.start)
            if one:
                row[one[-1].end :] = [0.0] * (width - one[-1].end)
            rows.append(row)
    return rows


def _places(text: str, lines: Sequence[str]) -> list[int] | None:
    """Return where the words of each line begin in the text, line after line."""
    places, cursor = list[int](), 0
    for line in lines:
        found = text.find(line.strip(), cursor)
        if found < 0:
            return None
        places.append(found)
        cursor = found + len(line.strip())
    return places


def _token(ends: Sequence[int], place: int) -> int:
    """Return the token that writes the character at a place; `ends` says how long the text is after each."""
    return next((number for number, end in enumerate(ends) if end > place), len(ends) - 1)
