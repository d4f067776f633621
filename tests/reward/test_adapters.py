"""The faces against the real packages, with a scripted or a tiny model; what is not installed is skipped and said.

`make test-adapters` installs them. verl and OpenRLHF need a GPU: their functions are called in `test_rewards.py`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import prover.reward.shared as shared
from tests.reward.toy_rewards import STATEMENT, Counting

pytestmark = pytest.mark.slow


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


def test_verifiers_scores_a_trace(rewards: Counting, dataset: Path) -> None:
    pytest.importorskip("verifiers.v1", exc_type=ImportError)
    from prover.reward.taskset import LeanConfig, LeanTaskset

    tasks = list(LeanTaskset(LeanConfig(dataset=str(dataset))))
    assert [task.data.name for task in tasks] == ["s1", "s2"] and not tasks[0].NEEDS_CONTAINER
    for answer, value in (("```lean\n2\n```", 1.0), ("7", 0.0)):
        trace = SimpleNamespace(assistant_messages=[SimpleNamespace(content=answer)], info={})
        assert asyncio.run(tasks[0].lean_verified(trace)) == value
        assert trace.info["kind"] == ("accepted" if value else "elaboration")


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


def test_inspect_evaluates_a_scripted_model(rewards: Counting, dataset: Path, tmp_path: Path) -> None:
    inspect_ai = pytest.importorskip("inspect_ai")
    from inspect_ai.model import ModelOutput, get_model

    from prover.reward.inspect import lean

    outputs = [ModelOutput.from_content("mockllm/model", text) for text in ("```lean\n2\n```", "no idea")]
    model = get_model("mockllm/model", custom_outputs=outputs)
    (log,) = inspect_ai.eval(
        lean(dataset=str(dataset)), model=model, log_dir=str(tmp_path), display="none", max_samples=1
    )
    assert log.status == "success", log.error
    assert log.results.scores[0].metrics["accuracy"].value == 0.5
    kinds = sorted(next(iter(sample.scores.values())).metadata["kind"] for sample in log.samples)
    assert kinds == ["accepted", "elaboration"]


def test_lm_eval_finds_the_task_and_scores_with_it(rewards: Counting) -> None:
    pytest.importorskip("lm_eval")
    from lm_eval.tasks import TaskManager

    from prover.reward.lm_eval import FOLDER, process_results

    assert "proofsmith_lean" in TaskManager(include_path=str(FOLDER)).all_tasks
    assert process_results({"formal_statement": STATEMENT}, [["7", "42"]]) == {"verified": 1.0}
    assert process_results({"formal_statement": STATEMENT}, ["7"]) == {"verified": 0.0}
