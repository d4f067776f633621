"""The live page: one self-contained file that asks for nothing but this server's events."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from prover.report.page import ICON, asset

# The one thing that it may ask for is this server; what a goal or a tactic might smuggle in, the browser refuses.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)


def live_page() -> str:
    """Return the page."""
    assets = files("prover.serve") / "assets"
    css = asset("page.css") + "\n" + (assets / "live.css").read_text(encoding="utf-8")
    body = (assets / "live.html").read_text(encoding="utf-8")
    code = asset("dom.js") + "\n" + (assets / "live.js").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<title>proofsmith · live</title>\n'
        f'<link rel="icon" href="{ICON}">\n<style>\n{css}\n</style>\n</head>\n'
        f'<body>\n{body}\n<script>\n"use strict";\n(() => {{\n{code}\n}})();\n</script>\n</body>\n</html>\n'
    )
