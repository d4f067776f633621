"""The errors that people meet with a model policy: one sentence with the remedy, exit code 2."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prover.cli import run
from prover.errors import PolicyError
from prover.lean.embedded.install import Installation
from prover.lean.open import LeanEnv
from prover.policies.models.loading import reason
from prover.policies.models.settings import LocalSettings
from tests.policies.conftest import WITHOUT
from tests.policies.stub_server import Stub, says, serving, status
from tests.policies.tiny_problems import BOTH, PROBLEMS, SUM, answer

Capture = pytest.CaptureFixture[str]
WORKING = re.compile(r"prover: (reading |proving |starting |\d+ s|.+: .+, \d+ s$)")


@pytest.fixture(autouse=True)
def no_lean_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lean would start beside each policy that cannot be loaded."""
    monkeypatch.setattr(LeanEnv, "warm", lambda env, problem: None)


def refused(capsys: Capture, policy: str, *arguments: str) -> str:
    """Return the one sentence with which the command gives up; what it says while it works stands above."""
    assert run(["prove", SUM.statement, "--policy", policy, *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = [line for line in printed.err.splitlines() if line.startswith("prover: ") and not WORKING.match(line)]
    assert len(lines) == 1 and "Traceback" not in printed.err
    return lines[0]


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ("hf:model?tmperature=1", "hf has no setting 'tmperature'; it has recipe, temperature, top_p"),
        ("vllm:model?dtype=float33", "vllm cannot take dtype=float33: Input should be 'auto', 'float32', 'bfloat16'"),
        ("hf:model?top_p=2", "hf cannot take top_p=2: Input should be less than or equal to 1"),
        ("openai:http://x/v1#m?api_key=sk-1", "no setting 'api_key': keys come from the environment only, see key_env"),
        ("hf:model?recipe=reprovr", "there is no recipe 'reprovr'; did you mean reprover?"),
        ("openai:http://x/v1", "openai needs the model after the server's address"),
        ("openai:http://127.0.0.1:9/v1#m", "no server answers there: start it, or correct the address"),
    ],
)
def test_what_is_said_without_any_extra(policy: str, sentence: str, capsys: Capture) -> None:
    said = refused(capsys, policy)
    assert sentence in said and "sk-1" not in said.replace("openai:http://x/v1#m?api_key=sk-1", "")


