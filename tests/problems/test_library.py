"""Lean's own library as problems: which theorems, how they are stated, and that nothing leaks into their contexts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from prover.bench.choose import in_context
from prover.config import SearchConfig
from prover.errors import DataError, InputError, UsageError
from prover.lean.context import context
from prover.lean.embedded import wire
from prover.lean.embedded.install import Installation
from prover.lean.embedded.loading import load
from prover.lean.embedded.process import LeanProcess
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.session import Limits
from prover.problems.library import enumeration, record, source
from prover.problems.library.enumeration import Enumerator, in_order, sample
from prover.problems.library.record import ModuleRow, Stated
from prover.problems.library.split import SPLITS, family, split
from prover.problems.target import find_dataset, read_target
from prover.types import Problem, Rejection, RejectReason, VerifiedProof
from search.types import Rejected, Solved

LIMITS = Limits(heartbeats=20_000, wall_seconds=300)
NAT = wire.LibraryModule(name="Init.Data.Nat.Dvd", imports=("Init.Data.Nat.Div.Basic",), stated=1)
EARLY = wire.LibraryModule(name="Init.Core", imports=("Init.SizeOf",), stated=1)
COMMUTED = Problem(
    name="Nat.add_comm",
    statement="theorem Nat_add_comm (n m : Nat) : n + m = m + n := by",
    context="library:Init.Data.Nat.Basic",
)


@pytest.fixture(scope="module")
def enumerator(lean: Installation) -> Iterator[Enumerator]:
    with Enumerator(lean) as opened:
        yield opened


@pytest.fixture(scope="module")
def rows(enumerator: Enumerator) -> dict[str, ModuleRow]:
    """Two modules, a handful of theorems each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enumeration, "MOST_OF_A_MODULE", 12)
        return {module.name: enumerator.row(module, order) for order, module in enumerate((EARLY, NAT))}


@pytest.fixture(scope="module")
def modules(enumerator: Enumerator) -> list[wire.LibraryModule]:
    return in_order(enumerator.modules())


@pytest.fixture(scope="module")
def session(lean: Installation) -> Iterator[EmbeddedSession]:
    opened = EmbeddedSession(lean, context("core"), LIMITS)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def verifier(lean: Installation) -> Iterator[EmbeddedVerifier]:
    opened = EmbeddedVerifier(lean, LIMITS)
    yield opened
    opened.close()


def problems(rows: dict[str, ModuleRow]) -> list[Problem]:
    return [
        Problem(name=theorem.name, statement=theorem.statement, context=f"library:{row.module}")
        for row in rows.values()
        for theorem in row.theorems
    ]


