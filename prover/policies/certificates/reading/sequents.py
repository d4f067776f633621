"""Goals as propositions with proofs: what is assumed, by which term it is proved, and what is to be shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.terms import Term, free_names
from prover.states import Goal

FALSE = Term("name", "False", text="False")
RELATIONS = ("=", "≠", "<", "≤", ">", "≥")
_LOGIC = ("∧", "∨", "¬", "↔", "→", "∣", "∈", "∉", "⊆", "MOD", "ZMOD", "≡", "==", *RELATIONS)
_PREDICATES = re.compile(
    r"(.*\.)?(Prime|Coprime)|ExistsUnique|Even|Odd|Irrational|False|True|Function\.\w+|(Strict)?(Mono|Anti)\w*|Is\w+|Monotone\w*"
)
_FRACTION = re.compile(r"\^ \((\d+) / (\d+)\)")
_INVERSE = re.compile(r"\^ (\d+)⁻¹")
_ARROW = re.compile(r"↑([^\W\d][\w'₀-₉]*)(?![\w.])")
_TYPED_ARROW = re.compile(r"\(↑([^\W\d][\w'₀-₉]*) : ℝ\)")
_PLAIN = re.compile(r"[^\W\d][\w'₀-₉ₐ-ₜᵢ-ᵪ¹²³]*")


@dataclass(frozen=True, slots=True)
class Assumption:
    """A proposition with a Lean term that proves it."""

    proof: str
    claim: Term


@dataclass(frozen=True, slots=True)
class Sequent:
    """A goal that was read.

    `types` are the types of the local variables. What could not be read is left out of `assumptions`. `unread` counts
    it, `names` are all names in scope, and `reals` says that the real numbers are.
    """

    types: Mapping[str, Term]
    assumptions: tuple[Assumption, ...]
    target: Term
    names: frozenset[str]
    unread: int = 0
    reals: bool = False

    def fresh(self, wish: str) -> str:
        """Return a name that is not in scope."""
        return _unused(wish, self.names)

    def naming(self, *names: str) -> Sequent:
        """Return the sequent with more names in scope."""
        return replace(self, names=self.names | set(names))

    def assuming(self, *more: Assumption) -> Sequent:
        """Return the sequent with more assumptions."""
        return replace(self, assumptions=(*self.assumptions, *more))

    def rewriting(self, change: Callable[[Term], Term]) -> Sequent:
        """Return the sequent with every claim changed; the proofs of the assumptions stay."""
        known = tuple(Assumption(each.proof, change(each.claim)) for each in self.assumptions)
        return replace(self, assumptions=known, target=change(self.target))


class Names:
    """Names that are not in scope, each given out once."""

    def __init__(self, taken: Collection[str]) -> None:
        self._taken = set(taken)

    def fresh(self, wish: str) -> str:
        """Return a name that neither is in scope nor was given out."""
        name = _unused(wish, self._taken)
        self._taken.add(name)
        return name


def _unused(wish: str, taken: Collection[str]) -> str:
    if wish not in taken:
        return wish
    return next(f"{wish}{n}" for n in range(1, 100_000) if f"{wish}{n}" not in taken)


def read_goal(goal: Goal) -> Sequent:
    """Read a goal. Raises `CannotRead` if its target cannot be read; hypotheses that cannot are left out."""
    types: dict[str, Term] = {}
    assumptions: list[Assumption] = []
    names: set[str] = set()
    unread = 0
    reals = any(hypothesis.type.rpartition(".")[2] == "Reals" for hypothesis in goal.hypotheses)
    others = {word for hypothesis in goal.hypotheses for word in ("ℤ", "ℚ", "ℂ") if word in hypothesis.type}
    integers = {name for hypothesis in goal.hypotheses if hypothesis.type == "ℤ" for name in hypothesis.names}
    read = parse
    if reals:
        read = (
            _read_over_reals if others - {"ℤ"} else partial(_read_casts_to_reals, integers=integers if others else None)
        )
    for hypothesis in goal.hypotheses:
        names.update(hypothesis.names)
        usable = [name for name in hypothesis.names if _PLAIN.fullmatch(name)]
        if not usable or hypothesis.value is not None:
            continue
        try:
            kind = read(hypothesis.type)
        except CannotRead:
            unread += 1
            continue
        if is_proposition(kind):
            assumptions += [part for name in usable for part in conjuncts(Assumption(name, kind))]
        else:
            types.update(dict.fromkeys(usable, kind))
    return Sequent(types, tuple(assumptions), read(goal.target), frozenset(names), unread, reals)


def _read_over_reals(text: str) -> Term:
    """Read a text with the type of fractional exponents, which Lean does not print; a natural one would be 0."""
    return parse(_INVERSE.sub(r"^ (\1 : ℝ)⁻¹", _FRACTION.sub(r"^ ((\1 : ℝ) / \2)", text)))


def _read_casts_to_reals(text: str, integers: Collection[str] | None) -> Term:
    """Read a text of a goal without rationals and complex numbers: what is cast there becomes real.

    Casts of names are written `(n : ℝ)`: Lean puts off what `↑n` means until it knows the type, which may be too late.
    In a goal with `integers`, the casts of these alone: those of natural numbers may be integers.
    """

    def typed(arrow: re.Match[str]) -> str:
        return f"({arrow[0]} : ℝ)" if integers is None or arrow[1] in integers else arrow[0]

    return _cast(_read_over_reals(_ARROW.sub(typed, text)), whole=integers is None)


def _cast(term: Term, whole: bool) -> Term:
    args = tuple(_cast(argument, whole) for argument in term.args)
    text = _TYPED_ARROW.sub(r"(\1 : ℝ)", term.text)
    term = term if args == term.args and text == term.text else replace(term, args=args, text=text)
    if not term.is_op("↑") or term.args[0].kind == "name" or not (whole or term.args[0].is_op("floor", "ceil")):
        return term
    return Term("op", "type", (term, _REAL), text=f"({text} : ℝ)")


def is_proposition(term: Term) -> bool:
    """Return whether a term is a proposition that the finders may know something about, and no type."""
    if term.kind == "op" and term.value in _LOGIC:
        return term.value != "→" or is_proposition(term.args[1])
    if term.is_bind("∀"):
        return is_proposition(term.args[1])
    if term.is_bind("∃", "∃!"):
        return True
    head = term.args[0] if term.kind == "app" else term
    return head.kind in ("name", "op") and _PREDICATES.fullmatch(head.value) is not None


def conjuncts(assumption: Assumption) -> Iterator[Assumption]:
    """Yield the parts of a conjunction, each with its projection."""
    claim = assumption.claim
    if claim.is_op("∧"):
        yield from conjuncts(Assumption(f"{assumption.proof}.1", claim.args[0]))
        yield from conjuncts(Assumption(f"{assumption.proof}.2", claim.args[1]))
    elif (bounds := interval(claim)) is not None:
        yield from (Assumption(assumption.proof + place, bound) for place, bound in bounds)
    else:
        yield assumption


_INTERVALS = {
    "Icc": ("≤", "≤"), "Ico": ("≤", "<"), "Ioc": ("<", "≤"), "Ioo": ("<", "<"), "Ici": ("≤", ""), "Ioi": ("<", ""),
    "Iic": ("", "≤"), "Iio": ("", "<"),
}  # fmt: skip


def interval(claim: Term) -> list[tuple[str, Term]] | None:
    """Return what membership in an interval says, each with the projection that proves it; None for another claim."""
    if not claim.is_op("∈") or claim.args[1].kind != "app" or claim.args[1].args[0].kind != "name":
        return None
    element, (head, *ends) = claim.args[0], claim.args[1].args
    package, _, kind = head.value.rpartition(".")
    if package not in ("Set", "") or kind not in _INTERVALS or len(ends) != sum(map(bool, _INTERVALS[kind])):
        return None
    low, high = _INTERVALS[kind]
    found: list[tuple[str, Term]] = []
    if low:
        found.append((".1" if high else "", Term("op", low, (ends[0], element))))
    if high:
        found.append((".2" if low else "", Term("op", high, (element, ends[-1]))))
    return found


def introduced(sequent: Sequent) -> tuple[str, Sequent]:
    """Return the tactic that introduces what the target quantifies over and assumes, or "", and what remains."""
    names: list[str] = []
    for _ in range(64):
        target = sequent.target
        if target.is_bind("∀"):
            bound, body = target.args
            fresh = {name: sequent.fresh(name) for name in target.names}
            if any(old != new for old, new in fresh.items()):
                raise CannotRead("a bound variable that hides another")
            names += target.names
            sequent = replace(sequent.naming(*target.names), target=body)
            if bound.is_op(":") and not is_proposition(bound.args[0]):
                sequent = replace(sequent, types={**sequent.types, **dict.fromkeys(target.names, bound.args[0])})
            elif bound.kind == "name":
                kinds = {name: _taken(name, body, sequent.types) or _met(name, body, sequent) for name in target.names}
                known_kinds = {name: kind for name, kind in kinds.items() if kind is not None}
                sequent = replace(sequent, types={**sequent.types, **known_kinds})
            elif bound.kind == "op" and len(target.names) == 1:
                assumed = sequent.fresh(f"h{target.names[0]}")
                names.append(assumed)
                claim = Term("op", bound.value, (Term("name", target.names[0], text=target.names[0]), *bound.args))
                kind = bound.args[0] if bound.value in ("<", ">", "≤", "≥", "≠") else None
                known = None if kind is None else type_of(kind, sequent.types)
                known = known or _taken(target.names[0], body, sequent.types)
                if known is not None:
                    sequent = replace(sequent, types={**sequent.types, target.names[0]: known})
                sequent = sequent.naming(assumed).assuming(*conjuncts(Assumption(assumed, claim)))
            elif bound.kind == "op":
                raise CannotRead("several variables with one bound")
        elif target.is_op("→") and is_proposition(target.args[0]):
            assumed = sequent.fresh("h")
            names.append(assumed)
            sequent = replace(sequent.naming(assumed), target=target.args[1])
            sequent = sequent.assuming(*conjuncts(Assumption(assumed, target.args[0])))
        else:
            break
    return (f"intro {' '.join(names)}" if names else ""), sequent


def _taken(name: str, body: Term, types: Mapping[str, Term]) -> Term | None:
    """Return the type of a bound variable that a local function is applied to, or None."""
    for part in body.walk():
        if part.kind == "app" and len(part.args) == 2 and part.args[1].kind == "name" and part.args[1].value == name:
            kind = types.get(part.args[0].value)
            if kind is not None and kind.is_op("→"):
                return kind.args[0]
    return None


_REAL_FUNCTIONS = ("sqrt", "exp", "rexp", "log", "logb", "sin", "cos", "tan", "pi", "arctan", "sinh", "cosh", "rpow")
_REAL, _NAT, _INT, _COMPLEX = (Term("name", name, text=name) for name in ("ℝ", "ℕ", "ℤ", "ℂ"))
_KNOWN = {"π": _REAL, "Real.pi": _REAL, "I": _COMPLEX, "Complex.I": _COMPLEX}
_NAT_FUNCTIONS = ("gcd", "lcm", "choose", "factorial", "fib", "totient", "card", "sqrt", "ceil", "toNat", "natAbs")


def _met(name: str, body: Term, sequent: Sequent) -> Term | None:
    """Return the type of a bound variable that arithmetic joins with what has one, or None."""
    for part in body.walk():
        found = relation(part, sequent.types)
        if found is None or found[3] not in ("ℝ", "ℚ", "ℤ", "ℕ") or not free_names(part) - {name}:
            continue
        if any(_joins(side, name) for side in found[1:3]):
            return Term("name", str(found[3]), text=str(found[3]))
    return None


def _joins(term: Term, name: str) -> bool:
    """Whether a term has the type of a variable in it: sums and products of it and others, and its powers."""
    if term.kind == "name":
        return term.value == name
    if term.is_op("+", "-", "*", "/", "neg"):
        return any(_joins(part, name) for part in term.args)
    return term.is_op("^") and _joins(term.args[0], name)


def type_of(term: Term, types: Mapping[str, Term]) -> Term | None:
    """Return the type of a term as far as it shows; None where elaboration decides (numerals, casts)."""
    if term.kind == "name":
        if term.value in types:
            return types[term.value]
        if term.value in _KNOWN:
            return _KNOWN[term.value]
        base, _, fields = term.value.partition(".")
        if base in types and fields in ("re", "im"):
            return _REAL
        if base in types and fields:
            last = fields.rpartition(".")[2]
            return _REAL if last in ("sin", "cos", "tan", "exp", "log", "sqrt") and types[base] == _REAL else None
        return None
    if term.kind == "app" and term.args:
        head = term.args[0]
        if head.kind == "name" and head.value not in types:
            if head.value in ("min", "max") and len(term.args) == 3:
                return type_of(term.args[1], types) or type_of(term.args[2], types)
            name = head.value.rpartition(".")[2]
            if head.value.startswith("Real.") or (name in _REAL_FUNCTIONS and not head.value.startswith("Nat.")):
                return _REAL if not head.value.startswith("Complex.") else _COMPLEX
            if head.value.startswith("Nat.") or name in ("choose", "gcd", "lcm", "fib"):
                return _NAT if name in _NAT_FUNCTIONS else None
            return None
        kind = type_of(head, types)
        for _ in term.args[1:]:
            if kind is None or not kind.is_op("→"):
                return None
            kind = kind.args[1]
        return kind
    if term.kind == "op":
        if term.value in ("√", "norm"):
            return _REAL
        if term.value in ("floor", "ceil"):
            return _INT
        if term.value in ("!", "floor₊", "ceil₊", ".card"):
            return _NAT
        if term.value in (".re", ".im"):
            return _REAL
        if term.value == "type":
            return term.args[1]
        if term.value in ("+", "-", "*", "/", "%"):
            return type_of(term.args[0], types) or type_of(term.args[1], types)
        if term.value in ("^", "neg", "inv", "abs"):
            return type_of(term.args[0], types)
        if term.value == "if":
            return type_of(term.args[1], types) or type_of(term.args[2], types)
        return None
    if term.is_bind("∑", "∏"):
        return type_of(term.args[1], {**types, **binder_types(term, types)})
    return None


def is_real(term: Term, types: Mapping[str, Term]) -> bool:
    """Return whether a term shows that it is a real number."""
    kind = type_of(term, types)
    return kind is not None and kind.value == "ℝ"


def binder_types(term: Term, types: Mapping[str, Term]) -> dict[str, Term]:
    """Return the types of what a binder binds, as far as they show."""
    bound = term.args[0]
    if bound.is_op(":"):
        return dict.fromkeys(term.names, bound.args[0])
    if bound.is_op("∈") and "range" in bound.args[0].text:
        return dict.fromkeys(term.names, _NAT)
    if bound.is_op("<", ">", "≤", "≥", "≠") and (found := type_of(bound.args[0], types)) is not None:
        return dict.fromkeys(term.names, found)
    return {}


def relation(claim: Term, types: Mapping[str, Term]) -> tuple[str, Term, Term, str | None] | None:
    """Return the relation between two terms, its sides and the name of their type, or None if it is none.

    A numeral alone is a natural number, as Lean has it.
    """
    if claim.is_op("¬") and claim.args[0].is_op("=", "<", "≤", ">", "≥"):
        inner = claim.args[0]
        symbol = {"=": "≠", "<": "≥", "≤": ">", ">": "≤", "≥": "<"}[inner.value]
        return None if symbol != "≠" else (symbol, inner.args[0], inner.args[1], _name(inner, types))
    if claim.kind == "op" and claim.value in RELATIONS and len(claim.args) == 2:  # a bound variable's has one operand
        return claim.value, claim.args[0], claim.args[1], _name(claim, types)
    return None


def ascending(symbol: str, left: Term, right: Term) -> tuple[str, Term, Term]:
    """Return a comparison with `<` or `≤` instead of `>` or `≥`; another relation as it is."""
    return ({">": "<", "≥": "≤"}[symbol], right, left) if symbol in (">", "≥") else (symbol, left, right)


def _name(claim: Term, types: Mapping[str, Term]) -> str | None:
    kind = type_of(claim.args[0], types) or type_of(claim.args[1], types)
    if kind is None:
        casts = any(inner.is_op("↑") for inner in claim.walk())
        names = free_names(claim)
        return None if casts or names & set(types) else "ℕ"
    return (
        {"Real": "ℝ", "Nat": "ℕ", "Int": "ℤ", "Rat": "ℚ"}.get(kind.value, kind.value) if kind.kind == "name" else None
    )
