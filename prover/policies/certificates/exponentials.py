"""Both sides of a comparison under `exp` or `log`: equations that hold a variable on the other side of the function.

`log x + log y = 0` gives `x * y = 1` by the logarithm of both sides; `exp x = 7` gives `x = log 7` by the exponential.
What is then between the sums and products is one of polynomials (`functions.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from prover.policies.certificates.notation import atomic, real_function
from prover.policies.certificates.sequents import Sequent, relation
from prover.policies.certificates.signs import Signs
from prover.policies.certificates.terms import Term

Prove = Callable[[Sequent, int], "str | None"]
_OF_LOGS = {"=": "Real.log_injOn_pos {0} {1} ?_", "<": "(Real.log_lt_log_iff {0} {1}).1 ?_",
            "≤": "(Real.log_le_log_iff {0} {1}).1 ?_"}  # fmt: skip
_OF_EXPONENTIALS = {"=": "Real.exp_injective ?_", "<": "Real.exp_lt_exp.1 ?_", "≤": "Real.exp_le_exp.1 ?_"}


def exponential(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of a comparison of reals by that of their logarithms or exponentials."""
    found = relation(sequent.target, sequent.types)
    if effort > 1 or found is None or found[3] not in ("ℝ", None):
        return
    symbol, left, right = found[:3]
    if symbol in (">", "≥"):
        symbol, left, right = {">": "<", "≥": "≤"}[symbol], right, left
    assumed = [assumption.claim for assumption in sequent.assumptions]
    if symbol not in _OF_LOGS or not left.text or not right.text:
        return
    if any(_holds(claim, "log") for claim in assumed) and not _holds(sequent.target, "log"):
        signs = Signs(sequent, "ℝ")
        proofs = [signs.positive(side) for side in (left, right)]
        if None not in proofs:
            yield from _under(sequent, "log", symbol, left, right, _OF_LOGS[symbol].format(*proofs), effort, prove)
    if any(_holds(claim, "exp") for claim in assumed) and not _holds(sequent.target, "exp"):
        yield from _under(sequent, "exp", symbol, left, right, _OF_EXPONENTIALS[symbol], effort, prove)


def _under(
    sequent: Sequent, name: str, symbol: str, left: Term, right: Term, step: str, effort: int, prove: Prove
) -> Iterator[str]:
    claim = Term("op", symbol, (_applied(name, left), _applied(name, right)))
    proof = prove(replace(sequent, target=claim), effort)
    if proof is not None:
        yield f"refine {step}\n{proof}"


def _applied(name: str, term: Term) -> Term:
    head = Term("name", f"Real.{name}", text=f"Real.{name}")
    typed = term
    if term.kind == "num":
        typed = Term("num", term.value, text=f"({term.value} : ℝ)")
    return Term("app", "", (head, typed), text=f"Real.{name} {atomic(typed)}")


def _holds(claim: Term, name: str) -> bool:
    return any(real_function(part)[0] == name for part in claim.walk())
