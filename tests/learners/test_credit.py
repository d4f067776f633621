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


def judged(text: str, words: Sequence[str], worth: Sequence[float]) -> list[Span]:
    """Return the spans of the tactics that begin with these words, as far as their worth is given."""
    starts = [text.index(word) for word in words]
    before = [text[starts[0] : start].strip() for start in starts]
    places = zip(starts, [*starts[1:], len(text) + 1], worth, before, strict=False)
    return [Span(start, end, value, state) for start, end, value, state in places]


WORDS = ("intro", "constructor", "· simp", "· exact", "rfl")


def test_a_tactic_goes_as_far_as_the_next_one() -> None:
    found = spans(PROOF, tokens(PROOF), PROOF, 6, decode)
    assert found == judged(PROOF, WORDS, [CARRIED] * 5)


def test_what_stands_behind_the_first_refused_tactic_is_not_judged() -> None:
    for carried, known in ((2, 2), (4, 3), (0, 0), (5, 4)):
        found = spans(PROOF, tokens(PROOF), PROOF, carried, decode)
        assert found == judged(PROOF, WORDS, [CARRIED] * known + [REFUSED])


def test_the_answer_may_stand_in_other_text_and_at_another_depth() -> None:
    text = f"Here it is:\n```lean\n  {PROOF.replace(chr(10), f'{chr(10)}  ')}\n```"
    found = spans(text, tokens(text), PROOF, 1, decode)
    assert found == judged(text, ("intro", "constructor", "· simp"), [CARRIED, REFUSED])
    assert spans("intro y", tokens("intro y"), PROOF, 1, decode) is None


def test_tokens_may_be_of_any_length() -> None:
    words = ["in", "tro x\ncons", "tructor\n", "simp"]
    block = "intro x\nconstructor\nsimp"
    found = spans("".join(words), range(4), block, 2, lambda ids: "".join(words[one] for one in ids))
    assert found == [
        Span(0, 1, CARRIED),
        Span(1, 3, CARRIED, "intro x"),
        Span(3, 4, REFUSED, "intro x\nconstructor"),
    ]


def test_advantages_are_spread_over_the_tokens_of_a_group() -> None:
    answers = [
        [Span(0, 2, CARRIED), Span(2, 4, CARRIED, "a")],
        [Span(0, 1, CARRIED), Span(1, 3, REFUSED, "a")],
        None,
        [Span(0, 4, REFUSED)],
    ]
    rows = spread([0.5, -0.5, -0.5, 0.0], answers, 4, 2, 0.5)
    assert rows[0] == [0.5, 0.5, 1.0, 1.0], "both began alike, which is worth nothing; then one was right"
    assert rows[1] == [-0.5, -1.0, -1.0, 0.0], "the last token was written for nothing"
    assert rows[2] == [-0.5] * 4
    assert rows[3] == [0.0] * 4, "alone in its group, it is no better and no worse than the mean"


def test_only_tactics_at_the_same_state_are_compared() -> None:
    answers = [[Span(0, 1, CARRIED), Span(1, 2, worth, state)] for worth, state in ((CARRIED, "a"), (REFUSED, "b"))]
    assert spread([0.0, 0.0], answers, 2, 2, 1.0) == [[0.0, 0.0], [0.0, 0.0]]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.floats(-1, 1)), min_size=4, max_size=4),
    st.floats(0, 1),
)
def test_credit_takes_from_a_group_what_it_gives_to_it(answers: list[tuple[int, bool, float]], weight: float) -> None:
    """Tactics of one token each; the states are told apart by their depth."""
    given = [
        [Span(at, at + 1, CARRIED if at < count else REFUSED, f"{at}") for at in range(count + refused)]
        for count, refused, _ in answers
    ]
    advantages = [advantage for *_, advantage in answers]
    rows = spread(advantages, given, 7, 4, weight)
    learnt = [advantage * (len(one) or 7) for advantage, one in zip(advantages, given, strict=True)]
    assert sum(map(sum, rows)) == pytest.approx(sum(learnt), abs=1e-9)


def test_groups_are_apart() -> None:
    good, bad = [Span(0, 1, CARRIED)], [Span(0, 1, REFUSED)]
    alone = spread([0.0, 0.0], [good, bad], 1, 2, 1.0)
    both = spread([0.0] * 4, [good, bad, good, None], 1, 2, 1.0)
    assert alone == [[1.0], [-1.0]] and both[:2] == alone and both[2:] == [[0.0], [0.0]]
