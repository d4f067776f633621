"""The command `prover`: turns arguments into a call of one of `prover.commands`, and its outcome into an exit code.

    0  yes: proved, accepted, finished          1  no: not proved within the budget, rejected, does not work
    2  the question could not be answered       130, 141  interrupted; the reader of the output ended

Nothing is imported before it is needed: `prover --help` answers at once.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from prover.commands import SUMMARIES
from prover.errors import ProverError

INTERRUPTED = 130
BROKEN_PIPE = 141


class LazyGroup(TyperGroup):
    """Commands whose modules are imported when they are invoked; the list of them needs only their summaries."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        # Typer compares a misspelt command with these names.
        self.commands = {name: TyperCommand(name, help=summary) for name, summary in SUMMARIES.items()}

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order of the table, which is that of use."""
        return list(SUMMARIES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the module of a command and return what Typer makes of it."""
        if cmd_name not in SUMMARIES:
            return None
        module = importlib.import_module(f"prover.commands.{cmd_name}")
        app = getattr(module, "app", None)
        if app is None:
            from prover.commands.options import SearchingCommand

            app = typer.Typer(add_completion=False, rich_markup_mode=None)
            app.command(cmd_name, cls=SearchingCommand)(module.run)
        command = typer.main.get_command(app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands for `--help`."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"proofsmith {version('proofsmith')}")
        raise typer.Exit


@app.callback(epilog="`prover COMMAND --help` shows a command's options and an example.")
def options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
    verbose: int = typer.Option(0, "--verbose", "-v", count=True, help="Say more: -v what happens, -vv every step."),
    quiet: bool = typer.Option(False, "--quiet", help="Say nothing but answers and errors."),
    debug: bool = typer.Option(False, "--debug", help="Print tracebacks and what Lean prints; anywhere on the line."),
) -> None:
    """Prove theorems with real Lean 4: search, verification, training."""
    from prover.logs import configured

    configured(verbose, quiet)


def main() -> None:
    """Run the command line of this process and exit."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show ℕ, or a file name that is no Unicode, must not end in a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if instruction := os.environ.get(COMPLETE):
        sys.exit(complete(instruction))
    code = run(sys.argv[1:])
    try:
        _flush()
    except OSError:
        # Python flushes standard output once more when it ends, and would complain: let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


COMPLETE = "_PROVER_COMPLETE"
"""The variable by which a shell asks for completions."""


def complete(instruction: str) -> int:
    """Answer a shell that completes a command line; what it asks stands in variables of the environment."""
    from typer.completion import completion_init, shell_complete  # type: ignore[attr-defined]

    completion_init()
    return shell_complete(typer.main.get_command(app), {}, "prover", COMPLETE, instruction)


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; never raises but for exits of the interpreter."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    if "--debug" in arguments[:end]:
        os.environ["PROOFSMITH_DEBUG"] = "1"
        arguments = [word for place, word in enumerate(arguments) if word != "--debug" or place > end]
    try:
        code = _invoke(arguments or ["--help"])
        _flush()
        return code if arguments else 2
    except (KeyboardInterrupt, typer.Abort):
        _say(sys.stderr, "interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        return BROKEN_PIPE
    except TyperException as error:
        return _unanswered(arguments, _usage(error, arguments))
    except ProverError as error:
        return _unanswered(arguments, str(error))
    except OSError as error:
        what = f"the system refuses something ({error}): check paths, permissions and free space, or add --debug"
        return _unanswered(arguments, what)
    except Exception as error:  # a user gets a sentence for any error
        what = " ".join(f"{type(error).__name__}: {error}".split())[:500]
        return _unanswered(arguments, f"internal error ({what}): run it again with --debug and report what that prints")


def _invoke(arguments: Sequence[str]) -> int:
    group = typer.main.get_command(app)
    try:
        # Not `group.main`: it turns a closed pipe into 1, which here means "no".
        with group.make_context("prover", list(arguments)) as context:
            code = group.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    return code if isinstance(code, int) else 0


def _flush() -> None:
    if sys.stdout is not None:  # None when the shell closed it
        sys.stdout.flush()


def _usage(error: TyperException, arguments: Sequence[str]) -> str:
    possible = getattr(error, "possibilities", None)
    message = f"{error.message}. Did you mean {' or '.join(possible)}?" if possible else error.format_message()
    message = message.replace("Value error, ", "")  # pydantic's, which Typer leaves in
    command = next((f"{word} " for word in arguments if word in SUMMARIES), "")
    return f"{message.rstrip('.')} (see `prover {command}--help`)"


def _unanswered(arguments: Sequence[str], sentence: str) -> int:
    """Print why there is no answer and return 2; scripts that asked for JSON get a document too."""
    if os.environ.get("PROOFSMITH_DEBUG") and sys.exc_info()[0] is not None:
        import traceback

        traceback.print_exc()
    _say(sys.stderr, sentence)
    # A batch answers line by line, and an error in the middle would add a line that is none of its answers.
    if "--json" in arguments and "--batch" not in arguments:
        try:
            print(json.dumps({"status": "error", "message": sentence}, ensure_ascii=True), flush=True)
        except OSError:
            pass  # the exit code and standard error say it
    return 2


def _say(stream: TextIO, sentence: str) -> None:
    try:
        print(f"prover: {sentence}", file=stream, flush=True)
    except OSError:
        pass  # standard error is closed: nobody is left to tell
