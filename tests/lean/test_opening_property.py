"""Generated statements, and those of the datasets, open as the verifier's elaboration gives them to a proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prover.errors import DataError, InputError
from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.session import Limits
from prover.problems.target import find_dataset
from prover.types import Problem
from tests.lean.opening import difference, given_by_lean

SETS = (
    "minif2f/valid",
    "minif2f/valid_yangky11",
    "lean_workbook/valid",
    "competition/amc_dev",
    "competition/induction_dev",
    "competition/ineq_dev",
)
SAMPLE = 5  # of each set, in the fast tests

Both = tuple[EmbeddedSession, EmbeddedVerifier]


@pytest.fixture(scope="module")
def both(lean: Installation) -> Iterator[Both]:
    session = EmbeddedSession(lean, context("core"), Limits(heartbeats=20_000, wall_seconds=120))
    verifier = EmbeddedVerifier(lean, Limits(heartbeats=20_000, wall_seconds=120))
    yield session, verifier
    session.close()
    verifier.close()


# -- generated statements ----------------------------------------------------------------------------------------------

TYPES = st.sampled_from(["ℕ", "ℤ", "ℝ", "ℚ", "Nat", "Fin 5"])


@st.composite
def propositions(draw: st.DrawFn, depth: int = 2) -> str:
    """Return a proposition about `a b : ℕ` and `f : ℕ → ℕ` that binds variables, with their types, in many ways."""
    if depth == 0:
        return draw(st.sampled_from(["a = b", "f a ≤ b", "a < b + 1", "f (f a) = a", "True"]))
    inner = draw(propositions(depth=depth - 1))
    other = draw(propositions(depth=depth - 1))
    kind = draw(TYPES)
    return draw(
        st.sampled_from(
            [
                f"(∀ x : {kind}, x = x → {inner})",
                f"(∀ (x : {kind}) (_ : x = x), {inner})",
                f"(∀ {{x : {kind}}} [Inhabited {kind}], x = x ∨ {inner})",
                f"(∃ x : {kind}, x = x ∧ {inner})",
                f"(∃ (n m : ℕ), n = m ∧ {inner})",
                f"((fun x : ℕ => x + 1) a = b ∧ {inner})",
                f"((fun ((x, y) : ℕ × ℕ) => x + y) (a, b) = b ∨ {inner})",
                f"(let y : ℕ := a; y = b → {inner})",
                f"(have y : ℕ := a; y = b → {inner})",
                f"(let (x, y) := (a, b); x = y ∨ {inner})",
                f"(match a with | 0 => {inner} | k + 1 => k = b)",
                f"(match a, b with | 0, _ => {other} | _, 0 => {inner} | k + 1, _ => k = b)",
                f"(a ∈ {{x : ℕ | x < b ∧ {inner}}})",
                f"((∑ i ∈ Finset.range 3, (i : ℕ)) = a → {inner})",
                f"(if h : a = b then {inner} else (b : ℕ) = a)",
                f"((List.map (fun x : ℕ => x) [a, b]).length = 2 ∧ {inner})",
                f"([a, b][1]'(by simp) = b ∧ {inner})",
                f"({inner} ↔ {other})",
            ]
        )
    )


@st.composite
def statements(draw: st.DrawFn) -> str:
    """Return a theorem whose hypotheses and goal bind variables themselves."""
    binders = ["(a b : ℕ)", "(f : ℕ → ℕ)"]
    extra = ["{α : Type} [Inhabited α]", "[inst : DecidableEq ℕ]", "(x y : ℝ)", "{p : Prop}", "⦃k : ℕ⦄", "(_ : 0 < a)"]
    binders += draw(st.lists(st.sampled_from(extra), max_size=2, unique=True))
    binders += [f"(h{number} : {draw(propositions())})" for number in range(draw(st.integers(0, 2)))]
    if draw(st.booleans()):
        binders.append(f"[Decidable {draw(propositions())}]")
    return f"theorem t {' '.join(binders)} : {draw(propositions())} := by"


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(statement=statements())
def test_a_generated_statement_opens_as_lean_gives_it(both: Both, statement: str) -> None:
    session, verifier = both
    problem = Problem(name="generated", statement=statement)
    expected = given_by_lean(verifier, problem)
    assert expected is not None, f"the generator writes what does not elaborate: {statement}"
    assert difference(session, expected, problem) is None


# -- the datasets ------------------------------------------------------------------------------------------------------


def _problems(name: str) -> tuple[Problem, ...]:
    try:
        return find_dataset(name).problems
    except (DataError, InputError) as error:
        pytest.skip(f"the dataset is not here: {error}")


def _compared(both: Both, problems: Sequence[Problem]) -> tuple[int, list[str]]:
    """Return how many statements elaborate, and what is different about those that open differently."""
    session, verifier = both
    expected = [(given_by_lean(verifier, problem), problem) for problem in problems]
    found = [said for goal, problem in expected if (said := difference(session, goal, problem)) is not None]
    return sum(goal is not None for goal, _ in expected), found


@pytest.mark.parametrize("name", SETS)
def test_statements_of_a_dataset_open_as_lean_gives_them(both: Both, name: str) -> None:
    problems = _problems(name)
    sample = problems[:: max(1, len(problems) // SAMPLE)]
    assert _compared(both, sample)[1] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_every_statement_of_a_dataset_opens_as_lean_gives_it(both: Both, name: str) -> None:
    """The count is printed (`-s`): statements, and those of them that elaborate."""
    problems = _problems(name)
    elaborate, found = _compared(both, problems)
    print(f"{name}: {len(problems)} statements, {elaborate} elaborate, {len(found)} open differently")
    assert elaborate > len(problems) // 2
    assert found == []
