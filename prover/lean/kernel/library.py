"""Read the index of a library: constants by name, tables as flat numbers. Nothing is read before it is asked for."""

from __future__ import annotations

import json
import struct
from bisect import bisect_left
from dataclasses import dataclass

from prover.lean.kernel import names
from prover.lean.kernel.index import DATA, DECLARATION, DECLARATION_KINDS, EXPR, LEVEL, MAGIC, NAME, NUMBER
from prover.lean.kernel.projections import Structure


@dataclass(frozen=True, slots=True)
class LibraryDeclaration:
    """One declaration; numbers are positions in the tables."""

    kind: str
    name: int
    levels: tuple[int, ...]
    type: int
    value: int
    hints: int
    height: int
    parameters: int
    types: tuple[int, ...]  # for each type its name, type and number of constructors, then the name and type of each
    type_count: int
    rests: tuple[int, ...]
    flags: int
    shape: Structure


class Library:
    """An index that was built by `index.build` and whose hash was checked: its content is trusted."""

    def __init__(self, data: bytes) -> None:
        (length,) = struct.unpack_from("<I", data, len(MAGIC))
        start = len(MAGIC) + 4 + length
        sections = json.loads(data[len(MAGIC) + 4 : start])["sections"]
        whole = memoryview(data)

        def section(name: str, code: str) -> memoryview[int]:
            offset, size = sections[name]
            return whole[start + offset : start + offset + size].cast("B").cast(code)  # type: ignore[call-overload, no-any-return]

        self.names = section("names", "I")
        self.levels = section("levels", "I")
        self.exprs = section("exprs", "I")
        self.lists = section("lists", "I")
        self.text = section("text", "B")
        self._decls = section("decls", "I")
        self._hashes = section("hashes", "Q")
        self._owners = section("owners", "I")
        self.count = len(self._decls) // DECLARATION

    def part(self, name: int) -> names.Part:
        """Return the last part of a name."""
        _, at, length = self.names[NAME * name : NAME * name + 3]
        return at if length == NUMBER else str(self.text[at : at + length], "utf-8")

    def parent(self, name: int) -> int:
        return self.names[NAME * name]

    def parts(self, name: int) -> tuple[names.Part, ...]:
        """Return all parts of a name, the first one first."""
        parts: list[names.Part] = []
        while name:
            parts.append(self.part(name))
            name = self.parent(name)
        return tuple(reversed(parts))

    def shown(self, name: int) -> str:
        return ".".join(map(str, self.parts(name)))

    def level(self, level: int) -> tuple[int, int, int]:
        kind, a, b = self.levels[LEVEL * level : LEVEL * level + 3]
        return kind, a, b

    def expr(self, e: int) -> memoryview[int]:
        return self.exprs[EXPR * e : EXPR * e + 5]

    def find(self, key: bytes) -> int:
        """Return the declaration of the constant with this key, or -1."""
        wanted = names.hash_of(key)
        at = bisect_left(self._hashes, wanted)
        while at < len(self._hashes) and self._hashes[at] == wanted:
            if names.key_of(*self.parts(self._owners[2 * at + 1])) == key:
                return self._owners[2 * at]
            at += 1
        return -1

    def declaration(self, index: int) -> LibraryDeclaration:
        row = self._decls[DECLARATION * index : DECLARATION * (index + 1)]
        kind, name, at, count, type_, value, hints, height, parameters, types, type_count, rests, rest_count = row[:13]
        end = types
        for _ in range(type_count):
            end += 3 + 2 * self.lists[end + 2]
        return LibraryDeclaration(
            kind=DECLARATION_KINDS[kind],
            name=name,
            levels=tuple(self.lists[at : at + count]),
            type=type_,
            value=value,
            hints=hints,
            height=height,
            parameters=parameters,
            types=tuple(self.lists[types:end]),
            type_count=type_count,
            rests=tuple(self.lists[rests : rests + rest_count]),
            flags=row[13],
            shape=Structure(-1 if row[14] == NUMBER else row[14], bool(row[13] & DATA), row[15]),
        )
