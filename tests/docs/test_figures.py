"""Every figure of the README and the documents comes from a file of `docs/results` that a command wrote.

Of `results.md` and `performance.md` that is every number; of other pages every number of a section that says how often
or how long something took, and of those that a file names.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from types import ModuleType

import pytest

from tests.docs.pages import PAGES, ROOT, anchors


def _module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_figures", ROOT / "docs" / "figures.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where pydantic looks for the names in annotations
    spec.loader.exec_module(module)
    return module


figures = _module()
WHOLE = ("docs/results.md", "docs/performance.md")
"""Pages in which every section needs files; of other pages those sections that a file names."""
_SPAN = re.compile(r"`[^`\n]+`|\[[^\]]*\]\([^)]*\)|<!--.*?-->", re.DOTALL)
_MEASURED = re.compile(r"\b\d[\d,]* of (?:the first )?\d|\b\d[\d.,]* (?:s|ms)\b")
_COMMIT = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7}\b")


def sections(text: str) -> dict[str, str]:
    """Return the text below each heading by the heading's anchor; what stands above the first one is ""."""
    found, name, inside = {"": ""}, "", False
    for line in text.split("\n"):
        inside ^= line.startswith("```")
        if line.startswith("#") and not inside:
            (name,) = anchors(line)
            found[name] = ""
        else:
            found[name] += f"{line}\n"
    return found


def numbers(text: str) -> list[str]:
    """Return the numbers of a text; those in code and links are names and options, not figures."""
    fenced = re.split(r"^```.*$", text, flags=re.MULTILINE)
    plain = [part if place % 2 else _SPAN.sub(" ", part) for place, part in enumerate(fenced)]
    return list(figures.NUMBER.findall(_COMMIT.sub(" ", "\n".join(plain))))


def unknown(text: str, known: set[float]) -> list[str]:
    """Return the numbers of a text that are none of those that are known, as rounded as they are written."""
    found = []
    for number in numbers(text):
        wanted = figures.value(number)
        places = len(number.partition("e")[0].partition(".")[2])
        if not any(
            abs(amount) == wanted
            or ("e" not in number and wanted in (round(abs(amount), places), round(100 * abs(amount), places)))
            for amount in known
        ):
            found.append(number)
    return found


def cases() -> list[tuple[str, str]]:
    named = {tuple(place.split("#")) for results in figures.read().values() for place in results.where}
    whole = {
        (page, section)
        for page in WHOLE
        for section, text in sections((ROOT / page).read_text("utf-8")).items()
        if numbers(text)
    }
    return sorted(named | whole)


@pytest.mark.parametrize(("page", "section"), cases())
def test_figures_have_a_source(page: str, section: str) -> None:
    texts = sections((ROOT / page).read_text("utf-8"))
    assert section in texts, f"a file of docs/results names {page}#{section}, which is not there"
    known: set[float] = set()
    for results in figures.read().values():
        if f"{page}#{section}" in results.where:
            known |= results.numbers()
    missing = unknown(texts[section], known)
    assert not missing, f"{page}#{section}: no file of docs/results that names this section has {', '.join(missing)}"


def test_no_measurement_is_without_a_file() -> None:
    known = {f"{page}#{section}" for page, section in cases()}
    found = {
        f"{page.relative_to(ROOT)}#{section}"
        for page in PAGES
        if page.parent.name != "runs"  # which a benchmark writes itself
        for section, text in sections(page.read_text("utf-8")).items()
        if _MEASURED.search(_SPAN.sub(" ", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)))
    }
    assert "README.md#results" in found
    assert found <= known, f"no file of docs/results names {sorted(found - known)}"


def test_a_figure_without_a_source_is_seen() -> None:
    text = (
        "`make x` took 1,234 s and 52.0 % (p = 4e-13), `--budget 7`, 69b14a4, [9](8.md), F2F, 2^10\n```\n 5 ms\n```\n"
    )
    assert numbers(text) == ["1,234", "52.0", "4e-13", "5"]
    assert unknown(text, {1234.0, 0.52049, 4e-13, 5.4}) == []
    assert unknown(text, {1235.0, 0.531, 4e-12, 5.6}) == ["1,234", "52.0", "4e-13", "5"]


def test_every_file_names_its_command_and_commit() -> None:
    assert all(results.command and results.commit and results.where for results in figures.read().values())
