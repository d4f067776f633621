"""The part of a round that needs no Lean: examples from the store, a decoder trained on them, a model in a folder."""

from __future__ import annotations

import hashlib
import math
import os
import random
import shutil
from collections.abc import Callable, Sequence
from itertools import chain, product
from pathlib import Path

from pydantic import TypeAdapter

from prover.errors import SetupError
from prover.lean.goals import parse_goal
from prover.lines import Lines, read_lines, sync_folder, write_whole
from prover.policies.goal_context import GoalContext
from prover.policies.templates.arguments import WIDE
from prover.policies.templates.automation import weighted
from prover.policies.templates.priors import Priors
from prover.policies.tiny.policy import Card, log_frequency, read_card, read_decoder, write_card
from prover.policies.tiny.score import log_proving
from prover.policies.tiny.table import Counts, base, count, premises_in
from prover.train.examples import Label, TrainingExample, data_sha256, examples, merged
from prover.train.export import layout, write_jsonl
from prover.train.fit import TinyPreset, discard, fit, labelled
from prover.train.records import ModelRecord, Role
from prover.train.store import IterateStore
from prover.types import Frozen, Problem, ProofState

_EXAMPLES: TypeAdapter[TrainingExample] = TypeAdapter(TrainingExample)
HELD_OUT = 8
"""One in so many problems is not trained on: its states choose the point to stop at and set the exponents."""
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""The exponents that the table is tried with; the decoder likewise, without 0."""
EXPORTS = ("tactics", "prompt-completion", "proofs")

Watch = Callable[[int, int, float], None]


class Found(Frozen):
    """The lemmas that were found for the first goal of a state of a problem, so many being asked for."""

    problem: str
    goal: str
    asked: int
    premises: tuple[str, ...]


def collect(
    store: IterateStore,
    last: int,
    seed: int,
    without: float,
    premises: int,
    kept: Path | None = None,
    watch: Callable[[int, int], None] = lambda done, all: None,
) -> list[TrainingExample]:
    """Return the examples of all rounds up to the last: earlier proofs are replayed, so that nothing is forgotten.

    No state is there twice: what was tried at equal ones is put together. States without a proof hold refusals, which
    tell what is a waste; of those `without` are drawn for each state with a proof. The lemmas that a state was shown,
    `premises` at most, are looked up again: retrieval is a function of problem and state. What was looked up is kept in
    the file `kept`, where a killed phase and later rounds find it.
    """
    found: dict[tuple[str, tuple[str, ...]], TrainingExample] = {}
    for number in range(1, last + 1):
        searched = chain(store.searched(number, "search"), store.searched(number, "disprove"))
        for asked, verified, states in searched:
            for example in examples(asked, verified, states):
                key = (example.problem, example.goals)
                found[key] = merged(found[key], example) if key in found else example
    positive = [example for example in found.values() if example.positives]
    others = [example for example in found.values() if not example.positives]
    most = min(len(others), round(without * len(positive)))
    chosen = set(map(id, random.Random(f"{seed} {last}").sample(others, most)))
    chosen_rows = [example for example in found.values() if example.positives or id(example) in chosen]
    asked_for = {entry.problem.name: entry.problem for entry in store.problems(Role.TRAIN)}
    looked_up = _LookedUp(kept)
    rows = []
    for done, example in enumerate(chosen_rows, 1):
        rows.append(looked_up.added(example, asked_for[example.problem], premises))
        watch(done, len(chosen_rows))
    return rows


class _LookedUp:
    """The lemmas of states, each looked up once."""

    def __init__(self, kept: Path | None) -> None:
        self._lines = None if kept is None else Lines(kept)
        self._found: dict[tuple[str, str, int], tuple[str, ...]] = {}
        if self._lines is not None:
            self._lines.path.parent.mkdir(parents=True, exist_ok=True)
            self._lines.repair()
            for row in read_lines(self._lines.path, TypeAdapter(Found)):
                self._found[row.problem, row.goal, row.asked] = row.premises

    def added(self, example: TrainingExample, problem: Problem, premises: int) -> TrainingExample:
        """Return an example with the lemmas of its first goal."""
        asked = premises_in(problem, premises)
        if not asked:
            return example
        key = (example.problem, example.goals[0], asked)
        if key not in self._found:
            from prover.policies.retrieval.open import premises_for

            state = ProofState(problem.name, (parse_goal(example.goals[0], 0),), ())
            self._found[key] = tuple(premises_for(problem)(state, asked))
            if self._lines is not None:
                row = Found(problem=example.problem, goal=example.goals[0], asked=asked, premises=self._found[key])
                self._lines.append(row, sync=False)
        return example.model_copy(update={"premises": self._found[key]})


def write_examples(rows: Sequence[TrainingExample], folder: Path) -> str:
    """Write examples, and the layouts that people train with, and return the hash of the examples."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in EXPORTS:
        write_jsonl(layout(rows, name), folder / f"{name}.jsonl")
    write_whole(folder / "examples.jsonl", "".join(f"{row.model_dump_json()}\n" for row in rows).encode())
    return data_sha256(rows)


def read_examples(path: Path) -> list[TrainingExample]:
    """Return the examples of a file. Raises `DataError` for a damaged one."""
    return list(read_lines(path, _EXAMPLES))


def corpus_texts(store: IterateStore, rows: Sequence[TrainingExample]) -> list[str]:
    """Return what a tokenizer is learnt from: states, tactics and training statements."""
    texts = [text for row in rows for text in (*row.goals, *row.positives)]
    return texts + [entry.problem.statement for entry in store.problems(Role.TRAIN)]


