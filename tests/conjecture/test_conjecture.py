"""Conjectures: what is proposed, what the gate lets through on real Lean, and that a kill changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from prover.cli import run
from prover.config import search_config
from prover.conjecture import round as rounds
from prover.conjecture.conjecturer import CONJECTURERS, Seed, conjectured
from prover.conjecture.gate import Gate, Ruling
from prover.conjecture.mutations import Mutations, groups
from prover.conjecture.open_goals import OpenGoals, stated
from prover.errors import DataError
from prover.iterate.config import IterateConfig
from prover.lean.embedded.install import Installation
from prover.lean.open import LeanEnv, open_lean
from prover.lean.session import Limits
from prover.problems.dataset import Dataset
from prover.refute.syntax import Unread
from prover.train.corpus import freeze_corpus
from prover.train.curriculum import select
from prover.train.decontaminate import guard
from prover.train.records import CONJECTURES, CorpusProblem, Role
from prover.train.store import IterateStore, open_locked
from prover.types import Problem
from search.tree import Outcome
from tests.train import made


def problem(name: str, statement: str) -> Problem:
    return Problem(name=name, statement=f"theorem {name} {statement} := by")


def seed(statement: str, proved: bool = True) -> Seed:
    return Seed(problem=problem("train_1", statement), proved=proved)


def bodies(statement: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for conjecture in Mutations().propose([seed(statement)]):
        body = conjecture.problem.statement.removeprefix(f"theorem {conjecture.problem.name} ").removesuffix(" := by")
        found.setdefault(conjecture.rule, set()).add(body)
    return found


class TestMutations:
    def test_every_rule_in_one_place_at_a_time(self) -> None:
        found = bodies("(a b : ℕ) (h : a ≤ b + 2) (k : b < 2) : a ≤ 3")
        assert found["hypothesis left out"] == {"(a b : ℕ) (k : b < 2) : a ≤ 3", "(a b : ℕ) (h : a ≤ b + 2) : a ≤ 3"}
        assert "(a b : ℕ) (h : a ≤ b + 2) (k : b < 2) : a ≤ 4" in found["numeral changed"]
        assert "(a b : ℕ) (h : a ≤ b + 2) (k : b < 1) : a ≤ 3" in found["numeral changed"]
        assert "(a b : ℕ) (h : a ≤ b + 2) (k : b < 2) : a < 3" in found["relation strengthened"]
        assert "(a b : ℕ) (h : a ≤ b + 2) (k : b ≤ 2) : a ≤ 3" in found["relation weakened"]
        assert "(a b : ℕ) (h : a ≤ 3) (k : b < 2) : a ≤ b + 2" in found["conclusion and hypothesis swapped"]
        assert found["numeral generalised"] == {"(m : ℕ) (a b : ℕ) (h : a ≤ b + m) (k : b < m) : a ≤ 3"}
        assert found["larger type of numbers"] == {"(a b : ℤ) (h : a ≤ b + 2) (k : b < 2) : a ≤ 3"}

    def test_binders_behind_the_colon_are_taken_apart_too(self) -> None:
        found = bodies(": ∀ a b : ℝ, ∀ (h : a < b) (k : 0 < a), b > 0")
        assert found["hypothesis left out"] == {"(a b : ℝ) (k : 0 < a) : b > 0", "(a b : ℝ) (h : a < b) : b > 0"}
        assert not bodies(": ∀ n, n")

    def test_exponents_stay_as_they_are(self) -> None:
        found = bodies("(x : ℝ) : x ^ 2 + 2 * x ^2 ≥ 2")
        assert found["numeral generalised"] == {"(k : ℝ) (x : ℝ) : x ^ 2 + k * x ^2 ≥ k"}

    def test_the_order_is_the_same_every_time_and_no_mutation_is_the_statement(self) -> None:
        asked = [seed("(a b : ℕ) (h : a = b) : b = a"), seed("(x : ℝ) (h : 0 < x) : 0 ≤ x", proved=False)]
        first, second = list(Mutations().propose(asked)), list(Mutations().propose(asked))
        assert first == second and len({conjecture.problem.name for conjecture in first}) == len(first)

    @pytest.mark.parametrize("statement", ["", ": 1 = 1", "{α} (x : α) : x = x", "a b : a = b", "(x : ℕ", "⟨⟩"])
    def test_what_cannot_be_taken_apart_gives_few_or_none(self, statement: str) -> None:
        assert all(
            conjecture.problem.statement.endswith(":= by") for conjecture in Mutations().propose([seed(statement)])
        )

    def test_a_binder_without_a_type_is_refused(self) -> None:
        with pytest.raises(Unread):
            groups("n (h : n = 1)")


class TestOpenGoals:
    def test_a_goal_becomes_binders_and_a_conclusion(self) -> None:
        goal = "case inl\ninst✝ : Reals\nx y : ℝ\nh✝¹ : 0 < x\nh : y = 2\n⊢ 0 < x * y"
        assert stated(goal) == "(x y : ℝ) (h_1i : 0 < x) (h : y = 2) : 0 < x * y"

    @pytest.mark.parametrize("goal", ["x : ℕ := 3\n⊢ x = 3", "⊢ ?m = 1", "n : ℕ\n", "h : " + "x" * 700 + "\n⊢ p", ""])
    def test_what_cannot_be_written_is_left_alone(self, goal: str) -> None:
        assert stated(goal) is None

    def test_only_failed_searches_are_looked_at_and_no_root(self) -> None:
        root = made.visited("train_1", made.tried("omega"))
        below = root.model_copy(update={"depth": 1, "goals": ("n : ℕ\n⊢ n < n + 1",)})
        failed = Seed(problem=problem("train_1", "(n : ℕ) : n + 0 = n"), states=(root, below))
        assert [conjecture.rule for conjecture in OpenGoals().propose([failed])] == ["open goal"]
        assert not list(OpenGoals().propose([failed.model_copy(update={"proved": True})]))


@pytest.fixture(scope="module")
def opened(lean: Installation) -> Iterator[LeanEnv]:
    with open_lean("embedded", "core", Limits(heartbeats=1_000)) as found:
        yield found


HELD_OUT = problem("valid_1", "(u v : ℕ) (hu : u = v * v + 4) (hv : v < 3) : u < 13")
KNOWN = problem("train_9", "(c d : ℕ) (hc : c * c = d) (hd : d < 5) : c < 3")


def gate(opened: LeanEnv) -> Gate:
    held = CorpusProblem(place=0, dataset="valid", role=Role.REPORT, problem=HELD_OUT)
    digest = opened.pool.start(HELD_OUT).goals[0].digest
    against = guard([held])[0]
    against.names.clear()
    return Gate(opened.pool, opened.verifier, against, {digest: HELD_OUT.name}, [KNOWN])


@pytest.mark.parametrize(
    ("body", "word", "why"),
    [
        ("(a b : ℕ) (h : a = b * b + 4) (k : b < 3) : a < 13", "held out", "valid_1"),
        ("{a : ℕ} (b : ℕ) (h : a = (b * b) + 4) (k : b < 3) : a < 13", "held out", "valid_1"),
        ("(x y : ℕ) (h : x * x = y) (k : y < 5) : x < 3", "known", "train_9"),
        ("(x y : ℕ) (h : ((x * x) = y)) (k : y < 5) : x < 3", "known", "train_9"),
        ("(a : ℕ) : a = nothing", "ill-formed", "nothing"),
        ("(a : ℕ) (h : 2 < a) : 2 < a", "trivial", "trivial"),
        ("(a b : ℕ) (h : a < b) : a + 1 < b", "refuted", "="),
        ("(a b : ℕ) (h : a * a = b + 7) (k : b < 3) : a = 3", "accepted", ""),
    ],
    ids=["renamed", "other brackets", "known renamed", "known brackets", "unknown name", "trivial", "false", "new"],
)
def test_the_gate(opened: LeanEnv, body: str, word: str, why: str) -> None:
    ruling = gate(opened).judge(conjectured(KNOWN, body, "", "mutations", "made up"))
    assert (ruling.word, why in ruling.why) == (word, True), ruling


@pytest.mark.parametrize("way", [0, 1], ids=["held out behind the colon", "conjecture behind the colon"])
def test_binders_before_or_behind_the_colon_hide_no_likeness(way: int) -> None:
    said = ("(a b c : ℝ) : {}", ": ∀ (a b c : ℝ), {}")
    held = problem("valid_2", said[1 - way].format("a ^ 2 + b ^ 2 + c ^ 2 ≥ a * b + b * c"))
    made_up = conjectured(KNOWN, said[way].format("a ^ 2 + b ^ 2 + c ^ 2 > a * b + b * c"), "", "mutations", "made up")
    entries = [CorpusProblem(place=0, dataset="valid", role=Role.REPORT, problem=held)]
    asked = Gate(None, None, guard(entries)[0], {}, [])  # type: ignore[arg-type]  # Lean is not asked
    ruling = asked.judge(made_up)
    assert (ruling.word, "8-gram" in ruling.why) == ("held out", True)


def test_what_was_accepted_is_known_from_then_on(opened: LeanEnv) -> None:
    asked = gate(opened)
    bodies = (
        "(a b : ℕ) (h : a * a = b + 7) (k : b < 3) : a = 3",
        "(x y : ℕ) (h : (x * x) = y + 7) (k : y < 3) : x = 3",
    )
    words = [asked.judge(conjectured(KNOWN, body, "", "mutations", "made up")).word for body in bodies]
    assert words == ["accepted", "known"]


class Killed(Exception):
    """Stands for a kill at a chosen moment."""


TRAIN = Dataset(
    "train",
    "",
    tuple(
        problem(f"train_{number}", f"(a b : ℕ) (h : a = b + {number}) (k : b * b = {number * number}) : a * b < 99")
        for number in range(4, 10)
    ),
    "local",
    (),
    {},
)
VALID = Dataset("valid", "", (HELD_OUT,), "local", (), {})


R = TypeVar("R")


def begun(folder: Path, work: Callable[[IterateStore], R]) -> R:
    with open_locked(folder) as store:
        freeze_corpus(store, [TRAIN], [VALID], {"valid": 1}, 0)
        return work(store)


class OnPaper:
    """A gate that accepts every third statement without asking Lean, and breaks after some of them."""

    def __init__(self, left: int) -> None:
        self.left = left

    def judge(self, gate: Gate, conjecture: object) -> Ruling:
        self.left -= 1
        if self.left < 0:
            raise Killed
        name = conjecture.problem.name  # type: ignore[attr-defined]
        word = "accepted" if int(name[-3:], 16) % 3 == 0 else "trivial"
        return Ruling(conjecture=conjecture, word=word, digest=int(name[-6:], 16), lean_calls=1)  # type: ignore[arg-type]


class TestRound:
    def phase(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, left: int = 10**6, number: int = 1
    ) -> tuple[object, list[str]]:
        paper = OnPaper(left)
        monkeypatch.setattr(Gate, "judge", lambda gate, conjecture: paper.judge(gate, conjecture))

        def work(store: IterateStore) -> tuple[object, list[str]]:
            facts = rounds.conjecture(store, number, 5, 0, None, None)  # type: ignore[arg-type]
            kept = [entry for entry in store.problems(Role.TRAIN) if entry.dataset == CONJECTURES]
            return facts, [entry.problem.model_dump_json() for entry in kept]

        return begun(folder, work)

    def test_kills_change_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = self.phase(tmp_path / "whole", monkeypatch)
        assert len(whole[1]) == 5
        for left in range(1, 40):
            try:
                assert self.phase(tmp_path / "cut", monkeypatch, left % 3) == whole
                break
            except Killed:
                pass
        else:
            pytest.fail("the phase never ended")
        assert self.phase(tmp_path / "cut", monkeypatch) == whole, "a second time adds nothing"

    def test_the_next_round_looks_at_others(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.phase(tmp_path, monkeypatch)
        kept = self.phase(tmp_path, monkeypatch, number=2)[1]

        def names(store: IterateStore, number: int) -> list[str]:
            return [ruling.conjecture.problem.name for ruling in rounds.rulings(store, number)]

        first, second = begun(tmp_path, lambda store: [names(store, number) for number in (1, 2)])
        assert second and not set(first) & set(second) and len(kept) == 10

    def test_the_share_is_bounded_and_the_origin_is_kept(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.phase(tmp_path, monkeypatch)

        def work(store: IterateStore) -> None:
            asked = select(store, 1, 6, {}, 0.34)
            assert [entry.dataset for entry in asked] == ["train"] * 4 + [CONJECTURES] * 2
            assert all("of train_" in entry.problem.source for entry in asked if entry.dataset == CONJECTURES)
            told = list(rounds.rulings(store, 1))
            assert {ruling.conjecture.seed for ruling in told} <= {entry.name for entry in TRAIN.problems}
            assert len(told) <= rounds.PATIENCE * 5

        begun(tmp_path, work)

    def test_seeds_are_train_statements_and_no_conjectures(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.phase(tmp_path, monkeypatch)

        def work(store: IterateStore) -> None:
            store.begin_phase(made.SEARCH)
            asked = store.problems(Role.TRAIN)[0]
            states = [made.visited(asked.problem.name, made.tried("simp", Outcome.SOLVED, on_proof=True))]
            row = made.attempt(asked.problem, proved=True)
            store.finish(made.SEARCH, asked.place, made.finished(row, made.proof(asked.problem), states))
            found = {entry.problem.name: entry for entry in rounds.seeds(store, 2)}
            assert set(found) == {entry.name for entry in TRAIN.problems}
            assert [name for name, entry in found.items() if entry.proved] == [asked.problem.name]

        begun(tmp_path, work)


def settings(**given: object) -> IterateConfig:
    search = search_config(budget="lean_calls=4")
    shared = {"train": ("a",), "valid": {"b": 1}, "search": search, "evaluation": search, "learner": "toy"}
    return IterateConfig.model_validate({**shared, **given})


def test_a_switch_that_is_off_leaves_a_run_as_it_was(tmp_path: Path) -> None:
    plain, both = settings().settled(), settings(conjecture=0.2, disproofs=True).settled()
    assert "conjecture" not in plain and "disproofs" not in plain and "conjecture" in both and "disproofs" in both
    with open_locked(tmp_path) as store, pytest.raises(DataError, match="another config"):
        store.settle("config", plain)
        store.settle("config", both)


@pytest.mark.parametrize("share", ["0.9", "-0.1", "much"])
def test_a_share_that_makes_no_sense(share: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["iterate", "--out", "unused", "--conjecture", share]) == 2
    said = capsys.readouterr().err
    assert "--conjecture" in said and "Traceback" not in said


def test_the_registry_names_them() -> None:
    needing_nothing = [name for name in CONJECTURERS.names() if not CONJECTURERS.get(name).target]
    assert [maker.name for maker in rounds.conjecturers()] == needing_nothing and "model" not in needing_nothing
