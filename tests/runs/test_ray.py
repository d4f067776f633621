"""Attempts on a Ray cluster of two nodes: the same rows as in threads, whatever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

pytest.importorskip("ray", reason="Ray is not installed (the extra scale): nothing runs on a cluster")

from prover.bench.config import run_config
from prover.bench.folder import open_run, read_run
from prover.bench.run import run
from prover.bench.summary import summarise
from prover.bench.watch import Quiet
from prover.config import search_config
from prover.lean.embedded.install import Installation
from prover.problems.dataset import Dataset
from prover.runs.actors import PolicyActor, RemoteGenerator
from prover.runs.ray import RayExecutor
from prover.runs.solver import lean_info
from prover.runs.threads import Threads
from prover.runs.work import OpenSolve, OpenWork
from prover.types import Problem
from tests.bench import toy
from tests.bench.test_bench_run import begun, go, outcomes
from tests.runs.work import OpenKilling, OpenPoison, ask, at_once, door

pytestmark = pytest.mark.slow  # whole runs on real Lean: minutes

ROOT = Path(__file__).parents[2]
MEMORY = 100_000_000
SECONDS = 240.0


class Nodes:
    """A cluster of two nodes on this machine, a CPU each, and what can happen to it."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self.cluster = Cluster(
            initialize_head=True,
            head_node_args={"num_cpus": 1, "object_store_memory": MEMORY, "include_dashboard": False},
        )
        self.second = self._add()

    @property
    def address(self) -> str:
        return str(self.cluster.address)

    def lose(self) -> None:
        """Kill the second node with all that runs there."""
        self.cluster.remove_node(self.second, allow_graceful=False)

    def mend(self) -> None:
        self.second = self._add()

    def _add(self) -> object:
        return self.cluster.add_node(num_cpus=1, object_store_memory=MEMORY)


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "disabled")
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        import ray

        made = Nodes()
        ray.init(address=made.address, logging_level="ERROR", log_to_driver=False)
        yield made
        ray.shutdown()
        made.cluster.shutdown()


def attempt(folder: Path, dataset: Dataset, work: OpenWork, workers: int = 2) -> None:
    with open_run(folder, toy.config(dataset, toy.settings()), dataset) as opened:
        run(opened, dataset.problems, work, RayExecutor(workers), Quiet())


def test_rows_are_those_of_threads(nodes: Nodes, tmp_path: Path) -> None:
    dataset = toy.toys(20)
    go(tmp_path / "threads", dataset, toy.settings(workers=2))
    attempt(tmp_path / "ray", dataset, toy.OpenToys(toy.settings()))
    expected, found = outcomes(tmp_path / "threads"), outcomes(tmp_path / "ray")
    assert found == expected and len(found) == 20
    assert any(row["proof"] for row in found.values())
    made = read_run(tmp_path / "ray")
    assert made.lost == () and [segment.executor for _, segment in made.segments] == ["ray"]
    assert all(made.tree(name, 0) is not None for name, _ in found)
    _gone()


