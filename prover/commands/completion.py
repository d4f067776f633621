"""`prover completion`: what lets a shell complete the command line."""

from __future__ import annotations

import os
from enum import StrEnum

import typer

from prover.errors import UsageError


class Shell(StrEnum):
    """The shells that are known."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def run(
    shell: Shell | None = typer.Argument(
        None, help="bash, zsh or fish; by default that of $SHELL.", show_default=False
    ),
) -> int:
    """Print a script that lets a shell complete `prover`, its commands and their options.

    \b
    Examples:
      eval "$(prover completion bash)"
      prover completion zsh > ~/.zfunc/_prover
      prover completion fish > ~/.config/fish/completions/prover.fish
    """
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    from prover.cli import COMPLETE

    name = shell.value if shell is not None else os.path.basename(os.environ.get("SHELL", ""))
    if name not in list(Shell):
        raise UsageError(
            f"the shell {name or 'of $SHELL'} is not known; write `prover completion` with {', '.join(Shell)}"
        )
    print(get_completion_script(prog_name="prover", complete_var=COMPLETE, shell=name))
    return 0
