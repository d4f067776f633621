"""What a proof that has taken over the memory of its process can reach: nothing but that process."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from prover.lean.embedded.install import Installation
from prover.lean.embedded.process import DRIVER

INSIDE = Path(__file__).with_name("inside.cjs")


@pytest.fixture(scope="module")
def reached(lean: Installation) -> dict[str, Any]:
    files = {"glue": str(lean.glue), "wasm": str(lean.wasm), "library": str(lean.library)}
    readable = (f"{DRIVER}/*", str(INSIDE), *files.values(), f"{lean.library}/*")
    command = [str(lean.node), "--permission", *(f"--allow-fs-read={path}" for path in readable), "--no-warnings"]
    done = subprocess.run(
        [*command, "--wasm-lazy-validation", str(INSIDE), json.dumps(files), str(DRIVER)],
        capture_output=True,
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
        timeout=300,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_imports_that_evaluate_text_or_reach_the_system_are_traps(reached: dict[str, Any]) -> None:
    assert len(reached["always"]) > 20 and set(reached["always"].values()) == {"trap"}
    assert not reached["reached"]


def test_a_sealed_process_reaches_no_file_and_not_its_own_input(reached: dict[str, Any]) -> None:
    assert set(reached["sealed"].values()) == {"trap"}


def test_the_kernel_process_evaluates_nothing(reached: dict[str, Any]) -> None:
    assert reached["evaluator"] == "trap"


def test_the_host_may_write_nothing_and_start_nothing(reached: dict[str, Any]) -> None:
    assert reached["permission"] == []
