"""Which split a theorem belongs to: by module first, then by name.

Whole families of modules are held out for `valid` and `test`, the splits to report: modules that say the same of
sibling types (List, Array, Vector; all maps and sets; fixed-width integers) are one family, since each is
copied from the other. Of the other modules a few theorems are held out by the hash of their name, for `valid_name` and
`test_name`: their neighbours are in `train`.
"""

from __future__ import annotations

import hashlib
import re

SPLITS = ("train", "valid", "test", "valid_name", "test_name")

_SIBLINGS = (
    (re.compile(r"Init\.Data\.(?:List|Array|Vector)(?=\.|$)"), "sequences"),
    (re.compile(r"Init\.Data\.(?:UInt|SInt)(?=\.|$).*"), "integers"),
    (re.compile(r"Std\.Data\.(?:Ext)?D?(?:Hash|Tree)(?:Map|Set)(?=\.|$).*"), "maps"),
)


def family(module: str) -> str:
    """Return the name that a module shares with those that say the same of other types."""
    for pattern, name in _SIBLINGS:
        if pattern.match(module):
            return pattern.sub(name, module, count=1)
    return module


def split(name: str, module: str) -> str:
    """Return the split of a theorem."""
    held_out = _percent("module", family(module))
    if held_out < 20:
        return "valid" if held_out < 12 else "test"
    apart = _percent("name", name)
    if apart < 10:
        return "valid_name" if apart < 5 else "test_name"
    return "train"


def _percent(salt: str, text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{salt} {text}".encode()).digest()[:8]) % 100
