"""Expert iteration with a language model through the command line, on real Lean: killed twice, it ends the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from prover.cli import run
from prover.lean.embedded.install import Installation
from prover.policies.models.cards import SOLVED, read_model_card
from prover.report.rounds import summarise_rounds
from prover.train.records import ModelRecord
from prover.train.store import open_store

pytestmark = pytest.mark.slow  # two whole runs of the loop

TRAIN = {
    "sum": "(a b : ℕ) (h : a = b + 4) (k : b = 2) : a = 6",
    "both": "(p q : Prop) (hp : p) (hq : q) : p ∧ q",
    "nil": "(xs : List ℕ) : xs ++ [] = xs",
    "mul": "(a b : ℤ) : a * b = b * a",
    "less": "(n : ℕ) (h : 3 < n) : 2 < n",
    "swap": "(p q : Prop) (h : p ∨ q) : q ∨ p",
    "never": "(n : ℕ) (h : 1 < n) : ∃ p, n < p ∧ p < 2 * n ∧ p.Prime",  # not here: a critic learns from that as well
}
VALID = {
    "more": "(m : ℕ) (h : 5 < m) : 4 < m",
    "cubes": "(a b c : ℤ) (h : a ^ 3 + b ^ 3 = c ^ 3) : a * b * c = 0",  # true, and not proved here
}
CONFIG = tomllib.loads("""
learn = ["sft", "sft,dpo,critic"]
rounds = 2
problems = 6
search-budget = "lean_calls=16"
search-heartbeats = 300
audit = 12
calibration = 2
companions = ["automation"]
samples = 2
budget = "lean_calls=4"
heartbeats = 300
[sft]
epochs = 4
rate = 5e-3
checkpoint_seconds = 0
threads = 1
[dpo]
epochs = 1
longest = 256
threads = 1
""")


def written(folder: Path, statements: dict[str, str], name: str) -> Path:
    rows = [{"name": key, "formal_statement": f"theorem {key} {text} := by"} for key, text in statements.items()]
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder / name


def command(folder: Path, base: Path, out: str, asked: str = "", config: Mapping[str, object] = CONFIG) -> list[str]:
    (folder / "lm.json").write_text(json.dumps(config))
    policy = f"hf:{base}{asked}"
    given = ["iterate", "--config", str(folder / "lm.json"), "--policy", policy, "--out", str(folder / out)]
    return [*given, "--train", str(folder / "train.jsonl"), "--valid", f"{folder / 'valid.jsonl'}=2"]


def start(given: list[str], stderr: int) -> subprocess.Popen[str]:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    program = [sys.executable, "-c", "from prover.cli import main; main()", *given]
    return subprocess.Popen(program, env=environment, stderr=stderr, stdout=subprocess.DEVNULL, text=True)


def kill_at(given: list[str], said: str) -> None:
    """Start a run and kill it, and nothing else, once it says something."""
    process = start(given, subprocess.PIPE)
    assert process.stderr is not None
    assert any(said in line for line in process.stderr)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()


def outcome(out: Path) -> tuple[list[tuple[int, str]], list[tuple[object, ...]], list[ModelRecord]]:
    store = open_store(out)
    try:
        rows: list[tuple[object, ...]] = [
            (phase.round, phase.phase, row.attempt.problem, row.attempt.status, row.attempt.proof)
            for phase in store.phases()
            for row in store.rows(phase.round, phase.phase)
        ]
        return [(phase.round, phase.phase) for phase in store.phases()], rows, store.models()
    finally:
        store.close()


def test_two_rounds_killed_twice(
    base: Path, lean: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("trl", reason="TRL is not installed (the extra ml): no preferences are learnt here")
    written(tmp_path, TRAIN, "train.jsonl")
    problems = written(tmp_path, VALID, "valid.jsonl")
    assert run(command(tmp_path, base, "whole")) == 0
    said = capsys.readouterr()
    assert "round 2" in said.out and "calibrate" in said.err
    phases, _, models = outcome(tmp_path / "whole")
    rounds = ["search", "examples", "train", "calibrate", "evaluate", "promote"]
    valued = [*rounds[:-1], "critic", rounds[-1]]
    assert phases[2:] == [*((1, name) for name in rounds), *((2, name) for name in valued), (2, "control")]
    store = open_store(tmp_path / "whole")
    (critic,) = summarise_rounds(store).critics
    store.close()
    assert critic.model.preset == "critic" and critic.model.examples > 1 and critic.against.problems == 1
    assert [model.preset for model in models] == ["sft", "dpo"]
    # A run that is finished can have another critic, which takes part in a search.
    made = ["--preset", "small", "--model", str(base), "--epochs", "1", "--critic", "--out", str(tmp_path / "critic")]
    assert run(["train", str(tmp_path / "whole"), *made]) == 0
    assert (tmp_path / "critic" / "losses.html").is_file()
    given = ["bench", str(problems), "--policy", f"hf:{tmp_path / 'whole' / 'models' / 'round-2'}?samples=2"]
    given += ["--value", f"hf:{tmp_path / 'critic'}", "--budget", "lean_calls=4", "--out", str(tmp_path / "valued")]
    assert run(given) == 0
    cut = command(tmp_path, base, "cut")
    kill_at(cut, "round 1: train")
    kill_at(cut, "round 2: search")
    assert start(cut, subprocess.DEVNULL).wait(900) == 0
    assert outcome(tmp_path / "cut") == outcome(tmp_path / "whole")
    # What was trained proves, by itself and beside others, with nothing said of how it is asked.
    model = tmp_path / "whole" / "models" / "round-2"
    card = read_model_card(model)
    assert card is not None and card.odds is not None and set(card.odds.fits) == {"automation", "hf"}
    mix = f"mix:automation+hf:{model}(samples=2)"
    given = ["bench", str(problems), "--policy", mix, "--out", str(tmp_path / "bench"), "--strategy"]
    assert run([*given, "best-first?lazy=true", "--budget", "lean_calls=40", "--heartbeats", "300"]) == 0
    rows = [json.loads(line) for line in (tmp_path / "bench" / "attempts.jsonl").read_text("utf-8").splitlines()]
    assert [row["status"] for row in rows if row["problem"] == "more"] == ["proved"]
    other = next(row for row in rows if row["problem"] == "cubes")
    assert other["status"] != "proved" and other["cost"]["generations"] > 0, "the model was asked in the end"


CREDIT = {
    "learn": ["sft,grpo"],
    "grpo": {"steps": 4, "questions": 2, "group": 4, "max_tokens": 8, "credit": 0.5, "heartbeats": 200},
}


@pytest.mark.parametrize(
    ("asked", "given", "said"),
    [
        ("?recipe=step-examples&examples=1", {}, "step 1 of"),
        ("", {"sft": CONFIG["sft"] | {"ascending": True}}, "step 1 of"),
        ("", CREDIT, "step 1 of 4,"),
    ],
    ids=["examples", "ascending", "credit"],
)
def test_a_round_with_a_switch_killed_while_it_trains(
    base: Path, lean: Installation, tmp_path: Path, asked: str, given: dict[str, object], said: str
) -> None:
    if given is CREDIT:
        pytest.importorskip("trl", reason="TRL is not installed (the extra ml): nothing is reinforced here")
    written(tmp_path, TRAIN, "train.jsonl")
    written(tmp_path, VALID, "valid.jsonl")
    config = CONFIG | {"rounds": 1, "calibration": 0, "learn": ["sft"]} | given
    whole, cut = (command(tmp_path, base, name, asked, config) for name in ("whole", "cut"))
    assert run(whole) == 0
    kill_at(cut, said)
    assert start(cut, subprocess.DEVNULL).wait(900) == 0
    assert outcome(tmp_path / "cut") == outcome(tmp_path / "whole")
    if asked:
        solved = [(tmp_path / name / "models" / "round-1" / SOLVED).read_bytes() for name in ("whole", "cut")]
        assert solved[0] == solved[1] and b"tactic" in solved[0]
