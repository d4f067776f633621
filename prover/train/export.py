"""Training data in the layouts that people train with, as JSON lines and, where pyarrow is installed, as Parquet.

tactics             state, tactic                   a step of a verified proof a row
prompt-completion   prompt, completion              the same for TRL's SFTTrainer, which learns completions only
messages            messages                        the same as a conversation
proofs              statement, proof                a whole verified proof a row
outcomes            state, tactic, label            every judged tactic, refused ones included
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from prover.errors import SetupError
from prover.runs.lines import write_whole
from prover.train.examples import TrainingExample

Value = str | int | list[dict[str, str]]
ExportRow = Mapping[str, Value]

PROMPT = "{state}\n:::\n"
"""What a model is asked; the tactic is the completion."""
INSTRUCTION = "You prove theorems in Lean 4. Answer with the next tactic for this proof state:\n\n{state}"


def prompt(state: str) -> str:
    """Return what a model is asked about a state."""
    return PROMPT.format(state=state)


def _steps(rows: Iterable[TrainingExample]) -> Iterator[tuple[TrainingExample, str]]:
    for row in rows:
        for tactic in row.positives:
            yield row, tactic


def _tactics(rows: Iterable[TrainingExample]) -> Iterator[ExportRow]:
    for row, tactic in _steps(rows):
        yield {"problem": row.problem, "state": row.state, "tactic": tactic}


def _prompt_completion(rows: Iterable[TrainingExample]) -> Iterator[ExportRow]:
    for row, tactic in _steps(rows):
        yield {"prompt": prompt(row.state), "completion": tactic}


def _messages(rows: Iterable[TrainingExample]) -> Iterator[ExportRow]:
    for row, tactic in _steps(rows):
        yield {
            "messages": [
                {"role": "user", "content": INSTRUCTION.format(state=row.state)},
                {"role": "assistant", "content": tactic},
            ]
        }


def _proofs(rows: Iterable[TrainingExample]) -> Iterator[ExportRow]:
    for row in rows:
        if row.proof:
            yield {"problem": row.problem, "statement": row.statement, "proof": row.proof}


def _outcomes(rows: Iterable[TrainingExample]) -> Iterator[ExportRow]:
    for row in rows:
        for it in row.judged:
            yield {"problem": row.problem, "state": row.state, "tactic": it.tactic, "label": it.label.value}


LAYOUTS: Mapping[str, Callable[[Iterable[TrainingExample]], Iterator[ExportRow]]] = {
    "tactics": _tactics,
    "prompt-completion": _prompt_completion,
    "messages": _messages,
    "proofs": _proofs,
    "outcomes": _outcomes,
}


def layout(rows: Iterable[TrainingExample], name: str) -> list[ExportRow]:
    """Return examples in a layout, each row once, in order."""
    return list({json.dumps(row, sort_keys=True): row for row in LAYOUTS[name](rows)}.values())


def write_jsonl(rows: Sequence[ExportRow], path: Path) -> None:
    """Write rows as JSON lines: whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode())


def write_parquet(rows: Sequence[ExportRow], path: Path) -> None:
    """Write rows as Parquet: whole or not at all. Raises `SetupError` without pyarrow."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise SetupError("Parquet needs pyarrow: pip install 'proofsmith[ml]', or export JSON lines") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([dict(row) for row in rows]), sink)
    write_whole(path, sink.getvalue().to_pybytes())
