"""Documents of the export format written by hand, and a small library of the kind that embedded Lean exports."""

from __future__ import annotations

import json
from typing import Any

Levels = tuple[int, ...]


class Writer:
    """Builds the tables of a document, equal entries once. Names are written with dots, and `#` before numbers."""

    def __init__(self) -> None:
        self.names: list[Any] = []
        self.levels: list[Any] = []
        self.exprs: list[Any] = []
        self.declarations: list[Any] = []
        self._known: dict[str, int] = {}

    def _intern(self, table: list[Any], first: int, entry: list[Any]) -> int:
        key = f"{id(table)} {json.dumps(entry)}"
        if key not in self._known:
            table.append(entry)
            self._known[key] = len(table) - 1 + first
        return self._known[key]

    def name(self, written: str) -> int:
        at = 0
        for part in written.split("."):
            at = self._intern(self.names, 1, [at, int(part[1:]) if part.startswith("#") else part])
        return at

    def level(self, kind: str, *parts: int) -> int:
        return self._intern(self.levels, 1, [kind, *parts])

    def param(self, name: str) -> int:
        return self.level("P", self.name(name))

    def number(self, n: int) -> int:
        return 0 if n == 0 else self.level("S", self.number(n - 1))

    def e(self, *entry: Any) -> int:
        return self._intern(self.exprs, 0, list(entry))

    def v(self, n: int) -> int:
        return self.e("v", n)

    def sort(self, level: int) -> int:
        return self.e("s", level)

    @property
    def prop(self) -> int:
        return self.sort(0)

    @property
    def type(self) -> int:
        return self.sort(self.number(1))

    def c(self, name: str, *levels: int) -> int:
        return self.e("c", self.name(name), list(levels))

    def app(self, f: int, *arguments: int) -> int:
        for argument in arguments:
            f = self.e("a", f, argument)
        return f

    def pi(self, type_: int, body: int, name: str = "x", binder: int = 0) -> int:
        return self.e("p", self.name(name), type_, body, binder)

    def lam(self, type_: int, body: int, name: str = "x") -> int:
        return self.e("l", self.name(name), type_, body, 0)

    def nat(self, n: int | str) -> int:
        return self.e("n", str(n))

    # -- declarations --------------------------------------------------------------------------------------------------

    def declare(
        self, kind: str, name: str, type_: int, value: int | None = None, levels: Any = (), **more: Any
    ) -> None:
        entry = {"kind": kind, "name": self.name(name), "levels": list(map(self.name, levels)), "type": type_, **more}
        if value is not None:
            entry["value"] = value
        if kind == "definition":
            entry.setdefault("hints", "abbrev")
        self.declarations.append(entry)

    def inductive(
        self, name: str, type_: int, *constructors: tuple[str, int], levels: Any = (), parameters: int = 0
    ) -> None:
        made = [{"name": self.name(f"{name}.{last}"), "type": type_} for last, type_ in constructors]
        one = {"name": self.name(name), "type": type_, "constructors": made}
        levels = list(map(self.name, levels))
        self.declarations.append({"kind": "inductive", "levels": levels, "parameters": parameters, "types": [one]})

    def document(self, target: dict[str, Any] | None = None) -> bytes:
        whole = {
            "format": "proofsmith-export/1",
            "names": self.names,
            "levels": self.levels,
            "exprs": self.exprs,
            "declarations": self.declarations,
        }
        return json.dumps(whole if target is None else whole | {"target": target}).encode()

    def asks(self, name: str, type_: int, levels: Any = ()) -> bytes:
        """Return the document of a statement."""
        return self.document({"name": self.name(name), "levels": list(map(self.name, levels)), "type": type_})

    def proves(self, value: int, type_: int | None = None, levels: Any = (), name: str = "t") -> bytes:
        """Return the document of a candidate; what it says of its name and type means nothing."""
        type_ = self.prop if type_ is None else type_
        target = {"name": self.name(name), "levels": list(map(self.name, levels)), "type": type_, "value": value}
        return self.document(target)


