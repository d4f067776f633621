"""Put a page together: one HTML file with its styles, scripts and data inside, which may not load anything else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"

# The browser itself refuses what a goal or a tactic might smuggle in: nothing is fetched, from anywhere.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'"
# A drawn turnstile, so that a browser asks for no file.
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M4 2v12M4 8h9' "
    "stroke='%237c5cff' stroke-width='2.5' stroke-linecap='round'/%3E%3C/svg%3E"
)


def page(title: str, body: str, *, styles: Sequence[str], scripts: Sequence[str], data: dict[str, object]) -> str:
    """Return a whole page. `styles` and `scripts` name files in `assets`; `data` maps element ids to JSON values."""
    css = "\n".join(asset(name) for name in styles)
    # One function around all scripts: what they declare is theirs, and the page runs in strict mode.
    code = "\n".join(asset(name) for name in scripts)
    values = "\n".join(
        f'<script type="application/json" id="{escape(name)}">{inert(value)}</script>' for name, value in data.items()
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<title>{escape(title)}</title>\n<link rel="icon" href="{ICON}">\n<style>\n{css}\n</style>\n</head>\n'
        f'<body>\n{body}\n{values}\n<script>\n"use strict";\n(() => {{\n{code}\n}})();\n</script>\n</body>\n</html>\n'
    )


def inert(value: object) -> str:
    """Return JSON that no text in it can turn into markup."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def asset(name: str) -> str:
    """Return a file of this package."""
    return (ASSETS / name).read_text(encoding="utf-8").strip()
