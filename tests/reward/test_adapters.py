"""The faces against the real packages, with a scripted or a tiny model; what is not installed is skipped and said.

`make test-adapters` installs each into an environment of its own. verl and OpenRLHF need a GPU: their functions are
called in `test_rewards.py`.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import prover.reward.shared as shared
from tests.reward.scripted import scripted_model
from tests.reward.toy_rewards import STATEMENT, Counting

pytestmark = pytest.mark.slow
GUARD = 1_200
"""Seconds after which a command is given up. The first import of such a package compiles thousands of files."""


@pytest.fixture
def rewards(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    with Counting() as made:
        monkeypatch.setattr(shared, "_shared", [made])
        yield made


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    path = tmp_path / "sums.jsonl"
    rows = [{"name": f"s{n}", "formal_statement": f"theorem s{n} : {n} + 1 = {n + 1} := by"} for n in (1, 2)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def as_installed() -> dict[str, str]:
    """Return an environment in which the package is the installed one, and its environment's commands come first."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return kept | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"}


def test_trl_trains_on_the_reward(rewards: Counting, tmp_path: Path) -> None:
    trl = pytest.importorskip("trl")
    datasets = pytest.importorskip("datasets")
    from prover.reward.trl import lean_reward
    from tests.learners.small import base

    folder = base(tmp_path / "model")
    rows = datasets.Dataset.from_list([{"prompt": "prove", "statement": STATEMENT}] * 2)
    settings = trl.GRPOConfig(
        output_dir=str(tmp_path / "out"), max_steps=1, num_generations=2, per_device_train_batch_size=2,
        max_completion_length=4, use_cpu=True, bf16=False, fp16=False, report_to=[], logging_steps=1,
    )  # fmt: skip
    trainer = trl.GRPOTrainer(str(folder), reward_funcs=lean_reward, args=settings, train_dataset=rows)
    trainer.train()
    assert rewards.asked > 0
    logged = {name for row in trainer.state.log_history for name in row}
    assert "rewards/lean_reward/mean" in logged and any("lean/" in name for name in logged)


