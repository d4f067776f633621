"""Exponentials, logarithms, sines and cosines of sums, multiples and products, as polynomial equations between atoms.

The argument of an atom is a polynomial; its terms are generators. `exp` of a sum is a product of exponentials of
generators, sine and cosine follow the addition theorems, one generator at a time, and a logarithm of a product, a
quotient, a power or a composite number is a sum. Afterwards the identity is one of polynomials.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import TYPE_CHECKING

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.facts import Equation, Fact, Rule
from prover.policies.certificates.algebra.trees import Ring, Tree, add, mul, num, printed, sub
from prover.policies.certificates.reading.failures import CannotRead, TooLarge
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.notation import applied, atomic, real_function
from prover.policies.certificates.reading.sequents import is_real
from prover.policies.certificates.reading.terms import Term, free_names, number

if TYPE_CHECKING:
    from prover.policies.certificates.algebra.encoding import Encoder

MAX_SPLITS = 24
MAX_COMPARED = 2
_SUMS = ("exp", "sin", "cos")
Monomial = tuple[tuple[int, int], ...]
"""Atoms with their exponents."""
_ZERO, _ONE = (Term("num", digit, text=digit) for digit in "01")


def define(encoder: Encoder, index: int, name: str, argument: Term) -> None:
    """Add the equation of an atom `name argument` if its argument can be taken apart."""
    if encoder.splits >= MAX_SPLITS:
        return
    if name == "log":
        _logarithm(encoder, index, argument)
    elif name in ("exp", "sin", "cos"):
        _sum(encoder, index, name, argument)
    elif name == "tan":
        _tangent(encoder, index, argument)


def strictly(encoder: Encoder, index: int, argument: Term) -> None:
    """Add `x + 1 < exp x` for `x ≠ 0`, and numeric bounds of `exp 1`."""
    var: Tree = ("var", index)
    if (away := encoder.signs.nonzero(argument)) is not None:
        difference = sub(var, add(encoder.encode(argument), num(1)))
        encoder.facts.append(Fact(difference, f"(sub_pos.2 (Real.add_one_lt_exp {away}))", True))
    if not argument.is_op("neg") and _divides(encoder.sequent.target):
        encoder.encode(applied("exp", Term("op", "neg", (argument,), text=f"-{atomic(argument)}")))
    if argument == _ONE:
        for tree, lemma, claim in (
            (sub(mul(num(100), var), num(271)), "exp_one_gt", "100 * Real.exp 1 - 271"),
            (sub(num(273), mul(num(100), var)), "exp_one_lt", "273 - 100 * Real.exp 1"),
        ):
            encoder.facts.append(Fact(tree, f"(by have := Certificate.{lemma}; grind : (0 : ℝ) < {claim})", True))


def _divides(term: Term) -> bool:
    """Whether a term, outside of the arguments of functions, divides by something that is no number."""
    if real_function(term)[1] is not None:
        return False
    if term.is_op("/", "inv") and free_names(term.args[-1]):
        return True
    return any(_divides(part) for part in term.args)


def in_order(encoder: Encoder, index: int, argument: Term) -> None:
    """Add the order of this exponential and the ones before it, where that of their arguments shows."""
    others = [(at, under) for at, term in enumerate(encoder.terms[:index])
              if (under := real_function(term)[1]) is not None and real_function(term)[0] == "exp"]  # fmt: skip
    for at, under in others[:MAX_COMPARED]:
        for (low, s), (high, t) in (((at, under), (index, argument)), ((index, argument), (at, under))):
            difference = Term("op", "-", (t, s), text=f"{atomic(t)} - {atomic(s)}")
            if (proof := encoder.signs.positive(difference)) is not None:
                ordered = f"(sub_pos.2 (Real.exp_lt_exp.2 (sub_pos.1 {proof})))"
                encoder.facts.append(Fact(sub(("var", high), ("var", low)), ordered, True))
                break


def beside_log(encoder: Encoder, index: int, argument: Term) -> None:
    """Add `log x ≤ x - 1`, strictly for `x ≠ 1`, and, where the goal has quotients, `1 - x⁻¹ ≤ log x`."""
    positive = encoder.signs.positive(argument)
    if positive is None or not argument.text:
        return
    try:
        var, inner = ("var", index), encoder.encode(argument)
        away = encoder.signs.nonzero(Term("op", "-", (argument, _ONE)))
        above = sub(sub(inner, num(1)), var)
        if away is not None:
            proof = f"(sub_pos.2 (Real.log_lt_sub_one_of_pos {positive} fun e => {away} (sub_eq_zero.2 e)))"
            encoder.facts.append(Fact(above, proof, True))
        else:
            encoder.facts.append(Fact(above, f"(sub_nonneg.2 (Real.log_le_sub_one_of_pos {positive}))", False))
        if argument.kind != "num" and _divides(encoder.sequent.target):
            inverse = encoder.encode(Term("op", "inv", (argument,), text=f"{atomic(argument)}⁻¹"))
            below = sub(var, sub(num(1), inverse))
            encoder.facts.append(Fact(below, f"(sub_nonneg.2 (Real.one_sub_inv_le_log_of_pos {positive}))", False))
    except (CannotRead, TooLarge):
        return


def to_base(encoder: Encoder, index: int, base: Term, argument: Term) -> None:
    """Add the equation of an atom `Real.logb base argument`, where the logarithm of the base is known not to be 0."""
    below = applied("log", base)
    away = encoder.signs.nonzero(below)
    if encoder.splits >= MAX_SPLITS or away is None:
        return
    encoder.splits += 1
    try:
        under, over = encoder.encode(below), _function(encoder, "log", argument)
    except (CannotRead, TooLarge):
        return
    equation = Equation(mul(("var", index), under), over, f"(div_mul_cancel₀ (Real.log {atomic(argument)}) {away})")
    positive = encoder.signs.positive(below) or ""
    encoder.rules.append(Rule(index, 1, under, over, equation, positive, away))


def _eliminate(encoder: Encoder, index: int, value: Tree, proof: str) -> None:

    encoder.splits += 1
    encoder.rules.append(Rule(index, 1, num(1), value, Equation(("var", index), value, proof)))


def _function(encoder: Encoder, name: str, argument: Term) -> Tree:
    """Return the tree of a function value."""
    return encoder.encode(applied(name, argument))


def _pieces(encoder: Encoder, argument: Term, name: str) -> tuple[Term, Term, bool] | None:
    """Return `q`, `r` with `argument = q + r` (or `q - r` if the last is True), `r` a generator; None for a generator.

    A generator is a positive rational part of one monomial, the same one in all arguments of exponentials, and in all
    of sines and cosines.
    """
    ring, polynomial = _polynomial(encoder, argument)
    terms = [(m, c) for m, c in polynomial.terms()]
    if not terms:
        return None
    # The unit of a monomial is the smallest part of it that stands in some argument: 1 over the common denominator.
    exponents, coefficient = terms[-1]
    under = int(coefficient.q)
    under = lcm(under, _denominators(encoder).get(_key(exponents, name), 1))
    unit = ring.monomial([int(e) for e in exponents]) / ring.constant(under)
    rest = polynomial - unit if coefficient > 0 else polynomial + unit
    if not len(rest):
        return (_ZERO, _term(encoder, ring, unit), True) if coefficient < 0 else None
    return _term(encoder, ring, rest), _term(encoder, ring, unit), coefficient < 0


def _polynomial(encoder: Encoder, argument: Term) -> tuple[Ring, fmpq_mpoly]:
    """Return an argument as a polynomial, quotients by numerals as fractions."""
    tree = encoder.encode(argument)
    ring = Ring(len(encoder.atoms))
    polynomial = ring.polynomial(tree)
    for rule in encoder.rules:
        if rule.power == 1 and rule.factor[0] == "num" and rule.atom < len(ring.gens):
            # Division by a numeral: `x / 2` is half of x.
            value = ring.polynomial(rule.value) * ring.constant(1) / ring.constant(rule.factor[1])
            polynomial = polynomial.compose(
                *(value if at == rule.atom else gen for at, gen in enumerate(ring.gens)), ctx=ring.context
            )
    return ring, polynomial


def _denominators(encoder: Encoder) -> dict[Monomial, int]:
    """Return the common denominator of each monomial in the arguments of the functions of a goal."""
    if encoder.units is None:
        encoder.units = {}
        claims = [encoder.sequent.target, *(assumption.claim for assumption in encoder.sequent.assumptions)]
        arguments = [real_function(part) for claim in claims if not _bound(claim) for part in claim.walk()]
        known = dict.fromkeys((name, a) for name, a in arguments if name in _SUMS and a is not None and a.text)
        for name, argument in known:
            try:
                _, polynomial = _polynomial(encoder, argument)
            except (CannotRead, TooLarge):
                continue
            for exponents, coefficient in polynomial.terms():
                key = _key(exponents, name)
                encoder.units[key] = lcm(encoder.units.get(key, 1), int(coefficient.q))
    return encoder.units


def _bound(claim: Term) -> bool:
    return any(part.kind == "bind" for part in claim.walk())


def _key(exponents: Sequence[int], name: str) -> Monomial:
    """Return a monomial in the arguments of exponentials, or of sines and cosines."""
    return ((-1, int(name == "exp")), *((v, int(e)) for v, e in enumerate(exponents) if e))


def _term(encoder: Encoder, ring: Ring, polynomial) -> Term:  # type: ignore[no-untyped-def]
    tree, scale = ring.tree(polynomial)
    text = printed(tree, encoder.atoms)
    if scale > 1:
        text = f"({text} / {scale})"
    if text.isdigit():
        text = f"({text} : ℝ)"
    return parse(text)


def _sum(encoder: Encoder, index: int, name: str, argument: Term) -> None:
    try:
        special = _special(name, argument) or _angle(encoder, name, argument) or _multiple(encoder, name, argument)
        if special is not None:
            _eliminate(encoder, index, *special)
            return
        plain = argument.args[0] if argument.is_op("type") else argument
        if name == "exp" and plain.kind == "app" and plain.args[0].value in ("Real.log", "log"):
            inner = plain.args[1]
            positive = encoder.signs.positive(inner)
            if positive is not None:
                _eliminate(encoder, index, encoder.encode(inner), f"(Real.exp_log {positive})")
                return
        pieces = _pieces(encoder, argument, name)
    except (CannotRead, TooLarge):
        return
    if pieces is None:
        return
    q, r, minus = pieces
    symbol = "-" if minus else "+"
    same = f"(by first | rfl | ring : {atomic(argument)} = {atomic(q)} {symbol} {atomic(r)})"
    if name == "exp":
        if minus:
            # exp p * exp r = exp (p + r) = exp q
            product = mul(("var", index), _function(encoder, "exp", r))
            summed = f"(by ring : {atomic(argument)} + {atomic(r)} = {atomic(q)})"
            proof = f"((Real.exp_add {atomic(argument)} {atomic(r)}).symm.trans (congrArg Real.exp {summed}))"
            value = _function(encoder, "exp", q)

            encoder.splits += 1
            positive = f"(Real.exp_pos {atomic(r)})"
            encoder.rules.append(
                Rule(index, 1, product[2], value, Equation(product, value, proof), positive, f"(ne_of_gt {positive})")
            )
            return
        value = mul(_function(encoder, "exp", q), _function(encoder, "exp", r))
        _eliminate(encoder, index, value, f"((congrArg Real.exp {same}).trans (Real.exp_add {atomic(q)} {atomic(r)}))")
        return
    sines, cosines = (
        (_function(encoder, "sin", q), _function(encoder, "sin", r)),
        (_function(encoder, "cos", q), _function(encoder, "cos", r)),
    )
    if name == "sin":
        first, second = mul(sines[0], cosines[1]), mul(cosines[0], sines[1])
        value = sub(first, second) if minus else add(first, second)
    else:
        first, second = mul(cosines[0], cosines[1]), mul(sines[0], sines[1])
        value = add(first, second) if minus else sub(first, second)
    lemma = f"Real.{name}_{'sub' if minus else 'add'}"
    _eliminate(encoder, index, value, f"((congrArg Real.{name} {same}).trans ({lemma} {atomic(q)} {atomic(r)}))")


_VALUES = {
    ("exp", "0"): (num(1), "Real.exp_zero"),
    ("sin", "0"): (num(0), "Real.sin_zero"), ("cos", "0"): (num(1), "Real.cos_zero"),
    ("sin", "π"): (num(0), "Real.sin_pi"), ("cos", "π"): (num(-1), "Real.cos_pi"),
}  # fmt: skip


def _special(name: str, argument: Term) -> tuple[Tree, str] | None:
    key = argument.value if argument.kind in ("num", "name") else ""
    known = _VALUES.get((name, "π" if key == "Real.pi" else key))
    if known is not None:
        return known
    if (
        argument.is_op("/")
        and argument.args[0].value in ("π", "Real.pi")
        and argument.args[1].value == "2"
        and name != "exp"
    ):
        return (num(1), "Real.sin_pi_div_two") if name == "sin" else (num(0), "Real.cos_pi_div_two")
    return None


_ANGLES = {("sin", 6): "1 / 2", ("cos", 6): "√3 / 2", ("sin", 4): "√2 / 2", ("cos", 4): "√2 / 2", ("sin", 3): "√3 / 2",
           ("cos", 3): "1 / 2"}  # fmt: skip
_WORDS = {3: "three", 4: "four", 6: "six"}


def _angle(encoder: Encoder, name: str, argument: Term) -> tuple[Tree, str] | None:
    """Return the sine or cosine of a third, a quarter or a sixth of π."""
    if not argument.is_op("/") or argument.args[0].value not in ("π", "Real.pi"):
        return None
    part = number(argument.args[1]) or 0
    value = _ANGLES.get((name, part))
    if value is None:
        return None
    return encoder.encode(parse(value)), f"Real.{name}_pi_div_{_WORDS[part]}"


def _multiple(encoder: Encoder, name: str, argument: Term) -> tuple[Tree, str] | None:
    """Return the exponential of a natural multiple as a power."""
    if name != "exp":
        return None
    if _is_natural(encoder, argument):
        power = f"Real.exp 1 ^ {_plain(argument)}"
        return encoder.encode(parse(power)), f"(Real.exp_one_pow {_plain(argument)}).symm"
    if not argument.is_op("*"):
        return None
    left, right = argument.args
    for factor, other, turned in ((left, right, False), (right, left, True)):
        if _is_natural(encoder, factor) and other.text:
            same = f"(congrArg Real.exp (mul_comm {atomic(other)} {atomic(factor)})).trans " if turned else ""
            power = f"Real.exp {atomic(other)} ^ {_plain(factor)}"
            return encoder.encode(parse(power)), f"({same}(Real.exp_nat_mul {atomic(other)} {_plain(factor)}))"
    return None


def _plain(cast: Term) -> str:
    return cast.args[0].args[0].value if cast.is_op("type") else cast.args[0].value


def _is_natural(encoder: Encoder, term: Term) -> bool:
    """Return whether a term is the cast of a natural variable."""
    inner = term.args[0] if term.is_op("type") else term
    if not inner.is_op("↑") or inner.args[0].kind != "name":
        return False
    kind = encoder.sequent.types.get(inner.args[0].value)
    return kind is not None and kind.value == "ℕ"


def _logarithm(encoder: Encoder, index: int, argument: Term) -> None:

    signs = encoder.signs
    if argument.is_op("type") and argument.args[0].kind != "num":
        argument = argument.args[0]
    try:
        if argument.kind == "num" and argument.value.isdigit():
            _numeral(encoder, index, int(argument.value))
        elif argument.is_op("*", "/"):
            proofs = [signs.nonzero(part) for part in argument.args]
            if None not in proofs:
                word = "mul" if argument.value == "*" else "div"
                parts = [_function(encoder, "log", part) for part in argument.args]
                value = add(*parts) if word == "mul" else sub(*parts)
                _eliminate(encoder, index, value, f"(Real.log_{word} {proofs[0]} {proofs[1]})")
        elif argument.is_op("inv"):
            under = argument.args[0]
            _eliminate(encoder, index, ("neg", _function(encoder, "log", under)), f"(Real.log_inv {atomic(under)})")
        elif argument.is_op("^") and argument.args[1].kind == "num" and argument.args[1].value.isdigit():
            base, exponent = argument.args[0], argument.args[1].value
            value = mul(num(int(exponent)), _function(encoder, "log", base))
            claim = f"Real.log {atomic(argument)} = {exponent} * Real.log {atomic(base)}"
            _eliminate(encoder, index, value, f"(by rw [Real.log_pow]; norm_num : {claim})")
        elif argument.is_op("^") and argument.args[1].text and is_real(argument.args[1], encoder.sequent.types):
            raised, power = _typed(argument.args[0]), argument.args[1]
            if (positive := signs.positive(raised)) is not None:
                value = mul(encoder.encode(power), _function(encoder, "log", raised))
                _eliminate(encoder, index, value, f"(Real.log_rpow {positive} {atomic(power)})")
        elif (inner := real_function(argument)[1]) is not None and real_function(argument)[0] == "exp":
            _eliminate(encoder, index, encoder.encode(inner), f"(Real.log_exp {atomic(inner)})")
        elif argument.is_op("√") and (positive := signs.positive(argument.args[0])) is not None:
            inner_term = argument.args[0]
            value = _function(encoder, "log", inner_term)
            root = f"(ne_of_gt (Real.sqrt_pos.2 {positive}))"

            same = f"(congrArg Real.log (Real.mul_self_sqrt (le_of_lt {positive})))"
            proof = f"((Real.log_mul {root} {root}).symm.trans {same})"
            double = add(("var", index), ("var", index))
            encoder.equations.append(Equation(double, value, proof))
    except (CannotRead, TooLarge):
        return


def _typed(term: Term) -> Term:
    return Term("num", term.value, text=f"({term.value} : ℝ)") if term.kind == "num" else term


def _numeral(encoder: Encoder, index: int, number: int) -> None:
    if number == 1:
        _eliminate(encoder, index, num(0), "Real.log_one")
        return
    prime = next((p for p in range(2, 1000) if p * p <= number and number % p == 0), None)
    if prime is None or number > 10**9:
        return
    rest = number // prime
    terms = [_typed(Term("num", str(part))) for part in (prime, rest)]
    value = add(*(_function(encoder, "log", term) for term in terms))
    same = f"(by norm_num : ({number} : ℝ) = {prime} * {rest})"
    parts = f"(Certificate.numeral_ne {prime}) (Certificate.numeral_ne {rest})"
    _eliminate(encoder, index, value, f"((congrArg Real.log {same}).trans (Real.log_mul {parts}))")


def _tangent(encoder: Encoder, index: int, argument: Term) -> None:

    text = f"Real.cos {atomic(argument)}"
    cosine = Term("app", "", (Term("name", "Real.cos", text="Real.cos"), argument), text=text)
    away = next(
        (proof for term, proof in encoder.signs.known_nonzero() if real_function(term) == ("cos", argument)),
        encoder.signs.nonzero(cosine),
    )
    if away is None:
        return
    below, above = encoder.encode(cosine), _function(encoder, "sin", argument)
    proof = f"(div_mul_cancel₀ (Real.sin {atomic(argument)}) {away})"
    encoder.rules.append(Rule(index, 1, below, above, Equation(mul(("var", index), below), above, proof), "", away))
