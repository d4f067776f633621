"""Judge a source text that states its own theorems, and say what is wrong with it as Lean's REPL would: by messages.

Nobody says beforehand what the text should prove, so it is taken at its word: every theorem in it is a statement, and
the text its proof, for the same verifier that judges everything. A text is sound if all of its theorems are accepted;
every refusal is a message of severity `error` at a position, since clients compute validity from messages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from prover.cancel import CancelToken
from prover.errors import InputError, StatementError
from prover.lean.source_text import EXAMPLE, blanked, check_text, commands, declared
from prover.lean.verifier import Verifier
from prover.serve.worker.answers import Checked, Message, Position, Sorry
from prover.types import Problem, Rejection, RejectReason

MOST_THEOREMS = 64
_IMPORT = re.compile(r"\s*(?:(?:public|meta)\s+)*import\s+(?:all\s+)?(\S+)")
_THEOREM = re.compile(r"(?:@\[[^\]]*\]\s*|(?:private|protected|public|noncomputable|nonrec)\s+)*(theorem|lemma)\b")
_SCOPE = re.compile(r"[ \t]*(?:open|set_option)\b[^\n]*?\bin[ \t]+")
_LEADS_ON = re.compile(r"\bin\s*\Z")
_MODIFIERS = r"(?:(?:private|protected|public|noncomputable)\s+)*"
_HEAD = re.compile(rf"\s*(?:{_SCOPE.pattern})?{_THEOREM.pattern}")
_PRIVATE = re.compile(r"\bprivate\b")
# What a statement may declare and a proof may not.
_OF_STATEMENTS = re.compile(_MODIFIERS + r"(?:structure|inductive|class|mutual|variable|universe)\b")
_PLAIN = re.compile(
    _MODIFIERS + r"(?:structure|inductive|class|mutual|def|abbrev|open|namespace|section|end|universe|import)\b"
)
_VARIABLE = re.compile(r"variable\b(?P<binders>[^⦃]*)")
_BOUND = re.compile(r"[({](?P<names>[\w.'\s]+):")
_HYPOTHESIS = re.compile(r"\[(?:(?:[\w.']+\s*:\s*)?(?P<of>[\w.']+)(?P<types>(?:\s+[\w.']+)+)\s*\])?")

_DECLARED = re.compile(r"\b(?:structure|inductive|class|def|abbrev)\s+(\S+)")
# An instance of a class of the library for types of the text, and of no other form.
_INSTANCE = re.compile(
    _MODIFIERS + r"instance\s*(?:[\w.']+\s*)?:\s*(?P<of>[\w.']+)(?P<types>(?:[ \t]+[\w.']+)+)\s*(?::=|where)"
)
# A theorem by equations: its name and what it states, up to the first of them.
_EQUATIONS = re.compile(r"\s+(?P<name>[^\s:({\[]+)[^|]*?(?=\n\s*\|)")
_HOLE = re.compile(r"\b(?:sorry|admit)\b")
_LINE = re.compile(
    r"\A(?:the proof does not parse \(line (\d+) of statement and proof\)|line (\d+) of statement and proof)"
)
_OURS = frozenset({"Core", "Init"})
_CHECK = re.compile(r"#check[ \t]+(?P<term>\S[^\n]*)")
MATHLIB = (
    "this server's Lean is embedded and holds the context `core`, not Mathlib: leave the import out, or start the "
    "server with `--mathlib-is-core` to have `import Mathlib` mean that context"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A theorem of a text: the problem that it states, and where its statement begins.

    `bare` is the text up to the end of the theorem, with blanks for what stands in the problem's header; None where the
    header declares nothing that a proof may not declare, or something that changes the meaning of what exists.
    """

    problem: Problem
    start: int
    bare: str | None = None


