"""The slimmed glue: what goes, what stays, and that an unknown glue is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prover.errors import SetupError
from prover.lean.embedded.glue import slim
from tests.lean.fake_package import COMPILED, glue


def test_second_names_of_compiled_functions_go() -> None:
    slimmed = slim(glue())
    assert not any(name in slimmed for name in COMPILED)
    assert len(slimmed) < len(glue()) / 20


def test_names_that_the_glue_uses_stay() -> None:
    slimmed = slim(glue())
    assert '_malloc=Module["_malloc"]=wasmExports["malloc"];' in slimmed
    assert "var _main,_malloc,__ZTVN4lean9exceptionE,wasmTable;" in slimmed


def test_dlsym_is_cached_and_exports_are_exposed() -> None:
    slimmed = slim(glue())
    assert "indexOf(symbol)" not in slimmed
    assert 'Module["wasmExports"]=wasmExports;Module["wasmMemory"]=wasmMemory;' in slimmed
    assert 'var pthreadPoolSize=Module["pthreadPoolSize"]??0;' in slimmed


def test_is_deterministic() -> None:
    assert slim(glue()) == slim(glue())


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text.replace("var pthreadPoolSize=4", "var pthreadPoolSize=8"),
        lambda text: text + "function assignWasmExports(wasmExports){",
        lambda text: text.replace("indexOf(symbol)", "findIndex(k=>k==symbol)"),
        lambda text: text.replace("Object.keys(symDict)[symbolIndex]", "names[symbolIndex]"),
        lambda text: text.replace("=Module[", "=Modul["),
        lambda text: text + "var again=_l_Lean_f7;",
        lambda text: text.replace("_l_Lean_f500,", "_l_Lean_f500;var "),
    ],
)
def test_refuses_a_glue_that_it_does_not_know(change: Callable[[str], str]) -> None:
    with pytest.raises(SetupError, match=r"lean\.js is not the one"):
        slim(change(glue()))
