"""The kernel's arithmetic against Python's, around the sizes at which representations change.

The embedded build is 32-bit and has no GMP: small numbers end at 2^31, its own bignums work in words of 32 bits. Every
equation goes through the verifier; true ones have to be accepted and false ones never.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from prover.lean.embedded.install import Installation
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.types import Problem, Rejection, VerifiedProof

BATCH = 25


@dataclass(frozen=True)
class Operation:
    """How Lean writes an operation and what Python computes."""

    lean: str
    python: Callable[[int, int], int]


NAT = {
    "add": Operation("{a} + {b}", operator.add),
    "sub": Operation("{a} - {b}", lambda a, b: max(0, a - b)),
    "mul": Operation("{a} * {b}", operator.mul),
    "div": Operation("{a} / {b}", lambda a, b: a // b if b else 0),
    "mod": Operation("{a} % {b}", lambda a, b: a % b if b else a),
    "gcd": Operation("Nat.gcd {a} {b}", math.gcd),
    "lcm": Operation("Nat.lcm {a} {b}", math.lcm),
    "land": Operation("{a} &&& {b}", operator.and_),
    "lor": Operation("{a} ||| {b}", operator.or_),
    "xor": Operation("{a} ^^^ {b}", operator.xor),
    "log2": Operation("Nat.log2 {a} + 0 * {b}", lambda a, b: max(0, a.bit_length() - 1)),
    "succ": Operation("Nat.succ {a} + 0 * {b}", lambda a, b: a + 1),
    "pred": Operation("Nat.pred {a} + 0 * {b}", lambda a, b: max(0, a - 1)),
    "max": Operation("max {a} {b}", max),
}
NAT_SMALL = {  # the second operand stays small
    "pow": Operation("{a} ^ {b}", operator.pow),
    "shiftLeft": Operation("{a} <<< {b}", operator.lshift),
    "shiftRight": Operation("{a} >>> {b}", operator.rshift),
}
INT = {
    "add": Operation("{a} + {b}", operator.add),
    "sub": Operation("{a} - {b}", operator.sub),
    "mul": Operation("{a} * {b}", operator.mul),
    # `/` and `%` of Int are Euclidean: the remainder is never negative.
    "div": Operation("{a} / {b}", lambda a, b: (a - a % abs(b)) // b if b else 0),
    "mod": Operation("{a} % {b}", lambda a, b: a % abs(b) if b else a),
    "tdiv": Operation("Int.tdiv {a} {b}", lambda a, b: abs(a) // abs(b) * (1 if a * b >= 0 else -1) if b else 0),
    "fdiv": Operation("Int.fdiv {a} {b}", lambda a, b: a // b if b else 0),
    "neg": Operation("-{a} + 0 * {b}", lambda a, b: -a),
    "natAbs": Operation("(Int.natAbs {a} : Int) + 0 * {b}", lambda a, b: abs(a)),
    "gcd": Operation("(Int.gcd {a} {b} : Int)", math.gcd),
}
COMPARE: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "≤": operator.le,
    "=": operator.eq,
    "≠": operator.ne,
}

EDGES = [2**k for k in (0, 1, 15, 16, 30, 31, 32, 33, 62, 63, 64, 65, 95, 96, 127, 128, 192, 256)]
NATURALS = st.one_of(
    st.integers(0, 3),
    st.tuples(st.sampled_from(EDGES), st.integers(-3, 3)).map(lambda pair: max(0, sum(pair))),
    st.tuples(st.sampled_from(EDGES), st.sampled_from(EDGES), st.integers(-2, 2)).map(
        lambda t: max(0, t[0] * t[1] + t[2])
    ),
    st.tuples(st.sampled_from(EDGES), st.sampled_from(EDGES), st.integers(-2, 2)).map(
        lambda t: abs(t[0] - t[1] + t[2])
    ),
    st.integers(0, 2**70),
    st.integers(0, 2**300),
)
INTEGERS = st.tuples(NATURALS, st.booleans()).map(lambda pair: -pair[0] if pair[1] else pair[0])
SMALL = st.one_of(st.integers(0, 5), st.sampled_from([30, 31, 32, 33, 63, 64, 65]))

naturals = st.tuples(st.sampled_from(sorted(NAT)), NATURALS, NATURALS).map(
    lambda t: _equation("Nat", NAT[t[0]], *t[1:])
)
# Python refuses to print numbers of more than 4,300 digits.
powers = st.tuples(st.sampled_from(sorted(NAT_SMALL)), NATURALS.map(lambda n: n % 2**130), SMALL).map(
    lambda t: _equation("Nat", NAT_SMALL[t[0]], *t[1:])
)
integers = st.tuples(st.sampled_from(sorted(INT)), INTEGERS, INTEGERS).map(
    lambda t: _equation("Int", INT[t[0]], *t[1:])
)
EQUATIONS = st.one_of(naturals, powers, integers)
COMPARISONS = st.tuples(
    st.sampled_from(["Nat", "Int"]), st.sampled_from(sorted(COMPARE)), NATURALS, NATURALS, st.integers(-1, 1)
)

ARITHMETIC = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
Drawn = Callable[[Callable[[Any, str], None]], Callable[[], None]]


def _number(n: int, kind: str) -> str:
    return f"({n} : {kind})"


def _equation(kind: str, operation: Operation, a: int, b: int) -> tuple[str, str, int]:
    """Return the type, the left side as Lean writes it, and its value."""
    return kind, operation.lean.format(a=_number(a, kind), b=_number(b, kind)), operation.python(a, b)


@pytest.fixture(scope="module")
def verifier(lean: Installation) -> Iterator[EmbeddedVerifier]:
    made = EmbeddedVerifier(lean)
    yield made
    made.close()


def _all(propositions: list[str]) -> Problem:
    return Problem(
        name="t", statement=f"theorem t : {' ∧ '.join(f'({p})' for p in propositions)} := by", context="init"
    )


def _proof(propositions: list[str], tactic: str) -> str:
    by = f"by {tactic}"
    return f"exact {by}" if len(propositions) == 1 else f"exact ⟨{', '.join([by] * len(propositions))}⟩"


def _accepts(verifier: EmbeddedVerifier, propositions: list[str], tactic: str) -> None:
    for start in range(0, len(propositions), BATCH):
        part = propositions[start : start + BATCH]
        found = verifier.verify(_all(part), _proof(part, tactic), steps=10)
        assert isinstance(found, VerifiedProof), f"{part}: {found.message}"


def _refuses(verifier: EmbeddedVerifier, proposition: str, tactic: str) -> None:
    assert isinstance(verifier.verify(_all([proposition]), tactic, steps=10), Rejection), proposition


TRUE = given(st.lists(EQUATIONS, min_size=BATCH, max_size=BATCH), st.sampled_from(["decide", "decide +kernel", "rfl"]))
FALSE = given(
    st.lists(st.tuples(EQUATIONS, st.sampled_from([1, 2, 2**31, 2**32, 2**63, 2**64, 2**128])), min_size=8, max_size=8),
    st.sampled_from(["decide", "decide +kernel", "rfl", "exact Eq.refl _", "simp", "omega", "grind"]),
)
COMPARED = given(st.lists(COMPARISONS, min_size=BATCH, max_size=BATCH), st.sampled_from(["decide", "decide +kernel"]))


def accepts_true(verifier: EmbeddedVerifier, equations: list[tuple[str, str, int]], tactic: str) -> None:
    _accepts(verifier, [f"{left} = {_number(value, kind)}" for kind, left, value in equations], tactic)


def refuses_false(verifier: EmbeddedVerifier, equations: list[tuple[tuple[str, str, int], int]], tactic: str) -> None:
    for (kind, left, value), error in equations:
        _refuses(verifier, f"{left} = {_number(value + error, kind)}", tactic)


def compares(verifier: EmbeddedVerifier, comparisons: list[tuple[str, str, int, int, int]], tactic: str) -> None:
    propositions = []
    for kind, sign, a, b, near in comparisons:
        a, b = (a, max(0, a + near)) if near else (a, b)
        if kind == "Int":
            a, b = -a, -b
        holds = f"{_number(a, kind)} {sign} {_number(b, kind)}"
        propositions.append(holds if COMPARE[sign](a, b) else f"¬ ({holds})")
    _accepts(verifier, propositions, tactic)


@pytest.mark.parametrize("examples", [2, pytest.param(12, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("drawn", "check"),
    [(TRUE, accepts_true), (FALSE, refuses_false), (COMPARED, compares)],
    ids=["true_equations_are_accepted", "false_equations_never", "comparisons"],
)
def test_arithmetic(drawn: Drawn, check: Callable[..., None], examples: int, verifier: EmbeddedVerifier) -> None:
    # Examples are derived from the source alone: the same on every run.
    @settings(ARITHMETIC, max_examples=examples)
    @drawn
    def holds(propositions: Any, tactic: str) -> None:
        check(verifier, propositions, tactic)

    holds()


@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "power", [pytest.param(31, marks=pytest.mark.slow), 32, 63, pytest.param(64, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("kind", ["Nat", "Int"])
def test_every_operation_at_the_edges(verifier: EmbeddedVerifier, kind: str, power: int, every: int) -> None:
    """Every operation on every pair of numbers at an edge; the fast set takes each operation on a part of the pairs."""
    numbers = [2**power - 1, 2**power, 2**power + 1]
    operations = NAT if kind == "Nat" else INT
    pairs = [(a, b) for a in numbers for b in (*numbers, 0, 3)]
    signed = pairs if kind == "Nat" else [*pairs, *((-a, b) for a, b in pairs), *((-a, -b) for a, b in pairs)]
    propositions = []
    for place, operation in enumerate(operations.values()):
        for a, b in signed[place % every :: every]:
            _, left, value = _equation(kind, operation, a, b)
            propositions.append(f"{left} = {_number(value, kind)}")
    _accepts(verifier, propositions, "decide")


OVERFLOWS = (
    "(2147483647 : Nat) + 1 = 0",
    "(4294967295 : Nat) + 1 = 0",
    "(65536 : Nat) * 65536 = 0",
    "(18446744073709551615 : Nat) + 1 = 0",
    "(0 : Nat) - 1 = 4294967295",
    "(4294967296 : Nat) = 0",
    "(2147483648 : Int) = -2147483648",
    "(-2147483648 : Int) - 1 = 2147483647",
    "(2 : Nat) ^ 32 = 0",
    "(1 : Nat) <<< 32 = 1",
    "(4294967296 : Nat) % 4294967295 = 0",
    "(4294967296 : Nat) &&& 4294967295 = 1",
    "(4294967296 : Nat) < 1",
    "Nat.gcd 4294967296 0 = 0",
    "Nat.log2 4294967296 = 0",
    "(-1 : Int) / 4294967296 = 0",
    "Nat.succ 4294967295 = 0",
)
TACTICS = ("decide", "decide +kernel", "rfl")


@pytest.mark.parametrize(
    ("false", "tactic"),
    [
        pytest.param(false, tactic, marks=() if place % len(TACTICS) == number else pytest.mark.slow)
        for place, false in enumerate(OVERFLOWS)
        for number, tactic in enumerate(TACTICS)
    ],
)
def test_overflow_proves_nothing(verifier: EmbeddedVerifier, false: str, tactic: str) -> None:
    """The fast set tries each equation with one of the tactics."""
    _refuses(verifier, false, tactic)


def test_that_overflow_does_not_happen_is_proved(verifier: EmbeddedVerifier) -> None:
    _accepts(verifier, [f"¬ ({false})" for false in OVERFLOWS], "decide")
