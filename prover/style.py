"""Which of several proofs to keep.

`first` is the proof as the search found it, `shortest` the shortest script that the verifier accepts. `readable` is the
one a person would keep, by a rule that can be told: a step that names what it does (`omega`, `ring`, `positivity`,
`linarith`, `nlinarith [..]`, `simp [..]`, `exact lemma`) is worth more than a bare `grind` or a certificate
with its numbers, which say nothing; fewer steps are better; a
name like `f0` or `h✝` costs; and the rest is length.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from enum import StrEnum

from prover.errors import UsageError
from prover.lean.verifier import Verifier
from prover.script import PartsAfter, script, steps
from prover.types import Problem, ProofState, VerifiedProof
from search.minimise import minimise_proof
from search.proof import Proof
from search.types import Solved, Step

AUTOMATION = ("omega", "grind", "simp_all", "simp", "decide", "rfl")
"""One of these in place of a whole subtree is the boldest thing to try."""
MOST_CALLS = 60


def shorten(
    problem: Problem,
    proof: Proof[ProofState],
    verifier: Verifier,
    parts_after: PartsAfter,
    most_calls: int = MOST_CALLS,
) -> str:
    """Return the shortest accepted script found: subtrees closed by one call, steps left out, blocks cut short.

    The verifier is asked at most `most_calls` times. Raises `ValueError` if the proof as given is not accepted.
    """

    def accepts(candidate: Proof[ProofState]) -> bool:
        text = script(candidate, parts_after)
        return isinstance(verifier.verify(problem, text, steps(candidate)), VerifiedProof)

    found = minimise_proof(proof, accepts, candidates=AUTOMATION, shorten=_shorter, most_calls=most_calls)
    return script(found.proof, parts_after)


def _shorter(action: str) -> Iterable[str]:
    """Leave out one line of a block, the last line excepted, or what follows `<;>`."""
    lines = action.split("\n")
    if len(lines) > 2 and not any(line.startswith((" ", "|", "·")) for line in lines):
        for place in range(len(lines) - 1):
            yield "\n".join([*lines[:place], *lines[place + 1 :]])
    if " <;> " in action and len(lines) == 1:
        yield action.split(" <;> ")[0]


class Style(StrEnum):
    """Which proof is kept."""

    shortest = "shortest"
    readable = "readable"
    first = "first"


def read_style(text: str) -> Style:
    """Return the style of a name. Raises `UsageError`."""
    try:
        return Style(text)
    except ValueError as error:
        raise UsageError(f"there is no style {text!r}; choose from {', '.join(Style)}") from error


_TELLING = ("rfl", "assumption", "omega", "ring", "positivity", "linarith", "norm_num", "simp", "nlinarith")
"""Tried in the place of a step that says nothing, the most telling first."""
_SILENT = re.compile(r"\b(?:grind|aesop|simp_all|nlinarith(?! \[)|tauto)\b|\bCertificate\.")
_FACTS = re.compile(r"\bgrind \[")
_NAMELESS = re.compile(r"\b[a-z]\d+\b|✝")
_BARE = ("grind", "aesop", "simp_all", "tauto", "decide +kernel")


def readability(text: str) -> tuple[int, int, int, int]:
    """Return how hard a script is to read: silent steps, lines, names without a meaning, characters."""
    lines = [line for line in text.split("\n") if line.strip()]
    silent = len(_SILENT.findall(text)) + len(_FACTS.findall(text))
    return silent, len(lines), len(set(_NAMELESS.findall(text))), len(text)


def most_readable(scripts: Sequence[str]) -> str:
    """Return the script that reads best; of equals, the first."""
    return min(scripts, key=readability)


class Polish:
    """A proof with telling steps for silent last ones.

    `begin` looks for them in a thread: the process that searches works while others judge the proof as it is. `end`
    returns once nothing works any more.
    """

    def __init__(self, proof: Proof[ProofState], step: Callable[[ProofState, str], Step[ProofState]]) -> None:
        self._proof = proof
        self._step = step
        self._ended = False
        self._found: Future[Proof[ProofState]] = Future()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        self._thread = threading.Thread(target=self._look, name="polish", daemon=True)
        self._thread.start()

    def result(self) -> Proof[ProofState]:
        """Return the proof, which has to be judged; it is the one that was given where nothing tells more."""
        if self._thread is None:
            self._look()
        return self._found.result()

    def end(self) -> None:
        self._ended = True
        if self._thread is not None:
            self._thread.join()

    def _look(self) -> None:
        try:
            self._found.set_result(self._polished(self._proof))
        except BaseException as error:  # raised again where the result is asked for
            self._found.set_exception(error)

    def _polished(self, proof: Proof[ProofState]) -> Proof[ProofState]:
        if proof.children:
            return Proof(proof.state, proof.action, tuple(self._polished(child) for child in proof.children))
        if proof.action not in _BARE and "Certificate." not in proof.action:
            return proof
        told = (tactic for tactic in _TELLING if not self._ended and self._solves(proof.state, tactic))
        return Proof(proof.state, proof.action if (found := next(told, None)) is None else found)

    def _solves(self, state: ProofState, tactic: str) -> bool:
        return isinstance(self._step(state, tactic), Solved)


def says_nothing(text: str) -> bool:
    """Tell whether a script has steps that say nothing of what they do."""
    return _SILENT.search(text) is not None


def kept(
    problem: Problem,
    proof: Proof[ProofState],
    verifier: Verifier,
    parts_after: PartsAfter,
    style: Style,
    polish: Polish,
) -> str:
    """Return the script to keep of an accepted proof, in a style. Raises `ValueError` if the proof is not accepted."""
    if style is Style.first or (not proof.children and proof.action in _TELLING):
        return script(proof, parts_after)  # of a single step that says what it does, nothing can be left out
    single = not proof.children and proof.action in AUTOMATION
    whole = script(proof, parts_after)
    shortest = whole if single and style is Style.readable else shorten(problem, proof, verifier, parts_after)
    if style is Style.shortest:
        return shortest
    found = [shortest, whole]
    if any(map(says_nothing, found)):
        if proof.children and _SILENT.fullmatch(shortest.strip()) and (alone := _alone(problem, verifier)) is not None:
            found.append(alone)
        better = polish.result()
        if better != proof:
            text = script(better, parts_after)
            found += [text] if isinstance(verifier.verify(problem, text, steps(better)), VerifiedProof) else []
    return most_readable(found)


def _alone(problem: Problem, verifier: Verifier) -> str | None:
    """Return one telling step that is the whole proof, where a single silent one is."""
    told = (tactic for tactic in _TELLING if isinstance(verifier.verify(problem, tactic, 1), VerifiedProof))
    return next(told, None)
