"""A miniature of the npm package of Lean, and its pins, for tests of the set-up through the real npm."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path

from prover.lean.embedded.glue import slim
from prover.lean.embedded.install import LEAN, Package

COMPILED = [f"_l_Lean_f{number}" for number in range(1200)]
OLEANS = {f"Init/M{number}.olean": bytes([number]) * 20_000 for number in range(30)} | {"Init.olean": b"olean"}
WASM = b"\0asm" + bytes(range(256)) * 4_000


def glue() -> str:
    """Return a text with everything in it that `slim` looks for."""
    assignments = "".join(f'{name}=Module["{name}"]=wasmExports["{name[1:]}"];' for name in COMPILED)
    return (
        "var Module=typeof Module!='undefined'?Module:{};"
        "function pool(){var pthreadPoolSize=4;while(pthreadPoolSize--){}}"
        "var catchup=(symDict,symbolIndex)=>{var symName=Object.keys(symDict)[symbolIndex];return symName};"
        "var dlsym=(lib,symbol)=>{var newSymIndex;newSymIndex=Object.keys(lib.exports).indexOf(symbol);return 0};"
        f"var _main,_malloc,{','.join(COMPILED)},__ZTVN4lean9exceptionE,wasmTable;"
        'function assignWasmExports(wasmExports){_main=Module["_main"]=wasmExports["main"];'
        '_malloc=Module["_malloc"]=wasmExports["malloc"];'
        f'__ZTVN4lean9exceptionE=Module["__ZTVN4lean9exceptionE"]=wasmExports["_ZTVN4lean9exceptionE"].value;{assignments}}}'
    )


def archive(files: dict[str, bytes], extra: list[tarfile.TarInfo] | None = None) -> bytes:
    """Return a gzipped tar archive, always of the same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for member in extra or []:
            tar.addfile(member)
    return gzip.compress(buffer.getvalue(), mtime=0)  # the same bytes in every process


def library(extra: list[tarfile.TarInfo] | None = None) -> bytes:
    """Return `lean-lib.tar.gz`, with what macOS leaves in such archives."""
    files = {f"./{path}": content for path, content in OLEANS.items()}
    return archive({"._.": b"mac", "./Init/._M0.olean": b"mac"} | files, extra)


def members() -> dict[str, bytes]:
    """Return the members of the tarball."""
    return {
        "package/lean-lib.tar.gz": library(),
        "package/lean.js": glue().encode(),
        "package/package.json": json.dumps({"name": "fake-lean", "version": "1.0.0"}).encode(),
        "package/lean.wasm": WASM,
    }


def make(folder: Path) -> Package:
    """Write the tarball into `folder` and return the package with the right pins; npm is asked for the file."""
    tarball = archive(members())
    path = folder / "fake-lean-1.0.0.tgz"
    path.write_bytes(tarball)
    slimmed = slim(glue()).encode()
    lines = "".join(f"{hashlib.sha256(OLEANS[name]).hexdigest()}  {name}\n" for name in sorted(OLEANS))
    return replace(
        LEAN,
        name="fake-lean",
        version="1.0.0",
        spec=str(path),
        integrity="sha512-" + base64.b64encode(hashlib.sha512(tarball).digest()).decode(),
        size=len(tarball),
        glue_sha256=hashlib.sha256(slimmed).hexdigest(),
        wasm_sha256=hashlib.sha256(WASM).hexdigest(),
        library_sha256=hashlib.sha256(lines.encode()).hexdigest(),
        library_size=len(WASM) + len(slimmed) + sum(map(len, OLEANS.values())),
    )
