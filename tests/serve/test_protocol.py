"""What a server does with bad requests, greedy and absent clients, and workers that die: over a toy Lean, at once."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psutil
import pytest

from prover.errors import LeanError, UsageError
from prover.serve.http import logs
from prover.serve.server import bound, configuration, serve
from prover.serve.settings import Limits, ServeSettings
from prover.serve.worker.jobs import WorkerSettings
from tests.serve.asking import check, status, wait_for
from tests.serve.running import Running

TOY = WorkerSettings(lean="python:tests.serve.toy:ToyLean", mathlib_is_core=True, warm=False)
RIGHT = "theorem t : 1 + 2 = 3 := by\n  3"
JSON = {"content-type": "application/json"}


def theorem(proof: str) -> str:
    return f"theorem t : 1 + 2 = 3 := by\n  {proof}"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    limits = Limits(body_mb=0.5, snippets=50, tactics=8, upload_seconds=2.0, seconds=60.0)
    with Running(ServeSettings(worker=TOY, limits=limits, worker_mb=256)) as running:
        yield running


# -- requests that are none --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"snippets": []},
        {"snippets": [{"id": "a", "code": ""}, {"id": "a", "code": ""}]},
        {"snippets": [{"id": "a"}]},
        {"snippets": [{"id": "a", "code": "x"}], "timeout": -1},
        {"snippets": [{"id": "a", "code": "x"}], "infotree": "all"},
        {"snippets": [{"id": str(n), "code": "x"} for n in range(51)]},
    ],
)
def test_what_is_no_check_is_422(server: Running, body: dict[str, Any]) -> None:
    assert server.http.post("/api/check", json=body).status_code == 422


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/verify", {"statement": "theorem t : 1 + 2 = 3 := by"}),
        ("/v1/verify", {"statement": "theorem t : 1 + 2 = 3 := by", "proof": "3", "prove": True}),
        ("/v1/verify", {"statement": "  ", "proof": "3"}),
        ("/v1/verify", {"statement": "no sum", "proof": "3"}),
        ("/v1/prove", {"statement": "theorem t : 1 + 2 = 3 := by", "budget": "lean_calls=0"}),
        ("/v1/prove", {"statement": "theorem t : 1 + 2 = 3 := by", "strategy": "hope"}),
        ("/v1/prove", {"statement": "theorem t : 1 + 2 = 3 := by", "name": "../x"}),
        ("/v1/step", {"state": "a", "tactics": []}),
        ("/v1/step", {"state": "a", "tactics": ["x"] * 9}),
    ],
)
def test_what_is_no_question_is_422(server: Running, path: str, body: dict[str, Any]) -> None:
    answer = server.http.post(path, json=body)
    assert answer.status_code == 422 and answer.json()["detail"]


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN", "1e400", "9" * 400])
def test_numbers_that_are_none_are_422(server: Running, number: str) -> None:
    head = '{"statement":"theorem t : 1 + 2 = 3 := by","budget":{"lean_calls":'
    answer = server.http.post("/v1/prove", content=f"{head}{number}}}}}", headers=JSON)
    assert answer.status_code == 422 and "input" not in answer.json()["detail"][0], "what was sent is not sent back"
    body = f'{{"snippets":[{{"id":"a","code":"x"}}],"timeout":{number}}}'
    assert server.http.post("/api/check", content=body, headers=JSON).status_code == (200 if number[0] == "9" else 422)


def test_kimina_ignores_fields_that_it_does_not_know(server: Running) -> None:
    body = {"snippets": [{"id": "a", "code": RIGHT, "mood": "good"}], "new": 1}
    (result,) = server.http.post("/api/check", json=body).json()["results"]
    assert status(result) == "valid" and set(result) == {"id", "time", "response"}


def test_bodies_that_are_none(server: Running) -> None:
    deep = b'{"snippets":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    assert server.http.post("/api/check", content=deep, headers=JSON).status_code == 400
    for headers in (JSON, {}):  # a body of no declared type is read as JSON too
        assert server.http.post("/api/check", content=b'{"a": "\xff"}', headers=headers).status_code == 400
    assert server.http.post("/api/check", content=b"{", headers=JSON).status_code in (400, 422)
    assert server.http.get("/v1/nowhere").status_code == 404
    large = server.http.post("/api/check", content=b"x" * 600_000, headers=JSON)
    assert large.status_code == 413 and "--max-body-mb" in large.json()["detail"]

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    try:
        assert server.http.post("/api/check", content=endless(), headers=JSON).status_code == 413
    except httpx.TransportError:
        pass  # the server closes a connection whose body it does not want


def test_brackets_in_strings_are_not_depth(server: Running) -> None:
    code = "-- " + '[{\\"' * 500 + "\n" + RIGHT
    assert status(check(server, code)[0]) == "valid"


@pytest.mark.parametrize("half", [r"\ud800", r"\uDFFFx", r"\\\udc00", r"\udc00\ud800"])
def test_half_a_character_is_refused_before_anything_is_done_with_it(server: Running, half: str) -> None:
    bodies = {
        "/api/check": '{"snippets":[{"id":"a","code":"HALF"}]}',
        "/v1/verify": '{"statement":"theorem t : 1 + 2 = 3 := by","proof":"HALF"}',
        "/v1/prove": '{"statement":"HALF"}',
        "/mcp": '{"a":"HALF"}',
    }
    for path, body in bodies.items():
        answer = server.http.post(path, content=body.replace("HALF", half), headers=JSON)
        assert answer.status_code == 400 and "half a character" in answer.json()["detail"]


def test_whole_characters_may_be_escaped(server: Running) -> None:
    for whole in (r"\ud835\udd38", r"\\ud800", r"\u00e9"):
        body = f'{{"snippets":[{{"id":"a","code":"theorem t : 1 + 2 = 3 := by -- {whole}\\n  3"}}]}}'
        (result,) = server.http.post("/api/check", content=body, headers=JSON).json()["results"]
        assert "response" in result


def test_a_client_that_stalls_is_let_go(server: Running) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"POST /api/check HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{")
        assert b" 408 " in connection.recv(200)


def test_another_sites_name_for_this_address_is_refused(server: Running) -> None:
    assert server.http.get("/health", headers={"host": "evil.example"}).status_code == 403


# -- time, memory, workers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", ["sleep 30", "stubborn 30"])
def test_what_takes_too_long_is_answered_in_upstreams_words(server: Running, proof: str) -> None:
    (result,) = check(server, theorem(proof), timeout=1)
    assert result["error"] == "Lean REPL command timed out in 1 seconds"
    assert set(result["diagnostics"]) == {"repl_uuid", "cpu_max", "memory_max"}
    asked = server.http.post(
        "/v1/verify", json={"statement": "theorem t : 1 + 2 = 3 := by", "proof": proof, "seconds": 0.5}
    )
    assert asked.status_code == 504
    assert status(check(server, RIGHT)[0]) == "valid"


def test_an_interrupted_worker_is_kept_and_a_stubborn_one_replaced(server: Running) -> None:
    def worker() -> str:
        return str(check(server, RIGHT, debug=True)[0]["diagnostics"]["repl_uuid"])

    first = worker()
    check(server, theorem("sleep 30"), timeout=1)
    assert worker() == first
    check(server, theorem("stubborn 30"), timeout=1)
    assert worker() != first


def test_a_client_that_goes_away_frees_its_worker(server: Running) -> None:
    with pytest.raises(httpx.ReadTimeout):
        body = {"snippets": [{"id": "a", "code": theorem("stubborn 30")}]}
        httpx.post(f"{server.address}/api/check", json=body, timeout=0.5, trust_env=False)
    left = time.monotonic()
    wait_for(lambda: server.service.pool.in_progress == 0 and server.service.pool.slots[0].ticket is None)
    assert time.monotonic() - left < 25.0  # its job would have taken longer on every machine
    assert status(check(server, RIGHT)[0]) == "valid"


def test_a_proof_that_kills_its_worker_is_answered_and_nobody_else_notices(server: Running) -> None:
    def verify(proof: str) -> httpx.Response:
        body = {"statement": "theorem t : 1 + 2 = 3 := by", "proof": proof}
        return server.http.post("/v1/verify", json=body)

    with ThreadPoolExecutor(8) as threads:
        deadly = threads.submit(verify, "die")
        others = [threads.submit(verify, "3" if number % 2 else "4") for number in range(6)]
        assert deadly.result().status_code == 503 and deadly.result().headers["retry-after"]
        said = [future.result().json()["verdict"]["verdict"] for future in others]
    assert said == ["rejected", "accepted"] * 3


def test_a_worker_that_is_killed_costs_nobody_an_answer(server: Running) -> None:
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(check, server, theorem(f"sleep 0.5\n  {number}")) for number in (3, 3, 3)]
        wait_for(lambda: server.service.pool.slots[0].ticket is not None)
        psutil.Process(server.service.pool.slots[0].worker.pid).kill()
        assert [result.result()[0].keys() for result in waiting] == [{"id", "time", "response"}] * 3


def test_a_proof_that_wants_too_much_memory_is_told_so(server: Running) -> None:
    (result,) = check(server, theorem("grow 500"), timeout=60)
    assert "256 MB" in result["error"]
    assert status(check(server, RIGHT)[0]) == "valid"


def test_states_are_values_for_any_worker(server: Running) -> None:
    root = server.http.post("/v1/step/start", json={"statement": "theorem t : 40 + 2 = 42 := by"}).json()
    (one,) = server.http.post("/v1/step", json={"state": root["state"], "tactics": ["4"]}).json()["results"]
    psutil.Process(server.service.pool.slots[0].worker.pid).kill()
    wait_for(lambda: server.service.pool.slots[0].worker.pid is None)
    two = server.http.post("/v1/step", json={"state": one["state"], "tactics": ["2", "3"]}).json()["results"]
    assert [result["outcome"] for result in two] == ["solved", "rejected"]
    again = server.http.post("/v1/step", json={"state": root["state"], "tactics": ["4"]}).json()["results"]
    assert again[0]["state"] == one["state"], "equal states have one name"


def test_what_is_counted(server: Running) -> None:
    check(server, RIGHT)
    text = server.http.get("/metrics").text
    assert 'proofsmith_requests_total{route="/api/check",status="200"}' in text
    assert 'proofsmith_job_seconds_count{kind="check"}' in text and "proofsmith_workers_busy" in text


# -- room --------------------------------------------------------------------------------------------------------------


def test_no_room_is_429_with_a_time_to_come_back_and_clients_take_turns() -> None:
    settings = ServeSettings(worker=TOY, max_requests=4, max_client_requests=3)
    with Running(settings) as server, ThreadPoolExecutor(8) as threads:

        def ask(client: str) -> tuple[int, str, float]:
            body = {"statement": "theorem t : 1 + 2 = 3 := by", "proof": "stubborn 0.4\n3"}
            answer = server.http.post("/v1/verify", json=body, headers={"x-client": client})
            return answer.status_code, answer.headers.get("retry-after", ""), time.monotonic()

        greedy = []
        for number in range(4):
            greedy.append(threads.submit(ask, "greedy"))
            wait_for(lambda n=number: server.service.pool.in_progress == min(n + 1, 3))  # type: ignore[misc]
        modest = threads.submit(ask, "modest")
        wait_for(lambda: server.service.pool.in_progress == 4)
        late = ask("third")
        assert late[0] == 429 and int(late[1]) >= 1
        codes = [future.result() for future in greedy]
        assert sorted(code for code, _, _ in codes) == [200, 200, 200, 429]
        assert modest.result()[0] == 200
        assert modest.result()[2] < max(when for code, _, when in codes if code == 200), "it had its turn before them"


def test_a_request_that_has_begun_is_answered_however_long_the_rest_of_it_waits() -> None:
    """The 429 of upstream comes before the first snippet is judged, or never: it would throw the others away."""
    with Running(ServeSettings(worker=TOY, max_wait=0.3)) as server, ThreadPoolExecutor(2) as threads:
        begun = threads.submit(check, server, theorem("stubborn 2"), RIGHT)
        wait_for(lambda: server.service.pool.slots[0].ticket is not None)
        refused = server.http.post("/api/check", json={"snippets": [{"id": "a", "code": RIGHT}]})
        assert refused.status_code == 429 and refused.headers["retry-after"]

        # Somebody else comes between the two snippets, for longer than anybody may wait.
        def other() -> int:
            body = {"statement": "theorem t : 1 + 2 = 3 := by", "proof": "stubborn 1"}
            while (code := server.http.post("/v1/verify", json=body, headers={"x-client": "b"}).status_code) == 429:
                pass
            return code

        between = threads.submit(other)
        assert [status(result) for result in begun.result()] == ["lean_error", "valid"]
        assert between.result() == 200


# -- who may ask, and the end ------------------------------------------------------------------------------------------


def test_a_key_is_asked_for() -> None:
    with Running(ServeSettings(worker=TOY, key="correct horse")) as server:
        bodies: dict[str, Any] = {"json": {"snippets": [{"id": "a", "code": RIGHT}]}}
        assert server.http.get("/health").status_code == 200
        missing = server.http.post("/api/check", **bodies)
        wrong = server.http.post("/api/check", **bodies, headers={"authorization": "Bearer wrong"})
        assert (missing.status_code, missing.json()["detail"]) == (401, "Missing API key")
        assert (wrong.status_code, wrong.json()["detail"]) == (401, "Invalid API key")
        for header in ("Bearer correct horse", "correct horse"):
            assert server.http.post("/api/check", **bodies, headers={"authorization": header}).status_code == 200
        assert server.http.get("/v1/live").status_code == 401
        assert server.http.post("/mcp", json={}).status_code == 401
        assert server.http.get("/live").status_code == 200, "the page itself holds nothing"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_nobody_else_is_served_without_a_key(host: str) -> None:
    with pytest.raises(UsageError, match="PROOFSMITH_SERVER_KEY"):
        configuration(ServeSettings(host=host, worker=TOY))


def test_draining_answers_what_is_in_progress_and_refuses_the_rest() -> None:
    with Running(ServeSettings(worker=TOY)) as server, ThreadPoolExecutor(2) as threads:
        slow = threads.submit(check, server, theorem("sleep 1\n  3"))
        wait_for(lambda: server.service.pool.slots[0].ticket is not None)
        other = httpx.Client(base_url=server.address, trust_env=False)
        other.get("/health")
        server.service.pool.draining = True
        refused = other.post("/api/check", json={"snippets": [{"id": "a", "code": RIGHT}]})
        assert refused.status_code == 429 and refused.headers["retry-after"]
        server.stop()
        assert slow.result()[0]["id"] == "0"
        wait_for(lambda: server.ended)


def test_what_is_not_done_when_draining_ends_is_told_to_ask_again(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configured(False)
    with Running(ServeSettings(worker=TOY, drain_seconds=1.0)) as server, ThreadPoolExecutor(2) as threads:
        body = {"statement": "theorem t : 1 + 2 = 3 := by", "proof": "sleep 30"}
        slow = threads.submit(server.http.post, "/v1/verify", json=body)
        wait_for(lambda: server.service.pool.slots[0].ticket is not None)

        def follow() -> str:
            with httpx.stream("GET", f"{server.address}/v1/live", trust_env=False, timeout=30) as page:
                return "".join(page.iter_text())

        page = threads.submit(follow)
        server.stop()
        assert slow.result().status_code == 503 and slow.result().headers["retry-after"]
        assert "shutting down" in slow.result().json()["detail"]
        page.exception()  # it may have come too late to be let in
        wait_for(lambda: server.ended)
    assert "Traceback" not in capfd.readouterr().err


def test_an_answer_does_not_wait_for_the_client_to_acknowledge_its_header() -> None:
    with bound(configuration(ServeSettings(port=0, worker=TOY))) as listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_idle_server_ends() -> None:
    with Running(ServeSettings(worker=TOY, idle_seconds=3.0)) as server:
        wait_for(lambda: server.ended)


def test_a_lean_that_does_not_come_up_is_one_sentence() -> None:
    with pytest.raises(LeanError, match="no context"):
        serve(ServeSettings(port=0, worker=WorkerSettings(context="nowhere")), lambda address: None)
