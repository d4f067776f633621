"""What terms mean: a term as a Python expression of the values of its variables (`operations`).

Lean prints no types inside a term. They are read off the variables, outward: both sides of an operation have one type,
a numeral and a cast (`↑n`) that of the other side. Where nothing says it, a cast is read as real.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from prover.refute import functions, numbers
from prover.refute.kinds import BOOL, COMPLEX, INT, NAT, NUMBERS, PROP, REAL, Kind, read_kind
from prover.refute.numbers import Undefined
from prover.refute.operations import (
    LARGEST_SET,
    Code,
    Meaning,
    Values,
    all_values,
    arithmetic,
    called,
    code,
    congruent,
    constant,
    numeral,
    set_of,
)
from prover.refute.syntax import Apply, Bind, Name, Number, Term, Unread, subterms

_RELATIONS = ("=", "<", "≤", "∣", "∈", "⊆", "[MOD]", "[ZMOD]")
_LOGIC = ("∧", "∨", "¬", "↔", "→", *_RELATIONS)
_ARITHMETIC = ("+", "-", "*", "/", "%", "neg", "⁻¹", "abs")


@dataclass(frozen=True, slots=True)
class Scope:
    """The types of variables, and what type variables stand for; `samples` lists values of a type for quantifiers.

    `spend` is called for every value that a bound variable takes, so that the work of one evaluation can be limited.
    """

    kinds: dict[str, Kind]
    types: dict[str, Kind] = field(default_factory=dict)
    samples: Callable[[Kind], Iterable[Any]] = lambda kind: ()
    spend: Callable[[], None] = lambda: None

    def having(self, name: str, kind: Kind) -> Scope:
        """Return the scope with one more variable."""
        return Scope(self.kinds | {name: kind}, self.types, self.samples, self.spend)


def meaning(term: Term, scope: Scope, expected: Kind | None = None) -> Meaning:
    """Return what a term means where a type is expected, or its own: a function of the values. Raises `Unread`."""
    return _code(term, scope, expected).compiled()


def _code(term: Term, scope: Scope, expected: Kind | None = None) -> Code:
    kind = expected or kind_of(term, scope) or _usual(term)
    match term:
        case Number(value):
            return numeral(value, kind)
        case Name(text):
            return _name(text, kind, scope)
        case Bind():
            return called(_bind(term, scope, kind))
        case Apply(head, arguments):
            return _apply(head, arguments, scope, kind)


def kind_of(term: Term, scope: Scope) -> Kind | None:
    """Return the type that a term has by itself; None for a numeral, a cast and what is made of them."""
    match term:
        case Number():
            return None
        case Name(text):
            if text in scope.kinds:
                return scope.kinds[text]
            if text in ("True", "False"):
                return PROP
            if text.partition(".")[0] in scope.kinds:
                return _call((term,), scope)[0]
            return functions.constant_kind(text)
        case Bind(kind, name, type_, inside, body):
            if kind in ("∀", "∃", "∃!"):
                return PROP
            bound = _bound_kind(type_, inside, body, name, scope)
            if kind == "set":
                head = "Finset" if inside is not None and (kind_of(inside, scope) or PROP).head == "Finset" else "Set"
                return Kind(head, (bound,))
            result = kind_of(body, scope.having(name, bound))
            return Kind("→", (bound, result)) if kind == "fun" and result is not None else result
        case Apply(head, arguments):
            return _kind_of_application(head, arguments, scope)


def _kind_of_application(head: str, arguments: tuple[Term, ...], scope: Scope) -> Kind | None:
    if head in _LOGIC:
        return PROP
    if head in _ARITHMETIC or head in ("∪", "∩", "\\"):
        return next((kind for part in arguments if (kind := kind_of(part, scope)) is not None), None)
    if head == "^":
        return kind_of(arguments[0], scope)
    if head == ":":
        return read_kind(arguments[1], scope.types)
    if head == "if":
        return kind_of(arguments[1], scope) or kind_of(arguments[2], scope)
    if head in ("√", "⌊⌋", "⌈⌉", "⌊⌋₊", "⌈⌉₊", "!"):
        return {"√": REAL, "⌊⌋": INT, "⌈⌉": INT}.get(head, NAT)
    if head in ("list set", "list"):
        inner = next((kind for part in arguments if (kind := kind_of(part, scope)) is not None), NAT)
        return Kind("List" if head == "list" else "Set", (inner,))
    if head == "tuple":
        kinds = [kind_of(part, scope) or NAT for part in arguments]
        result = kinds[-1]
        for kind in reversed(kinds[:-1]):
            result = Kind("×", (kind, result))
        return result
    if head == "∘":
        outer, inner_kind = kind_of(arguments[0], scope), kind_of(arguments[1], scope)
        if outer is not None and inner_kind is not None and "→" == outer.head == inner_kind.head:
            return Kind("→", (inner_kind.parts[0], outer.parts[1]))
        return None
    if head == "call":
        return _call(arguments, scope)[0]
    return None


def _usual(term: Term) -> Kind:
    """Return the type of a term that nothing else gives one."""
    found = {part.head for part in subterms(term) if isinstance(part, Apply)}
    if "↑" in found:
        return INT if found & {"%", "∣"} else REAL
    return REAL if any(isinstance(part, Number) and part.decimal for part in subterms(term)) else NAT


def _name(text: str, kind: Kind, scope: Scope) -> Code:
    if text in scope.kinds:
        own = scope.kinds[text]
        if own != kind and own.head in NUMBERS and kind.head in ("ZMod", "Fin"):
            return code("v[name] % n", name=text, n=kind.size)
        return code("v[name]", name=text)
    if text.partition(".")[0] in scope.kinds:
        return _call((Name(text),), scope, kind)[1]
    if text in ("True", "False", "true", "false"):
        return constant(text in ("True", "true"))
    if text.endswith(".univ") and kind.head in ("Finset", "Set"):
        return constant(frozenset(all_values(kind.parts[0])))
    return constant(functions.constant(text))


def _apply(head: str, arguments: tuple[Term, ...], scope: Scope, kind: Kind) -> Code:
    if head == ":":
        return _code(arguments[0], scope, read_kind(arguments[1], scope.types))
    if head == "↑":
        return _cast(arguments[0], scope, kind)
    if head in _LOGIC:
        return _proposition(head, arguments, scope)
    if head == "if":
        condition = _code(arguments[0], scope, PROP)
        then, other = (_code(part, scope, kind) for part in arguments[1:])
        return code("a if c else b", a=then, c=condition, b=other)
    if head == "call":
        return _call(arguments, scope, kind)[1]
    if head == "^":
        return _power(arguments, scope, kind)
    if head in _ARITHMETIC:
        return arithmetic(head, [_code(part, scope, kind) for part in arguments], kind)
    if head in ("∪", "∩", "\\"):
        one, two = (meaning(part, scope, kind) for part in arguments)
        return called(functions.set_operation(head, one, two))
    if head == "√":
        return code("f(a)", f=numbers.square_root, a=_code(arguments[0], scope, REAL))
    if head == "!":
        return code("f(a)", f=numbers.factorial, a=_code(arguments[0], scope, NAT))
    if head in ("⌊⌋", "⌈⌉", "⌊⌋₊", "⌈⌉₊"):
        inner = _code(arguments[0], scope, kind_of(arguments[0], scope) or REAL)
        rounded = code("f(a)", f=math.floor if head.startswith("⌊") else math.ceil, a=inner)
        return code("max(0, a)", a=rounded) if head.endswith("₊") else rounded
    if head in ("list set", "list", "tuple"):
        return _collection(head, arguments, scope, kind)
    if head == "∘":
        first, second = (meaning(part, scope) for part in arguments)
        return called(lambda values: lambda x: first(values)(second(values)(x)))
    raise Unread(f"{head} is not known")


def _collection(head: str, arguments: tuple[Term, ...], scope: Scope, kind: Kind) -> Code:
    if head == "tuple":
        kinds: list[Kind | None] = []
        rest: Kind | None = kind
        for _ in arguments[:-1]:
            product = rest is not None and rest.head == "×"
            kinds.append(rest.parts[0] if rest is not None and product else None)
            rest = rest.parts[1] if rest is not None and product else None
        return _listed([_code(part, scope, own) for part, own in zip(arguments, [*kinds, rest], strict=True)])
    inner = kind.parts[0] if kind.parts else None
    members = _listed([_code(part, scope, inner) for part in arguments])
    return members if head == "list" else code("frozenset(a)", a=members)


def _listed(parts: list[Code]) -> Code:
    """Return the tuple of some expressions."""
    names = [f"a{place}" for place in range(len(parts))]
    return code("".join(f"{name}, " for name in names) or "()", **dict(zip(names, parts, strict=True)))


def _cast(term: Term, scope: Scope, kind: Kind) -> Code:
    own = kind_of(term, scope) or _usual(term)
    inner = _code(term, scope, own)
    if kind.head in ("ZMod", "Fin"):
        return code("a % n", a=inner, n=kind.size)
    if own.head == "Bool" or own.head in NUMBERS or own.head in ("Fin", "Finset", "ZMod"):
        return inner
    raise Unread(f"a cast from {own}")


def _power(arguments: tuple[Term, ...], scope: Scope, kind: Kind) -> Code:
    base = _code(arguments[0], scope, kind)
    own = kind_of(arguments[1], scope)
    if own is None:
        cast = any(isinstance(part, Apply) and part.head in ("↑", "/") for part in subterms(arguments[1]))
        own = REAL if cast and kind in (REAL, COMPLEX) else NAT
        if isinstance(arguments[1], Apply) and arguments[1].head == "neg":
            own = REAL if cast else INT
    exponent = _code(arguments[1], scope, own)
    if kind.size:
        return code("pow(a, b, n)", a=base, b=exponent, n=kind.size)
    return code("power(a, b)", power=numbers.power, a=base, b=exponent)


_CONNECTIVES = {"∧": "a and b", "∨": "a or b", "→": "not a or b", "↔": "bool(a) == bool(b)"}


def _proposition(head: str, arguments: tuple[Term, ...], scope: Scope) -> Code:
    if head in _RELATIONS:
        return _relation(head, arguments, scope)
    parts = [_code(part, scope, PROP) for part in arguments]
    if head == "¬":
        (only,) = parts
        return code("not a", a=only)
    first, second = parts
    return code(_CONNECTIVES[head], a=first, b=second)


def _relation(head: str, arguments: tuple[Term, ...], scope: Scope) -> Code:
    if head in ("[MOD]", "[ZMOD]"):
        a, b, n = (_code(part, scope, NAT if head == "[MOD]" else INT) for part in arguments)
        return code("f(a, b, n)", f=congruent, a=a, b=b, n=n)
    if head == "∈":
        return _member(arguments[0], arguments[1], scope)
    kind = next((own for part in arguments if (own := kind_of(part, scope)) is not None), None)
    if kind is None:
        kind = _usual(Apply("=", arguments))
    if kind.head == "→":
        return called(_same_function(arguments, scope, kind))
    first, second = (_code(part, scope, kind) for part in arguments)
    if head == "=":
        if kind in (PROP, BOOL):
            return code("bool(a) == bool(b)", a=first, b=second)
        return code("equal(a, b)", equal=functions.equal, a=first, b=second)
    if head == "⊆":
        return code("subset(a, b)", subset=functions.subset, a=first, b=second)
    if head == "∣":
        if kind.head in ("ℕ", "ℤ"):
            return code("remainder(b, a) == 0", remainder=numbers.whole_remainder, a=first, b=second)
        if kind.head in ("ℚ", "ℝ"):
            return code("a != 0 or b == 0", a=first, b=second)
        raise Unread(f"divisibility in {kind}")
    if kind.head in ("ℂ", "ZMod") or kind.head not in (*NUMBERS, "Fin"):
        raise Unread(f"an order on {kind}")
    if head == "<":
        return code("below(a, b)", below=numbers.below, a=first, b=second)
    return code("not below(b, a)", below=numbers.below, a=first, b=second)


def _same_function(arguments: tuple[Term, ...], scope: Scope, kind: Kind) -> Meaning:
    first, second = (meaning(part, scope, kind) for part in arguments)
    points = list(itertools.islice(scope.samples(kind.parts[0]), 12))
    return lambda values: all(functions.equal(first(values)(x), second(values)(x)) for x in points)


def _member(term: Term, collection: Term, scope: Scope) -> Code:
    kind = kind_of(collection, scope)
    own = kind_of(term, scope)
    if kind is None or not kind.parts:
        raise Unread("a set of an unknown type")
    inner = own if own is not None and kind.parts[0] == NAT else kind.parts[0]
    element = _code(term, scope, inner)
    whole = _code(collection, scope, Kind(kind.head, (inner,)))
    return code("member(a, b)", member=functions.member, a=element, b=whole)


def _bound_kind(type_: Term | None, inside: Term | None, body: Term, name: str, scope: Scope) -> Kind:
    if type_ is not None:
        return read_kind(type_, scope.types)
    if inside is not None:
        kind = kind_of(inside, scope)
        if kind is not None and kind.parts:
            return kind.parts[0]
    return functions.guessed_kind(body, name, lambda term: kind_of(term, scope)) or NAT


def _bind(term: Bind, scope: Scope, kind: Kind) -> Meaning:
    if term.kind == "fun" and term.type is None and kind.head == "→":
        bound = kind.parts[0]
    else:
        bound = _bound_kind(term.type, term.inside, term.body, term.name, scope)
    inner_scope = scope.having(term.name, bound)
    name = term.name
    if term.kind in ("∑", "∏"):
        return _big(term, scope, inner_scope, kind)
    if term.kind == "fun":
        inner = _counted(term.body, inner_scope, kind.parts[1] if kind.head == "→" else None)
        return lambda values: lambda x: inner({**values, name: x})
    body = _counted(term.body, inner_scope, PROP)
    inside = meaning(term.inside, scope) if term.inside is not None else None
    if term.kind == "set":
        return set_of(name, body, inside)
    samples = list(itertools.islice(scope.samples(bound), 40))

    def over(values: Values) -> Iterable[Any]:
        if inside is None:
            return samples
        collection = inside(values)
        if isinstance(collection, frozenset):
            return collection
        return [value for value in samples if functions.member(value, collection)]

    def holds(values: Values) -> Iterable[bool]:
        return (body({**values, name: value}) for value in over(values))

    if term.kind == "∀":
        return lambda values: all(holds(values))
    if term.kind == "∃":
        return lambda values: any(holds(values))
    return lambda values: sum(1 for held in holds(values) if held) == 1


def _counted(body: Term, scope: Scope, kind: Kind | None) -> Meaning:
    """Return what the body of a binder means, each evaluation counted."""
    inner = meaning(body, scope, kind)

    def counted(values: Values) -> Any:
        scope.spend()
        return inner(values)

    return counted


def _big(term: Bind, scope: Scope, inner_scope: Scope, kind: Kind) -> Meaning:
    if term.inside is not None:
        inside = meaning(term.inside, scope)
    else:
        everything = frozenset(all_values(inner_scope.kinds[term.name]))
        inside = lambda values: everything  # noqa: E731
    body = _counted(term.body, inner_scope, kind)
    name, adds = term.name, term.kind == "∑"

    def total(values: Values) -> Any:
        members = inside(values)
        if not isinstance(members, frozenset) or len(members) > LARGEST_SET:
            raise Undefined
        found: Any = 0 if adds else 1
        for value in members:
            part = body({**values, name: value})
            found = found + part if adds else found * part
        return found % kind.size if kind.size else found

    return total


def _call(arguments: tuple[Term, ...], scope: Scope, kind: Kind | None = None) -> tuple[Kind | None, Code]:
    """Return the type of an application and what it means."""
    head, *rest = arguments
    if isinstance(head, Apply) and head.head == ":":
        head = head.arguments[0]
    if not isinstance(head, Name):
        return _of_function(head, rest, scope)
    variable, _, method = head.text.partition(".")
    if head.text in scope.kinds:
        return _of_function(head, rest, scope)
    if method in ("1", "2") and scope.kinds.get(variable, NAT).head == "×" and not rest:
        place = int(method) - 1
        return scope.kinds[variable].parts[place], code("v[name][place]", name=variable, place=place)
    if method and variable in scope.kinds:  # `x.gcd y`
        return _known(method, [Name(variable), *rest], scope, kind)
    return _known(head.text, rest, scope, kind)


def _of_function(function: Term, rest: list[Term], scope: Scope) -> tuple[Kind | None, Code]:
    kind = kind_of(function, scope)
    found = _code(function, scope)
    for argument in rest:
        if kind is None or kind.head != "→":
            raise Unread("an application of something that is no function")
        found = code("f(a)", f=found, a=_code(argument, scope, kind.parts[0]))
        kind = kind.parts[1]
    return kind, found


def _known(name: str, rest: list[Term], scope: Scope, expected: Kind | None) -> tuple[Kind | None, Code]:
    own = [kind_of(part, scope) for part in rest]
    known = functions.signature(name, own, expected)
    if known is None:
        raise Unread(f"{name} is not known")
    kinds, result, function = known
    if len(kinds) != len(rest):
        raise Unread(f"{name} has {len(rest)} arguments")
    parts = {f"a{place}": _code(part, scope, kind) for place, (part, kind) in enumerate(zip(rest, kinds, strict=True))}
    return result, code(f"f({', '.join(('samples', *parts))})", f=function, samples=scope.samples, **parts)
