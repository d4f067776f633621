"""One document, a statement or a candidate, with what its names mean, and what its declarations may mention.

A name of a candidate means a constant of its own, else one of the statement, else one of the library. What no proof may
mention is refused here, before the kernel is given anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from prover.lean.embedded.trust import never_trusted
from prover.lean.export.document import Declaration, Document, Role, below
from prover.lean.kernel import index, names
from prover.lean.kernel.answer import KernelReason, Refused
from prover.lean.kernel.library import Library
from prover.lean.kernel.projections import Structure, is_predicate, structure


@dataclass(slots=True)
class Use:
    """What the expressions of one declaration mention: own declarations by position, others by number."""

    own: set[int]
    statement: set[int]
    library: set[int]


def key_in(library: Library, name: int) -> bytes:
    """Return the key of a name of a library."""
    return names.key_of(*library.parts(name))


class Side:
    """One document with what its names mean."""

    def __init__(self, document: Document, library: Library, above: Side | None) -> None:
        self.document = document
        self.library = library
        self.above = above
        self.keys = [b""]
        for parent, part in document.names[1:]:
            self.keys.append(names.extend(self.keys[parent], part))
        self.own: dict[int, int] = {}  # from names to own declarations
        self.by_key: dict[bytes, tuple[int, int]] = {}  # from keys to own declarations and names
        for i, declaration in enumerate(document.declarations):
            for name in declaration.names():
                self.own[name] = i
                self.by_key[self.keys[name]] = (i, name)
        self._resolved: dict[int, tuple[str, int]] = {}
        self._structures: dict[int, Structure] = {}

    def structure(self, number: int) -> Structure:
        """Return what may be projected from an own declaration."""
        found = self._structures.get(number)
        if found is None:
            found = self._structures[number] = structure(self.document, self.declaration(number), self.is_predicate)
        return found

    def refuse(self, message: str, reason: KernelReason | None = None) -> Refused:
        if reason is None:
            reason = KernelReason.STATEMENT if self.document.role is Role.STATEMENT else KernelReason.DOCUMENT
        return Refused(reason, message)

    def resolve(self, name: int) -> tuple[str, int]:
        """Return where a constant is declared, "own", "statement" or "library", and the number of its declaration."""
        found = self._resolved.get(name)
        if found is None:
            found = self._resolved[name] = self._resolve(name)
        return found

    def _resolve(self, name: int) -> tuple[str, int]:
        if name in self.own:
            return "own", self.own[name]
        parent, part = self.document.names[name]
        key, stem = self.keys[name], self.keys[parent] if names.is_recursor(part) else None
        if stem is not None and parent in self.own and self.declaration(self.own[parent]).kind == "inductive":
            return "own", self.own[parent]
        if self.above is not None:
            for tried in (key, stem):
                found = self.above.by_key.get(tried) if tried is not None else None
                if found is not None and (tried is key or self.above.declaration(found[0]).kind == "inductive"):
                    return "statement", found[0]
        number = self.library.find(key)
        if number < 0 and stem is not None:
            number = self.library.find(stem)
            if number >= 0 and self.library.declaration(number).kind != "inductive":
                number = -1
        if number < 0:
            raise self.refuse(f"there is no constant {self.document.shown(name)}")
        return "library", number

    def declaration(self, i: int) -> Declaration:
        return self.document.declarations[i]

    def is_predicate(self, name: int) -> bool:
        """Tell whether the type of a constant ends in `Prop`, literally."""
        where, number = self.resolve(name)
        if where == "library":
            return self.keys[name] == key_in(self.library, self.library.declaration(number).name) and bool(
                self.library.declaration(number).flags & index.PREDICATE
            )
        if where == "statement":
            assert self.above is not None
            found = self.above.by_key.get(self.keys[name])
            return found is not None and self.above.is_predicate(found[1])
        declaration = self.declaration(number)
        types = (
            [declaration.type]
            if declaration.kind != "inductive"
            else [t.type for t in declaration.types if t.name == name]
        )
        return any(is_predicate(self.document, type_) for type_ in types)

    # -- what it mentions ----------------------------------------------------------------------------------------------

    def uses(self, roots: tuple[int, ...], position: int) -> Use:
        """Return what the declaration at a position mentions. Raises where it mentions what it may not."""
        use = Use(set(), set(), set())
        for node in below(self.document.exprs, roots):
            kind = node[0]
            if kind == "c":
                self._constant(node[1], len(node[2]), position, use)
            elif kind == "j":
                self._constant(node[1], None, position, use)
                self._projection(node[1], node[2])
            elif kind in ("n", "t"):
                use.library.update(self._literal(kind))
        return use

    def _literal(self, kind: str) -> list[int]:
        """Return what the kernel takes for granted where a literal stands."""
        found = [self.library.find(names.dotted(name)) for name in index.LITERALS[kind]]
        if min(found) < 0:
            raise Refused(KernelReason.UNSUPPORTED, "the library lacks what literals are made of")
        return found

    def _constant(self, name: int, levels: int | None, position: int, use: Use) -> None:
        shown = self.document.shown
        if never_trusted(shown(name)):
            raise self.refuse(f"the proof rests on {shown(name)}, which is not trusted", KernelReason.AXIOMS)
        where, number = self.resolve(name)
        if where == "own":
            # Within an inductive declaration its own types may occur, which is for the kernel to check.
            inductive = self.declaration(number).kind == "inductive"
            if number > position or (number == position and not inductive):
                raise self.refuse(f"{shown(name)} is used before it is declared")
            parameters = self.declaration(number).levels
            use.own.add(number)
        elif where == "statement":
            parameters = self._stated().declaration(number).levels
            use.statement.add(number)
        else:
            declaration = self.library.declaration(number)
            if declaration.flags & index.TAINTED:
                raise self.refuse(f"the proof rests on {shown(name)}, which is not trusted", KernelReason.AXIOMS)
            if declaration.flags & index.BROKEN:
                message = f"{shown(name)} rests on a constant that the library hides"
                raise Refused(KernelReason.UNSUPPORTED, message)
            parameters = declaration.levels
            use.library.add(number)
        # A recursor may have one universe parameter more: the kernel knows.
        if levels is not None and levels != len(parameters) and not names.is_recursor(self.document.names[name][1]):
            raise self.refuse(f"{shown(name)} has {len(parameters)} universe parameters, not {levels}")

    def _projection(self, name: int, field: int) -> None:
        where, number = self.resolve(name)
        if where == "library":
            declaration = self.library.declaration(number)
            exact = self.library.find(self.keys[name]) == number and declaration.kind == "inductive"
            shape = (
                declaration.shape
                if exact and self.keys[name] == key_in(self.library, declaration.name)
                else Structure(-1)
            )
        else:
            owner = self._stated()
            if self is not owner and where == "own":
                raise self.refuse(f"a projection names {self.document.shown(name)}, which is no structure")
            own = owner.declaration(number)
            exact = own.kind == "inductive" and owner.keys[own.types[0].name] == self.keys[name]
            shape = owner.structure(number) if exact else Structure(-1)
        if shape.fields < 0:
            raise self.refuse(f"a projection names {self.document.shown(name)}, which is no structure")
        if not shape.allows(field):
            what = "does not have" if field >= shape.fields else "does not give away, being a proposition"
            raise self.refuse(f"a projection takes field {field}, which {self.document.shown(name)} {what}")

    def _stated(self) -> Side:
        """Return the side of the statement."""
        return self.above or self
