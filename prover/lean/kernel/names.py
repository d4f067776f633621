"""Names as keys that no other name has, and the names that mean something to a kernel or to our policy."""

from __future__ import annotations

import re
from hashlib import blake2b

Part = str | int
_RECURSOR = re.compile(r"rec(_[0-9]+)?", re.ASCII)
FRESH = "_proofsmith"  # the root of the names that a candidate's constants get


def extend(key: bytes, part: Part) -> bytes:
    """Return the key of a name with one more part; the anonymous name has the empty key."""
    if isinstance(part, int):
        return key + b"#%d;" % part
    text = part.encode("utf-8")
    return key + b"%d:" % len(text) + text


def key_of(*parts: Part) -> bytes:
    """Return the key of a name by its parts."""
    key = b""
    for part in parts:
        key = extend(key, part)
    return key


def dotted(text: str) -> bytes:
    """Return the key of a name that is written with dots and has no numbers in it."""
    return key_of(*text.split("."))


def hash_of(key: bytes) -> int:
    """Return 64 bits by which keys are found; what is found is compared."""
    return int.from_bytes(blake2b(key, digest_size=8).digest(), "little")


def is_recursor(part: Part) -> bool:
    """Tell whether the kernel may make a recursor with this last part."""
    return isinstance(part, str) and _RECURSOR.fullmatch(part) is not None
