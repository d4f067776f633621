"""The most probable continuations by beam search, for recipes whose source searches so (ReProver, LLMStep)."""

from __future__ import annotations

from collections.abc import Sequence

from prover.policies.models.decoding import Row, Sampled
from prover.policies.models.loading import Loaded
from prover.policies.recipes import Sampling


def search_beams(loaded: Loaded, rows: Sequence[Row], sampling: Sampling) -> list[list[Sampled]]:
    """Return for every row as many continuations as it has seeds, best first. All rows have the same number of them.

    Scores are sums of log-probabilities, without length penalty. Nothing is random, so seeds are only counted.
    """
    torch, tokenizer, model = loaded.torch, loaded.tokenizer, loaded.model
    beams = len(rows[0].seeds)
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else 0
    width = max(len(row.prompt) for row in rows)
    most = min(row.most for row in rows)
    ids = [[pad] * (width - len(row.prompt)) + list(row.prompt) for row in rows]
    mask = [[0] * (width - len(row.prompt)) + [1] * len(row.prompt) for row in rows]
    stop = {"stop_strings": list(sampling.stop), "tokenizer": tokenizer} if sampling.stop else {}
    with torch.inference_mode():
        out = model.generate(
            input_ids=torch.tensor(ids, device=model.device),
            attention_mask=torch.tensor(mask, device=model.device),
            num_beams=beams,
            num_return_sequences=beams,
            do_sample=False,
            length_penalty=0.0,
            early_stopping=False,
            max_new_tokens=most,
            pad_token_id=pad,
            return_dict_in_generate=True,
            output_scores=True,
            **stop,
        )
    start = 1 if model.config.is_encoder_decoder else width
    found = []
    for sequence, score in zip(out.sequences[:, start:].tolist(), out.sequences_scores.tolist(), strict=True):
        said = _up_to_end(sequence, pad, tokenizer.eos_token_id)
        found.append(Sampled(said, min(0.0, score), finished=len(said) < most or said[-1] == tokenizer.eos_token_id))
    return [found[place : place + beams] for place in range(0, len(found), beams)]


def _up_to_end(ids: list[int], pad: int, end: int | None) -> list[int]:
    """Return a row without what it is filled up with; its end token belongs to it."""
    if end is not None and end in ids:
        return ids[: ids.index(end) + 1]
    while ids and ids[-1] == pad:
        ids = ids[:-1]
    return ids
