"""Read the tactics of our theorem out of what a model wrote: prose, code fences, thoughts, other theorems, broken ends.

Reading is lenient about form, since Lean is the judge of content, and strict about one thing: nothing that the answer
states is used, only what it proves it with.
"""

from __future__ import annotations

import re

from prover.lean.block import readings
from prover.lean.source_text import blanked, declared
from prover.policies.recipes.recipe import Parsed

_FENCE = re.compile(r"^[ \t]*```[ \t]*(?P<language>[\w+-]*)[^\n]*$", re.MULTILINE)
_LEAN = ("lean", "lean4")
_STATES = re.compile(r"^[ \t]*(?:theorem|lemma|example|def|abbrev|axiom|instance)\b", re.MULTILINE)
_PREAMBLE = re.compile(r"^(?:import|open|set_option|namespace|section|noncomputable section|variable|universe)\b")
# Where a model's turn ends, for servers that leave such marks in the text.
_END = re.compile(r"</s>|<\|(?:im_end|endoftext|eot_id|reserved_special_token_26)\|>|<\uff5cend▁of▁sentence\uff5c>")
_HELPER = re.compile(r"\b(?:theorem|lemma|def|abbrev|axiom|opaque|instance|structure|inductive)\s+([^\s:({\[]+)")


def nothing(note: str, complete: bool = True) -> Parsed:
    """Return that an answer holds no tactics, and why."""
    return Parsed(None, note, complete)


def from_answer(text: str, statement: str, finished: bool = True) -> Parsed:
    """Return the tactics of an answer in prose: the last code fence that proves something, thoughts left out.

    A think block that never ends, or a text without any Lean in it, gives nothing.
    """
    text = _unix(text)
    thoughts, closed, answer = text.rpartition("</think>")
    if not closed and "<think>" in answer:
        return nothing("the answer broke off, or ended, while the model was thinking", complete=False)
    fences = _fences(answer) or _fences(thoughts)
    if not fences:
        if declared(answer):
            return from_source(answer, statement, finished)
        return nothing("the answer holds no code fence and no theorem", finished)
    name = name_of(statement)
    # Most telling last: any fence, one that is marked as Lean, one that states a theorem, one that states ours.
    _, (_, source, ended) = max(
        enumerate(fences),
        key=lambda fence: (
            any(theorem.name == name for theorem in declared(fence[1][1])),
            bool(declared(fence[1][1])),
            fence[1][0] in _LEAN,
            fence[0],
        ),
    )
    return from_source(source, statement, finished or ended)


def from_source(source: str, statement: str, finished: bool = True) -> Parsed:
    """Return the tactics with which Lean source proves the theorem of `statement`; the statement it gives is ignored.

    Source that states nothing is taken for the tactics themselves. A proof that needs a lemma or definition of the
    answer's own gives nothing, since only a block of tactics can be used.
    """
    source = _unix(source)
    theorems = declared(source)
    if not theorems:
        if _STATES.search(blanked(source)[0]):
            return nothing("the answer states a theorem and does not prove it", finished)
        return block(_without_preamble(source), statement, finished)
    name = name_of(statement)
    named = [theorem for theorem in theorems if theorem.name == name]
    if not named and not finished:
        return nothing(f"the answer broke off before {name}", complete=False)
    ours = named[-1] if named else theorems[-1]
    note = "" if named else f"the answer proves {ours.name}, not {name}"
    proof = source[ours.proof : ours.end]
    if not ours.by:
        proof = re.sub(r"\A\s*", "", proof)
        proof = f"exact {proof}" if proof else ""
    visible = blanked(proof)[0]
    for helper in _HELPER.findall(blanked(source[: ours.start])[0]):
        if re.search(rf"(?<![\w.']){re.escape(helper)}(?![\w'])", visible):
            return nothing(f"the proof uses {helper}, which the answer states itself; only tactics can be used")
    # What follows the theorem shows that it was finished.
    parsed = block(proof, statement, finished or bool(source[ours.end :].strip()))
    return Parsed(parsed.block, parsed.note or note, parsed.complete)


def from_continuation(text: str, statement: str, finished: bool = True) -> Parsed:
    """Return the tactics of a text that continues right behind `:= by`, or behind a prefix, inside a code fence."""
    text = _unix(text)
    fence = _FENCE.search(text)
    if fence is not None:
        text, finished = text[: fence.start()], True
    if (states := _STATES.search(blanked(text)[0])) is not None:
        text, finished = text[: states.start()], True
    return block(text, statement, finished)


def step(text: str, statement: str, finished: bool = True) -> Parsed:
    """Return the one tactic that a step model's answer is."""
    return block(_unix(text).strip(), statement, finished)


def block(text: str, statement: str, finished: bool = True) -> Parsed:
    """Return a block of tactics from the text of one; where it was not finished, its last line is dropped."""
    if not finished:
        text = text.rpartition("\n")[0]
    found = readings(_without_trailing_comments(text))[0]
    if not blanked(found)[0].strip():
        return nothing("the answer holds no tactics", finished)
    if _squeezed(statement) in _squeezed(found):
        return nothing("the answer repeats the statement inside its proof", finished)
    return Parsed(found, "" if finished else "the answer broke off", finished)


def _unix(text: str) -> str:
    """Return a text up to the end of the model's turn, with one kind of line end."""
    ended = _END.search(text)
    return text[: ended.start() if ended is not None else len(text)].replace("\r\n", "\n").replace("\r", "\n")


def _fences(text: str) -> list[tuple[str, str, bool]]:
    """Return language, content and whether it was closed, of every code fence."""
    found: list[tuple[str, str, bool]] = []
    marks = list(_FENCE.finditer(text))
    while marks:
        opening = marks.pop(0)
        closing = marks.pop(0) if marks else None
        if closing is not None and closing["language"]:  # never closed: another one opens
            marks.insert(0, closing)
        end = closing.start() if closing is not None else len(text)
        found.append((opening["language"].lower(), text[opening.end() : end].removeprefix("\n"), closing is not None))
    return found


def name_of(statement: str) -> str:
    """Return the name of the theorem that a statement states."""
    theorems = declared(statement)
    return theorems[-1].name if theorems else ""


def _without_preamble(source: str) -> str:
    lines = source.split("\n")
    while lines and (not lines[0].strip() or (_PREAMBLE.match(lines[0]) and not lines[0].rstrip().endswith(" in"))):
        lines.pop(0)
    return "\n".join(lines)


def _without_trailing_comments(text: str) -> str:
    return text[: len(blanked(text)[0].rstrip())]


def _squeezed(text: str) -> str:
    return re.sub(r"\s*:=\s*by\Z", "", " ".join(text.split()))
