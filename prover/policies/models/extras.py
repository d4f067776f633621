"""Third-party modules that come with an extra: imported when they are first needed, and asked for by name if absent."""

from __future__ import annotations

import importlib
from typing import Any

from prover.errors import PolicyError


def require_extra(module: str, who: str, extra: str) -> Any:
    """Return a module. Raises `PolicyError` that says what to install; `who` is what needs it, as in `--policy hf:`."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        if isinstance(error, ModuleNotFoundError) and error.name == module.partition(".")[0]:
            why = f"needs {error.name}, which is not installed: pip install 'proofsmith[{extra}]'"
        else:
            why = f"cannot import {module} ({error}): reinstall it with pip install 'proofsmith[{extra}]'"
        raise PolicyError(f"{who} {why}") from error
