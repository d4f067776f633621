"""From terms of Lean to trees over atoms, with the facts that define the atoms.

What a commutative ring does not know is an atom: variables, quotients, roots, absolute values, casts, function values.
A quotient `p / q` comes with the equation `p / q * q = p`, a root with `√x ^ 2 = x` and `0 ≤ √x`, an absolute value
with its square and its bounds: then polynomial arithmetic is enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from prover.policies.certificates.algebra import functions, powers
from prover.policies.certificates.algebra.facts import Equation, Fact, Rule
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import MAX_DEGREE, Ring, Tree, mul, num, sub
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.notation import atomic, based_logarithm, canonical, real_function, root
from prover.policies.certificates.reading.sequents import Sequent, type_of
from prover.policies.certificates.reading.terms import Term, number

FIELDS = ("ℝ", "ℚ", "ℂ")
ORDERED = ("ℝ", "ℚ", "ℤ")
MAX_ATOMS = 30
MAX_ROOTS = 3


@dataclass(slots=True)
class Encoder:
    """Collects the atoms of the terms of one type (`domain`) as they are encoded."""

    sequent: Sequent
    domain: str
    signs: Signs
    atoms: list[str] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    splits: int = 0
    units: dict[tuple[tuple[int, int], ...], int] | None = None
    values: dict[str, list[tuple[int, object]]] = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)
    _places: dict[Term, int] = field(default_factory=dict)
    _inner: list[Term] = field(default_factory=list)
    _found: dict[Term, int] = field(default_factory=dict)

    @property
    def ordered(self) -> bool:
        return self.domain in ORDERED

    def encode(self, term: Term) -> Tree:
        """Return the tree of a term. Raises `CannotRead` and `TooLarge`."""
        if term.kind == "num" and term.value.isdigit():
            return ("num", int(term.value))
        if term.kind == "op":
            if term.value in ("+", "-", "*"):
                name = {"+": "add", "-": "sub", "*": "mul"}[term.value]
                return (name, self.encode(term.args[0]), self.encode(term.args[1]))
            if term.value == "neg":
                return ("neg", self.encode(term.args[0]))
            if term.value == "type":
                return self.encode(term.args[0])
            if term.value == "^" and term.args[1].kind == "num" and term.args[1].value.isdigit():
                exponent = int(term.args[1].value)
                if exponent > MAX_DEGREE:
                    raise TooLarge("an exponent above 40")
                return ("pow", self.encode(term.args[0]), exponent)
        return self._atom(term)

    def _atom(self, term: Term) -> Tree:
        term = canonical(term) if self.domain == "ℝ" else term
        known = self._found.get(term)
        if known is not None:
            return ("var", known)
        if len(self.atoms) >= MAX_ATOMS:
            raise TooLarge("more than 30 atoms")
        if any(not inner.text for inner in (term,)):
            raise CannotRead("an atom without its text")
        index = len(self.atoms)
        self._found[term] = index
        self.atoms.append(
            term.text if term.kind == "name" and "." not in term.value else f"({term.text} : {self.domain})"
        )
        self.terms.append(term)
        self._define(index, term)
        return ("var", index)

    def _define(self, index: int, term: Term) -> None:
        """Add what is known of an atom. An atom of which nothing can be said stays a free variable."""
        var: Tree = ("var", index)
        if term.kind == "num":
            self._decimal(index, term)
        elif term.is_op("/") and self.domain in FIELDS:
            self._quotient(index, term.args[0], term.args[1], term)
        elif term.is_op("inv") and self.domain in FIELDS:
            self._inverse(index, term.args[0])
        elif self.domain == "ℝ" and (inside := root(term)) is not None:
            self._root(index, inside)
        elif term.is_op("abs") and self.ordered:
            inner = self.encode(term.args[0])
            text = atomic(term.args[0])
            self.facts.append(Fact(var, f"(abs_nonneg {text})", False))
            self.facts.append(Fact(sub(var, inner), f"(sub_nonneg.2 (le_abs_self {text}))", False))
            self.facts.append(Fact(sub(var, ("neg", inner)), f"(sub_nonneg.2 (neg_le_abs {text}))", False))
            equation = Equation(("pow", var, 2), ("pow", inner, 2), f"(sq_abs {text})")
            self.rules.append(Rule(index, 2, num(1), ("pow", inner, 2), equation))
        elif term.is_op("↑") and self.ordered:
            inner_type = type_of(term.args[0], self.sequent.types)
            if inner_type is not None and inner_type.value == "ℕ":
                self.facts.append(Fact(var, f"(Nat.cast_nonneg (R := {self.domain}) {atomic(term.args[0])})", False))
        elif self._local(term):
            self._value(index, term)
        elif self.domain == "ℝ" and term.is_op("^") and powers.exponent(term.args[1]) is not None:
            powers.define(self, index, term)
        elif self.domain == "ℝ":
            self._function(index, term)
        elif self.domain == "ℂ" and term.kind == "name" and term.value in ("I", "Complex.I"):
            equation = Equation(("pow", var, 2), ("neg", num(1)), "Complex.I_sq")
            self.rules.append(Rule(index, 2, num(1), ("neg", num(1)), equation))

    def _local(self, term: Term) -> bool:
        """Return whether this is a local function at one argument."""
        return (
            term.kind == "app" and len(term.args) == 2 and term.args[0].kind == "name"
            and term.args[0].value in self.sequent.types
        )  # fmt: skip

    def _value(self, index: int, term: Term) -> None:
        """Equate the values of a function at arguments that are the same polynomial."""
        function, argument = term.args
        normal = self._normal(argument)
        for place, known in self.values.get(function.value, ()):
            if known == normal:
                other = self.terms[place].args[1]
                kind = self.sequent.types[function.value].args[0].text
                same = f"(by first | rfl | ring | omega | norm_num : ({argument.text} : {kind}) = {other.text})"
                equation = Equation(("var", index), ("var", place), f"(congrArg {function.value} {same})")
                self.rules.append(Rule(index, 1, num(1), ("var", place), equation))
                return
        self.values.setdefault(function.value, []).append((index, normal))

    def _normal(self, argument: Term) -> object:
        """Return what two arguments share that are equal as polynomials."""
        inner = Encoder(self.sequent, "", self.signs, atoms=self._names, _found=self._places, terms=self._inner)
        try:
            tree = inner.encode(argument)
            polynomial = Ring(len(self._names)).polynomial(tree)
        except (CannotRead, TooLarge):
            return argument
        return frozenset(
            (tuple(sorted((v, int(e)) for v, e in enumerate(m) if e)), str(c)) for m, c in polynomial.terms()
        )

    def _decimal(self, index: int, term: Term) -> None:
        if self.domain != "ℝ" or "e" in term.value:
            raise CannotRead("a decimal number outside of ℝ")
        whole, _, part = term.value.partition(".")
        scale, value = 10 ** len(part), int(whole + part)
        equation = Equation(
            mul(("var", index), num(scale)), num(value), f"(by norm_num : ({term.value} : ℝ) * {scale} = {value})"
        )
        self.rules.append(Rule(index, 1, num(scale), num(value), equation, f"(Certificate.numeral_pos {scale})", ""))

    def _quotient(self, index: int, over: Term, under: Term, term: Term) -> None:
        nonzero = self._nonzero(under)
        if nonzero is None:
            return
        above, below = self.encode(over), self.encode(under)
        equation = Equation(mul(("var", index), below), above, f"(div_mul_cancel₀ {self._typed(over)} {nonzero})")
        self.rules.append(Rule(index, 1, below, above, equation, self.signs.positive(under) or "", nonzero))

    def _inverse(self, index: int, under: Term) -> None:
        nonzero = self._nonzero(under)
        if nonzero is None:
            return
        below = self.encode(under)
        equation = Equation(mul(below, ("var", index)), num(1), f"(mul_inv_cancel₀ {nonzero})")
        self.rules.append(Rule(index, 1, below, num(1), equation, self.signs.positive(under) or "", nonzero))

    def _nonzero(self, under: Term) -> str | None:
        if self.domain == "ℂ":
            return self.signs.nonzero(under) or ("(by grind)" if under.kind == "num" else None)
        return self.signs.nonzero(under)

    def _root(self, index: int, inner: Term) -> None:
        var: Tree = ("var", index)
        self.facts.append(Fact(var, f"(Real.sqrt_nonneg {atomic(inner)})", False))
        if (positive := self.signs.positive(inner)) is not None:
            self.facts.append(Fact(var, f"(Real.sqrt_pos.2 {positive})", True))
        self._beside_roots(index, inner)
        proof = self.signs.nonnegative(inner)
        if proof is not None:
            below = self.encode(inner)
            equation = Equation(("pow", var, 2), below, f"(Real.sq_sqrt {proof})")
            if inner.kind == "name" and all(rule.atom != below[1] for rule in self.rules):
                # Then everything is a polynomial in the root.
                other = Equation(below, ("pow", var, 2), f"(Real.sq_sqrt {proof}).symm")
                self.rules.append(Rule(below[1], 1, num(1), ("pow", var, 2), other))
            else:
                self.rules.append(Rule(index, 2, num(1), below, equation))

    def _beside_roots(self, index: int, inner: Term) -> None:
        """Add the order of this root and the ones before it, where it shows."""
        others = [
            (at, under) for known, at in self._found.items() if at != index and (under := root(known)) is not None
        ]
        for at, under in others[:MAX_ROOTS]:
            for (low, s), (high, t) in (((at, under), (index, inner)), ((index, inner), (at, under))):
                if number(s) is not None and number(t) is not None:
                    continue  # their squares say it
                difference = Term("op", "-", (t, s), text=f"{atomic(t)} - {atomic(s)}")
                if (proof := self.signs.nonnegative(difference)) is not None:
                    ordered = f"(sub_nonneg.2 (Real.sqrt_le_sqrt (sub_nonneg.1 {proof})))"
                    self.facts.append(Fact(sub(("var", high), ("var", low)), ordered, False))
                    break

    def _function(self, index: int, term: Term) -> None:
        var: Tree = ("var", index)
        if term.kind == "name" and term.value in ("π", "Real.pi"):
            self.facts.append(
                Fact(
                    sub(mul(num(100), var), num(314)), "(by have := Real.pi_gt_d2; grind : (0:ℝ) < 100 * π - 314)", True
                )
            )
            self.facts.append(
                Fact(
                    sub(num(315), mul(num(100), var)), "(by have := Real.pi_lt_d2; grind : (0:ℝ) < 315 - 100 * π)", True
                )
            )
            return
        if (to_base := based_logarithm(term)) is not None:
            functions.to_base(self, index, *to_base)
            return
        name, argument = real_function(term)
        if argument is None:
            return
        text = atomic(argument)
        if name == "exp":
            self.facts.append(Fact(var, f"(Real.exp_pos {text})", True))
            inner = self.encode(argument)
            self.facts.append(
                Fact(sub(var, ("add", inner, num(1))), f"(sub_nonneg.2 (Real.add_one_le_exp {text}))", False)
            )
            functions.strictly(self, index, argument)
            functions.in_order(self, index, argument)
        elif name == "log":
            functions.beside_log(self, index, argument)
        elif name in ("sin", "cos"):
            other = "cos" if name == "sin" else "sin"
            self.facts.append(Fact(sub(num(1), var), f"(sub_nonneg.2 (Real.{name}_le_one {text}))", False))
            self.facts.append(Fact(sub(var, ("neg", num(1))), f"(sub_nonneg.2 (Real.neg_one_le_{name} {text}))", False))
            for known, at in self._found.items():
                if at != index and real_function(known) == (other, argument):
                    sine, cosine = (at, index) if name == "cos" else (index, at)
                    left = ("add", ("pow", ("var", sine), 2), ("pow", ("var", cosine), 2))
                    equation = Equation(left, num(1), f"(Real.sin_sq_add_cos_sq {text})")
                    value = sub(num(1), ("pow", ("var", cosine), 2))
                    self.rules.append(Rule(sine, 2, num(1), value, equation))
        functions.define(self, index, name, argument)

    def _typed(self, term: Term) -> str:
        return f"({term.text} : {self.domain})"
