"""Rank documents for a query: by words (BM25, Robertson and Zaragoza 2009), or by the vectors of an encoder."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Protocol

from prover.policies.models.extras import require_extra
from prover.policies.retrieval.words import words

_WHO = "retrieval"


class Ranker(Protocol):
    """Scores a fixed list of documents. Deterministic, and may be asked by several threads."""

    def scores(self, query: str) -> Sequence[float]:
        """Return a score for each document, higher for more alike; 0 says that nothing speaks for it."""
        ...


class Bm25:
    """BM25 over words of Lean text, with the package `bm25s`; indexed when it is first asked."""

    def __init__(self, documents: Sequence[str]) -> None:
        self._documents = documents
        self._index: Any = None
        self._lock = threading.Lock()

    def scores(self, query: str) -> Sequence[float]:
        if not self._documents:
            return []
        with self._lock:
            if self._index is None:
                index = require_extra("bm25s", _WHO, "retrieval").BM25()
                index.index([words(document) for document in self._documents], show_progress=False)
                self._index = index
        found: list[float] = self._index.get_scores(words(query)).tolist()
        return found


class Dense:
    """Cosine similarity of vectors from a transformers encoder, averaged over tokens; computed when first asked.

    Similarities below 0 count as 0.
    """

    def __init__(self, model: str, documents: Sequence[str], batch: int = 64, length: int = 256) -> None:
        self._name = model
        self._documents = documents
        self._batch = batch
        self._length = length
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any, Any] | None = None
        self._vectors: Any = None

    def scores(self, query: str) -> Sequence[float]:
        if not self._documents:
            return []
        with self._lock:
            if self._vectors is None:
                self._vectors = self._encode(self._documents)
            similar = self._vectors @ self._encode([query])[0]
        found: list[float] = similar.clamp(min=0.0).tolist()
        return found

    def _encode(self, texts: Sequence[str]) -> Any:
        torch, tokenizer, model = self._ready()
        rows = []
        for start in range(0, len(texts), self._batch):
            given = tokenizer(
                list(texts[start : start + self._batch]),
                padding=True, truncation=True, max_length=self._length, return_tensors="pt",
            )  # fmt: skip
            mask = given["attention_mask"].to(model.device).unsqueeze(-1)
            with torch.inference_mode():
                out = model(input_ids=given["input_ids"].to(model.device), attention_mask=mask.squeeze(-1))
            hidden = out.last_hidden_state.float()
            mean = (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)
            rows.append(torch.nn.functional.normalize(mean, dim=-1).cpu())
        return torch.cat(rows)

    def _ready(self) -> tuple[Any, Any, Any]:
        if self._loaded is None:
            from prover.policies.models.loading import load_encoder

            self._loaded = load_encoder(self._name)
        return self._loaded


def best(scores: Sequence[float], k: int, allowed: Sequence[bool] | None = None) -> list[int]:
    """Return the places of the `k` best documents that anything speaks for, ties in the order of the documents."""
    places = [place for place, score in enumerate(scores) if score > 0.0 and (allowed is None or allowed[place])]
    return sorted(places, key=lambda place: -scores[place])[:k]
