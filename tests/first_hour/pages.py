"""Screenshots of every page, in both themes and two widths, to look at: `python -m tests.first_hour.pages OUT RUN…`.

RUN is a folder of `prover bench`; several make a grid or an index. Without one, and for the page of rounds, small runs
are made without Lean. Every page also has to be quiet in the browser's console, to load nothing, and to be no wider
than its window. Needs Chromium with its driver.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from prover.bench.folder import read_run
from prover.report.rounds import write_rounds
from prover.report.tree import tree_page
from prover.report.write import write_grid_report, write_report
from tests.bench import toy
from tests.bench.browser import Browser, missing
from tests.bench.test_bench_run import go
from tests.train import test_rounds_page

WIDTHS = (1200, 500)
THEMES = ("light", "dark")
_WIDE = "return document.documentElement.scrollWidth - window.innerWidth"
_LOADED = "return performance.getEntriesByType('resource').length"
_HEIGHT = "return document.documentElement.scrollHeight"
_OPEN_ROW = (
    "const rows = [...document.querySelectorAll('tr.problem')], name = (row) => row.dataset.name;"
    " const wanted = name(rows.find((row) => row.querySelector(`.badge.${given[0]}`)) ?? rows[0]);"
    ' const here = () => document.querySelector(`tr[data-name="${wanted}"]`); here().click();'
    " const show = document.querySelector('.show-search'); if (show) show.click();"
    " await new Promise((go) => setTimeout(go, 1500)); here().scrollIntoView({ behavior: 'instant' });"
)


@dataclass(frozen=True)
class Page:
    """A page, its name in the pictures, and what is done on it before they are taken."""

    name: str
    path: Path
    script: str = ""
    argument: str = ""


def trees(run: Path, out: Path) -> list[Page]:
    """Write the tree of the longest failed search of a run, and that of the longest proof."""
    read = read_run(run)
    problems = {entry.problem.name: entry.problem for entry in read.asked}
    found = []
    for status, name in (("unproved", "tree-failed"), ("proved", "tree-proof")):
        rows = [row for row in read.attempts if row.status == status]
        rows.sort(key=lambda row: -row.cost.lean_calls)
        row = next((row for row in rows if read.tree(row.problem, row.seed) is not None), None)
        if row is None:
            continue
        document = read.tree(row.problem, row.seed)
        assert document is not None
        problem = problems[row.problem]
        if not problem.informal:
            problem = problem.model_copy(update={"informal": "Show that $x^2 + \\frac{1}{y} \\ge \\sqrt{2}$ & win."})
        path = out / f"{name}.html"
        path.write_text(tree_page(problem, row, document), encoding="utf-8")
        found.append(Page(name, path))
    return found


def toys(out: Path) -> list[Path]:
    """Make small runs without Lean: three over the same problems, one over others."""
    for name in ("best-first", "mcts", "beam"):
        go(out / "runs" / name, toy.toys(24), toy.settings(strategy=name))
    go(out / "runs" / "few", toy.toys(5), toy.settings())
    return [out / "runs" / name for name in ("best-first", "mcts", "beam", "few")]


def pages(runs: Sequence[Path], out: Path) -> list[Page]:
    """Write every kind of page, from runs of `prover bench`, into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    here = []
    for run in runs:
        copied = out / "all" / run.name
        if not copied.exists():
            shutil.copytree(run, copied, ignore=shutil.ignore_patterns(".lock"))
        write_report(copied)
        here.append(copied)
    found = trees(here[0], out)
    found += [
        Page("run", here[0] / "report.html"),
        Page("run-proved", here[0] / "report.html", _OPEN_ROW, "proved"),
        Page("run-unproved", here[0] / "report.html", _OPEN_ROW, "unproved"),
    ]
    names = [{entry.problem.name for entry in read_run(run).asked} for run in here]
    alike = [run for run, asked in zip(here, names, strict=True) if asked == names[0]]
    if len(alike) > 1:
        for run in alike:
            if not (out / "grid" / run.name).exists():
                shutil.copytree(run, out / "grid" / run.name)
        write_grid_report(out / "grid", [out / "grid" / run.name for run in alike])
        found.append(Page("grid", out / "grid" / "report.html"))
    write_grid_report(out / "all", here)
    found.append(Page("index", out / "all" / "report.html"))
    (out / "rounds").mkdir(exist_ok=True)
    if not (out / "rounds" / "store.sqlite").exists():
        store = test_rounds_page.run(out / "rounds", "best-first")
        write_rounds(store, out / "rounds")
        store.close()
    return [*found, Page("rounds", out / "rounds" / "rounds.html")]


def shoot(browser: Browser, page: Page, out: Path, most: int = 2600) -> list[str]:
    """Take the pictures of a page and return what is wrong with it. No picture is higher than `most`."""
    wrong = []
    for width in WIDTHS:
        for theme in THEMES:
            browser.resize(width, 1700 if page.script else 1000)
            browser.prefer(theme)
            browser.open(page.path)
            if page.script:
                browser.run(page.script, page.argument)
            over = browser.run(_WIDE)
            where = f"{page.name}, {width} px, {theme}"
            if over > 0:
                wrong.append(f"{where}: {over} px wider than the window")
            if browser.run(_LOADED):
                wrong.append(f"{where}: it loads something")
            wrong += [f"{where}: {error}" for error in browser.errors()]
            if not page.script:
                browser.resize(width, min(most, browser.run(_HEIGHT) + 100))
            browser.screenshot(out / f"{page.name}-{width}-{theme}.png")
    return wrong


def shoot_all(found: Sequence[Page], out: Path, say: Callable[[str], None] = print) -> list[str]:
    """Take the pictures of pages and return what is wrong with them."""
    wrong: list[str] = []
    browser = Browser(1200, 1000)
    try:
        for page in found:
            wrong += shoot(browser, page, out)
            say(f"{page.name}: {len(WIDTHS) * len(THEMES)} pictures")
    finally:
        browser.close()
    return wrong


def main() -> int:
    """Write the pages and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("runs", type=Path, nargs="*")
    parser.add_argument("--tree", type=Path, action="append", default=[], help="a page that is there already")
    given = parser.parse_args()
    if missing():
        print(missing(), file=sys.stderr)
        return 2
    given.out.mkdir(parents=True, exist_ok=True)
    found = pages(given.runs or toys(given.out), given.out)
    found += [Page(path.stem, path) for path in given.tree]
    wrong = shoot_all(found, given.out)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
