"""A hash of the code that a policy without weights consists of, so that a run notices when it changes."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

from prover.paths import PACKAGE
from prover.problems.dataset import digest

POLICIES = PACKAGE / "policies"


def code_sha256(start: Path) -> str:
    """Return one hash over a module, what it imports of `prover.policies` or its own folder, and the data next to them.

    Data of a module is what has its name and another suffix, such as `priors.json` next to `priors.py`.
    """
    queue, seen = [start], {start}
    for module in queue:
        for path in _imported(module):
            if path.is_file() and path not in seen:
                seen.add(path)
                queue.append(path)
    files = {path for module in seen for path in module.parent.glob(f"{module.stem}.*") if path.is_file()}
    return digest(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {_shown(path)}" for path in files)


def _imported(module: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            package, _, inside = name.partition("prover.policies.")
            if not package and inside:
                yield POLICIES.joinpath(*inside.split(".")).with_suffix(".py")
            elif module.parent != POLICIES and not module.is_relative_to(PACKAGE):
                yield module.with_name(f"{name.rpartition('.')[2]}.py")


def _shown(path: Path) -> str:
    return str(path.relative_to(POLICIES)) if path.is_relative_to(POLICIES) else path.name
