"""What a GPU does with the models of this project, in one run of at most ten minutes; JSON lines on standard output.

    python -m tests.benchmarks.gpu [--seconds 540] [--only decode,sft,grpo,round] [--device cuda] [--tiny]

Nothing is downloaded: the models have the shape of SmolLM2-135M and of a 7B prover, and random weights. Only PyTorch
and transformers are needed; PEFT gives the adapters of the 7B model, and with pydantic, accelerate and safetensors
there is a whole small round: train, sample what was trained, reward it, train again. What is missing is said in a line.
A measurement is repeated and the median printed; the first is to warm up. `--tiny` is for trying the script itself.

decode   tokens a second of the sampler of `hf:` at 1, 64 and 256 sequences, with a token drawn by a whole sort of the
         vocabulary and without, side by side
sft      steps a second of supervised fine-tuning: forward and backward pass in bfloat16 and AdamW
grpo     seconds of a step: sampling the groups, and the update
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

SHAPES: dict[str, dict[str, Any]] = {
    "135m": {
        "vocab_size": 49_152, "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
        "num_attention_heads": 9, "num_key_value_heads": 3, "tie_word_embeddings": True,
    },
    "7b": {
        "vocab_size": 102_400, "hidden_size": 4096, "intermediate_size": 11_008, "num_hidden_layers": 30,
        "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": False,
    },
}  # fmt: skip
TINY: dict[str, Any] = {
    "vocab_size": 2000, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
    "num_attention_heads": 2, "num_key_value_heads": 2, "tie_word_embeddings": True,
}  # fmt: skip
SPREAD = 5.0
PROMPT = 64
"""Tokens of a prompt, about those of a state."""


class NoTokenizer:
    """Stands in for a tokenizer where no text is made of the tokens, and no token ends a text."""

    pad_token_id = 0
    eos_token_id = None

    def decode(self, ids: list[int], **_: Any) -> str:
        return ""


class Bench:
    """Where the measurements run, what each may take, and until when new ones begin."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.device: str = options.device
        self.tiny: bool = options.tiny
        self.until = time.monotonic() + options.seconds

    def shapes(self) -> dict[str, dict[str, Any]]:
        return dict.fromkeys(SHAPES, TINY) if self.tiny else SHAPES

    def model(self, name: str, dtype: torch.dtype) -> Any:
        from transformers import LlamaConfig, LlamaForCausalLM

        settings = LlamaConfig(**self.shapes()[name], max_position_embeddings=4096, pad_token_id=0, eos_token_id=None)
        torch.manual_seed(0)
        before = torch.get_default_dtype()
        torch.set_default_dtype(dtype)
        try:
            with torch.device(self.device):
                model = LlamaForCausalLM(settings)
        finally:
            torch.set_default_dtype(before)
        # Logits with the spread of a model that is fairly sure: those of random weights would all be alike.
        with torch.no_grad():
            model.lm_head.weight.mul_(SPREAD / (0.02 * settings.hidden_size**0.5))
        return model

    def sync(self) -> None:
        if self.device.startswith("cuda"):
            torch.cuda.synchronize()

    def seconds(self, work: Callable[[], object], repeats: int = 3) -> float:
        """Return the median seconds of some work, after one round to warm up."""
        times = []
        for _ in range(repeats + 1):
            self.sync()
            began = time.perf_counter()
            work()
            self.sync()
            times.append(time.perf_counter() - began)
        return statistics.median(times[1:])

    def peak(self) -> float:
        """Return the most GPU memory since the last call, in GiB."""
        if not self.device.startswith("cuda"):
            return 0.0
        found = torch.cuda.max_memory_allocated() / 2**30
        torch.cuda.reset_peak_memory_stats()
        return round(found, 2)

    def measure(self, what: str, facts: dict[str, Any], work: Callable[[], dict[str, Any]]) -> None:
        """Print what some work measures, or why it could not, as one line."""
        if time.monotonic() > self.until:
            say(what=what, **facts, skipped="no time is left")
            return
        try:
            self.peak()
            say(what=what, **facts, **work(), peak_gib=self.peak())
        except Exception as error:  # the next measurement may do
            say(what=what, **facts, failed=f"{type(error).__name__}: {str(error).splitlines()[0][:200]}")
        if self.device.startswith("cuda"):
            torch.cuda.empty_cache()


