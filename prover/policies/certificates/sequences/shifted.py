"""Sequences that are told from a number on: `∀ n ≥ 1` of `a n`, with `a 1` given, is `∀ n` of `b n = a (n + 1)`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.printing import show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term, free_names, number
from prover.policies.certificates.sequences.recursions import values_of

_MOST = 20
"""The largest first index."""


def shifted(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield the proof of a claim about `a n` with `k ≤ n`, by what holds of the sequence that begins at `k`."""
    if effort > 1:
        return
    for function, name in values_of(sequent):
        kind = sequent.types[function]
        for bound in sequent.assumptions:
            first = _first(bound, name, sequent)
            if first is not None and kind.is_op("→") and not _elsewhere(sequent, name, bound):
                found = _Shift(sequent, function, name, bound, first).proof(effort, prove)
                if found is not None:
                    yield found


def _first(assumption: Assumption, name: str, sequent: Sequent) -> int | None:
    """Return `k` of `k ≤ n`, at least 1, or None."""
    found = relation(assumption.claim, sequent.types)
    if found is None or found[0] not in ("<", "≤", ">", "≥"):
        return None
    symbol, low, high = ascending(*found[:3])
    least = number(low)
    if high.kind != "name" or high.value != name or least is None or least.denominator != 1:
        return None
    first = int(least) + (symbol == "<")
    return first if 1 <= first <= _MOST else None


def _elsewhere(sequent: Sequent, name: str, bound: Assumption) -> bool:
    return any(name in free_names(other.claim) for other in sequent.assumptions if other is not bound)


class _Shift:
    """A sequence that begins at `first`, and what the assumptions say of it."""

    def __init__(self, sequent: Sequent, function: str, name: str, bound: Assumption, first: int) -> None:
        self.sequent, self.function, self.name, self.bound, self.first = sequent, function, name, bound, first
        self.index, self.own, self.defined = sequent.fresh("m"), sequent.fresh("b"), sequent.fresh("hb")

    def proof(self, effort: int, prove: Prove) -> str | None:
        domain = show(self.sequent.types[self.function].args[1], 0)
        known: list[Assumption] = []
        lines = [
            f"obtain ⟨{self.index}, rfl⟩ := Nat.exists_eq_add_of_le' (show {self.first} ≤ {self.name} by omega)",
            f"obtain ⟨{self.own}, {self.defined}⟩ : ∃ {self.own} : ℕ → {domain}, ∀ i, {self.own} i = "
            f"{self.function} (i + {self.first}) := ⟨fun i => {self.function} (i + {self.first}), fun _ => rfl⟩",
        ]
        inner = self.sequent.naming(self.index, self.own, self.defined)
        for assumption in self.sequent.assumptions:
            if assumption is self.bound:
                continue
            if self.function not in free_names(assumption.claim):
                known.append(assumption)
                continue
            told = self._told(assumption)
            if told is not None:
                claim, proof = told
                label = inner.fresh("hs")
                inner = inner.naming(label)
                lines.append(f"have {label} : {show(claim, 0)} := {proof}")
                known.append(Assumption(label, claim))
        target, indices = self._moved(self.sequent.target, self.name, Term("name", self.index, text=self.index))
        if self.function in free_names(target):
            return None
        lines += [f"rw [← {self.defined} {show(index)}]" for index in indices]
        kinds = {name: kind for name, kind in self.sequent.types.items() if name not in (self.name, self.function)}
        types = {**kinds, self.own: self.sequent.types[self.function], self.index: Term("name", "ℕ", text="ℕ")}
        moved = replace(inner, types=types, assumptions=tuple(known), target=spelled(_apart(target, domain)))
        rest = prove(moved, effort)
        if rest is None:
            return None
        used = {_base(assumption) for assumption in known}
        over = [base for base in dict.fromkeys(map(_base, self.sequent.assumptions)) if base not in used]
        return "\n".join([*lines, "try push_cast", f"clear {' '.join([self.defined, *over])}", rest])

    def _told(self, assumption: Assumption) -> tuple[Term, str] | None:
        """Return what an assumption says of the new sequence, and its proof; None where it cannot be said."""
        claim = assumption.claim
        if claim.is_bind("∀") and len(claim.names) == 1:
            (name,), (bound, body) = claim.names, claim.args
            guards = int(bound.kind == "op" and not bound.is_op(":"))
            while body.is_op("→"):
                guards, body = guards + 1, body.args[1]
            moved, _ = self._moved(body, name, Term("name", name, text=name))
            if self.function in free_names(moved) or self.own in free_names(claim):
                return None
            over = Term("op", ":", (Term("name", "ℕ", text="ℕ"),))
            given = f"{assumption.proof} ({name} + {self.first})" + " (by omega)" * guards
            made = Term("bind", "∀", (over, spelled(moved)), (name,))
            return made, f"fun {name} => by simp only [{self.defined}]; exact {given}"
        moved, _ = self._moved(claim, "", None)
        if self.function in free_names(moved):
            return None
        return spelled(moved), f"by rw [{self.defined}]; exact {assumption.proof}"

    def _moved(self, term: Term, name: str, index: Term | None) -> tuple[Term, list[Term]]:
        """Return a term with `name` as `index + first` and the new sequence for the old one, and its indices there."""
        indices: dict[Term, None] = {}
        later = None if index is None else _plus(index, self.first)

        def visit(part: Term) -> Term:
            if part.kind == "app" and len(part.args) == 2 and part.args[0].value == self.function:
                at = self._index(part.args[1], name, index)
                if at is None:
                    raise CannotRead("a value before the first one")
                indices[at] = None
                return spelled(Term("app", "", (Term("name", self.own, text=self.own), at)))
            if part.kind == "name" and part.value == name and later is not None:
                return later
            args = tuple(visit(argument) for argument in part.args)
            return part if args == part.args else Term(part.kind, part.value, args, part.names)

        return visit(term), list(indices)

    def _index(self, at: Term, name: str, index: Term | None) -> Term | None:
        """Return the place in the new sequence of a value of the old one."""
        value = number(at)
        if value is not None:
            return _number(int(value) - self.first) if value >= self.first else None
        if index is None:
            return None
        if at.kind == "name" and at.value == name:
            return index
        if at.is_op("+") and at.args[0].kind == "name" and at.args[0].value == name and number(at.args[1]) is not None:
            return substituted(at, {name: index})
        return None


def _base(assumption: Assumption) -> str:
    return assumption.proof.partition(".")[0]


def _number(value: int) -> Term:
    return Term("num", str(value), text=str(value))


def _plus(index: Term, first: int) -> Term:
    return spelled(Term("op", "+", (index, _number(first))))


def _apart(term: Term, domain: str) -> Term:
    """Return a term with casts of sums as sums of casts, which `push_cast` makes of them."""
    if term.is_op("↑") and term.args[0].is_op("+"):
        index, first = term.args[0].args
        return Term("op", "+", (Term("op", "↑", (index,), text=f"(↑{index.value} : {domain})"), first))
    args = tuple(_apart(part, domain) for part in term.args)
    return term if args == term.args else Term(term.kind, term.value, args, term.names)
