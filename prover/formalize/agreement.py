"""Which statements of a model say the same: by their type, or because Lean proves each from the other.

Of two statements that are both true, each follows from the other, so a proof of the equivalence says little. BEq (Liu
et al., ICLR 2025) and BEq+ (Poiroux et al. 2024, 2406.07222) therefore allow only few tactics, with the other
statement at hand. Here one call has to close B with A at hand *and to fail without it*; a search for the whole
equivalence counts only where not both statements are proved anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prover.errors import InputError
from prover.formalize.checks import Checker
from prover.formalize.records import Group, Link, Statement
from prover.refute.negation import closed_text
from prover.refute.syntax import Unread
from prover.types import Problem, ProofState, VerifiedProof

CALLS = (
    "exact other",
    "intros; apply other <;> assumption",
    "intros; simpa using other",
    "intros; simp_all",
    "intros; grind",
    "intros; apply other <;> omega",
)
"""What may bring one statement from another, which is the hypothesis `other`."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A statement that is left, its problem, and the hash of its type."""

    found: Statement
    problem: Problem
    digest: int


def agree(kept: Sequence[Compared], checker: Checker) -> tuple[Group, ...]:
    """Return the groups of statements that agree, those with most samples first; ties by number.

    A statement is compared with the first of each group only: equivalence is transitive.
    """
    groups: list[list[Compared]] = []
    links: list[list[Link]] = []
    for one in kept:
        for place, members in enumerate(groups):
            link = _link(members[0], one, checker)
            if link is not None:
                members.append(one)
                links[place].append(link)
                break
        else:
            groups.append([one])
            links.append([])
    made = [
        Group(
            members=tuple(one.found.number for one in members),
            samples=sum(one.found.samples for one in members),
            links=tuple(found),
        )
        for members, found in zip(groups, links, strict=True)
    ]
    return tuple(sorted(made, key=lambda group: (-group.samples, group.members)))


def _link(first: Compared, second: Compared, checker: Checker) -> Link | None:
    names = {"first": first.found.number, "second": second.found.number}
    if first.digest == second.digest:
        return Link(**names, by="type")
    if _follows(first, second, checker) and _follows(second, first, checker):
        return Link(**names, by="call")
    # Both are true then, and the equivalence of truths is no sign of agreement.
    if first.found.proved and second.found.proved:
        return None
    problem = _stated(first, second, "({first}) ↔ ({second})")
    try:
        found = problem is not None and checker.proved(problem)
    except InputError:
        return None
    return Link(**names, by="search") if found else None


def _follows(given: Compared, wanted: Compared, checker: Checker) -> bool:
    """Tell whether one call proves `wanted` from `given`, in the verifier's eyes, and does not do so without it."""
    problem = _stated(given, wanted, "({first}) → ({second})")
    if problem is None:
        return False
    try:
        root = checker.pool.start(problem)
    except InputError:
        return False
    try:
        return any(_needed(problem, root, call, checker) for call in CALLS)
    finally:
        checker.pool.release(problem)


def _needed(problem: Problem, root: ProofState, call: str, checker: Checker) -> bool:
    block = f"intro other\n{call}"
    if not checker.closes(root, block) or checker.closes(root, f"intro other\nclear other\n{call}"):
        return False
    return isinstance(checker.verifier.verify(problem, block, 2), VerifiedProof)


def _stated(first: Compared, second: Compared, form: str) -> Problem | None:
    """Return a problem about the closed types of two statements, None where one cannot be written behind ∀."""
    try:
        (one, header), (two, other) = closed_text(first.problem), closed_text(second.problem)
    except Unread:
        return None
    name = f"agree_{first.found.number}_{second.found.number}"
    lines = list(dict.fromkeys([*header.split("\n"), *other.split("\n")]))
    return first.problem.model_copy(
        update={
            "name": name,
            "statement": f"theorem {name} : {form.format(first=one, second=two)} := by",
            "header": "\n".join(line for line in lines if line),
        }
    )
