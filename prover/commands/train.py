"""`prover train`: train a policy on the proofs of a run, or write the data out to train elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from prover.errors import InputError, UsageError

if TYPE_CHECKING:
    from prover.train.preset import SftPreset
    from prover.train.records import ModelRecord
    from prover.types import TrainingExample


def run(
    data: Path = typer.Argument(
        help="The folder of a run of `prover iterate` or `prover bench`, or an examples.jsonl.", show_default=False
    ),
    out: Path = typer.Option(..., "--out", help="The folder of the model; training that was killed there is resumed."),
    preset: str = typer.Option("tiny", "--preset", help="tiny, small (SmolLM2), 7b-lora or 7b-full."),
    model: str | None = typer.Option(None, "--model", metavar="PATH_OR_ID", help="The model to fine-tune instead."),
    recipe: str | None = typer.Option(
        None, "--recipe", help="The prompt format of a fine-tuned model: step, proof, …."
    ),
    epochs: int | None = typer.Option(None, "--epochs", min=1, help="How often a fine-tuned model sees every row."),
    rate: float | None = typer.Option(None, "--rate", help="The highest learning rate of fine-tuning."),
    lora: int | None = typer.Option(None, "--lora", min=0, help="Rank of the adapter; 0 trains every weight."),
    coverage: int | None = typer.Option(
        None, "--coverage", min=1, help="Learn for being right once in so many samples (1: cross-entropy)."
    ),
    examples: int | None = typer.Option(
        None, "--examples", min=0, help="Show so many solved steps in each prompt; needs --recipe step-examples."
    ),
    critic: bool = typer.Option(
        False, "--critic", help="Train a critic of states instead, for --value hf:OUT; the data are a run's folder."
    ),
    export: bool = typer.Option(False, "--export", help="Write the data in every layout to --out; train nothing."),
    parquet: bool = typer.Option(False, "--parquet", help="With --export: Parquet instead of JSON lines."),
    seed: int = typer.Option(0, "--seed", min=0, help="Seed of all that is random."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Train on verified proofs. The losses are in `losses.html` next to the model.

    \b
    Examples:
      prover train runs/first --preset tiny --out models/mine
      prover train runs/first --preset small --model smollm2 --out models/tuned
      prover train runs/first --preset small --model smollm2 --critic --out models/critic
      prover train runs/first --export --parquet --out data/first
    """
    if parquet and not export:
        raise UsageError("--parquet goes with --export")
    if critic and (export or (coverage, examples) != (None, None)):
        raise UsageError("--critic goes with none of --export, --coverage and --examples")
    if export:
        return _export(_examples(data), out, parquet)
    if preset == "tiny":
        if critic or (model, recipe, epochs, rate, lora, coverage, examples) != (None,) * 7:
            raise UsageError(
                "--model, --recipe, --epochs, --rate, --lora, --coverage, --examples and --critic are for fine-tuning: "
                "add --preset small"
            )
        record = _tiny(_examples(data), out, seed)
    else:
        settings = _settings(preset, model, recipe, epochs, rate, lora, coverage, examples)
        record = _critic(data, settings, seed, out) if critic else _fine_tuned(_examples(data), settings, seed, out)
    _write_losses(record, out)
    print(record.model_dump_json() if as_json else f"{out}: loss {_last(record)}")
    if record.reliability is not None and not as_json:
        from prover.report.reliability import sentence

        print(sentence(record.reliability))
    return 0


def _examples(data: Path) -> list[TrainingExample]:
    from prover.train.from_bench import examples_of_bench
    from prover.train.learn import read_examples

    path = data
    if data.is_dir():
        found = sorted(data.glob("data/round-*/examples.jsonl"), key=lambda entry: int(entry.parent.name.split("-")[1]))
        if not found and (data / "config.json").is_file():
            return examples_of_bench(data)
        if not found:
            raise InputError(f"{data} holds no examples yet: run `prover iterate --out {data}`")
        path = found[-1]
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    return read_examples(path)


def _export(rows: list[TrainingExample], out: Path, parquet: bool) -> int:
    from prover.train.export import LAYOUTS, layout, write_jsonl, write_parquet

    for name in LAYOUTS:
        made = layout(rows, name)
        if parquet:
            write_parquet(made, out / f"{name}.parquet")
        else:
            write_jsonl(made, out / f"{name}.jsonl")
        print(f"{len(made):8} rows  {name}")
    return 0


def _tiny(rows: list[TrainingExample], out: Path, seed: int) -> ModelRecord:
    from prover.train.learn import train_tiny
    from prover.train.preset import TINY
    from prover.train.watch import Screen

    texts = [text for row in rows for text in (*row.goals, *row.positives, row.statement)]
    out.parent.mkdir(parents=True, exist_ok=True)
    return train_tiny(rows, texts, TINY, seed, out, name=out.name, command=_command(), watch=Screen().step)


def _settings(
    name: str,
    model: str | None,
    recipe: str | None,
    epochs: int | None,
    rate: float | None,
    lora: int | None,
    coverage: int | None,
    examples: int | None,
) -> SftPreset:
    from prover.policies.recipes import find_recipe
    from prover.train.preset import sft_preset
    from prover.train.solved import check_shown

    preset = sft_preset(name, model)
    schedule = {key: value for key, value in {"epochs": epochs, "rate": rate}.items() if value is not None}
    given: dict[str, object] = {"schedule": preset.schedule.model_copy(update=schedule)}
    if recipe is not None:
        given["recipe"] = find_recipe(recipe).name
    if lora is not None:
        given["lora"] = preset.lora.model_copy(update={"rank": lora})
    if coverage is not None:
        given["coverage"] = coverage
    if examples:
        given["examples"] = examples
        check_shown(find_recipe(str(given.get("recipe", preset.recipe))))
    return preset.model_copy(update=given)


def _fine_tuned(rows: list[TrainingExample], preset: SftPreset, seed: int, out: Path) -> ModelRecord:
    from prover.iterate.sft import fine_tune
    from prover.train.watch import Screen

    out.parent.mkdir(parents=True, exist_ok=True)
    return fine_tune(rows, preset, seed, out, _command(), Screen().step)


def _critic(data: Path, preset: SftPreset, seed: int, out: Path) -> ModelRecord:
    from prover.iterate.critic import fit_critic
    from prover.train.watch import Screen

    out.parent.mkdir(parents=True, exist_ok=True)
    return fit_critic(data, preset, seed, out, _command(), Screen().step)


def _write_losses(record: ModelRecord, out: Path) -> None:
    from prover.lines import write_whole
    from prover.report.losses import losses
    from prover.report.page import page

    body = f'<main><h1>Losses</h1><div class="card padded">{losses(record)}</div></main>'
    styles = ("page.css", "run.css", "rounds.css")
    write_whole(out / "losses.html", page("Losses", body, styles=styles, scripts=(), data={}).encode())


def _last(record: ModelRecord) -> str:
    named = {"trained on": record.losses, "held out": record.held_out}
    return ", ".join(f"{points[-1][1]:.3f} ({name})" for name, points in named.items() if points)


def _command() -> str:
    return f"prover {' '.join(sys.argv[1:])}"
