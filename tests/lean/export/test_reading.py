"""The reader of the export format: what it takes, and everything that it refuses with a sentence."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.errors import InputError
from prover.lean.export import limits
from prover.lean.export.document import Document, Role
from prover.lean.export.reading import DocumentError, read

Raw = dict[str, Any]


def statement() -> Raw:
    """`theorem t.{u} : ∀ (p : Prop), p → p`, with a definition, a theorem and an inductive type before it."""
    return {
        "format": "proofsmith-export/1",
        "names": [[0, "t"], [0, "u"], [0, "d"], [3, 7], [0, "I"], [5, "mk"], [0, "p"]],
        "levels": [["S", 0], ["P", 2], ["M", 1, 2], ["I", 1, 2]],
        "exprs": [
            ["s", 0],
            ["v", 0],
            ["v", 1],
            ["p", 7, 1, 2, 0],
            ["p", 7, 0, 3, 1],
            ["l", 7, 0, 1, 2],
            ["s", 1],
            ["s", 2],
            ["c", 3, [2]],
            ["a", 5, 8],
            ["e", 7, 0, 8, 1, 1],
            ["n", "18446744073709551616"],
            ["t", "é\u0000𝕜"],
            ["j", 5, 1, 8],
            ["c", 5, []],
        ],
        "declarations": [
            {"kind": "definition", "name": 3, "levels": [2], "type": 7, "value": 10, "hints": 12},
            {"kind": "theorem", "name": 4, "levels": [], "type": 4, "value": 0},
            {
                "kind": "inductive",
                "levels": [],
                "parameters": 0,
                "types": [{"name": 5, "type": 6, "constructors": [{"name": 6, "type": 14}]}],
            },
        ],
        "target": {"name": 1, "levels": [2], "type": 4},
    }


def candidate() -> Raw:
    document = statement()
    document["declarations"] = document["declarations"][:2]
    document["target"]["value"] = 5
    return document


def encoded(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def test_it_reads_what_the_format_has() -> None:
    found = read(encoded(statement()), Role.STATEMENT)
    assert found.target is not None and found.target.value == -1 and found.target.levels == (2,)
    assert [declaration.kind for declaration in found.declarations] == ["definition", "theorem", "inductive"]
    assert found.declarations[0].hints == 12
    assert found.declarations[2].names() == (5, 6) and found.declarations[2].roots() == (6, 14)
    assert found.names[4] == (3, 7) and found.shown(4) == "d.7"
    assert found.exprs[8] == ("c", 3, (2,)) and found.exprs[12] == ("t", "é\0𝕜")
    given = read(encoded(candidate()), Role.CANDIDATE)
    assert given.target is not None and given.target.value == 5


def _at(document: Raw, *path: str | int) -> Any:
    for step in path:
        document = document[step]  # type: ignore[index]
    return document


def _changed(*path: Any) -> Callable[[Raw], None]:
    """Put the last argument where the others lead."""

    def change(document: Raw) -> None:
        _at(document, *path[:-2])[path[-2]] = path[-1]

    return change


def _append(*path: Any) -> Callable[[Raw], None]:
    return lambda document: _at(document, *path[:-1]).append(path[-1])


def _drop(*path: Any) -> Callable[[Raw], None]:
    return lambda document: _at(document, *path[:-1]).pop(path[-1])


REFUSED = {
    "another format": (_changed("format", "proofsmith-export/2"), "its format is not"),
    "a key more": (_changed("more", 1), "is no object of"),
    "a key less": (_drop("levels"), "is no object of"),
    "no list": (_changed("exprs", {}), "expressions are no list"),
    "a name of three": (_append("names", [0, "a", 1]), "a name is no list of 2"),
    "a later name": (_append("names", [9, "a"]), "a reference to a name"),
    "a negative name": (_append("names", [-1, "a"]), "a reference to a name"),
    "a truth for a number": (_append("names", [False, "a"]), "a reference to a name"),
    "a name twice": (_append("names", [0, "t"]), "a name stands twice"),
    "a number in a name": (_append("names", [0, 2**32]), "a number in a name"),
    "a zero in a name": (_append("names", [0, "a\0b"]), "a part of a name"),
    "half a character": (_append("names", [0, "\ud800"]), "not JSON|a part of a name"),
    "a long part": (_append("names", [0, "a" * 5000]), "a part of a name"),
    "an unknown level": (_append("levels", ["Z", 0]), "a level of no known kind"),
    "a later level": (_append("levels", ["S", 5]), "a reference to a level"),
    "a parameter without a name": (_append("levels", ["P", 0]), "has no name"),
    "an unknown node": (_append("exprs", ["fvar", 1]), "an expression of no known kind"),
    "a metavariable": (_append("exprs", ["mvar", 1]), "an expression of no known kind"),
    "metadata": (_append("exprs", ["mdata", [], 0]), "an expression of no known kind"),
    "an empty node": (_append("exprs", []), "an expression is no list"),
    "a later node": (_append("exprs", ["a", 0, 15]), "a reference to a expression"),
    "a cycle": (_changed("exprs", 3, ["p", 7, 4, 2, 0]), "a reference to a expression"),
    "a binder": (_changed("exprs", 3, ["p", 7, 1, 2, 4]), "a binder of no known kind|a binder is of no known kind"),
    "a let": (_changed("exprs", 10, ["e", 7, 0, 8, 1, 2]), "a let is of no known kind"),
    "a fraction": (_changed("exprs", 1, ["v", 0.0]), "not JSON"),
    "a variable": (_append("exprs", ["v", 2**16]), "a variable is no number"),
    "a variable of 64 bits": (_append("exprs", ["v", 2**64]), "a variable is no number"),
    "a projection": (_append("exprs", ["j", 5, 2**32 + 1, 8]), "a projection is no number"),
    "a constant without a name": (_append("exprs", ["c", 0, []]), "a constant has no name"),
    "universe arguments": (_append("exprs", ["c", 3, [0] * 129]), "universe arguments"),
    "a literal": (_changed("exprs", 11, ["n", "01"]), "a literal is no number"),
    "a negative literal": (_changed("exprs", 11, ["n", "-1"]), "a literal is no number"),
    "a literal of other digits": (_changed("exprs", 11, ["n", "١"]), "a literal is no number"),
    "a literal as a number": (_changed("exprs", 11, ["n", 3]), "a literal is no number"),
    "a long literal": (_changed("exprs", 11, ["n", "1" * 100_001]), "a literal is no number"),
    "a text": (_changed("exprs", 12, ["t", 5]), "a literal is no text"),
    "an unknown kind": (_changed("declarations", 0, "kind", "unsafe"), "a declaration of no known kind"),
    "no kind": (_drop("declarations", 0, "kind"), "a declaration of no known kind"),
    "a loose variable": (_changed("declarations", 0, "value", 1), "a loose bound variable"),
    "a loose type": (_changed("target", "type", 3), "a loose bound variable"),
    "a hidden parameter": (_changed("declarations", 1, "type", 7), "a universe parameter that is not declared"),
    "a parameter twice": (_changed("target", "levels", [2, 2]), "declared twice"),
    "a constant twice": (_changed("declarations", 1, "name", 3), "a constant is declared twice"),
    "the target as well": (_changed("target", "name", 4), "the target is declared as well"),
    "hints": (_changed("declarations", 0, "hints", -1), "a height is no number"),
    "hints in words": (_changed("declarations", 0, "hints", "regular"), "a height is no number"),
    "a safety": (_changed("declarations", 0, "safety", "unsafe"), "is no object of"),
    "a proposition": (_changed("declarations", 1, "proposition", True), "is no object of"),
    "no types": (_changed("declarations", 2, "types", []), "has no type"),
    "parameters": (_changed("declarations", 2, "parameters", 10**6), "a number of parameters"),
    "a value": (_changed("target", "value", 5), "is no object of"),
    "no target": (_drop("target"), "is no object of"),
    "a target of null": (_changed("target", None), "is no object of"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_with_one_sentence(name: str) -> None:
    change, sentence = REFUSED[name]
    document = statement()
    change(document)
    data = json.dumps(document).encode()
    with pytest.raises(DocumentError, match=sentence) as error:
        read(data, Role.STATEMENT)
    assert InputError in error.type.__mro__ and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("kind", "more"),
    [("axiom", {}), ("opaque", {"value": 5}), ("quotient", {})],
)
def test_a_candidate_declares_definitions_and_theorems_only(kind: str, more: Raw) -> None:
    document = candidate()
    document["declarations"][0] = {"kind": kind, "name": 3, "levels": [], "type": 4} | more
    with pytest.raises(DocumentError, match=f"a proof may declare no {kind}"):
        read(encoded(document), Role.CANDIDATE)
    document["target"].pop("value")
    read(encoded(document), Role.STATEMENT)  # the same is no fault there


def test_a_candidate_declares_no_inductive_type() -> None:
    document = statement()
    document["target"]["value"] = 5
    with pytest.raises(DocumentError, match="a proof may declare no inductive"):
        read(encoded(document), Role.CANDIDATE)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"null",
        b"\xff{}",
        b"[" * 100_000,
        b'{"format":NaN}',
        b'{"format":1e5}',
        b"1" * 5000,
        b'{"format":"proofsmith-export/1","format":"proofsmith-export/1"}',
        encoded(statement()) + b"{}",
        encoded(statement())[:-1],
    ],
    ids=lambda text: text[:20].decode("latin1") or "nothing",
)
def test_other_texts_are_refused(text: bytes) -> None:
    with pytest.raises(DocumentError):
        read(text, Role.STATEMENT)


def test_a_document_can_be_too_large() -> None:
    with pytest.raises(DocumentError, match="is the most"):
        read(b" " * (limits.LARGEST_DOCUMENT + 1), Role.STATEMENT)


def test_depth_is_bounded() -> None:
    document = statement()
    for _ in range(limits.DEEPEST_EXPRESSION):
        document["exprs"].append(["a", len(document["exprs"]) - 1, 0])
    with pytest.raises(DocumentError, match="deep"):
        read(encoded(document), Role.STATEMENT)
    levels = statement()
    for _ in range(limits.DEEPEST_LEVEL):
        levels["levels"].append(["S", len(levels["levels"])])
    with pytest.raises(DocumentError, match="a level is more than"):
        read(encoded(levels), Role.STATEMENT)
    named = statement()
    for _ in range(limits.DEEPEST_NAME):
        named["names"].append([len(named["names"]), "a"])
    with pytest.raises(DocumentError, match="a name has more than"):
        read(encoded(named), Role.STATEMENT)


def _places(document: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place of a document in which something stands."""
    found = [path] if path else []
    steps = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for step, below in steps:
        found += _places(below, (*path, step))
    return found


