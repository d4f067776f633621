"""Published holes of kernels, handed over as data: what they need is refused by both kernels, or cannot be written.

The numbers are those of issues and fixes of Lean, the names those of cases of lean-kernel-arena. lean4#13602, which is
said to be one as well, was not found.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prover.lean.context import context
from prover.lean.embedded.kernel import EmbeddedKernel
from prover.lean.kernel.answer import KernelReason as Reason
from prover.lean.kernel.client import NativeKernelProcess
from tests.lean.kernel.documents import Writer

Make = Callable[[Writer], int]
HEARTBEATS = 200_000


def nothing(w: Writer) -> None:
    """Declare nothing."""


def false(w: Writer) -> int:
    return w.c("False")


def true(w: Writer) -> int:
    return w.c("True")


def intro(w: Writer) -> int:
    return w.c("True.intro")


def equal(w: Writer, type_: int, a: int, b: int) -> int:
    return w.app(w.c("Eq", w.number(1)), type_, a, b)


def refl(w: Writer, type_: int, a: int) -> int:
    return w.app(w.c("Eq.refl", w.number(1)), type_, a)


# -- what the format does not have -------------------------------------------------------------------------------------


def nested(w: Writer) -> None:
    """lean4#14576, #14577: arguments of a nested occurrence that nobody checks."""
    w.inductive("P", w.prop, ("mk", w.pi(w.c("Bool"), w.c("P"))))


def owner(w: Writer) -> None:
    """lean4#14807, proj-of-stuck-prop, proj-of-subst-prop, rec-of-subst-prop: a family whose sort is stuck."""
    w.inductive("Owner", w.pi(w.c("Bool"), w.prop), ("mk", w.pi(w.c("Bool"), w.app(w.c("Owner"), w.v(0)))))


def opaque_value(w: Writer) -> None:
    """lean4#14484, #14498: the value of an opaque constant."""
    w.declare("opaque", "bad", w.c("False"), w.c("True.intro"))


def free_variable(w: Writer) -> None:
    """lean4#14498, #14607: a free variable."""
    w.declare("theorem", "bad", w.c("False"), w.e("f", "_kernel_fresh.0"))


def metavariable(w: Writer) -> None:
    """lean4#14607: a metavariable."""
    w.declare("theorem", "bad", w.c("False"), w.e("m", "?x"))


def an_axiom(w: Writer) -> None:
    w.declare("axiom", "bad", w.c("False"))


def quotient(w: Writer) -> None:
    """lean4#14632: the quotient over names that are taken."""
    w.declare("quotient", "Quot", w.type)


def recursor(w: Writer) -> None:
    """rec-k-lie, nat-rec-k-lie, nat-rec-rules, rec-missing-ih, extra-rec, orphan-rec: a recursor of one's own."""
    w.declare("recursor", "Nat.rec", w.c("False"), k=True)


def twice(w: Writer) -> None:
    """lean4#14632: one block declares a name twice."""
    w.declare("theorem", "bad", w.c("True"), w.c("True.intro"))
    w.declare("theorem", "bad", w.c("False"), w.c("True.intro"))


def parameters_twice(w: Writer) -> None:
    w.declare("definition", "bad", w.prop, w.c("True"), levels=["u", "u"])


def loose(w: Writer) -> None:
    """lean4#8554: a variable whose number does not fit where it is kept."""
    w.declare("theorem", "bad", w.c("True"), w.lam(w.prop, w.v(2**20)))


def index_of_33_bits(w: Writer) -> None:
    """lean4#12746, #14632: the number of a field that is cut to 32 bits."""
    w.declare("theorem", "bad", w.c("True"), w.lam(w.c("True"), w.e("j", w.name("And"), 2**32, w.v(0))))


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (nested, "a proof may declare no inductive"),
        (owner, "a proof may declare no inductive"),
        (opaque_value, "a proof may declare no opaque"),
        (an_axiom, "a proof may declare no axiom"),
        (quotient, "declar"),
        (recursor, "kind"),
        (free_variable, "an expression of no known kind"),
        (metavariable, "an expression of no known kind"),
        (twice, "declared twice"),
        (parameters_twice, "declared twice"),
        (loose, "variable"),
        (index_of_33_bits, "projection"),
    ],
    ids=lambda given: given.__name__ if callable(given) else "",
)
def test_what_cannot_be_written(
    prepare: Callable[[Writer], None], says: str, core: NativeKernelProcess, embedded_kernel: EmbeddedKernel
) -> None:
    w, asked = Writer(), Writer()
    prepare(w)
    statement, candidate = asked.asks("t", false(asked)), w.proves(w.c("bad"))
    assert_both(core, embedded_kernel, statement, candidate, Reason.DOCUMENT, says)


