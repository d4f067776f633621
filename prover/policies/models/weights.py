"""What a model on this machine consists of, as one hash: a run notices when it is trained further in between."""

from __future__ import annotations

import hashlib
from pathlib import Path

from prover.policies.models.cards import model_folder
from prover.problems.dataset import digest

SUFFIXES = (".json", ".safetensors", ".bin", ".model", ".jinja", ".txt")


def folder_sha256(target: str) -> str:
    """Return a hash of the files that a model and its tokenizer are in; empty for an id on a hub.

    All is read: about a second for each gigabyte.
    """
    folder = model_folder(target)
    if folder is None:
        return ""
    files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.is_file())
    return digest(f"{_sha256(path)}  {path.name}" for path in files)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
