"""Training data in the layouts that people train with, as JSON lines and, where pyarrow is installed, as Parquet.

tactics             state, tactic                   a step of a verified proof a row
prompt-completion   prompt, completion              the same in the words of the recipe `step`
messages            messages                        the same as a conversation, in the words of the recipe `chat-step`
proofs              statement, proof                a whole verified proof a row
outcomes            state, tactic, label            every judged tactic, refused ones included

Queries (`exact?`) are in none of them: the answer of one stands in the proof.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from prover.errors import SetupError
from prover.lines import write_whole
from prover.policies.recipes import find_recipe
from prover.queries import asks
from prover.train.rows import as_messages, training_rows
from prover.types import TrainingExample

Value = str | int | list[dict[str, str]]
ExportRow = Mapping[str, Value]
_ALL = 1_000_000
"""Every tactic of a state is exported, however many there are."""


def _steps(rows: Iterable[TrainingExample]) -> Iterator[tuple[TrainingExample, str]]:
    for row in rows:
        for tactic in row.positives:
            if not asks(tactic):  # a query teaches nothing: its answer stands in the proof
                yield row, tactic


def _tactics(rows: Iterable[TrainingExample]) -> Iterator[ExportRow]:
    for row, tactic in _steps(rows):
        yield {"problem": row.problem, "state": row.state, "tactic": tactic}


def _prompt_completion(rows: Iterable[TrainingExample]) -> Iterator[ExportRow]:
    for row in training_rows(list(rows), find_recipe("step"), most=_ALL):
        yield {"prompt": row.asked.text, "completion": row.completion}


def _messages(rows: Iterable[TrainingExample]) -> Iterator[ExportRow]:
    for row in training_rows(list(rows), find_recipe("chat-step"), most=_ALL):
        yield {"messages": as_messages(row)}


def _proofs(rows: Iterable[TrainingExample]) -> Iterator[ExportRow]:
    for row in rows:
        if row.proof:
            yield {"problem": row.problem, "statement": row.statement, "proof": row.proof}


def _outcomes(rows: Iterable[TrainingExample]) -> Iterator[ExportRow]:
    for row in rows:
        for judgement in row.judged:
            if asks(judgement.tactic):
                continue
            yield {
                "problem": row.problem,
                "state": row.state,
                "tactic": judgement.tactic,
                "label": judgement.label.value,
            }


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
