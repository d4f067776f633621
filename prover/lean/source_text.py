"""Take Lean source text apart: which theorems it states, and what stands before them.

Nothing is elaborated here. Comments and strings are blanked first, so that words in them are not mistaken for
commands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from prover.errors import InputError

# Comments, strings, raw strings (`r"…"`, `r#"…"#`: no escapes in them) and characters.
_HIDDEN = re.compile(r"""/-|--|(?<![\w'!?.»])r(?P<marks>#*)"|"|(?<![\w'!?])'(?:\\[^'\n]+|[^\\'\n])'""")
_STRING_END = re.compile(r'(?:\\.|[^"\\])*(?:"|\Z)', re.DOTALL)
_COMMENT_EDGE = re.compile(r"/-|-/")
_STANDS = "\ufffc"
"""Where a string ended in blanked text: something stands there, which is neither a word nor a bracket."""

_MODIFIERS = r"(?:@\[[^\]]*\]\s*|(?:private|protected|public|noncomputable|nonrec)\s+)*"
_SCOPE = r"(?P<scope>(?:open|set_option)\b[^\n]*?)\bin[ \t]+"
_THEOREM = re.compile(rf"^[ \t]*(?:{_SCOPE})?{_MODIFIERS}(?P<keyword>theorem|lemma)(?=[\s:(\[{{])", re.MULTILINE)
EXAMPLE = re.compile(rf"\s*{_MODIFIERS}example\b")
"""The beginning of an example, which is a theorem that lacks a name."""
_COMMAND = re.compile(
    rf"^(?:{_MODIFIERS}(?:def|abbrev|instance|structure|inductive|class|axiom|opaque|example|mutual|section|macro)\b"
    r"|(?:open|namespace|end|variable|universe|set_option|import|attribute|export|include|omit|local|scoped|notation"
    r"|infix[lr]?|prefix|postfix|macro_rules|syntax|elab|deriving|unsafe|partial|initialize)\b|#)",
    re.MULTILINE,
)
_PART = r"(?:«[^»\n]*»|[^\s:({\[⦃.«]+)"
_NAME = re.compile(rf"\s*({_PART}(?:\.{_PART})*)")
_ASSIGNS = re.compile(r"[(\[{⟨⦃]|[)\]}⟩⦄]|\b(?:let|have|letI|haveI)\b|:=(?P<by>\s*by\b)?")
_UNFINISHED = re.compile(r"\b(?:sorry|admit)\b")
_IN = re.compile(r"\bin\s*\Z")


@dataclass(frozen=True, slots=True)
class Stated:
    """A theorem of a source text: its statement up to and including `:= by`, what precedes it, its doc comment."""

    name: str
    statement: str
    header: str
    informal: str
    finished: bool


@dataclass(frozen=True, slots=True)
class Declared:
    """Where a theorem stands in a text: `text[start:proof]` is its statement, `text[proof:end]` what proves it.

    `by` tells whether the statement ends in `:= by` or in `:=`.
    """

    name: str
    start: int
    proof: int
    end: int
    by: bool


def declared(text: str) -> list[Declared]:
    """Return where the theorems of a text stand, in order; one without a name or without `:=` is left out.

    Unlike `theorems` this takes what a model wrote: nothing about it is an error.
    """
    blank, _ = blanked(text)
    found: list[Declared] = []
    for start, end in commands(blank):
        chunk = blank[start:end]
        head = _THEOREM.match(chunk)
        name = _NAME.match(chunk, head.end()) if head is not None else None
        assigns = _assignment(chunk, name.end()) if name is not None else None
        if name is not None and assigns is not None:
            end = start + len(chunk.rstrip())
            found.append(Declared(name[1], start, start + assigns.end(), end, assigns["by"] is not None))
    return found


def theorems(text: str, where: str) -> list[Stated]:
    """Return the theorems of a text in order. Raises `InputError` for one without a name or without `:= by`.

    The header of a theorem is what stands before it, except theorems without a proof or with `sorry` in it. An example
    that lacks its proof is a theorem called `example_N`, the N-th example of the text.
    """
    text = _dedented(text)
    blank, comments = blanked(text)
    found: list[Stated] = []
    header = ""
    examples = 0
    for start, end in commands(blank):
        chunk = blank[start:end]
        head = _THEOREM.match(chunk)
        if (example := EXAMPLE.match(chunk)) is not None:
            examples += 1
            stated = _example(text, blank, (start + example.end(), end), f"example_{examples}", header, where)
            found += [stated] if stated is not None else []
            continue
        if head is None:
            if not chunk.startswith("#"):
                header += _IN.sub("", _code(text, blank, start, end)) + "\n"
            continue
        if head["scope"]:
            header += head["scope"] + "\n"
        name = _NAME.match(chunk, head.end())
        if name is None:
            raise InputError(f"a theorem of {where} has no name; write `theorem NAME … := by`")
        assigns = _assignment(chunk, name.end())
        if assigns is None or assigns["by"] is None:
            raise InputError(f"theorem {name[1]} of {where} does not end its statement with `:= by`; add it")
        stop = assigns.end()
        keyword = start + head.start("keyword")
        found.append(
            Stated(
                name=name[1],
                statement=f"theorem{text[start + head.end() : start + stop]}",
                header=header.strip(),
                informal=_doc(text, blank, comments, keyword),
                finished=bool(chunk[stop:].strip()) and _UNFINISHED.search(chunk, stop) is None,
            )
        )
        if found[-1].finished:
            # `lemma` is Mathlib's word.
            header += f"theorem{_code(text, blank, start + head.end(), end)}\n"
    return found


def _example(text: str, blank: str, place: tuple[int, int], name: str, header: str, where: str) -> Stated | None:
    """Return an example as a theorem, or None for one that has a proof. `place`: where its word and the whole end."""
    behind, end = place
    assigns = _assignment(blank[:end], behind)
    stop = assigns.end() if assigns is not None else behind
    if blank[stop:end].strip() and _UNFINISHED.search(blank, stop, end) is None:
        return None
    if assigns is None or assigns["by"] is None:
        raise InputError(f"{name} of {where} does not end its statement with `:= by`; add it")
    statement = f"theorem {name}{text[behind:stop]}"
    return Stated(name=name, statement=statement, header=header.strip(), informal="", finished=False)


def commands(blank: str) -> list[tuple[int, int]]:
    """Return where the commands of a blanked text stand, each up to the next; `open … in` is one of its own."""
    starts = sorted({match.start() for pattern in (_COMMAND, _THEOREM) for match in pattern.finditer(blank)})
    return list(pairwise([*starts, len(blank)]))


def blanked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the text with comments and strings as blanks, of equal length, and where the comments are.

    The last character of a string is no blank, so that a text which ends in one is not taken to end before it.
    """
    parts: list[str] = []
    comments: list[tuple[int, int]] = []
    at = 0
    for start, end, is_comment in _hidden(text):
        if is_comment:
            comments.append((start, end))
        last = 0 if is_comment or text[end - 1] == "\n" else 1
        parts += [text[at:start], _blank(text[start : end - last]), _STANDS * last]
        at = end
    return "".join([*parts, text[at:]]), comments


def _blank(text: str) -> str:
    return "\n".join(" " * len(line) for line in text.split("\n"))


def within_strings(text: str) -> frozenset[int]:
    """Return the lines, from 0, that begin inside a string literal: their white space is part of the text's meaning."""
    return frozenset(
        line
        for start, end, is_comment in _hidden(text)
        if not is_comment and "\n" in text[start:end]
        for line in range(text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1)
    )


def _dedented(text: str) -> str:
    """Return a text without the indentation that all its lines have, what stands in strings aside."""
    inside = within_strings(text)
    lines = text.split("\n")
    visible = [line for number, line in enumerate(lines) if number not in inside and line.strip()]
    margin = _indentation(min(visible, key=lambda line: len(_indentation(line)), default=""))
    while not all(line.startswith(margin) for line in visible):
        margin = margin[:-1]
    return "\n".join(line if number in inside else line.removeprefix(margin) for number, line in enumerate(lines))


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _hidden(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where comments, strings and characters stand, and whether each is a comment."""
    at = 0
    while (hidden := _HIDDEN.search(text, at)) is not None:
        start = hidden.start()
        if hidden[0] == "/-":
            at = _comment_end(text, hidden.end())
        elif hidden[0] == "--":
            at = text.find("\n", start)
            at = len(text) if at < 0 else at
        elif hidden["marks"] is not None:
            at = text.find(f'"{hidden["marks"]}', hidden.end())
            at = len(text) if at < 0 else at + 1 + len(hidden["marks"])
        elif hidden[0] == '"':
            string = _STRING_END.match(text, hidden.end())
            at = string.end() if string is not None else len(text)
        else:
            at = hidden.end()
        yield start, at, hidden[0] in ("/-", "--")


def _comment_end(text: str, at: int) -> int:
    depth = 1
    while depth:
        edge = _COMMENT_EDGE.search(text, at)
        if edge is None:
            return len(text)
        depth += 1 if edge[0] == "/-" else -1
        at = edge.end()
    return at


def _assignment(chunk: str, at: int) -> re.Match[str] | None:
    """Find the `:=`, or `:= by`, that ends a statement: the first one outside brackets that no `let` owns."""
    depth = owners = 0
    for token in _ASSIGNS.finditer(chunk, at):
        if token[0] in "([{⟨⦃":
            depth += 1
        elif token[0] in ")]}⟩⦄":
            depth -= 1
        elif depth > 0:
            continue
        elif token[0].startswith(":="):
            if owners == 0:
                return token
            owners -= 1
        else:
            owners += 1
    return None


def _code(text: str, blank: str, start: int, end: int) -> str:
    """Return a stretch of the text without what follows its last visible character: comments on the next command."""
    return text[start : start + len(blank[start:end].rstrip())]


def _doc(text: str, blank: str, comments: list[tuple[int, int]], keyword: int) -> str:
    """Return the doc comment right before a theorem; modifiers may stand between them."""
    last = bisect_right(comments, (keyword, 0)) - 1
    if last < 0:
        return ""
    start, end = comments[last]
    between = re.sub(_MODIFIERS, "", blank[end:keyword])
    return text[start + 3 : end - 2].strip() if text.startswith("/--", start) and not between.strip() else ""


def check_text(text: str, what: str) -> None:
    """Raise `InputError` for text that no Lean file can hold."""
    if "\0" in text:
        raise InputError(f"{what} contains a NUL byte (character {text.index(chr(0)) + 1}); remove it")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{what} contains a lone surrogate (character {error.start + 1}), which is not Unicode text; remove it"
        ) from error