@pytest.mark.parametrize(("kind", "module", "extra"), [("hf", "torch", "ml"), ("vllm", "vllm", "vllm")])
def test_a_missing_extra_is_named(
    kind: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    _hide(module, monkeypatch)
    said = refused(capsys, f"{kind}:some/model")
    assert f"needs {module}, which is not installed: pip install 'proofsmith[{extra}]'" in said


def test_a_folder_that_holds_no_model(tmp_path: Path, capsys: Capture) -> None:
    pytest.importorskip("transformers", reason=WITHOUT)
    assert "holds no config.json: name the folder that save_pretrained wrote" in refused(capsys, f"hf:{tmp_path}")
    said = refused(capsys, f"hf:{tmp_path}/nothing")
    assert "there is no such folder; name one that exists, or an id on the hub" in said


def test_weights_that_are_damaged(tiny: Path, tmp_path: Path, capsys: Capture) -> None:
    broken = shutil.copytree(tiny, tmp_path / "broken")
    weights = broken / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    assert "its weights are missing or damaged" in refused(capsys, f"hf:{broken}")


def test_an_adapter_without_its_base(tmp_path: Path, capsys: Capture) -> None:
    pytest.importorskip("transformers", reason=WITHOUT)
    nowhere = str(tmp_path / "base")
    (tmp_path / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": nowhere}))
    said = refused(capsys, f"hf:{tmp_path}")
    assert f"is an adapter, and its base {nowhere} is not on this machine: put it there, or name it with base=" in said
    (tmp_path / "adapter_config.json").write_text("{")
    assert "adapter_config.json is damaged" in refused(capsys, f"hf:{tmp_path}")


def test_a_device_that_is_not_there(tiny: Path, capsys: Capture) -> None:
    import torch

    number = torch.cuda.device_count() + 7
    said = refused(capsys, f"hf:{tiny}?recipe=tiny&device=cuda:{number}")
    assert "CUDA devices here: use device=cpu, or install a torch with CUDA" in said


def test_a_conversation_without_a_chat_template(
    tiny: Path, tmp_path: Path, lean: Installation, capsys: Capture
) -> None:
    plain = shutil.copytree(tiny, tmp_path / "plain")
    (plain / "chat_template.jinja").unlink()
    said = refused(capsys, f"hf:{plain}?recipe=chat")
    assert "this model's tokenizer has no chat template; choose a recipe of raw text" in said


def test_a_context_that_is_too_short(tiny: Path, lean: Installation, capsys: Capture) -> None:
    assert "tokens and the model's context holds 16" in refused(capsys, f"hf:{tiny}?recipe=tiny&context=16")


def test_fewer_generations_than_are_asked_for_at_once(tiny: Path, lean: Installation, capsys: Capture) -> None:
    said = refused(capsys, f"hf:{tiny}?recipe=tiny", "--budget", "generations=8")
    assert "write --strategy 'best-first?k=8'" in said


@pytest.mark.parametrize(
    ("name", "message", "sentence"),
    [
        ("RepositoryNotFoundError", "404 Client Error", "there is no such model: check the spelling"),
        ("GatedRepoError", "Access to model is restricted", "the model is gated: accept its terms"),
        ("LocalEntryNotFoundError", "offline", "the Hugging Face hub cannot be reached"),
        ("OutOfMemoryError", "CUDA out of memory", "the model does not fit into memory: choose dtype=bfloat16"),
        ("ValueError", "model type `new` but Transformers does not recognize this architecture", "pip install -U"),
        ("ValueError", "Please pass the argument trust_remote_code=True", "code of its own, which is never run here"),
        ("RuntimeError", "something else\nsecond line", "it cannot be loaded (OSError: could not load)"),
    ],
)
def test_what_the_hub_and_the_loader_say(name: str, message: str, sentence: str) -> None:
    cause: Exception = type(name, (Exception,), {})(message)
    wrapped = OSError("could not load")
    wrapped.__cause__ = cause
    assert sentence in reason(wrapped, "some/model")


def test_a_problem_whose_request_fails_does_not_end_the_run(
    tmp_path: Path, lean: Installation, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_problem(handler: Any, body: dict[str, Any]) -> None:
        about = body["messages"][1]["content"]
        reply: Callable[[Any, dict[str, Any]], None] = status(400, "maximum context length is 8 tokens")
        if "tiny_sum" in about:
            reply = says(answer(SUM, "omega"))
        elif "tiny_both" in about:
            reply = says(answer(BOTH, "exact ⟨hp, hq, hr⟩"))
        reply(handler, body)

    file = tmp_path / "three.jsonl"
    file.write_text(
        "".join(
            json.dumps({"name": problem.name, "formal_statement": problem.statement}) + "\n" for problem in PROBLEMS
        )
    )
    with serving(Stub(otherwise=by_problem)) as stub:
        policy = f"openai:{stub.url}#m?recipe=chat"
        assert run(["prove", str(file), "--policy", policy, "--strategy", "best-of-n?k=1", "--json"]) == 1
    rows = {row["problem"]: row for row in json.loads(capsys.readouterr().out)}
    assert {name: row["status"] for name, row in rows.items()} == {
        "tiny_sum": "proved", "tiny_both": "proved", "tiny_induction": "error",
    }  # fmt: skip
    assert "do not fit into the model's context" in rows["tiny_induction"]["message"]
    assert rows["tiny_sum"]["cost"]["generations"] == 1 and rows["tiny_sum"]["cost"]["tokens_in"] == 10


def test_a_dtype_that_the_device_cannot_compute_in(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prover.policies.models.generation import Request
    from prover.policies.models.huggingface import HfGenerator
    from prover.policies.recipes import Sampling, TextPrompt

    generator = HfGenerator(str(tiny), LocalSettings(dtype="float16"))
    generator.load()

    def refuse(rows: Any, sampling: Any) -> Any:
        raise RuntimeError("\"addmm_impl_cpu_\" not implemented for 'Half'")

    monkeypatch.setattr(generator._sampler, "sample", refuse)
    with pytest.raises(PolicyError, match=r"cannot compute in dtype=float16 .*; use dtype=float32"):
        generator.generate([Request(TextPrompt("x"), 1, Sampling(max_tokens=2), 0)])


def _hide(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a module be absent, as it is where its extra was not installed."""
    import importlib

    real: Callable[..., Any] = importlib.import_module

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == module:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
