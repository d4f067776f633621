"""The first hour of a new user, on a pseudo-terminal: every command says what it has to, and every page can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from prover.lean.embedded.install import Installation
from tests.bench.browser import missing
from tests.first_hour.pages import WIDTHS, pages, shoot_all, toys
from tests.first_hour.play import play, watch
from tests.first_hour.scenes import DENS, FERMAT, SCENES, Scene, write_files
from tests.first_hour.terminal import Terminal

pytestmark = pytest.mark.slow  # whole runs on real Lean: minutes


@pytest.fixture(scope="module")
def folder(lean: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands work, one after the other: later ones read what earlier ones wrote."""
    made = tmp_path_factory.mktemp("hour")
    write_files(made)
    return made


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_command(scene: Scene, folder: Path) -> None:
    wrong, text = play(scene, folder)
    assert not wrong, text


def test_a_provable_statement_is_watched(folder: Path) -> None:
    figures, text = watch(DENS, folder)
    print(figures.line("provable"))
    assert figures.code == 0 and figures.tree and figures.said is not None and figures.shown is not None, text


def test_an_unprovable_one_stops_softly(folder: Path) -> None:
    figures, text = watch(FERMAT, folder, calls=3)
    print(figures.line("unprovable"))
    assert figures.code == 130 and figures.tree and figures.stopped is not None and figures.shown is not None, text
    assert "stopped by Ctrl-C" in text and "tried" in text and "Traceback" not in text
    assert "<html" in (folder / "watched.html").read_text(encoding="utf-8")


def test_a_second_interrupt_leaves_at_once(lean: Installation) -> None:
    shown = Terminal(["prove", FERMAT, "--no-cache"])
    assert shown.until(lambda text: "open goal" in text, 400), shown.text
    shown.interrupt()
    shown.interrupt()
    assert shown.wait(60) == 130
    assert "Traceback" not in shown.text


def test_a_limit_of_time_is_said_and_the_failure_explained(lean: Installation) -> None:
    shown = Terminal(["prove", FERMAT, "--timeout", "20", "--no-cache"])
    assert shown.wait(500) == 1, shown.text
    assert "at most 20 s" in shown.text and "raise --timeout" in shown.text
    assert "tried" in shown.text and "--tree FILE.html" in shown.text


@pytest.mark.skipif(bool(missing()), reason=missing() or "a browser is here")
def test_every_page_in_both_themes_and_two_widths(tmp_path: Path) -> None:
    found = pages(toys(tmp_path), tmp_path)
    assert {page.name for page in found} >= {"tree-failed", "tree-proof", "run", "grid", "index", "rounds"}
    assert shoot_all(found, tmp_path, lambda said: None) == []
    assert len(list(tmp_path.glob("*.png"))) == 2 * len(WIDTHS) * len(found)
