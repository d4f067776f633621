"""A critic trained on the searches of a run, from the command line."""

from __future__ import annotations

from pathlib import Path

from prover.errors import InputError
from prover.learners.critic import critic_job, critic_recipe, train_critic, value_rows
from prover.learners.loop import Watch
from prover.policies.recipes import find_recipe
from prover.runs.store import NAME
from prover.train.preset import SftPreset
from prover.train.records import ModelRecord
from prover.train.store import open_store


def fit_critic(
    run: Path,
    preset: SftPreset,
    seed: int,
    out: Path,
    command: str = "",
    watch: Watch = lambda step, steps, loss: None,
) -> ModelRecord:
    """Train, or continue training, a critic on all searches of a run of `prover iterate`, and put it into `out`.

    Raises `InputError` where there is no such run, `DataError` without states of both kinds, and what training raises.
    """
    if not (run / NAME).is_file():
        raise InputError(f"{run} is no run of `prover iterate`: a critic learns from the searches that are kept in one")
    recipe = critic_recipe(preset.recipe)
    shown = find_recipe(recipe)
    store = open_store(run)
    try:
        rows = [
            row
            for phase in store.phases()
            if phase.phase == "search"
            for _, _, states in store.searched(phase.round, phase.phase)
            for row in value_rows(states, shown)
        ]
    finally:
        store.close()
    job = critic_job(
        rows, out, model=preset.model, seed=seed, command=command, recipe=recipe, lora=preset.lora,
        schedule=preset.schedule,
    )  # fmt: skip
    return train_critic(job, watch)
