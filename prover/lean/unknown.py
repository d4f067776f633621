"""What to do about an unknown name in a statement: the name that was probably meant, or that it has to be declared."""

from __future__ import annotations

import difflib
import re
import unicodedata

from prover.lean.core.catalogue import catalogue
from prover.lean.source_text import blanked

_UNKNOWN = re.compile(r"[Uu]nknown (?P<what>identifier|constant|universe level) [`'‘“]([^\s`'’”]+)")
_NOTE = re.compile(r"\n+Note: It is not possible to treat [^\n]* `?autoImplicit`?[^\n]*")
_GREEK = re.compile(r"[α-ω]")
_WORD = re.compile(r"[^\W\d][\w.'!?₀-₉]*")
_LIKE = 0.7
_LONGEST = 40
"""Names that are longer are compared with nothing: they are no slip of the pen."""


def suggestion(message: str, source: str, context: str) -> str:
    """Return a sentence that ends with what to do about an unknown name; empty for a message about anything else.

    `source` is the text that Lean read: what is meant is often a name that it binds.
    """
    found = _UNKNOWN.search(message)
    if found is None:
        return ""
    name = found[2]
    if found["what"] == "universe level":
        return f"declare it: write `universe {name}` above the theorem"
    near = _nearest(name, source, context)
    if near:
        return f"did you mean `{near}`?"
    if "." in name:
        return "write the name of something that the context declares (`prover core` lists what core has)"
    if re.search(rf":\s*{re.escape(name)}\s*[)}}⦄:]", source):  # it stands where a type does
        kind = f"{{{name} : Type*}}" if _GREEK.match(name) else f"({name} : Prop)"
    else:
        kind = f"({name} : ℕ)"
    return f"bind it in front of the colon, as in `{kind}`: an unknown name is no variable by itself"


def without_note(message: str) -> str:
    """Return Lean's message about an unknown name without its note on the option, which people do not set here."""
    return _NOTE.sub("", message)


def _nearest(name: str, source: str, context: str) -> str:
    """Return the name nearest to one: of those in the source first, then of the context's own."""
    if len(name) > _LONGEST:
        return ""
    known = dict.fromkeys(word for word in _WORD.findall(blanked(source)[0]) if len(word) > 1 and word != name)
    prelude = [entry.name for entry in catalogue()] if context == "core" else []
    for names in (list(known), prelude):
        same = [each for each in names if _folded(each) == _folded(name) and each != name]
        close = same or (difflib.get_close_matches(name, names, n=1, cutoff=_LIKE) if len(name) > 1 else [])
        if close:
            return close[0]
    return ""


def _folded(name: str) -> str:
    """Return a name without what is easily mistaken: capitals, and `h₁` for `h1`."""
    return unicodedata.normalize("NFKC", name).casefold()
