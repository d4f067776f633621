"""Hostile clients and honest ones at once, over the wire: no proof of the ones changes a verdict of the others.

The proofs are those of the poisoned batches (tests/adversarial) and one that writes over the memory of its process.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from prover.errors import InputError
from prover.serve.worker.running_code import refuse_code
from tests.lean.corpus import Case, cases
from tests.lean.memory_attack import ATTACK, PRELUDE
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


def test_a_session_is_not_given_what_writes_over_memory(server: Running) -> None:
    """No verifier stands before a search: what one client leaves behind, the search of another would start from."""
    product = "theorem t : Nat.mul 2 3 = {} := by"

    def steps(statement: str, *tactics: str) -> list[dict[str, Any]]:
        root = server.http.post("/v1/step/start", json={"statement": statement}).json()
        answer = server.http.post("/v1/step", json={"state": root["state"], "tactics": tactics})
        found: list[dict[str, Any]] = answer.json()["results"]
        return found

    hostile, wrong = steps(product.format(5), PRELUDE.removesuffix("\n"), "decide +kernel")
    assert (hostile["outcome"], wrong["outcome"]) == ("rejected", "rejected")
    assert "write it so" in hostile["messages"][0]["data"]
    assert [one["outcome"] for one in steps(product.format(6), "decide +kernel", "rfl")] == ["solved", "solved"]
    for statement in ("theorem t : (by native_decide : True) = trivial := by", f"theorem t : {PRELUDE} := by"):
        for path in ("/v1/step/start", "/v1/prove", "/v1/refute"):
            assert server.http.post(path, json={"statement": statement}).status_code == 422


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("simp (config := { decide := true, maxSteps := 10_000 }) [h]", True),
        ("alternative_lemma x -- a native speaker's comment is refused, an alternative is not", False),
        ("exact alternatives h", True),
        ("decide +native", False),
        ("decide (config := ⟨false, true, false, false⟩)", False),
        ("simp (config := by exact {})", False),
        ("simp (config := { maxSteps := f (g x) })", False),
        ('exact s!"{by run_tac skip}"', False),
        ('run_tac Lean.logInfo m!"x"', False),
        ("exact unsafeCast h", False),
    ],
)
def test_what_runs_code(text: str, harmless: bool) -> None:
    if harmless:
        refuse_code(text)
    else:
        with pytest.raises(InputError):
            refuse_code(text)
