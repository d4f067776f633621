"""The whole decision: theorems, and each reason for which a proof is refused. The library is one written by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from prover.lean.kernel.answer import KernelReason as Reason
from prover.lean.kernel.client import KernelAnswer, NativeKernelProcess
from tests.lean.kernel.documents import Writer

Make = Callable[[Writer], int]


def statement(make: Make, levels: tuple[str, ...] = (), prepare: Callable[[Writer], None] = lambda w: None) -> bytes:
    w = Writer()
    prepare(w)
    return w.asks("t", make(w), levels)


def proof(make: Make, levels: tuple[str, ...] = (), prepare: Callable[[Writer], None] = lambda w: None) -> bytes:
    w = Writer()
    prepare(w)
    return w.proves(make(w), levels=levels)


def identity(w: Writer) -> int:
    """`∀ p : Prop, p → p`"""
    return w.pi(w.prop, w.pi(w.v(0), w.v(1)))


def identity_proof(w: Writer) -> int:
    return w.lam(w.prop, w.lam(w.v(0), w.v(0)))


def falsehood(w: Writer) -> int:
    return w.c("False")


def equal(w: Writer, a: int, b: int) -> int:
    return w.app(w.c("Eq", w.number(1)), w.c("Nat"), a, b)


def refl(w: Writer, a: int) -> int:
    return w.app(w.c("Eq.refl", w.number(1)), w.c("Nat"), a)


def assert_refused(answer: KernelAnswer, reason: Reason, says: str) -> None:
    assert (answer.accepted, answer.reason) == (False, reason) and says in answer.message, answer


def test_a_true_theorem(small: NativeKernelProcess) -> None:
    answer = small.ask(statement(identity), proof(identity_proof))
    assert answer.accepted and answer.axioms == () and answer.theorems == () and answer.kernel == "native 4.35.0"


def test_a_proof_of_something_else(small: NativeKernelProcess) -> None:
    answer = small.ask(statement(lambda w: w.pi(w.prop, w.v(0))), proof(identity_proof))
    assert_refused(answer, Reason.KERNEL, "the kernel refuses t: the value has another type")


def test_what_the_candidate_says_of_its_type_means_nothing(small: NativeKernelProcess) -> None:
    w = Writer()
    lying = w.proves(w.c("True.intro"), type_=falsehood(w), name="somebody.else")
    assert small.ask(statement(lambda w: w.c("True")), lying).accepted
    assert_refused(small.ask(statement(falsehood), lying), Reason.KERNEL, "refuses t")


@pytest.mark.parametrize(("a", "b", "true"), [(4, 4, True), (4, 5, False)], ids=["2 + 2 = 4", "2 + 2 = 5"])
def test_arithmetic_on_literals(small: NativeKernelProcess, a: int, b: int, true: bool) -> None:
    asked = statement(lambda w: equal(w, w.app(w.c("Nat.add"), w.nat(2), w.nat(2)), w.nat(b)))
    assert small.ask(asked, proof(lambda w: refl(w, w.nat(a)))).accepted is true


def test_large_literals(small: NativeKernelProcess) -> None:
    large, double, wrong = "1" + 50_000 * "0", "2" + 50_000 * "0", "2" + 49_999 * "0" + "1"

    def sum_is(total: str) -> bytes:
        return statement(lambda w: equal(w, w.app(w.c("Nat.add"), w.nat(large), w.nat(large)), w.nat(total)))

    by_refl = proof(lambda w: refl(w, w.nat(double)))
    assert small.ask(sum_is(double), by_refl).accepted
    assert_refused(small.ask(sum_is(wrong), by_refl), Reason.KERNEL, "refuses t")


def test_a_numeral_is_a_constructor(small: NativeKernelProcess) -> None:
    asked = statement(lambda w: equal(w, w.app(w.c("Nat.succ"), w.nat(2)), w.nat(3)))
    assert small.ask(asked, proof(lambda w: refl(w, w.nat(3)))).accepted


def test_own_lemmas_shadow_nothing(small: NativeKernelProcess) -> None:
    """A lemma called `False` is another constant than the library's, which the statement means."""

    def prepare(w: Writer) -> None:
        w.declare("definition", "False", w.prop, w.c("True"))
        w.declare("theorem", "helper", w.c("False"), w.c("True.intro"))

    answer = small.ask(statement(falsehood), proof(lambda w: w.c("helper"), prepare=prepare))
    assert_refused(answer, Reason.KERNEL, "refuses t")
    assert small.ask(statement(lambda w: w.c("True")), proof(lambda w: w.c("helper"), prepare=prepare)).accepted


