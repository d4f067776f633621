"""A reader of lean4export's text format, written from the description of version 3.1.0 alone.

It shares no code with what writes the format, the binding of the kernel included. It has the kernel check every
declaration again, from an empty environment, and answers which axioms there were. Recursors are compared with those
that the kernel makes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.lean.kernel.text_checker import ANONYMOUS, Checker, small

BINDER = {"default": 0, "implicit": 1, "strictImplicit": 2, "instImplicit": 3}


class TextReader:
    """Reads lines and adds what they declare."""

    def __init__(self, folder: Path) -> None:
        self.kernel = Checker(folder)
        self.names: dict[int, Any] = {0: ANONYMOUS}
        self.shown: dict[int, str] = {0: ""}
        self.levels: dict[int, Any] = {0: self.kernel.make("lean_level_mk_zero", small(0))}
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
            self.names[entry["in"]] = self.name(entry)
        elif "il" in entry:
            assert entry["il"] == len(self.levels)
            self.levels[entry["il"]] = self.level(entry)
        elif "ie" in entry:
            assert entry["ie"] == len(self.exprs)
            self.exprs[entry["ie"]] = self.expr(entry)
        else:
            self.declare(entry)

    def name(self, entry: dict[str, Any]) -> Any:
        part = entry.get("str") or entry["num"]
        last = part["str"] if "str" in entry else part["i"]
        self.shown[entry["in"]] = f"{self.shown[part['pre']]}.{last}".lstrip(".")
        before = self.names[part["pre"]]
        if "str" in entry:
            return self.kernel.make("lean_name_mk_string", before, self.kernel.text(last))
        return self.kernel.make("lean_name_mk_numeral", before, small(last))

    def level(self, entry: dict[str, Any]) -> Any:
        if "succ" in entry:
            return self.kernel.make("lean_level_mk_succ", self.levels[entry["succ"]])
        if "param" in entry:
            return self.kernel.make("lean_level_mk_param", self.names[entry["param"]])
        kind = "max" if "max" in entry else "imax"
        return self.kernel.make(f"lean_level_mk_{kind}", *(self.levels[part] for part in entry[kind]))

    def expr(self, entry: dict[str, Any]) -> Any:
        k, e = self.kernel, self.exprs
        if "bvar" in entry:
            return k.make("lean_expr_mk_bvar", small(entry["bvar"]))
        if "sort" in entry:
            return k.make("lean_expr_mk_sort", self.levels[entry["sort"]])
        if "const" in entry:
            held = entry["const"]
            levels = k.sequence([self.levels[u] for u in held["us"]])
            return k.make("lean_expr_mk_const", self.names[held["name"]], levels)
        if "app" in entry:
            return k.make("lean_expr_mk_app", e[entry["app"]["fn"]], e[entry["app"]["arg"]])
        for kind, function in (("lam", "lean_expr_mk_lambda"), ("forallE", "lean_expr_mk_forall")):
            if kind in entry:
                held = entry[kind]
                binder = k.byte(BINDER[held["binderInfo"]])
                return k.make(function, self.names[held["name"]], e[held["type"]], e[held["body"]], binder)
        if "letE" in entry:
            held = entry["letE"]
            parts = (e[held["type"]], e[held["value"]], e[held["body"]])
            flag = k.byte(int(held["nondep"]))
            return k.make("l_Lean_Expr_letE___override", self.names[held["name"]], *parts, flag)
        if "proj" in entry:
            held = entry["proj"]
            return k.make("lean_expr_mk_proj", self.names[held["typeName"]], small(held["idx"]), e[held["struct"]])
        literal = k.constructor(0, k.number(entry["natVal"])) if "natVal" in entry else None
        return k.make("lean_expr_mk_lit", literal or k.constructor(1, k.text(entry.get("strVal", ""))))

    def declare(self, entry: dict[str, Any]) -> None:
        ((kind, held),) = entry.items()
        k = self.kernel
        if kind == "quot":
            if not self.quotient:
                self.quotient = True
                k.quotient()
            return
        if kind == "inductive":
            self.inductive(held)
            return
        head = (self.names[held["name"]], self.parameters(held), self.exprs[held["type"]])
        if kind == "axiom":
            assert held["isUnsafe"] is False
            self.axioms.append(self.shown[held["name"]])
            k.axiom(*head)
        elif kind == "def":
            assert held["safety"] == "safe" and held["all"] == [held["name"]]
            k.definition(*head, self.exprs[held["value"]], held["hints"])
        elif kind == "thm":
            self.theorems.append(self.shown[held["name"]])
            k.theorem(*head, self.exprs[held["value"]])
        else:
            k.opaque(*head, self.exprs[held["value"]])

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
        self.kernel.inductive(self.parameters(first), first["numParams"], types)
        for recursor in held["recs"]:
            made = self.kernel.type_of(self.names[recursor["name"]])
            assert self.kernel.same(made, self.exprs[recursor["type"]]), self.shown[recursor["name"]]
            assert len(recursor["rules"]) <= len(held["ctors"]) + first["numNested"] * 9

    def parameters(self, held: dict[str, Any]) -> Any:
        return self.kernel.sequence([self.names[name] for name in held["levelParams"]])


if __name__ == "__main__":
    import sys

    reader = TextReader(Path(sys.argv[1]))
    reader.read(Path(sys.argv[2]).read_text(encoding="utf-8"))
    print(json.dumps({"version": reader.version, "axioms": reader.axioms, "theorems": reader.theorems}))
