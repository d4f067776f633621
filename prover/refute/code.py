"""Terms as Python source: an expression over `v`, the values of variables, compiled once and evaluated often.

A search evaluates one term some ten thousand times. As nested closures every operation of it costs two calls; as one
compiled expression most of them cost none.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Values = dict[str, Any]
Meaning = Callable[[Values], Any]

DEEPEST = 40
"""So deep expressions are nested in one another; Python's own parser refuses 200 brackets."""
_WORD = re.compile(r"\b[a-z]\w*")
_FRESH = itertools.count()


@dataclass(frozen=True, slots=True)
class Code:
    """An expression over `v` and the names in `given`; `depth` is how deep it is nested."""

    text: str
    given: dict[str, Any]
    depth: int = 0

    def compiled(self) -> Meaning:
        """Return the function of the values."""
        function: Meaning = eval(f"lambda v: ({self.text})", dict(self.given))
        return function


def code(text: str, **parts: Any) -> Code:
    """Return an expression. Its names that are among the parts stand for them: other expressions, or values of Python.

    Every part stands in it once at most, since an expression is evaluated wherever it stands.
    """
    given: dict[str, Any] = {}
    depth = 0

    def put(match: re.Match[str]) -> str:
        nonlocal depth
        if match[0] not in parts:
            return match[0]
        part = parts[match[0]]
        if isinstance(part, Code) and part.depth >= DEEPEST:
            part = called(part.compiled())
        if isinstance(part, Code):
            given.update(part.given)
            depth = max(depth, part.depth + 1)
            return f"({part.text})"
        if type(part) in (int, str):
            return repr(part) if type(part) is str or part >= 0 else f"({part})"
        name = f"k{next(_FRESH)}"
        given[name] = part
        return name

    return Code(_WORD.sub(put, text), given, depth)


def called(function: Meaning) -> Code:
    """Return a function of the values as an expression."""
    return code("f(v)", f=function)
