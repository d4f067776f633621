"""Have the native kernel check a whole library: `python -m tests.lean.kernel.whole_library FOLDER INDEX`.

Prints how many declarations it accepts, and one line for each that it refuses.
"""

from __future__ import annotations

import sys
from pathlib import Path

from prover.lean.kernel import index
from prover.lean.kernel.library import Library
from prover.lean.kernel.loading import Loader
from prover.lean.kernel.native import Failure, NativeKernel


def main(folder: str, path: str) -> None:
    kernel = NativeKernel(Path(folder))
    library = Library(Path(path).read_bytes())
    loader = Loader(kernel, library)
    refused: list[str] = []
    checked, quotient = 0, False
    for number in range(library.count):
        declaration = library.declaration(number)
        if declaration.flags & index.BROKEN or (declaration.kind == "quotient" and quotient):
            continue
        quotient = quotient or declaration.kind == "quotient"
        try:
            kernel.add(loader.declaration(declaration, with_value=True), 10**10, 20_000)
            checked += 1
        except Failure:
            refused.append(f"{declaration.kind} {library.shown(declaration.name)}")
            kernel.add_unchecked(loader.declaration(declaration))
    print(checked, *refused, sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
