"""docs/core.md: what the `core` context holds and what it has not, as one page, written by `prover core --page`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from prover.lean.core.absent import ABSENT, absent_tactics
from prover.lean.core.catalogue import REAL_TACTICS, SORTS, Entry, catalogue

_TITLES = {
    "type": "Types",
    "function": "Functions and predicates",
    "notation": "Notation",
    "tactic": "Tactics",
    "lemma": "Lemmas",
}
_BEFORE = """# What the `core` context holds

`core` is this project's own prelude, `lean_project/Core`, on top of Lean's core library. It lets statements written
for Mathlib elaborate without Mathlib. It is not Mathlib: what stands here is all that it adds. This page is written by
`prover core --page docs/core.md` from the prelude; `prover core WORD` searches the same list.

Names are Mathlib's; the prelude keeps them in the namespace `Core`, so Mathlib's `Real.sqrt` is `Core.Real.sqrt` here.
"""
_TACTICS = """`ring`, `linear_combination`, `linarith` and `nlinarith` work as Mathlib's do: exact arithmetic outside of
Lean finds a certificate over the terms as atoms, and the kernel checks it. No hypothesis helps `ring` or
`linear_combination`. What differs from Mathlib's `nlinarith`: products are tried of the hints and the negated goal
first, then of at most 16 facts and 8 squares, not of all pairs of hypotheses; equations are multiplied with single
variables, which Mathlib's does not do. So each proves goals that the other does not. `interval_cases` reads bounds that
are numbers, as Mathlib's does, and keeps them; `using` is not there, and 200 values are the most.

A proof that fails in an imitation, in `nlinarith`, or in a tactic that is not here is rejected with the reason
`unsupported`, because Mathlib may accept it. The imitations are backed by Lean's `grind`, `omega`, `simp` and
`decide`: `ring_nf` is `ring`; `positivity` goes by recursion over the term; `norm_num` is `simp`, then exact arithmetic
for comparisons of numerals, decimal fractions among them, then `grind`; `push_neg` is a call of `simp`; `aesop` and
`tauto` are calls of `grind`; `field_simp` rewrites with the rules that Mathlib's had until 2025, and takes a
denominator for nonzero where a hypothesis, a hint, a numeral or `positivity` says so.
"""


def core_page() -> str:
    """Return the page."""
    parts = [_BEFORE]
    entries = catalogue()
    for sort in SORTS:
        chosen = [entry for entry in entries if entry.sort == sort]
        parts.append(f"## {_TITLES[sort]}\n")
        if sort == "tactic":
            names = dict.fromkeys(entry.name for entry in chosen)
            parts += [_TACTICS, f"As in Mathlib: {_listed(name for name in names if name in REAL_TACTICS)}.\n"]
            parts.append(f"Imitations: {_listed(name for name in names if name not in REAL_TACTICS)}.\n")
        elif sort == "lemma":
            parts += [_family(file, list(group)) for file, group in groupby(chosen, lambda entry: entry.file)]
        else:
            parts.append("| Mathlib's name | here | file |\n| --- | --- | --- |")
            parts.append("\n".join(_row(entry) for entry in chosen) + "\n")
    parts.append("## What is not here\n")
    topics: dict[str, list[str]] = {}
    for pattern, topic in ABSENT:
        topics.setdefault(topic, []).append(pattern)
    parts.append("\n".join(f"- {topic}" for topic in topics) + "\n")
    parts.append(f"Tactics of Mathlib's that are not here: {_listed(absent_tactics())}, and others.\n")
    return "\n".join(parts)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _row(entry: Entry) -> str:
    cells = (entry.name, entry.text, f"{entry.file}:{entry.line}")
    return "| " + " | ".join(f"`{cell}`".replace("|", "\\|") for cell in cells) + " |"


def _family(file: str, entries: list[Entry]) -> str:
    names = ", ".join(f"`{entry.name}`" for entry in entries)
    return f"**{file}** ({len(entries)}): {names}\n"
