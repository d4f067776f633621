"""Credit for each tactic of an answer: found in its tokens, centred on its group, nothing behind the first error."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.learners.credit import CARRIED, REFUSED, Span, spans, spread

PROOF = "intro x\nconstructor\n· simp\n  omega\n· exact h\nrfl"


def decode(ids: Sequence[int]) -> str:
    """Characters as tokens; 0 is the end of text."""
    return "".join(chr(one) for one in ids if one)


def tokens(text: str) -> list[int]:
    return [*map(ord, text), 0]


def bounds(text: str, *words: str) -> list[tuple[int, int]]:
    starts = [text.index(word) for word in words]
    return list(zip(starts, [*starts[1:], len(text) + 1], strict=True))


def test_a_tactic_goes_as_far_as_the_next_one() -> None:
    found = spans(PROOF, tokens(PROOF), PROOF, 6, decode)
    places = bounds(PROOF, "intro", "constructor", "· simp", "· exact", "rfl")
    assert found == [Span(start, end, CARRIED) for start, end in places]


def test_what_stands_behind_the_first_refused_tactic_is_not_judged() -> None:
    first, second, third, last, _ = bounds(PROOF, "intro", "constructor", "· simp", "· exact", "rfl")
    found = spans(PROOF, tokens(PROOF), PROOF, 2, decode)
    assert found == [Span(*first, CARRIED), Span(*second, CARRIED), Span(*third, REFUSED)]
    found = spans(PROOF, tokens(PROOF), PROOF, 4, decode)
    assert found is not None and found[-1] == Span(*last, REFUSED) and len(found) == 4
    found = spans(PROOF, tokens(PROOF), PROOF, 0, decode)
    assert found == [Span(*first, REFUSED)]


def test_the_answer_may_stand_in_other_text_and_at_another_depth() -> None:
    text = f"Here it is:\n```lean\n  {PROOF.replace(chr(10), f'{chr(10)}  ')}\n```"
    first, second, _ = bounds(text, "intro", "constructor", "· simp")
    assert spans(text, tokens(text), PROOF, 1, decode) == [Span(*first, CARRIED), Span(*second, REFUSED)]
    assert spans("intro y", tokens("intro y"), PROOF, 1, decode) is None


def test_tokens_may_be_of_any_length() -> None:
    words = ["in", "tro x\ncons", "tructor\n", "simp"]
    block = "intro x\nconstructor\nsimp"
    found = spans("".join(words), range(4), block, 2, lambda ids: "".join(words[one] for one in ids))
    assert found == [Span(0, 1, CARRIED), Span(1, 3, CARRIED), Span(3, 4, REFUSED)]


def test_advantages_are_spread_over_the_tokens_of_a_group() -> None:
    judged = [
        [Span(0, 2, CARRIED), Span(2, 4, CARRIED)],
        [Span(0, 1, CARRIED), Span(1, 3, REFUSED)],
        None,
        [Span(0, 4, REFUSED)],
    ]
    rows = spread([0.5, -0.5, -0.5, 0.0], judged, 4, 2, 0.5)
    assert rows[0] == pytest.approx([0.75] * 4), "the mean of the first two is a half"
    assert rows[1] == pytest.approx([-0.25, -1.25, -1.25, 0.0]), "the last token was written for nothing"
    assert rows[2] == [-0.5] * 4
    assert rows[3] == [0.0] * 4, "alone in its group, it is no better and no worse than the mean"


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.floats(-1, 1)), min_size=4, max_size=4),
    st.floats(0, 1),
)
def test_credit_takes_from_a_group_what_it_gives_to_it(answers: list[tuple[int, bool, float]], weight: float) -> None:
    """Tactics of one token each."""
    judged = [
        [Span(at, at + 1, CARRIED) for at in range(count)] + [Span(count, count + 1, REFUSED)] * refused
        for count, refused, _ in answers
    ]
    advantages = [advantage for *_, advantage in answers]
    rows = spread(advantages, judged, 7, 4, weight)
    learnt = [advantage * (len(one) or 7) for advantage, one in zip(advantages, judged, strict=True)]
    assert sum(map(sum, rows)) == pytest.approx(sum(learnt), abs=1e-9)


def test_groups_are_apart() -> None:
    good, bad = [Span(0, 1, CARRIED)], [Span(0, 1, REFUSED)]
    alone = spread([0.0, 0.0], [good, bad], 1, 2, 1.0)
    both = spread([0.0] * 4, [good, bad, good, None], 1, 2, 1.0)
    assert alone == [[1.0], [-1.0]] and both[:2] == alone and both[2:] == [[0.0], [0.0]]
