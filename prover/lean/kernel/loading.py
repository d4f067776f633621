"""Give the native kernel what a proof rests on in the library: constants and all that these rest on, each once.

The library is trusted and was checked before, so the kernel adds it without checking; theorems and opaque constants are
given by their type, as axioms.
"""

from __future__ import annotations

from collections.abc import Iterable

from prover.lean.kernel.library import Library, LibraryDeclaration
from prover.lean.kernel.native import NativeKernel, Object
from prover.lean.kernel.terms import LibraryTerms

HINTS = ("abbrev", "opaque")


class Loader:
    """What of a library the kernel holds."""

    def __init__(self, kernel: NativeKernel, library: Library) -> None:
        self._kernel = kernel
        self._library = library
        self._terms = LibraryTerms(kernel, library)
        self._started: set[int] = set()
        self._quotient = False
        self.loaded = 0

    def load(self, wanted: Iterable[int]) -> None:
        """Add declarations, by their number in the library."""
        pending = [(number, False) for number in wanted]
        while pending:
            number, ready = pending.pop()
            if not ready and number in self._started:
                continue
            declaration = self._library.declaration(number)
            if ready:
                self._add(declaration)
                continue
            self._started.add(number)
            pending.append((number, True))
            pending += ((used, False) for used in declaration.rests if used not in self._started)

    def _add(self, declaration: LibraryDeclaration) -> None:
        if declaration.kind == "quotient":
            if self._quotient:
                return
            self._quotient = True
        self._kernel.add_unchecked(self.declaration(declaration))
        self.loaded += 1

    def declaration(self, declaration: LibraryDeclaration, with_value: bool = False) -> Object:
        """Return the kernel's form of a declaration; with `with_value`, a theorem with its proof."""
        kernel, terms, kind = self._kernel, self._terms, declaration.kind
        if kind == "quotient":
            return kernel.quotient()
        levels = terms.levels(declaration.levels)
        if kind == "inductive":
            return kernel.inductive(levels, declaration.parameters, self._types(declaration))
        name, type_ = terms.name(declaration.name), terms.expr(declaration.type)
        if kind == "definition":
            hints = HINTS[declaration.hints] if declaration.hints < len(HINTS) else declaration.height
            return kernel.definition(name, levels, type_, terms.expr(declaration.value), hints)
        if kind == "theorem" and with_value:
            return kernel.theorem(name, levels, type_, terms.expr(declaration.value))
        if kind == "opaque" and with_value:
            return kernel.opaque(name, levels, type_, terms.expr(declaration.value))
        return kernel.axiom(name, levels, type_)

    def _types(self, declaration: LibraryDeclaration) -> list[tuple[Object, Object, list[tuple[Object, Object]]]]:
        terms, flat, at = self._terms, declaration.types, 0
        types = []
        for _ in range(declaration.type_count):
            name, type_, count = flat[at : at + 3]
            made = flat[at + 3 : at + 3 + 2 * count]
            constructors = [(terms.name(made[i]), terms.expr(made[i + 1])) for i in range(0, 2 * count, 2)]
            types.append((terms.name(name), terms.expr(type_), constructors))
            at += 3 + 2 * count
        return types