def test_trl_trains_in_the_environment(rewards: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TRL reads the tool's schema off the environment, opens each row's statement, and asks it for the reward."""
    trl = pytest.importorskip("trl")
    datasets = pytest.importorskip("datasets")
    from transformers import AutoTokenizer
    from trl.chat_template_utils import qwen3_chat_template

    import prover.reward.trl as face
    from prover.reward.tactics import TacticWalk
    from tests.learners.small import base
    from tests.reward.test_rewards import ToyStepper

    opened: list[str] = []

    class Walk(TacticWalk):
        def open(self, statement: str) -> str:
            opened.append(statement)
            return super().open(statement)

    monkeypatch.setattr(face, "TacticWalk", lambda rewards: Walk(rewards, ToyStepper))
    folder = base(tmp_path / "model")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = qwen3_chat_template
    row = {"prompt": [{"role": "user", "content": "prove"}], "statement": STATEMENT}
    settings = trl.GRPOConfig(
        output_dir=str(tmp_path / "out"), max_steps=1, num_generations=2, per_device_train_batch_size=2,
        max_completion_length=4, use_cpu=True, bf16=False, fp16=False, report_to=[], logging_steps=1,
    )  # fmt: skip
    trainer = trl.GRPOTrainer(
        str(folder), args=settings, train_dataset=datasets.Dataset.from_list([row] * 2), processing_class=tokenizer,
        environment_factory=face.TacticEnvironment,
    )  # fmt: skip
    assert [tool.__name__ for tool in trainer.tools] == ["apply_tactic"]
    trainer.train()
    assert opened and set(opened) == {STATEMENT}
    assert any("rewards/TacticEnvironment/mean" in row for row in trainer.state.log_history)


def test_verifiers_scores_a_trace(rewards: Counting, dataset: Path) -> None:
    pytest.importorskip("verifiers.v1", exc_type=ImportError)
    from prover.reward.taskset import LeanConfig, LeanTaskset

    tasks = list(LeanTaskset(LeanConfig(dataset=str(dataset))))
    assert [task.data.name for task in tasks] == ["s1", "s2"] and not tasks[0].NEEDS_CONTAINER
    for answer, value in (("```lean\n2\n```", 1.0), ("7", 0.0)):
        trace = SimpleNamespace(assistant_messages=[SimpleNamespace(content=answer)], info={})
        assert asyncio.run(tasks[0].lean_verified(trace)) == value
        assert trace.info["kind"] == ("accepted" if value else "elaboration")


def test_verifiers_evaluates_a_scripted_model_with_real_lean(tmp_path: Path) -> None:
    """`vf-eval` itself: it finds the taskset by its name, asks the model, and has Lean judge."""
    pytest.importorskip("verifiers.v1", exc_type=ImportError)
    rows = [{"name": f"s{n}", "formal_statement": f"theorem s{n} : {n} + 1 = 2 := by"} for n in (1, 2)]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with scripted_model(lambda asked: "```lean\nrfl\n```") as address:
        command = [
            str(Path(sys.executable).parent / "vf-eval"), "proofsmith_lean", "--env.taskset.dataset", "rows.jsonl",
            "--env.agent.harness.id", "null", "--env.agent.runtime.type", "subprocess",
            "--model", "scripted", "--client.base-url", address, "--client.api-key-var", "SCRIPTED_KEY", "--no-push",
            "--output-dir", str(tmp_path / "out"),
        ]  # fmt: skip
        env = as_installed() | {"SCRIPTED_KEY": "x"}
        done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=GUARD)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (written,) = (tmp_path / "out").rglob("traces.jsonl")
    found = [json.loads(line) for line in written.read_text(encoding="utf-8").splitlines()]
    traces = {row["task"]["data"]["name"]: trace for row in found for trace in row["traces"]}
    kinds = {name: (one["rewards"]["lean_verified"]["score"], one["info"]["kind"]) for name, one in traces.items()}
    assert kinds == {"s1": (1.0, "accepted"), "s2": (0.0, "elaboration")}
    assert all(one["metrics"]["lean_readable"] == 1.0 for one in traces.values())


def test_openenv_over_its_socket(rewards: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("openenv.core.env_server", exc_type=ImportError)
    from fastapi.testclient import TestClient

    import prover.reward.tactics as tactics
    from prover.reward import openenv
    from tests.reward.test_rewards import ToyStepper

    monkeypatch.setattr(tactics, "shared_stepper", ToyStepper)
    monkeypatch.setattr(openenv, "TacticWalk", lambda rewards: tactics.TacticWalk(rewards, ToyStepper))

    def said(socket: Any, kind: str, **data: Any) -> Any:
        socket.send_json({"type": kind, "data": data})
        return socket.receive_json()["data"]

    with TestClient(openenv.make_app()) as client, client.websocket_connect("/ws") as socket:
        first = said(socket, "reset", statement=STATEMENT)
        assert first["observation"]["goals"] == ["⊢ 40 + 2 = ?"] and not first["done"]
        wrong = said(socket, "step", tactic="7")
        assert "not the sum" in wrong["observation"]["error"] and wrong["reward"] == 0.0
        said(socket, "step", tactic="4")
        last = said(socket, "step", tactic="2")
        assert (last["reward"], last["done"]) == (1.0, True)


def scripted_outputs(*texts: str) -> list[Any]:
    """Return what a mock model says; with a usage, or inspect_ai fetches a tokenizer to count it."""
    from inspect_ai.model import ModelOutput, ModelUsage

    outputs = [ModelOutput.from_content("mockllm/model", text) for text in texts]
    for output in outputs:
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    return outputs


def test_inspect_evaluates_a_scripted_model(rewards: Counting, dataset: Path, tmp_path: Path) -> None:
    inspect_ai = pytest.importorskip("inspect_ai")
    from inspect_ai.model import get_model

    from prover.reward.inspect import lean

    model = get_model("mockllm/model", custom_outputs=scripted_outputs("```lean\n2\n```", "no idea"))
    (log,) = inspect_ai.eval(
        lean(dataset=str(dataset)), model=model, log_dir=str(tmp_path), display="none", max_samples=1
    )
    assert log.status == "success", log.error
    assert log.results.scores[0].metrics["accuracy"].value == 0.5
    kinds = sorted(next(iter(sample.scores.values())).metadata["kind"] for sample in log.samples)
    assert kinds == ["accepted", "elaboration"]


def test_inspect_finds_the_task_and_our_search_solves_it_with_real_lean(tmp_path: Path) -> None:
    """`inspect eval` itself: the task by its entry point, our search as the solver, the verifier as the scorer."""
    pytest.importorskip("inspect_ai")
    rows = [{"name": f"s{n}", "formal_statement": f"theorem s{n} : {n} + 1 = 2 := by"} for n in (1, 2)]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    command = [
        str(Path(sys.executable).parent / "inspect"), "eval", "prover/lean", "--model", "mockllm/model",
        "--log-dir", "out", "--log-format", "json", "--display", "none",
        "-T", "dataset=rows.jsonl", "-T", "solver=search",
    ]  # fmt: skip
    done = subprocess.run(command, env=as_installed(), cwd=tmp_path, capture_output=True, text=True, timeout=GUARD)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (written,) = (tmp_path / "out").glob("*.json")
    log = json.loads(written.read_text(encoding="utf-8"))
    assert log["status"] == "success", log["error"]
    assert log["results"]["scores"][0]["metrics"]["accuracy"]["value"] == 0.5


def test_lm_eval_runs_a_scripted_model_on_the_task(rewards: Counting, dataset: Path) -> None:
    lm_eval = pytest.importorskip("lm_eval")
    from lm_eval.api.model import LM
    from lm_eval.tasks import TaskManager

    from prover.reward.lm_eval import FOLDER

    class Scripted(LM):  # type: ignore[misc]
        def generate_until(self, requests: list[Any], disable_tqdm: bool = False) -> list[str]:
            assert all("formal" not in request.args[0] and "theorem s" in request.args[0] for request in requests)
            return ["```lean\n2\n```", "no idea"]

        def loglikelihood(self, requests: list[Any], disable_tqdm: bool = False) -> list[Any]:
            raise NotImplementedError

        def loglikelihood_rolling(self, requests: list[Any], disable_tqdm: bool = False) -> list[Any]:
            raise NotImplementedError

    told = {"dataset": str(dataset)}
    manager = TaskManager(include_path=str(FOLDER), metadata=told)
    found = lm_eval.simple_evaluate(
        Scripted(), tasks=["proofsmith_lean"], task_manager=manager, metadata=told, bootstrap_iters=0
    )
    assert found["results"]["proofsmith_lean"]["verified,none"] == 0.5


def test_lm_eval_finds_the_task_and_scores_with_it(rewards: Counting) -> None:
    pytest.importorskip("lm_eval")
    from lm_eval.tasks import TaskManager

    from prover.reward.lm_eval import FOLDER, process_results

    assert "proofsmith_lean" in TaskManager(include_path=str(FOLDER)).all_tasks
    assert process_results({"formal_statement": STATEMENT}, [["7", "42"]]) == {"verified": 1.0}
    assert process_results({"formal_statement": STATEMENT}, ["7"]) == {"verified": 0.0}
