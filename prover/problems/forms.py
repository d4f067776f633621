"""Statements as people write them, turned into `theorem NAME … := by`: pure text, Lean is not asked.

A theorem may lack its end (`:= by`), its name, or its keyword; it may be an `example`, a bare proposition, or Lean 3.
What is certain is completed, with a note that says how it was read; what is not is an error that says where and why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from prover.errors import InputError
from prover.lean.source_text import blanked, commands

UNNAMED = "statement"
"""The name of a theorem that was given none."""

_FENCE = re.compile(r"\A\s*```[\w ]*\n(.*?)\n?```\s*\Z", re.DOTALL)
_KEYWORD = re.compile(
    r"\A(?P<before>\s*(?:(?:open|set_option)\b[^\n]*?\bin\s+)?(?:@\[[^\]]*\]\s*)*(?:(?:private|protected|public|noncomputable|nonrec)\s+)*)"
    r"(?P<word>theorem|lemma|example)\b"
)
_NAME = re.compile(r"\s*(?:«[^»\n]*»|[^\s:({\[⦃«=]+)")
_COMMAND = re.compile(r"^\s*(?:theorem|lemma|example|open|import|def|variable|namespace|section|noncomputable)\b", re.M)
_PROPOSITION = re.compile(
    r"[=<>≤≥≠∀∃→↔∧∨¬∣∈⊆]|\b(?:forall|exists|True|False)\b|/\\|\\/|\bNat\.Prime\b|\b(?:Even|Odd)\b"
)
_LET = re.compile(r"\b(?:let|have|letI|haveI)\b")
_OPEN, _CLOSE = "([{⟨⦃", ")]}⟩⦄"
_PAIRS = dict(zip(_CLOSE, _OPEN, strict=True))
_EMPTY = re.compile(r"\A\s*(?:by\b\s*)?(?:(?:sorry|admit|_|\?_?|\.\.\.|…)\s*)?\Z")
_BEGIN = re.compile(r"\A\s*begin\b.*\bend\s*\Z", re.DOTALL)

# -- Lean 3
_LEAN3_TYPE = re.compile(r"(?<=[:→(×])(\s*)(nat|int|rat|real|complex)\b(?!\.)")
_LEAN3_NAME = re.compile(r"\b(nat|int|rat|real|complex|finset|set|polynomial|matrix|list|multiset)\.([a-z]\w*)")
_LEAN3_PROOF = re.compile(r":=\s*begin\b.*?\bend\b", re.DOTALL)
_LEAN3_LAMBDA = re.compile(r"λ\s*([^,()]+),")
_TYPES = {"nat": "ℕ", "int": "ℤ", "rat": "ℚ", "real": "ℝ", "complex": "ℂ"}
_NAMES = {
    **{f"nat.{name}": f"Nat.{name}" for name in ("gcd", "lcm", "choose", "factorial", "fib", "sqrt", "succ", "digits")},
    **{f"nat.{name}": f"Nat.{name}" for name in ("divisors", "totient")},
    "nat.prime": "Nat.Prime",
    "nat.coprime": "Nat.Coprime",
    "nat.floor": "Nat.floor",
    "nat.ceil": "Nat.ceil",
    **{f"int.{name}": f"Int.{name}" for name in ("gcd", "floor", "ceil")},
    "int.nat_abs": "Int.natAbs",
    **{f"real.{name}": f"Real.{name}" for name in ("sqrt", "exp", "log", "sin", "cos", "tan", "pi", "logb")},
    **{f"finset.{name}": f"Finset.{name}" for name in ("range", "card", "filter", "sum", "prod", "univ")},
    **{f"finset.{name.lower()}": f"Finset.{name}" for name in ("Icc", "Ico", "Ioc", "Ioo")},
    **{f"set.{name.lower()}": f"Set.{name}" for name in ("Icc", "Ico", "Ioc", "Ioo", "Ici", "Iic", "Ioi", "Iio")},
    "complex.I": "Complex.I",
    "complex.abs": "Complex.abs",
}


@dataclass(frozen=True, slots=True)
class Completed:
    """Source in which every theorem ends in `:= by` or a proof, how it was read, and what could not be.

    A fault names the theorem and says what is wrong; its text is left out.
    """

    text: str
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def looks_like_a_proposition(text: str) -> bool:
    """Tell whether a text is a proposition by itself and not the name of a file or a dataset."""
    return _PROPOSITION.search(text) is not None and not _COMMAND.search(text)


def completed_statement(text: str) -> Completed:
    """Return one statement, or source that holds some, as it is typed. Raises `InputError` for what cannot be read."""
    fence = _FENCE.match(text)
    text = (fence[1] if fence is not None else text).strip()
    blank, _ = blanked(text)
    if not blank.strip():
        return Completed(text)
    if not _COMMAND.search(blank) and not re.search(r"\b(?:theorem|lemma|example)\b", blank):
        statement, notes = _proposition(text)
        return Completed(statement, notes)
    done = completed_source(text, "the statement")
    if done.faults:
        raise InputError(done.faults[0])
    return replace(done, text=done.text.strip())


def completed_source(text: str, where: str) -> Completed:
    """Return source with every theorem completed; one that cannot be read is left out and listed as a fault."""
    text = _without_begin_end(text)
    blank, _ = blanked(text)
    places = commands(blank)
    if not places:
        return Completed(text)
    parts = [text[: places[0][0]]]
    notes: list[str] = []
    faults: list[str] = []
    for start, end in places:
        chunk = text[start:end]
        if _KEYWORD.match(blank[start:end]) is None:
            parts.append(chunk)
            continue
        try:
            completed, said = _theorem(chunk, text.count("\n", 0, start))
        except InputError as error:
            faults.append(f"{where}: {error}")
            continue
        parts.append(completed)
        notes += said
    return Completed("".join(parts), tuple(dict.fromkeys(notes)), tuple(faults))


def _without_begin_end(text: str) -> str:
    """Return source whose proofs in the form of Lean 3 are `sorry`, with as many lines: no such proof can be used."""
    blank, _ = blanked(text)
    for match in reversed(list(_LEAN3_PROOF.finditer(blank))):
        text = f"{text[: match.start()]}:= by sorry{chr(10) * match[0].count(chr(10))}{text[match.end() :]}"
    return text


def _proposition(text: str) -> tuple[str, tuple[str, ...]]:
    _balanced(text, 0, "the statement")
    stop = _assigned(text)
    body = text if stop is None else text[:stop]
    if stop is not None and not _nothing(text[stop + 2 :]):
        raise InputError("what is typed has a proof and no `theorem`; write `theorem NAME … := PROOF`")
    body = re.sub(r"\s+by\s*\Z", "", body.strip())
    body, notes = _translated(body)
    colon = _colon(body) if body[:1] in _OPEN else None
    binders = colon is not None and all(part.strip()[:1] in (*_OPEN, "") for part in _groups(body[:colon]))
    if not binders and body.startswith(":"):
        body = body[1:].strip()
    written = f"theorem {UNNAMED} {body} := by" if binders else f"theorem {UNNAMED} : {body} := by"
    return written, ("read as a proposition", *notes)


def _theorem(chunk: str, before: int) -> tuple[str, list[str]]:
    """Return a theorem with its end, and notes. `before`: how many lines stand above it."""
    blank, _ = blanked(chunk)
    head = _KEYWORD.match(blank)
    assert head is not None
    notes: list[str] = []
    name = _NAME.match(blank, head.end())
    called = name[0].strip() if name is not None and head["word"] != "example" else ""
    what = f"theorem {called}" if called else f"the {head['word']} in line {before + 1 + head['before'].count(chr(10))}"
    _balanced(chunk, before, what)
    stop = _assigned(blank)
    proof = "" if stop is None else chunk[stop + 2 :]
    statement = (chunk if stop is None else chunk[:stop]).rstrip()
    if stop is None and re.search(r"^\s*\|", blank, re.MULTILINE):
        return chunk, []  # by cases: what stands there is a proof
    if stop is None:
        visible = blank.rstrip()
        statement = re.sub(r"\s+by\Z", "", chunk[: len(visible)])
        statement = re.sub(r"\s*:\Z", "", statement)
        notes.append(f"{what} lacks `:= by`, which was added")
    end = chunk[len(chunk.rstrip()) :] or "\n"
    written = statement
    if head["word"] != "example" and not called:
        at = head.end("word")
        written = f"{statement[:at]} {UNNAMED}{statement[at:]}"
        notes.append(f"{what} has no name and is called {UNNAMED}")
    translated, said = _translated(written)
    notes += said
    if ":" not in translated[head.end("word") :]:
        raise InputError(f"{what} states nothing: write `theorem NAME … : PROPOSITION := by`")
    if stop is None or _nothing(proof):
        return f"{translated} := by{' sorry' if stop is not None else ''}{end}", notes
    return f"{translated} :={proof}", notes


def _nothing(proof: str) -> bool:
    blank, _ = blanked(proof)
    return _EMPTY.match(blank) is not None or _BEGIN.match(blank) is not None


def _assigned(text: str) -> int | None:
    """Return where the `:=` of a statement stands, or None."""
    blank, _ = blanked(text)
    depth = owners = 0
    for match in re.finditer(rf"[{re.escape(_OPEN + _CLOSE)}]|{_LET.pattern}|:=", blank):
        if match[0] in _OPEN:
            depth += 1
        elif match[0] in _CLOSE:
            depth -= 1
        elif depth > 0:
            continue
        elif match[0] == ":=":
            if owners == 0:
                return match.start()
            owners -= 1
        else:
            owners += 1
    return None


def _balanced(text: str, before: int, what: str) -> None:
    """Raise `InputError` for a bracket without its partner, with its line and column."""
    blank, _ = blanked(text)
    stop = _end_of_statement(text, blank)
    opened: list[int] = []
    for place, letter in enumerate(blank[:stop]):
        if letter in _OPEN:
            opened.append(place)
        elif letter in _CLOSE:
            if not opened:
                raise InputError(f"{what} has a `{letter}` too many ({_place(text, place, before)}); remove it")
            last = opened.pop()
            if blank[last] != _PAIRS[letter]:
                where = _place(text, place, before)
                raise InputError(f"{what}: `{letter}` ({where}) closes a `{blank[last]}`; make them a pair")
    if opened:
        where = _place(text, opened[-1], before)
        raise InputError(f"{what}: `{blank[opened[-1]]}` is never closed ({where}); add its partner")


def _end_of_statement(text: str, blank: str) -> int:
    """Return where the proof begins at the latest: brackets are counted in front of it only."""
    stop = _assigned(text)
    if stop is not None:
        return stop
    match = re.search(r":=\s*(?:by\b|begin\b|sorry\b)", blank)
    return match.start() if match is not None else len(blank)


def _place(text: str, place: int, before: int) -> str:
    line = text.count("\n", 0, place)
    column = place - (text.rfind("\n", 0, place) + 1)
    return f"line {before + line + 1}, column {column + 1}"


def _colon(text: str) -> int | None:
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in _OPEN) - (letter in _CLOSE)
        if letter == ":" and depth == 0 and text[place : place + 2] != ":=":
            return place
    return None


def _groups(text: str) -> list[str]:
    """Return the parts of a text between closed brackets of the outermost level."""
    parts: list[str] = []
    depth = start = 0
    for place, letter in enumerate(text):
        depth += (letter in _OPEN) - (letter in _CLOSE)
        if depth == 0 and letter in _CLOSE:
            parts.append(text[start : place + 1])
            start = place + 1
    return [*parts, text[start:]]


def _translated(text: str) -> tuple[str, list[str]]:
    """Return a statement with Lean 3 turned into Lean 4, and notes. Raises `InputError` where that is not certain."""
    blank, _ = blanked(text)
    notes: list[str] = []
    old = _LEAN3_TYPE.search(blank) is not None or _LEAN3_NAME.search(blank) is not None or "λ" in blank
    if old:
        text = _LEAN3_TYPE.sub(lambda match: f"{match[1]}{_TYPES[match[2]]}", text)
        unknown = next((m[0] for m in _LEAN3_NAME.finditer(text) if m[0] not in _NAMES), None)
        if unknown is not None:
            raise InputError(
                f"`{unknown}` is Lean 3, and its name in Lean 4 is not certain; write the statement for Lean 4"
            )
        text = _LEAN3_NAME.sub(lambda match: _NAMES[match[0]], text)
        text = _LEAN3_LAMBDA.sub(lambda match: f"fun {match[1].strip()} =>", text)
        text = re.sub(r"\b(even|odd)(?=\s+[\w(])", lambda match: match[1].capitalize(), text)
        text = re.sub(r"\b([∑∏])\s+(\w+)\s+in\b", r"\1 \2 ∈", text)
        notes.append("read as Lean 3 and translated")
    return text, notes
