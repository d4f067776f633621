"""Large files that a command wrote: each stands in `data/README.md` with the command and the hash of what is here."""

from __future__ import annotations

import hashlib
import json
import re

from tests.docs.pages import ROOT

LARGE = 50_000
"""Bytes from which a file has to be listed."""
_ROW = re.compile(r"^\| `(?P<file>[^`]+)` \| (?P<command>.*`.+`.*) \| `(?P<sha256>[0-9a-f]{64})` \|$", re.MULTILINE)
CARDS = {row["file"]: row["sha256"] for row in _ROW.finditer((ROOT / "data" / "README.md").read_text("utf-8"))}


def test_every_hash_is_that_of_the_file() -> None:
    found = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in CARDS}
    assert found == CARDS, "a file was written again: put its new sha256 into data/README.md"


def test_no_large_file_is_without_a_card() -> None:
    folders = ("prover", "search", "lean_project", "docs", "tests")
    files = (path for folder in folders for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts)
    large = {path.relative_to(ROOT).as_posix() for path in files if path.is_file() and path.stat().st_size > LARGE}
    assert "prover/models/tiny/model.safetensors" in large
    assert large <= set(CARDS), sorted(large - set(CARDS))


def test_the_model_s_own_card_names_the_same_weights() -> None:
    lineage = json.loads((ROOT / "prover/models/tiny/model.json").read_text("utf-8"))["lineage"]
    assert lineage["sha256"] == CARDS["prover/models/tiny/model.safetensors"] and lineage["command"]
