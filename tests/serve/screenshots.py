"""Screenshots of the live page while a search runs on real Lean: growing, light and dark, wide and narrow.

    python -m tests.serve.screenshots FOLDER [--steps 2,12,24]

Writes `grow-N.png` once the search has carried out so many steps, then `dark.png`, `narrow.png`, `narrow-dark.png` and
`ended.png`, and says what it saw. Needs Chromium with its driver.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from pathlib import Path

import httpx

from prover.serve.settings import ServeSettings
from prover.serve.worker.jobs import WorkerSettings
from tests.bench.browser import Browser, missing
from tests.serve.asking import wait_for
from tests.serve.running import Running

EASY = ["theorem sum_comm (a b : ℕ) : a + b = b + a := by", "theorem between (p q : Prop) (h : p ∧ q) : q ∧ p := by"]
HARD = (
    "theorem parts (a b c : ℕ) (h₀ : a + b + c = 12) (h₁ : a * b = 2 * c) (h₂ : 0 < a ∧ 0 < b) : "
    "(a ∣ c ∨ b ∣ 2 * c) ∧ (a * c ≤ 30 ∧ a + b ≤ 9) ∧ (∃ d, d * d = a * b + c) := by"
)
CIRCLES = "return document.querySelectorAll('.livemap circle').length"


def main() -> int:
    """Run a search and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", default="2,12,24")
    parser.add_argument("--seconds", type=float, default=300.0)
    given = parser.parse_args()
    if missing():
        print(missing(), file=sys.stderr)
        return 2
    given.folder.mkdir(parents=True, exist_ok=True)
    with Running(ServeSettings(worker=WorkerSettings())) as server:
        for statement in EASY:
            server.http.post("/v1/prove", json={"statement": statement, "budget": "lean_calls=20"})
        body = {"statement": HARD, "budget": "lean_calls=300", "name": "parts", "seconds": given.seconds}
        ask = threading.Thread(target=lambda: httpx.post(f"{server.address}/v1/prove", json=body, timeout=None))
        ask.start()
        browser = Browser(1280, 1000)
        browser.visit(f"{server.address}/live")
        board = server.service.board
        wait_for(lambda: board.get("parts") is not None)
        entry = board.get("parts")
        assert entry is not None
        for wanted in map(int, given.steps.split(",")):
            wait_for(lambda wanted=wanted: len(entry.steps) >= wanted or entry.ended is not None, given.seconds)  # type: ignore[misc]
            time.sleep(0.5)  # the page is drawn at most every 120 ms
            browser.screenshot(given.folder / f"grow-{wanted}.png")
            print(f"grow-{wanted}.png: {len(entry.steps)} steps, {browser.run(CIRCLES)} goals drawn, {entry.status}")
        for name, width, scheme in (
            ("dark", 1280, "dark"),
            ("narrow-dark", 420, "dark"),
            ("narrow", 420, "light"),
        ):
            browser.resize(width, 1000)
            browser.prefer(scheme)
            time.sleep(0.6)
            browser.screenshot(given.folder / f"{name}.png")
        server.http.post("/v1/prove/parts/cancel")
        ask.join(60)
        browser.resize(1280, 1000)
        time.sleep(0.6)
        browser.screenshot(given.folder / "ended.png")
        print(f"the page complains of: {browser.errors() or 'nothing'}; the search: {entry.status} {entry.message}")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
