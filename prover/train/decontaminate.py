"""Keep statements of evaluation splits out of the training data: by name, by text, by 8-grams, by elaborated type.

On text (`prover.train.fingerprint`) equality counts, and an overlap of more than `MOST_SHARED` of the 8-grams of the
shorter of two statements: inequalities over ℝ share turns of phrase, and one gram alone says nothing.
Once Lean has opened a problem, the hash of its closed type decides, in which names of bound variables play no part:
that is Lean's own 32-bit `Expr.hash`, so a statement may be dropped for nothing, and no equal one gets through.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prover.errors import DataError
from prover.paths import data_dirs
from prover.refute.negation import closed
from prover.refute.syntax import Unread
from prover.runs.records import Dropped
from prover.train.fingerprint import GRAM, grams, sha256, tokens
from prover.train.records import CorpusProblem
from prover.types import Problem

MOST_SHARED = 0.6
LIST = "fingerprints.jsonl"


@dataclass(slots=True)
class Guard:
    """What must not be trained on."""

    names: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    grams: dict[str, list[str]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def add(self, problem: Problem, label: str) -> None:
        """Guard a statement that is at hand, with its binders in front and behind `∀`."""
        self.names[problem.name] = label
        for known, form in zip((label, f"{label}, closed"), forms(problem), strict=False):
            found = tokens(form.statement)
            self.texts.setdefault(sha256(found), known)
            if len(found) >= GRAM:
                for gram in grams(found):
                    self.grams.setdefault(gram, []).append(known)
                self.sizes[known] = len(grams(found))

    def add_list(self, path: Path) -> int:
        """Guard the statements of a published list, and return how many those are. Raises `DataError`."""
        count = 0
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                label = f"{row['set']}: {row['name']}"
                self.texts[row["sha256"]] = label
                # Names such as `h1` mean nothing across datasets; those of benchmarks are spelt out.
                self.names.setdefault(row["name"], label)
                for gram in row.get("grams8", ()):
                    self.grams.setdefault(gram, []).append(label)
                self.sizes[label] = len(row.get("grams8", ()))
            except (ValueError, KeyError, TypeError) as error:
                raise DataError(f"{path}, line {number} is no fingerprint ({error}): fetch the file again") from error
            count += 1
        return count

    def finding(self, asked: CorpusProblem) -> Dropped | None:
        """Return why a training problem has to be kept out, read off its text, or None."""
        problem = asked.problem
        if problem.name in self.names:
            return Dropped(name=problem.name, dataset=asked.dataset, reason="name", like=self.names[problem.name])
        dropped = (self._like(form, asked.dataset) for form in forms(problem))
        return next((found for found in dropped if found is not None), None)

    def _like(self, problem: Problem, dataset: str) -> Dropped | None:
        """Return which guarded statement a statement is, or is too much like, as it is written."""
        found = tokens(problem.statement)
        if (like := self.texts.get(sha256(found))) is not None:
            return Dropped(name=problem.name, dataset=dataset, reason="text", like=like)
        own = grams(found) if len(found) >= GRAM else set()
        shared = Counter(label for gram in own for label in set(self.grams.get(gram, ())))
        for like, count in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
            if count > MOST_SHARED * min(len(own), self.sizes[like]):
                return Dropped(name=problem.name, dataset=dataset, reason="8-gram", like=like)
        return None


def forms(problem: Problem) -> list[Problem]:
    """Return a statement as it is and with all binders behind `∀`: 8-grams tell one from the other, and must not."""
    try:
        return [problem, closed(problem)]
    except Unread:
        return [problem]


def same_type(types: Mapping[int, str], name: str, dataset: str, digest: int) -> Dropped | None:
    """Return why a training problem has to be kept out, now that Lean has elaborated it, or None.

    `types` maps hashes of elaborated types of evaluation problems to their names.
    """
    like = types.get(digest)
    return None if like is None else Dropped(name=name, dataset=dataset, reason="type", like=like)


def published_list() -> Path | None:
    """Return the list of fingerprints in the data folders, if there is one."""
    return next((path for folder in data_dirs() if (path := folder / LIST).is_file()), None)


def guard(evaluation: Iterable[CorpusProblem]) -> tuple[Guard, str]:
    """Return a guard of these problems and of the published list, and a line that says what it rests on."""
    made = Guard()
    count = 0
    for asked in evaluation:
        made.add(asked.problem, f"{asked.dataset}: {asked.problem.name}")
        count += 1
    path = published_list()
    if path is None:
        return made, f"{count} evaluation statements; no {LIST} in the data folders, so no others are guarded"
    return made, f"{count} evaluation statements and {made.add_list(path)} fingerprints of others"
