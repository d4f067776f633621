"""Which fields of a structure a projection may take.

A structure that is a proposition gives away proofs only: any two proofs of it are equal, so a field that holds data
would make all data equal. Kernels checked this too weakly more than once (lean4#14613, #14807), so it is decided here
as well, by what the declarations say literally: a field counts as a proof only where its type is plainly a proposition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prover.lean.export.document import Declaration, Document

_BITS = 32
_MARKS = ("autoParam", "optParam", "outParam")
Predicate = Callable[[int], bool]
"""Tells of a name of the document whether its constant's type ends in `Prop`, literally."""


def is_predicate(document: Document, type_: int) -> bool:
    """Tell whether a type ends in `Prop` behind all its binders."""
    exprs = document.exprs
    while exprs[type_][0] == "p":
        type_ = exprs[type_][3]
    return exprs[type_] == ("s", 0)


@dataclass(frozen=True, slots=True)
class Structure:
    """What may be projected: `fields` is -1 for what is no structure, `data` says that it is plainly no proposition.

    `proofs` has a bit for each of the first 32 fields whose type is plainly a proposition.
    """

    fields: int
    data: bool = False
    proofs: int = 0

    def allows(self, index: int) -> bool:
        """Tell whether a field may be projected."""
        return 0 <= index < self.fields and (self.data or (index < _BITS and bool(self.proofs >> index & 1)))


def structure(document: Document, declaration: Declaration, predicate: Predicate) -> Structure:
    """Return what may be projected from the type of an inductive declaration.

    What has other than one constructor, or stands in a mutual block, is no structure.
    """
    if declaration.kind != "inductive" or len(declaration.types) != 1 or len(declaration.types[0].constructors) != 1:
        return Structure(-1)
    exprs = document.exprs
    binders: list[int] = []
    at = declaration.types[0].constructors[0].type
    while exprs[at][0] == "p":
        binders.append(exprs[at][2])
        at = exprs[at][3]
    count = len(binders) - declaration.parameters
    if count < 0:
        return Structure(-1)
    proofs = sum(
        1 << i
        for i in range(min(count, _BITS))
        if _is_proposition(document, binders, declaration.parameters + i, predicate)
    )
    return Structure(count, _is_data(document, declaration.types[0].type), proofs)


def _is_data(document: Document, type_: int) -> bool:
    """Tell whether a type is plainly no proposition: it ends in a sort whose level is a successor."""
    exprs = document.exprs
    while exprs[type_][0] == "p":
        type_ = exprs[type_][3]
    node = exprs[type_]
    return node[0] == "s" and _is_positive(document, node[1])


def _is_positive(document: Document, level: int) -> bool:
    """Tell whether a level is above zero whatever its parameters are."""
    entry = document.levels[level]
    if entry[0] == "S":
        return True
    if entry[0] == "M":
        return _is_positive(document, entry[1]) or _is_positive(document, entry[2])
    return entry[0] == "I" and _is_positive(document, entry[2])


def _is_proposition(document: Document, binders: list[int], position: int, predicate: Predicate) -> bool:
    """Tell whether the type of a binder is plainly a proposition, given the binders before it."""
    exprs = document.exprs
    local: list[int] = list(binders[:position])
    at = binders[position]
    while exprs[at][0] == "p":
        local.append(exprs[at][2])
        at = exprs[at][3]
    at = _head(document, at)
    node = exprs[at]
    if node[0] == "c":
        return predicate(node[1])
    if node[0] == "v":
        index = len(local) - 1 - node[1]
        return index >= 0 and is_predicate(document, local[index])
    return False


def _head(document: Document, e: int) -> int:
    """Return what is applied in a type, seen through what marks arguments (`autoParam p tactic` is `p`)."""
    exprs = document.exprs
    while True:
        first = at = e
        while exprs[at][0] == "a":
            at, first = exprs[at][1], exprs[at][2]
        node = exprs[at]
        if at == e or node[0] != "c" or document.shown(node[1]) not in _MARKS:
            return at
        e = first
