"""Draw the next token of many rows, without a sort of the vocabulary.

A row draws by inverting its distribution function at one uniform random number. Without top-p and top-k the tokens
stand in the order of the vocabulary: one cumulative sum and one binary search. With one of them they stand most
probable first, and only as many are put in order as the cut can need: the `top_k` best, or the `PREFIX` best, which
nearly always hold the mass of top-p (Holtzman et al. 2020, nucleus sampling). A row where they do not is sorted as a
whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prover.policies.recipes import Sampling

PREFIX = 1024
"""How many of the most probable tokens are put in order for top-p before a row is sorted as a whole."""


def draw(torch: Any, logits: Any, noise: Any, sampling: Sampling) -> tuple[Any, Any]:
    """Return one token a row and the natural logarithm of its probability at temperature 1, uncut by top-k and top-p.

    `logits` is (rows, vocabulary), `noise` (rows,) in [0, 1). What a row draws depends on its own logits and noise.
    """
    plain = torch.log_softmax(logits.float(), dim=-1)
    if sampling.temperature == 0.0:
        tokens = plain.argmax(dim=-1)
    else:
        chances = plain.exp() if sampling.temperature == 1.0 else torch.softmax(plain / sampling.temperature, dim=-1)
        cut = 0 < sampling.top_k < chances.shape[-1] or sampling.top_p < 1.0
        tokens = _from_best(torch, chances, noise, sampling) if cut else _inverted(torch, chances, noise)
    return tokens, plain.gather(-1, tokens.unsqueeze(-1)).squeeze(-1)


def _from_best(torch: Any, chances: Any, noise: Any, sampling: Sampling) -> Any:
    """Draw from what top-k leaves, its chances scaled to 1, and of that from what top-p leaves."""
    size = chances.shape[-1]
    if 0 < sampling.top_k < size:
        best, order = chances.topk(sampling.top_k, dim=-1)
        best = best / best.sum(dim=-1, keepdim=True)
        return order.gather(-1, _nucleus(torch, best, noise, sampling.top_p).unsqueeze(-1)).squeeze(-1)
    best, order = chances.topk(min(PREFIX, size), dim=-1)
    tokens = order.gather(-1, _nucleus(torch, best, noise, sampling.top_p).unsqueeze(-1)).squeeze(-1)
    short = (best.sum(dim=-1) < sampling.top_p).nonzero().squeeze(-1) if size > PREFIX else ()
    if len(short):
        best, order = chances.index_select(0, short).sort(dim=-1, descending=True)
        places = _nucleus(torch, best, noise.index_select(0, short), sampling.top_p)
        tokens[short] = order.gather(-1, places.unsqueeze(-1)).squeeze(-1)
    return tokens


def _nucleus(torch: Any, best: Any, noise: Any, top_p: float) -> Any:
    """Draw a place from chances in falling order, the first of them that reach `top_p` together."""
    if top_p < 1.0:
        best = best.masked_fill(best.cumsum(dim=-1) - best >= top_p, 0.0)
    return _inverted(torch, best, noise)


def _inverted(torch: Any, chances: Any, noise: Any) -> Any:
    """Invert the distribution function of every row; its chances need not add up to 1."""
    below = chances.cumsum(dim=-1)
    places = torch.searchsorted(below, noise.unsqueeze(-1) * below[:, -1:], right=True)
    places = places.clamp(max=chances.shape[-1] - 1)
    # A parallel sum need not rise everywhere. Rounding must not lead to a token that cannot be drawn.
    impossible = chances.gather(-1, places) <= 0.0
    if impossible.any():
        places = torch.where(impossible, chances.argmax(dim=-1, keepdim=True), places)
    return places.squeeze(-1)
