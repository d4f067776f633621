"""The real kimina_client, in an environment of its own, over the adversarial corpus.

`KIMINA_PYTHON` names a Python that can import kimina_client, with what that imports without declaring it; see
tests/reward/requirements/kimina.txt.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator

import pytest

from prover.config.default_policy import MIXED
from prover.lean import whole_file
from prover.lean.block import indent, readings
from prover.lean.embedded.install import Installation
from prover.policies.entry import PolicySpec
from prover.problems.target import read_target
from prover.serve.settings import Limits, ServeSettings
from prover.serve.worker.jobs import WorkerSettings
from tests.lean.corpus import Case, cases
from tests.serve.asking import status
from tests.serve.running import Running

FILES = ("honest_blocks", "honest_files", "false_blocks", "false_files")
HEAVY = {case.id: case for case in cases("false_blocks", slow=True)}
"""Megabytes, deep nesting, runaways: up to minutes each."""
FOUND = 50
"""How many proofs that a search has found are checked."""
OWN_WORD = {
    # A true theorem and, below it, a definition: Lean takes that text, and what it says about `t` is proved. The corpus
    # rejects it as a block of tactics only.
    "true-then-more": "valid",
    # A text that declares `magic` itself, and otherwise than the problem does. What it says about its own `magic` is
    # true; who wanted to know about another `magic` has to send that.
    "file-header-redefined": "valid",
    "file-header-abbrev": "valid",
    # A private theorem, which says itself that it is about 1 = 1. The case asks for 1 = 2, which nobody tells here.
    "file-private": "valid",
    # It uses a definition that only the problem's header makes: as a text it does not elaborate.
    "honest-file-header-left-out": "lean_error",
    # Notation of a text could give another meaning to the very words of its statement (`file-notation-eq` does), so it
    # is taken from a statement that is trusted, and from nobody else.
    "honest-header-notation": "lean_error",
}
"""Cases that get another status without their statement than with it, and why that harms nobody."""
ASKING = """
import json, sys, typing
if sys.version_info < (3, 12):  # its models are TypedDicts of 3.12, which pydantic refuses before
    import typing_extensions
    typing.TypedDict = typing_extensions.TypedDict
from kimina_client import KiminaClient, Snippet
address, = sys.argv[1:]
client = KiminaClient(api_url=address, http_timeout=3600)
client.test()
given = json.load(sys.stdin)
found = client.check([Snippet(**row) for row in given], timeout=900, batch_size=8, max_workers=5, show_progress=False)
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
    if whole_file.is_whole_file(case.text.removeprefix("\ufeff")):
        return [case.text]
    return [f"{case.statement.rstrip()}\n{indent(reading, 2)}\n" for reading in readings(case.text)]


def expected(case: Case) -> set[str]:
    """Return the statuses that a case may have.

    Nobody tells this protocol what a text should prove: one that proves another theorem than it was asked to may be
    valid, and says so by its own statement. What was no proof of its case by its form alone may be an honest text.
    """
    if case.id in OWN_WORD:
        return {OWN_WORD[case.id]}
    if case.verdict == "accepted":
        return {"valid"}
    return {"valid", "lean_error"} if case.reason == "changed" else {"lean_error"}


@pytest.fixture(scope="module")
def patient(lean: Installation) -> Iterator[Running]:
    """A server whose own clock is longer than the verifier's: the verdict decides, on a busy machine as well.

    A text has twice its `wall_seconds`; then it is rejected for its time.
    """
    settings = ServeSettings(
        worker=WorkerSettings(policy=PolicySpec.model_validate(MIXED), mathlib_is_core=True, wall_seconds=200.0),
        limits=Limits(seconds=900.0),
        max_wait=3_600.0,
    )
    with Running(settings) as running:
        yield running


@pytest.fixture(scope="module")
def python() -> str:
    found = os.environ.get("KIMINA_PYTHON", "")
    if not found:
        pytest.skip("KIMINA_PYTHON names no Python with kimina_client: not tested")
    return found


def asked(python: str, server: Running, codes: dict[str, str]) -> dict[str, str]:
    """Have the real client check texts, and return the statuses that it computes."""
    given = json.dumps([{"id": name, "code": text} for name, text in codes.items()])
    done = subprocess.run([python, "-c", ASKING, server.address], input=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    assert found.keys() == codes.keys()
    return found


def test_a_text_that_is_taken_at_its_word_is_not_where_its_statement_is_sent(server: Running) -> None:
    own = [case for name in FILES for case in cases(name) if case.id in OWN_WORD]
    snippets = [{"id": case.id, "code": case.text, "statement": case.statement} for case in own]
    results = server.http.post("/api/check", json={"snippets": snippets, "timeout": 60}).json()["results"]
    found = {result["id"]: status(result) for result in results}
    assert found == {case.id: "valid" if case.verdict == "accepted" else "lean_error" for case in own}
    assert found.keys() == OWN_WORD.keys()


def complaints(server: Running, python: str, some: list[Case]) -> list[tuple[str, list[str], str]]:
    """Return which cases get another status than they should: their names, statuses, and what they try."""
    texts = {f"{case.id}/{place}": text for case in some for place, text in enumerate(texts_of(case))}
    statuses: dict[str, set[str]] = {}
    for key, one in asked(python, server, texts).items():
        statuses.setdefault(key.rpartition("/")[0], set()).add(one)
    wrong = []
    for case in some:
        of = statuses.get(case.id)
        # One reading of an honest block is enough; no reading of another may pass.
        if of is None or ("valid" in of if expected(case) == {"valid"} else of <= expected(case)):
            continue
        wrong.append((case.id, sorted(of), case.trap))
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_every_case_gets_the_status_that_it_should(patient: Running, python: str, name: str) -> None:
    assert not complaints(patient, python, [case for case in cases(name) if case.id not in HEAVY])


@pytest.mark.slow
@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_case_is_rejected_and_never_lost(patient: Running, python: str, name: str) -> None:
    assert not complaints(patient, python, [HEAVY[name]])


@pytest.mark.slow
def test_proofs_found_by_search_are_valid(patient: Running, python: str) -> None:
    """What `/v1/prove` finds is valid for clients of the other protocol, as they write it: with Mathlib's header."""
    codes: dict[str, str] = {}
    for problem in read_target("textbook/all", None, "core"):
        if len(codes) == FOUND:
            break
        body = {"problem": problem.model_dump(mode="json"), "budget": "lean_calls=10"}
        attempt = patient.http.post("/v1/prove", json=body).json()
        if attempt["status"] == "proved":
            codes[problem.name] = "\n".join(
                ["import Mathlib", "", problem.header, problem.statement, indent(attempt["proof"], 2)]
            )
    assert len(codes) == FOUND
    assert set(asked(python, patient, codes).values()) == {"valid"}