def library() -> bytes:
    """Nat with addition, Eq, And, Or, Exists, False, a definition that hides `sorryAx`, and things without bodies."""
    w = Writer()
    u, prop, type_ = w.param("u"), w.prop, w.type
    w.inductive("Nat", type_, ("zero", w.c("Nat")), ("succ", w.pi(w.c("Nat"), w.c("Nat"))))
    nat = w.c("Nat")
    su = w.sort(u)
    eq_type = w.pi(su, w.pi(w.v(0), w.pi(w.v(1), prop)), binder=1)
    eq = w.c("Eq", u)
    refl = w.pi(su, w.pi(w.v(0), w.app(eq, w.v(1), w.v(0), w.v(0))), binder=1)
    w.inductive("Eq", eq_type, ("refl", refl), levels=["u"], parameters=2)
    w.inductive("False", prop)
    w.inductive("True", prop, ("intro", w.c("True")))
    both = w.pi(prop, w.pi(prop, w.pi(w.v(1), w.pi(w.v(1), w.app(w.c("And"), w.v(3), w.v(2))))))
    w.inductive("And", w.pi(prop, w.pi(prop, prop)), ("intro", both), parameters=2)
    left = w.pi(prop, w.pi(prop, w.pi(w.v(1), w.app(w.c("Or"), w.v(2), w.v(1)))))
    right = w.pi(prop, w.pi(prop, w.pi(w.v(0), w.app(w.c("Or"), w.v(2), w.v(1)))))
    w.inductive("Or", w.pi(prop, w.pi(prop, prop)), ("inl", left), ("inr", right), parameters=2)
    predicate = w.pi(nat, prop)
    some = w.pi(predicate, w.pi(nat, w.pi(w.app(w.v(1), w.v(0)), w.app(w.c("Some"), w.v(2)))))
    w.inductive("Some", w.pi(predicate, prop), ("intro", some), parameters=1)
    pair = w.pi(type_, w.pi(type_, w.pi(w.v(1), w.pi(w.v(1), w.app(w.c("Pair"), w.v(3), w.v(2))))))
    w.inductive("Pair", w.pi(type_, w.pi(type_, type_)), ("mk", pair), parameters=2)
    ze, one = w.number(0), w.number(1)
    motive = w.lam(nat, nat)
    add = w.app(w.c("Nat.rec", one), motive, w.v(1), w.lam(nat, w.lam(nat, w.app(w.c("Nat.succ"), w.v(0)))), w.v(0))
    w.declare("definition", "Nat.add", w.pi(nat, w.pi(nat, nat)), w.lam(nat, w.lam(nat, add)))
    iff = w.pi(
        prop,
        w.pi(prop, w.pi(w.pi(w.v(1), w.v(1)), w.pi(w.pi(w.v(1), w.v(3)), w.app(w.c("Eq", one), prop, w.v(3), w.v(2))))),
    )
    w.declare("axiom", "propext", iff, proposition=True)
    w.declare("axiom", "sorryAx", w.pi(prop, w.v(0)), proposition=False)
    w.declare("definition", "hidden", w.pi(prop, w.v(0)), w.lam(prop, w.app(w.c("sorryAx"), w.v(0))))
    w.declare("axiom", "Lean.reduceBool", w.pi(nat, nat), proposition=False)
    true = w.app(w.c("Eq", one), nat, w.nat(1), w.nat(1))
    w.declare("axiom", "one_eq_one", true, proposition=True)
    w.declare("theorem", "one_eq_one'", true, w.app(w.c("Eq.refl", one), nat, w.nat(1)))
    w.declare("axiom", "Nat.gcd", w.pi(nat, w.pi(nat, nat)), proposition=False)
    w.declare("axiom", "oracle", nat, proposition=False)
    w.declare("definition", "wrapped", nat, w.c("oracle"))
    assert ze == 0
    return w.document()
