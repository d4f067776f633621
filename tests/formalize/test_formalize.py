"""`prover formalize` with a scripted server and real Lean: what is left out, what agrees, what is only said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prover.cli import run
from prover.errors import InputError, UsageError
from prover.formalize.agreement import Compared, agree
from prover.formalize.asking import Author, read_answer
from prover.formalize.checks import Checker
from prover.formalize.records import Statement
from prover.lean.embedded.install import Installation
from prover.lean.open import LeanEnv, open_lean
from prover.lean.session import Limits
from prover.policies.models import endpoint
from prover.problems.formats import read_statement
from prover.types import Problem
from tests.policies.stub_server import Stub, broken_json, says, serving, status

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def opened(lean: Installation) -> Iterator[LeanEnv]:
    with open_lean("embedded", "core", Limits(heartbeats=3_000)) as found:
        yield found


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    monkeypatch.setattr(endpoint, "FIRST_PAUSE", 0.01)
    with serving(Stub()) as running:
        yield running


def checked(opened: LeanEnv, statement: str, **settings: Any) -> Statement:
    problem = read_answer(f"theorem t {statement} := by sorry", 1, "core")
    found = Statement(number=1, statement=problem.statement, samples=1, status="kept")
    return Checker(opened.pool, opened.verifier, **settings).check(found, problem)[0]


class TestAnswers:
    def test_the_last_code_block_counts_and_its_proof_does_not(self) -> None:
        block = "open Nat Real\n\ntheorem foo (n : ℕ) :\n    n + 0 = n := by\n  simp\n  ring\n"
        answer = f"First `x`.\n```lean\n{block}```\nDone."
        problem = read_answer(answer, 3, "core")
        assert problem.statement == "theorem statement_3 (n : ℕ) :\n    n + 0 = n := by"
        assert (problem.header, problem.name) == ("open Nat Real", "statement_3")

    def test_an_answer_without_a_block_and_a_term_for_a_proof(self) -> None:
        assert read_answer("lemma x : 1 = 1 := rfl", 1, "core").statement == "theorem statement_1 : 1 = 1 := by"

    @pytest.mark.parametrize(
        ("answer", "sentence"),
        [
            ("", "states no theorem"),
            ("I cannot do that.", "states no theorem"),
            ("theorem t : 1 = 1", "states no theorem"),
            ("theorem a : 1 = 1 := by rfl\n\ntheorem b : 2 = 2 := by rfl", "states 2 theorems"),
            ("def f := 1\n\ntheorem t : f = 1 := by sorry", "declares more than its theorem"),
            ("axiom f : False\n\ntheorem t : 1 = 2 := by sorry", "declares more than its theorem"),
            ("theorem t : (by exact 1 = 1) := by sorry", "holds `by`"),
            ("theorem t : sorry := by sorry", "holds `sorry`"),
            ("@[simp] theorem t : 1 = 1 := by sorry", "in front of its theorem"),
            ("theorem t : 1 = 1 := by\0", "not text"),
            ("x" * 30_000, "longer than"),
        ],
        ids=range(11),
    )
    def test_what_is_no_statement_says_why(self, answer: str, sentence: str) -> None:
        with pytest.raises(InputError, match=sentence):
            read_answer(answer, 1, "core")


class TestChecks:
    @pytest.mark.parametrize(
        ("statement", "wanted", "said"),
        [
            ("(n : ℕ) : n + m = m + n", "ill-formed", "m"),
            ("(n : ℕ) : n + 0 = n", "trivial", "proves it"),
            ("(n : ℕ) (h : 3 < n) : n < 10", "refuted", "it is false for"),
            ("(n : ℕ) (h : n < 3) (k : 5 < n) : n * n = 17", "contradictory", "contradict"),
        ],
    )
    def test_what_is_left_out(self, opened: LeanEnv, statement: str, wanted: str, said: str) -> None:
        found = checked(opened, statement)
        assert (found.status, said in found.message) == (wanted, True), found

    def test_what_is_kept_comes_with_values_for_its_hypotheses(self, opened: LeanEnv) -> None:
        found = checked(opened, "(a b : ℕ) (h : a = b + 4) (k : 2 * b = 6) : a * a = 49")
        assert (found.status, found.proved) == ("kept", True)
        assert "b = 3" in found.satisfiable and "a = 7" in found.satisfiable

    def test_a_conclusion_that_is_false_itself_is_no_contradiction(self, opened: LeanEnv) -> None:
        found = checked(opened, "(n : ℕ) (h : n * n + 1 = 3 * n) : False", calls=2)
        assert found.status == "kept"

    def test_a_trivial_one_is_kept_on_request(self, opened: LeanEnv) -> None:
        assert checked(opened, "(n : ℕ) : n + 0 = n", keep_trivial=True).status == "kept"


def compared(number: int, statement: str, opened: LeanEnv, proved: bool) -> Compared:
    problem = Problem(name=f"s_{number}", statement=f"theorem s_{number} {statement} := by")
    digest = opened.pool.start(problem).goals[0].digest
    opened.pool.release(problem)
    found = Statement(number=number, statement=problem.statement, samples=number, status="kept", proved=proved)
    return Compared(found, problem, digest)


def test_statements_agree_by_type_and_by_proof_and_not_because_they_are_true(opened: LeanEnv) -> None:
    checker = Checker(opened.pool, opened.verifier, calls=4)
    kept = [
        compared(1, "(p q : ℕ → Prop) (h : ∀ n, p n) : ∃ n, q n", opened, False),
        compared(2, "(f g : ℕ → Prop) (k : ∀ m, f m) : ∃ i, g i", opened, False),  # names alone differ
        compared(3, "(p q : ℕ → Prop) : (∀ n, p n) → ∃ n, q n", opened, False),  # one call apart
        compared(4, "(a b : ℕ) (h : a = b + 4) (k : b = 3) : a * a = 49", opened, True),
        compared(5, "(a b : ℕ) (h : 2 * a = 6) (k : b = a + 1) : a * b = 12", opened, True),  # both true, unrelated
    ]
    groups = {group.members: group for group in agree(kept, checker)}
    assert set(groups) == {(1, 2, 3), (4,), (5,)}
    assert groups[1, 2, 3].links[0].by == "type"
    assert groups[1, 2, 3].samples == 6 and checker.spent > 0


class TestCommand:
    def formalize(self, stub: Stub, *more: str) -> int:
        return run(
            ["formalize", "Half of twice a number, plus four, squared.", "--model", f"openai:{stub.url}#m", *more]
        )

    def test_end_to_end(self, stub: Stub, lean: Installation, capsys: Capture, tmp_path: Path) -> None:
        good = "```lean\ntheorem q (a b : ℕ) (h : a = b + 4) (k : 2 * b = 6) : a * a = 49 := by sorry\n```"
        same = "theorem r (x y : ℕ) (h : x = y + 4) (g : 2 * y = 6) :\n  x * x = 49 := by\n  nlinarith"
        stub.plan = [
            says(good, same, "theorem t (n : ℕ) (h : 3 < n) : n < 10 := by sorry", "Sorry, no."),
            says("If a is b plus four\nand twice b is six, a squared is 49."),
        ]
        out = tmp_path / "kept.lean"
        assert self.formalize(stub, "--samples", "4", "--calls", "8", "--back", "--json", "--out", str(out)) == 0
        found = json.loads(capsys.readouterr().out)
        rows = {row["number"]: row for row in found["statements"]}
        assert [row["status"] for row in rows.values()] == ["kept", "refuted", "unread"]
        assert rows[1]["samples"] == 2 and rows[1]["back"].startswith("If a is b plus four and twice")
        assert [group["members"] for group in found["groups"]] == [[1]] and found["groups"][0]["samples"] == 2
        assert found["answers"] == 4 and found["lean_calls"] > 0 and found["checked"] and found["judged"]
        assert read_statement(out.read_text(encoding="utf-8"))[0].name == "statement_1"
        assert "Half of twice a number" in stub.asked[0]["messages"][1]["content"] and stub.asked[0]["n"] == 4
        assert "logprobs" not in stub.asked[0]

    def test_none_is_kept(self, stub: Stub, lean: Installation, capsys: Capture) -> None:
        stub.plan = [says("theorem t (n : ℕ) : n = m := by sorry", "no")]
        assert self.formalize(stub, "--samples", "2") == 1
        said = capsys.readouterr().out
        assert "left out, ill-formed" in said and "left out, unread" in said and "was not checked" in said

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["", "--model", "openai:http://127.0.0.1:9/v1#m"], "the problem is empty"),
            (["x", "--model", "automation"], "is no language model"),
            (["x", "--model", "nothing:there"], "there is no policy 'nothing'"),
            (["x", "--model", "openai:nowhere#m"], "is no address"),
            (["x", "--model", "openai:http://127.0.0.1:9/v1#m?retries=0"], "no server answers there"),
            (["x"], "Missing option"),
            (["x", "--model", "openai:http://127.0.0.1:9/v1#m", "--samples", "0"], "--samples"),
        ],
        ids=range(7),
    )
    def test_what_cannot_be_answered(self, arguments: list[str], sentence: str, capsys: Capture) -> None:
        assert run(["formalize", *arguments]) == 2
        said = capsys.readouterr().err
        assert sentence in said and "Traceback" not in said

    @pytest.mark.parametrize("failure", [status(400, "bad word"), broken_json], ids=["400", "broken"])
    def test_a_server_that_fails(self, stub: Stub, lean: Installation, failure: object, capsys: Capture) -> None:
        stub.otherwise = failure  # type: ignore[assignment]
        assert run(["formalize", "x", "--model", f"openai:{stub.url}#m?retries=0", "--json"]) == 2
        assert json.loads(capsys.readouterr().out)["status"] == "error"


def test_a_problem_policy_is_no_author() -> None:
    with pytest.raises(UsageError, match="no language model"):
        Author("automation")