# -- what kernels have to refuse ---------------------------------------------------------------------------------------


def other_structure(w: Writer) -> int:
    """lean4#14576, #14631, #14632: a projection that names another structure than its argument has."""
    pair = w.app(w.c("And"), w.c("True"), w.c("True"))
    return w.e("a", w.lam(pair, w.e("j", w.name("Prod"), 0, w.v(0))), w.app(w.c("And.intro"), true(w), true(w), intro(w), intro(w)))  # fmt: skip  # noqa: E501


def no_structure(w: Writer) -> int:
    """proj-non-structure"""
    return w.e("j", w.name("Or"), 0, w.app(w.c("Or.inl"), w.c("True"), w.c("False"), intro(w)))


def data_of_a_proposition(w: Writer) -> int:
    """lean4#14613, #14807, proj-of-imax-prop: data out of a proof."""
    some = w.app(w.c("Nonempty.intro", w.number(1)), w.c("Bool"), w.c("Bool.true"))
    return w.e("j", w.name("Nonempty"), 0, some)


def field_too_many(w: Writer) -> int:
    return w.e("j", w.name("And"), 2, w.app(w.c("And.intro"), true(w), true(w), intro(w), intro(w)))


def universes(w: Writer) -> int:
    """lean4#12817, constlevels: another number of universe arguments."""
    return w.app(w.c("Eq.refl"), w.c("Nat"), w.nat(1))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (no_structure, "no structure"),
        (data_of_a_proposition, "does not give away, being a proposition"),
        (field_too_many, "does not have"),
    ],
    ids=lambda given: given.__name__ if callable(given) else "",
)
def test_projections(value: Make, says: str, core: NativeKernelProcess, embedded_kernel: EmbeddedKernel) -> None:
    w, asked = Writer(), Writer()
    statement, candidate = asked.asks("t", false(asked)), w.proves(value(w))
    assert_both(core, embedded_kernel, statement, candidate, Reason.DOCUMENT, says)


def dead_let(w: Writer) -> int:
    """lean4#10475: a `let` that its body does not use, with a value of another type."""
    return w.e("e", w.name("x"), w.c("False"), w.c("True.intro"), w.c("True.intro"), 0)


def used_let(w: Writer) -> int:
    return w.e("e", w.name("x"), w.c("False"), w.c("True.intro"), w.v(0), 0)


def large_elimination(w: Writer) -> int:
    """large-elim-prop-bool, large-elim-param: a proof of `or` decides between data."""
    p, q = w.c("True"), w.c("True")
    motive = w.lam(w.app(w.c("Or"), p, q), w.c("Bool"))
    return w.app(w.c("Or.rec", w.number(1)), p, q, motive, w.lam(p, w.c("Bool.true")), w.lam(q, w.c("Bool.false")))


@pytest.mark.parametrize(
    "value",
    [other_structure, universes, used_let, dead_let, large_elimination],
    ids=lambda value: value.__name__,
)
def test_terms_without_a_type(value: Make, core: NativeKernelProcess, embedded_kernel: EmbeddedKernel) -> None:
    for asks in (false, true):
        w, asked = Writer(), Writer()
        assert_both(core, embedded_kernel, asked.asks("t", asks(asked)), w.proves(value(w)))


def down(w: Writer, level: int, levels: list[str]) -> None:
    """Declare the identity as a function from `Sort (level + 1)` to `Sort level`."""
    above = w.sort(w.level("S", level))
    w.declare("definition", "down", w.pi(above, w.sort(level)), w.lam(above, w.v(0)), levels=levels)


