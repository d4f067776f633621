"""Turn a library document into an index: one file in which every constant and what it rests on is found at once.

    PSLIBIDX 1 <length> {"sections": {name: [offset, bytes]}}    a header line, padded to 8 bytes
    names    3 numbers a name: parent, offset and length of its text (length NUMBER: the offset is the number)
    levels   3 numbers a level: kind, parts
    exprs    5 numbers an expression: kind (and the binder, from bit 8), parts
    lists    universe arguments and parameters, types of inductive declarations, what declarations rest on
    decls    DECLARATION numbers a declaration
    hashes   64 bits of the key of every constant that a document names, sorted; owners: declaration, name
    text     the bytes of names and literals

Numbers have 32 bits, little endian. The file is a function of the document alone, so that its hash can be pinned.
"""

from __future__ import annotations

import json
import struct
from array import array

from prover.errors import InputError
from prover.lean.embedded.trust import never_trusted
from prover.lean.export.document import Declaration, Document, below
from prover.lean.kernel import names
from prover.lean.kernel.projections import is_predicate, structure

MAGIC = b"PSLIBIDX 1 "
NUMBER = 2**32 - 1
NAME, LEVEL, EXPR, DECLARATION = 3, 3, 5, 16
LEVEL_KINDS = "ZSMIP"
EXPR_KINDS = "vscalpentj"
DECLARATION_KINDS = ("definition", "theorem", "opaque", "axiom", "inductive", "quotient")
ABBREV, OPAQUE, REGULAR = 0, 1, 2

# What a declaration is, bit by bit. `TAINTED`: something that is never trusted is part of it or of what it rests on.
HOLLOW, PROPOSITION, PREDICATE, TAINTED = 1, 2, 4, 8  # `PREDICATE`: its type ends in `Prop`, literally
# Standard axioms and theorems without a body that the value of a theorem rests on.
PROPEXT, CHOICE, SOUND, UNPROVED = 16, 32, 64, 128
DATA = 512  # a structure that is plainly no proposition: all of its fields may be projected
BROKEN = 256  # it rests on a constant that the package hides, which no kernel could be given
AXIOM_BITS = {"propext": PROPEXT, "Classical.choice": CHOICE, "Quot.sound": SOUND}

# What a kernel takes for granted where a literal stands: numbers (`n`) and texts (`t`) are expanded to constructors.
LITERALS = {"n": ("Nat",), "t": ("Nat", "Char", "Char.ofNat", "List", "String", "String.ofList")}


def build(document: Document) -> bytes:
    """Return the index of a library document. Raises `InputError` where its declarations are out of order."""
    return _Builder(document).build()


