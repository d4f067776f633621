"""A few functions of `libleanshared.so` behind `ctypes`, for the reader of exports: nothing of it is shared with ours.

Written from the layout of Lean's objects: 8 bytes of header (4 of reference count, 2 of size, 1 for the number of
fields, 1 for the constructor), then fields of 8 bytes; a small number n is 2 n + 1. What has the count zero lives as
long as the process.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from struct import pack_into

ANONYMOUS = 1
_HINTS = {"opaque": 1, "abbrev": 3}


def small(n: int) -> int:
    """Return a small number as an object."""
    return 2 * n + 1


class Checker:
    """An environment that starts empty, and the kernel that adds to it."""

    def __init__(self, folder: Path) -> None:
        order = ("libInit_shared.so", "libleanshared_2.so", "libleanshared_1.so", "libleanshared.so")
        self._lean = [ctypes.CDLL(str(folder / name), ctypes.RTLD_GLOBAL) for name in order][-1]
        self._call("lean_initialize")
        self._call("lean_io_mark_end_initialization")
        made = self._call("l_Lean_mkEmptyEnvironment", ctypes.c_uint32(0))
        self._environment = self._call("lean_elab_environment_to_kernel_env", self.field(made, 0))

    def _call(self, name: str, *arguments: object) -> int:
        function = getattr(self._lean, name)
        function.restype = ctypes.c_uint64
        return int(function(*(ctypes.c_uint64(a) if isinstance(a, int) else a for a in arguments)))

    def _for_ever(self, o: int) -> int:
        if o % 2 == 0:
            ctypes.c_int32.from_address(o).value = 0
        return o

    def make(self, name: str, *arguments: object) -> int:
        """Call a constructor of Lean and keep what it makes."""
        return self._for_ever(self._call(name, *arguments))

    def field(self, o: int, i: int) -> int:
        return ctypes.c_uint64.from_address(o + 8 + 8 * i).value

    def constructor(self, tag: int, *fields: int) -> int:
        """Return an object of fields alone."""
        o = self._call("lean_alloc_object", 8 + 8 * len(fields))
        held = (ctypes.c_char * (8 + 8 * len(fields))).from_address(o)
        pack_into(f"<iHBB{len(fields)}Q", held, 0, 0, 8 + 8 * len(fields), len(fields), tag, *fields)
        return o

    def sequence(self, items: list[int]) -> int:
        made = small(0)
        for item in reversed(items):
            made = self.constructor(1, item, made)
        return made

    def text(self, text: str) -> int:
        data = text.encode()
        return self.make("lean_mk_string_from_bytes", ctypes.c_char_p(data), len(data))

    def number(self, digits: str) -> int:
        return self.make("lean_cstr_to_nat", ctypes.c_char_p(digits.encode()))

    def byte(self, n: int) -> ctypes.c_uint8:
        return ctypes.c_uint8(n)

    # -- declarations --------------------------------------------------------------------------------------------------

    def axiom(self, name: int, levels: int, type_: int) -> None:
        self.add(self.constructor(0, self.make("lean_mk_axiom_val", name, levels, type_, self.byte(0))))

    def definition(self, name: int, levels: int, type_: int, value: int, hints: str | dict[str, int]) -> None:
        hint = (
            _HINTS[hints]
            if isinstance(hints, str)
            else self.make("lean_mk_reducibility_hints_regular", ctypes.c_uint32(hints["regular"]))
        )
        every = self.sequence([name])
        made = self.make("lean_mk_definition_val", name, levels, type_, value, hint, self.byte(1), every)
        self.add(self.constructor(1, made))

    def theorem(self, name: int, levels: int, type_: int, value: int) -> None:
        made = self.make("lean_mk_theorem_val", name, levels, type_, value, self.sequence([name]))
        self.add(self.constructor(2, made))

    def opaque(self, name: int, levels: int, type_: int, value: int) -> None:
        made = self.make("lean_mk_opaque_val", name, levels, type_, value, self.byte(0), self.sequence([name]))
        self.add(self.constructor(3, made))

    def quotient(self) -> None:
        self.add(small(4))

    def inductive(self, levels: int, parameters: int, types: list[tuple[int, int, list[tuple[int, int]]]]) -> None:
        """Add types, each with its name, its type and its constructors."""
        made = [self.constructor(0, n, t, self.sequence([self.constructor(0, *c) for c in cs])) for n, t, cs in types]
        self.add(self.make("lean_mk_inductive_decl", levels, small(parameters), self.sequence(made), self.byte(0)))

    def add(self, declaration: int) -> None:
        """Have the kernel check a declaration and add it; fails where it refuses."""
        self._call("lean_io_set_heartbeats", small(0))
        result = self._call("lean_add_decl", self._environment, 10**10, 20_000, declaration, small(0))
        tag = ctypes.c_uint8.from_address(result + 7).value
        assert tag == 1, f"the kernel refuses a declaration: exception {self._tag(self.field(result, 0))}"
        self._environment = self.field(result, 0)

    def _tag(self, o: int) -> int:
        return o >> 1 if o & 1 else ctypes.c_uint8.from_address(o + 7).value

    def type_of(self, name: int) -> int:
        """Return the type of a constant that is there."""
        ctypes.c_int32.from_address(self._environment).value += 1
        found = self._call("lean_environment_find", self._environment, name)
        assert found % 2 == 0, "a constant is missing"
        return self.field(self.field(self.field(self.field(found, 0), 0), 0), 2)

    def same(self, a: int, b: int) -> bool:
        return self._call("lean_expr_eqv", a, b) % 256 != 0
