"""`hf:` for real: a Llama-style model trained in seconds, saved, loaded, and asked to prove with real Lean."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from prover.cli import run
from prover.errors import PolicyError, PromptTooLong
from prover.lean.embedded.install import Installation
from prover.policies.models.batcher import Batcher
from prover.policies.models.generation import Generation, Request
from prover.policies.models.huggingface import HfGenerator
from prover.policies.models.settings import LocalSettings
from prover.policies.models.weights import folder_sha256
from prover.policies.recipes import ChatPrompt, Message, Prompt, Sampling, TextPrompt
from tests.policies.conftest import WITHOUT
from tests.policies.tiny_problems import PROBLEMS, SUM

torch = pytest.importorskip("torch", reason=WITHOUT)
transformers = pytest.importorskip("transformers", reason=WITHOUT)

Capture = pytest.CaptureFixture[str]
FREE = Sampling(temperature=1.5, max_tokens=12)
"""Hot enough that a trained model says many things."""


def requests(samples: int = 3, sampling: Sampling = FREE, seed: int = 0) -> list[Request]:
    texts = ["[GOAL]a b : ℕ\n⊢ a = b[TACTIC]", "[GOAL]⊢ True[TACTIC]", "[GOAL]n : ℕ\nh : n < 3\n⊢ n ^ 2 < 9[TACTIC]"]
    return [Request(TextPrompt(text), samples, sampling, seed) for text in texts]


def generations(generator: Any, asked: list[Request]) -> list[Generation]:
    answers = generator.generate(asked)
    assert all(isinstance(answer, Generation) for answer in answers), answers
    return list(answers)


def said(answers: list[Generation]) -> list[list[tuple[int, ...]]]:
    return [[completion.ids for completion in answer.completions] for answer in answers]


@pytest.fixture(scope="module")
def generator(tiny: Path) -> HfGenerator:
    return HfGenerator(str(tiny), LocalSettings())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "three.jsonl"
    path.write_text(
        "".join(
            json.dumps({"name": problem.name, "formal_statement": problem.statement}) + "\n" for problem in PROBLEMS
        )
    )
    return path


@pytest.mark.slow
def test_three_statements_step_by_step(tiny: Path, file: Path, lean: Installation, capsys: Capture) -> None:
    policy = f"hf:{tiny}?recipe=tiny&temperature=0.7"
    assert run(["prove", str(file), "--policy", policy, "--strategy", "best-first?k=2", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["status"], row["verdict"], row["policy"]) for row in rows] == [("proved", "accepted", policy)] * 3
    assert [row["cost"]["generations"] for row in rows] == [2, 6, 2], "two for each state on the way"
    assert all(row["cost"]["tokens_in"] and row["cost"]["tokens_out"] and row["cost"]["policy_seconds"] for row in rows)


@pytest.mark.slow
def test_three_statements_whole_one_of_them_corrected(
    tiny_chat: Path, file: Path, lean: Installation, capsys: Capture
) -> None:
    policy = f"hf:{tiny_chat}?recipe=chat&temperature=0&max_tokens=120&repair=1"
    command = ["prove", str(file), "--policy", policy, "--strategy", "best-of-n?k=1", "--json"]
    assert run([*command, "--budget", "generations=2"]) == 0, "the correction is the second generation"
    rows = json.loads(capsys.readouterr().out)
    assert [row["status"] for row in rows] == ["proved"] * 3
    assert [row["cost"]["generations"] for row in rows] == [2, 1, 1]
    assert "hb : b = 3" in rows[0]["proof"] and "b = 4" not in rows[0]["proof"], "failures are no part of a proof"
    assert run([*command, "--budget", "generations=1"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert [(row["status"], row["limit"]) for row in rows] == [("unproved", "generations"), *[("proved", None)] * 2]


def test_a_benchmark_whose_problems_share_a_model(
    tiny: Path, file: Path, lean: Installation, tmp_path: Path, capsys: Capture
) -> None:
    policy = f"hf:{tiny}?recipe=tiny"
    command = ["bench", str(file), "--policy", policy, "--strategy", "best-first?k=2", "--out", str(tmp_path / "out")]
    assert run([*command, "--workers", "2", "--seed", "3"]) == 0, capsys.readouterr()
    rows = [json.loads(line) for line in (tmp_path / "out" / "attempts.jsonl").read_text().splitlines()]
    assert [row["status"] for row in rows] == ["proved"] * 3
    facts = json.loads((tmp_path / "out" / "config.json").read_text())["config"]["policy"]
    assert facts["recipe"].startswith("tiny/1 (template ")
    assert (facts["sampling"]["max_tokens"], facts["deterministic"]) == ("128", False)
    assert facts["sha256"] == folder_sha256(str(tiny))
    (tiny / "note.txt").write_text("another model")
    assert folder_sha256(str(tiny)) != facts["sha256"]
    (tiny / "note.txt").unlink()


def test_log_probabilities_are_those_of_the_whole_sequence(tiny: Path, generator: HfGenerator) -> None:
    model = transformers.LlamaForCausalLM.from_pretrained(tiny).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny)
    cut = FREE.model_copy(update={"top_p": 0.8, "top_k": 50})
    asked = requests(sampling=cut)
    for request, answer in zip(asked, generations(generator, asked), strict=True):
        assert isinstance(request.prompt, TextPrompt)
        prompt = tokenizer(request.prompt.text)["input_ids"]
        assert answer.tokens_in == len(prompt)
        for completion in answer.completions:
            ids = torch.tensor([[*prompt, *completion.ids]])
            with torch.no_grad():
                logs = torch.log_softmax(model(ids).logits[0].double(), dim=-1)
            rows = range(len(prompt) - 1, len(prompt) + len(completion.ids) - 1)
            exact = sum(float(logs[row, token]) for row, token in zip(rows, completion.ids, strict=True))
            assert completion.log_prob == pytest.approx(exact, abs=1e-4)
            assert len(completion.ids) == completion.tokens


def test_samples_do_not_depend_on_what_they_are_batched_with(tiny: Path, generator: HfGenerator) -> None:
    together = said(generations(generator, requests()))
    apart = [said(generations(generator, [request]))[0] for request in requests()]
    assert together == apart
    narrow = HfGenerator(str(tiny), LocalSettings(batch=2))
    assert said(generations(narrow, requests())) == together, "a request of 3 was divided"
    first = [ids[:2] for ids in together]
    assert said(generations(generator, requests(samples=2))) == first, "more samples go on where fewer ended"


def test_seeds(generator: HfGenerator) -> None:
    assert said(generations(generator, requests(seed=1))) == said(generations(generator, requests(seed=1)))
    assert said(generations(generator, requests(seed=1))) != said(generations(generator, requests(seed=2)))


def test_sampling_follows_the_distribution(tiny: Path, generator: HfGenerator) -> None:
    one = Sampling(temperature=1.5, top_p=0.9, max_tokens=1)
    prompt = TextPrompt("[GOAL]⊢ True[TACTIC]")
    (answer,) = generations(generator, [Request(prompt, 2000, one, 0)])
    model = transformers.LlamaForCausalLM.from_pretrained(tiny).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny)
    with torch.no_grad():
        logits = model(torch.tensor([tokenizer(prompt.text)["input_ids"]])).logits[0, -1]
    chances, order = torch.softmax(logits / 1.5, dim=-1).sort(descending=True)
    kept = int((chances.cumsum(0) - chances < 0.9).sum())
    expected = {int(order[at]): float(chances[at] / chances[:kept].sum()) for at in range(kept)}
    counts: dict[int, int] = {}
    for completion in answer.completions:
        counts[completion.ids[0]] = counts.get(completion.ids[0], 0) + 1
    assert counts.keys() <= expected.keys(), "nothing from beyond top-p"
    for token, chance in expected.items():
        assert counts.get(token, 0) / 2000 == pytest.approx(
            chance, abs=4 * (chance * (1 - chance) / 2000) ** 0.5 + 1e-3
        )


def test_temperature_zero_is_greedy(tiny: Path, generator: HfGenerator) -> None:
    model = transformers.LlamaForCausalLM.from_pretrained(tiny).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny)
    greedy = FREE.model_copy(update={"temperature": 0.0})
    for request, answer in zip(requests(), generations(generator, requests(1, greedy)), strict=True):
        assert isinstance(request.prompt, TextPrompt)
        ids = tokenizer(request.prompt.text, return_tensors="pt")["input_ids"]
        out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=12, do_sample=False)
        assert answer.completions[0].ids == tuple(out[0, ids.shape[1] :].tolist())


def test_beams_are_the_best_and_their_scores_are_exact(tiny: Path, generator: HfGenerator) -> None:
    beam = Sampling(max_tokens=6, beam=True)
    answers = generations(generator, requests(4, beam))
    greedy = generations(generator, requests(1, beam))
    model = transformers.LlamaForCausalLM.from_pretrained(tiny).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny)
    for request, answer, alone in zip(requests(), answers, greedy, strict=True):
        logs = [completion.log_prob for completion in answer.completions]
        assert logs == sorted(logs, reverse=True) and len(set(said([answer])[0])) == 4
        assert logs[0] >= alone.completions[0].log_prob - 1e-4
        best = answer.completions[0]
        assert isinstance(request.prompt, TextPrompt)
        prompt = tokenizer(request.prompt.text)["input_ids"]
        with torch.no_grad():
            table = torch.log_softmax(model(torch.tensor([[*prompt, *best.ids]])).logits[0], dim=-1)
        exact = sum(float(table[len(prompt) - 1 + at, token]) for at, token in enumerate(best.ids))
        assert best.log_prob == pytest.approx(exact, abs=1e-3)


def test_a_text_ends_before_its_stop_string_and_within_its_limit(generator: HfGenerator) -> None:
    stop = Sampling(temperature=0.0, max_tokens=40, stop=("[END]",))
    state = "a b : ℕ\nh : a + b = 10\nh₂ : a = b + 4\n⊢ a = 7"
    prompt = TextPrompt(f"[GOAL]{state}[TACTIC]")
    (answer,) = generations(generator, [Request(prompt, 1, stop, 0)])
    assert (answer.completions[0].text, answer.completions[0].finished) == ("omega", True)
    short = stop.model_copy(update={"max_tokens": 1})
    (answer,) = generations(generator, [Request(prompt, 1, short, 0)])
    assert (answer.completions[0].tokens, answer.completions[0].finished) == (1, False)


def test_an_encoder_decoder(tmp_path: Path, tiny: Path) -> None:
    torch.manual_seed(0)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny)
    config = transformers.T5Config(
        vocab_size=len(tokenizer), d_model=32, d_kv=8, d_ff=64, num_layers=1, num_heads=2,
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=2,
    )  # fmt: skip
    model = transformers.T5ForConditionalGeneration(config).eval()
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    generator = HfGenerator(str(tmp_path), LocalSettings())
    together = generations(generator, requests())
    assert said(together) == [said(generations(generator, [request]))[0] for request in requests()]
    request, answer = requests()[2], together[2]
    assert isinstance(request.prompt, TextPrompt)
    ids = tokenizer(request.prompt.text, return_tensors="pt")["input_ids"]
    for completion in answer.completions:
        before = torch.tensor([[0, *completion.ids[:-1]]])
        with torch.no_grad():
            logs = torch.log_softmax(model(input_ids=ids, decoder_input_ids=before).logits[0], dim=-1)
        exact = sum(float(logs[at, token]) for at, token in enumerate(completion.ids))
        assert completion.log_prob == pytest.approx(exact, abs=1e-3)
    beams = generations(generator, requests(3, Sampling(max_tokens=5, beam=True)))
    assert all(len(beam.completions) == 3 for beam in beams)


def test_requests_of_several_threads_go_together(generator: HfGenerator) -> None:
    batcher = Batcher(generator)
    found: dict[int, list[Generation]] = {}
    batcher._turn.acquire()  # the model is busy
    threads = [
        Thread(target=lambda number=number: found.update({number: generations(batcher, requests(seed=number))}))
        for number in range(5)
    ]
    for thread in threads:
        thread.start()
    while len(batcher._queue) < 5:
        pass
    batcher._turn.release()
    for thread in threads:
        thread.join()
    assert (batcher.batches, batcher.requests) == (1, 15)
    assert {number: said(answers) for number, answers in found.items()} == {
        number: said(generations(generator, requests(seed=number))) for number in range(5)
    }


def test_when_memory_runs_out_batches_shrink(
    tiny: Path, generator: HfGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = HfGenerator(str(tiny), LocalSettings())
    small.load()
    sampler = small._sampler
    assert sampler is not None
    sample = sampler.sample

    def limited(rows: Any, sampling: Sampling) -> Any:
        if sum(len(row.seeds) for row in rows) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")
        return sample(rows, sampling)

    monkeypatch.setattr(sampler, "sample", limited)
    assert said(generations(small, requests())) == said(generations(generator, requests()))
    assert small.max_batch <= 2

    def never(rows: Any, sampling: Sampling) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    monkeypatch.setattr(sampler, "sample", never)
    with pytest.raises(
        PolicyError, match="ran out of memory with nothing left to divide: choose a smaller max_tokens="
    ):
        small.generate(requests())


def test_one_prompt_that_is_too_long_is_its_own_failure(generator: HfGenerator) -> None:
    long = Request(TextPrompt("[GOAL]" + "a " * 2000), 1, FREE, 0)
    fine, refused = generator.generate([requests()[0], long])
    assert isinstance(fine, Generation) and isinstance(refused, PromptTooLong)
    assert "tokens and the model's context holds 1024" in str(refused)


def test_a_closed_model_stops_writing(tiny: Path) -> None:
    closed = HfGenerator(str(tiny), LocalSettings())
    closed.close()
    with pytest.raises(PolicyError, match="closed while it was writing"):
        closed.generate(requests())


def test_white_space_at_the_start_of_an_answer_is_kept(tiny_chat: Path) -> None:
    prompt: Prompt = ChatPrompt((Message("user", "x"),), prefill="  by")
    generator = HfGenerator(str(tiny_chat), LocalSettings())
    (answer,) = generations(generator, [Request(prompt, 20, FREE.model_copy(update={"max_tokens": 3}), 0)])
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_chat)
    for completion in answer.completions:
        assert completion.text == tokenizer.decode(completion.ids, skip_special_tokens=True)
    assert any(completion.text.startswith((" ", "\n")) for completion in answer.completions)


def test_the_statement_is_ours(tiny_chat: Path, lean: Installation, capsys: Capture) -> None:
    stolen = SUM.statement.replace("a = 7", "a = 8")
    policy = f"hf:{tiny_chat}?recipe=chat&temperature=0&max_tokens=120&repair=1"
    assert run(["prove", stolen, "--policy", policy, "--strategy", "best-of-n?k=1", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["status"] == "refuted"
