"""Both sides of a comparison under `exp` or `log`: equations that hold a variable on the other side of the function.

`log x + log y = 0` gives `x * y = 1` by the logarithm of both sides; `exp x = 7` gives `x = log 7` by the exponential.
What is then between the sums and products is one of polynomials (`functions.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.reading.notation import applied, real_function, root
from prover.policies.certificates.reading.printing import block, show, spelled
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Sequent, ascending, is_real, relation, type_of
from prover.policies.certificates.reading.terms import Term, chained, free_names, number

_OF_LOGS = {"=": "Real.log_injOn_pos {0} {1} ?_", "<": "(Real.log_lt_log_iff {0} {1}).1 ?_",
            "≤": "(Real.log_le_log_iff {0} {1}).1 ?_"}  # fmt: skip
_OF_EXPONENTIALS = {"=": "Real.exp_injective ?_", "<": "Real.exp_lt_exp.1 ?_", "≤": "Real.exp_le_exp.1 ?_"}


def exponential(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of a comparison of reals by that of their logarithms or exponentials."""
    if effort <= 1 and sequent.target.is_op("∨"):
        yield from _alternatives(sequent, effort, prove)
    found = relation(sequent.target, sequent.types)
    if effort > 1 or found is None or found[3] not in ("ℝ", None):
        return
    symbol, left, right = found[:3]
    symbol, left, right = ascending(symbol, left, right)
    assumed = [assumption.claim for assumption in sequent.assumptions]
    yield from _monotone(sequent, symbol, left, right, effort, prove)
    if symbol not in _OF_LOGS or not left.text or not right.text:
        return
    if any(_holds(claim, "log") for claim in assumed) and not _holds(sequent.target, "log"):
        signs = Signs(sequent, "ℝ")
        proofs = [signs.positive(side) for side in (left, right)]
        if None not in proofs:
            yield from _under(sequent, "log", symbol, left, right, _OF_LOGS[symbol].format(*proofs), effort, prove)
    if any(_holds(claim, "exp") for claim in assumed) and not _holds(sequent.target, "exp"):
        yield from _under(sequent, "exp", symbol, left, right, _OF_EXPONENTIALS[symbol], effort, prove)


