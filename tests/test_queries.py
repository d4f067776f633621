"""Queries are replaced by their answers: what Lean prints is read, and what takes their place does the same."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.cli import run
from prover.lean.embedded.install import Installation
from prover.lean.open import LeanEnv, open_lean
from prover.lean.session import Limits
from prover.queries import Unanswered, _candidates, answered, answers, asks
from prover.runs.store import Store
from prover.style import most_readable
from prover.types import Problem


def test_reads_what_lean_answers() -> None:
    said = (
        "Try this:\n  [apply] rw [h]\n  -- b + 0 = b ∧ b = b",
        "Try these:\n  [apply] simp [*]\n  [apply] grind only\n  [apply] simp [*]",
        "Try this:\n  [apply] grind => sorry",
        "Try this: exact foo",
        "found an applicable rewrite lemma, but the corresponding tactic failed:\n  rw [x]",
    )
    assert answers(said) == ("rw [h]", "simp [*]", "grind only", "exact foo")


@pytest.mark.parametrize(
    "tactic",
    [
        "exact?", "apply? using h", "rw?", "rw??", "rw? at h", "simp?", "simp?!", "simp? [h] at k", "simp_all?",
        "simpa? using h", "dsimp? only", "grind? [foo]", "omega?", "norm_num? [h]", "decide?", "aesop?", "try?",
        "solve_by_elim?", "hint",
        "show_term simp", "have? using h", "observe? h : p", "rcases? h", "linarith?", "nlinarith? [h]", "positivity?",
        "unfold?", "bound?", "polyrith", "new_query? with x",
        "constructor <;> exact?", "intro x\nrw?", "(simp_all?)", "· exact?", "all_goals exact?",
        "first | omega | exact?",
        "have h : p := by exact?", "try simp?", "repeat rw?", "intro x; apply?", "exact (by exact?)",
        "induction n with\n| zero => exact?\n| succ n ih => simp", "/- no -/ exact?", "exact? -- exact foo",
        'have : s = "exact" := by simp?', "case inl h =>\n  linarith?",
    ],
)  # fmt: skip
def test_knows_a_query(tactic: str) -> None:
    assert asks(tactic)


@pytest.mark.parametrize(
    "tactic",
    [
        "exact l.head?", "refine ⟨?_, ?_⟩", "exact h -- exact?", "simp", "exact x?", "have := f?",
        "exact List.find? p l",
        "simp [List.find?, Option.isSome]", "rw [List.head?_cons]", "/- exact? -/ simp", 'exact "exact?"',
        "exact «exact?»",
        "obtain ⟨hint, h⟩ := h", "exact hint", "refine ?x", "exact ?_", "apply f.apply?", "case succ? => simp",
        "simp only [Nat.sub?]", "exact try?_lemma", "exact rw?_foo",
    ],
)  # fmt: skip
def test_knows_what_is_none(tactic: str) -> None:
    assert not asks(tactic)


QUERIES = ("exact?", "simp?", "rw? at h", "grind?", "apply?", "linarith? [h]", "simp_all?", "show_term omega")
FRAMES = ("{}", "intro x\n{}", "· {}", "constructor <;> {}", "all_goals {}", "have k : p := by {}", "(intro x; {})",
          "first\n  | omega\n  | {}", "rcases h with h | h\n· {}\n· simp", "-- done\n{} -- {}")  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_no_query_is_left_once_its_answer_stands_in_its_place(seed: int) -> None:
    draw = random.Random(seed)
    text = draw.choice(QUERIES)
    for _ in range(draw.randint(1, 3)):
        frame = draw.choice(FRAMES)
        text = frame.replace("{}", text.replace("\n", "\n" + " " * frame.index("{}")) if "\n" in frame else text, 1)
        text = text.replace("{}", "exact?")
    assert asks(text), text
    found = next(_candidates(text, ("exact foo",)))
    assert not asks(found) and "exact foo" in found, (text, found)


def test_a_query_takes_its_arguments_with_it() -> None:
    assert next(_candidates("(simp? [h] at k <;> rfl)", ("simp only [h] at k",))) == "(simp only [h] at k <;> rfl)"
    assert list(_candidates("constructor <;> exact?", ("exact a", "exact b")))[2] == (
        "constructor <;> (first | exact a | exact b)"
    )
    assert next(_candidates("simp?\nexact?", ("simp only", "exact\n    foo"))) == "simp only\nexact\n    foo"


@pytest.fixture(scope="module")
def opened(lean: Installation) -> Iterator[LeanEnv]:
    with open_lean("embedded", "core", Limits(heartbeats=6_000)) as found:
        yield found


EASY = (
    "(a b : ℕ) (h : a = b) : a + 0 = b ∧ b = a",
    "(x : ℝ) (h : 0 < x) : 0 < x ^ 2",
    "(p q : Prop) (hp : p) (hq : q) : p ∧ q",
    "(n : ℕ) : n < n + 1",
    "(xs : List ℕ) : xs ++ [] = xs",
    "(a b c : ℤ) (h : a ≤ b) : a + c ≤ b + c",
)
BOTH = "theorem both (a b : ℕ) (h : a = b) : a + 0 = b ∧ b = a := by"


@pytest.mark.parametrize("tactic", ["simp? [h]", "constructor <;> exact?", "grind?", "rw [h]\nsimp?"])
def test_the_answer_does_the_same(tactic: str, opened: LeanEnv) -> None:
    problem = Problem(name="both", statement=BOTH)
    root = opened.pool.start(problem)
    found = answered(root, tactic, opened.pool)
    assert not asks(found) and type(opened.pool.step(root, found)) is type(opened.pool.step(root, tactic))


def test_a_query_without_an_answer_is_no_proof(opened: LeanEnv) -> None:
    root = opened.pool.start(Problem(name="any", statement="theorem any (p : Prop) : p := by"))
    with pytest.raises(Unanswered, match=r"exact\?"):
        answered(root, "exact?", opened.pool)


def test_no_stored_proof_holds_a_query(lean: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    policy = "python:tests.policies.only_queries:suggest"
    statement = "theorem bar (x : ℝ) (h : 0 < x) : 0 < x^2 := by"
    code = run(["prove", statement, "--policy", policy, "--json", "--style", "first"])
    row = json.loads(capsys.readouterr().out)
    assert (code, row["status"], row["proof"]) == (0, "proved", "exact pow_pos h 2")


def test_the_most_readable_names_what_it_does() -> None:
    assert most_readable(["grind", "omega"]) == "omega"
    assert most_readable(["have f0 := h\nomega", "omega"]) == "omega"
    assert most_readable(["grind", "nlinarith [sq_nonneg (a - b)]", "exact pow_pos h 2"]) == "exact pow_pos h 2"


@pytest.mark.slow
def test_no_store_of_a_command_holds_a_query(
    lean: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`bench`, `fill` and the export for training, with a policy that proposes nothing but queries."""
    monkeypatch.chdir(tmp_path)
    policy = "python:tests.policies.only_queries:every"
    rows = [f"theorem q{place} {statement} := by" for place, statement in enumerate(EASY)]
    lines = [json.dumps({"name": f"q{place}", "formal_statement": row}) for place, row in enumerate(rows)]
    Path("easy.jsonl").write_text("\n".join(lines), encoding="utf-8")
    Path("Easy.lean").write_text("\n\n".join(f"{row}\n  sorry" for row in rows), encoding="utf-8")
    assert run(["bench", "easy.jsonl", "--out", "run", "--policy", policy, "--budget", "lean_calls=30"]) == 0
    run(["fill", "Easy.lean", "--policy", policy, "--budget", "lean_calls=30"])
    assert run(["train", "run", "--export", "--out", "data"]) == 0
    capsys.readouterr()
    attempts = [json.loads(line) for line in Path("run/attempts.jsonl").read_text(encoding="utf-8").splitlines()]
    proofs = [text for row in attempts for text in (row["proof"], row["minimised"]) if text]
    assert len(proofs) >= len(EASY) // 2 and not any(map(asks, proofs)), proofs
    store = Store(Path("run/store.sqlite"))
    kept = [store.proof_of(row["problem"], row["seed"]) for row in attempts]
    store.close()
    assert not any(asks(verified.proof) for verified in kept if verified is not None)
    filled = Path("Easy.lean").read_text(encoding="utf-8")
    assert filled.count("sorry") < len(EASY) and not asks(filled)
    for file, name in (("tactics", "tactic"), ("proofs", "proof"), ("prompt-completion", "completion")):
        rows = Path(f"data/{file}.jsonl").read_text(encoding="utf-8").splitlines()
        assert not any(asks(json.loads(row)[name]) for row in rows), file
