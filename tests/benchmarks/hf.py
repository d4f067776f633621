"""Tokens a second of `hf:`: 64 prompts in batches against one by one with `generate`, side by side in one run.

    python -m tests.benchmarks.hf [--device cuda] [--layers N --width N] [--prompts N --tokens N --repeats N]

The model has random weights; nothing ends early, so both sides write the same number of tokens. Every repeat measures
both, one after the other, so that a machine with other work is as unfair to the one as to the other.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from prover.policies.models.batcher import Batcher
from prover.policies.models.generation import Generation, Request
from prover.policies.models.huggingface import HfGenerator
from prover.policies.models.settings import LocalSettings
from prover.policies.recipes import Sampling, TextPrompt
from tests.policies.tiny_model import make


def main() -> None:
    options = _options()
    import torch
    import transformers

    transformers.utils.logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as folder:
        prompts = [_prompt(place) for place in range(options.prompts)]
        path = make(Path(folder), [(prompts[0], "omega")], layers=options.layers, width=options.width, steps=0)
        settings = LocalSettings(device=options.device, batch=options.prompts)
        generator = HfGenerator(str(path), settings)
        generator.load()
        loaded = generator._loaded
        assert loaded is not None
        model, tokenizer = loaded.model, loaded.tokenizer
        weights = sum(parameter.numel() for parameter in model.parameters())
        where = (
            torch.cuda.get_device_name() if model.device.type == "cuda" else f"CPU, {torch.get_num_threads()} threads"
        )
        print(f"{weights / 1e6:.1f} million weights, {str(model.dtype).removeprefix('torch.')}, {where}")
        print(f"{options.prompts} prompts, {options.tokens} tokens each\n")

        # No token ends a text: the sampler and `generate` are told so alike.
        generator._sampler._ends = set()  # type: ignore[union-attr]
        sampling = Sampling(temperature=1.0, max_tokens=options.tokens)
        requests = [Request(TextPrompt(prompt), 1, sampling, 0) for prompt in prompts]

        def batched() -> int:
            answers = Batcher(generator).generate(requests)
            return sum(answer.tokens_out for answer in answers if isinstance(answer, Generation))

        def one_by_one() -> int:
            written = 0
            for prompt in prompts:
                given = tokenizer(prompt, return_tensors="pt").to(model.device)
                with torch.inference_mode():
                    out = model.generate(
                        input_ids=given["input_ids"], attention_mask=given["attention_mask"], do_sample=True,
                        top_k=0, min_new_tokens=options.tokens, max_new_tokens=options.tokens, pad_token_id=0,
                    )  # fmt: skip
                written += out.shape[1] - given["input_ids"].shape[1]
            return written

        batched()
        print(f"{'':>8} {'batched':>16} {'one by one':>16} {'ratio':>8}")
        ratios = []
        for number in range(options.repeats):
            fast, slow = _rate(batched), _rate(one_by_one)
            ratios.append(fast / slow)
            print(f"{number + 1:>8} {fast:>10.0f} tok/s {slow:>10.0f} tok/s {ratios[-1]:>7.1f}x")
        print(f"\nmedian ratio {statistics.median(ratios):.1f}x")


def _prompt(number: int) -> str:
    """Return goals of different lengths."""
    hypotheses = "".join(f"h{place} : a + {place} * b ≤ {number + place}\n" for place in range(1 + number % 8))
    return f"[GOAL]a b : ℕ\n{hypotheses}⊢ a ≤ {number}[TACTIC]"


def _rate(write: object) -> float:
    assert callable(write)
    began = time.perf_counter()
    tokens = write()
    return float(tokens / (time.perf_counter() - began))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--prompts", type=int, default=64)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
