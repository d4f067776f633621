"""Read a document of `proofsmith-export/1` (docs/export-format.md) and refuse everything that is not exactly one.

Whoever wrote a document is not believed: kinds, indices, bounds, closed terms and universe parameters are checked here,
before a kernel sees anything, and what is known of a term (its loose variables, its depth) is computed here. What the
constants that a document names are is for `prover.lean.kernel` to say.
"""

from __future__ import annotations

import json
import re

from prover.errors import InputError
from prover.lean.export import limits
from prover.lean.export.document import (
    Constructor,
    Declaration,
    Document,
    InductiveType,
    Level,
    Name,
    Node,
    Role,
    Target,
)

FORMAT = "proofsmith-export/1"
KINDS = ("definition", "theorem", "opaque", "axiom", "inductive", "quotient")
_DIGITS = re.compile(r"0|[1-9][0-9]*", re.ASCII)


class DocumentError(InputError):
    """A document is not one of `proofsmith-export/1`, or says what none may."""


def read(data: bytes, role: Role) -> Document:
    """Return the document that some bytes are. Raises `DocumentError` with one sentence."""
    if len(data) > limits.LARGEST_DOCUMENT:
        raise DocumentError(f"the {role} has {len(data)} bytes; {limits.LARGEST_DOCUMENT} is the most")
    try:
        parsed = json.loads(
            data.decode("utf-8"), parse_float=_no_number, parse_constant=_no_number, object_pairs_hook=_one
        )
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"the {role} is not JSON as the format has it ({str(error)[:200]})") from error
    return _Reader(role).document(parsed)


def _no_number(text: str) -> object:
    raise ValueError(f"{text[:40]} is no number of the format")


