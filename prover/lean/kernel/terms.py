"""Build terms in the native kernel from the tables of a library or of a document.

Every entry is made once. Nothing recurses: entries refer to earlier ones, so those below one are made in their order.
"""

from __future__ import annotations

from prover.lean.export.document import Document
from prover.lean.kernel.index import EXPR, EXPR_KINDS, LEVEL_KINDS
from prover.lean.kernel.library import Library
from prover.lean.kernel.native import NativeKernel, Object, box

_V, _S, _C, _A, _L, _P, _E, _N, _T, _J = range(len(EXPR_KINDS))


class LibraryTerms:
    """The terms of a library; made when they are asked for."""

    def __init__(self, kernel: NativeKernel, library: Library) -> None:
        self._kernel = kernel
        self._library = library
        self._names: dict[int, Object] = {0: box(0)}
        self._levels: dict[int, Object] = {0: kernel.zero}
        self._exprs: dict[int, Object] = {}

    def name(self, name: int) -> Object:
        made = self._names.get(name)
        if made is None:
            made = self._kernel.name(self.name(self._library.parent(name)), self._library.part(name))
            self._names[name] = made
        return made

    def level(self, level: int) -> Object:
        made = self._levels.get(level)
        if made is None:
            number, a, b = self._library.level(level)
            kind = LEVEL_KINDS[number]
            if kind == "P":
                made = self._kernel.level(kind, self.name(a), 0)
            else:
                made = self._kernel.level(kind, self.level(a), self.level(b) if kind != "S" else 0)
            self._levels[level] = made
        return made

    def levels(self, parameters: tuple[int, ...]) -> Object:
        return self._kernel.list(map(self.name, parameters))

    def expr(self, root: int) -> Object:
        made = self._exprs
        if root in made:
            return made[root]
        kernel, library = self._kernel, self._library
        table, lists, text, counts = library.exprs, library.lists, library.text, kernel.counts
        pending = [root]
        while pending:
            e = pending[-1]
            if e in made:
                pending.pop()
                continue
            kind, a, b, c, d = table[EXPR * e : EXPR * e + EXPR]
            extra, kind = kind >> 8, kind & 255
            if kind == _A:
                if a not in made or b not in made:
                    pending += (a, b)
                    continue
                o = kernel.application_(made[a], made[b])
            elif kind in (_L, _P):
                if b not in made or c not in made:
                    pending += (b, c)
                    continue
                o = (kernel.lambda_ if kind == _L else kernel.forall_)(self.name(a), made[b], made[c], extra)
            elif kind == _C:
                o = kernel.constant_(self.name(a), kernel.list([self.level(level) for level in lists[b : b + c]]))
            elif kind == _V:
                o = kernel.variable_(box(a))
            elif kind == _S:
                o = kernel.sort_(self.level(a))
            elif kind == _E:
                if b not in made or c not in made or d not in made:
                    pending += (b, c, d)
                    continue
                o = kernel.let_(self.name(a), made[b], made[c], made[d], extra)
            elif kind == _J:
                if c not in made:
                    pending.append(c)
                    continue
                o = kernel.projection_(self.name(a), box(b), made[c])
            else:
                literal = str(text[a : a + b], "utf-8")
                o = kernel.number_literal(literal) if kind == _N else kernel.text_literal(literal)
            counts[o >> 2] = 0
            made[e] = o
            pending.pop()
        return made[root]


class DocumentTerms:
    """The terms of a statement or a candidate.

    `constants` holds the kernel's names of the constants that are called otherwise than the document says, `parameters`
    those of universe parameters, by names of the document.
    """

    def __init__(
        self,
        kernel: NativeKernel,
        document: Document,
        constants: dict[int, Object] | None = None,
        parameters: dict[int, Object] | None = None,
    ) -> None:
        self._kernel = kernel
        self._document = document
        self._constants = constants or {}
        self._parameters = parameters or {}
        self._names: dict[int, Object] = {0: box(0)}
        self._levels: dict[int, Object] = {0: kernel.zero}
        self._exprs: dict[int, Object] = {}

    def name(self, name: int) -> Object:
        """Return a name as it is written."""
        made = self._names.get(name)
        if made is None:
            parent, part = self._document.names[name]
            made = self._kernel.name(self.name(parent), part)
            self._names[name] = made
        return made

    def constant(self, name: int) -> Object:
        """Return the name that a constant has in the kernel."""
        return self._constants.get(name) or self.name(name)

    def _parameter(self, name: int) -> Object:
        return self._parameters.get(name) or self.name(name)

    def level(self, level: int) -> Object:
        made = self._levels.get(level)
        if made is None:
            entry = self._document.levels[level]
            if entry[0] == "P":
                made = self._kernel.level("P", self._parameter(entry[1]), 0)
            else:
                made = self._kernel.level(
                    entry[0], self.level(entry[1]), self.level(entry[2]) if len(entry) == 3 else 0
                )
            self._levels[level] = made
        return made

    def levels(self, parameters: tuple[int, ...]) -> Object:
        return self._kernel.list(map(self._parameter, parameters))

    def expr(self, root: int) -> Object:
        made = self._exprs
        if root in made:
            return made[root]
        kernel, exprs, counts = self._kernel, self._document.exprs, self._kernel.counts
        pending = [root]
        while pending:
            e = pending[-1]
            if e in made:
                pending.pop()
                continue
            node = exprs[e]
            kind = node[0]
            if kind == "a":
                _, f, x = node
                if f not in made or x not in made:
                    pending += (f, x)
                    continue
                o = kernel.application_(made[f], made[x])
            elif kind in ("l", "p"):
                _, name, type_, body, binder = node
                if type_ not in made or body not in made:
                    pending += (type_, body)
                    continue
                make = kernel.lambda_ if kind == "l" else kernel.forall_
                o = make(self.name(name), made[type_], made[body], binder)
            elif kind == "c":
                levels = kernel.list([self.level(level) for level in node[2]])
                o = kernel.constant_(self.constant(node[1]), levels)
            elif kind == "v":
                o = kernel.variable_(box(node[1]))
            elif kind == "s":
                o = kernel.sort_(self.level(node[1]))
            elif kind == "e":
                _, name, type_, value, body, nondep = node
                if type_ not in made or value not in made or body not in made:
                    pending += (type_, value, body)
                    continue
                o = kernel.let_(self.name(name), made[type_], made[value], made[body], nondep)
            elif kind == "j":
                _, name, index, struct = node
                if struct not in made:
                    pending.append(struct)
                    continue
                o = kernel.projection_(self.constant(name), box(index), made[struct])
            elif kind == "n":
                o = kernel.number_literal(node[1])
            else:
                o = kernel.text_literal(node[1])
            counts[o >> 2] = 0
            made[e] = o
            pending.pop()
        return made[root]