def test_ray_is_imported_only_when_asked_for() -> None:
    script = (
        "import sys; import prover.cli, prover.commands.bench, prover.bench.run, prover.runs.loop;"
        "from prover.runs.executor import make_executor; make_executor('threads', 1); sys.exit('ray' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 0


@pytest.mark.slow
class TestKills:
    def test_of_an_actor_lose_nothing(self, nodes: Nodes, tmp_path: Path) -> None:
        self._same_rows_after(tmp_path, lambda: os.kill(_actors()[0].pid, signal.SIGKILL))

    def test_of_a_node_lose_nothing(self, nodes: Nodes, tmp_path: Path) -> None:
        try:
            self._same_rows_after(tmp_path, nodes.lose)
        finally:
            nodes.mend()

    def test_of_the_driver_lose_nothing(self, nodes: Nodes, tmp_path: Path) -> None:
        count = 30
        go(tmp_path / "whole", toy.toys(count), toy.settings())
        command = [sys.executable, "-m", "tests.bench.toy_process", str(tmp_path / "ray"), str(count), "0.02", "2"]
        driver = subprocess.Popen([*command, f"ray:{nodes.address}"], cwd=ROOT)
        _until(lambda: _rows(tmp_path / "ray") >= 3)
        driver.send_signal(signal.SIGKILL)
        driver.wait()
        _gone()
        before = read_run(tmp_path / "ray")
        assert 3 <= len(before.attempts) < count
        assert subprocess.run([*command, "threads"], cwd=ROOT, timeout=SECONDS).returncode == 0
        assert outcomes(tmp_path / "ray") == outcomes(tmp_path / "whole")
        found = read_run(tmp_path / "ray")
        assert found.attempts[: len(before.attempts)] == before.attempts, "what has a row is not made again"
        assert begun(tmp_path / "ray") == count + len(found.lost)

    def test_every_time_end_as_infrastructure_and_stop_nobody(self, nodes: Nodes, tmp_path: Path) -> None:
        names = [*(f"toy_{number}" for number in range(4)), "poison", *(f"toy_{number}" for number in range(4, 8))]
        dataset = Dataset("mixed", "", tuple(toy.toy(name, n) for n, name in enumerate(names)), "", (), {})
        attempt(tmp_path, dataset, OpenPoison(toy.settings(), 0.01))
        rows = {row.problem: row for row in read_run(tmp_path).attempts}
        assert set(rows) == set(names)
        assert rows["poison"].status == "error" and "died 3 times" in rows["poison"].message
        assert rows["poison"].strategy == "best-first" and rows["poison"].policy == "automation"
        assert all(row.status != "error" for name, row in rows.items() if name != "poison")
        summary = summarise(read_run(tmp_path))
        assert [failure.problem for failure in summary.infrastructure_failures] == ["poison"]
        assert [lost.problem for lost in summary.lost] == ["poison"] * 2
        _gone()

    def test_of_a_lean_process_stay_inside_the_actor(self, nodes: Nodes, lean: Installation, tmp_path: Path) -> None:
        search = search_config(budget="lean_calls=20", heartbeats=2000)
        proved = ("(a b : ℕ) : a + b = b + a", "(p q : Prop) (h : p ∧ q) : q ∧ p")
        statements = (*proved, "(n : ℕ) : n < 5", "(n : ℕ) : n = 7")
        problems = [
            Problem(name=f"own_{number}", statement=f"theorem own_{number} {statement} := by")
            for number, statement in enumerate(statements)
        ]
        dataset = Dataset("own", "", tuple(problems), "", (), {})
        config = run_config(dataset, lean_info(search), search)
        for name, executor, kills in (("ray", RayExecutor(2), 3), ("threads", Threads(1), 0)):
            with open_run(tmp_path / name, config, dataset) as opened:
                run(opened, dataset.problems, OpenKilling(search, kills), executor, Quiet())
        found = read_run(tmp_path / "ray")
        assert found.lost == (), "the actor lives"
        rows, expected = (
            {row.problem: (row.status, row.proof) for row in read_run(tmp_path / name).attempts}
            for name in ("ray", "threads")
        )
        assert rows == expected and [status for status, _ in expected.values()].count("proved") == 2
        _gone()

    def _same_rows_after(self, tmp_path: Path, kill: Callable[[], None]) -> None:
        count = 24
        go(tmp_path / "whole", toy.toys(count), toy.settings())
        faults: list[BaseException] = []

        def later() -> None:
            try:
                _until(lambda: _rows(tmp_path / "ray") >= 3 and len(_actors()) == 2)
                kill()
            except BaseException as error:  # raised in the test
                faults.append(error)

        killer = threading.Thread(target=later)
        killer.start()
        attempt(tmp_path / "ray", toy.toys(count), toy.OpenToys(toy.settings(), 0.02))
        killer.join()
        assert not faults, faults
        assert outcomes(tmp_path / "ray") == outcomes(tmp_path / "whole")
        found = read_run(tmp_path / "ray")
        assert begun(tmp_path / "ray") == count + len(found.lost)
        _gone()


@pytest.mark.slow
def test_many_problems_keep_the_memory_of_the_driver_flat(nodes: Nodes, tmp_path: Path) -> None:
    count, sizes = 10_000, dict[int, int]()
    dataset = toy.toys(count)
    driver = psutil.Process()

    class Watch(Quiet):
        done = 0

        def row(self, attempt: object) -> None:
            self.done += 1
            if self.done % 1000 == 0:
                sizes[self.done] = driver.memory_info().rss

    work = OpenSolve(at_once, "toy", "best-first")
    with open_run(tmp_path, toy.config(dataset, toy.settings()), dataset) as opened:
        run(opened, dataset.problems, work, RayExecutor(2), Watch())
    assert len({row.problem for row in read_run(tmp_path).attempts}) == count
    assert sizes[count] - sizes[1000] < 40_000_000, sizes


@pytest.mark.slow
def test_a_model_merges_what_searches_ask_and_comes_back_when_it_dies(nodes: Nodes) -> None:
    import ray

    made = ray.remote(max_restarts=-1, max_task_retries=0, max_concurrency=8, num_cpus=0)(PolicyActor)
    model = RemoteGenerator(made.remote(door))

    asking = ray.remote(num_cpus=0)(ask)
    ray.get([asking.remote(model, 0) for _ in range(2)])  # the processes are there
    sizes = ray.get([asking.remote(model, seed) for seed in (1, 2, 3)])
    assert sorted(sizes) == ["1", "2", "2"], "requests of several processes go together"
    with pytest.raises(Exception, match="died 3 times"):
        ask(model, -1)
    assert ray.get(asking.remote(model, 0)) == "1"
    ray.kill(model.actor)


@pytest.mark.slow
def test_a_cluster_of_its_own_leaves_no_process(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.bench.toy_process", str(tmp_path / "run"), "6", "0", "2", "ray"]
    before = _ray_processes()
    assert subprocess.run(command, cwd=ROOT, timeout=SECONDS).returncode == 0
    _until(lambda: _ray_processes() <= before)
    go(tmp_path / "whole", toy.toys(6), toy.settings())
    assert outcomes(tmp_path / "run") == outcomes(tmp_path / "whole")


def _actors() -> list[psutil.Process]:
    return [process for process in _processes() if "SearchActor" in _command(process)]


def _ray_processes() -> set[int]:
    return {process.pid for process in _processes() if "ray" in _command(process).split(" ")[0]}


def _processes() -> list[psutil.Process]:
    return list(psutil.process_iter())


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline()) if process.status() != psutil.STATUS_ZOMBIE else ""
    except psutil.Error:
        return ""


def _rows(folder: Path) -> int:
    rows = folder / "attempts.jsonl"
    return rows.read_bytes().count(b"\n") if rows.exists() else 0


def _gone() -> None:
    """No actor of a run is left."""
    _until(lambda: not _actors())


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.1)
