"""Equations that hold by other equations alone, as in the theory of groups: a chain of instances, found by completion.

Read are equations for all elements of one type, `∀ x y, m x y = m y x`, whose functions take elements of that type to
another one. Nothing is known of the functions but these equations. Of `∀ x, ∃ y, m y x = e` a function is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from prover.policies.certificates.programs.completion import Link, Node, joined, placed
from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Assumption, Names, Sequent, conjuncts
from prover.policies.certificates.reading.terms import Term

_NUMBERS = ("ℕ", "ℤ", "ℚ", "ℝ", "ℂ", "Prop", "Type", "Bool")
_OPERATIONS = ("+", "-", "*", "/", "neg", "inv", "•", "∘")
_HOLE = "z"


@dataclass(frozen=True, slots=True)
class _Law:
    """An equation for all values of its variables; `proof` has `{}` where these are written."""

    left: Node
    right: Node
    variables: int
    proof: str


def equational(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a calculation that leads from one side of an equation to the other by what is assumed."""
    if effort != 0:
        return
    for kind in dict.fromkeys(each.value for each in sequent.types.values() if each.kind == "name"):
        if kind in _NUMBERS or not kind:
            continue
        reading = _Reading(sequent, kind)
        laws = [law for assumption in sequent.assumptions for law in reading.laws(assumption)]
        if not any(law.variables for law in laws):
            continue
        for target, lines in _targets(sequent):
            left, right = (reading.node(side, {}) for side in target.args)
            if left is None or right is None:
                continue
            links = joined([(law.left, law.right) for law in laws], left, right)
            if links:
                yield "\n".join([*reading.chosen, *lines, *reading.calculation(left, links, laws)])
                return


def _targets(sequent: Sequent) -> Iterator[tuple[Term, list[str]]]:
    """Yield equations that would prove the goal, each with what comes before their proof."""
    target = sequent.target
    if target.is_op("="):
        yield target, []
    elif target.kind == "name" and target.value == "False":
        for assumption in sequent.assumptions:
            claim = assumption.claim
            if claim.is_op("¬") and claim.args[0].is_op("="):
                claim = claim.args[0]
            elif not claim.is_op("≠"):
                continue
            yield Term("op", "=", claim.args), [f"refine {assumption.proof} ?_"]


class _Reading:
    """What is read of a goal as terms over one type, and written again."""

    def __init__(self, sequent: Sequent, kind: str) -> None:
        self._kind = kind
        self._places = {
            name: count for name, each in sequent.types.items() if (count := _arguments(each, kind)) is not None
        }
        self._hole = sequent.fresh(_HOLE)
        self._names = Names(sequent.names)
        self.chosen: list[str] = []

    def laws(self, assumption: Assumption) -> Iterator[_Law]:
        """Yield the equations that an assumption states."""
        names: list[str] = []
        claim = assumption.claim
        while claim.is_bind("∀"):
            bound = claim.args[0]
            if bound.kind == "op" and not (bound.is_op(":") and bound.args[0].value == self._kind):
                return
            names += claim.names
            claim = claim.args[1]
        if len(set(names)) < len(names):
            return
        applied = f"({assumption.proof}{{}})" if names else f"{assumption.proof}{{}}"
        values: dict[str, Node] = {name: number for number, name in enumerate(names)}
        if claim.is_bind("∃"):
            if len(names) != 1 or len(claim.names) != 1 or claim.args[0].kind == "op":
                return
            function, proof = self._names.fresh(f"{claim.names[0]}_of"), self._names.fresh("hc")
            self._places[function] = 1
            self.chosen.append(f"obtain ⟨{function}, {proof}⟩ := Classical.axiomOfChoice {assumption.proof}")
            applied, values[claim.names[0]], claim = f"({proof}{{}})", (function, 0), claim.args[1]
        for part in conjuncts(Assumption(applied, claim)):
            if not part.claim.is_op("="):
                continue
            left, right = (self.node(side, values) for side in part.claim.args)
            if left is not None and right is not None:
                yield _Law(left, right, len(names), part.proof)

    def node(self, term: Term, values: Mapping[str, Node]) -> Node | None:
        """Return a term over the type, or None for another one."""
        if term.kind == "name":
            if term.value in values:
                return values[term.value]
            return (term.value,) if self._places.get(term.value) == 0 else None
        if term.kind == "num":
            return (f"num {term.value}",)
        if term.kind == "app" and term.args[0].kind == "name":
            head, arguments = term.args[0].value, term.args[1:]
            if self._places.get(head) != len(arguments):
                return None
        elif term.kind == "op" and term.value in _OPERATIONS:
            head, arguments = f"op {term.value}", term.args
        else:
            return None
        inner = [node for argument in arguments if (node := self.node(argument, values)) is not None]
        made: Node = (head, *inner)
        return made if len(inner) == len(arguments) else None

    def calculation(self, start: Node, links: Sequence[Link], laws: Sequence[_Law]) -> list[str]:
        """Return the lines of a chain, whose links are instances of laws."""
        lines = [f"calc {show(self._term(start), 51)}"]
        before = start
        for link in links:
            lines.append(f"  _ = {show(self._term(link.term), 51)} := {self._instance(before, link, laws[link.axiom])}")
            before = link.term
        return lines

    def _instance(self, before: Node, link: Link, law: _Law) -> str:
        given = "".join(f" {show(self._term(link.values[n]))}" for n in range(law.variables))
        proof = law.proof.format(given) + ".symm" * link.back
        if not link.position:
            return proof
        around = show(self._term(placed(before, link.position, (self._hole,))), 0)
        return f"(congrArg (fun {self._hole} => {around}) {proof} :)"

    def _term(self, node: Node) -> Term:
        assert isinstance(node, tuple)
        head, arguments = node[0], tuple(self._term(each) for each in node[1:])
        if head.startswith("op "):
            return Term("op", head[3:], arguments)
        if head.startswith("num "):
            return Term("num", head[4:], text=head[4:])
        name = Term("name", head, text=head)
        return Term("app", "", (name, *arguments)) if arguments else name


def _arguments(kind: Term, over: str) -> int | None:
    """Return how many elements of a type a function of this type takes to another one, or None for another type."""
    if kind.kind == "name":
        return 0 if kind.value == over else None
    if kind.is_op("→") and kind.args[0].kind == "name" and kind.args[0].value == over:
        inner = _arguments(kind.args[1], over)
        return None if inner is None else inner + 1
    return None
