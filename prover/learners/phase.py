"""One training phase in a process of its own: `python -m prover.learners.phase JOB.json`.

When the process ends, all that the model held is free, on the GPU as well; when it is killed, the next one continues at
the last checkpoint. `accelerate launch -m prover.learners.phase JOB.json` uses several GPUs. Standard output holds the
record of the trained model as one line of JSON, standard error the progress; an error is one sentence, exit status 2.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from prover.errors import PolicyError, ProverError
from prover.learners.loop import Watch
from prover.lines import write_whole
from prover.train.job import CriticJob, DpoJob, GrpoJob, Job, SftJob, read_job
from prover.train.records import ModelRecord

_MARK = "step "


def train(job: Job, watch: Watch) -> ModelRecord:
    """Carry out a job in this process and return the record of its model."""
    if isinstance(job, SftJob):
        from prover.learners.sft import train_sft

        return train_sft(job, watch)
    if isinstance(job, DpoJob):
        from prover.learners.dpo import train_dpo

        return train_dpo(job, watch)
    if isinstance(job, GrpoJob):
        from prover.learners.grpo import train_grpo

        return train_grpo(job, watch)
    assert isinstance(job, CriticJob)
    from prover.learners.critic import train_critic

    return train_critic(job, watch)


def run_phase(job: Job, watch: Watch = lambda step, steps, loss: None) -> ModelRecord:
    """Carry out a job in a process of its own and return the record of its model. Raises `PolicyError`.

    If this process is killed, the other ends with it at its next line of progress.
    """
    job.work.mkdir(parents=True, exist_ok=True)
    path = job.work / "job.json"
    write_whole(path, job.model_dump_json().encode())
    command = [sys.executable, "-m", "prover.learners.phase", str(path)]
    said: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            for line in process.stderr:
                if line.startswith(_MARK):
                    step, steps, loss = line.removeprefix(_MARK).split()
                    watch(int(step), int(steps), float(loss))
                elif line.strip():
                    said.append(line.strip())
            found = process.stdout.read()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        why = said[-1] if process.returncode == 2 and said else ""
        died = (
            f"the training process died (status {process.returncode}; {said[-1][:200] if said else 'it said nothing'})"
        )
        raise PolicyError(why.removeprefix("error: ") or f"{died}: start again, which continues at the last checkpoint")
    return ModelRecord.model_validate_json(found.splitlines()[-1])


def main() -> int:
    """Carry out the job of the file named on the command line."""
    if len(sys.argv) != 2:
        print("error: write python -m prover.learners.phase JOB.json", file=sys.stderr)
        return 2
    last = 0.0

    def watch(step: int, steps: int, loss: float) -> None:
        nonlocal last
        if time.monotonic() - last >= 1.0 or step == steps:
            last = time.monotonic()
            print(f"{_MARK}{step} {steps} {loss:.5f}", file=sys.stderr, flush=True)

    try:
        record = train(read_job(Path(sys.argv[1])), watch)
    except ProverError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(json.dumps(record.model_dump(mode="json")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