class _Builder:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._text = bytearray()
        self._lists = array("I")
        self._owner: dict[int, int] = {}  # from names to declarations
        self._keys: list[bytes] = [b""]
        self._by_key: dict[bytes, int] = {}
        self._implied: dict[str, tuple[int, ...]] = {}
        self._flags: list[int] = []

    def build(self) -> bytes:
        document = self._document
        for parent, part in document.names[1:]:
            self._keys.append(names.extend(self._keys[parent], part))
        self._by_key = {key: i for i, key in enumerate(self._keys)}
        for i, declaration in enumerate(document.declarations):
            for name in declaration.names():
                self._owner[name] = i
        self._implied = {kind: self._known(*held) for kind, held in LITERALS.items()}
        decls = array("I")
        for i, declaration in enumerate(document.declarations):
            decls.extend(self._declaration(i, declaration))
        hashes = sorted((names.hash_of(self._keys[name]), owner, name) for name, owner in self._owner.items())
        sections = {
            "names": self._names().tobytes(),
            "levels": self._levels().tobytes(),
            "exprs": self._exprs().tobytes(),
            "lists": self._lists.tobytes(),
            "decls": decls.tobytes(),
            "hashes": array("Q", [entry[0] for entry in hashes]).tobytes(),
            "owners": array("I", [n for entry in hashes for n in entry[1:]]).tobytes(),
            "text": bytes(self._text),
        }
        return _pack(sections)

    def _known(self, *written: str) -> tuple[int, ...]:
        owners = (self._owner.get(self._by_key.get(names.dotted(name), -1)) for name in written)
        return tuple(owner for owner in owners if owner is not None)

    # -- tables --------------------------------------------------------------------------------------------------------

    def _store(self, text: str) -> tuple[int, int]:
        data = text.encode("utf-8")
        self._text += data
        return len(self._text) - len(data), len(data)

    def _list(self, numbers: tuple[int, ...]) -> tuple[int, int]:
        self._lists.extend(numbers)
        return len(self._lists) - len(numbers), len(numbers)

    def _names(self) -> array[int]:
        table = array("I", (0, 0, 0))
        for parent, part in self._document.names[1:]:
            table.extend((parent, part, NUMBER) if isinstance(part, int) else (parent, *self._store(part)))
        return table

    def _levels(self) -> array[int]:
        table = array("I")
        for level in self._document.levels:
            table.extend((LEVEL_KINDS.index(level[0]), level[1], level[2] if len(level) == 3 else 0))
        return table

    def _exprs(self) -> array[int]:
        table = array("I")
        for node in self._document.exprs:
            kind = node[0]
            number = EXPR_KINDS.index(kind)
            rest: tuple[int, ...]
            if kind == "c":
                rest = (node[1], *self._list(node[2]))
            elif kind in ("n", "t"):
                rest = self._store(node[1])
            elif kind in ("l", "p", "e"):
                number |= node[-1] << 8
                rest = node[1:-1]
            else:
                rest = node[1:]
            table.extend((number, *rest, *(0,) * (EXPR - 1 - len(rest))))
        return table

    # -- declarations --------------------------------------------------------------------------------------------------

    def _declaration(self, index: int, declaration: Declaration) -> tuple[int, ...]:
        kind = declaration.kind
        # A theorem or an opaque constant is given to the kernel by its type.
        stated = declaration.roots()[:1] if kind in ("theorem", "opaque") else declaration.roots()
        rests, implied = self._uses(stated, index)
        if kind == "quotient":
            rests = tuple(sorted({*rests, *self._known("Eq")}))
        everything = rests if stated == declaration.roots() else self._uses(declaration.roots(), index)[0]
        shape = structure(self._document, declaration, self._is_predicate)
        flags = self._flags_of(declaration, everything) | (DATA if shape.data else 0)
        self._flags.append(flags)
        first = declaration.names()[0]
        hints: tuple[int, int] = (ABBREV if declaration.hints == "abbrev" else OPAQUE, 0)
        if isinstance(declaration.hints, int):
            hints = (REGULAR, declaration.hints)
        types: list[int] = []
        for one in declaration.types:
            types += (one.name, one.type, len(one.constructors))
            for made in one.constructors:
                types += (made.name, made.type)
        return (
            DECLARATION_KINDS.index(kind),
            first,
            *self._list(declaration.levels),
            max(declaration.type, 0),
            max(declaration.value, 0),
            *hints,
            declaration.parameters,
            self._list(tuple(types))[0],
            len(declaration.types),
            *self._list(tuple(used for used in rests + implied if used >= 0)),
            flags,
            shape.fields & NUMBER,
            shape.proofs,
        )

    def _is_predicate(self, name: int) -> bool:
        owner = self._owner.get(name)
        if owner is None:
            return False
        declaration = self._document.declarations[owner]
        if declaration.kind != "inductive":
            return is_predicate(self._document, declaration.type)
        return any(one.name == name and is_predicate(self._document, one.type) for one in declaration.types)

    def _flags_of(self, declaration: Declaration, everything: tuple[int, ...]) -> int:
        flags = 0
        shown = [self._document.shown(name) for name in declaration.names()]
        if declaration.kind in ("axiom", "opaque"):
            flags |= HOLLOW | (PROPOSITION if declaration.proposition else 0)
        if declaration.kind == "theorem":
            flags |= PROPOSITION
        if self._is_predicate(declaration.names()[0]):
            flags |= PREDICATE
        if any(map(never_trusted, shown)):
            flags |= TAINTED
        if shown[0] in AXIOM_BITS:
            flags |= AXIOM_BITS[shown[0]]
        elif flags & HOLLOW and flags & PROPOSITION:
            flags |= UNPROVED
        if -1 in everything:
            flags |= BROKEN
        for used in everything:
            if used < 0:
                continue
            # What a type mentions is no assumption; what a value does is, and so is what its definitions are built of.
            flags |= self._flags[used] & (TAINTED | BROKEN | PROPEXT | CHOICE | SOUND | UNPROVED)
        return flags

    def _uses(self, roots: tuple[int, ...], own: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the declarations that some expressions rest on, and those of their literals, which may be later."""
        found: set[int] = set()
        implied: set[int] = set()
        for node in below(self._document.exprs, roots):
            if node[0] in ("c", "j"):
                found.add(self._owner_of(node[1]))
            elif node[0] in ("n", "t"):
                implied.update(self._implied[node[0]])
        found.discard(own)
        if any(used > own for used in found):
            raise InputError(f"the library is refused: {self._shown(own)} rests on a later declaration")
        return tuple(sorted(found)), tuple(sorted(implied - found - {own}))

    def _owner_of(self, name: int) -> int:
        """Return the declaration of a constant, or -1 for one that the document does not declare."""
        owner = self._owner.get(name)
        if owner is None:
            parent, part = self._document.names[name]
            owner = self._owner.get(parent) if names.is_recursor(part) else None
        return -1 if owner is None else owner

    def _shown(self, index: int) -> str:
        return self._document.shown(self._document.declarations[index].names()[0])


def _pack(sections: dict[str, bytes]) -> bytes:
    table: dict[str, tuple[int, int]] = {}
    at = 0
    for name, data in sections.items():
        table[name] = (at, len(data))
        at += len(data) + -len(data) % 8
    header = json.dumps({"sections": table}, separators=(",", ":")).encode()
    header += b" " * (-(len(MAGIC) + 4 + len(header)) % 8)
    body = b"".join(data + b"\0" * (-len(data) % 8) for data in sections.values())
    return MAGIC + struct.pack("<I", len(header)) + header + body