def _one(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice")
    return result


class _Reader:
    def __init__(self, role: Role) -> None:
        self._role = role
        self._names: list[Name] = [(0, "")]
        self._levels: list[Level] = [("Z", 0)]
        self._exprs: list[Node] = []
        self._level_depth = [0]
        # Universe parameters as sets of bits, one for each name that is used as a parameter anywhere.
        self._bits: dict[int, int] = {}
        self._level_parameters = [0]
        self._parameters: list[int] = []
        self._loose: list[int] = []
        self._depth: list[int] = []

    def _fail(self, what: str) -> DocumentError:
        return DocumentError(f"the {self._role} is refused: {what}")

    # -- tables --------------------------------------------------------------------------------------------------------

    def document(self, parsed: object) -> Document:
        keys = {"format", "names", "levels", "exprs", "declarations"}
        if self._role is not Role.LIBRARY:
            keys.add("target")
        top = self._object(parsed, keys, "document")
        if top["format"] != FORMAT:
            raise self._fail(f"its format is not {FORMAT}")
        for name in self._list(top["names"], limits.MOST_NAMES, "names"):
            self._name(name)
        if len(set(self._names)) != len(self._names):
            raise self._fail("a name stands twice")
        for level in self._list(top["levels"], limits.MOST_LEVELS, "levels"):
            self._level(level)
        for node in self._list(top["exprs"], limits.MOST_EXPRESSIONS, "expressions"):
            self._node(node)
        library = self._role is Role.LIBRARY
        most = limits.MOST_LIBRARY_DECLARATIONS if library else limits.MOST_DECLARATIONS
        declarations = tuple(map(self._declaration, self._list(top["declarations"], most, "declarations")))
        target = None if library else self._target(top["target"])
        taken: set[int] = set()
        for declaration in declarations:
            for name in declaration.names():
                # The four constants of the quotient come as one declaration each.
                if name in taken:
                    raise self._fail("a constant is declared twice")
                taken.add(name)
        if target is not None and target.name in taken:
            raise self._fail("the target is declared as well")
        return Document(self._role, self._names, self._levels, self._exprs, declarations, target)

    def _name(self, entry: object) -> None:
        parent, part = self._entry(entry, 2, "name")
        self._index(parent, len(self._names), "name")
        if type(part) is int:
            if not 0 <= part <= limits.LARGEST_NAME_NUMBER:
                raise self._fail("a number in a name is out of range")
        elif type(part) is not str or not self._is_text(part, limits.LONGEST_NAME) or "\0" in part:
            raise self._fail("a part of a name is no text, too long or holds a zero")
        assert isinstance(parent, int) and isinstance(part, (int, str))
        self._names.append((parent, part))
        depth, at = 0, len(self._names) - 1
        while at:
            at, depth = self._names[at][0], depth + 1
        if depth > limits.DEEPEST_NAME:
            raise self._fail(f"a name has more than {limits.DEEPEST_NAME} parts")

    def _level(self, entry: object) -> None:
        if type(entry) is not list or not entry:
            raise self._fail("a level is no list")
        kind, rest, count = entry[0], entry[1:], len(self._levels)
        if kind == "P" and len(rest) == 1:
            name = self._index(rest[0], len(self._names), "name")
            if name == 0:
                raise self._fail("a universe parameter has no name")
            bit = self._bits.setdefault(name, 1 << len(self._bits))
            self._levels.append(("P", name))
            self._level_parameters.append(bit)
            self._level_depth.append(1)
            return
        if (kind, len(rest)) not in (("S", 1), ("M", 2), ("I", 2)):
            raise self._fail("there is a level of no known kind")
        parts = [self._index(part, count, "level") for part in rest]
        depth = 1 + max(self._level_depth[part] for part in parts)
        if depth > limits.DEEPEST_LEVEL:
            raise self._fail(f"a level is more than {limits.DEEPEST_LEVEL} deep")
        parameters = 0
        for part in parts:
            parameters |= self._level_parameters[part]
        self._levels.append((kind, parts[0]) if len(parts) == 1 else (kind, parts[0], parts[1]))
        self._level_parameters.append(parameters)
        self._level_depth.append(depth)

    def _node(self, entry: object) -> None:
        if type(entry) is not list or not entry:
            raise self._fail("an expression is no list")
        kind, size, count = entry[0], len(entry), len(self._exprs)
        loose = parameters = depth = 0
        if kind == "a" and size == 3:
            parts = [self._index(entry[1], count, "expression"), self._index(entry[2], count, "expression")]
            loose = max(self._loose[parts[0]], self._loose[parts[1]])
        elif kind in ("l", "p") and size == 5:
            self._index(entry[1], len(self._names), "name")
            parts = [self._index(entry[2], count, "expression"), self._index(entry[3], count, "expression")]
            if type(entry[4]) is not int or not 0 <= entry[4] <= 3:
                raise self._fail("a binder is of no known kind")
            loose = max(self._loose[parts[0]], self._loose[parts[1]] - 1)
        elif kind == "e" and size == 6:
            self._index(entry[1], len(self._names), "name")
            parts = [self._index(part, count, "expression") for part in entry[2:5]]
            if type(entry[5]) is not int or not 0 <= entry[5] <= 1:
                raise self._fail("a let is of no known kind")
            loose = max(self._loose[parts[0]], self._loose[parts[1]], self._loose[parts[2]] - 1)
        elif kind == "j" and size == 4:
            self._constant(entry[1])
            self._number(entry[2], limits.LARGEST_FIELD, "projection")
            parts = [self._index(entry[3], count, "expression")]
            loose = self._loose[parts[0]]
        else:
            loose, parameters = self._leaf(entry, kind, size)
            parts = []
        for part in parts:
            parameters |= self._parameters[part]
            depth = max(depth, self._depth[part])
        if depth >= limits.DEEPEST_EXPRESSION:
            raise self._fail(f"an expression is more than {limits.DEEPEST_EXPRESSION} deep")
        self._exprs.append((*entry[:2], tuple(entry[2])) if kind == "c" else tuple(entry))
        self._loose.append(loose)
        self._parameters.append(parameters)
        self._depth.append(depth + 1)

    def _leaf(self, entry: list[object], kind: object, size: int) -> tuple[int, int]:
        """Check an expression without parts; return its range of loose variables and its universe parameters."""
        if kind == "v" and size == 2:
            return self._number(entry[1], limits.LARGEST_VARIABLE, "variable") + 1, 0
        if kind == "s" and size == 2:
            return 0, self._level_parameters[self._index(entry[1], len(self._levels), "level")]
        if kind == "c" and size == 3:
            self._constant(entry[1])
            parameters = 0
            for level in self._list(entry[2], limits.MOST_PARAMETERS, "universe arguments"):
                parameters |= self._level_parameters[self._index(level, len(self._levels), "level")]
            return 0, parameters
        if kind == "n" and size == 2:
            digits = entry[1]
            if type(digits) is not str or len(digits) > limits.MOST_DIGITS or _DIGITS.fullmatch(digits) is None:
                raise self._fail(f"a literal is no number of at most {limits.MOST_DIGITS} digits")
            return 0, 0
        if kind == "t" and size == 2:
            if type(entry[1]) is not str or not self._is_text(entry[1], limits.LONGEST_TEXT):
                raise self._fail(f"a literal is no text of at most {limits.LONGEST_TEXT} bytes")
            return 0, 0
        raise self._fail("there is an expression of no known kind")

    # -- declarations --------------------------------------------------------------------------------------------------

    def _declaration(self, entry: object) -> Declaration:
        kind = entry.get("kind") if type(entry) is dict else None
        if kind not in KINDS:
            raise self._fail("there is a declaration of no known kind")
        if self._role is Role.CANDIDATE and kind not in ("definition", "theorem"):
            raise self._fail(f"a proof may declare no {kind}")
        if kind == "inductive":
            return self._inductive(entry)
        keys = {"kind", "name", "levels", "type"}
        if kind in ("definition", "theorem", "opaque"):
            keys.add("value")
        if kind == "definition":
            keys.add("hints")
        if kind in ("axiom", "opaque") and self._role is Role.LIBRARY:
            keys.add("proposition")
        found = self._object(entry, keys, kind)
        levels = self._declared(found["levels"])
        type_ = self._closed(found["type"], levels)
        value = self._closed(found["value"], levels) if "value" in found else -1
        hints = found.get("hints", "opaque")
        if hints not in ("abbrev", "opaque"):
            hints = self._number(hints, limits.LARGEST_HEIGHT, "height")
        proposition = found.get("proposition", False)
        if type(proposition) is not bool:
            raise self._fail("proposition is neither true nor false")
        assert isinstance(hints, (str, int))
        name = self._constant(found["name"])
        return Declaration(str(kind), name, levels, type_, value, hints, proposition=proposition)

    def _inductive(self, entry: object) -> Declaration:
        found = self._object(entry, {"kind", "levels", "parameters", "types"}, "inductive")
        levels = self._declared(found["levels"])
        types: list[InductiveType] = []
        for one in self._list(found["types"], limits.MOST_TYPES, "types"):
            member = self._object(one, {"name", "type", "constructors"}, "type")
            constructors: list[Constructor] = []
            for made in self._list(member["constructors"], limits.MOST_CONSTRUCTORS, "constructors"):
                fields = self._object(made, {"name", "type"}, "constructor")
                constructors.append(Constructor(self._constant(fields["name"]), self._closed(fields["type"], levels)))
            own = self._constant(member["name"])
            types.append(InductiveType(own, self._closed(member["type"], levels), tuple(constructors)))
        if not types:
            raise self._fail("an inductive declaration has no type")
        parameters = self._number(found["parameters"], limits.LARGEST_FIELD, "number of parameters")
        return Declaration("inductive", 0, levels, -1, parameters=parameters, types=tuple(types))

    def _target(self, entry: object) -> Target:
        keys = {"name", "levels", "type"} | ({"value"} if self._role is Role.CANDIDATE else set())
        found = self._object(entry, keys, "target")
        levels = self._declared(found["levels"])
        value = self._closed(found["value"], levels) if "value" in found else -1
        return Target(self._constant(found["name"]), levels, self._closed(found["type"], levels), value)

    def _declared(self, entry: object) -> tuple[int, ...]:
        """Check the universe parameters of a declaration: named, and each once."""
        levels = [self._constant(name) for name in self._list(entry, limits.MOST_PARAMETERS, "universe parameters")]
        if len(set(levels)) != len(levels):
            raise self._fail("a universe parameter is declared twice")
        return tuple(levels)

    def _closed(self, entry: object, levels: tuple[int, ...]) -> int:
        """Check an expression that stands alone: no loose variable, no universe parameter that is not declared."""
        index = self._index(entry, len(self._exprs), "expression")
        if self._loose[index]:
            raise self._fail("a term has a loose bound variable")
        allowed = 0
        for level in levels:
            allowed |= self._bits.get(level, 0)
        if self._parameters[index] & ~allowed:
            raise self._fail("a term uses a universe parameter that is not declared")
        return index

    # -- small checks --------------------------------------------------------------------------------------------------

    def _constant(self, entry: object) -> int:
        name = self._index(entry, len(self._names), "name")
        if name == 0:
            raise self._fail("a constant has no name")
        return name

    def _index(self, entry: object, count: int, what: str) -> int:
        if type(entry) is not int or not 0 <= entry < count:
            raise self._fail(f"a reference to a {what} is not to an earlier one")
        return entry

    def _number(self, entry: object, largest: int, what: str) -> int:
        if type(entry) is not int or not 0 <= entry <= largest:
            raise self._fail(f"a {what} is no number of at most {largest}")
        return entry

    def _entry(self, entry: object, size: int, what: str) -> list[object]:
        if type(entry) is not list or len(entry) != size:
            raise self._fail(f"a {what} is no list of {size}")
        return entry

    def _list(self, entry: object, most: int, what: str) -> list[object]:
        if type(entry) is not list:
            raise self._fail(f"{what} are no list")
        if len(entry) > most:
            raise self._fail(f"there are {len(entry)} {what}; {most} is the most")
        return entry

    def _object(self, entry: object, keys: set[str], what: str) -> dict[str, object]:
        if type(entry) is not dict or set(entry) != keys:
            raise self._fail(f"a {what} is no object of {', '.join(sorted(keys))}")
        return entry

    @staticmethod
    def _is_text(text: str, longest: int) -> bool:
        try:
            return len(text.encode("utf-8")) <= longest
        except UnicodeEncodeError:
            return False
