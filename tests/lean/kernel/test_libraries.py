"""The libraries that the native kernel is given: pinned, the same whenever they are made, and right."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from prover.errors import LeanError, SetupError
from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.export.document import Role
from prover.lean.export.reading import read
from prover.lean.kernel import index, libraries, names
from prover.lean.kernel.index import build
from prover.lean.kernel.libraries import LibraryFile
from prover.lean.kernel.library import Library
from tests.lean.kernel import documents
from tests.lean.kernel.documents import Writer


@pytest.mark.parametrize("name", libraries.PINNED)
def test_the_pins_are_those_of_the_contexts(name: str) -> None:
    """Whoever changes the prelude pins its library again: `python -m prover.lean.kernel.libraries core`."""
    pin = libraries.pinned(context(name))
    assert pin is not None and pin.context_sha256 == context(name).sha256


def test_a_module_has_no_library_of_its_own(lean: Installation) -> None:
    where = context("library:Init.Data.Nat.Basic")
    assert libraries.pinned(where) is None and libraries.library(lean, where) is None


def test_another_document_than_the_pinned_one_is_refused(
    lean: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path))
    monkeypatch.setattr(libraries, "export", lambda installation, where: documents.library())
    with pytest.raises(LeanError, match="exports another library of init than is pinned"):
        libraries.library(lean, context("init"))
    assert not list(tmp_path.rglob("*.index"))


def test_a_planted_file_is_replaced(lean: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in the cache counts for its hash alone."""
    document = documents.library()
    data = build(read(document, Role.LIBRARY))
    pin = libraries.Pin(
        context_sha256=context("init").sha256,
        document_sha256=hashlib.sha256(document).hexdigest(),
        index_sha256=hashlib.sha256(data).hexdigest(),
    )
    monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path))
    monkeypatch.setattr(libraries, "export", lambda installation, where: document)
    monkeypatch.setattr(libraries, "pinned", lambda where: pin)
    found = libraries.library(lean, context("init"))
    assert found is not None
    found.path.chmod(0o644)
    found.path.write_bytes(b"planted")
    again = libraries.library(lean, context("init"))
    assert again == found and found.path.read_bytes() == data


def test_the_pins_of_another_source_are_no_pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = libraries.Pins.model_validate_json(libraries.PINS.read_bytes())
    changed = old.libraries["core"].model_copy(update={"context_sha256": "0" * 64})
    pins = tmp_path / "pins.json"
    pins.write_text(old.model_copy(update={"libraries": {"core": changed}}).model_dump_json())
    monkeypatch.setattr(libraries, "PINS", pins)
    with pytest.raises(SetupError, match="pinned for another source of it: run `python -m"):
        libraries.locate(context("core"))


def test_an_index_is_a_function_of_the_document() -> None:
    document = documents.library()
    assert build(read(document, Role.LIBRARY)) == build(read(document, Role.LIBRARY))


def test_what_an_index_says() -> None:
    library = Library(build(read(documents.library(), Role.LIBRARY)))

    def declaration(name: str) -> tuple[str, int]:
        found = library.declaration(library.find(names.dotted(name)))
        return found.kind, found.flags

    assert library.find(names.dotted("nothing")) == -1
    assert library.find(names.dotted("And.intro")) == library.find(names.dotted("And"))
    assert declaration("hidden") == ("definition", index.TAINTED)
    assert declaration("sorryAx")[1] & index.TAINTED and not declaration("oracle")[1] & index.PROPOSITION
    assert declaration("one_eq_one")[1] == index.HOLLOW | index.PROPOSITION | index.UNPROVED
    assert declaration("propext")[1] == index.HOLLOW | index.PROPOSITION | index.PROPEXT
    shapes = {
        name: library.declaration(library.find(names.dotted(name))).shape for name in ("And", "Some", "Pair", "Or")
    }
    assert [shapes["And"].allows(i) for i in (-1, 0, 1, 2)] == [False, True, True, False]
    assert [shapes["Some"].allows(i) for i in (0, 1)] == [False, True]
    assert [shapes["Pair"].allows(i) for i in (0, 1, 2)] == [True, True, False]
    assert shapes["Or"].fields == -1


def test_what_rests_on_a_hidden_constant_is_marked() -> None:
    w = Writer()
    w.declare("definition", "rests", w.type, w.c("nowhere"))
    w.declare("definition", "above", w.type, w.c("rests"))
    library = Library(build(read(w.document(), Role.LIBRARY)))
    for name in ("rests", "above"):
        assert library.declaration(library.find(names.dotted(name))).flags == index.BROKEN


@pytest.mark.slow
def test_the_native_kernel_accepts_the_whole_library(kernel_folder: Path, core_library: LibraryFile) -> None:
    """Every definition and type, checked. What it refuses are proofs by `rfl` about bodies that the package lacks."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "tests.lean.kernel.whole_library", str(kernel_folder), str(core_library.path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=dict(os.environ), check=True)
    checked, *refused = done.stdout.splitlines()
    assert int(checked) > 40_000
    assert all(line.startswith("theorem ") and ".eq_" in line for line in refused), refused[:5]
