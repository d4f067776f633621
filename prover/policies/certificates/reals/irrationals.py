"""Irrational numbers: roots of numbers that are no squares, and what is a rational expression away from another one.

If `x + 1` were the rational `q`, the irrational `x` would be `q - 1`. Squares that are a multiple of each other by no
square are both 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import isqrt

from prover.policies.certificates.logic.witnesses import solved
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.notation import real_function, root
from prover.policies.certificates.reading.printing import block, put, show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove, easily
from prover.policies.certificates.reading.sequents import FALSE, Assumption, Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term, chained, free_names, number
from prover.policies.certificates.reals.rational_roots import between_powers, by_power, of_powers


def irrational(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs of `Irrational x`, and of `p ^ 2 ≠ d * q ^ 2` for `q ≠ 0`."""
    if effort != 0:
        return
    target = sequent.target
    if (value := said_irrational(target)) is not None:
        if (plain := _of_root(value)) is not None:
            yield f"exact {plain}"
        yield from _of_two_roots(sequent, value)
        yield from by_power(sequent, value)
        yield from _of_logarithms(sequent, value)
        for proof, known in _known(sequent, value):
            yield from _reduced(sequent, value, proof, known, prove)
        return
    if target.is_bind("∃") and len(target.names) == 1:
        yield from _between(sequent, target.names[0])
        return
    if target.is_bind("∃") and (names := _two(target)) is not None:
        yield from _pair(sequent, *names, prove)
        return
    if target.is_op("∨"):
        yield from _one_of_two(sequent, *(said_irrational(part) for part in target.args))
        return
    found = relation(target, sequent.types)
    if found is not None and found[0] == "≠":
        yield from _no_numeral(sequent, found[1], found[2])
        equal = sequent.fresh("he")
        assumed = Assumption(equal, Term("op", "=", found[1:3]))
        contrary = replace(sequent.naming(equal).assuming(assumed), target=FALSE)
        yield from (f"intro {equal}\n{proof}" for proof in _no_root(contrary))
    yield from _descent(sequent)
    yield from _no_root(sequent)
    if target == FALSE:
        yield from _plainly_rational(sequent)
        yield from _not_rational(sequent, effort, prove)


def _plainly_rational(sequent: Sequent) -> Iterator[str]:
    """Yield a proof of `False` from a number without variables that is said to be irrational."""
    for assumption in sequent.assumptions:
        value = said_irrational(assumption.claim)
        if value is not None and not free_names(value) & set(sequent.types):
            written = f"⟨({show(value, 0)} : ℚ), by first | norm_num | (push_cast; norm_num)⟩"
            yield f"exact {assumption.proof} {written}"


def _between(sequent: Sequent, name: str) -> Iterator[str]:
    """Yield an irrational number between two others: the root of 2 beside a rational one."""
    low, high, said = None, None, False
    for part in sequent.target.args[1].walk():
        value = said_irrational(part)
        said = said or (value is not None and value.value == name)
        if part.is_op("<", ">") and len(part.args) == 2:
            _, small, large = ascending(part.value, *part.args)
            low, high = (small if large.value == name else low), (large if small.value == name else high)
    if not said or low is None or high is None:
        return
    q, below, above, known, r, equal = (sequent.fresh(wish) for wish in ("q", "hl", "hu", "hi", "r", "hr"))
    a, b = show(low, 66), show(high, 66)
    close = f"first | exact {known} | linarith | (refine ⟨?_, ?_⟩ <;> first | exact {known} | linarith)"
    yield (
        f"obtain ⟨{q}, {below}, {above}⟩ := exists_rat_btwn (show {a} - √2 < {b} - √2 by linarith)\n"
        f"have {known} : Irrational (({q} : ℝ) + √2) := by\n  rintro ⟨{r}, {equal}⟩\n"
        f"  exact irrational_sqrt_two ⟨{r} - {q}, by push_cast; linarith⟩\n"
        f"refine ⟨({q} : ℝ) + √2, ?_⟩\nrefine ⟨?_, ?_⟩ <;> {close}"
    )


def _two(target: Term) -> tuple[str, str, Term] | None:
    """Return the variables and the body of `∃ x y, body`."""
    if len(target.names) == 2:
        return target.names[0], target.names[1], target.args[1]
    inner = target.args[1]
    return (target.names[0], inner.names[0], inner.args[1]) if inner.is_bind("∃") and len(inner.names) == 1 else None


_NEGATED = "fun ⟨q, e⟩ => irrational_sqrt_two ⟨-q, by push_cast; linarith⟩"
_PAIRS = (
    ("√2", "√2", "irrational_sqrt_two", "irrational_sqrt_two"),
    ("√2", "(-√2)", "irrational_sqrt_two", _NEGATED),
    ("√2", "(1 - √2)", "irrational_sqrt_two", "fun ⟨q, e⟩ => irrational_sqrt_two ⟨1 - q, by push_cast; linarith⟩"),
)