def test_a_definition_of_the_statement_is_not_the_candidates(small: NativeKernelProcess) -> None:
    asked = statement(lambda w: w.c("P"), prepare=lambda w: w.declare("definition", "P", w.prop, w.c("False")))
    own = proof(lambda w: w.c("True.intro"), prepare=lambda w: w.declare("definition", "P", w.prop, w.c("True")))
    assert_refused(small.ask(asked, own), Reason.KERNEL, "refuses t")


def test_a_false_lemma(small: NativeKernelProcess) -> None:
    def prepare(w: Writer) -> None:
        w.declare("theorem", "bad", w.c("False"), w.c("True.intro"))

    answer = small.ask(statement(lambda w: w.c("True")), proof(lambda w: w.c("True.intro"), prepare=prepare))
    assert_refused(answer, Reason.KERNEL, "the kernel refuses bad")


def test_no_lemma_rests_on_a_later_one_or_on_itself(small: NativeKernelProcess) -> None:
    def itself(w: Writer) -> None:
        w.declare("theorem", "loop", w.c("False"), w.c("loop"))

    def later(w: Writer) -> None:
        w.declare("theorem", "first", w.c("False"), w.c("second"))
        w.declare("theorem", "second", w.c("False"), w.c("first"))

    for prepare, name in ((itself, "loop"), (later, "second")):
        answer = small.ask(statement(falsehood), proof(lambda w: w.c("False.elim"), prepare=prepare))
        assert_refused(answer, Reason.DOCUMENT, f"{name} is used before it is declared")


def test_the_target_is_no_premise(small: NativeKernelProcess) -> None:
    answer = small.ask(statement(falsehood), proof(lambda w: w.c("t")))
    assert_refused(answer, Reason.DOCUMENT, "there is no constant t")


def test_constants_are_there_with_as_many_universes(small: NativeKernelProcess) -> None:
    answer = small.ask(statement(falsehood), proof(lambda w: w.c("magic")))
    assert_refused(answer, Reason.DOCUMENT, "there is no constant magic")
    answer = small.ask(statement(lambda w: w.c("True")), proof(lambda w: w.c("True.intro", 0)))
    assert_refused(answer, Reason.DOCUMENT, "has 0 universe parameters, not 1")
    answer = small.ask(statement(lambda w: w.c("True")), proof(lambda w: w.c("Eq.refl")))
    assert_refused(answer, Reason.DOCUMENT, "has 1 universe parameters, not 0")
    answer = small.ask(statement(lambda w: w.c("True")), proof(lambda w: w.c("True.rec_9")))
    assert_refused(answer, Reason.KERNEL, "unknown constant")


def polymorphic(w: Writer, name: str) -> int:
    """`∀ (α : Sort name) (a : α), a = a`"""
    u = w.param(name)
    return w.pi(w.sort(u), w.pi(w.v(0), w.app(w.c("Eq", u), w.v(1), w.v(0), w.v(0))))


def polymorphic_proof(w: Writer, name: str) -> int:
    u = w.param(name)
    return w.lam(w.sort(u), w.lam(w.v(0), w.app(w.c("Eq.refl", u), w.v(1), w.v(0))))


def test_universe_parameters_are_matched_by_position(small: NativeKernelProcess) -> None:
    asked = statement(lambda w: polymorphic(w, "u"), ("u",))
    assert small.ask(asked, proof(lambda w: polymorphic_proof(w, "u"), ("u",))).accepted
    assert small.ask(asked, proof(lambda w: polymorphic_proof(w, "other"), ("other",))).accepted
    answer = small.ask(asked, proof(lambda w: polymorphic_proof(w, "u"), ("u", "v")))
    assert_refused(answer, Reason.DOCUMENT, "another number of universe parameters")
    two = statement(lambda w: polymorphic(w, "u"), ("u", "v"))
    assert small.ask(two, proof(lambda w: polymorphic_proof(w, "v"), ("v", "u"))).accepted
    assert_refused(small.ask(two, proof(lambda w: polymorphic_proof(w, "v"), ("u", "v"))), Reason.KERNEL, "refuses t")


