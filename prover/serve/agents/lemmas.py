"""Look lemmas up by words: what `core` declares, and the theorems of Lean's library where they were enumerated."""

from __future__ import annotations

from functools import cache

from prover.lean.core.catalogue import look_up
from prover.policies.retrieval.lemmas import Lemma as LibraryLemma
from prover.policies.retrieval.lemmas import library_lemmas, prelude_lemmas
from prover.types import Frozen


class Lemma(Frozen):
    """Something that a proof can use: its name, what it is, how it is declared, and where."""

    name: str
    kind: str
    text: str
    where: str


def find_lemmas(query: str, limit: int) -> tuple[tuple[Lemma, ...], tuple[str, ...]]:
    """Return what fits a query, best first, and the sources that were looked through.

    Every word of the query has to occur in the name or the statement; names count more, and shorter ones first.
    """
    words = [word for word in query.lower().split() if word]
    if not words:
        return (), ()
    found: dict[str, Lemma] = {}
    if len(words) == 1:
        for entry in look_up(words[0])[:limit]:
            where = f"{entry.file}:{entry.line}"
            found[entry.name] = Lemma(name=entry.name, kind=entry.sort, text=entry.text, where=where)
    lemmas, searched = _all()
    ranked = sorted(
        (place for place in ((_rank(lemma, words), lemma.name, lemma) for lemma in lemmas) if place[0] is not None),
        key=lambda place: (place[0], place[1]),
    )
    for _, name, lemma in ranked:
        if len(found) >= limit:
            break
        found.setdefault(name, Lemma(name=name, kind="lemma", text=lemma.signature[:500], where=lemma.module))
    return tuple(found.values())[:limit], searched


def _rank(lemma: LibraryLemma, words: list[str]) -> tuple[int, int] | None:
    name, text = lemma.name.lower(), lemma.text.lower()
    if not all(word in text for word in words):
        return None
    return sum(word not in name for word in words), len(name)


@cache
def _all() -> tuple[tuple[LibraryLemma, ...], tuple[str, ...]]:
    from prover.problems.library import record

    lemmas = list(prelude_lemmas())
    searched = ["core"]
    path = record.find()
    if path is not None:
        lemmas += library_lemmas(record.read(path))
        searched.append("library")
    return tuple(lemmas), tuple(searched)
