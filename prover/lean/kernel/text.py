"""Write what the kernel holds in lean4export's text format, version 3.1.0, which other checkers read.

Everything is read from the kernel's own environment after it accepted the proof: the recursors that it made itself are
there as well. A theorem of the library has no proof in the embedded package, and appears as an axiom.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from prover.lean.kernel.answer import VERSION
from prover.lean.kernel.index import LITERALS
from prover.lean.kernel.native import NativeKernel, Object, box

FORMAT = "3.1.0"
_BINDERS = ("default", "implicit", "strictImplicit", "instImplicit")
_QUOTIENTS = ("type", "ctor", "lift", "ind")
_SAFETY = ("unsafe", "safe", "partial")
_AXIOM, _DEFINITION, _THEOREM, _OPAQUE, _QUOTIENT, _INDUCTIVE, _CONSTRUCTOR, _RECURSOR = range(8)
_BVAR, _SORT, _CONST, _APP, _LAM, _FORALL, _LET, _LIT, _PROJ = 0, 3, 4, 5, 6, 7, 8, 9, 11
_PARTS = {_APP: (0, 1), _LAM: (1, 2), _FORALL: (1, 2), _LET: (1, 2, 3), _PROJ: (2,)}


def lines(kernel: NativeKernel, root: Object, commit: str) -> Iterator[str]:
    """Yield the lines of the constant with a name and of all that it rests on."""
    about = {
        "exporter": {"name": "proofsmith", "version": "1"},
        "lean": {"githash": commit, "version": VERSION},
        "format": {"version": FORMAT},
    }
    yield _line({"meta": about})
    writer = _Writer(kernel)
    for constant in _ordered(kernel, root):
        yield from writer.declaration(constant)


def _line(entry: dict[str, object]) -> str:
    return json.dumps(entry, separators=(",", ":"), ensure_ascii=False)


def _key(kernel: NativeKernel, name: Object) -> tuple[str | int, ...]:
    parts: list[str | int] = []
    while not name & 1:
        last = kernel.field(name, 1)
        parts.append(kernel.text(last) if kernel.tag(name) == 1 else last >> 1)
        name = kernel.field(name, 0)
    return tuple(reversed(parts))


def _used(kernel: NativeKernel, roots: list[Object]) -> list[Object]:
    """Return the names of the constants in some expressions."""
    seen: set[Object] = set()
    found: list[Object] = []
    pending = list(roots)
    while pending:
        e = pending.pop()
        if e in seen:
            continue
        seen.add(e)
        tag = kernel.tag(e)
        if tag in (_CONST, _PROJ):
            found.append(kernel.field(e, 0))
        elif tag == _LIT:  # a checker expands a literal to what it is made of
            number = kernel.tag(kernel.field(e, 0)) == 0
            found += (_named(kernel, written) for written in LITERALS["n" if number else "t"])
        pending += (kernel.field(e, i) for i in _PARTS.get(tag, ()))
    return found


def _named(kernel: NativeKernel, written: str) -> Object:
    name = box(0)
    for part in written.split("."):
        name = kernel.name(name, part)
    return name


def _block(kernel: NativeKernel, info: Object) -> tuple[list[Object], list[Object], list[Object]]:
    """Return the types, constructors and recursors of the declaration of an inductive type."""
    names = kernel.items(kernel.field(kernel.field(info, 0), 3))
    types = [_found(kernel, name) for name in names]
    constructors = [
        _found(kernel, name) for one in types for name in kernel.items(kernel.field(kernel.field(one, 0), 4))
    ]
    nested = kernel.field(kernel.field(types[0], 0), 5) >> 1
    recursors = [kernel.find(kernel.name(name, "rec")) for name in names]
    recursors += [kernel.find(kernel.name(names[0], f"rec_{i + 1}")) for i in range(nested)]
    return types, constructors, [one for one in recursors if one is not None]


def _found(kernel: NativeKernel, name: Object) -> Object:
    info = kernel.find(name)
    assert info is not None, _key(kernel, name)
    return info


def _value(kernel: NativeKernel, info: Object) -> list[Object]:
    """Return the type and, where there is one, the value of a constant."""
    held = kernel.field(info, 0)
    roots = [kernel.field(kernel.field(held, 0), 2)]
    return [*roots, kernel.field(held, 1)] if kernel.tag(info) in (_DEFINITION, _THEOREM, _OPAQUE) else roots


def _ordered(kernel: NativeKernel, root: Object) -> list[Object]:
    """Return the constants below a name in order; an inductive declaration is there as its first type."""
    done: set[tuple[str | int, ...]] = set()
    order: list[Object] = []
    pending: list[tuple[Object, bool]] = [(root, False)]
    while pending:
        name, ready = pending.pop()
        info = _found(kernel, name)
        if ready:
            order.append(info)
            continue
        tag, held = kernel.tag(info), kernel.field(info, 0)
        if tag == _CONSTRUCTOR:
            pending.append((kernel.field(held, 1), False))
            continue
        if tag in (_RECURSOR, _INDUCTIVE):
            first = kernel.items(kernel.field(held, 1 if tag == _RECURSOR else 3))[0]
            if tag == _RECURSOR or _key(kernel, first) != _key(kernel, name):
                pending.append((first, False))
                continue
        if _key(kernel, name) in done:
            continue
        done.add(_key(kernel, name))
        pending.append((name, True))
        roots = _value(kernel, info)
        own: set[tuple[str | int, ...]] = set()
        if tag == _INDUCTIVE:
            types, constructors, recursors = _block(kernel, info)
            members = [*types, *constructors, *recursors]
            own = {_key(kernel, kernel.field(kernel.field(kernel.field(one, 0), 0), 0)) for one in members}
            roots = [root for one in [*types, *constructors] for root in _value(kernel, one)]
        if tag == _QUOTIENT and _key(kernel, name) != ("Quot",):
            pending.append((_named(kernel, "Quot"), False))
        pending += ((used, False) for used in _used(kernel, roots) if _key(kernel, used) not in own)
    return order


class _Writer:
    def __init__(self, kernel: NativeKernel) -> None:
        self._kernel = kernel
        self._names: dict[tuple[str | int, ...], int] = {(): 0}
        self._levels: dict[str, int] = {}
        self._exprs: dict[str, int] = {}
        self._level_at: dict[Object, int] = {}
        self._expr_at: dict[Object, int] = {}
        self._out: list[str] = []

    def declaration(self, info: Object) -> Iterator[str]:
        """Yield the lines of a declaration, what it needs first."""
        kernel = self._kernel
        tag, held = kernel.tag(info), kernel.field(info, 0)
        base = self._base(held)
        entry: dict[str, object]
        if tag == _AXIOM:
            entry = {"axiom": {**base, "isUnsafe": False}}
        elif tag == _QUOTIENT:
            entry = {"quot": {**base, "kind": _QUOTIENTS[kernel.scalar(held, 1)]}}
        elif tag == _INDUCTIVE:
            entry = {"inductive": self._inductive(info)}
        else:
            body = {**base, "value": self._expr(kernel.field(held, 1))}
            if tag == _DEFINITION:
                hints = kernel.field(held, 2)
                shown = ("opaque", "abbrev")[hints >> 1] if hints & 1 else {"regular": kernel.word(hints, 0)}
                body |= {"hints": shown, "safety": _SAFETY[kernel.scalar(held, 4)], "all": self._list(held, 3)}
            elif tag == _THEOREM:
                body |= {"all": self._list(held, 2)}
            else:
                body |= {"isUnsafe": False, "all": self._list(held, 2)}
            entry = {{_DEFINITION: "def", _THEOREM: "thm", _OPAQUE: "opaque"}[tag]: body}
        yield from self._out
        self._out.clear()
        yield _line(entry)

    def _inductive(self, info: Object) -> dict[str, object]:
        kernel = self._kernel
        types, constructors, recursors = _block(kernel, info)
        found: dict[str, object] = {}
        shown = []
        for one in types:
            held = kernel.field(one, 0)
            numbers = [kernel.field(held, i) >> 1 for i in (1, 2, 5)]
            flags = [bool(kernel.scalar(held, 6, i)) for i in range(3)]
            shown.append(
                self._base(held)
                | dict(zip(("numParams", "numIndices", "numNested"), numbers, strict=True))
                | dict(zip(("isRec", "isUnsafe", "isReflexive"), flags, strict=True))
                | {"all": self._list(held, 3), "ctors": self._list(held, 4)}
            )
        found["types"] = shown
        shown = []
        for one in constructors:
            held = kernel.field(one, 0)
            numbers = [kernel.field(held, i) >> 1 for i in (2, 3, 4)]
            names = dict(zip(("cidx", "numParams", "numFields"), numbers, strict=True))
            shown.append(self._base(held) | names | {"induct": self._name(kernel.field(held, 1)), "isUnsafe": False})
        found["ctors"] = shown
        shown = []
        for one in recursors:
            held = kernel.field(one, 0)
            numbers = [kernel.field(held, i) >> 1 for i in (2, 3, 4, 5)]
            names = dict(zip(("numParams", "numIndices", "numMotives", "numMinors"), numbers, strict=True))
            rules = [
                {
                    "ctor": self._name(kernel.field(rule, 0)),
                    "nfields": kernel.field(rule, 1) >> 1,
                    "rhs": self._expr(kernel.field(rule, 2)),
                }
                for rule in kernel.items(kernel.field(held, 6))
            ]
            more = {"all": self._list(held, 1), "rules": rules, "k": bool(kernel.scalar(held, 7)), "isUnsafe": False}
            shown.append(self._base(held) | names | more)
        found["recs"] = shown
        return found

    def _base(self, held: Object) -> dict[str, object]:
        constant = self._kernel.field(held, 0)
        return {
            "name": self._name(self._kernel.field(constant, 0)),
            "levelParams": self._list(constant, 1),
            "type": self._expr(self._kernel.field(constant, 2)),
        }

    def _list(self, held: Object, field: int) -> list[int]:
        return [self._name(name) for name in self._kernel.items(self._kernel.field(held, field))]

    def _name(self, name: Object) -> int:
        key = _key(self._kernel, name)
        for end in range(1, len(key) + 1):
            if key[:end] not in self._names:
                number = self._names[key[:end]] = len(self._names)
                before, last = self._names[key[: end - 1]], key[end - 1]
                part = (
                    {"num": {"pre": before, "i": last}}
                    if isinstance(last, int)
                    else {"str": {"pre": before, "str": last}}
                )
                self._out.append(_line({**part, "in": number}))
        return self._names[key]

    def _level(self, level: Object) -> int:
        kernel = self._kernel
        if level & 1 or kernel.tag(level) == 0:
            return 0
        found = self._level_at.get(level)
        if found is None:
            tag = kernel.tag(level)
            entry: dict[str, object]
            if tag == 4:
                entry = {"param": self._name(kernel.field(level, 0))}
            elif tag == 1:
                entry = {"succ": self._level(kernel.field(level, 0))}
            else:
                parts = [self._level(kernel.field(level, i)) for i in (0, 1)]
                entry = {"max" if tag == 2 else "imax": parts}
            found = self._level_at[level] = self._intern(self._levels, 1, "il", entry)
        return found

    def _intern(self, table: dict[str, int], first: int, key: str, entry: dict[str, object]) -> int:
        text = _line(entry)
        if text not in table:
            table[text] = len(table) + first
            self._out.append(_line({**entry, key: table[text]}))
        return table[text]

    def _expr(self, root: Object) -> int:
        kernel, made = self._kernel, self._expr_at
        pending = [root]
        while pending:
            e = pending[-1]
            if e in made:
                pending.pop()
                continue
            tag = kernel.tag(e)
            parts = [kernel.field(e, i) for i in _PARTS.get(tag, ())]
            missing = [part for part in parts if part not in made]
            if missing:
                pending += missing
                continue
            pending.pop()
            made[e] = self._intern(self._exprs, 0, "ie", self._node(e, tag, [made[part] for part in parts]))
        return made[root]

    def _node(self, e: Object, tag: int, parts: list[int]) -> dict[str, object]:
        kernel = self._kernel
        if tag == _BVAR:
            return {"bvar": kernel.field(e, 0) >> 1}
        if tag == _SORT:
            return {"sort": self._level(kernel.field(e, 0))}
        if tag == _CONST:
            levels = [self._level(level) for level in kernel.items(kernel.field(e, 1))]
            return {"const": {"name": self._name(kernel.field(e, 0)), "us": levels}}
        if tag == _APP:
            return {"app": {"fn": parts[0], "arg": parts[1]}}
        if tag in (_LAM, _FORALL):
            body = {"name": self._name(kernel.field(e, 0)), "type": parts[0], "body": parts[1]}
            # Behind the fields stand 8 bytes that Lean keeps of the term, and then the binder.
            return {"lam" if tag == _LAM else "forallE": body | {"binderInfo": _BINDERS[kernel.scalar(e, 3, 8)]}}
        if tag == _LET:
            body = {"name": self._name(kernel.field(e, 0)), "type": parts[0], "value": parts[1], "body": parts[2]}
            return {"letE": body | {"nondep": bool(kernel.scalar(e, 4, 8))}}
        if tag == _PROJ:
            index = kernel.field(e, 1) >> 1
            return {"proj": {"typeName": self._name(kernel.field(e, 0)), "idx": index, "struct": parts[0]}}
        literal = kernel.field(e, 0)
        if kernel.tag(literal) == 1:
            return {"strVal": kernel.text(kernel.field(literal, 0))}
        return {"natVal": kernel.digits(kernel.field(literal, 0))}
