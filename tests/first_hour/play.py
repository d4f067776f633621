"""Play the first hour of a new user on a pseudo-terminal: `python -m tests.first_hour.play OUT`.

OUT gets the files of the commands and `transcript.txt`. `--only ITEM` plays one item (`alive`, `2` … `8`, `bad input`).
The figures of `alive`: seconds until something is shown, and until the command says what it does; from the first Lean
call until calls, open goals, goal and tactic are shown; the longest silence; from Ctrl-C to the end. Ends with 1 if a
command printed something else than it has to.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.first_hour.scenes import DENS, FERMAT, SCENES, Scene, write_files
from tests.first_hour.terminal import Terminal

SECONDS = 400
_CHANGING = re.compile(r" \| ⊢ |, \d+ s$")


@dataclass(frozen=True)
class Figures:
    """What one watched search took, in seconds; None where it did not happen."""

    first: float
    said: float | None
    shown: float | None
    silence: float
    stopped: float | None
    code: int
    tree: bool

    def line(self, name: str) -> str:
        """The figures as a person reads them."""
        parts = [f"something is shown after {self.first:.2f} s", f"what it does after {_seconds(self.said)}"]
        parts.append(f"shows the first call {_seconds(self.shown)} after it began")
        parts.append(f"longest silence {self.silence:.2f} s")
        if self.stopped is not None:
            parts.append(f"ends {self.stopped:.2f} s after Ctrl-C, {'with' if self.tree else 'WITHOUT'} the tree")
        return f"{name}: {'; '.join(parts)}; exit {self.code}"


def _seconds(value: float | None) -> str:
    return "NEVER" if value is None else f"{value:.2f} s"


def watch(statement: str, folder: Path, *, calls: int = 0) -> tuple[Figures, str]:
    """Watch `prove` on a statement and return the figures and what was shown. `calls`: press Ctrl-C after so many."""
    tree, log = folder / "watched.html", folder / "watched.log"
    tree.unlink(missing_ok=True)
    log.unlink(missing_ok=True)
    began = time.time()
    environment = os.environ | {"PROOFSMITH_LOG": f"debug:{log}"}
    shown = Terminal(["prove", statement, "--tree", str(tree), "--no-cache"], environment=environment)
    shown.until(lambda text: "at most" in text, SECONDS)
    said = shown.seconds
    shown.until(_first_call, SECONDS)
    first = began + shown.seconds
    stopped = None
    if calls:
        shown.until(lambda text: any(int(number) >= calls for number in re.findall(r": (\d+) calls?,", text)), SECONDS)
        silence = shown.longest_silence
        pressed = shown.interrupt()
        shown.wait(60)
        stopped = shown.seconds - pressed
    else:
        shown.wait(SECONDS)
        silence = shown.longest_silence
    assert shown.code is not None
    tried = _first_try(log)
    lag = None if tried is None or not _first_call(shown.text) else max(0.0, first - tried)
    known = "at most" in shown.text
    begins = shown.shown[0][0] if shown.shown else 0.0
    return Figures(begins, said if known else None, lag, silence, stopped, shown.code, tree.exists()), shown.text


def _first_call(text: str) -> bool:
    return re.search(r"\d+ calls?, \d+ open goals?, \d+ s \| ⊢ \S.* ← \S", text) is not None


def _first_try(log: Path) -> float | None:
    """Return when the first tactic was tried, as the log has it."""
    for line in log.read_text(encoding="utf-8").splitlines() if log.exists() else []:
        if ": tries " in line:
            return datetime.strptime(line[:23], "%Y-%m-%d %H:%M:%S,%f").timestamp()
    return None


def play(scene: Scene, folder: Path) -> tuple[list[str], str]:
    """Play a command in a folder and return what it lacks, and what it showed."""
    shown = Terminal(scene.arguments, folder=folder)
    code = shown.wait(SECONDS)
    text = shown.text
    missing = [f"{wanted!r} is not shown" for wanted in scene.shows if wanted not in text]
    missing += [f"{unwanted!r} is shown" for unwanted in scene.hides if unwanted in text]
    missing += [f"it ends with {code} and not with {scene.code}"] if code != scene.code else []
    missing += ["a traceback"] if "Traceback" in text else []
    if scene.item == "bad input":
        lines = [line for line in kept(text) if line.startswith("prover: ")]
        missing += [] if len(lines) == 1 else [f"{len(lines)} sentences"]
    return missing, text


def kept(text: str) -> list[str]:
    """Return the lines of what was shown that stayed on the terminal."""
    lines = (line.rstrip() for line in text.split("\n") if line.strip())
    return [line for line in lines if not _CHANGING.search(line)]


def passing(text: str) -> list[str]:
    """Return the lines of what was shown that others took the place of, each once."""
    lines = (line.rstrip() for line in text.split("\n") if line.strip())
    return list(dict.fromkeys(line for line in lines if _CHANGING.search(line)))


def main() -> int:
    """Play everything, or one item."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", action="append", default=[], help="an item")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    write_files(given.out)
    wrong = 0
    with (given.out / "transcript.txt").open("a", encoding="utf-8") as transcript:

        def say(line: str) -> None:
            print(line, flush=True)
            print(line, file=transcript, flush=True)

        if not given.only or "alive" in given.only:
            for name, statement, calls in (("provable", DENS, 0), ("unprovable", FERMAT, 6), ("at once", FERMAT, 1)):
                figures, text = watch(statement, given.out, calls=calls)
                changing = passing(text)
                say("\n".join(["…", *changing[-3:], *kept(text)[-16:]]))
                say(f"== {figures.line(name)}\n")
        for scene in SCENES:
            if given.only and scene.item not in given.only:
                continue
            missing, text = play(scene, given.out)
            wrong += bool(missing)
            say(f"$ prover {' '.join(repr(part) if ' ' in part else part for part in scene.arguments)}")
            say("\n".join(line[:400] for line in kept(text)[-24:]))
            say(f"== {'; '.join(missing) if missing else 'as it has to be'}\n")
        say(f"{wrong} commands printed something else")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