def test_a_lemma_keeps_its_own_universes(small: NativeKernelProcess) -> None:
    def prepare(w: Writer) -> None:
        w.declare("theorem", "lemma", polymorphic(w, "v"), polymorphic_proof(w, "v"), levels=["v"])

    asked = statement(lambda w: polymorphic(w, "u"), ("u",))
    assert small.ask(asked, proof(lambda w: w.c("lemma", w.param("v")), ("v",), prepare)).accepted
    assert small.ask(asked, proof(lambda w: w.c("lemma", w.param("u")), ("u",), prepare)).accepted


# -- what a projection may take ----------------------------------------------------------------------------------------


def conjunction(w: Writer) -> int:
    """`∀ p q : Prop, And p q → p`"""
    return w.pi(w.prop, w.pi(w.prop, w.pi(w.app(w.c("And"), w.v(1), w.v(0)), w.v(2))))


def projection(w: Writer, name: str, field: int) -> int:
    return w.lam(w.prop, w.lam(w.prop, w.lam(w.app(w.c("And"), w.v(1), w.v(0)), w.e("j", w.name(name), field, w.v(0)))))


def test_a_proof_may_be_projected(small: NativeKernelProcess) -> None:
    assert small.ask(statement(conjunction), proof(lambda w: projection(w, "And", 0))).accepted
    assert_refused(
        small.ask(statement(conjunction), proof(lambda w: projection(w, "And", 1))), Reason.KERNEL, "refuses t"
    )


@pytest.mark.parametrize(
    ("name", "field", "says"),
    [
        ("And", 2, "does not have"),
        ("And", 4000, "does not have"),
        ("Or", 0, "is no structure"),
        ("Nat", 0, "is no structure"),
        ("And.intro", 0, "is no structure"),
        ("And.rec", 0, "is no structure"),
        ("Nat.add", 0, "is no structure"),
        ("nothing", 0, "there is no constant"),
    ],
)
def test_no_other_projection(small: NativeKernelProcess, name: str, field: int, says: str) -> None:
    answer = small.ask(statement(conjunction), proof(lambda w: projection(w, name, field)))
    assert_refused(answer, Reason.DOCUMENT, says)


def test_a_projection_of_another_structure(small: NativeKernelProcess) -> None:
    """The kernel of 4.28 took a projection that names another structure than its argument has (lean4#14576)."""
    answer = small.ask(statement(conjunction), proof(lambda w: projection(w, "Pair", 0)))
    assert_refused(answer, Reason.KERNEL, "invalid projection")


def test_no_data_out_of_a_proposition(small: NativeKernelProcess) -> None:
    def take(w: Writer, field: int) -> int:
        some = w.app(w.c("Some"), w.lam(w.c("Nat"), w.c("True")))
        return w.lam(some, w.e("j", w.name("Some"), field, w.v(0)))

    asked = statement(lambda w: w.pi(w.app(w.c("Some"), w.lam(w.c("Nat"), w.c("True"))), w.c("True")))
    assert_refused(
        small.ask(asked, proof(lambda w: take(w, 0))), Reason.DOCUMENT, "does not give away, being a proposition"
    )
    assert_refused(small.ask(asked, proof(lambda w: take(w, 1))), Reason.KERNEL, "invalid projection")


def test_structures_of_the_statement(small: NativeKernelProcess) -> None:
    def prepare(w: Writer) -> None:
        w.inductive("Box", w.type, ("mk", w.pi(w.c("Nat"), w.c("Box"))))
        w.inductive("Held", w.prop, ("mk", w.pi(w.c("Nat"), w.c("Held"))))

    def asks(w: Writer) -> int:
        """`∀ b : Box, b.0 = b.0`"""
        field = w.e("j", w.name("Box"), 0, w.v(0))
        return w.pi(w.c("Box"), equal(w, field, field))

    def field(w: Writer, name: str, i: int) -> int:
        return w.lam(w.c(name), refl(w, w.e("j", w.name(name), i, w.v(0))))

    asked = statement(asks, prepare=prepare)
    assert small.ask(asked, proof(lambda w: field(w, "Box", 0))).accepted
    assert_refused(small.ask(asked, proof(lambda w: field(w, "Box", 1))), Reason.DOCUMENT, "does not have")
    assert_refused(small.ask(asked, proof(lambda w: field(w, "Held", 0))), Reason.DOCUMENT, "does not give away")