def leq(w: Writer) -> None:
    """level-imax-leq: is `imax u v + 1` at most `imax u v`?"""
    down(w, w.level("I", w.param("u"), w.param("v")), ["u", "v"])


def normal(w: Writer) -> None:
    """level-imax-normalization: is `imax 0 v + 1` equal to `imax 0 v`?"""
    down(w, w.level("I", 0, w.param("v")), ["v"])


def itself(w: Writer) -> None:
    """definition-self-reference"""
    w.declare("definition", "loop", w.c("False"), w.c("loop"))


@pytest.mark.parametrize("prepare", [leq, normal, itself], ids=lambda prepare: prepare.__name__)
def test_declarations(
    prepare: Callable[[Writer], None], core: NativeKernelProcess, embedded_kernel: EmbeddedKernel
) -> None:
    w, asked = Writer(), Writer()
    prepare(w)
    assert_both(core, embedded_kernel, asked.asks("t", true(asked)), w.proves(intro(w)))


def decided_by_a_variable(w: Writer) -> tuple[int, Make]:
    """rec-k-lie, nat-rec-k-lie: `∀ n, (Nat.rec True (fun _ _ => False) n)`, if a variable were zero."""
    step = w.lam(w.c("Nat"), w.lam(w.prop, w.c("False")))
    type_ = w.app(w.c("Nat.rec", w.number(1)), w.lam(w.c("Nat"), w.prop), w.c("True"), step, w.v(0))
    return w.pi(w.c("Nat"), type_), lambda w: w.lam(w.c("Nat"), intro(w))


def power_of_a_variable(w: Writer) -> tuple[int, Make]:
    """lean4#8060: `∀ n, n ^ 2 = 0`, if what is no literal were read as one."""
    power = w.app(w.c("Nat.pow"), w.v(0), w.nat(2))
    return w.pi(w.c("Nat"), equal(w, w.c("Nat"), power, w.nat(0))), lambda w: w.lam(
        w.c("Nat"), refl(w, w.c("Nat"), w.nat(0))
    )


def equation_without_reason(w: Writer) -> tuple[int, Make]:
    """k-rec-conv: `∀ h : 0 = 1, (h ▸ 5) = 5`, if a proof of an equation were always `rfl`."""
    nat, one = w.c("Nat"), w.number(1)
    motive = w.lam(nat, w.lam(equal(w, nat, w.nat(0), w.v(0)), nat))
    moved = w.app(w.c("Eq.rec", one, one), nat, w.nat(0), motive, w.nat(5), w.nat(1), w.v(0))
    type_ = w.pi(equal(w, nat, w.nat(0), w.nat(1)), equal(w, nat, moved, w.nat(5)))
    return type_, lambda w: w.lam(equal(w, w.c("Nat"), w.nat(0), w.nat(1)), refl(w, w.c("Nat"), w.nat(5)))


def literals(w: Writer) -> tuple[int, Make]:
    """`2^64 = 0` and its like, if a number were cut."""
    nat = w.c("Nat")
    return equal(w, nat, w.nat(2**64), w.nat(0)), lambda w: refl(w, w.c("Nat"), w.nat(0))


@pytest.mark.parametrize(
    "case",
    [decided_by_a_variable, power_of_a_variable, equation_without_reason, literals],
    ids=lambda case: case.__name__,
)
def test_equations(
    case: Callable[[Writer], tuple[int, Make]], core: NativeKernelProcess, embedded_kernel: EmbeddedKernel
) -> None:
    w, asked = Writer(), Writer()
    type_, value = case(asked)
    assert_both(core, embedded_kernel, asked.asks("t", type_), w.proves(value(w)), Reason.KERNEL)


def assert_both(
    core: NativeKernelProcess,
    embedded_kernel: EmbeddedKernel,
    statement: bytes,
    candidate: bytes,
    reason: Reason | None = None,
    says: str = "",
) -> None:
    for answer in (
        core.ask(statement, candidate),
        embedded_kernel.ask(context("core"), statement, candidate, HEARTBEATS),
    ):
        assert not answer.accepted and answer.reason in (Reason.KERNEL, Reason.DOCUMENT), answer
        assert reason in (None, answer.reason) and says in answer.message, answer
