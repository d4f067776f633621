"""The native kernel of Lean 4.35 behind `ctypes`: its objects, its constructors of terms, and adding declarations.

Objects: 4 bytes of reference count, 2 of size, 1 of the number of fields, 1 of the tag; fields of 8 bytes from offset
8, scalars behind them; the scalar n is 2 n + 1. Everything that is made here gets the count 0, which Lean takes for an
object that lives as long as the process and neither counts nor frees: a process gives one verdict and ends, so nothing
can be freed too early. Environments alone are counted, so that the kernel can change one in place. Terms are made by
Lean's own constructors, which compute what Lean keeps of a term.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

LIBRARIES = ("libInit_shared.so", "libleanshared_2.so", "libleanshared_1.so", "libleanshared.so")
Object = int

# The constructors of `Lean.Kernel.Exception`, in order, as people call them.
EXCEPTIONS = (
    "unknown constant",
    "already declared",
    "the value has another type than the declaration says",
    "a metavariable is left",
    "a free variable is left",
    "a function is expected",
    "a type is expected",
    "the value of a let has another type",
    "a term has another type",
    "an argument has another type than its function expects",
    "invalid projection",
    "the type of the theorem is not a proposition",
    "other",
    "deterministic timeout",
    "excessive memory",
    "deep recursion",
    "interrupted",
)
_OTHER, _LIMITS = 12, (13, 14, 15, 16)
_ADDRESSES = 2**45  # of four bytes each: all that a process can have


@dataclass(frozen=True, slots=True)
class Failure(Exception):
    """The kernel refuses a declaration; `limit` says that it gave up."""

    what: str
    limit: bool


def box(n: int) -> Object:
    """Return a scalar."""
    return 2 * n + 1


class NativeKernel:
    """The library, initialised. One a process: it cannot be closed."""

    def __init__(self, folder: Path) -> None:
        loaded = [ctypes.CDLL(str(folder / name), ctypes.RTLD_GLOBAL) for name in LIBRARIES]
        self._library = loaded[-1]
        self._words = (ctypes.c_int32 * _ADDRESSES).from_address(0)
        self._bytes = (ctypes.c_uint8 * (4 * _ADDRESSES)).from_address(0)
        self._fields = (ctypes.c_uint64 * (_ADDRESSES // 2)).from_address(0)
        o, byte = ctypes.c_size_t, ctypes.c_uint8
        self._function("lean_initialize")()
        self._function("lean_io_mark_end_initialization")()
        self._allocate = self._function("lean_alloc_object", ctypes.c_size_t)
        self._string = self._function("lean_mk_string_from_bytes", ctypes.c_char_p, ctypes.c_size_t)
        self._natural = self._function("lean_cstr_to_nat", ctypes.c_char_p)
        self._name_string = self._function("lean_name_mk_string", o, o)
        self._name_number = self._function("lean_name_mk_numeral", o, o)
        self._successor = self._function("lean_level_mk_succ", o)
        self._max = self._function("lean_level_mk_max", o, o)
        self._imax = self._function("lean_level_mk_imax", o, o)
        self._parameter = self._function("lean_level_mk_param", o)
        self.variable_ = self._function("lean_expr_mk_bvar", o)
        self.sort_ = self._function("lean_expr_mk_sort", o)
        self.constant_ = self._function("lean_expr_mk_const", o, o)
        self.application_ = self._function("lean_expr_mk_app", o, o)
        self.lambda_ = self._function("lean_expr_mk_lambda", o, o, o, byte)
        self.forall_ = self._function("lean_expr_mk_forall", o, o, o, byte)
        self.let_ = self._function("l_Lean_Expr_letE___override", o, o, o, o, byte)
        self.projection_ = self._function("lean_expr_mk_proj", o, o, o)
        self.literal_ = self._function("lean_expr_mk_lit", o)
        self._axiom = self._function("lean_mk_axiom_val", o, o, o, byte)
        self._definition = self._function("lean_mk_definition_val", o, o, o, o, o, byte, o)
        self._theorem = self._function("lean_mk_theorem_val", o, o, o, o, o)
        self._opaque = self._function("lean_mk_opaque_val", o, o, o, o, byte, o)
        self._regular = self._function("lean_mk_reducibility_hints_regular", ctypes.c_uint32)
        self._inductive = self._function("lean_mk_inductive_decl", o, o, o, byte)
        self._add = self._function("lean_add_decl", o, ctypes.c_size_t, ctypes.c_size_t, o, o)
        self._add_unchecked = self._function("lean_add_decl_without_checking", o, o)
        self._equal = self._function("lean_expr_eqv", o, o)
        self._find = self._function("lean_environment_find", o, o)
        self._digits = self._function("l_Nat_reprFast", o)
        self._set_heartbeats = self._function("lean_io_set_heartbeats", o)
        self.zero = self.keep(self._function("lean_level_mk_zero", o)(box(0)))
        self.proposition = self.keep(self.sort_(self.zero))
        made = self._function("l_Lean_mkEmptyEnvironment", ctypes.c_uint32)(0)
        self._environment = self._function("lean_elab_environment_to_kernel_env", o)(self.field(made, 0))

    def _function(self, name: str, *arguments: type) -> Callable[..., int]:
        function = getattr(self._library, name)
        function.argtypes = arguments
        function.restype = ctypes.c_size_t
        made: Callable[..., int] = function
        return made

    # -- objects -------------------------------------------------------------------------------------------------------

    def keep(self, o: Object) -> Object:
        """Make an object live as long as the process."""
        if not o & 1:
            self._words[o >> 2] = 0
        return o

    @property
    def counts(self) -> ctypes.Array[ctypes.c_int32]:
        """The memory of the process by words of four bytes: `counts[o >> 2] = 0` is `keep(o)`."""
        return self._words

    def field(self, o: Object, i: int) -> Object:
        return self._fields[(o >> 3) + 1 + i]

    def tag(self, o: Object) -> int:
        """Return which constructor made an object."""
        return o >> 1 if o & 1 else self._bytes[o + 7]

    def text(self, o: Object) -> str:
        """Return the text of a string."""
        size = self.field(o, 0) - 1
        return ctypes.string_at(o + 32, size).decode("utf-8", "replace")

    def items(self, o: Object) -> list[Object]:
        """Return the items of a list."""
        found = []
        while not o & 1:
            found.append(self.field(o, 0))
            o = self.field(o, 1)
        return found

    def scalar(self, o: Object, fields: int, offset: int = 0) -> int:
        """Return a byte behind the fields of an object."""
        return self._bytes[o + 8 + 8 * fields + offset]

    def word(self, o: Object, fields: int) -> int:
        """Return the 32 bits behind the fields of an object."""
        return self._words[(o >> 2) + 2 + 2 * fields] & 0xFFFFFFFF

    def digits(self, n: Object) -> str:
        """Return a natural number in decimal."""
        return str(n >> 1) if n & 1 else self.text(self._digits(n))

    def constructor(self, tag: int, *fields: Object) -> Object:
        """Make an object of fields alone."""
        size = 8 + 8 * len(fields)
        o = self._allocate(size)
        self._words[o >> 2] = 0
        self._words[(o >> 2) + 1] = size | len(fields) << 16 | tag << 24
        at = (o >> 3) + 1
        for i, value in enumerate(fields):
            self._fields[at + i] = value
        return o

    def list(self, items: Iterable[Object]) -> Object:
        result = box(0)
        for value in reversed(tuple(items)):
            result = self.constructor(1, value, result)
        return result

    def string(self, text: str) -> Object:
        data = text.encode("utf-8")
        return self.keep(self._string(data, len(data)))

    def natural(self, digits: str) -> Object:
        return self.keep(self._natural(digits.encode("ascii")))

    # -- names, levels, literals ---------------------------------------------------------------------------------------

    def name(self, parent: Object, part: str | int) -> Object:
        if isinstance(part, int):
            return self.keep(self._name_number(parent, box(part)))
        return self.keep(self._name_string(parent, self.string(part)))

    def level(self, kind: str, a: Object, b: Object) -> Object:
        """Make a level of kind S, M, I or P."""
        if kind == "S":
            return self.keep(self._successor(a))
        if kind == "P":
            return self.keep(self._parameter(a))
        return self.keep((self._max if kind == "M" else self._imax)(a, b))

    def number_literal(self, digits: str) -> Object:
        return self.keep(self.literal_(self.constructor(0, self.natural(digits))))

    def text_literal(self, text: str) -> Object:
        return self.keep(self.literal_(self.constructor(1, self.string(text))))

    # -- declarations --------------------------------------------------------------------------------------------------

    def axiom(self, name: Object, levels: Object, type_: Object) -> Object:
        return self.constructor(0, self.keep(self._axiom(name, levels, type_, 0)))

    def definition(self, name: Object, levels: Object, type_: Object, value: Object, hints: str | int) -> Object:
        """Make a safe definition; `hints` is as in the export format."""
        hint = box(1 if hints == "abbrev" else 0) if isinstance(hints, str) else self.keep(self._regular(hints))
        safe = 1
        made = self._definition(name, levels, type_, value, hint, safe, self.list([name]))
        return self.constructor(1, self.keep(made))

    def theorem(self, name: Object, levels: Object, type_: Object, value: Object) -> Object:
        return self.constructor(2, self.keep(self._theorem(name, levels, type_, value, self.list([name]))))

    def opaque(self, name: Object, levels: Object, type_: Object, value: Object) -> Object:
        return self.constructor(3, self.keep(self._opaque(name, levels, type_, value, 0, self.list([name]))))

    def quotient(self) -> Object:
        return box(4)

    def inductive(
        self, levels: Object, parameters: int, types: Iterable[tuple[Object, Object, Iterable[tuple[Object, Object]]]]
    ) -> Object:
        """Make an inductive declaration; a type is its name, its type and its constructors."""
        made = [
            self.constructor(
                0, name, type_, self.list(self.constructor(0, *constructor) for constructor in constructors)
            )
            for name, type_, constructors in types
        ]
        return self.keep(self._inductive(levels, box(parameters), self.list(made), 0))

    # -- the environment -----------------------------------------------------------------------------------------------

    def add(self, declaration: Object, heartbeats: int, depth: int) -> None:
        """Check a declaration and add it. Raises `Failure`."""
        self._set_heartbeats(box(0))
        self._words[self._environment >> 2] += 1  # of its own: the environment outlives a declaration that is refused
        self._advance(self._add(self._environment, heartbeats, depth, declaration, box(0)))

    def find(self, name: Object) -> Object | None:
        """Return what the environment holds under a name, a `ConstantInfo`, or None."""
        self._words[self._environment >> 2] += 1
        found = self._find(self._environment, name)
        return None if found & 1 else self.field(found, 0)

    def same(self, a: Object, b: Object) -> bool:
        """Tell whether two terms are equal, names of bound variables aside."""
        return self._equal(a, b) & 0xFF != 0

    def add_unchecked(self, declaration: Object) -> None:
        """Add a declaration of the library. Raises `Failure`, after which the environment is gone."""
        self._advance(self._add_unchecked(self._environment, declaration))

    def _advance(self, result: Object) -> None:
        if self.tag(result) == 1:
            # What `result` held is ours from here on: nobody looks at it again.
            self._environment = self.field(result, 0)
            return
        exception = self.field(result, 0)
        number = self.tag(exception)
        what = EXCEPTIONS[number] if number < len(EXCEPTIONS) else "an exception of no known kind"
        if number == _OTHER and not exception & 1:
            what = self.text(self.field(exception, 0))[:500]
        raise Failure(what, number in _LIMITS)
