"""`prover verify`: judge one proof, or a file of them, against statements that are trusted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from prover.commands.options import KernelOption, LeanOption, ServerOption, chosen_server
from prover.errors import InputError, UsageError

if TYPE_CHECKING:
    from prover.lean.kernel.choice import KernelChoice
    from prover.lean.verifier import Verifier
    from prover.types import Problem, Verdict


def run(
    statement: str | None = typer.Argument(
        None,
        help="What is to be proved: a `.lean` or JSONL file, a dataset (`minif2f/valid`), or the statement itself.",
        show_default=False,
    ),
    proof: str | None = typer.Argument(
        None,
        help="The proof, a block of tactics or a whole Lean file: a file, `-` for standard input, or the block itself.",
        show_default=False,
    ),
    name: str | None = typer.Option(None, "--name", help="The problem to take, where STATEMENT holds several."),
    batch: Path | None = typer.Option(
        None, "--batch", help="Judge many: a JSONL file of `id`, `statement`, `proof` and perhaps `context`."
    ),
    lean: LeanOption = None,
    kernel: KernelOption = None,
    context: str = typer.Option("core", "--context", help="The Lean context of statements that name none."),
    heartbeats: int = typer.Option(
        200_000, "--heartbeats", min=1, help="Heartbeats per proof step, in thousands; a declaration gets twice this."
    ),
    wall_seconds: float = typer.Option(300.0, "--wall-seconds", min=1, help="Wall-clock timeout in seconds."),
    workers: int = typer.Option(1, "--workers", min=1, help="Lean processes for --batch; each takes about 1.2 GB."),
    server: ServerOption = None,
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Judge a proof of a trusted statement, from a clean environment, and have the kernel check it again.

    Exits with 0 when the proof is accepted, 1 when it is rejected, 2 when the statement or Lean cannot be used.
    With --batch every line gets an answer on standard output, in the same order: `id`, `verdict`, `reason`, `axioms`.

    \b
    Examples:
      prover verify problem.lean proof.lean
      prover verify "theorem t (a b : ℕ) : a + b = b + a := by" "omega"
      prover verify --batch proofs.jsonl > verdicts.jsonl
    """
    from prover.commands.progress import SetupProgress
    from prover.lean.session import Limits

    limits = Limits(heartbeats=heartbeats, wall_seconds=wall_seconds, kernel=_kernel(kernel))

    def make(context_name: str) -> Verifier:
        from prover.lean.open import verifier_of

        with SetupProgress() as progress:
            return verifier_of(lean or "embedded", context_name, limits, progress)

    if batch is not None and server is not None:
        raise UsageError("--batch judges here: leave --server out, or send the lines to /v1/verify")
    if batch is not None:
        if statement is not None or name is not None:
            raise UsageError("--batch takes statements and proofs from its file; leave the others out")
        from prover.commands.verify_batch import verify_file

        return verify_file(batch, context, workers, make)
    if statement is None or proof is None:
        raise UsageError("verify needs STATEMENT and PROOF, or --batch FILE")
    problem = _one(statement, name, context)
    address = chosen_server(server, lean=lean, kernel=kernel)
    if address is not None:
        verdict = _asked(address, problem, _read_proof(proof), wall_seconds)
        return _told(verdict, as_json)
    from prover.api import Prover  # not for a server, which answers sooner than this is imported

    with (
        SetupProgress() as progress,
        Prover(
            lean=lean or "embedded", context=problem.context, kernel=limits.kernel.value, progress=progress
        ) as prover,
    ):
        verdict = prover.verify(problem, _read_proof(proof), heartbeats=heartbeats, wall_seconds=wall_seconds)
    return _told(verdict, as_json)


def _asked(address: str, problem: Problem, proof: str, seconds: float) -> Verdict:
    from prover.config import search_config
    from prover.serve.client import RemoteProver

    with RemoteProver(address, search_config()) as prover:
        return prover.verify(problem, proof, seconds=seconds)


def _told(verdict: Verdict, as_json: bool) -> int:
    if as_json:
        print(verdict.model_dump_json())
    else:
        _show(verdict)
    return 0 if verdict.verdict == "accepted" else 1


def _kernel(given: str | None) -> KernelChoice:
    from prover.lean.kernel.choice import KernelChoice

    try:
        return KernelChoice(given or "default")
    except ValueError:
        raise UsageError(f"there is no kernel {given!r}; choose from native, embedded, both") from None


def _one(statement: str, name: str | None, context: str) -> Problem:
    from prover.problems.target import read_target

    problems = read_target(statement, name, context)
    if len(problems) > 1:
        known = ", ".join(problem.name for problem in problems[:5])
        raise InputError(
            f"{statement.splitlines()[0][:60]} holds {len(problems)} problems; pick one with --name: {known}, …"
        )
    return problems[0]


def _read_proof(proof: str) -> str:
    """Return the text of a proof; bytes that are no text are for the verifier to reject."""
    if proof == "-":
        return sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    path = Path(proof)
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except (OSError, ValueError) as error:
        # A block of tactics may stand on the command line; what looks like a path was meant as one.
        if path.suffix in (".lean", ".txt", ".jsonl") or isinstance(error, (IsADirectoryError, PermissionError)):
            raise InputError(f"the proof {proof} cannot be read: {getattr(error, 'strerror', error)}") from error
        return proof


def _show(verdict: Verdict) -> None:
    from rich.console import Console
    from rich.markup import escape

    from prover.types import VerifiedProof

    console = Console(highlight=False, soft_wrap=True)
    lean = f"{verdict.lean.version}, context {verdict.lean.context} {verdict.lean.context_sha256[:12]}"
    if isinstance(verdict, VerifiedProof):
        console.print(f"[bold green]accepted[/]: {escape(verdict.problem)}")
        console.print(f"  axioms      {', '.join(verdict.axioms) or 'none'}")
        if verdict.kernels:
            console.print(f"  kernels     {', '.join(verdict.kernels)}")
    else:
        console.print(f"[bold red]rejected[/] ({verdict.reason.value}): {escape(verdict.problem)}")
        console.print("\n".join(f"  {escape(line)}" for line in verdict.message.splitlines()))
    console.print(f"  statement   sha256 {verdict.statement_sha256[:16]}…")
    console.print(f"  heartbeats  {verdict.heartbeats:,} thousand")
    console.print(f"  Lean        {escape(lean)}")
