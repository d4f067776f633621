"""Constants that no proof may rest on are found through the bodies of imported definitions, by both kernels.

The pinned library has no such definition (the last test), so one is compiled here. The native kernel has its own test
over a library written by hand, `tests/lean/kernel/test_decide.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from prover.lean.embedded import wire
from prover.lean.embedded.install import Installation
from prover.lean.embedded.kernel import load_request
from prover.lean.embedded.process import KERNEL, LeanProcess
from prover.lean.embedded.trust import NEVER
from prover.lean.kernel.index import TAINTED
from prover.lean.kernel.libraries import LibraryFile
from prover.lean.kernel.library import Library
from tests.lean.kernel.documents import Writer

SOURCE = """\
@[expose] public noncomputable section
set_option compiler.extract_closed false
def hidden (p : Prop) : p := sorryAx p true
def behind (p : Prop) : p := hidden p
def asks (b : Bool) : Bool := Lean.reduceBool b
def honest (b : Bool) : Bool := !b
end
"""
MODULE = "Tainted"


@pytest.fixture(scope="module")
def process(lean: Installation) -> Iterator[LeanProcess]:
    """A kernel process that imports a library with such definitions."""
    with LeanProcess(lean) as compiler:
        request = wire.Compile(imports=("Init",), source=SOURCE, module=MODULE, heartbeats=200_000)
        made = compiler.ask(request, wire.Compiled, 300)
    with LeanProcess(lean, KERNEL) as kernel:
        kernel.ask(load_request("tainted", ("Init", MODULE), "", made.files), wire.Loaded, 300)
        yield kernel


def ruling(process: LeanProcess, type_: Callable[[Writer], int], value: Callable[[Writer], int]) -> wire.Ruling:
    asked, w = Writer(), Writer()
    statement, candidate = asked.asks("t", type_(asked)), w.proves(value(w))
    request = wire.KernelJudge(
        statement=statement.decode(), candidate=candidate.decode(), nonce="0", heartbeats=200_000
    )
    return process.ask(request, wire.Ruling, 300)


@pytest.mark.parametrize("name", ["sorryAx", "hidden", "behind"])
def test_sorry(process: LeanProcess, name: str) -> None:

    def rests(w: Writer) -> int:
        more = (w.c("Bool.true"),) if name == "sorryAx" else ()
        return w.app(w.c(name), w.c("False"), *more)

    found = ruling(process, lambda w: w.c("False"), rests)
    assert (found.accepted, found.reason) == (False, "axioms") and f"rests on {name}," in found.message


def equation(w: Writer, name: str) -> int:
    return w.app(w.c("Eq", w.number(1)), w.c("Bool"), w.app(w.c(name), w.c("Bool.true")), w.c("Bool.false"))


def test_compiled_code(process: LeanProcess) -> None:
    by_refl = lambda w: w.app(w.c("Eq.refl", w.number(1)), w.c("Bool"), w.c("Bool.false"))  # noqa: E731
    assert ruling(process, lambda w: equation(w, "honest"), by_refl).accepted
    found = ruling(process, lambda w: equation(w, "asks"), by_refl)
    assert (found.accepted, found.reason) == (False, "axioms") and "rests on asks," in found.message


def test_the_pinned_library_has_no_such_definition(core_library: LibraryFile) -> None:
    library = Library(core_library.path.read_bytes())
    found = (library.declaration(number) for number in range(library.count))
    assert {library.shown(one.name) for one in found if one.flags & TAINTED} == NEVER