def _monotone(sequent: Sequent, symbol: str, left: Term, right: Term, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of a comparison of two values of `log`, `exp` or the root by that of the arguments."""
    yield from _beside_constant(sequent, symbol, left, right, effort, prove)
    yield from _root_beside(sequent, symbol, left, right, effort, prove)
    yield from _of_exponents(sequent, symbol, left, right, effort, prove)
    (name, low), (other, high) = (_value(side) for side in (left, right))
    if name != other or low is None or high is None or symbol not in ("<", "≤"):
        return
    signs = Signs(sequent, "ℝ")
    word = "lt" if symbol == "<" else "le"
    step: str | None = f"Real.exp_{word}_exp.2 ?_"
    if name == "log":
        positive = signs.positive(low)
        step = None if positive is None else f"Real.log_{word}_log {positive} ?_"
    elif name == "sqrt":
        positive = signs.nonnegative(low)
        step = "Real.sqrt_le_sqrt ?_" if symbol == "≤" else positive and f"Real.sqrt_lt_sqrt {positive} ?_"
    elif name != "exp":
        return
    proof = _compared(sequent, symbol, low, high, effort, prove) if step else None
    if proof is not None:
        yield f"refine {step}\n{proof}"


def _beside_constant(
    sequent: Sequent, symbol: str, left: Term, right: Term, effort: int, prove: Prove
) -> Iterator[str]:
    """Yield a proof of a comparison of `log x` with 0, which is `log 1`, or of `exp x` with 1, which is `exp 0`."""
    if symbol not in ("<", "≤"):
        return
    for term, constant, falls in ((left, right, True), (right, left, False)):
        name, argument = real_function(term)
        value = {"log": 0, "exp": 1}.get(name)
        if argument is None or value is None or number(constant) != value:
            continue
        bound = Term("num", str(1 - value), text=str(1 - value))
        if name == "log":
            sign = Signs(sequent, "ℝ")
            positive = sign.positive(argument) if symbol == "<" else sign.nonnegative(argument)
            lemma = {("<", True): "log_neg", ("≤", True): "log_nonpos", ("<", False): "log_pos"}.get(
                (symbol, falls), "log_nonneg"
            )
            if falls and positive is None:
                continue
            step = f"Real.{lemma} {f'{positive} ' if falls else ''}?_"
        else:
            inner, ends = f"(Real.exp_{'lt' if symbol == '<' else 'le'}_exp.2 ?_)", "(le_of_eq Real.exp_zero)"
            joined = {"<": ("lt_of_lt_of_le", "lt_of_le_of_lt"), "≤": ("le_trans", "le_trans")}[symbol]
            step = f"{joined[0]} {inner} {ends}" if falls else f"{joined[1]} (le_of_eq Real.exp_zero.symm) {inner}"
        sides = (argument, bound) if falls else (bound, argument)
        proof = _compared(sequent, symbol, *sides, effort, prove)
        if proof is not None:
            yield f"refine {step}\n{proof}"


def _root_beside(sequent: Sequent, symbol: str, left: Term, right: Term, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of a comparison of a root with another term by the square of that term."""
    low, high = root(left), root(right)
    if symbol not in ("<", "≤") or (low is None) == (high is None):
        return
    signs = Signs(sequent, "ℝ")
    two = Term("num", "2", text="2")
    step: str | None
    if low is not None:
        sides = low, spelled(Term("op", "^", (right, two)))
        sign = signs.positive(right) if symbol == "<" else signs.nonnegative(right)
        step = sign and (f"(Real.sqrt_lt' {sign}).2 ?_" if symbol == "<" else f"(Real.sqrt_le_left {sign}).2 ?_")
    else:
        assert high is not None
        sides = spelled(Term("op", "^", (left, two))), high
        sign = signs.nonnegative(left) if symbol == "<" else ""
        step = "Real.le_sqrt_of_sq_le ?_" if symbol == "≤" else sign and f"(Real.lt_sqrt {sign}).2 ?_"
    proof = _compared(sequent, symbol, *sides, effort, prove) if step else None
    if proof is not None:
        # Lemmas about numerals leave them in a form of their own.
        yield f"refine {step}\nchange ({show(sides[0], 0)} : ℝ) {symbol} {show(sides[1], 51)}\n{proof}"


def _of_exponents(sequent: Sequent, symbol: str, left: Term, right: Term, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of a comparison of two powers of one numeral by that of their real exponents."""
    if symbol not in ("<", "≤") or not left.is_op("^") or not right.is_op("^") or left.args[0] != right.args[0]:
        return
    base, low = left.args
    known, value = low if type_of(low, sequent.types) is not None else right.args[1], number(base)
    if not is_real(known, sequent.types) or value is None or value <= 1:
        return
    proof = _compared(sequent, symbol, low, right.args[1], effort, prove)
    if proof is not None:
        lemma = "rpow_lt_rpow_of_exponent_lt" if symbol == "<" else "rpow_le_rpow_of_exponent_le"
        yield f"refine Real.{lemma} (by norm_num) ?_\n{proof}"


def _alternatives(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of `x = a ∨ x = b` by `exp x = exp a ∨ exp x = exp b`."""
    if not any(_holds(assumption.claim, "exp") for assumption in sequent.assumptions):
        return
    parts = chained(sequent.target, "∨")
    if any(not part.is_op("=") or not all(side.text for side in part.args) for part in parts):
        return
    raised = [Term("op", "=", tuple(_applied("exp", side) for side in part.args)) for part in parts]
    claim, back = raised[-1], "Real.exp_injective"
    for at, part in enumerate(reversed(raised[:-1])):
        claim = Term("op", "∨", (part, claim))
        back = (
            f"fun h => h.imp (fun e => Real.exp_injective e) ({back})"
            if at
            else ("fun h => h.imp (fun e => Real.exp_injective e) fun e => Real.exp_injective e")
        )
    proof = prove(replace(sequent, target=spelled(claim)), effort)
    if proof is not None:
        key = sequent.fresh("key")
        yield f"have {key} : {show(claim, 0)} := by\n  {block('', proof)}\nexact ({back}) {key}"


def _compared(sequent: Sequent, symbol: str, low: Term, high: Term, effort: int, prove: Prove) -> str | None:
    """Prove a comparison of two arguments; of numbers without variables, `norm_num` may where nothing else does."""
    proof = prove(replace(sequent, target=Term("op", symbol, (_real(low), _real(high)))), effort)
    closed = not (free_names(low) | free_names(high)) & set(sequent.types)
    return proof or ("norm_num" if closed else None)


def _value(term: Term) -> tuple[str, Term | None]:
    return ("sqrt", root(term)) if root(term) is not None else real_function(term)


def _real(term: Term) -> Term:
    if term.kind != "num":
        return term
    return Term("op", "type", (term, Term("name", "ℝ", text="ℝ")), text=f"({term.value} : ℝ)")


def _under(
    sequent: Sequent, name: str, symbol: str, left: Term, right: Term, step: str, effort: int, prove: Prove
) -> Iterator[str]:
    claim = Term("op", symbol, (_applied(name, left), _applied(name, right)))
    proof = prove(replace(sequent, target=claim), effort)
    if proof is not None:
        yield f"refine {step}\n{proof}"


def _applied(name: str, term: Term) -> Term:
    typed = Term("num", term.value, text=f"({term.value} : ℝ)") if term.kind == "num" else term
    return applied(name, typed)


def _holds(claim: Term, name: str) -> bool:
    return any(real_function(part)[0] == name for part in claim.walk())
