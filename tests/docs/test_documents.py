"""The documents hold together: links lead somewhere, words are spelt, generated pages are fresh."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from tests.docs.pages import PAGES, ROOT, anchors, blocks, links

RUN = {"python", "console", "sh", "bash", "shell"}
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in links(page.read_text("utf-8")):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        there = target.exists() and (target == ROOT or ROOT in target.parents)
        if not there or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            broken.append(link)
    assert not broken, f"{page}: {broken}"


def test_a_broken_link_and_anchor_are_seen() -> None:
    text = "# One two\n\n[a](there.md) `[no](code.md)`\n\n```sh\n[b](x.md)\n```\n[c](#one-two) ![d](e_(f).png)\n"
    assert links(text) == ["there.md", "#one-two", "e_(f).png"]
    assert anchors(text) == {"one-two"}


def test_pages_from_the_top_link_to_what_the_site_has() -> None:
    spec = importlib.util.spec_from_file_location("docs_hooks", ROOT / "docs" / "hooks.py")
    assert spec is not None and spec.loader is not None
    hooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hooks)
    site = {*hooks.PAGES.values(), *(str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.*"))}
    for name in hooks.PAGES:
        paths = [link.partition("#")[0] for link in links(hooks.page(name)) if "://" not in link]
        assert not [path for path in paths if path and path not in site], name


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_block_is_run_or_says_why_not(page: Path) -> None:
    """Blocks of pages that `test_blocks` runs need no remark; everywhere else each of them gives a reason."""
    from tests.docs.test_blocks import GUIDES

    if page in GUIDES:
        return
    silent = [
        f"{page}:{block.line}"
        for block in blocks(page.read_text("utf-8"))
        if block.language in RUN and not block.not_run
    ]
    assert not silent, f"run them (tests/docs/test_blocks.py) or write <!-- not run: REASON --> above: {silent}"


def test_no_block_is_hidden_by_indentation() -> None:
    hidden = [
        f"{page}:{number}"
        for page in PAGES
        for number, line in enumerate(page.read_text("utf-8").split("\n"), 1)
        if line.startswith(" ") and line.strip() in {f"```{language}" for language in RUN}
    ]
    assert not hidden, "blocks begin at the margin, where the tests find them"


def test_words_are_spelt() -> None:
    paths = [*(str(page) for page in PAGES), str(ROOT / "LOG.md"), str(ROOT / "lean_project" / "README.md")]
    done = subprocess.run(
        [sys.executable, "-m", "codespell_lib", "--toml", str(ROOT / "pyproject.toml"), *paths],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_generated_pages_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, f"run `python docs/generate.py`: {done.stdout}{done.stderr}"


def test_every_page_is_in_the_navigation() -> None:
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    listed: set[str] = set()

    def walk(entry: object) -> None:
        if isinstance(entry, str):
            listed.add(entry)
        elif isinstance(entry, dict):
            for below in entry.values():
                walk(below)
        elif isinstance(entry, list):
            for below in entry:
                walk(below)

    walk(yaml.safe_load(text)["nav"])
    docs = ROOT / "docs"
    there = {str(page.relative_to(docs)) for page in docs.rglob("*.md")}
    assert there <= listed, sorted(there - listed)


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").split()) <= 900
