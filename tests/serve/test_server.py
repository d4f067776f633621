"""The server over real Lean, asked as clients ask: one worker for all of these."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.serve.asking import check, status, wait_for
from tests.serve.running import Running

STATEMENT = "theorem t (a b : ℕ) : a + b = b + a := by"


# -- Kimina's protocol -------------------------------------------------------------------------------------------------


def test_snippets_get_the_status_that_clients_compute(server: Running) -> None:
    good = "import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 400000\n\nopen Nat\n\n" + STATEMENT + "\n  omega\n"
    cases = {
        good: "valid",
        "example : 2 + 2 = 4 := rfl": "valid",
        "axiom cheat : False\ntheorem t : 1 = 2 := cheat.elim": "lean_error",
        "theorem t : 1 = 2 := by sorry": "lean_error",
        "theorem lemma_of_mine : 1 = 2 := by decide\ntheorem t : 1 = 1 := rfl": "lean_error",
        "theorem t : 1 = 1 := by\n  rfl\n  rfl": "lean_error",
        "theorem t : (1 : ℕ) = 2 := by native_decide": "lean_error",
        "theorem t : True := (": "lean_error",
        "def a := 1": "lean_error",
        "private theorem aux : 1 = 1 := rfl\n\ntheorem t : 1 = 1 := by\n  exact aux\n": "valid",
        "universe u\nvariable {α : Type u} (f : α → α)\ntheorem t : f = f := by\n  rfl\n": "valid",
        "variable [Inhabited Empty]\ntheorem t : 1 = 2 := by\n  exact (default : Empty).elim\n": "lean_error",
    }
    found = check(server, *cases)
    assert dict(zip(cases, map(status, found), strict=True)) == cases
    axiom, hole = found[2]["response"]["messages"], found[3]["response"]
    assert axiom[0]["pos"].keys() == {"line", "column"} and "endPos" not in axiom[0]
    assert hole["sorries"][0]["pos"] == {"line": 1, "column": 24}
    third = found[5]["response"]["messages"][0]
    assert third["pos"]["line"] == 3


def test_checks_of_terms_as_the_clients_own_test(server: Running) -> None:
    (result,) = check(server, "#check Nat")
    assert result["response"]["messages"] == [
        {"severity": "info", "pos": {"line": 1, "column": 0}, "endPos": {"line": 1, "column": 6}, "data": "Nat : Type"}
    ]


def test_a_snippet_can_name_the_statement_that_counts(server: Running) -> None:
    snippets = [
        {"id": "own", "code": "theorem t : True := trivial"},
        {"id": "other", "code": "theorem t : True := trivial", "statement": "theorem t : 1 = 2 := by"},
    ]
    results = server.http.post("/api/check", json={"snippets": snippets}).json()["results"]
    assert [status(result) for result in results] == ["valid", "lean_error"]


def test_old_clients(server: Running) -> None:
    body = {"codes": [{"custom_id": 7, "proof": "theorem t : 1 = 1 := rfl", "code": "ignored"}], "timeout": 60}
    for path in ("/verify", "/one_pass_verify_batch"):
        (result,) = server.http.post(path, json=body).json()["results"]
        assert result["custom_id"] == "7" and result["error"] is None
        assert result["response"]["time"] > 0 and "messages" not in result["response"]


# -- our own -----------------------------------------------------------------------------------------------------------


def test_verify(server: Running) -> None:
    good = server.http.post("/v1/verify", json={"statement": STATEMENT, "proof": "omega"}).json()
    assert (good["verdict"]["verdict"], good["messages"]) == ("accepted", [])
    bad = server.http.post("/v1/verify", json={"statement": STATEMENT, "proof": "rfl"}).json()
    assert bad["verdict"]["verdict"] == "rejected"
    assert bad["messages"][0]["severity"] == "error" and bad["messages"][0]["pos"]["line"] >= 1
    wrong = server.http.post("/v1/verify", json={"statement": "theorem t : nonsense := by", "proof": "rfl"})
    assert wrong.status_code == 422 and "nonsense" in wrong.json()["detail"]
    unknown = server.http.post("/v1/verify", json={"statement": STATEMENT, "proof": "omega", "prove": 1})
    assert unknown.status_code == 422


def test_steps_from_any_state(server: Running) -> None:
    statement = "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by"
    root = server.http.post("/v1/step/start", json={"statement": statement}).json()
    assert root["goals"][0]["target"] == "p ∧ q"
    assert {name for h in root["goals"][0]["hypotheses"] for name in h["names"]} == {"p", "q", "hp", "hq"}

    def step(state: str, *tactics: str, **more: Any) -> list[dict[str, Any]]:
        answer = server.http.post("/v1/step", json={"state": state, "tactics": tactics, **more})
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    split, wrong, done = step(root["state"], "constructor", "exact hp", "exact ⟨hp, hq⟩")
    assert [goal["target"] for goal in split["goals"]] == ["p", "q"]
    assert wrong["outcome"] == "rejected" and wrong["messages"][0]["severity"] == "error"
    assert (done["outcome"], done["state"]) == ("solved", None)
    assert [one["outcome"] for one in step(split["state"], "exact hp", "exact hq", chain=True)] == [
        "advanced",
        "solved",
    ]
    assert [one["outcome"] for one in step(root["state"], "skip", "nonsense", "exact hp", chain=True)] == [
        "advanced",
        "rejected",
    ]
    lost = server.http.post("/v1/step", json={"state": "0" * 32, "tactics": ["rfl"]})
    assert lost.status_code == 404 and "start the statement again" in lost.json()["detail"]


def test_prove_streams_what_happens_and_is_on_the_board(server: Running) -> None:
    events: list[tuple[str, Any]] = []
    body = {"statement": STATEMENT, "budget": "lean_calls=50", "stream": True, "name": "watched"}
    with server.http.stream("POST", "/v1/prove", json=body) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                events.append((name, json.loads(line[6:])))
    names = [name for name, _ in events]
    assert names[:2] == ["search", "started"] and names[-2:] == ["ended", "attempt"] and "stepped" in names
    attempt = events[-1][1]
    assert attempt["status"] == "proved" and attempt["proof"]
    entry = server.service.board.get("watched")
    assert (entry.status, entry.proof is not None, len(entry.steps) > 0) == ("proved", True, True)


def test_prove_refute_and_search(server: Running) -> None:
    attempt = server.http.post("/v1/prove", json={"statement": STATEMENT, "budget": {"lean_calls": 50}}).json()
    assert (attempt["status"], attempt["verdict"]) == ("proved", "accepted")
    refuted = server.http.post("/v1/refute", json={"statement": "theorem t (n : ℕ) : n < 5 := by"}).json()
    assert refuted["status"] == "refuted" and refuted["counterexample"]
    items = server.http.get("/v1/search", params={"q": "add_comm"}).json()["items"]
    assert any("add_comm" in item["name"] for item in items)
    filled = server.http.post("/v1/fill", json={"text": f"{STATEMENT}\n  sorry\n", "budget": "lean_calls=50"}).json()
    assert not filled["remaining"] and "sorry" not in filled["text"]


def test_a_search_is_paused_continued_and_cancelled(server: Running) -> None:
    hard = "theorem t (a b c : ℕ) (h : a ^ 3 + b ^ 3 = c ^ 3) : a * b * c = 0 := by"
    body = {"statement": hard, "budget": "lean_calls=5000", "name": "hard"}
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(lambda: server.http.post("/v1/prove", json=body).json())
        wait_for(lambda: (entry := server.service.board.get("hard")) is not None and len(entry.steps) > 0)
        assert server.http.post("/v1/prove/hard/pause").json() == {"paused": True}
        entry = server.service.board.get("hard")
        assert entry.paused
        assert server.http.post("/v1/prove/hard/continue").json() == {"continued": True}
        steps = len(entry.steps)
        wait_for(lambda: len(entry.steps) > steps)
        assert server.http.post("/v1/prove/hard/cancel").json() == {"cancelled": True}
        assert waiting.result()["stop"] == "cancelled"
    assert server.http.post("/v1/prove/hard/cancel").json() == {"cancelled": False}
