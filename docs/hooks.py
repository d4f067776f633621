"""What MkDocs calls: pages from the top of the repository join the site, and links lead to them there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.files import Files

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "README.md": "project.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "LOG.md": "log.md",
    "SECURITY.md": "security.md",
}
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^)\s]+)\)")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that lie outside the folder `docs`."""
    from mkdocs.structure.files import File

    for name, place in PAGES.items():
        files.append(File.generated(config, place, content=page(name)))
    return files


def page(name: str) -> str:
    """Return the text of a page from the top of the repository as it stands in the site."""
    return _LINK.sub(_from_top, (ROOT / name).read_text("utf-8"))


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Turn links that leave the folder `docs` into links to the pages that were added."""
    return _LINK.sub(_from_docs, markdown)


def _from_top(link: re.Match[str]) -> str:
    path, hash_, anchor = link[2].partition("#")
    if path and path not in PAGES and path != "docs" and not path.startswith("docs/") and (ROOT / path).exists():
        return link[1]  # a file that the site does not have
    place = PAGES.get(path) or ("README.md" if path == "docs" else path.removeprefix("docs/"))
    return f"[{link[1]}]({place}{hash_}{anchor})"


def _from_docs(link: re.Match[str]) -> str:
    path, hash_, anchor = link[2].partition("#")
    place = PAGES.get(path.removeprefix("../")) if path.startswith("../") else None
    return f"[{link[1]}]({place}{hash_}{anchor})" if place else link[0]