_OTHER = st.one_of(
    st.integers(-3, 20),
    st.booleans(),
    st.none(),
    st.text(max_size=3),
    st.lists(st.integers(0, 9), max_size=3),
    st.just({}),
)


@given(st.data())
def test_whatever_is_read_is_well_formed(data: st.DataObject) -> None:
    document = statement()
    places = _places(document)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places))
        try:
            _changed(*path, copy.deepcopy(data.draw(_OTHER)))(document)
        except (KeyError, IndexError, TypeError):
            continue
    try:
        found = read(encoded(document), Role.STATEMENT)
    except DocumentError as error:
        assert "\n" not in str(error)
        return
    _assert_well_formed(found)


def _assert_well_formed(document: Document) -> None:
    """Check again, in the plainest way, what the reader promises."""
    for i, name in enumerate(document.names[1:], 1):
        assert 0 <= name[0] < i
    loose: list[int] = []
    for i, node in enumerate(document.exprs):
        parts = {"a": (1, 2), "l": (2, 3), "p": (2, 3), "e": (2, 3, 4), "j": (3,)}.get(node[0], ())
        assert all(0 <= node[part] < i for part in parts)
        ranges = [loose[node[part]] for part in parts]
        if node[0] in "lpe":
            ranges[-1] -= 1
        loose.append(node[1] + 1 if node[0] == "v" else max([0, *ranges]))
    assert document.target is not None
    roots = [root for declaration in document.declarations for root in declaration.roots()]
    assert all(loose[root] == 0 for root in [*roots, document.target.type])
