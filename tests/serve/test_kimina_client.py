"""The real kimina_client, in an environment of its own, over the adversarial corpus.

`KIMINA_PYTHON` names a Python that can import kimina_client (3.12, with `pygments colorama tabulate` beside it).
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from prover.lean import whole_file
from prover.lean.block import indent, readings
from tests.lean.corpus import Case, cases
from tests.serve.running import Running

FILES = ("honest_blocks", "honest_files", "false_blocks", "false_files")
ASKING = """
import json, sys
from kimina_client import KiminaClient, Snippet
address, = sys.argv[1:]
client = KiminaClient(api_url=address, http_timeout=3600)
client.test()
given = json.load(sys.stdin)
found = client.check([Snippet(**row) for row in given], timeout=300, batch_size=8, max_workers=5, show_progress=False)
print(json.dumps({result.id: result.analyze().status.value for result in found.results}))
"""


def texts_of(case: Case) -> list[str]:
    """Return a case as whole source texts, none for what JSON cannot carry.

    A block that lost its layout may be meant in two ways, and this protocol takes a text at its word: both are sent.
    """
    try:
        case.text.encode()
    except UnicodeEncodeError:
        return []
    if whole_file.is_whole_file(case.text):
        return [case.text]
    return [f"{case.statement.rstrip()}\n{indent(reading, 2)}\n" for reading in readings(case.text)]


def expected(case: Case) -> set[str]:
    """Return the statuses that a case may have.

    Nobody tells this protocol what a text should prove: one that proves another theorem than it was asked to may be
    valid, and says so by its own statement.
    """
    if case.verdict == "accepted":
        return {"valid"}
    return {"valid", "lean_error"} if case.reason == "changed" else {"lean_error"}


@pytest.mark.slow
def test_every_case_gets_the_status_that_it_should(server: Running, tmp_path: Path) -> None:
    python = os.environ.get("KIMINA_PYTHON", "")
    if not python:
        pytest.skip("KIMINA_PYTHON names no Python with kimina_client: not tested")
    rows: dict[str, tuple[Case, str]] = {}
    for name in FILES:
        for case in cases(name):
            rows |= {f"{name}/{case.id}/{place}": (case, text) for place, text in enumerate(texts_of(case))}
    given = json.dumps([{"id": name, "code": text} for name, (_, text) in rows.items()])
    done = subprocess.run([python, "-c", ASKING, server.address], input=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    assert found.keys() == rows.keys()
    readings_of: dict[str, set[str]] = {}
    for name, status in found.items():
        readings_of.setdefault(name.rpartition("/")[0], set()).add(status)
    wrong: list[tuple[str, str, str]] = []
    for name, (case, _) in rows.items():
        statuses = readings_of[name.rpartition("/")[0]]
        # One reading of an honest block is enough; no reading of another may pass.
        if "valid" in statuses if case.verdict == "accepted" else statuses <= expected(case):
            continue
        wrong.append((name, found[name], case.trap))
    assert not wrong, wrong
