"""What a proof may rest on.

Trust is by module, not by name: a constant is trusted for coming from a module of the pinned Lean, whose library is
checked by hash. The package holds that library without the bodies of its theorems and of definitions that are not
exposed, and shows both as axioms, as it shows Lean's real axioms; so among constants without a body only propositions
are trusted, and of those not the ones that ask compiled code. What is no proposition is refused unless it stands
below or in the statement.

Whatever is new in a proof is checked by the kernel, body and all, and needs no trust.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prover.lean.embedded import wire  # a process that judges data starts without pydantic

STANDARD_AXIOMS = ("propext", "Classical.choice", "Quot.sound")

# Never trusted, wherever they come from: they prove anything, or ask compiled code, or exist for the compiler alone.
# With the standard axioms and the compiler's own (`lcProof`, …) these are all axioms of Lean's modules.
NEVER = frozenset(
    {"sorryAx", "Lean.reduceBool", "Lean.reduceNat", "Lean.ofReduceBool", "Lean.ofReduceNat", "Lean.trustCompiler"}
)
COMPILER_ONLY = re.compile(r"(?:Lean\.|Quot\.)?lc[A-Z]\w*")

# Definitions of the pinned library whose bodies are not in the package. For the kernel they are constants of their type
# about which the library's theorems say what there is to know. That each is a safe definition, so that assuming it adds
# nothing, was read in the sources of Lean; those that proofs of 1,088 problems by automation needed stand first.
TRUSTED_OPAQUES = frozenset(
    {
        "Lean.Grind.intro_with_eq",  # modus ponens into any sort: in most proofs by `grind`
        "Lean.Grind.intro_with_eq'",
        "Lean.Grind.leftInv",  # a left inverse of an injective function, by choice
        "Nat.gcd",  # computed by the kernel itself, as are the bitwise operations; tests compare it with Python
        *("Nat.land", "Nat.lor", "Nat.xor", "Nat.bitwise"),
        *("Nat.repr", "Nat.toDigits", "Nat.digitChar", "Int.repr"),
        *("Nat.all", "Nat.any", "Nat.fold", "Nat.foldRev", "Fin.foldl", "Nat.nextPowerOfTwo"),
        *("List.merge", "List.mergeSort"),
        *("Array.range", "Array.ofFn", "Array.zip", "Array.zipWith", "Array.all", "Array.back?", "Array.isEqv"),
    }
)


def never_trusted(name: str) -> bool:
    """Tell whether a constant is refused wherever it comes from."""
    return name in NEVER or COMPILER_ONLY.fullmatch(name) is not None


def is_trusted(constant: wire.Bodiless, statement: frozenset[str]) -> bool:
    """Tell whether a proof may rest on an imported constant; `statement` is what the statement itself rests on."""
    if constant.name in STANDARD_AXIOMS:
        return True
    if never_trusted(constant.name) or not constant.safe:
        return False
    return constant.proposition or constant.name in TRUSTED_OPAQUES or constant.name in statement


def axioms(ruling: wire.Ruling) -> tuple[str, ...]:
    """Return the standard axioms that a proof may rest on.

    The package holds no proofs of library theorems, so where one is used all three have to be assumed.
    """
    if any(constant.proposition and constant.name not in STANDARD_AXIOMS for constant in ruling.bodiless):
        return STANDARD_AXIOMS
    return tuple(axiom for axiom in STANDARD_AXIOMS if axiom in ruling.axioms)