def _pair(sequent: Sequent, first: str, second: str, body: Term, prove: Prove) -> Iterator[str]:
    """Yield two irrational numbers between which an equation holds."""
    parts = chained(body, "∧")
    if len(parts) != 3 or any(said_irrational(part) is None for part in parts[:2]):
        return
    for one, other, proof, second_proof in _PAIRS:
        values = {first: parse(f"({one} : ℝ)"), second: parse(f"({other} : ℝ)")}
        rest = easily(prove, replace(sequent, target=spelled(substituted(parts[2], values))))
        if rest is not None:
            yield f"refine ⟨{one}, {other}, {proof}, {second_proof}, ?_⟩\n{rest}"
            return


def _one_of_two(sequent: Sequent, left: Term | None, right: Term | None) -> Iterator[str]:
    """Yield that one of two variables is irrational: else what is irrational by assumption would be rational."""
    if left is None or right is None or left.kind != "name" or right.kind != "name":
        return
    for assumption in sequent.assumptions:
        known = said_irrational(assumption.claim)
        if known is None or free_names(known) & set(sequent.types) - {left.value, right.value}:
            continue
        denied, q, r = (sequent.fresh(wish) for wish in ("hc", "q", "r"))
        value = substituted(known, {name: Term("name", new) for name, new in ((left.value, q), (right.value, r))})
        yield (
            f"refine Classical.or_iff_not_imp_left.2 fun {denied} => ?_\n"
            f"obtain ⟨{q}, rfl⟩ := Classical.not_not.1 {denied}\n"
            f"rintro ⟨{r}, rfl⟩\nexact {assumption.proof} ⟨({show(value, 0)} : ℚ), by push_cast; first | rfl | ring⟩"
        )