def say(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


def sampling(**given: Any) -> Any:
    """Return settings as the sampler reads them, without the packages that their own type needs."""
    return SimpleNamespace(**{"temperature": 1.0, "top_p": 1.0, "top_k": 0, "stop": (), "beam": False} | given)


def sampled(model: Any, sequences: int, tokens: int, how: Any) -> int:
    """Write tokens after prompts, eight samples a prompt, with the sampler of `hf:`; return how many."""
    from prover.policies.models.decoding import Row, Sampler

    each = min(8, sequences)
    size = model.config.vocab_size
    rows = [
        Row(tuple((7 * at + number) % (size - 10) + 5 for at in range(PROMPT)), tuple(range(each)), tokens)
        for number in range(sequences // each)
    ]
    found = Sampler(torch, model, NoTokenizer(), threading.Event()).sample(rows, how)
    return sum(len(sample.ids) for group in found for sample in group)


def decode(bench: Bench) -> None:
    from prover.policies.models import decoding
    from prover.policies.models.drawing import draw
    from tests.benchmarks.sampler import sorted_draw

    tokens = 8 if bench.tiny else 64
    for name in bench.shapes():
        model = bench.model(name, torch.bfloat16).eval()
        weights = sum(parameter.numel() for parameter in model.parameters())
        say(what="model", shape=name, weights=weights)
        for sequences in (1, 64, 256):
            for cut in (1.0, 0.95):
                how = sampling(top_p=cut)

                def work(sequences: int = sequences, how: Any = how, model: Any = model) -> dict[str, Any]:
                    rates = {}
                    for kind, one in (("sorted", sorted_draw), ("mended", draw)):
                        vars(decoding)["draw"] = one
                        seconds = bench.seconds(lambda: sampled(model, sequences, tokens, how), repeats=2)
                        rates[kind] = round(sequences * tokens / seconds, 1)
                    vars(decoding)["draw"] = draw
                    return {"tokens_a_second": rates, "ratio": round(rates["mended"] / rates["sorted"], 2)}

                bench.measure("decode", {"shape": name, "sequences": sequences, "top_p": cut}, work)
        del model


def trainee(bench: Bench, name: str, adapter: bool) -> tuple[Any, Any]:
    """Return a model to train and its optimiser: all weights in float32, or an adapter on weights in bfloat16."""
    model = bench.model(name, torch.bfloat16 if adapter else torch.float32)
    model.config.use_cache = False
    if adapter:
        import peft

        settings = peft.LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
        model = peft.get_peft_model(model, settings)
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    if adapter:
        model.enable_input_require_grads()
    model.train()
    moving = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return model, torch.optim.AdamW(moving, lr=1e-5, fused=bench.device.startswith("cuda"))


def update(bench: Bench, model: Any, optimiser: Any, ids: torch.Tensor, prompt: int, weights: torch.Tensor) -> None:
    """Make one step on the tokens behind the prompts, each row with a weight."""
    with torch.autocast(bench.device.split(":")[0], dtype=torch.bfloat16):
        logits = model(input_ids=ids, use_cache=False).logits[:, prompt - 1 : -1]
        each = torch.nn.functional.cross_entropy(
            logits.float().transpose(1, 2), ids[:, prompt:], reduction="none"
        ).mean(dim=-1)
    (each * weights).mean().backward()
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)


def sft(bench: Bench) -> None:
    for name in bench.shapes():
        adapter = name == "7b"

        def work(name: str = name, adapter: bool = adapter) -> dict[str, Any]:
            model, optimiser = trainee(bench, name, adapter)
            rows, length = (2, 32) if bench.tiny else (16, 512)
            ids = torch.randint(5, model.config.vocab_size, (rows, length), device=bench.device)
            weights = torch.ones(rows, device=bench.device)
            seconds = bench.seconds(lambda: update(bench, model, optimiser, ids, 1, weights))
            return {
                "rows": rows,
                "tokens": length,
                "steps_a_second": round(1 / seconds, 3),
                "tokens_a_second": round(rows * length / seconds, 1),
            }

        bench.measure("sft", {"shape": name, "trained": "adapter" if adapter else "all"}, work)


def grpo(bench: Bench) -> None:
    for name in bench.shapes():
        adapter = name == "7b"

        def work(name: str = name, adapter: bool = adapter) -> dict[str, Any]:
            model, optimiser = trainee(bench, name, adapter)
            groups, group, tokens = (1, 4, 8) if bench.tiny else (4, 8, 128)
            ids = torch.randint(5, model.config.vocab_size, (groups * group, PROMPT + tokens), device=bench.device)
            advantages = torch.randn(groups * group, device=bench.device)

            def write() -> None:
                model.eval()
                inner = model.get_base_model() if hasattr(model, "get_base_model") else model
                with torch.autocast(bench.device.split(":")[0], dtype=torch.bfloat16):
                    sampled(inner, groups * group, tokens, sampling())
                model.train()

            writing = bench.seconds(write, repeats=2)
            learning = bench.seconds(lambda: update(bench, model, optimiser, ids, PROMPT, advantages), repeats=2)
            return {
                "groups": groups,
                "group": group,
                "tokens": tokens,
                "sampling_seconds": round(writing, 3),
                "update_seconds": round(learning, 3),
                "steps_a_second": round(1 / (writing + learning), 3),
            }

        bench.measure("grpo", {"shape": name, "trained": "adapter" if adapter else "all"}, work)


def whole_round(bench: Bench) -> None:
    """Train a model of some thousand weights on rows, sample what was trained, and reward that; no Lean takes part."""

    def work() -> dict[str, Any]:
        from prover.learners.sft import train_sft
        from prover.policies.models.generation import Generation, Request
        from prover.policies.models.huggingface import HfGenerator
        from prover.policies.models.settings import LocalSettings
        from prover.policies.recipes import PromptRequest, Sampling, find_recipe
        from prover.train.job import Schedule, SftJob
        from prover.train.rows import training_rows, write_rows
        from tests.learners import small

        recipe = find_recipe("step")
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            base = small.base(folder / "base")
            write_rows(training_rows(small.EXAMPLES, recipe), folder / "rows.jsonl")
            schedule = Schedule(epochs=24, rate=1e-2, patience=1000, batch_tokens=256)
            job = SftJob(
                model=str(base), data=folder / "rows.jsonl", out=folder / "m", work=folder / "w", name="m",
                schedule=schedule,
            )  # fmt: skip
            began = time.perf_counter()
            record = train_sft(job)
            trained = time.perf_counter() - began
            generator = HfGenerator(str(folder / "m"), LocalSettings(device=bench.device, dtype="float32"))
            requests = [
                Request(
                    recipe.prompt(PromptRequest(statement=example.statement, goals=example.goals)),
                    8,
                    Sampling(max_tokens=8),
                    0,
                )
                for example in small.EXAMPLES
            ]
            began = time.perf_counter()
            answers = [answer for answer in generator.generate(requests) if isinstance(answer, Generation)]
            wrote = time.perf_counter() - began
            texts = [completion.text for answer in answers for completion in answer.completions]
            right = sum(text.startswith("exact foo") for text in texts)
        return {
            "loss": [record.losses[0][1], record.losses[-1][1]],
            "train_seconds": round(trained, 2),
            "sample_seconds": round(wrote, 2),
            "in_the_form_that_was_taught": [right, len(texts)],
        }

    bench.measure("round", {"shape": "thousands of weights"}, work)


PARTS = {"decode": decode, "sft": sft, "grpo": grpo, "round": whole_round}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=540.0, help="no measurement begins after so many seconds")
    parser.add_argument("--only", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--tiny", action="store_true", help="a model of thousands of weights, to try the script")
    options = parser.parse_args()
    bench = Bench(options)
    import transformers

    transformers.utils.logging.set_verbosity_error()
    name = torch.cuda.get_device_name() if options.device.startswith("cuda") else options.device
    say(what="machine", device=name, torch=torch.__version__, transformers=transformers.__version__)
    for part in options.only.split(","):
        try:
            PARTS[part](bench)
        except Exception as error:  # one part that cannot run does not take the others along
            say(what=part, failed=f"{type(error).__name__}: {str(error).splitlines()[0][:200]}")
    say(what="end", seconds=round(options.seconds - (bench.until - time.monotonic()), 1))


if __name__ == "__main__":
    main()
