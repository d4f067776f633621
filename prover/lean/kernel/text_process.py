"""A kernel process that judges one proof and writes what it accepts in lean4export's text format.

    python -I -S -c … FOLDER INDEX SHA256

It reads one request on its standard input, as `native_process` does, and ends. Its output is the answer of the kernel
in one line, and below it the export.
"""

from __future__ import annotations

import os
from pathlib import Path

from prover.lean.export.document import Role
from prover.lean.export.reading import read
from prover.lean.kernel.confine import close_all_but, confine_server, confine_verdict
from prover.lean.kernel.decide import Limits, decide
from prover.lean.kernel.library import Library
from prover.lean.kernel.loading import Loader
from prover.lean.kernel.native import NativeKernel
from prover.lean.kernel.native_process import open_index, receive
from prover.lean.kernel.terms import DocumentTerms
from prover.lean.kernel.text import lines

COMMIT = "eb6cafb7290e8bd5f2937522d8d804f58f02bafc"  # of the Lean that the library was built from
_OUT = 1


def main(folder: str, index: str, sha256: str) -> None:
    """Answer one request."""
    confine_server()
    library = Library(open_index(Path(index), sha256))
    kernel = NativeKernel(Path(folder))
    request = receive()
    close_all_but(_OUT)
    confine_verdict(request.seconds, request.memory_mb * 2**20)
    documents = (request.statement, request.candidate)
    outcome = decide(kernel, Loader(kernel, library), library, documents, Limits(request.heartbeats, request.depth))
    _write(outcome.encode(request.nonce))
    if outcome.accepted:
        statement = read(request.statement, Role.STATEMENT)
        assert statement.target is not None
        root = DocumentTerms(kernel, statement).name(statement.target.name)
        for line in lines(kernel, root, COMMIT):
            _write(line.encode("utf-8"))
    os._exit(0)


def _write(line: bytes) -> None:
    data = line + b"\n"
    while data:
        data = data[os.write(_OUT, data) :]