def _not_rational(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of `False` from a rational number that is said to be an irrational one."""
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is None or found[0] != "=" or found[3] not in ("ℝ", None):
            continue
        for one, other, flip in ((found[1], found[2], ""), (found[2], found[1], ".symm")):
            inside = _over_rationals(sequent, one)
            if inside is None or not any(root(part) is not None for part in other.walk()):
                continue
            name = sequent.fresh("hi")
            claim = Term("app", "", (Term("name", "Irrational", text="Irrational"), other))
            others = tuple(a for a in sequent.assumptions if a is not assumption)
            inner = replace(sequent.naming(name), target=spelled(claim), assumptions=others)
            proof = next(irrational(inner, effort, prove), None)
            if proof is not None:
                same = f"exact {assumption.proof}{flip}"
                given = f"⟨({show(inside, 0)} : ℚ), by first | {same} | (push_cast; {same})⟩"
                yield f"have {name} : {show(claim, 0)} := by\n  {block('', proof)}\nexact {name} {given}"
                return


def _no_numeral(sequent: Sequent, left: Term, right: Term) -> Iterator[str]:
    """Yield a proof that an assumed irrational number is no numeral."""
    for assumption in sequent.assumptions:
        known = said_irrational(assumption.claim)
        for one, other in ((left, right), (right, left)):
            if known is not None and one == known and not free_names(other) & set(sequent.types):
                equal = sequent.fresh("he")
                given = equal if one == left else f"{equal}.symm"
                proof = f"by rw [{given}]; first | norm_num | (push_cast; norm_num) | norm_cast"
                yield f"intro {equal}\nexact {assumption.proof} ⟨({show(other, 0)} : ℚ), {proof}⟩"


def _no_root(sequent: Sequent) -> Iterator[str]:
    """Yield a proof of `False` from a rational number whose square is a natural one that is no square."""
    if sequent.target != FALSE:
        return
    for assumption in sequent.assumptions:
        known = relation(assumption.claim, sequent.types)
        if known is None or known[0] != "=" or known[3] != "ℚ":
            continue
        for one, other, flip in ((known[1], known[2], ""), (known[2], known[1], ".symm")):
            square, value = _square(one), number(other)
            if square is not None and value is not None and value > 1 and isqrt(value) ** 2 != value:
                given = f"(by rw [{assumption.proof}{flip}]; norm_num)"
                yield f"exact Certificate.rat_sq_ne (d := {value}) (by decide) {show(square)} {given}"
            elif (powers := between_powers(one, other)) is not None:
                given = f"(by rw [{assumption.proof}{flip}]; norm_num)"
                yield f"exact Certificate.rat_pow_ne {powers} {show(one.args[0])} {given}"


def _of_logarithms(sequent: Sequent, value: Term) -> Iterator[str]:
    """Yield a proof for a quotient of logarithms of numerals, of which a prime divides one alone."""
    if value.kind == "app" and value.args[0].value.rpartition(".")[2] == "logb" and len(value.args) == 3:
        base, argument = value.args[1:]
    elif value.is_op("/") and all(real_function(part)[0] == "log" for part in value.args):
        argument, base = (real_function(part)[1] or part for part in value.args)
    else:
        return
    a, b = (number(part) for part in (base, argument))
    if a is None or b is None or not min(a, b) > 1 or not max(a, b) < 10**6:
        return
    p, q, positive, equal = (sequent.fresh(wish) for wish in ("p", "q", "hq", "he"))
    primes = (r for r in range(2, int(b) + 1) if b % r == 0 and all(r % s for s in range(2, isqrt(r) + 1)))
    own = next((r for r in primes if a % r), None)
    if own is None:
        return
    lemma = f"Certificate.irrational_log_div (a := {a}) (b := {b}) (by decide) (by decide)"
    divides = f"Nat.dvd_trans (by decide : {own} ∣ {b} ^ 1) (Nat.pow_dvd_pow {b} {positive})"
    key = sequent.fresh("key")
    yield (
        f"have {key} : Irrational (Real.log (({b} : ℕ) : ℝ) / Real.log (({a} : ℕ) : ℝ)) := by\n"
        f"  refine {lemma} fun {p} {q} {positive} {equal} => ?_\n"
        f"  have := (by decide : Nat.Prime {own}).dvd_of_dvd_pow (show {own} ∣ {a} ^ {p} from {equal} ▸ {divides})\n"
        f"  exact absurd this (by decide)\n"
        f"first | exact {key} | simpa using {key} | simpa [Real.logb] using {key}"
    )


def said_irrational(claim: Term) -> Term | None:
    """Return the number that a claim says is irrational, or None."""
    if claim.kind == "app" and claim.args[0].value.rpartition(".")[2] == "Irrational" and len(claim.args) == 2:
        return claim.args[1]
    return None


def _of_root(value: Term) -> str | None:
    """Print the proof for the root of a numeral."""
    inner = root(value)
    under = number(inner) if inner is not None else None
    return irrational_root(under or 0) or None


def irrational_root(under: int) -> str:
    """Return the proof that the root of a number is irrational, or "" where it is not."""
    if under < 2 or isqrt(under) ** 2 == under:
        return ""
    return "irrational_sqrt_two" if under == 2 else f"((irrational_sqrt_ofNat_iff (n := {under})).2 (by decide))"


def _of_two_roots(sequent: Sequent, value: Term) -> Iterator[str]:
    """Yield the proof for a product of two roots of numerals, which is the root of their product."""
    roots = [root(part) for part in value.args] if value.is_op("*") else []
    numbers = [number(inner) for inner in roots if inner is not None]
    if len(numbers) != 2 or None in numbers:
        return
    a, b = (int(under or 0) for under in numbers)
    if plain := irrational_root(a * b):
        same = sequent.fresh("hr")
        product = f"(Real.sqrt_mul (Certificate.numeral_nonneg {a}) _).symm.trans (congrArg Real.sqrt (by norm_num))"
        yield f"have {same} : {show(value, 0)} = √{a * b} := {product}\nrw [{same}]\nexact {plain}"


def _known(sequent: Sequent, value: Term) -> Iterator[tuple[str, Term]]:
    """Yield irrational numbers that may stand behind a value: assumed ones, and roots of numerals inside of it."""
    for assumption in sequent.assumptions:
        if (known := said_irrational(assumption.claim)) is not None:
            yield assumption.proof, known
    for part in value.walk():
        if part != value and (plain := _of_root(part)) is not None:
            yield f"({plain})", part


def _reduced(sequent: Sequent, value: Term, proof: str, known: Term, prove: Prove) -> Iterator[str]:
    """Prove that a value is irrational because a known irrational number is a rational expression in it."""
    q, hq = sequent.fresh("q"), sequent.fresh("hq")
    variable = next(iter(free_names(known) & set(sequent.types)), None)
    place = known if root(known) is not None else Term("name", variable, text=variable) if variable else None
    if place is None:
        return
    cast = Term("op", "↑", (Term("name", q, text=q),), text=f"(↑{q} : ℝ)")
    hole = "x✝"
    opened = put(value, place, Term("name", hole, text=hole))
    found = solved(opened, Term("name", q, text=q), hole, True)
    if found is None:
        return
    back = parse(found)
    over_reals = spelled(substituted(back, {q: cast}))
    inside = _over_rationals(sequent, back)
    if inside is None:
        return
    rational = back = spelled(inside)
    if known != place:
        values = (Term("op", "type", (back, _RATIONAL)), over_reals)
        rational, over_reals = (spelled(substituted(known, {place.value: value})) for value in values)
    if any(root(part) is not None for part in rational.walk()):
        return
    inner = sequent.naming(q, hq).assuming(Assumption(hq, spelled(Term("op", "=", (cast, value)))))
    claim = Term("op", "=", (over_reals, known))
    closed = easily(prove, replace(inner, target=claim))
    stated = f"change {show(over_reals, 0)} = {show(known, 0)}"  # numerals below roots as the statement has them
    if any(part.is_op("/") and number(part.args[1]) is None for part in rational.walk()):
        closed = f"first | (rw [{hq}]; simp; done) | grind"
    elif closed is None:
        return
    casts = list(_not_zero(inner))
    lines = [f"rintro ⟨{q}, {hq}⟩", *casts, f"refine {proof} ⟨({show(rational, 0)} : ℚ), ?_⟩", "push_cast", stated]
    lines.append(closed)
    yield "\n".join(lines)


_RATIONAL = Term("name", "ℚ", text="ℚ")
_CASTS = {"ℚ": "Rat.cast", "ℤ": "Int.cast", "ℕ": "Nat.cast"}


def _over_rationals(sequent: Sequent, term: Term) -> Term | None:
    """Return a real term in casts of rational variables as one in these variables; None for another one."""
    if term.is_op("type") and term.args[1].value == "ℝ":
        return _over_rationals(sequent, term.args[0])
    if term.is_op("↑"):
        kind = sequent.types.get(term.args[0].value)
        if kind is None or kind.value not in _CASTS:
            return None
        return term.args[0] if kind.value == "ℚ" else Term("op", "type", (term.args[0], _RATIONAL))
    if term.kind == "name" and term.value in sequent.types:
        return None
    args = [_over_rationals(sequent, part) for part in term.args]
    if any(part is None for part in args):
        return None
    return term if not args else Term(term.kind, term.value, tuple(part for part in args if part), term.names)


def _not_zero(sequent: Sequent) -> Iterator[str]:
    """Yield that casts of variables are not 0 of which that is assumed."""
    for assumption in sequent.assumptions:
        found = relation(assumption.claim, sequent.types)
        if found is None or found[0] != "≠" or number(found[2]) != 0 or found[1].kind != "name":
            continue
        kind = sequent.types.get(found[1].value)
        if kind is not None and kind.value in _CASTS:
            word, name = _CASTS[kind.value], sequent.fresh("hne")
            yield (
                f"have {name} : ({found[1].value} : ℝ) ≠ 0 := "
                f"fun e => {assumption.proof} ({word}_inj.1 (e.trans {word}_zero.symm))"
            )


def _descent(sequent: Sequent) -> Iterator[str]:
    """Yield a proof of `p ^ 2 ≠ d * q ^ 2` by the descent of `Certificate.eq_zero_of_sq_eq`."""
    assumed = sequent.fresh("he")
    found = relation(sequent.target, sequent.types)
    if found is not None and found[0] == "≠":
        opening, equations = f"intro {assumed}\n", [(assumed, found[1], found[2], found[3])]
    elif sequent.target == FALSE:
        opening, equations = "", []
        for assumption in sequent.assumptions:
            known = relation(assumption.claim, sequent.types)
            if known is not None and known[0] == "=":
                equations.append((assumption.proof, known[1], known[2], known[3]))
    else:
        return
    for proof, left, right, kind in equations:
        for one, other, flip in ((left, right, ""), (right, left, ".symm")):
            if not opening and kind in ("ℤ", "ℕ"):
                yield from of_powers(sequent, proof + flip, one, other)
            square, multiple = _square(one), _multiple(other)
            if square is None or multiple is None or kind not in ("ℤ", "ℕ"):
                continue
            d, base = multiple
            if isqrt(d) ** 2 == d:
                continue
            p, q = (show(term) if kind == "ℤ" else f"({show(term, 0)} : ℤ)" for term in (square, base))
            given = f"({proof}{flip})" if kind == "ℤ" else f"(by exact_mod_cast {proof}{flip})"
            claim = f"Certificate.eq_zero_of_sq_eq (d := {d}) (p := {p}) (q := {q}) (by decide) {given}"
            zero = sequent.naming(assumed).fresh("hz")
            yield f"{opening}have {zero} := {claim}\nfirst | omega | (simp_all; done) | grind"


def _square(term: Term) -> Term | None:
    if term.is_op("^") and number(term.args[1]) == 2:
        return term.args[0]
    return term.args[0] if term.is_op("*") and term.args[0] == term.args[1] else None


def _multiple(term: Term) -> tuple[int, Term] | None:
    """Return `d` and `q` of `d * q ^ 2`."""
    if term.is_op("*"):
        for one, other in (term.args, term.args[::-1]):
            d, base = number(one), _square(other)
            if d is not None and d > 1 and base is not None:
                return d, base
    return None
