"""Rule-based mutations of train statements: what a person would try who asks how much of a theorem is needed.

The rules, each applied in one place at a time: leave a hypothesis out, swap the conclusion with a hypothesis, change a
numeral, strengthen or weaken a relation, put a variable in the place of a numeral, take a larger type of numbers. They
stand in for STP's language model (Dong and Ma 2025, 2502.00212, section 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from prover.conjecture.conjecturer import Conjecture, Conjecturer, Seed, conjectured
from prover.refute.negation import parts
from prover.refute.syntax import Unread
from prover.registry import Entry

T = TypeVar("T")
_CLAIM = re.compile(r"[=<>≤≥≠∣∧∨¬∃∀∈↔]")
_GROUP = re.compile(r"\(\s*([^\s:()]+(?:\s+[^\s:()]+)*)\s*:\s*(.*)\)\Z", re.DOTALL)
_BARE = re.compile(r"[\w₀-₉']+(?: [\w₀-₉']+)* : [\wℕℤℚℝℂ]+")
_NUMERAL = re.compile(r"(?<![\w.₀-₉^])(?<!\^ )\d+(?![\w.])")
_STRONGER = {"≤": "<", "≥": ">", "→": "↔", "∨": "∧"}
_WEAKER = {"<": "≤", ">": "≥", "=": "≤", "↔": "→", "∧": "∨", "∃!": "∃"}
_LARGER = (("ℕ", "ℤ"), ("ℤ", "ℝ"), ("ℚ", "ℝ"))
_RELATION = re.compile(r"∃!|[≤≥<>=∨∧↔→]")


@dataclass(frozen=True, slots=True)
class _Taken:
    """A statement taken apart: its binder groups in order, and its conclusion."""

    groups: tuple[str, ...]
    target: str

    def body(self) -> str:
        return f"{' '.join(self.groups)} : {self.target}".strip()

    def claims(self) -> list[tuple[int, str, str]]:
        """Return the groups that are one hypothesis: place, name and what it says."""
        matched = ((place, _GROUP.match(group)) for place, group in enumerate(self.groups))
        return [
            (place, match[1], match[2])
            for place, match in matched
            if match is not None and " " not in match[1] and _CLAIM.search(match[2])
        ]

    def replaced(self, place: int, text: str) -> _Taken:
        """Return the same with another text at a place; the conclusion stands behind the groups."""
        if place == len(self.groups):
            return _Taken(self.groups, text)
        return _Taken((*self.groups[:place], text, *self.groups[place + 1 :]), self.target)


class Mutations:
    """Every mutation of every seed, the proved ones first: a statement near a provable one is near the frontier."""

    name = "mutations"

    def propose(self, seeds: Sequence[Seed]) -> Iterator[Conjecture]:
        """Yield mutations, one of each seed in turn."""
        rows = [self._mutated(seed) for seed in sorted(seeds, key=lambda seed: not seed.proved)]
        yield from _in_turn(rows)

    def _mutated(self, seed: Seed) -> Iterator[Conjecture]:
        try:
            _, binders, target, header = parts(seed.problem)
            taken = _before_the_colon(groups(binders), target)
        except Unread:
            return
        for rule, made in mutations(taken, first=int(seed.problem.statement_sha256[:8], 16)):
            if made.body() != taken.body():
                yield conjectured(seed.problem, made.body(), header, self.name, rule)


def _in_turn(rows: Sequence[Iterator[T]]) -> Iterator[T]:
    """Yield one of each row in turn, for as long as any has one."""
    while rows:
        left = []
        for row in rows:
            found = next(row, None)
            if found is not None:
                yield found
                left.append(row)
        rows = left


def mutations(taken: _Taken, first: int = 0) -> Iterator[tuple[str, _Taken]]:
    """Yield the mutations of a statement with the name of the rule, kinds of rules in turn from `first` on."""
    rows = [_dropped(taken), _numerals(taken), _relations(taken), _swapped(taken), _generalised(taken), _larger(taken)]
    rows = rows[first % len(rows) :] + rows[: first % len(rows)]
    yield from _in_turn(rows)


def groups(binders: str) -> tuple[str, ...]:
    """Return the bracketed groups of binders. Raises `Unread` for a bare name, whose type Lean would have to guess."""
    found: list[str] = []
    depth, start = 0, 0
    for place, letter in enumerate(binders):
        if letter in "([{⦃⟨":
            if depth == 0:
                start = place
            depth += 1
        elif letter in ")]}⦄⟩":
            depth -= 1
            if depth == 0:
                found.append(binders[start : place + 1])
        elif depth == 0 and not letter.isspace():
            raise Unread("a binder without brackets")
    if depth:
        raise Unread("a bracket that is not closed")
    return tuple(found)


def _before_the_colon(found: tuple[str, ...], target: str) -> _Taken:
    """Return a statement with the binders of `∀` at the front of its conclusion among its groups; it says the same."""
    while target.startswith("∀") and (comma := _top_comma(target)) is not None:
        binders = target[1:comma].strip()
        try:
            more = groups(binders)
        except Unread:
            if not _BARE.fullmatch(binders):
                break
            more = (f"({binders})",)
        found, target = found + more, target[comma + 1 :].strip()
    return _Taken(found, target)


def _top_comma(text: str) -> int | None:
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([{⦃⟨") - (letter in ")]}⦄⟩")
        if letter == "," and depth == 0:
            return place
    return None


def _dropped(taken: _Taken) -> Iterator[tuple[str, _Taken]]:
    for place, _, _ in taken.claims():
        yield "hypothesis left out", _Taken((*taken.groups[:place], *taken.groups[place + 1 :]), taken.target)


def _swapped(taken: _Taken) -> Iterator[tuple[str, _Taken]]:
    for place, name, said in taken.claims():
        yield (
            "conclusion and hypothesis swapped",
            _Taken(taken.replaced(place, f"({name} : {taken.target})").groups, said),
        )


def _texts(taken: _Taken) -> list[tuple[int, str]]:
    """Return the places that say something: hypotheses, then the conclusion."""
    return [*((place, taken.groups[place]) for place, _, _ in taken.claims()), (len(taken.groups), taken.target)]


def _numerals(taken: _Taken) -> Iterator[tuple[str, _Taken]]:
    for change in (1, -1):
        for place, text in reversed(_texts(taken)):
            for match in _NUMERAL.finditer(text):
                number = int(match[0]) + change
                if number >= 0:
                    made = f"{text[: match.start()]}{number}{text[match.end() :]}"
                    yield "numeral changed", taken.replaced(place, made)


def _relations(taken: _Taken) -> Iterator[tuple[str, _Taken]]:
    for table, rule in ((_STRONGER, "relation strengthened"), (_WEAKER, "relation weakened")):
        for place, text in reversed(_texts(taken)):
            for match in _RELATION.finditer(text):
                if match[0] in table and not _part_of_another(text, match):
                    made = f"{text[: match.start()]}{table[match[0]]}{text[match.end() :]}"
                    yield rule, taken.replaced(place, made)


def _part_of_another(text: str, match: re.Match[str]) -> bool:
    """Tell whether a sign is a piece of a longer one (`<|>`, `:=`, `=>`)."""
    around = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
    return any(letter in ":|<>=" for letter in around)


def _generalised(taken: _Taken) -> Iterator[tuple[str, _Taken]]:
    """A numeral that stands more than once becomes a variable of the first type of numbers."""
    whole = " ".join((*taken.groups, taken.target))
    kind = next((letter for letter in whole if letter in "ℕℤℚℝ"), None)
    used = set(re.findall(r"[\w₀-₉']+", whole))
    name = next((letter for letter in "kmtuvw" if letter not in used), None)
    if kind is None or name is None:
        return
    numerals = _NUMERAL.findall(whole)
    for numeral in dict.fromkeys(numeral for numeral in numerals if numerals.count(numeral) > 1):
        pattern = re.compile(rf"(?<![\w.₀-₉^])(?<!\^ ){numeral}(?![\w.])")
        changed = tuple(pattern.sub(name, group) for group in taken.groups)
        yield "numeral generalised", _Taken((f"({name} : {kind})", *changed), pattern.sub(name, taken.target))


def _larger(taken: _Taken) -> Iterator[tuple[str, _Taken]]:
    whole = " ".join((*taken.groups, taken.target))
    for small, large in _LARGER:
        if small in whole and large not in whole:
            changed = tuple(group.replace(small, large) for group in taken.groups)
            yield "larger type of numbers", _Taken(changed, taken.target.replace(small, large))


def _make(settings: object, spec: object) -> Conjecturer:
    return Mutations()


ENTRY = Entry(name="mutations", summary="rule-based mutations of train statements", make=_make)
