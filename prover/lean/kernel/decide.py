"""Decide whether a candidate proves a statement: the whole procedure, in the process that holds the kernel.

Nothing is compared. The kernel is given what the statement rests on, from the statement's side alone; then the
candidate's definitions and theorems under names that nobody else has; then a theorem with the statement's name,
universe parameters and type, of which the candidate supplies the value. Before the kernel sees anything, the candidate
is refused where it needs what no proof may need.
"""

from __future__ import annotations

from dataclasses import dataclass

from prover.lean.embedded.trust import STANDARD_AXIOMS, TRUSTED_OPAQUES, never_trusted
from prover.lean.export.document import Declaration, Document, Role, Target
from prover.lean.export.reading import DocumentError, read
from prover.lean.kernel import index, names
from prover.lean.kernel.answer import KernelReason, Outcome, Refused
from prover.lean.kernel.library import Library
from prover.lean.kernel.loading import Loader
from prover.lean.kernel.native import Failure, NativeKernel, Object, box
from prover.lean.kernel.sides import Side, Use, key_in
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
    """What the kernel may spend on one declaration: heartbeats, and levels of recursion.

    Declarations of the statement, which is trusted, have heartbeats of their own.
    """

    heartbeats: int
    depth: int


STATED_HEARTBEATS = 2_000_000_000
"""What a declaration of the statement may take, in single allocations; the embedded kernel allows it the same."""


def decide(
    kernel: NativeKernel, loader: Loader, library: Library, request: tuple[bytes, bytes], limits: Limits
) -> Outcome:
    """Answer for a statement and a candidate, both in the format of `docs/export-format.md`."""
    try:
        try:
            statement = read(request[0], Role.STATEMENT)
        except DocumentError as error:
            raise Refused(KernelReason.STATEMENT, str(error)) from error
        try:
            candidate = read(request[1], Role.CANDIDATE)
        except DocumentError as error:
            raise Refused(KernelReason.DOCUMENT, str(error)) from error
        return _Decision(kernel, loader, library, statement, candidate, limits).answer()
    except Refused as refused:
        return Outcome(accepted=False, reason=refused.reason, message=refused.message)


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
        self._statement = Side(statement, library, None)
        self._candidate = Side(candidate, library, self._statement)
        assert statement.target is not None and candidate.target is not None
        self._asked: Target = statement.target
        self._given: Target = candidate.target

    def answer(self) -> Outcome:
        statement, candidate = self._statement, self._candidate
        self._check_names()
        if len(self._asked.levels) != len(self._given.levels):
            raise candidate.refuse("the proof has another number of universe parameters than the statement")
        stated = [
            statement.uses(declaration.roots(), i) for i, declaration in enumerate(statement.document.declarations)
        ]
        asked = statement.uses((self._asked.type,), len(stated))
        declared = [
            candidate.uses(declaration.roots(), i) for i, declaration in enumerate(candidate.document.declarations)
        ]
        proved = candidate.uses((self._given.value,), len(declared))
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
                raise Refused(KernelReason.UNSUPPORTED, message)
        for side in (statement, self._candidate):
            for name in side.own:
                if never_trusted(side.document.shown(name)):
                    raise side.refuse(f"{side.document.shown(name)} may not be declared", KernelReason.AXIOMS)

    def _needed(self, stated: list[Use], asked: Use, proof: list[Use]) -> list[int]:
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
                raise Refused(KernelReason.AXIOMS, message)
        return sorted(needed)

    def _trust(
        self, direct: set[int], asked: Use, stated: list[Use], needed: list[int]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the standard axioms and the library's theorems that a proof rests on. Raises for what no proof may."""
        library = self._library
        given = self._below(asked, stated)
        bits = 0
        theorems: list[str] = []
        for number in direct:
            declaration = library.declaration(number)
            shown = library.shown(declaration.name)
            if declaration.kind in ("axiom", "opaque") and key_in(library, declaration.name) not in _STANDARD:
                proposition = declaration.flags & index.PROPOSITION
                if not proposition and shown not in TRUSTED_OPAQUES and number not in given:
                    raise Refused(KernelReason.AXIOMS, f"the proof rests on {shown}, which is not trusted")
            standard = (
                key_in(library, declaration.name) in _STANDARD
            )  # `Classical.choice` is no proposition, and an axiom
            if standard or declaration.flags & index.PROPOSITION:
                bits |= declaration.flags & (_AXIOM_BITS | index.UNPROVED)
                if not standard:
                    theorems.append(shown)
        # The package holds no proofs of the library's theorems, so where one is used all three have to be assumed.
        held = _AXIOM_BITS if bits & index.UNPROVED else bits
        axioms = tuple(name for name in STANDARD_AXIOMS if held & index.AXIOM_BITS[name])
        return axioms, tuple(sorted(theorems))

    def _below(self, asked: Use, stated: list[Use]) -> set[int]:
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
        heartbeats = STATED_HEARTBEATS if reason is KernelReason.STATEMENT else self._limits.heartbeats
        try:
            self._kernel.add(declaration, heartbeats, self._limits.depth)
        except Failure as failure:
            if failure.limit and reason is KernelReason.KERNEL:
                reason = KernelReason.LIMIT
            raise Refused(reason, f"the kernel refuses {shown}: {failure.what}") from failure


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
