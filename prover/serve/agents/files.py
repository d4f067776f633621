"""The files that tools may read: Lean sources below one folder, and none elsewhere."""

from __future__ import annotations

from pathlib import Path

from prover.errors import InputError

LARGEST = 2 * 2**20


def read_lean(folder: Path | None, name: str) -> str:
    """Return a Lean file below a folder, line ends as `\\n`. None allows nothing. Raises `InputError`."""
    if folder is None:
        raise InputError("this server reads no files: send the text with lean_run_code, fill or attempt, or use stdio")
    root = folder.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or path.suffix != ".lean":
        raise InputError(f"{name} is no .lean file below {root}")
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{name} is larger than {LARGEST // 2**20} MB")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is no text file: byte {error.start} is not UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
