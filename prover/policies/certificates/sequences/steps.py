"""Sequences given by a recursion: an induction whose step another finder proves.

The recursion is put into the step, so that what is left is about the value before. Where that needs the sign of the
values, `0 < u n` or `0 ≤ u n` is proved first, in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.printing import block, put, show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Assumption, Sequent, conjuncts, relation
from prover.policies.certificates.reading.terms import Term, free_names
from prover.policies.certificates.sequences.recursions import START, order_of, values_of

_ONE, _ZERO = (Term("num", digit, text=digit) for digit in "10")


def steps(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield an induction on the index of a sequence for what is claimed of its values."""
    if effort > 1:
        return
    for function, name in values_of(sequent):
        if any(name in free_names(assumption.claim) for assumption in sequent.assumptions):
            continue
        kind = sequent.types[function]
        for assumption in sequent.assumptions:
            if order_of(assumption, function) == 1 and kind.is_op("→"):
                recursion = _Recursion(function, name, assumption, kind.args[1].value)
                yield from recursion.proofs(sequent, effort, prove)


class _Recursion:
    """A recursion `∀ n, u (n + 1) = …` of one sequence, and a variable that is its index in the goal."""

    def __init__(self, function: str, name: str, rule: Assumption, domain: str) -> None:
        self.function = function
        self.name = name
        self.rule = rule
        self.domain = domain
        self.index = Term("name", name, text=name)

    def proofs(self, sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
        closed = self._closed(sequent, effort, prove)
        if closed is not None:
            yield closed
            return
        plain = self._induction(sequent, (), effort, prove)
        if plain is not None:
            yield plain
            return
        if self.domain not in ("ℝ", "ℚ", "ℤ"):
            return
        for symbol in ("<", "≤"):
            sign = spelled(Term("op", symbol, (_ZERO, self._value(self.index))))
            inner = replace(sequent, target=sign)
            proof = self._induction(inner, (), effort, prove)
            if proof is None:
                continue
            known, hypothesis = sequent.fresh("hpos"), sequent.fresh("m")
            moved = sequent.naming(known, hypothesis)
            signs = (Assumption(f"({known} {self.name})", sign),)
            whole = self._induction(moved, signs, effort, prove) or self._closed(moved, effort, prove, signs)
            if whole is not None:
                claim = f"∀ {self.name} : ℕ, {show(sign, 0)}"
                yield f"have {known} : {claim} := by\n  intro {self.name}\n  {block('', proof)}\n{whole}"
                return

    def _value(self, index: Term) -> Term:
        head = Term("name", self.function, text=self.function)
        return spelled(Term("app", "", (head, index)))

    def _after(self, term: Term) -> Term:
        """Return a term at the next index, with the recursion put in for the values there."""
        following = Term("op", "+", (self.index, _ONE), text=f"({self.name} + 1)")
        moved = substituted(term, {self.name: following})
        return self._unfolded(moved)

    def _unfolded(self, term: Term) -> Term:
        following = Term("op", "+", (self.index, _ONE), text=f"({self.name} + 1)")
        for index, before in ((Term("op", "+", (following, _ONE)), following), (following, self.index)):
            term = put(term, Term("app", "", (Term("name", self.function), index)), self._step(before))
        return self._pushed(term)

    def _step(self, before: Term) -> Term:
        claim = self.rule.claim
        return substituted(claim.args[1].args[1], {claim.names[0]: before})

    def _pushed(self, term: Term) -> Term:
        """Return a term with casts of successors taken apart, and powers with them as exponents."""
        args = tuple(self._pushed(part) for part in term.args)
        changed = args != term.args
        successor = args[-1] if args and args[-1].is_op("+") and args[-1].args == (self.index, _ONE) else None
        if term.is_op("↑") and successor is not None:
            cast = Term("op", "↑", (self.index,), text=f"(↑{self.name} : {self.domain})")
            return Term("op", "+", (cast, _ONE))
        if term.is_op("!") and successor is not None:
            return Term("op", "*", (successor, Term("op", "!", (self.index,), text=f"(Nat.factorial {self.name})")))
        if term.is_op("^") and successor is not None:
            return Term("op", "*", (Term("op", "^", (args[0], self.index)), args[0]))
        return Term(term.kind, term.value, args, term.names) if changed else term

    def _lines(self, moves: str) -> list[str]:
        return [f"simp only [{self.rule.proof}]{moves}", *self._simplified()]

    def _simplified(self) -> list[str]:
        return [f"try simp only [pow_succ _ {self.name}, Nat.factorial_succ]", "try push_cast"]

    def _induction(self, sequent: Sequent, known: tuple[Assumption, ...], effort: int, prove: Prove) -> str | None:
        """Prove the step from the claim for the index before."""
        hypothesis = sequent.fresh("ih")
        before = spelled(self._unfolded(sequent.target))
        target = spelled(self._after(sequent.target))
        inner = replace(sequent.naming(hypothesis), target=target)
        inner = inner.assuming(*conjuncts(Assumption(hypothesis, before)), *known)
        try:
            proof = next((found for level in range(effort + 1) if (found := prove(inner, level)) is not None), None)
        except (CannotRead, TooLarge):
            return None
        moves = f" at {hypothesis} ⊢" if before != sequent.target else ""
        return (
            None if proof is None else self._text(self._start(sequent, prove), hypothesis, [*self._lines(moves), proof])
        )

    def _closed(self, sequent: Sequent, effort: int, prove: Prove, known: tuple[Assumption, ...] = ()) -> str | None:
        """Prove `u n = …` with the claim for the index before put into the recursion."""
        found = relation(sequent.target, sequent.types)
        if found is None or found[0] != "=" or found[1] != self._value(self.index):
            return None
        hypothesis = sequent.fresh("ih")
        value = put(self._step(self.index), found[1], found[2])
        claim = spelled(Term("op", "=", (self._pushed(value), self._after(found[2]))))
        try:
            proof = prove(replace(sequent.assuming(*known), target=claim), effort)
        except (CannotRead, TooLarge):
            return None
        if proof is None:
            return None
        head = f"rw [{self.rule.proof}, {hypothesis}]"
        return self._text(self._start(sequent, prove), hypothesis, [head, *self._simplified(), proof])

    def _start(self, sequent: Sequent, prove: Prove) -> str:
        """Print the proof for the first index, with the value that is assumed there."""
        zero = self._value(_ZERO)
        for assumption in sequent.assumptions:
            found = relation(assumption.claim, sequent.types)
            if found is None or found[0] != "=" or found[1] != zero:
                continue
            value = found[2]
            if value.kind == "num":
                named = Term("name", self.domain, text=self.domain)
                value = Term("op", "type", (value, named), text=f"({value.value} : {self.domain})")
            target = put(self._at_zero(sequent.target), zero, value)
            try:
                proof = prove(replace(sequent, target=spelled(target)), 0)
            except (CannotRead, TooLarge):
                proof = None
            if proof is not None:
                simplified = "try simp only [Nat.cast_zero, pow_zero, Nat.factorial_zero]"
                closed = self._closed_by(proof).replace("\n", "\n  ")
                return f"\n  rw [{assumption.proof}]\n  {simplified}\n  {closed}"
            return f" first | (rw [{assumption.proof}]; first | rfl | (norm_num; done)) | {START[8:]}"
        return f" {START}"

    def _at_zero(self, term: Term) -> Term:
        """Return a term with 0 for the index, its cast and what is raised to it."""
        if term.is_op("↑") and term.args == (self.index,):
            return _ZERO
        if term.is_op("^") and term.args[1] == self.index:
            return _ONE
        if term.is_op("!") and term.args == (self.index,):
            return _ONE
        if term == self.index:
            return _ZERO
        args = tuple(self._at_zero(part) for part in term.args)
        return term if args == term.args else Term(term.kind, term.value, args, term.names)

    def _closed_by(self, proof: str) -> str:
        """Print the end of a case: simplification may have closed it, and the recursion has done its work."""
        cleared = "skip" if "." in self.rule.proof else f"clear {self.rule.proof}"
        return f"first\n  | done\n  | {cleared}\n    " + proof.replace("\n", "\n    ") + "\n  | grind"

    def _text(self, start: str, hypothesis: str, lines: list[str]) -> str:
        step = "\n".join([*lines[:-1], self._closed_by(lines[-1])]).replace("\n", "\n  ")
        return f"induction {self.name} with\n| zero =>{start}\n| succ {self.name} {hypothesis} =>\n  {step}"
