"""What an elaboration process that lies may send: recorded exports, changed or sent under another statement."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A true statement and its proof as documents, and a false statement that differs little."""

    statement: bytes
    candidate: bytes
    false: bytes


def _pick(rng: random.Random, document: Document, kinds: str) -> list[Any] | None:
    """Return an expression of one of some kinds."""
    found = [e for e in document["exprs"] if e[0] in kinds]
    return rng.choice(found) if found else None


def _variable(rng: random.Random, document: Document) -> None:
    if (node := _pick(rng, document, "v")) is not None:
        node[1] = max(0, node[1] + rng.choice((-1, 1, 2)))


def _constant(rng: random.Random, document: Document) -> None:
    if (node := _pick(rng, document, "c")) is not None:
        node[1] = rng.randint(1, len(document["names"]))


def _universes(rng: random.Random, document: Document) -> None:
    if (node := _pick(rng, document, "c")) is not None:
        levels = list(range(len(document["levels"]) + 1))
        node[2] = [rng.choice(levels) for _ in range(max(0, len(node[2]) + rng.choice((-1, 0, 0, 1))))]


def _literal(rng: random.Random, document: Document) -> None:
    if (node := _pick(rng, document, "n")) is not None:
        node[1] = str(int(node[1]) + rng.choice((1, 2**32, 10**30)))


def _part(rng: random.Random, document: Document) -> None:
    at = rng.randrange(len(document["exprs"]))
    node = document["exprs"][at]
    first = {"a": 1, "l": 2, "p": 2, "e": 2, "j": 3}.get(node[0])
    if first is not None and at > 0:
        last = {"a": 2, "l": 3, "p": 3, "e": 4, "j": 3}[node[0]]
        node[rng.randint(first, last)] = rng.randrange(at)


def _projection(rng: random.Random, document: Document) -> None:
    at = rng.randrange(1, len(document["exprs"]))
    document["exprs"][at] = ["j", rng.randint(1, len(document["names"])), rng.choice((0, 0, 1, 2, 2**32)), at - 1]


def _level(rng: random.Random, document: Document) -> None:
    if document["levels"]:
        at = rng.randrange(len(document["levels"]))
        parts = [rng.randint(0, at), rng.randint(0, at)]
        document["levels"][at] = rng.choice((["S", parts[0]], ["M", *parts], ["I", *parts]))


def _name(rng: random.Random, document: Document) -> None:
    entry = rng.choice(document["names"])
    entry[1] = rng.choice(("sorryAx", "False", "rec", "ofReduceBool", "x", 3))


def _value(rng: random.Random, document: Document) -> None:
    document["target"]["value"] = rng.randrange(len(document["exprs"]))


def _kind(rng: random.Random, document: Document) -> None:
    if document["declarations"]:
        rng.choice(document["declarations"])["kind"] = rng.choice(
            ("axiom", "opaque", "inductive", "quotient", "theorem")
        )


def _declaration_type(rng: random.Random, document: Document) -> None:
    if document["declarations"]:
        one = rng.choice(document["declarations"])
        one[rng.choice(("type", "value"))] = rng.randrange(len(document["exprs"]))


def _cycle(rng: random.Random, document: Document) -> None:
    at = rng.randrange(len(document["exprs"]))
    document["exprs"][at] = ["a", at, at]


def _deep(rng: random.Random, document: Document) -> None:
    start = len(document["exprs"]) - 1
    count = rng.choice((2_000, 70_000))
    document["exprs"] += [["a", start + i, 0] for i in range(count)]
    document["target"]["value"] = start + count


def _levels_of_target(rng: random.Random, document: Document) -> None:
    document["target"]["levels"] = [rng.randint(1, len(document["names"]))]


CHANGES: tuple[Callable[[random.Random, Document], None], ...] = (
    *(_variable, _constant, _constant, _universes, _literal, _part, _part, _part, _projection, _level),
    *(_name, _value, _value, _kind, _declaration_type, _cycle, _deep, _levels_of_target),
)


def lies(recorded: list[Recorded], count: int, seed: int) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield a description, a statement that is false, and a candidate that claims to prove it."""
    rng = random.Random(seed)
    documents = [json.loads(one.candidate) for one in recorded]
    for number in range(count):
        one = rng.randrange(len(recorded))
        if number % 17 == 0:  # a proof's value under another statement, unchanged
            yield "replayed", recorded[rng.randrange(len(recorded))].false, recorded[one].candidate
        elif number % 17 == 1:
            data = recorded[one].candidate
            yield "truncated", recorded[one].false, data[: rng.randrange(len(data))]
        else:
            changed = copy.deepcopy(documents[one])
            change = rng.choice(CHANGES)
            change(rng, changed)
            yield change.__name__, recorded[one].false, json.dumps(changed, ensure_ascii=False).encode()
