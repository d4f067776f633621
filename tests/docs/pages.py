"""The pages of the documents, taken apart: fenced blocks, links, headings as GitHub and MkDocs name them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
PAGES = [*(ROOT / name for name in TOP), *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(r"^(?P<fence>```+)(?P<info>[^\n]*)\n(?P<text>.*?)^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r'\btitle="([^"]+)"')
_SKIP = re.compile(r"<!-- not run: (.+?) -->\s*\Z")
_LINK = re.compile(r"(?<!`)\[[^\]\n]*(?:\n[^\]\n]*)?\]\(([^()\s]+(?:\([^()\s]*\))?[^()\s]*)\)")
_CODE = re.compile(r"`[^`\n]+`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, the file it is (`title="NAME"`), and why it is not run, if it is not."""

    language: str
    text: str
    title: str
    not_run: str
    line: int


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a page in their order."""
    found = []
    for match in _FENCE.finditer(text):
        language, _, _ = match["info"].strip().partition(" ")
        title = _TITLE.search(match["info"])
        reason = _SKIP.search(text[: match.start()])
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(language, match["text"], title[1] if title else "", reason[1] if reason else "", line))
    return found


def prose(text: str) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", text)


def links(text: str) -> list[str]:
    """Return where the links and pictures of a page lead; what stands in code is none."""
    return _LINK.findall(_CODE.sub(lambda code: "`" + "x" * (len(code[0]) - 2) + "`", prose(text)))


def anchors(text: str) -> set[str]:
    """Return the names of the headings of a page."""
    names: set[str] = set()
    seen: Counter[str] = Counter()
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", prose(text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
        names.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return names