def table_of(rows: Sequence[TrainingExample]) -> Counts:
    """Count which templates were right, by the shape of the goal."""
    return count((parse_goal(row.goals[0], 0), _scope(row), row.positives) for row in rows if row.positives)


def _scope(example: TrainingExample) -> GoalContext:
    return GoalContext(premises=example.premises)


def write_table(rows: Sequence[TrainingExample], name: str, folder: Path, premises: int = 0) -> None:
    """Write the control: the table alone, as a model without weights."""
    partial = _partial(folder)
    write_card(Card(kind="table", name=name, counts=table_of(rows), base=base(), premises=premises), partial)
    publish_dir(partial, folder)


def train_tiny(
    rows: Sequence[TrainingExample],
    texts: Sequence[str],
    preset: TinyPreset,
    seed: int,
    folder: Path,
    *,
    name: str,
    number: int = 0,
    parent: Path | None = None,
    command: str = "",
    watch: Watch = lambda step, steps, loss: None,
) -> ModelRecord:
    """Train a decoder, from its parent's weights if it has one, into a folder; a kill loses little and changes nothing.

    Raises `SetupError` without PyTorch, `ValueError` if nothing was proved that could be learnt from.
    """
    from prover.train.decoder import build_decoder, build_tokenizer

    try:
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        if parent is not None:
            model, tokenizer = read_decoder(parent)
        else:
            tokenizer = build_tokenizer(texts, preset.size)
            model = build_decoder(tokenizer, preset.size, seed)
    except ImportError as error:
        raise _no_torch(error) from error
    kept = [row for row in rows if not is_held_out(row)]
    held_out = [row for row in rows if is_held_out(row)]
    apart = labelled(held_out, tokenizer, preset.branches, seed)
    resting = folder.with_name(f".{folder.name}.training")
    made = labelled(kept, tokenizer, preset.branches, seed)
    curve = fit(model, made, apart, preset, seed, resting / "checkpoint.pt", watch)
    table = table_of(kept)
    partial = _partial(folder)
    model.save_pretrained(partial)
    tokenizer.save(str(partial / "tokenizer.json"))
    weights = hashlib.sha256((partial / "model.safetensors").read_bytes()).hexdigest()
    record = ModelRecord(
        name=name,
        round=number,
        sha256=weights,
        parent=str(read_card(parent).lineage["sha256"]) if parent is not None else "",
        data_sha256=data_sha256(rows),
        examples=len(rows),
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        seed=seed,
        preset="tiny",
        losses=curve.losses,
        held_out=curve.held_out,
    )
    policy_exponent, prior_exponent = _exponents(partial, held_out, table)
    lineage = record.model_dump(include={"sha256", "parent", "data_sha256", "examples", "parameters", "seed", "round"})
    write_card(
        Card(
            name=name,
            counts=table,
            base=base(),
            policy_exponent=policy_exponent,
            prior_exponent=prior_exponent,
            value_exponent=preset.value_exponent,
            pool=preset.pool,
            premises=preset.premises,
            lineage=lineage | {"command": command},
        ),
        partial,
    )
    publish_dir(partial, folder)
    discard(resting)
    return record


def _no_torch(error: ImportError) -> SetupError:
    return SetupError(f"training needs PyTorch and transformers ({error}): pip install 'proofsmith[ml]'")


def is_held_out(example: TrainingExample) -> bool:
    """Tell whether an example is not trained on: all those of one problem are, or none."""
    return int(hashlib.sha256(example.problem.encode()).hexdigest(), 16) % HELD_OUT == 0


def _exponents(folder: Path, held_out: Sequence[TrainingExample], table: Counts) -> tuple[float, float]:
    """Return the exponents of decoder and table with the least choice loss on what was held out.

    The decoder is read from its folder: it is asked as the policy will ask it.
    """
    priors = Priors(table, base())
    model, tokenizer = read_decoder(folder, "bfloat16")
    cases: list[tuple[list[float], list[float], list[bool]]] = []
    for row in held_out:
        right = [judged.label is Label.PROVED for judged in row.judged]
        if any(right) and not all(right):
            state = tokenizer.encode(row.goals[0]).ids
            found = log_proving(model, state, [tokenizer.encode(judged.tactic).ids for judged in row.judged])
            said = dict(weighted(parse_goal(row.goals[0], 0), WIDE, priors, _scope(row)))
            logs = [log_frequency(said, judged.tactic) for judged in row.judged]
            cases.append((found, logs, right))

    def loss(pair: tuple[float, float]) -> float:
        return sum(
            _choice([pair[0] * a + pair[1] * b for a, b in zip(found, logs, strict=True)], right)
            for found, logs, right in cases
        )

    card = Card(name="")
    return min(product(WEIGHTS[1:], WEIGHTS), key=loss) if cases else (card.policy_exponent, card.prior_exponent)


def _choice(found: Sequence[float], right: Sequence[bool]) -> float:
    top = max(found)
    chances = [math.exp(score - top) for score in found]
    return -math.log(
        max(1e-12, sum(chance for chance, good in zip(chances, right, strict=True) if good) / sum(chances))
    )


def _partial(folder: Path) -> Path:
    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    return partial


def publish_dir(partial: Path, folder: Path) -> None:
    """Put a folder in its place so that a kill leaves the whole of it or nothing."""
    for path in partial.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)
    sync_folder(folder.parent)
