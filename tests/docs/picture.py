"""The page of one search as the picture in the README: `python -m tests.docs.picture` writes `docs/search-tree.png`.

Needs Chromium with its driver.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from prover.cli import run
from tests.bench.browser import Browser, missing

OUT = Path(__file__).resolve().parents[2] / "docs" / "search-tree.png"
FUNCTION = "(f : ℕ → ℕ) (h0 : f 0 = 0) (h : ∀ n, f (n + 1) = f n + (n + 1))"
STATEMENT = f"theorem triangular {FUNCTION} : ∀ n, 2 * f n = n * (n + 1) := by"
WIDTH, HEIGHT = 1280, 1240


def main() -> int:
    """Search, and take the picture."""
    if why := missing():
        raise SystemExit(why)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "search.html"
        given = ["--policy", "automation", "--strategy", "mcts", "--no-cache", "--style", "first", "--tree", str(page)]
        if run(["prove", STATEMENT, *given]) != 0:
            raise SystemExit("the search found no proof: choose another statement")
        browser = Browser(WIDTH, HEIGHT)
        try:
            browser.prefer("light")
            browser.open(page)
            browser.screenshot(OUT)
        finally:
            browser.close()
    print(f"{OUT}: {OUT.stat().st_size} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
