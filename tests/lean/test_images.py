"""What a process starts from is made once, found damaged, and never needed."""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from prover.errors import LeanError
from prover.lean.context import context
from prover.lean.embedded import images
from prover.lean.embedded.install import Installation
from prover.lean.embedded.loading import begin
from prover.lean.embedded.process import ELABORATION, KERNEL, SEARCH, LeanProcess, Start
from prover.lean.embedded.session import EmbeddedSession
from prover.types import Problem, ProofState
from search.types import Step

pytestmark = pytest.mark.cold

WHAT, VERSION = "thing", "1.image"
NAME = f"{WHAT}-{VERSION}"
CONTENT = b"as it was made"
Make = Callable[[Path], None]
PROBLEM = Problem(name="t", statement="theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by")
SECONDS = 120.0


@pytest.fixture
def folder(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of images in a cache of its own, and nothing said yet."""
    monkeypatch.setattr(images, "_said", set())
    yield images.folder()


def kept(make: Make, pinned: str | None = None, only_pinned: bool = False) -> Path | None:
    return images._kept(WHAT, VERSION, pinned, only_pinned, make)


def again(make: Make) -> Path | None:
    """Ask as a new process would."""
    images._said.clear()
    return kept(make)


def writes(target: Path) -> None:
    target.write_bytes(CONTENT)


def never(target: Path) -> None:
    raise AssertionError("it was made again")


def test_a_file_is_made_once(folder: Path) -> None:
    path = kept(writes)
    assert path is not None and path.read_bytes() == CONTENT
    assert again(never) == path


def test_a_damaged_file_is_found_and_made_again(folder: Path) -> None:
    path = kept(writes)
    assert path is not None
    path.chmod(0o644)
    path.write_bytes(CONTENT[:-1] + b"!")
    path = again(writes)
    assert path is not None and path.read_bytes() == CONTENT


def test_a_file_that_was_only_touched_is_hashed_and_kept(folder: Path) -> None:
    path = kept(writes)
    assert path is not None
    path.touch()
    assert again(never) == path


def test_what_a_killed_maker_leaves_is_nothing(folder: Path) -> None:
    stale = folder / f".making-{NAME}-killed"
    stale.mkdir(parents=True)
    (stale / NAME).write_bytes(CONTENT[:3])
    (folder / NAME).write_bytes(CONTENT)  # renamed, but its maker did not come to note the hash
    made: list[Path] = []

    def make(target: Path) -> None:
        made.append(target)
        writes(target)

    path = kept(make)
    assert path is not None and len(made) == 1 and not stale.exists()
    assert {entry.name for entry in folder.iterdir()} == {NAME, f"{NAME}.json", f"{WHAT}.lock"}


def test_two_at_once_make_it_once(folder: Path) -> None:
    made: list[Path] = []
    inside = threading.Event()

    def slow(target: Path) -> None:
        made.append(target)
        inside.set()
        writes(target)

    found: list[Path | None] = []

    def wait() -> None:
        inside.wait(10)
        found.append(again(never))

    other = threading.Thread(target=wait)
    other.start()
    found.append(kept(slow))
    other.join()
    assert found == [folder / NAME] * 2 and len(made) == 1


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), LeanError("the process was killed")]
)
def test_what_cannot_be_made_is_said_once(folder: Path, caplog: pytest.LogCaptureFixture, error: Exception) -> None:
    def fails(target: Path) -> None:
        raise error

    with caplog.at_level(logging.WARNING, "prover.lean"):
        assert kept(fails) is None and kept(fails) is None
    assert len(caplog.records) == 1 and "the slow way" in caplog.text


def test_a_cache_that_cannot_be_written_is_said_once(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_bytes(b"a file where the folder belongs")
    with caplog.at_level(logging.WARNING, "prover.lean"):
        assert kept(never) is None and kept(never) is None
    assert len(caplog.records) == 1 and "PROOFSMITH_CACHE" in caplog.text


def test_a_full_disk_is_noticed_before_it_is_filled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "NEEDED", 2**62)
    assert kept(never) is None


def test_only_what_is_pinned_serves_a_process_that_is_believed(folder: Path) -> None:
    assert kept(never, pinned=None, only_pinned=True) is None
    assert kept(writes, pinned="0" * 64, only_pinned=True) is None


def test_old_versions_are_removed(folder: Path) -> None:
    folder.mkdir(parents=True)
    for number in range(5):
        (folder / f"{WHAT}-old-{number}.image").write_bytes(CONTENT)
    assert kept(writes) is not None
    assert len(list(folder.glob("*.image"))) == 1 + images.KEPT_VERSIONS


# -- with Lean ---------------------------------------------------------------------------------------------------------


def answers(session: EmbeddedSession) -> list[object]:
    """What a session says to some steps, times aside."""

    def facts(step: Step[ProofState]) -> object:
        return type(step).__name__, step.cost.heartbeats, getattr(step, "reason", "")

    state = session.start(PROBLEM)
    return [state.goals, *(facts(session.step(state, tactic)) for tactic in ("omega", "grind", "simp_all", "decide"))]


def test_an_image_that_does_not_work_is_given_up_and_changes_no_answer(
    lean: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    given = images.start_of(lean, context("core"), SEARCH)
    assert given.image is not None
    quick = EmbeddedSession(lean, context("core"))
    found = answers(quick)
    assert quick._process is not None and quick._process.holds == "core" and quick._process.took_code
    quick.close()
    broken = tmp_path / "broken.image"
    broken.write_bytes(given.image.read_bytes()[: 2**20])
    monkeypatch.setattr(images, "_said", set())
    monkeypatch.setattr(
        images, "start_of", lambda _, where, *__: Start(given.recipe, broken if where is not None else None)
    )
    slow = EmbeddedSession(lean, context("core"))
    with caplog.at_level(logging.WARNING, "prover.lean"):
        assert answers(slow) == found
    assert slow._process is not None and slow._process.holds == "" and slow._process.context == "core"
    assert len(caplog.records) == 1
    slow.close()


@pytest.mark.parametrize("entry", [ELABORATION, KERNEL])
def test_the_processes_that_are_believed_start_from_what_is_pinned(lean: Installation, entry: str) -> None:
    """If this fails, the driver or the prelude has changed: run `make pin-context`."""
    process = LeanProcess(lean, entry)
    try:
        begin(process, lean, context("core"), only_pinned=True)
        assert process.holds == "core"
    finally:
        process.kill()