def test_no_structure_of_the_candidate(small: NativeKernelProcess) -> None:
    own = proof(
        lambda w: w.lam(w.prop, w.e("j", w.name("P"), 0, w.v(0))),
        prepare=lambda w: w.declare("definition", "P", w.prop, w.c("True")),
    )
    assert_refused(small.ask(statement(identity), own), Reason.DOCUMENT, "P, which is no structure")


# -- what a proof may rest on ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sorryAx", "hidden"])
def test_sorry_directly_and_through_a_definition(small: NativeKernelProcess, name: str) -> None:
    answer = small.ask(statement(falsehood), proof(lambda w: w.app(w.c(name), w.c("False"))))
    assert_refused(answer, Reason.AXIOMS, f"the proof rests on {name}, which is not trusted")


@pytest.mark.parametrize(
    "parts",
    [["Lean", "reduceBool"], ["Lean.reduceBool"], ["Lean", "ofReduceNat"], ["lcProof"], ["Quot", "lcInv"]],
    ids=str,
)
def test_compiler_constants_by_any_spelling(small: NativeKernelProcess, parts: list[str]) -> None:
    def spelled(w: Writer) -> int:
        at = 0
        for part in parts:
            w.names.append([at, part])
            at = len(w.names)
        return at

    asked = statement(lambda w: w.c("True"))
    w = Writer()
    used = w.proves(w.lam(w.e("c", spelled(w), []), w.c("True.intro")))
    assert_refused(small.ask(asked, used), Reason.AXIOMS, "which is not trusted")
    w = Writer()
    name, true = spelled(w), w.c("True")
    w.declarations.append({"kind": "theorem", "name": name, "levels": [], "type": true, "value": w.c("True.intro")})
    assert_refused(small.ask(asked, w.proves(w.e("c", name, []))), Reason.AXIOMS, "may not be declared")


def test_axioms_are_reported(small: NativeKernelProcess) -> None:
    def prepare(w: Writer) -> None:
        w.declare("definition", "uses", w.prop, w.c("True"))

    asked = statement(
        lambda w: w.pi(
            w.prop,
            w.pi(
                w.prop,
                w.pi(
                    w.pi(w.v(1), w.v(1)),
                    w.pi(w.pi(w.v(1), w.v(3)), w.app(w.c("Eq", w.number(1)), w.prop, w.v(3), w.v(2))),
                ),
            ),
        )
    )
    answer = small.ask(asked, proof(lambda w: w.c("propext"), prepare=prepare))
    assert answer.accepted and answer.axioms == ("propext",) and answer.theorems == ()
    asked = statement(lambda w: equal(w, w.nat(1), w.nat(1)))
    answer = small.ask(asked, proof(lambda w: w.c("one_eq_one")))
    assert answer.axioms == ("propext", "Classical.choice", "Quot.sound") and answer.theorems == ("one_eq_one",)
    answer = small.ask(asked, proof(lambda w: w.c("one_eq_one'")))
    assert answer.accepted and answer.axioms == () and answer.theorems == ("one_eq_one'",)


def test_constants_without_a_body(small: NativeKernelProcess) -> None:
    def rests(w: Writer, constant: int) -> int:
        return w.e("e", w.name("n"), w.c("Nat"), constant, w.c("True.intro"), 0)

    asked = statement(lambda w: w.c("True"))
    answer = small.ask(asked, proof(lambda w: rests(w, w.c("oracle"))))
    assert_refused(answer, Reason.AXIOMS, "the proof rests on oracle, which is not trusted")
    assert small.ask(asked, proof(lambda w: rests(w, w.app(w.c("Nat.gcd"), w.nat(1), w.nat(2))))).accepted
    assert small.ask(asked, proof(lambda w: rests(w, w.c("wrapped")))).accepted  # a body that the kernel unfolds
    about = statement(lambda w: equal(w, w.c("wrapped"), w.c("wrapped")))
    assert small.ask(about, proof(lambda w: refl(w, w.c("oracle")))).accepted  # the statement itself rests on it