class TestEnumeration:
    def test_every_module_stands_after_what_it_imports(self, modules: list[wire.LibraryModule]) -> None:
        place = {module.name: position for position, module in enumerate(modules)}
        assert len(place) == 900
        assert all(place[name] < place[module.name] for module in modules for name in module.imports if name in place)

    def test_theorems_are_stated_and_others_counted(self, rows: dict[str, ModuleRow]) -> None:
        assert rows["Init.Core"].dropped["own module"] > 0
        for row in rows.values():
            assert row.dropped["generated"] > 0
            assert 0 < len(row.theorems) == 12 - row.dropped.get("one constant", 0)
            for theorem in row.theorems:
                assert theorem.statement.startswith("theorem ") and theorem.statement.endswith(":= by")

    def test_every_statement_is_understood(self, rows: dict[str, ModuleRow], session: EmbeddedSession) -> None:
        for problem in problems(rows):
            assert len(session.start(problem).goals) == 1

    def test_automation_without_its_lemmas_is_marked(self, rows: dict[str, ModuleRow]) -> None:
        assert rows["Init.Core"].lacks == ("simp", "omega", "grind")
        assert "simp" not in rows["Init.Data.Nat.Dvd"].lacks

    def test_a_statement_has_the_type_of_its_theorem(
        self, enumerator: Enumerator, verifier: EmbeddedVerifier, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(enumeration, "sample", lambda _: (["Nat.dvd_refl"], 0))
        row = enumerator.row(NAT, 0)
        (problem,) = problems({row.module: row})
        # A verdict carries the type that the verifier elaborated, in a process of its own.
        verdict = verifier.verify(problem, "exact ⟨1, by simp⟩")
        assert isinstance(verdict, VerifiedProof) and verdict.type_digest == row.theorems[0].digest

    def test_names_that_nobody_can_write_are_replaced(
        self, enumerator: Enumerator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            enumeration, "sample", lambda names: (["Quot.sound", "HEq.trans", "Function.comp_assoc"], 0)
        )
        statements = [theorem.statement for theorem in enumerator.row(EARLY, 0).theorems]
        assert statements and not [statement for statement in statements if "✝" in statement]

    def test_axioms_are_no_theorems(self) -> None:
        assert sample(["propext", "Nat.a", "Lean.ofReduceBool", "Quot.sound"]) == (["Nat.a"], 0)

    def test_a_large_module_is_sampled(self) -> None:
        names = [f"t{number}" for number in range(100)]
        chosen, skipped = sample(names)
        assert (len(chosen), skipped) == (80, 20)
        assert sample(names[::-1]) == (chosen, skipped)

    def test_a_killed_enumeration_goes_on_where_it_was(
        self, lean: Installation, rows: dict[str, ModuleRow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(enumeration, "home", lambda: tmp_path)
        monkeypatch.setattr(enumeration, "in_order", lambda _: [EARLY, NAT])
        monkeypatch.setattr(enumeration, "MOST_OF_A_MODULE", 12)
        # The row of the first module has a mark of its own: it is not made again. The second is torn off.
        kept = rows["Init.Core"].model_copy(update={"skipped": 12345})
        partial = tmp_path / f"{record.FILE}.partial"
        partial.write_text(f"{kept.model_dump_json()}\n{rows[NAT.name].model_dump_json()[:100]}")
        said: list[str] = []
        path = enumeration.enumerate_library(lean, said.append)
        assert record.read(path) == [kept, rows[NAT.name]] and not partial.exists()
        assert said[-1].startswith("2 of 2 modules")
        assert enumeration.enumerate_library(lean, said.append) == path and len(said) == 1

    def test_a_theorem_that_one_imported_constant_closes_is_dropped(
        self, enumerator: Enumerator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # `id_def` is `rfl`; nothing that is imported says `Not.intro`.
        monkeypatch.setattr(enumeration, "sample", lambda _: (["Not.intro", "id_def"], 0))
        row = enumerator.row(EARLY, 0)
        assert [theorem.name for theorem in row.theorems] == ["Not.intro"]
        assert row.dropped["one constant"] == 1


class TestContexts:
    def test_the_theorem_is_not_there(self, session: EmbeddedSession) -> None:
        state = session.start(COMMUTED)
        for constant in ("Nat.add_comm", "Nat.mul_comm"):
            step = session.step(state, f"exact {constant} n m")
            assert isinstance(step, Rejected) and "nknown constant" in step.reason
        assert isinstance(session.step(state, "omega"), Rejected)

    def test_contexts_do_not_mix_in_a_session(self, session: EmbeddedSession) -> None:
        late = COMMUTED.model_copy(update={"context": "library:Init.Data.Nat.Dvd"})
        early, there = session.start(COMMUTED), session.start(late)
        assert isinstance(session.step(there, "exact Nat.add_comm n m"), Solved)
        assert isinstance(session.step(early, "exact Nat.add_comm n m"), Rejected)
        core = Problem(name="t", statement="theorem t (a b : ℕ) : a + b = b + a := by")
        assert isinstance(session.step(session.start(core), "omega"), Solved)
        assert isinstance(session.step(early, "exact Nat.add_comm n m"), Rejected)

    def test_the_verifier_judges_in_the_same_context(self, verifier: EmbeddedVerifier) -> None:
        refused = verifier.verify(COMMUTED, "exact Nat.add_comm n m")
        assert isinstance(refused, Rejection) and refused.reason is RejectReason.ELABORATION
        late = COMMUTED.model_copy(update={"context": "library:Init.Data.Nat.Dvd"})
        assert isinstance(verifier.verify(late, "exact Nat.add_comm n m"), VerifiedProof)
        refused = verifier.verify(COMMUTED, "exact Nat.add_comm n m")
        assert isinstance(refused, Rejection) and refused.lean.context == "library:Init.Data.Nat.Basic"

    def test_traps_close_as_in_core(self, verifier: EmbeddedVerifier) -> None:
        false = Problem(name="f", statement="theorem f : 1 = 2 := by", context="library:Init.Data.Nat.Dvd")
        for proof in ("sorry", "exact sorryAx _", "native_decide", "simp\n\ntheorem g : 1 = 1 := by\n  rfl"):
            assert isinstance(verifier.verify(false, proof), Rejection)
        whole = "axiom a : 1 = 2\ntheorem f : 1 = 2 := by\n  exact a\n"
        assert isinstance(verifier.verify(false, whole), Rejection)

    @pytest.mark.parametrize("chosen", [(NAT.name,), pytest.param((EARLY.name, NAT.name), marks=pytest.mark.slow)])
    def test_nothing_leaks(
        self,
        chosen: tuple[str, ...],
        lean: Installation,
        rows: dict[str, ModuleRow],
        modules: list[wire.LibraryModule],
    ) -> None:
        place = {module.name: position for position, module in enumerate(modules)}
        with LeanProcess(lean) as process:
            for row in (rows[name] for name in chosen):
                load(process, lean, context(f"library:{row.module}"), 300)
                names = tuple(theorem.name for theorem in row.theorems)
                found = process.ask(wire.Contents(names=names), wire.ContentsFound, 300)
                assert found.names == ()
                assert found.modules and all(place[name] < place[row.module] for name in found.modules)

    def test_the_library_alone_is_no_context(self, lean: Installation) -> None:
        session = EmbeddedSession(lean, context("library"), LIMITS)
        with pytest.raises(UsageError, match="library:Init"):
            session.ready()
        with pytest.raises(UsageError, match="there is no context"):
            context("library:../../etc")


def stated(name: str, digest: str = "") -> Stated:
    return Stated(name=name, statement=f"theorem {name} : True := by", way=0, digest=digest or name)


@pytest.fixture(scope="module")
def path(lean: Installation) -> Path:
    """The whole library, as it lies in the user's cache or is made now."""
    return enumeration.enumerate_library(lean, print)


@pytest.mark.slow
class TestWhole:
    def test_there_are_enough_theorems(self, path: Path) -> None:
        found = Counter(problem.split for problem in source.problems(path))
        assert found["train"] >= 5000 and found["valid"] >= 1000 and found["test"] >= 300
        assert len({problem.name for problem in source.problems(path)}) == found.total()

    def test_a_sample_is_understood_and_leaks_nothing(
        self, lean: Installation, path: Path, session: EmbeddedSession
    ) -> None:
        rows = record.read(path)
        place = {row.module: row.order for row in rows}
        with LeanProcess(lean) as process:
            for row in [row for row in rows if row.theorems][::25]:
                for problem in problems({row.module: row})[:10]:
                    assert len(session.start(problem).goals) == 1
                if process.is_full(f"library:{row.module}"):
                    process.kill()
                load(process, lean, context(f"library:{row.module}"), 300)
                found = process.ask(
                    wire.Contents(names=tuple(theorem.name for theorem in row.theorems)), wire.ContentsFound, 300
                )
                assert found.names == ()
                assert all(place[name] < row.order for name in found.modules)

    def test_the_same_rows_come_out_again(self, path: Path, enumerator: Enumerator) -> None:
        row = next(row for row in record.read(path) if row.module == NAT.name)
        assert enumerator.row(NAT, row.order).model_copy(update={"imports": row.imports}) == row


class TestDataset:
    @pytest.fixture
    def file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path))
        monkeypatch.delenv("PROOFSMITH_DATA", raising=False)
        path = record.home() / record.FILE
        path.parent.mkdir(parents=True)
        made = [
            ModuleRow(module="Init.B", order=1, imports=("Init.A",), theorems=(stated("same", "0"), stated("b"))),
            ModuleRow(module="Init.A", order=0, imports=(), lacks=("grind",), theorems=(stated("a", "0"),)),
        ]
        made += [
            ModuleRow(
                module=f"Init.M{number}",
                order=2 + number,
                imports=(),
                theorems=tuple(stated(f"m{number}_{theorem}") for theorem in range(40)),
            )
            for number in range(50)
        ]
        path.write_text("".join(f"{row.model_dump_json()}\n" for row in made))
        return path

    def test_of_equal_types_the_first_in_the_library_is_kept(self, file: Path) -> None:
        found = {problem.name: problem for problem in source.problems(file)}
        assert "same" not in found and {"a", "b"} < found.keys()
        assert (found["a"].context, found["a"].source) == ("library:Init.A", "Init.A")
        assert (found["a"].lacks, found["a"].where.module) == (("grind",), "Init.A")

    def test_splits_are_disjoint_and_hold_out_whole_modules(self, file: Path) -> None:
        splits = {name: find_dataset(f"library/{name}").problems for name in SPLITS}
        names = [problem.name for found in splits.values() for problem in found]
        assert len(names) == len(set(names)) == 2002
        held_out = {problem.context for name in ("valid", "test") for problem in splits[name]}
        assert held_out and not held_out & {problem.context for problem in splits["train"]}
        assert {problem.context for problem in splits["valid_name"]} <= {problem.context for problem in splits["train"]}

    def test_the_first_block_is_a_sample(self, file: Path) -> None:
        train = find_dataset("library/train").problems
        assert len({problem.context for problem in train[:300]}) > 20
        switches = sum(a.context != b.context for a, b in pairwise(train[:300]))
        assert switches < 50

    def test_siblings_are_one_family(self) -> None:
        assert family("Init.Data.Array.Lemmas") == family("Init.Data.List.Lemmas") == family("Init.Data.Vector.Lemmas")
        assert family("Std.Data.ExtDHashMap.Lemmas") == family("Std.Data.TreeSet.Raw.Lemmas") == "maps"
        assert family("Init.Data.Nat.Lemmas") == "Init.Data.Nat.Lemmas"

    def test_the_split_of_a_name_never_changes(self) -> None:
        found = [split(name, "Init.Data.Nat.Lemmas") for name in ("Nat.t0", "Nat.t17", "Nat.t35")]
        assert found == ["train", "test_name", "valid_name"]
        assert split("Nat.dvd_refl", "Init.Data.Nat.Dvd") == "valid"

    def test_what_is_not_there_is_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path))
        monkeypatch.delenv("PROOFSMITH_DATA", raising=False)
        with pytest.raises(DataError, match="prover data get library"):
            find_dataset("library/train")
        with pytest.raises(InputError, match="no split 'all'"):
            find_dataset("library/all")

    def test_one_theorem_is_found_by_its_name(self, file: Path) -> None:
        wanted = find_dataset("library/train").problems[7]
        assert read_target("library/train", wanted.name) == [wanted]

    def test_runs_know_that_problems_bring_their_contexts(self, file: Path) -> None:
        dataset = find_dataset("library/train")
        assert in_context(SearchConfig(), dataset).context == "library"
        with pytest.raises(UsageError, match="embedded"):
            in_context(SearchConfig(lean="native"), dataset)

    def test_a_torn_row_is_passed_over(self, file: Path) -> None:
        whole = record.read(file)
        file.write_bytes(file.read_bytes()[:-20])
        assert record.read(file) == whole[:-1]
        file.write_bytes(b"{}\n")
        with pytest.raises(DataError, match="damaged"):
            record.read(file)
