"""A hash of the code that a policy without weights consists of, so that a run notices when it changes."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

from prover.problems.dataset import digest


def code_sha256(start: Path) -> str:
    """Return one hash over a module, the modules of its folder that it imports, and what data lies beside them.

    Data of a module is what has its name and another suffix, such as `priors.json` beside `priors.py`.
    """
    folder = start.parent
    queue, seen = [start], {start}
    for module in queue:
        for name in _imported(module):
            path = folder / f"{name.rpartition('.')[2]}.py"
            if path.is_file() and path not in seen:
                seen.add(path)
                queue.append(path)
    files = {path for module in seen for path in folder.glob(f"{module.stem}.*") if path.is_file()}
    return digest(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in files)


def _imported(module: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in names if name.split(".")[-2:-1] == [module.parent.name]}