class Refusal(Exception):
    """The text cannot be judged; `offset` is the place."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


def check(code: str, verifier: Verifier, context: str, mathlib: bool, token: CancelToken | None = None) -> Checked:
    """Judge a text. Raises `LeanError` where Lean cannot be used, `Cancelled`; everything else is a message."""
    text = code.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        check_text(text, "the snippet")
        blank, _ = blanked(text)
        _imports(blank, mathlib or context != "core")
        stated = theorems(text, context)
    except (Refusal, InputError) as refusal:
        return _error(text, getattr(refusal, "offset", 0), str(refusal))
    axioms: set[str] = set()
    for theorem in stated:
        if token is not None:
            token.check()
        try:
            verdict = verifier.verify(theorem.problem, _named(text))
            if theorem.bare is not None and isinstance(verdict, Rejection) and verdict.reason is RejectReason.FORBIDDEN:
                # A proof may declare no types and variables; a statement may, and here one text is both.
                rest = _named(text)[len(theorem.bare) :] if theorem is stated[-1] else ""
                verdict = verifier.verify(theorem.problem, theorem.bare + rest)
        except StatementError as error:
            return _error(text, theorem.start, str(error))
        if isinstance(verdict, Rejection):
            return _rejected(text, blank, theorem, verdict)
        axioms |= set(verdict.axioms)
    names = tuple(theorem.problem.name for theorem in stated)
    return Checked(axioms=tuple(sorted(axioms)), theorems=names)


def judged(problem: Problem, code: str, verifier: Verifier) -> Checked:
    """Judge a text as a proof of one statement that is trusted. Raises `LeanError`; everything else is a message."""
    text = code.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        verdict = verifier.verify(problem, text)
    except (StatementError, InputError) as error:
        return _error(text, 0, str(error))
    if isinstance(verdict, Rejection):
        return _rejected(text, blanked(text)[0], Stated(problem, 0), verdict)
    return Checked(axioms=verdict.axioms, theorems=(problem.name,))


def terms(code: str) -> list[tuple[int, str]] | None:
    """Return the terms of a text that holds `#check`s and nothing else, with their lines; None for another text."""
    blank, _ = blanked(code)
    found: list[tuple[int, str]] = []
    for number, line in enumerate(blank.split("\n"), 1):
        if not line.strip() or _IMPORT.match(line):
            continue
        match = _CHECK.fullmatch(line.rstrip())
        if match is None:
            return None
        found.append((number, match["term"]))
    return found or None


def theorems(text: str, context: str) -> list[Stated]:
    """Return what a text states. Raises `Refusal` for a text that states nothing, or something unreadable.

    What stands above a theorem, except other theorems, is part of its statement: definitions, variables, namespaces.
    """
    text = _named(text)
    blank, _ = blanked(text)
    places = {found.start: found for found in declared(text)}
    above: list[str] = []
    hidden: list[tuple[int, int]] = []
    chunks: list[str] = []
    stated: list[Stated] = []
    for start, end in commands(blank):
        chunk = blank[start:end]
        scope = _SCOPE.match(chunk)
        head = _THEOREM.match(chunk[scope.end() :].lstrip() if scope is not None else chunk.lstrip())
        if head is None:
            hidden.append((start, start + len(_LEADS_ON.sub("", chunk.rstrip()))))
            chunks.append(chunk.strip())
            if not _IMPORT.match(chunk):
                # Without what follows: the `in` that leads on to a theorem, and comments on that theorem.
                above.append(_LEADS_ON.sub("", text[start : start + len(chunk.rstrip())]))
            continue
        found = places.get(start)
        keyword = blank.index(head[1], start)
        if found is not None:
            name, opening = found.name, text[keyword + len(head[1]) : found.proof]
            statement = f"theorem{opening}" if found.by else f"theorem{opening} by"
        elif (equations := _EQUATIONS.match(blank, keyword + len(head[1]), end)) is not None:
            name = equations["name"]
            statement = f"theorem{text[equations.start() : equations.end()].rstrip()} := by"
        else:
            raise Refusal("this theorem has no name or no `:=`, so there is nothing that could be judged", start)
        header = [
            *above,
            *([text[start : start + scope.end()].strip().removesuffix("in")] if scope is not None else []),
        ]
        problem = Problem(name=name, statement=statement, context=context, header="\n".join(header), source="snippet")
        bare = _without(text[:end], hidden) if _belongs_above(chunks) else None
        stated.append(Stated(problem, keyword, bare))
    if not stated:
        raise Refusal("the snippet states no theorem, so there is nothing to judge")
    if len(stated) > MOST_THEOREMS:
        raise Refusal(f"the snippet states {len(stated)} theorems, and {MOST_THEOREMS} is the most: send it in parts")
    return stated


def _belongs_above(chunks: list[str]) -> bool:
    """Return whether commands declare types or variables, and nothing that gives another meaning to what exists."""
    names = {name for chunk in chunks for name in _DECLARED.findall(chunk)}
    variables = [match["binders"] for chunk in chunks if (match := _VARIABLE.match(chunk)) is not None]
    bound = {name for binders in variables for found in _BOUND.finditer(binders) for name in found["names"].split()}

    def harmless(chunk: str) -> bool:
        if (variable := _VARIABLE.fullmatch(chunk)) is not None:
            # Lean adds an instance to a theorem that does not name it: only one of the library, for a variable.
            return all(
                found["of"] is not None and found["of"] not in names and set(found["types"].split()) <= bound
                for found in _HYPOTHESIS.finditer(variable["binders"])
            )
        instance = _INSTANCE.match(chunk)
        if instance is None:
            return not chunk or _PLAIN.match(chunk) is not None
        return instance["of"] not in names and set(instance["types"].split()) <= names

    return any(map(_OF_STATEMENTS.match, chunks)) and all(map(harmless, chunks))


def _without(text: str, places: list[tuple[int, int]]) -> str:
    """Return a text with blanks in some places; lines and columns stay."""
    for start, end in places:
        blank = "".join("\n" if character == "\n" else " " for character in text[start:end])
        text = text[:start] + blank + text[end:]
    return text


def _named(text: str) -> str:
    """Return a text in which every example has a name, and no theorem is private; lines stay where they are.

    Every theorem of a text is judged by its name, which a private one has not outside of the text. Where a public
    theorem of that name exists already, Lean refuses the text.
    """
    blank, _ = blanked(text)
    for number, (start, end) in reversed(list(enumerate(commands(blank), 1))):
        chunk = blank[start:end]
        example = EXAMPLE.match(chunk)
        if example is not None:
            behind = start + example.end()
            text = f"{text[: behind - len('example')]}theorem example_{number}{text[behind:]}"
        head = example or _HEAD.match(chunk)
        if head is not None:
            text = _without(text, [word.span() for word in _PRIVATE.finditer(blank, start, start + head.end())])
    return text


def _imports(blank: str, mathlib: bool) -> None:
    at = 0
    for line in blank.split("\n"):
        match = _IMPORT.match(line)
        if line.strip() and match is None:
            return
        if match is not None and not mathlib and match[1].partition(".")[0] not in _OURS:
            raise Refusal(MATHLIB, at)
        at += len(line) + 1


def _rejected(text: str, blank: str, theorem: Stated, rejection: Rejection) -> Checked:
    message = f"{rejection.message} ({rejection.reason.value}; theorem {theorem.problem.name})"
    hole = _HOLE.search(blank) if rejection.reason is RejectReason.INCOMPLETE else None
    if hole is not None:
        place = Sorry(pos=position(text, hole.start()), endPos=position(text, hole.end()))
        return _error(text, hole.start(), message).model_copy(update={"sorries": (place,)})
    line = _LINE.match(rejection.message)
    if line is None:
        return _error(text, theorem.start, message)
    number = int(line[1] or line[2])
    return Checked(messages=(Message(severity="error", pos=Position(line=max(1, number)), data=message),))


def _error(text: str, offset: int, message: str) -> Checked:
    return Checked(messages=(Message(severity="error", pos=position(text, offset), data=message),))


def position(text: str, offset: int) -> Position:
    """Return line and column of a place in a text."""
    return Position(line=text.count("\n", 0, offset) + 1, column=offset - (text.rfind("\n", 0, offset) + 1))
