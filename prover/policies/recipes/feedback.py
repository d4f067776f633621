"""What Lean said of an earlier answer, in the layouts that models were trained to read.

Both sources show lines of the whole file that was compiled; here it is put together from header, statement and block.
"""

from __future__ import annotations

from prover.lean.block import indent
from prover.policies.recipes.listing import header, open_statement
from prover.policies.recipes.recipe import Complaint, PromptRequest, Tried

_INDENT = 2


def marked(request: PromptRequest, tried: Tried) -> str:
    """Lay out errors as Goedel-Prover-V2 does, with `<error>` and `</error>` around the place.

    Goedel-LM/Goedel-Prover-V2@2e9036e, src/utils.py:9-67 (`get_error_str` with its threshold on, as in the pipeline):
    at most 8 errors, 4 lines before each, 6 lines of it, 1 line behind.
    """
    if not tried.complaints:
        return tried.feedback
    before, lines = _compiled(request, tried, header(request))
    shown = tried.complaints[:8]
    text = "".join(
        f"\nError {number}:\n\nCorresponding Code:\n```lean4\n{_marked_code(lines, complaint, before)}\n```\n"
        f"\nError Message: {complaint.message}\n"
        for number, complaint in enumerate(shown, 1)
    )
    omitted = len(tried.complaints) - len(shown)
    return f"{text}\n... [Omitted {omitted} more errors] ...\n" if omitted else text


def numbered(request: PromptRequest, tried: Tried, default_header: str) -> str:
    """Lay out errors as Kimina-Prover does: goals, message, and numbered lines around the place.

    MoonshotAI/Kimina-Prover-Preview@7abd61a, kimina_prover_demo/utils.py:127-200 (`create_tool_message`): at most 3
    errors, 2 lines on either side; lines are those of the file without its imports.
    """
    if not tried.complaints:
        return tried.feedback
    commands = "\n".join(line for line in header(request, default_header).split("\n") if not line.startswith("import"))
    before, lines = _compiled(request, tried, commands)
    return "".join(
        _numbered(number, complaint, lines, before) for number, complaint in enumerate(tried.complaints[:3], 1)
    )


def _compiled(request: PromptRequest, tried: Tried, start: str) -> tuple[int, list[str]]:
    """Return how many lines stand before the block, and the lines of the whole file."""
    head = f"{start}{open_statement(request)}\n"
    return head.count("\n"), (head + indent(tried.block, _INDENT)).split("\n")


def _marked_code(lines: list[str], complaint: Complaint, before: int) -> str:
    start, column = _place(lines, before + complaint.line - 1, complaint.column)
    end, end_column = _place(lines, before + complaint.end_line - 1, complaint.end_column)
    if (end, end_column) < (start, column):
        end, end_column = start, len(lines[start])
    shown = lines[max(start - 4, 0) : start]
    if start == end:
        line = lines[start]
        shown.append(f"{line[:column]}<error>{line[column:end_column]}</error>{line[end_column:]}")
    else:
        shown.append(f"{lines[start][:column]}<error>{lines[start][column:]}")
        middle = lines[start + 1 : min(end, start + 6)]
        shown += middle
        if end > start + 6:
            spaces = len(middle[-1]) - len(middle[-1].lstrip(" "))
            shown += ["", " " * spaces + "... --[Truncated]-- ..."]
        shown.append(f"{lines[end][:end_column]}</error>{lines[end][end_column:]}")
    shown += lines[end + 1 : end + 2]
    return "\n".join(shown) + "\n"


def _numbered(number: int, complaint: Complaint, lines: list[str], before: int) -> str:
    place, _ = _place(lines, before + complaint.line - 1, 0)
    snippet = "".join(
        f"{at + 1:03d}{' >' if at == place else '  '}| {lines[at]}\n"
        for at in range(max(0, place - 2), min(len(lines), place + 3))
    )
    goals = "\n".join(complaint.goals)
    return (
        f"# Error {number}:\n"
        + (f"Goals state before error position: \n{goals}\n\n" if goals else "")
        + f"Error message: \n{complaint.message.strip()}\n\n"
        + f"Lean 4 code snippet with error:\n```lean4\n{snippet}```\n"
    )


def _place(lines: list[str], line: int, column: int) -> tuple[int, int]:
    """Return a place in the file, moved into it if it lies outside; empty lines are not indented."""
    line = min(max(line, 0), len(lines) - 1)
    return line, min(column + _INDENT, len(lines[line]))
