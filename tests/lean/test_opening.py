"""A statement opens as Lean's elaborator opens it, with all that it makes; what cannot be opened says why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prover.errors import StatementError
from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.session import Limits
from prover.types import Problem, ProofState
from search.types import Advanced, Rejected, RejectionKind, Solved

TUPLES = "theorem t (l : List (Nat × Nat)) : (l.map fun (a, b) => (b, a)).length = l.length := by"
MATCH = "theorem t (n : Nat) (h : match n with | 0 => True | k+1 => k = 5) : n ≤ 6 := by"
INDEX = "theorem t (l : List Nat) (h : 1 < l.length) : l[1]'(by omega) = l[1] := by"


@pytest.fixture(scope="module")
def session(lean: Installation) -> Iterator[EmbeddedSession]:
    opened = EmbeddedSession(lean, context("core"), Limits(heartbeats=20_000, wall_seconds=120))
    yield opened
    opened.close()


def opened(session: EmbeddedSession, statement: str, header: str = "") -> ProofState:
    return session.start(Problem(name="t", statement=statement, header=header))


@pytest.mark.parametrize(
    ("statement", "names", "target"),
    [
        ("theorem t (f : Nat → Nat) (h : ∀ n : Nat, f n = n) : f 1 = 1 := by", "f h", "f 1 = 1"),
        ("theorem t (f : ℕ → ℕ) (h : f = fun x : ℕ => x) : ∀ y : ℕ, f y = y := by", "f h", "∀ (y : ℕ), f y = y"),
        ("theorem t (n : ℕ) (h : let y : ℕ := n; y = 1) : n = 1 := by", "n h", "n = 1"),
        ("theorem t (n : ℕ) (h : have y : ℕ := n; y = 1) : n = 1 := by", "n h", "n = 1"),
        ("theorem t (h : ∑ i ∈ Finset.range 3, (i : ℕ) = 3) : (1 : ℕ) = 1 := by", "h", "1 = 1"),
        ("theorem t (s : Set ℕ) (h : s = {x : ℕ | x < 3}) : (1 : ℕ) ∈ s := by", "s h", "1 ∈ s"),
        (
            "theorem t {α : Type} [inst : Add α] (h : ∀ x y : α, x + y = y + x) (a : α) : a + a = a + a := by",
            "α inst h a",
            "a + a = a + a",
        ),
        ("theorem t (h : ∀ x : ℕ, ∃ y : ℕ, ∀ z : ℕ, x + z ≤ y) : ∃ w : ℕ, 3 ≤ w := by", "h", "∃ w, 3 ≤ w"),
        ("theorem t (p : Prop) (x : if p then ℕ else ℕ := by exact 0) : p ∨ ¬p := by", None, None),
        ("theorem t {n : ℕ} (_ : 0 < n) {{m}} (k := m + 1) : n + m < n + m + k + 1 := by", None, None),
    ],
)
def test_typed_binders_inside_a_hypothesis(
    session: EmbeddedSession, statement: str, names: str | None, target: str | None
) -> None:
    if names is None:
        with pytest.raises(StatementError):
            opened(session, statement)
        return
    (goal,) = opened(session, statement).goals
    assert [name for hypothesis in goal.hypotheses for name in hypothesis.names] == names.split()
    assert goal.target == target


def test_a_variable_of_the_context_and_automatic_binders_are_introduced(session: EmbeddedSession) -> None:
    (goal,) = opened(session, "theorem t (x : ℝ) (h : ∀ ε : ℝ, 0 < ε → x ≤ ε) : x ≤ 0 := by").goals
    assert goal.text.split("\n")[0] == "inst✝ : Reals"
    assert goal.target == "x ≤ 0"
    automatic = "set_option autoImplicit true\nset_option relaxedAutoImplicit true\nvariable (n : ℕ)"
    (goal,) = opened(session, "theorem t (h : x = y) (k : ∀ z : ℕ, z ≤ n) : y = x := by", automatic).goals
    assert [name for hypothesis in goal.hypotheses for name in hypothesis.names][-2:] == ["h", "k"]
    assert goal.target == "y = x"


@pytest.mark.parametrize(
    ("statement", "proofs"),
    [
        (MATCH, ["split at h <;> omega", "cases n with\n| zero => omega\n| succ k => simp at h; omega"]),
        (TUPLES, ["simp", "rw [List.length_map]"]),
        (INDEX, ["rfl"]),
        ("theorem t (p : Nat × Nat) (h : let (a, b) := p; a = b) : p.1 = p.2 := by", ["exact h"]),
        ("theorem t (f : Nat → Nat) (h : ∀ n : Nat, f n = n) : f 1 = 1 := by", ["exact h 1"]),
    ],
)
def test_what_a_statement_makes_can_be_used(session: EmbeddedSession, statement: str, proofs: list[str]) -> None:
    root = opened(session, statement)
    for proof in proofs:
        assert isinstance(session.step(root, proof), Solved), session.step(root, proof)


@pytest.mark.parametrize("proof", ["exact t n h", "exact?", "apply t", "simp [t]"])
def test_a_theorem_is_not_given_to_its_own_proof(session: EmbeddedSession, proof: str) -> None:
    step = session.step(opened(session, "theorem t (n : Nat) (h : n * n = 17) : n = 4 := by"), proof)
    assert isinstance(step, Rejected) and step.kind is RejectionKind.ERROR, step


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("private theorem t (n : ℕ) : n = n := by", "must not be private"),
        ("theorem t (n : ℕ) : n = missing := by", "missing"),
        ("theorem t : " + " ∧ ".join(["True"] * 400) + " := by", "maximum recursion depth"),
    ],
)
def test_what_cannot_be_opened_says_why(session: EmbeddedSession, statement: str, says: str) -> None:
    with pytest.raises(StatementError, match=says):
        opened(session, statement)


def test_a_statement_of_some_depth_opens(session: EmbeddedSession) -> None:
    root = opened(session, "theorem t : " + " ∧ ".join(["True"] * 130) + " := by")
    assert isinstance(session.step(root, "simp"), Solved)
    step = session.step(root, "repeat constructor")
    assert isinstance(step, Rejected) and "maximum recursion depth" in step.reason, step


@pytest.mark.parametrize("tactic", ["repeat skip", "repeat (have := h)", "iterate skip", "repeat (try (try skip))"])
def test_lean_s_own_depth_limit_comes_first(session: EmbeddedSession, tactic: str) -> None:
    restarts = session.stats.restarts
    step = session.step(opened(session, "theorem t (x : ℕ) (h : x ≤ 125) : x ≤ 125 := by"), tactic)
    assert isinstance(step, Rejected) and "maximum recursion depth" in step.reason, step
    assert (step.kind, session.stats.restarts) == (RejectionKind.ERROR, restarts)


def test_harmless_tactics_end_no_worker(session: EmbeddedSession) -> None:
    restarts = session.stats.restarts
    bound = opened(session, "theorem t (x : Nat) (h : x ≤ 125) : x ≤ 125 := by")
    assert isinstance(session.step(bound, "exact?"), Solved)
    deep = opened(session, "theorem t : " + " ∧ ".join(["True"] * 41) + " := by")
    assert isinstance(session.step(deep, "repeat constructor"), Solved)
    assert session.stats.restarts == restarts


def test_a_crash_costs_its_own_step_only(session: EmbeddedSession) -> None:
    root = opened(session, "theorem t (x : ℕ) (h : x ≤ 125) : x ≤ 125 ∧ True := by")
    advanced = session.step(root, "constructor")
    assert isinstance(advanced, Advanced)
    step = session.step(advanced.state, f"exact {'(' * 6000}h{')' * 6000}")
    assert isinstance(step, Rejected) and step.kind is RejectionKind.CRASH
    assert isinstance(session.step(advanced.state, "exact h\ntrivial"), Solved)


def test_what_only_the_kernel_refuses_is_an_error_of_the_step(session: EmbeddedSession) -> None:
    root = opened(session, "theorem t (n : ℕ) (h : n = 2) : n = 3 ∧ True := by", "unsafe def never : False := never")
    step = session.step(root, "exact never.elim")
    assert isinstance(step, Rejected) and "kernel" in step.reason, step
    split = session.step(root, "constructor")
    assert isinstance(split, Advanced)
    wrong, right = session.split(split.state)
    assert isinstance(session.step(wrong, "exact never.elim"), Rejected)
    assert isinstance(session.step(right, "trivial"), Solved)


@pytest.mark.parametrize("sketch", ["have k : q := ?_", "suffices k : p ∧ q from k\nhave k : q := ?_"])
def test_a_lemma_without_its_proof_is_independent_of_what_uses_it(session: EmbeddedSession, sketch: str) -> None:
    root = opened(session, "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by")
    stated = session.step(root, sketch)
    assert isinstance(stated, Advanced)
    assert stated.state.parts == ((0,), (1,))
    alone = session.split(stated.state)
    goals = {part.goals[0].target: part for part in alone}
    assert isinstance(session.step(goals["q"], "exact hq"), Solved)
    assert isinstance(session.step(goals["p ∧ q"], "exact ⟨hp, k⟩"), Solved)


@pytest.mark.parametrize(
    ("tactic", "says"),
    [
        ("exact ⟨h.symm, _⟩", "don't know how to synthesize placeholder"),
        ("constructor\n· skip", "unsolved goals"),
        ("constructor\n· skip\n· exact ⟨1, rfl⟩", "unsolved goals"),
        ("exact ⟨h.symm, by skip⟩", "unsolved goals"),
        ("have x : _ := _\nsimp", "don't know how to synthesize placeholder"),
        ("cases a with\n| zero => skip", "unsolved goals"),
    ],
)
def test_lean_s_message_is_kept(session: EmbeddedSession, tactic: str, says: str) -> None:
    step = session.step(opened(session, "theorem t (a b : ℕ) (h : a = b) : b = a ∧ ∃ x : ℕ, x = x := by"), tactic)
    assert isinstance(step, Rejected) and says in step.reason, step
