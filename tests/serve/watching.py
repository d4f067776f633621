"""`prover prove --watch` and `prover bench --watch` on a terminal, and their page in a browser while they work.

    python -m tests.serve.watching FOLDER

Each command runs on a pseudo-terminal of its own. Its page is opened at the address that it prints; pictures are taken
as the tree grows, light and dark, wide and narrow; then its buttons are pressed. Needs Chromium with its driver.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.browser import Browser, missing
from tests.first_hour.terminal import Terminal
from tests.serve.screenshots import CIRCLES, EASY, HARD

SECONDS = 240.0
_ADDRESS = re.compile(r"watch it at (http://\S+)")
_PRESS = "[...document.querySelectorAll('button')].find((one) => one.textContent === given[0])?.click()"


class Watched:
    """A command on a terminal and its page in a browser."""

    def __init__(self, folder: Path, browser: Browser, *command: str) -> None:
        self._folder = folder
        self._name = command[0]
        self.browser = browser
        self.terminal = Terminal([*command, "--watch"])
        self.wait(lambda: _ADDRESS.search(self.terminal.text) is not None)
        address = _ADDRESS.search(self.terminal.text)
        assert address is not None
        browser.resize(1280, 1000)
        browser.prefer("light")
        browser.visit(address[1])

    def wait(self, condition: Callable[[], bool]) -> None:
        """Read what the command shows until something is so."""
        assert self.terminal.until(lambda _: condition(), SECONDS), self.terminal.text[-2000:]

    def grown(self, goals: int) -> None:
        """Wait until so many goals are drawn, and take a picture."""
        self.wait(lambda: self.browser.run(CIRCLES) >= goals)
        self.picture(f"grow-{goals}")

    def press(self, label: str, wanted: str) -> None:
        """Press a button until the page says something."""

        def said() -> bool:
            self.browser.run(_PRESS, label)
            return wanted in str(self.browser.run("return document.body.innerText"))

        self.wait(said)

    def picture(self, name: str) -> None:
        """Take a picture once the page has been drawn; it must not scroll sideways."""
        time.sleep(0.6)
        wide = self.browser.run("return [document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], f"{name} is wider than its window: {wide}"
        self.browser.screenshot(self._folder / f"{self._name}-{name}.png")

    def every_look(self) -> None:
        """Take pictures wide and narrow, light and dark."""
        for width in (1280, 420):
            for scheme in ("dark", "light"):
                self.browser.resize(width, 1000)
                self.browser.prefer(scheme)
                self.picture(f"{width}-{scheme}")
        self.browser.resize(1280, 1000)


def prove(folder: Path, browser: Browser) -> None:
    """Watch a search grow, have it wait and go on, and stop it: the command says so and ends."""
    watched = Watched(folder, browser, "prove", HARD, "--budget", "lean_calls=600", "--no-cache")
    for goals in (1, 3, 6):
        watched.grown(goals)
    watched.every_look()
    watched.press("Pause", "paused")
    watched.press("Continue", "searching")
    browser.run(_PRESS, "Stop")
    code = watched.terminal.wait(SECONDS)
    assert code == 1 and "stopped on its page" in watched.terminal.text, watched.terminal.text[-2000:]
    # The page asks for more until the command is gone, and then says that it cannot be reached.
    assert all("/v1/live" in error for error in browser.errors())


def bench(folder: Path, browser: Browser) -> None:
    """Watch a run, stop and continue it, and see it end with a report."""
    statements = folder / "problems.jsonl"
    rows = [{"name": f"p{place}", "formal_statement": text} for place, text in enumerate([*EASY, HARD, *EASY[:1]])]
    statements.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    out = folder / "run"
    watched = Watched(
        folder, browser, "bench", str(statements), "--out", str(out), "--budget", "lean_calls=60", "--no-cache"
    )
    watched.grown(3)
    watched.press("Stop the run", "Continue the run")
    watched.picture("stopped")
    watched.press("Continue the run", "Stop the run")
    watched.every_look()
    code = watched.terminal.wait(SECONDS)
    assert code == 0 and (out / "report.html").exists(), watched.terminal.text[-2000:]
    attempted = [json.loads(line)["problem"] for line in (out / "attempts.jsonl").read_text("utf-8").splitlines()]
    assert sorted(set(attempted)) == [row["name"] for row in rows], "what was stopped has been continued"


def main() -> int:
    """Run both commands and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    if missing():
        print(missing(), file=sys.stderr)
        return 2
    given.folder.mkdir(parents=True, exist_ok=True)
    browser = Browser(1280, 1000)
    try:
        prove(given.folder, browser)
        bench(given.folder, browser)
    finally:
        browser.close()
    print("\n".join(sorted(path.name for path in given.folder.glob("*.png"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
