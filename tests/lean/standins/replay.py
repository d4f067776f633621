"""Stands in for `lean --run Replay.lean NONCE TRUSTED CANDIDATE`, over the sources that `compiler.py` kept."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.lean.standins.client import Brain, die

STANDARD = ("propext", "Classical.choice", "Quot.sound")
NEVER = ("sorryAx", "Lean.reduceBool", "Lean.reduceNat", "Lean.ofReduceBool", "Lean.ofReduceNat", "Lean.trustCompiler")
_DECLARES = re.compile(r"^[ \t]*(theorem|def|abbrev|opaque|axiom)\s+((?:«[^»]*»|[^\s«])+)", re.MULTILINE)


def main(folder: Path, arguments: list[str]) -> None:
    nonce, trusted, candidate = arguments
    asked: dict[str, Any] = json.loads(Path(trusted).read_text(encoding="utf-8"))
    given: dict[str, Any] = json.loads(Path(candidate).read_text(encoding="utf-8"))
    # A block stands on the statement's header; a whole file may bring its own.
    shared = asked["header"] if given["source"].startswith(asked["header"]) else ""
    facts = Brain(folder).ask(
        op="judge",
        header=asked["header"],
        statement=asked["statement"],
        candidate=given["source"][len(shared) :],
        candidate_header=shared,
        heartbeats=given["heartbeats"],
    )
    if "died" in facts or facts.get("refused") is not None:
        die(str(facts), 134)
    hollow = facts["bodiless"]
    # The library holds no proofs here: where one of its theorems is used, the three axioms stand for what it rests on.
    named = [c["name"] for c in hollow if c["name"] in (*STANDARD, *NEVER)]
    behind = STANDARD if any(c["proposition"] and c["name"] not in named for c in hollow) else ()
    own = [c["name"] for c in facts["fresh"] if c["kind"] in ("axiom", "opaque") or not c["safe"]]
    fresh = [{key: c[key] for key in ("name", "kind", "safe")} for c in facts["fresh"] if not c["given"]]
    # The facts name what the theorem rests on; a file that was compiled holds all that its commands declare.
    known = {facts["name"], *(c["name"] for c in fresh)}
    unused = [
        (kind, name)
        for kind, name in _DECLARES.findall(given["source"][len(shared) :])
        if not any(lemma == name or lemma.endswith(f".{name}") for lemma in known)
    ]
    document = {
        "nonce": nonce,
        "name": facts["name"],
        "difference": facts["difference"],
        "fresh": [*fresh, *({"name": name, "kind": kind, "safe": True} for kind, name in unused)],
        "axioms": sorted({*named, *behind, *own}),
        "missing": list(facts["missing"]),
        "kernel": facts["kernel"],
        "typeDigest": facts["typeDigest"],
    }
    print(json.dumps(document, ensure_ascii=False), flush=True)