def test_axioms_of_a_header_count_where_they_are_used(small: NativeKernelProcess) -> None:
    def prepare(w: Writer) -> None:
        w.declare("axiom", "cheat", w.c("False"))
        w.declare("theorem", "cheated", w.c("False"), w.c("cheat"))

    asked = statement(falsehood, prepare=prepare)
    for name in ("cheat", "cheated"):
        answer = small.ask(asked, proof(partial(Writer.c, name=name)))
        assert_refused(answer, Reason.AXIOMS, "cheat is neither a theorem nor a safe definition (axiom)")
    assert small.ask(statement(lambda w: w.c("True"), prepare=prepare), proof(lambda w: w.c("True.intro"))).accepted


def test_a_header_may_help(small: NativeKernelProcess) -> None:
    def prepare(w: Writer) -> None:
        w.inductive("Color", w.type, ("red", w.c("Color")), ("green", w.c("Color")))
        w.declare("theorem", "given", w.c("True"), w.c("True.intro"))

    assert small.ask(statement(lambda w: w.c("True"), prepare=prepare), proof(lambda w: w.c("given"))).accepted
    same = lambda w: w.app(w.c("Eq", w.number(1)), w.c("Color"), w.c("Color.red"), w.c("Color.red"))  # noqa: E731
    value = lambda w: w.app(w.c("Eq.refl", w.number(1)), w.c("Color"), w.c("Color.red"))  # noqa: E731
    other = lambda w: w.app(w.c("Eq.refl", w.number(1)), w.c("Color"), w.c("Color.green"))  # noqa: E731
    assert small.ask(statement(same, prepare=prepare), proof(value)).accepted
    assert_refused(small.ask(statement(same, prepare=prepare), proof(other)), Reason.KERNEL, "refuses t")


# -- what a statement may be -------------------------------------------------------------------------------------------


def test_a_statement_is_a_proposition(small: NativeKernelProcess) -> None:
    answer = small.ask(statement(lambda w: w.c("Nat")), proof(lambda w: w.nat(1)))
    assert_refused(answer, Reason.STATEMENT, "the kernel refuses t")
    answer = small.ask(statement(lambda w: w.app(w.c("True"), w.prop)), proof(lambda w: w.nat(1)))
    assert_refused(answer, Reason.STATEMENT, "a function is expected")


@pytest.mark.parametrize(
    ("name", "reason", "says"),
    [
        ("Nat.add", Reason.STATEMENT, "which the library has"),
        ("Nat.rec", Reason.STATEMENT, "a name that is taken"),
        ("_proofsmith.#0", Reason.STATEMENT, "a name that is taken"),
        ("Nat.pow", Reason.UNSUPPORTED, "which the kernel knows by name"),
        ("sorryAx", Reason.STATEMENT, "which the library has"),
        ("Lean.ofReduceBool", Reason.AXIOMS, "may not be declared"),
    ],
)
def test_a_statement_declares_nothing_that_is_there(
    small: NativeKernelProcess, name: str, reason: Reason, says: str
) -> None:
    asked = statement(lambda w: w.c("True"), prepare=lambda w: w.declare("definition", name, w.prop, w.c("True")))
    assert_refused(small.ask(asked, proof(lambda w: w.c("True.intro"))), reason, says)


def test_faults_of_a_statement_are_no_verdict_on_the_proof(small: NativeKernelProcess) -> None:
    good = proof(lambda w: w.c("True.intro"))
    assert_refused(small.ask(b"{}", good), Reason.STATEMENT, "the statement is refused")
    assert_refused(small.ask(statement(lambda w: w.c("True")), b"{}"), Reason.DOCUMENT, "the candidate is refused")
    asked = statement(lambda w: w.c("bad"), prepare=lambda w: w.declare("definition", "bad", w.prop, w.c("True.intro")))
    assert_refused(small.ask(asked, good), Reason.STATEMENT, "the kernel refuses bad of the statement")


def test_text_literals_need_what_they_are_made_of(small: NativeKernelProcess) -> None:
    answer = small.ask(statement(lambda w: w.c("True")), proof(lambda w: w.e("t", "abc")))
    assert_refused(answer, Reason.UNSUPPORTED, "the library lacks what literals are made of")
