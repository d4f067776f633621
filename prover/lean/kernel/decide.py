"""Decide whether a candidate proves a statement: the whole procedure, in the process that holds the kernel.

Nothing is compared. The kernel is given what the statement rests on, from the statement's side alone; then the
candidate's definitions and theorems under names that nobody else has; then a theorem with the statement's name,
universe parameters and type, of which the candidate supplies the value. Before the kernel sees anything, the candidate
is refused where it needs what no proof may need.
"""

from __future__ import annotations

from dataclasses import dataclass

from prover.lean.embedded.trust import STANDARD_AXIOMS, TRUSTED_OPAQUES, never_trusted
from prover.lean.export.document import Declaration, Document, DocumentError, Role, Target, read
from prover.lean.kernel import index, names
from prover.lean.kernel.answer import KernelReason, Outcome
from prover.lean.kernel.library import Library
from prover.lean.kernel.loading import Loader
from prover.lean.kernel.native import Failure, NativeKernel, Object, box
from prover.lean.kernel.projections import Structure, is_predicate, structure
from prover.lean.kernel.terms import DocumentTerms

_AXIOM_BITS = index.PROPEXT | index.CHOICE | index.SOUND
_STANDARD = frozenset(names.dotted(name) for name in STANDARD_AXIOMS)
_BUILT_IN = frozenset(
    names.dotted(name)
    for name in (
        *("Nat", "Nat.zero", "Nat.succ", "Nat.rec", "Bool", "Bool.true", "Bool.false", "Eq", "Eq.refl", "Eq.rec"),
        *(f"Nat.{operation}" for operation in ("add", "sub", "mul", "div", "mod", "gcd", "beq", "ble", "pow", "log2")),
        *(f"Nat.{operation}" for operation in ("land", "lor", "xor", "shiftLeft", "shiftRight", "pred")),
        *("String", "String.mk", "String.ofList", "Char", "Char.ofNat", "List", "List.nil", "List.cons"),
        *("Quot", "Quot.mk", "Quot.lift", "Quot.ind", "Lean.reduceBool", "Lean.reduceNat", "eagerReduce"),
    )
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the kernel may spend on one declaration: heartbeats, and levels of recursion."""

    heartbeats: int
    depth: int


class _Refused(Exception):
    def __init__(self, reason: KernelReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(slots=True)
class _Use:
    """What the expressions of one declaration mention: own declarations by position, others by number."""

    own: set[int]
    statement: set[int]
    library: set[int]


def decide(
    kernel: NativeKernel, loader: Loader, library: Library, request: tuple[bytes, bytes], limits: Limits
) -> Outcome:
    """Answer for a statement and a candidate, both in the format of `docs/export-format.md`."""
    try:
        try:
            statement = read(request[0], Role.STATEMENT)
        except DocumentError as error:
            raise _Refused(KernelReason.STATEMENT, str(error)) from error
        try:
            candidate = read(request[1], Role.CANDIDATE)
        except DocumentError as error:
            raise _Refused(KernelReason.DOCUMENT, str(error)) from error
        return _Decision(kernel, loader, library, statement, candidate, limits).answer()
    except _Refused as refused:
        return Outcome(accepted=False, reason=refused.reason, message=refused.message)


class _Side:
    """One document with what its names mean."""

    def __init__(self, document: Document, library: Library, above: _Side | None) -> None:
        self.document = document
        self.library = library
        self.above = above
        self.keys = [b""]
        for parent, part in document.names[1:]:
            self.keys.append(names.extend(self.keys[parent], part))
        self.own: dict[int, int] = {}  # from names to own declarations
        self.by_key: dict[bytes, tuple[int, int]] = {}  # from keys to own declarations and names
        for i, declaration in enumerate(document.declarations):
            for name in declaration.names():
                self.own[name] = i
                self.by_key[self.keys[name]] = (i, name)
        self._resolved: dict[int, tuple[str, int]] = {}
        self._structures: dict[int, Structure] = {}

    def structure(self, number: int) -> Structure:
        """Return what may be projected from an own declaration."""
        found = self._structures.get(number)
        if found is None:
            found = self._structures[number] = structure(self.document, self.declaration(number), self.is_predicate)
        return found

    def refuse(self, message: str, reason: KernelReason | None = None) -> _Refused:
        if reason is None:
            reason = KernelReason.STATEMENT if self.document.role is Role.STATEMENT else KernelReason.DOCUMENT
        return _Refused(reason, message)

    def resolve(self, name: int) -> tuple[str, int]:
        """Return where a constant is declared, "own", "statement" or "library", and the number of its declaration."""
        found = self._resolved.get(name)
        if found is None:
            found = self._resolved[name] = self._resolve(name)
        return found

    def _resolve(self, name: int) -> tuple[str, int]:
        if name in self.own:
            return "own", self.own[name]
        parent, part = self.document.names[name]
        key, stem = self.keys[name], self.keys[parent] if names.is_recursor(part) else None
        if stem is not None and parent in self.own and self.declaration(self.own[parent]).kind == "inductive":
            return "own", self.own[parent]
        if self.above is not None:
            for tried in (key, stem):
                found = self.above.by_key.get(tried) if tried is not None else None
                if found is not None and (tried is key or self.above.declaration(found[0]).kind == "inductive"):
                    return "statement", found[0]
        number = self.library.find(key)
        if number < 0 and stem is not None:
            number = self.library.find(stem)
            if number >= 0 and self.library.declaration(number).kind != "inductive":
                number = -1
        if number < 0:
            raise self.refuse(f"there is no constant {self.document.shown(name)}")
        return "library", number

    def declaration(self, i: int) -> Declaration:
        return self.document.declarations[i]

    def is_predicate(self, name: int) -> bool:
        """Tell whether the type of a constant ends in `Prop`, literally."""
        where, number = self.resolve(name)
        if where == "library":
            return self.keys[name] == names.key_of(*self.library.parts(self.library.declaration(number).name)) and bool(
                self.library.declaration(number).flags & index.PREDICATE
            )
        if where == "statement":
            assert self.above is not None
            found = self.above.by_key.get(self.keys[name])
            return found is not None and self.above.is_predicate(found[1])
        declaration = self.declaration(number)
        types = (
            [declaration.type]
            if declaration.kind != "inductive"
            else [t.type for t in declaration.types if t.name == name]
        )
        return any(is_predicate(self.document, type_) for type_ in types)


class _Decision:
    def __init__(
        self,
        kernel: NativeKernel,
        loader: Loader,
        library: Library,
        statement: Document,
        candidate: Document,
        limits: Limits,
    ) -> None:
        self._kernel = kernel
        self._loader = loader
        self._library = library
        self._limits = limits
        self._statement = _Side(statement, library, None)
        self._candidate = _Side(candidate, library, self._statement)
        assert statement.target is not None and candidate.target is not None
        self._asked: Target = statement.target
        self._given: Target = candidate.target

    def answer(self) -> Outcome:
        statement, candidate = self._statement, self._candidate
        self._check_names()
        if len(self._asked.levels) != len(self._given.levels):
            raise candidate.refuse("the proof has another number of universe parameters than the statement")
        stated = [
            self._uses(statement, declaration.roots(), i)
            for i, declaration in enumerate(statement.document.declarations)
        ]
        asked = self._uses(statement, (self._asked.type,), len(stated))
        declared = [
            self._uses(candidate, declaration.roots(), i)
            for i, declaration in enumerate(candidate.document.declarations)
        ]
        proved = self._uses(candidate, (self._given.value,), len(declared))
        needed = self._needed(stated, asked, [*declared, proved])
        used = [*declared, proved, asked, *(stated[i] for i in needed)]
        direct = set().union(*(use.library for use in used))
        axioms, theorems = self._trust(direct, asked, stated, needed)
        self._loader.load(sorted(direct))
        self._declare(needed)
        return Outcome(accepted=True, axioms=axioms, theorems=theorems, constants=self._loader.loaded)

    # -- before the kernel ---------------------------------------------------------------------------------------------

    def _check_names(self) -> None:
        statement = self._statement
        fresh = names.dotted(names.FRESH)
        for name in (*statement.own, self._asked.name):
            key = statement.keys[name]
            if self._library.find(key) >= 0:
                raise statement.refuse(
                    f"the statement declares {statement.document.shown(name)}, which the library has"
                )
            parent, part = statement.document.names[name]
            if key.startswith(fresh) or (names.is_recursor(part) and self._library.find(statement.keys[parent]) >= 0):
                raise statement.refuse(f"the statement declares {statement.document.shown(name)}, a name that is taken")
            if key in _BUILT_IN:
                # The kernel computes with these by their names, whatever their declarations say.
                message = f"the statement declares {statement.document.shown(name)}, which the kernel knows by name"
                raise _Refused(KernelReason.UNSUPPORTED, message)
        for side in (statement, self._candidate):
            for name in side.own:
                if never_trusted(side.document.shown(name)):
                    raise side.refuse(f"{side.document.shown(name)} may not be declared", KernelReason.AXIOMS)

    def _uses(self, side: _Side, roots: tuple[int, ...], position: int) -> _Use:
        """Return what the declaration at a position mentions. Raises where it mentions what it may not."""
        exprs = side.document.exprs
        seen: set[int] = set()
        use = _Use(set(), set(), set())
        pending = list(roots)
        while pending:
            e = pending.pop()
            if e in seen:
                continue
            seen.add(e)
            node = exprs[e]
            kind = node[0]
            if kind == "a":
                pending += node[1:3]
            elif kind in ("l", "p"):
                pending += node[2:4]
            elif kind == "e":
                pending += node[2:5]
            elif kind == "c":
                self._constant(side, node[1], len(node[2]), position, use)
            elif kind == "j":
                self._constant(side, node[1], None, position, use)
                self._projection(side, node[1], node[2])
                pending.append(node[3])
            elif kind in ("n", "t"):
                use.library.update(self._literal(kind))
        return use

    def _literal(self, kind: str) -> list[int]:
        """Return what the kernel takes for granted where a literal stands."""
        found = [self._library.find(names.dotted(name)) for name in index.LITERALS[kind]]
        if min(found) < 0:
            raise _Refused(KernelReason.UNSUPPORTED, "the library lacks what literals are made of")
        return found

    def _constant(self, side: _Side, name: int, levels: int | None, position: int, use: _Use) -> None:
        shown = side.document.shown
        if never_trusted(shown(name)):
            raise side.refuse(f"the proof rests on {shown(name)}, which is not trusted", KernelReason.AXIOMS)
        where, number = side.resolve(name)
        if where == "own":
            # Within an inductive declaration its own types may occur, which is for the kernel to check.
            inductive = side.declaration(number).kind == "inductive"
            if number > position or (number == position and not inductive):
                raise side.refuse(f"{shown(name)} is used before it is declared")
            parameters = side.declaration(number).levels
            use.own.add(number)
        elif where == "statement":
            parameters = self._statement.declaration(number).levels
            use.statement.add(number)
        else:
            declaration = self._library.declaration(number)
            if declaration.flags & index.TAINTED:
                raise side.refuse(f"the proof rests on {shown(name)}, which is not trusted", KernelReason.AXIOMS)
            if declaration.flags & index.BROKEN:
                message = f"{shown(name)} rests on a constant that the library hides"
                raise _Refused(KernelReason.UNSUPPORTED, message)
            parameters = declaration.levels
            use.library.add(number)
        # A recursor may have one universe parameter more: the kernel knows.
        if levels is not None and levels != len(parameters) and not names.is_recursor(side.document.names[name][1]):
            raise side.refuse(f"{shown(name)} has {len(parameters)} universe parameters, not {levels}")

    def _projection(self, side: _Side, name: int, field: int) -> None:
        where, number = side.resolve(name)
        if where == "library":
            declaration = self._library.declaration(number)
            exact = self._library.find(side.keys[name]) == number and declaration.kind == "inductive"
            shape = declaration.shape if exact and side.keys[name] == self._key(declaration.name) else Structure(-1)
        else:
            owner = self._statement
            if side is self._candidate and where == "own":
                raise side.refuse(f"a projection names {side.document.shown(name)}, which is no structure")
            own = owner.declaration(number)
            exact = own.kind == "inductive" and owner.keys[own.types[0].name] == side.keys[name]
            shape = owner.structure(number) if exact else Structure(-1)
        if shape.fields < 0:
            raise side.refuse(f"a projection names {side.document.shown(name)}, which is no structure")
        if not shape.allows(field):
            what = "does not have" if field >= shape.fields else "does not give away, being a proposition"
            raise side.refuse(f"a projection takes field {field}, which {side.document.shown(name)} {what}")

    def _key(self, name: int) -> bytes:
        return names.key_of(*self._library.parts(name))

    def _needed(self, stated: list[_Use], asked: _Use, proof: list[_Use]) -> list[int]:
        """Return the declarations of the statement that its type or the proof rests on, in their order."""
        pending = [*asked.own, *(number for use in proof for number in use.statement)]
        needed: set[int] = set()
        while pending:
            number = pending.pop()
            if number not in needed:
                needed.add(number)
                pending += stated[number].own
        for number in needed:
            declaration = self._statement.declaration(number)
            if declaration.kind not in ("definition", "theorem", "inductive"):
                shown = self._statement.document.shown(declaration.name)
                message = f"{shown} is neither a theorem nor a safe definition ({declaration.kind})"
                raise _Refused(KernelReason.AXIOMS, message)
        return sorted(needed)

    def _trust(
        self, direct: set[int], asked: _Use, stated: list[_Use], needed: list[int]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the standard axioms and the library's theorems that a proof rests on. Raises for what no proof may."""
        library = self._library
        given = self._below(asked, stated)
        bits = 0
        theorems: list[str] = []
        for number in direct:
            declaration = library.declaration(number)
            shown = library.shown(declaration.name)
            if declaration.kind in ("axiom", "opaque") and self._key(declaration.name) not in _STANDARD:
                proposition = declaration.flags & index.PROPOSITION
                if not proposition and shown not in TRUSTED_OPAQUES and number not in given:
                    raise _Refused(KernelReason.AXIOMS, f"the proof rests on {shown}, which is not trusted")
            standard = self._key(declaration.name) in _STANDARD  # `Classical.choice` is no proposition, and an axiom
            if standard or declaration.flags & index.PROPOSITION:
                bits |= declaration.flags & (_AXIOM_BITS | index.UNPROVED)
                if not standard:
                    theorems.append(shown)
        # The package holds no proofs of the library's theorems, so where one is used all three have to be assumed.
        held = _AXIOM_BITS if bits & index.UNPROVED else bits
        axioms = tuple(name for name in STANDARD_AXIOMS if held & index.AXIOM_BITS[name])
        return axioms, tuple(sorted(theorems))

    def _below(self, asked: _Use, stated: list[_Use]) -> set[int]:
        """Return the constants of the library that the statement itself rests on, through all definitions."""
        own, pending, seen = set(asked.own), list(asked.own), set()
        found = set(asked.library)
        while pending:
            for number in stated[pending.pop()].own - own:
                own.add(number)
                pending.append(number)
        for number in own:
            found |= stated[number].library
        queue = list(found)
        while queue:
            number = queue.pop()
            if number not in seen:
                seen.add(number)
                queue += self._library.declaration(number).rests
        return seen

    # -- the kernel ----------------------------------------------------------------------------------------------------

    def _declare(self, needed: list[int]) -> None:
        kernel, statement, candidate = self._kernel, self._statement, self._candidate
        trusted = DocumentTerms(kernel, statement.document)
        for number in needed:
            declaration = statement.declaration(number)
            shown = statement.document.shown(declaration.names()[0])
            self._add(_made(kernel, trusted, declaration), f"{shown} of the statement", KernelReason.STATEMENT)
        name, type_ = trusted.name(self._asked.name), trusted.expr(self._asked.type)
        levels = trusted.levels(self._asked.levels)
        shown = statement.document.shown(self._asked.name)
        proposition = kernel.definition(self._fresh("statement"), levels, kernel.proposition, type_, "opaque")
        self._add(proposition, shown, KernelReason.STATEMENT)
        fresh = {name: self._fresh(number) for name, number in candidate.own.items()}
        terms = DocumentTerms(kernel, candidate.document, fresh)
        for declaration in candidate.document.declarations:
            self._add(
                _made(kernel, terms, declaration), candidate.document.shown(declaration.name), KernelReason.KERNEL
            )
        pairs = list(zip(self._given.levels, self._asked.levels, strict=True))
        if any(candidate.keys[given] != statement.keys[asked] for given, asked in pairs):
            # The proof speaks of universe parameters by names of its own: they are the statement's, by position.
            renamed = {given: trusted.name(asked) for given, asked in pairs}
            terms = DocumentTerms(kernel, candidate.document, fresh, renamed)
        theorem = kernel.theorem(name, levels, type_, terms.expr(self._given.value))
        self._add(theorem, shown, KernelReason.KERNEL)

    def _fresh(self, last: names.Part) -> Object:
        """Return a name that nothing else has."""
        return self._kernel.name(self._kernel.name(box(0), names.FRESH), last)

    def _add(self, declaration: Object, shown: str, reason: KernelReason) -> None:
        try:
            self._kernel.add(declaration, self._limits.heartbeats, self._limits.depth)
        except Failure as failure:
            if failure.limit and reason is KernelReason.KERNEL:
                reason = KernelReason.LIMIT
            raise _Refused(reason, f"the kernel refuses {shown}: {failure.what}") from failure


def _made(kernel: NativeKernel, terms: DocumentTerms, declaration: Declaration) -> Object:
    """Return the kernel's form of a definition, a theorem or an inductive declaration."""
    levels = terms.levels(declaration.levels)
    if declaration.kind == "inductive":
        types = [
            (
                terms.constant(one.name),
                terms.expr(one.type),
                [(terms.constant(c.name), terms.expr(c.type)) for c in one.constructors],
            )
            for one in declaration.types
        ]
        return kernel.inductive(levels, declaration.parameters, types)
    name, type_, value = terms.constant(declaration.name), terms.expr(declaration.type), terms.expr(declaration.value)
    if declaration.kind == "theorem":
        return kernel.theorem(name, levels, type_, value)
    return kernel.definition(name, levels, type_, value, declaration.hints)
