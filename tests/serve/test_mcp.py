"""The tools, asked by the SDK's own client: over memory, HTTP and standard input; with a toy Lean and a real one."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from prover.lean.embedded.install import Installation
from prover.serve.agents.mcp import make_tools
from prover.serve.agents.skill import skill_file
from prover.serve.service import Service
from prover.serve.settings import ServeSettings
from prover.serve.worker.jobs import WorkerSettings

TOY = WorkerSettings(lean="python:tests.serve.toy:ToyLean", mathlib_is_core=True, warm=False)
STATEMENT = "theorem t : 40 + 2 = 42 := by"
TOOLS = [
    "attempt", "fill", "goal_after", "lean_goal", "lean_multi_attempt", "lean_run_code", "lean_verify", "prove",
    "refute", "search_core", "verify",
]  # fmt: skip


def test_every_tool(tmp_path: Path) -> None:
    (tmp_path / "Mine.lean").write_text(f"{STATEMENT}\n  42\n", encoding="utf-8")

    async def ask() -> None:
        service = Service(ServeSettings(worker=TOY))
        await service.open()
        try:
            async with Client(make_tools(service, tmp_path)) as client:
                await _tools(client)
        finally:
            await service.close()

    asyncio.run(ask())


async def _tools(client: Client) -> None:
    listed = (await client.list_tools()).tools
    assert [tool.name for tool in listed] == TOOLS
    assert all(tool.description and tool.output_schema for tool in listed)
    assert "verify" in (client.instructions or "")

    async def call(name: str, **arguments: Any) -> Any:
        answer = await client.call_tool(name, arguments)
        assert not answer.is_error, answer.content
        return answer.structured_content

    async def refused(name: str, **arguments: Any) -> str:
        answer = await client.call_tool(name, arguments)
        assert answer.is_error
        return str(answer.content[0].text)  # type: ignore[union-attr]

    good = await call("verify", statement=STATEMENT, proof="42")
    bad = await call("verify", statement=STATEMENT, proof="41")
    assert (good["accepted"], bad["accepted"], bad["reason"]) == (True, False, "elaboration")
    tried = await call("attempt", statement=STATEMENT, tactics=["4", "42", "7"])
    assert [item["outcome"] for item in tried["items"]] == ["advanced", "solved", "rejected"]
    assert tried["goals_before"] == ["⊢ 40 + 2 = ?"] and tried["items"][0]["goals"] == ["⊢ 40 + 2 = 4?"]
    later = await call("attempt", statement=STATEMENT, prefix=["4"], tactics=["2", "3"])
    assert [item["outcome"] for item in later["items"]] == ["solved", "rejected"]
    after = await call("goal_after", statement=STATEMENT, tactics=["4"])
    assert after == {"goals": ["⊢ 40 + 2 = 4?"], "failed": None, "message": ""}
    assert (await call("goal_after", statement=STATEMENT, tactics=["5"]))["failed"] == "5"
    ran = await call("lean_run_code", code=f"{STATEMENT}\n  42")
    wrong = await call("lean_run_code", code=f"{STATEMENT}\n  41")
    assert ran == {"success": True, "timed_out": False, "diagnostics": []}
    assert wrong["diagnostics"][0]["line"] == 1 and not wrong["success"]
    report = await call("lean_verify", file_path="Mine.lean", theorem_name="t")
    assert (report["trust"], report["axioms"]) == ("standard", [])
    assert "no theorem other" in await refused("lean_verify", file_path="Mine.lean", theorem_name="other")
    for name in ("../Mine.lean", "/etc/passwd", "Mine.txt", "None.lean"):
        assert await refused("lean_verify", file_path=name, theorem_name="t")
    assert "budget" in await refused("prove", statement=STATEMENT, budget="hope=3")
    assert "no sum" in await refused("verify", statement="theorem t : hope := by", proof="3")
    found = await call("search_core", query="add_comm", limit=3)
    assert 0 < len(found["items"]) <= 3


def test_without_a_folder_no_file_is_read() -> None:
    async def ask() -> str:
        service = Service(ServeSettings(worker=TOY))
        async with Client(make_tools(service, None)) as client:
            answer = await client.call_tool("lean_goal", {"file_path": "/etc/passwd", "line": 1})
            assert answer.is_error
            return str(answer.content[0].text)  # type: ignore[union-attr]

    assert "reads no files" in asyncio.run(ask())


def test_the_skill_file_names_every_tool() -> None:
    text = skill_file()
    assert text.startswith("---\nname: proofsmith\n")
    assert all(f"`{tool}" in text for tool in TOOLS)


def stdio(folder: Path, *options: str) -> StdioServerParameters:
    """Return how an agent starts the server: a command that speaks on standard input and output."""
    arguments = ["-c", "from prover.cli import main; main()", "serve", "--mcp", "stdio", "--folder", str(folder)]
    return StdioServerParameters(command=sys.executable, args=[*arguments, *options], env=dict(os.environ))


def test_over_standard_input_and_output(tmp_path: Path) -> None:
    (tmp_path / "Mine.lean").write_text(f"{STATEMENT}\n  42\n", encoding="utf-8")

    async def ask() -> list[Any]:
        async with Client(stdio(tmp_path, "--lean", "python:tests.serve.toy:ToyLean")) as client:
            assert sorted(tool.name for tool in (await client.list_tools()).tools) == TOOLS
            asked = [
                await client.call_tool("verify", {"statement": STATEMENT, "proof": "42"}),
                await client.call_tool("lean_verify", {"file_path": "Mine.lean", "theorem_name": "t"}),
            ]
            return [answer.structured_content for answer in asked]

    judged, report = asyncio.run(ask())
    assert judged["accepted"] and report["trust"] == "standard"


THEOREM = "theorem t (a b : ℕ) : a + b = b + a := by"


async def prove_fill_refute(server: Any) -> None:
    """Have a server prove with progress, fill and refute, asked by the SDK's client."""
    seen: list[tuple[float, float | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total))

    async with Client(server) as client:
        asked = [
            await client.call_tool("prove", {"statement": THEOREM, "budget": "lean_calls=50"}, progress_callback=note),
            await client.call_tool("fill", {"text": f"{THEOREM}\n  sorry\n"}),
            await client.call_tool("refute", {"statement": "theorem t (n : ℕ) : n < 5 := by"}),
        ]
        proved, filled, refuted = (answer.structured_content or {} for answer in asked)
        judged = await client.call_tool("verify", {"statement": THEOREM, "proof": proved["proof"]})
    assert proved["status"] == "proved" and (judged.structured_content or {})["accepted"]
    assert filled["remaining"] == [] and "sorry" not in filled["text"]
    assert refuted["status"] == "refuted" and refuted["counterexample"]
    assert seen and seen[-1][1] == 50


@pytest.mark.slow
def test_proves_fills_and_refutes_over_http_with_progress(server: Any) -> None:
    asyncio.run(prove_fill_refute(f"{server.address}/mcp"))


@pytest.mark.slow
def test_proves_fills_and_refutes_over_standard_input_and_output(lean: Installation, tmp_path: Path) -> None:
    asyncio.run(prove_fill_refute(stdio(tmp_path)))
