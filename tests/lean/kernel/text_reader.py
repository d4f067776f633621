"""A reader of lean4export's text format, written from the description of version 3.1.0 alone.

It shares no code with what writes the format. It has the kernel check every declaration again, from an empty
environment, and answers which axioms there were. Recursors are compared with those that the kernel makes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from prover.lean.kernel.native import NativeKernel, box

BINDER = {"default": 0, "implicit": 1, "strictImplicit": 2, "instImplicit": 3}


class TextReader:
    """Reads lines and adds what they declare."""

    def __init__(self, folder: Path) -> None:
        self.kernel = NativeKernel(folder)
        self.names: dict[int, Any] = {0: box(0)}
        self.shown: dict[int, str] = {0: ""}
        self.levels: dict[int, Any] = {0: self.kernel.zero}
        self.exprs: dict[int, Any] = {}
        self.axioms: list[str] = []
        self.theorems: list[str] = []
        self.quotient = False
        self.version = ""

    def read(self, text: str) -> None:
        for line in text.splitlines():
            self.line(json.loads(line))

    def line(self, entry: dict[str, Any]) -> None:
        if "meta" in entry:
            self.version = entry["meta"]["format"]["version"]
        elif "in" in entry:
            assert entry["in"] == len(self.names)
            part = entry.get("str") or entry["num"]
            last = part["str"] if "str" in entry else part["i"]
            self.names[entry["in"]] = self.kernel.name(self.names[part["pre"]], last)
            self.shown[entry["in"]] = f"{self.shown[part['pre']]}.{last}".lstrip(".")
        elif "il" in entry:
            assert entry["il"] == len(self.levels)
            self.levels[entry["il"]] = self.level(entry)
        elif "ie" in entry:
            assert entry["ie"] == len(self.exprs)
            self.exprs[entry["ie"]] = self.kernel.keep(self.expr(entry))
        else:
            self.declare(entry)

    def level(self, entry: dict[str, Any]) -> Any:
        if "succ" in entry:
            return self.kernel.level("S", self.levels[entry["succ"]], 0)
        if "param" in entry:
            return self.kernel.level("P", self.names[entry["param"]], 0)
        kind = "max" if "max" in entry else "imax"
        return self.kernel.level("M" if kind == "max" else "I", *(self.levels[part] for part in entry[kind]))

    def expr(self, entry: dict[str, Any]) -> Any:
        k, e = self.kernel, self.exprs
        if "bvar" in entry:
            return k.variable_(box(entry["bvar"]))
        if "sort" in entry:
            return k.sort_(self.levels[entry["sort"]])
        if "const" in entry:
            held = entry["const"]
            return k.constant_(self.names[held["name"]], k.list([self.levels[u] for u in held["us"]]))
        if "app" in entry:
            return k.application_(e[entry["app"]["fn"]], e[entry["app"]["arg"]])
        for kind, make in (("lam", k.lambda_), ("forallE", k.forall_)):
            if kind in entry:
                held = entry[kind]
                return make(self.names[held["name"]], e[held["type"]], e[held["body"]], BINDER[held["binderInfo"]])
        if "letE" in entry:
            held = entry["letE"]
            parts = (e[held["type"]], e[held["value"]], e[held["body"]])
            return k.let_(self.names[held["name"]], *parts, int(held["nondep"]))
        if "proj" in entry:
            held = entry["proj"]
            return k.projection_(self.names[held["typeName"]], box(held["idx"]), e[held["struct"]])
        if "natVal" in entry:
            return k.number_literal(entry["natVal"])
        return k.text_literal(entry["strVal"])

    def declare(self, entry: dict[str, Any]) -> None:
        ((kind, held),) = entry.items()
        k = self.kernel
        if kind == "quot":
            if not self.quotient:
                self.quotient = True
                self.add(k.quotient())
            return
        if kind == "inductive":
            self.inductive(held)
            return
        head = (self.names[held["name"]], self.parameters(held), self.exprs[held["type"]])
        if kind == "axiom":
            assert held["isUnsafe"] is False
            self.axioms.append(self.shown[held["name"]])
            self.add(k.axiom(*head))
        elif kind == "def":
            hints = held["hints"]
            assert held["safety"] == "safe" and held["all"] == [held["name"]]
            hint = hints["regular"] if isinstance(hints, dict) else hints
            self.add(k.definition(*head, self.exprs[held["value"]], hint))
        elif kind == "thm":
            self.theorems.append(self.shown[held["name"]])
            self.add(k.theorem(*head, self.exprs[held["value"]]))
        else:
            self.add(k.opaque(*head, self.exprs[held["value"]]))

    def inductive(self, held: dict[str, Any]) -> None:
        constructors = {made["name"]: made for made in held["ctors"]}
        types = [
            (
                self.names[one["name"]],
                self.exprs[one["type"]],
                [(self.names[name], self.exprs[constructors[name]["type"]]) for name in one["ctors"]],
            )
            for one in held["types"]
        ]
        first = held["types"][0]
        self.add(self.kernel.inductive(self.parameters(first), first["numParams"], types))
        for recursor in held["recs"]:
            made = self.kernel.find(self.names[recursor["name"]])
            assert made is not None, self.shown[recursor["name"]]
            type_ = self.kernel.field(self.kernel.field(self.kernel.field(made, 0), 0), 2)
            assert self.kernel.same(type_, self.exprs[recursor["type"]])
            assert len(recursor["rules"]) <= len(held["ctors"]) + first["numNested"] * 9

    def parameters(self, held: dict[str, Any]) -> Any:
        return self.kernel.list([self.names[name] for name in held["levelParams"]])

    def add(self, declaration: Any) -> None:
        self.kernel.add(declaration, 10**10, 20_000)


if __name__ == "__main__":
    import sys

    reader = TextReader(Path(sys.argv[1]))
    reader.read(Path(sys.argv[2]).read_text(encoding="utf-8"))
    print(json.dumps({"version": reader.version, "axioms": reader.axioms, "theorems": reader.theorems}))
