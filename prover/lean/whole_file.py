"""Proofs that are whole Lean files: told apart from blocks of tactics, and made fit for the context that judges."""

from __future__ import annotations

import re

from prover.lean.source_text import blanked

_DECLARES = re.compile(
    r"^[ \t]*(?:(?:open|set_option)\b[^\n]*?\bin[ \t]+)?(?:@\[[^\]]*\]\s*)*"
    r"(?:(?:private|protected|noncomputable|nonrec|public)\s+)*(?P<keyword>theorem|lemma)\s",
    re.MULTILINE,
)
_IMPORT = re.compile(r"[ \t]*(?:(?:public[ \t]+|meta[ \t]+)*import\b[^\n]*|module|prelude)?[ \t]*")
# Namespaces of Mathlib that the first line after the imports usually opens; here they mean nothing.
_UPSTREAM_OPEN = re.compile(r"open\s+(?:scoped\s+)?BigOperators\b[^\n]*")


def is_whole_file(proof: str) -> bool:
    """Tell whether a proof states theorems itself, rather than being a block of tactics."""
    return _DECLARES.search(blanked(proof)[0]) is not None


def body(proof: str, given: str = "") -> str:
    """Return the source without its imports and with `lemma`, which is Mathlib's, as `theorem`; lines stay where they
    are. A line equal to `given`, which the context itself puts in front, is left out too.
    """
    proof = proof.replace("\r\n", "\n").replace("\r", "\n")
    blank = blanked(proof)[0]
    lines, visible = proof.split("\n"), blank.split("\n")
    for number, line in enumerate(visible):
        if not _IMPORT.fullmatch(line):
            break
        if line.strip():
            lines[number] = ""
    for number, line in enumerate(visible):
        if _UPSTREAM_OPEN.fullmatch(line.rstrip()) or (given and line.strip() == given):
            lines[number] = ""
        for match in reversed(list(_DECLARES.finditer(line + " "))):
            if match["keyword"] == "lemma":
                at = match.start("keyword")
                lines[number] = f"{lines[number][:at]}theorem{lines[number][at + len('lemma') :]}"
    return "\n".join(lines)


def repeats(proof: str, header: str) -> bool:
    """Tell whether a file holds all lines of a header, so that it stands on its own."""
    have = {line.strip() for line in proof.split("\n")}
    return all(line.strip() in have for line in header.split("\n"))
