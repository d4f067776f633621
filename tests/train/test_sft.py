"""Fine-tuning with TRL and PEFT: the code path of the presets, on a model of a few thousand weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("trl", reason="TRL is not installed (the extra ml): nothing is fine-tuned here")
pytest.importorskip("peft", reason="PEFT is not installed (the extra ml): nothing is fine-tuned here")

from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from prover.errors import DataError, PolicyError
from prover.train.decoder import DecoderSize, build_decoder, build_tokenizer
from prover.train.preset import SFT, SftPreset
from prover.train.sft import fine_tune
from tests.train import made

ROWS = [made.example(number) for number in range(24)]
SIZE = DecoderSize(vocabulary=400, width=32, layers=1, heads=2, inner=64)
CHAT = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pretrained model as people have them: weights, configuration, tokenizer with its special tokens."""
    folder = tmp_path_factory.mktemp("base")
    texts = [text for it in ROWS for text in (*it.goals, *(judged.tactic for judged in it.judged))]
    tokenizer = build_tokenizer(texts, SIZE)
    build_decoder(tokenizer, SIZE, 0).save_pretrained(folder)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>", pad_token="<pad>", chat_template=CHAT)
    fast.save_pretrained(folder)
    return folder


def preset(name: str, base: Path, **given: object) -> SftPreset:
    """The preset as it is, but for what a model of this size needs."""
    small = {"model": str(base), "epochs": 4.0, "rate": 5e-3, "accumulate": 1, "longest": 256}
    return SFT[name].model_copy(update=small | given)


def test_lora_trains_an_adapter_and_nothing_else(base: Path, tmp_path: Path) -> None:
    record = fine_tune(ROWS, "7b-lora", preset("7b-lora", base), 0, tmp_path, "prover train")
    assert 0 < record.trained < record.parameters
    assert (tmp_path / "model" / "adapter_model.safetensors").is_file()
    assert record.losses[-1][1] < record.losses[0][1]
    kept = json.loads((tmp_path / "model" / "training.json").read_text())
    assert kept["settings"]["lora_rank"] == 64 and kept["command"] == "prover train" and kept["seed"] == 0
    assert not (tmp_path / "checkpoints").exists()


def test_full_training_learns_and_loads_again(base: Path, tmp_path: Path) -> None:
    record = fine_tune(ROWS, "7b-full", preset("7b-full", base, batch=4), 0, tmp_path)
    assert record.trained == record.parameters
    AutoModelForCausalLM.from_pretrained(tmp_path / "model")
    AutoTokenizer.from_pretrained(tmp_path / "model")
    assert record.losses[-1][1] < record.losses[0][1] / 2


def test_messages_are_a_layout_too(base: Path, tmp_path: Path) -> None:
    record = fine_tune(ROWS, "7b-lora", preset("7b-lora", base, layout="messages", epochs=1.0), 0, tmp_path)
    assert record.rows == len(ROWS) and len(record.losses) == 6


def test_a_killed_run_goes_on_from_its_last_whole_checkpoint(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import prover.train.sft as sft

    settings = preset("7b-lora", base, save_steps=3)
    whole = fine_tune(ROWS, "7b-lora", settings, 0, tmp_path / "whole")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:  # dies when all is trained and nothing is kept yet
        patch.setattr(sft, "_keep", killed)
        with pytest.raises(KeyboardInterrupt):
            fine_tune(ROWS, "7b-lora", settings, 0, tmp_path / "cut")
    checkpoints = sorted((tmp_path / "cut" / "checkpoints").iterdir(), key=lambda it: int(it.name.split("-")[1]))
    (checkpoints[-1] / "trainer_state.json").write_text("{")  # the last one was being written
    resumed = fine_tune(ROWS, "7b-lora", settings, 0, tmp_path / "cut")
    assert [step for step, _ in resumed.losses] == [step for step, _ in whole.losses]
    assert resumed.losses == pytest.approx(whole.losses, abs=2e-3)


def test_what_cannot_be_done_is_one_sentence(base: Path, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be loaded"):
        fine_tune(ROWS, "7b-lora", preset("7b-lora", tmp_path / "nowhere"), 0, tmp_path)
    with pytest.raises(DataError, match="nothing was proved"):
        fine_tune([], "7b-lora", preset("7b-lora", base), 0, tmp_path)
