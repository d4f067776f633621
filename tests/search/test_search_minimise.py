"""Minimisation: smaller, accepted, within its calls."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Budget, Proof, replays
from search.minimise import minimise_proof, minimise_steps
from tests.search.search_cases import CASES, EVERYTHING, Match, matches

scripts = st.lists(st.sampled_from(["a", "bb", "ccc", "a [x, y]"]), min_size=1, max_size=9).map(tuple)


def cut(action: str) -> list[str]:
    """Shorten an action by dropping its last word, or all but the first."""
    words = action.split()
    return [" ".join(words[:size]) for size in range(1, len(words))]


@given(script=scripts, data=st.data(), most=st.integers(1, 60))
@settings(deadline=None)
def test_steps_are_accepted_and_never_more(script: tuple[str, ...], data: st.DataObject, most: int) -> None:
    """With a predicate that accepts at random, though always alike."""
    verdicts: dict[tuple[str, ...], bool] = {script: True}
    asked: list[tuple[str, ...]] = []

    def accepts(proposal: tuple[str, ...]) -> bool:
        asked.append(proposal)
        if proposal not in verdicts:
            verdicts[proposal] = data.draw(st.booleans())
        return verdicts[proposal]

    result = minimise_steps(script, accepts, candidates=["auto", "z"], shorten=cut, most_calls=most)
    assert verdicts[result.proof]
    assert result.proof in asked
    assert len(asked) == len(set(asked)) == result.calls <= most
    assert (len(result.proof), sum(map(len, result.proof))) <= (len(script), sum(map(len, script)) + 4)
    assert len(result.proof) < len(script) or sum(map(len, result.proof)) <= sum(map(len, script))


@given(script=scripts, needed=st.sets(st.integers(0, 8)))
@settings(deadline=None)
def test_only_what_is_needed_is_left(script: tuple[str, ...], needed: set[int]) -> None:
    """When a script holds if it keeps certain steps in order, just these are left."""
    core = tuple(step for place, step in enumerate(script) if place in needed)

    def accepts(proposal: tuple[str, ...]) -> bool:
        rest = iter(proposal)
        return all(step in rest for step in core)

    result = minimise_steps(script, accepts, most_calls=EVERYTHING)
    assert result.finished
    # Without anything that is needed the search for less ends at one step: no script is empty.
    assert result.proof == core or (core == () and len(result.proof) == 1)


def test_one_candidate_takes_the_place_of_as_many_steps_as_possible() -> None:
    def accepts(proposal: tuple[str, ...]) -> bool:
        return proposal in {("a", "b", "c", "d"), ("a", "b", "auto"), ("a", "auto"), ("a", "b", "c", "auto")}

    result = minimise_steps("abcd", accepts, candidates=["auto"])
    assert result.proof == ("a", "auto")
    # The script itself, "auto", "a auto"; then "a" of what is left.
    assert (result.calls, result.finished) == (4, True)
    assert minimise_steps("abcd", lambda _: True, candidates=["auto"]).proof == ("auto",)


def test_another_last_step_must_be_shorter() -> None:
    result = minimise_steps(["simp [x]"], lambda proposal: bool(proposal), candidates=["aesop", "nlinarith"])
    assert result.proof == ("aesop",)
    assert minimise_steps(["ring"], lambda proposal: bool(proposal), candidates=["aesop"]).proof == ("ring",)


def test_actions_are_shortened() -> None:
    result = minimise_steps(["simp [x, y]"], lambda proposal: bool(proposal), shorten=cut)
    assert result.proof == ("simp",)
    result = minimise_steps(["simp"], lambda proposal: bool(proposal), shorten=lambda action: [action + " longer"])
    assert result.proof == ("simp",)


def test_what_is_not_accepted_is_refused() -> None:
    with pytest.raises(ValueError, match="not accepted"):
        minimise_steps(["a"], lambda _: False)
    with pytest.raises(ValueError, match="not accepted"):
        minimise_proof(Proof("s", "a"), lambda _: False)
    with pytest.raises(ValueError, match="most_calls"):
        minimise_steps(["a"], lambda _: True, most_calls=0)


def test_out_of_calls() -> None:
    result = minimise_steps("abcd", lambda proposal: len(proposal) == 4, most_calls=3)
    assert (result.proof, result.calls, result.finished) == (tuple("abcd"), 3, False)


TREE = Proof("0", "split", (Proof("1", "intro", (Proof("2", "simp [a, b]"),)), Proof("3", "skip", (Proof("3", "x"),))))


def test_a_subtree_is_replaced_by_one_candidate() -> None:
    def accepts(proposal: Proof[str]) -> bool:
        return proposal.action == "split"

    result = minimise_proof(TREE, accepts, candidates=["auto"])
    assert result.proof == Proof("0", "split", (Proof("1", "auto"), Proof("3", "auto")))
    assert minimise_proof(TREE, lambda _: True, candidates=["auto"]).proof == Proof("0", "auto")


def test_a_step_is_left_out() -> None:
    def accepts(proposal: Proof[str]) -> bool:
        return "split" in proposal.actions() and "intro" in proposal.actions() and "simp" in str(proposal)

    result = minimise_proof(TREE, accepts, shorten=cut)
    left = Proof("1", "intro", (Proof("2", "simp"),))
    assert result.proof == Proof("0", "split", (left, Proof("3", "x")))


@given(match=matches(), most=st.integers(1, 40))
@settings(deadline=None)
def test_a_minimised_proof_replays(match: Match, most: int) -> None:
    """Real proofs of random games, shrunk against the game itself: still proofs, and not longer."""
    found = CASES["best-of-n"](match.root, match.game(), match.policy(), Budget(steps=200)).proof
    if found is None:
        return
    result = minimise_proof(
        found, lambda proof: replays(proof, match.game()), candidates=["a0", "a1", "a2"], most_calls=most
    )
    assert replays(result.proof, match.game())
    assert result.proof.state == found.state
    assert len(list(result.proof.actions())) <= len(list(found.actions()))
    assert result.calls <= most
