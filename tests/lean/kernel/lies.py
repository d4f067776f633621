"""Lies of an elaboration process: recorded exports with something changed. Seeded, so that a failure is repeated."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.lean.kernel.recorded import Recorded

Raw = dict[str, Any]
Change = Callable[[random.Random, Raw], None]

BINDERS = ("l", "p")


def _node(rng: random.Random, raw: Raw, *kinds: str) -> list[Any] | None:
    found = [node for node in raw["exprs"] if not kinds or node[0] in kinds]
    return rng.choice(found) if found else None


def one_reference(rng: random.Random, raw: Raw) -> None:
    """A node refers to another earlier one."""
    at = rng.randrange(1, len(raw["exprs"]))
    node = raw["exprs"][at]
    places = {"a": (1, 2), "l": (2, 3), "p": (2, 3), "e": (2, 3, 4), "j": (3,)}.get(node[0], ())
    if places:
        node[rng.choice(places)] = rng.randrange(at)


def one_constant(rng: random.Random, raw: Raw) -> None:
    """A constant is another one that the export names with as many universe arguments."""
    node = _node(rng, raw, "c")
    if node is not None:
        others = [other for other in raw["exprs"] if other[0] == "c" and len(other[2]) == len(node[2])]
        node[1] = rng.choice(others)[1]


def one_level(rng: random.Random, raw: Raw) -> None:
    """A sort or a universe argument is another level."""
    levels = [entry for entry in raw["levels"]]
    node = _node(rng, raw, "s", "c")
    if node is None:
        return
    if node[0] == "s":
        node[1] = rng.randrange(len(levels) + 1)
    elif node[2]:
        node[2][rng.randrange(len(node[2]))] = rng.randrange(len(levels) + 1)


def one_literal(rng: random.Random, raw: Raw) -> None:
    """A number or a text is another one."""
    node = _node(rng, raw, "n", "t")
    if node is not None:
        node[1] = str(int(node[1]) + rng.choice((-1, 1, 7))).lstrip("-") if node[0] == "n" else node[1] + "x"


def one_variable(rng: random.Random, raw: Raw) -> None:
    """A bound variable is another one."""
    node = _node(rng, raw, "v")
    if node is not None:
        node[1] = max(0, node[1] + rng.choice((-1, 1)))


def one_name(rng: random.Random, raw: Raw) -> None:
    """A name is another one."""
    entry = rng.choice(raw["names"])
    entry[1] = rng.choice(("False", "sorryAx", "rec", "intro", "x", 3))


def one_projection(rng: random.Random, raw: Raw) -> None:
    """An application or an argument becomes a projection, a projection another one."""
    constants = [node[1] for node in raw["exprs"] if node[0] == "c"]
    at = rng.randrange(1, len(raw["exprs"]))
    raw["exprs"][at] = ["j", rng.choice(constants or [1]), rng.randrange(3), rng.randrange(at)]


def one_value(rng: random.Random, raw: Raw) -> None:
    """The value of the target is another expression."""
    raw["target"]["value"] = rng.randrange(len(raw["exprs"]))


def one_declaration(rng: random.Random, raw: Raw) -> None:
    """A lemma is missing, stands elsewhere, or states and proves something else."""
    if not raw["declarations"]:
        return one_value(rng, raw)
    entry = rng.choice(raw["declarations"])
    how = rng.randrange(4)
    if how == 0:
        raw["declarations"].remove(entry)
    elif how == 1:
        raw["declarations"].reverse()
    elif how == 2:
        entry["type"] = rng.randrange(len(raw["exprs"]))
    else:
        entry["kind"], entry["hints"] = "definition", rng.randrange(9)


def one_universe(rng: random.Random, raw: Raw) -> None:
    """The target or a lemma declares other universe parameters."""
    entry = rng.choice([raw["target"], *raw["declarations"]])
    entry["levels"] = [rng.randrange(1, len(raw["names"]) + 1) for _ in range(rng.randrange(3))]


def one_kind(rng: random.Random, raw: Raw) -> None:
    """A lemma is something that no proof may declare, or states what it proves."""
    if not raw["declarations"]:
        return one_reference(rng, raw)
    rng.choice(raw["declarations"])["kind"] = rng.choice(("axiom", "opaque", "inductive", "quotient", "theorem"))


def a_cycle(rng: random.Random, raw: Raw) -> None:
    """A node refers to itself."""
    at = rng.randrange(len(raw["exprs"]))
    raw["exprs"][at] = ["a", at, at]


def too_deep(rng: random.Random, raw: Raw) -> None:
    """The value of the target is very deep, and perhaps deeper than a document may be."""
    start, count = len(raw["exprs"]) - 1, rng.choice((*(2_000,) * 9, 70_000))
    raw["exprs"] += [["a", start + i, 0] for i in range(count)]
    raw["target"]["value"] = start + count


CHANGES: tuple[Change, ...] = (
    one_reference, one_reference, one_constant, one_constant, one_level, one_literal, one_variable, one_name,
    one_projection, one_value, one_declaration, one_universe, one_kind, a_cycle, too_deep,
)  # fmt: skip


def lie(rng: random.Random, candidate: str) -> bytes:
    """Return a candidate with one thing changed."""
    raw = json.loads(candidate)
    rng.choice(CHANGES)(rng, raw)
    return json.dumps(raw).encode()


def lies(given: Sequence[Recorded], count: int, seed: int) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield candidates that lie, each with the false statement that it resembles and with some other statement.

    One in seventeen is unchanged, a proof under statements that are not its own, and one in seventeen is damaged.
    """
    rng = random.Random(seed)
    for number in range(count):
        one, other = rng.sample(given, 2)
        if number % 17 == 0:
            candidate = one.candidate.encode()
        elif number % 17 == 1:
            candidate = broken(rng, one.candidate)
        else:
            candidate = lie(rng, one.candidate)
        yield one.false.encode(), other.statement.encode(), candidate


def broken(rng: random.Random, candidate: str) -> bytes:
    """Return a text that was cut, repeated or damaged."""
    data = bytearray(candidate.encode())
    at = rng.randrange(len(data))
    how = rng.randrange(4)
    if how == 0:
        return bytes(data[:at])
    if how == 1:
        return bytes(data[:at] + data[at // 2 :])
    if how == 2:
        data[at] = rng.randrange(256)
        return bytes(data)
    return bytes(data + data)
