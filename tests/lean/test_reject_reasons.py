"""Verdicts are drawn from facts: every fact that speaks against a proof is found, whatever else is reported."""

from __future__ import annotations

import pytest

from prover.lean import allowed
from prover.lean.embedded import wire
from prover.lean.embedded.kernel import judged
from prover.lean.embedded.reject_reasons import reject_reason
from prover.lean.embedded.trust import STANDARD_AXIOMS, TRUSTED_OPAQUES, axioms, is_trusted, never_trusted
from prover.lean.kernel.answer import KernelReason
from prover.lean.kernel.client import KernelAnswer
from prover.types import RejectReason

GOOD = wire.Facts(id=1, heap=0, status="judged", commands=1)
RULING = wire.Ruling(id=1, heap=0, nonce="n", accepted=True)


def _bodiless(name: str, proposition: bool, safe: bool = True) -> wire.Bodiless:
    return wire.Bodiless(name=name, kind="axiom", safe=safe, proposition=proposition)


def _foreign(kind: str, safe: bool = True) -> wire.Foreign:
    return wire.Foreign(name="x", kind=kind, safe=safe)


def _error(text: str) -> wire.Message:
    return wire.Message(severity="error", line=1, column=0, text=text)


def test_nothing_to_find() -> None:
    assert reject_reason(GOOD) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"refused": wire.Refusal(stage="syntax", what="x", at=_error("x"))}, RejectReason.SYNTAX),
        ({"refused": wire.Refusal(stage="command", what="Lean.Parser.Command.axiom")}, RejectReason.FORBIDDEN),
        ({"refused": wire.Refusal(stage="syntax-kind", what="Lean.Parser.Term.sorry")}, RejectReason.INCOMPLETE),
        ({"refused": wire.Refusal(stage="name", what="_root_.sorryAx")}, RejectReason.INCOMPLETE),
        ({"refused": wire.Refusal(stage="configuration", what="native")}, RejectReason.FORBIDDEN),
        ({"messages": (_error("unsolved goals"),)}, RejectReason.INCOMPLETE),
        ({"messages": (_error("Type mismatch"),)}, RejectReason.ELABORATION),
        ({"messages": (_error("(deterministic) timeout at `whnf`"),)}, RejectReason.LIMIT),
        ({"messages": (_error("(kernel) deterministic timeout"),)}, RejectReason.LIMIT),
        ({"messages": (_error("maximum recursion depth has been reached"),)}, RejectReason.LIMIT),
        ({"difference": "t states something else"}, RejectReason.CHANGED),
        *(
            ({"foreign": (_foreign(kind),)}, RejectReason.AXIOMS)
            for kind in ("axiom", "opaque", "quot", "inductive", "recursor")
        ),
        ({"foreign": (_foreign("def", safe=False),)}, RejectReason.AXIOMS),
    ],
)
def test_each_fact_is_found(change: dict[str, object], reason: RejectReason) -> None:
    found = reject_reason(GOOD.model_copy(update=change))
    assert found is not None and found[0] is reason and found[1]


def test_warnings_are_no_errors() -> None:
    warning = wire.Message(severity="warning", line=1, column=0, text="unused variable")
    assert reject_reason(GOOD.model_copy(update={"messages": (warning,)})) is None


def _judged(**change: object) -> KernelAnswer:
    return judged(RULING.model_copy(update=change))


def test_what_the_kernel_accepts_is_accepted_if_its_foundations_are_trusted() -> None:
    harmless = (_bodiless("Nat.add_comm", True), _bodiless("propext", True), _bodiless("Nat.gcd", False))
    assert _judged(bodiless=harmless).accepted
    for name, proposition, safe in (
        ("sorryAx", False, True),
        ("Lean.ofReduceBool", True, True),
        ("Some.hiddenDefinition", False, True),
        ("Nat.add_comm", True, False),
    ):
        found = _judged(bodiless=(*harmless, _bodiless(name, proposition, safe)))
        assert (found.accepted, found.reason) == (False, KernelReason.AXIOMS) and name in found.message
    found = _judged(unsound=(("cheat", "axiom"),))
    assert (found.accepted, found.reason) == (False, KernelReason.AXIOMS) and "cheat" in found.message


def test_statement_may_use_hidden_definitions() -> None:
    hidden = (_bodiless("String.toUpper", False),)
    assert not _judged(bodiless=hidden).accepted
    assert _judged(bodiless=hidden, stated=("String.toUpper",)).accepted


@pytest.mark.parametrize(
    "name",
    ["sorryAx", "Lean.ofReduceBool", "Lean.reduceBool", "Lean.trustCompiler", "lcProof", "lcUnreachable", "Quot.lcInv"],
)
def test_never_trusted_not_even_in_a_statement(name: str) -> None:
    assert never_trusted(name)
    assert not is_trusted(_bodiless(name, True), frozenset({name}))


def test_names_like_those_of_the_compiler_are_not_taken_for_them() -> None:
    assert not any(map(never_trusted, ["lcm", "Nat.lcm", "lcm_comm", "Int.lcm", "Foo.lcProof.x"]))
    assert not any(map(never_trusted, TRUSTED_OPAQUES | set(STANDARD_AXIOMS)))


def test_axioms_of_library_theorems_are_assumed() -> None:
    assert axioms(RULING) == ()
    assert axioms(RULING.model_copy(update={"axioms": ("Quot.sound",)})) == ("Quot.sound",)
    assert axioms(RULING.model_copy(update={"bodiless": (_bodiless("Nat.add_comm", True),)})) == STANDARD_AXIOMS


def test_allow_lists_hold_no_duplicates_and_nothing_known_to_be_dangerous() -> None:
    for names in (allowed.KINDS, allowed.OPTIONS, allowed.ATTRIBUTES, allowed.CONFIGURATION_NAMES):
        assert len(set(names)) == len(names)
    words = """sorry admit stop runtac native byelab runelab runmeta includestr unsafe bvdecide quotseq term.quot
        command.eval initialize axiom opaque command.instance macro syntax elab_rules sleep dbgtrace inductive
        structure variable import attribute"""
    dangerous = words.split()
    harmless = {"inductiveFixpoint", "coinductiveFixpoint", "attributes", "funInduction", "inductionAlt"}
    for kind in allowed.KINDS:
        last = kind.rpartition(".")[2]
        assert last in harmless or not any(word in kind.lower() for word in dangerous), kind
    assert "native" not in allowed.CONFIGURATION_NAMES
    assert not any(option.startswith(("debug", "compiler", "bootstrap")) for option in allowed.OPTIONS)
    assert not {"instance", "implemented_by", "extern", "csimp", "export", "init", "macro"} & set(allowed.ATTRIBUTES)
