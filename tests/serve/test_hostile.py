"""Hostile clients beside honest ones, over the wire: no proof of the ones changes a verdict of the others.

The proofs are those of the poisoned batches (tests/adversarial) and one that writes over the memory of its process.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.lean.corpus import Case, cases
from tests.lean.memory_attack import ATTACK, PRELUDE
from tests.serve.asking import check, status
from tests.serve.running import Running

ALL = [case for name in ("false_pairs", "honest_pairs") for case in cases(name, slow=False)]
POISON = [case for case in ALL if case.id.startswith("poison-")]
VICTIMS = [case for case in ALL if case.id.startswith("victim-")]
MEMORY = Case(id="memory", statement="theorem t : (1 : ℕ) = 2 := by", proof=ATTACK, verdict="rejected", trap="memory")
FEW = ("poison-instances", "poison-product-direct", "poison-name", "victim-product", "victim-rfl", "victim-name")
CLIENTS = 8


def _verify(server: Running, client: str, case: Case) -> dict[str, Any]:
    body = {"statement": case.statement, "proof": case.text}
    answer = server.http.post("/v1/verify", json=body, headers={"x-client": client})
    verdict: dict[str, Any] = answer.json()["verdict"]
    return verdict


def _batch(server: Running, some: list[Case], seed: int) -> None:
    """Ask about all of them at once, by several clients, in a drawn order."""
    order = [MEMORY, *some, MEMORY]
    random.Random(seed).shuffle(order)
    with ThreadPoolExecutor(CLIENTS) as threads:
        asked = [threads.submit(_verify, server, f"c{n % CLIENTS}", case) for n, case in enumerate(order)]
        found = [future.result() for future in asked]
    wrong = [
        (case.id, verdict)
        for case, verdict in zip(order, found, strict=True)
        if verdict["verdict"] != case.verdict or (case.reason and verdict["reason"] != case.reason)
    ]
    assert not wrong


def test_a_few_of_each(server: Running) -> None:
    _batch(server, [case for case in ALL if case.id in FEW], 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_the_poisoned_batches(server: Running, seed: int) -> None:
    assert len(POISON) >= 10 and len(VICTIMS) >= 10
    _batch(server, [*POISON, *VICTIMS], seed)


def test_tactics_that_write_over_memory_are_no_verdict_and_change_none(server: Running) -> None:
    """A search runs tactics without a verifier between them: what it leaves behind must not reach a verdict."""
    product = "theorem t : Nat.mul 2 3 = {} := by"
    root = server.http.post("/v1/step/start", json={"statement": product.format(5)}).json()
    tactics = [PRELUDE.removesuffix("| skip\n") + "| skip", "decide +kernel"]
    answer = server.http.post("/v1/step", json={"state": root["state"], "tactics": tactics, "chain": True})
    assert answer.status_code == 200, answer.text
    wrong = {"statement": product.format(5), "proof": "decide +kernel"}
    right = {"statement": product.format(6), "proof": "decide +kernel"}
    verdicts = [server.http.post("/v1/verify", json=body).json()["verdict"]["verdict"] for body in (wrong, right)]
    assert verdicts == ["rejected", "accepted"]
    found = server.http.post("/v1/prove", json={"statement": product.format(6), "budget": "lean_calls=20"}).json()
    assert (found["status"], found["verdict"]) == ("proved", "accepted")
    texts = [f"{product.format(value)}\n  decide +kernel" for value in (5, 6)]
    assert [status(result) for result in check(server, *texts)] == ["lean_error", "valid"]
