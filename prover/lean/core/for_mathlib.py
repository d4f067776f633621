"""A proof that was found in `core` as a text for Mathlib, as far as that can be known without compiling it.

Tactics keep their names, which are Mathlib's. A lemma of the prelude has Mathlib's name without `Core.`, except for
those that Mathlib lacks or calls something else today: the latter are renamed, a proof that uses one of the former is
refused. What a tactic of the same name does there, and whether a lemma's arguments are the same, only Lean can say.
"""

from __future__ import annotations

import re

from prover.errors import InputError
from prover.lean.core.catalogue import imitated_tactics
from prover.lean.source_text import blanked

# Checked by hand against Mathlib of 2025; in doubt a name stands here and the proof is refused.
_OURS = """
    Complex.mul_comm' Complex.mul_one' Complex.mul_zero' Complex.mul_add' Complex.mul_inv' Complex.inv_zero'
    Complex.inv_inv' Complex.normSq_ne_zero Equiv.invFun_toFun Equiv.toFun_invFun
    Finset.disjoint Finset.foldr_add Finset.foldr_mul Finset.insertAll Finset.insertList Finset.intFrom
    Finset.mem_insertAll Finset.mem_insertList Finset.mem_intFrom Finset.mem_natFrom Finset.natFrom Finset.ofList
    Finset.perm Finset.sum_natFrom_succ Finset.sum_ofList Int.modEq_iff NNReal.ext Nat.digitsFrom Nat.fibPair
    Nat.modEq_iff Nat.ofDigits_cons_nat Nat.prime_iff_trial Nat.sqrtFrom Nat.sqrtFrom_spec Nat.squarefree_iff
    Nat.trial Nat.trial_iff Rat.cast_den_pos Rat.cast_eq_of_mul_den Rat.cast_mul_den Rat.max_def Rat.min_def
    Real.abs_pos_of_ne_zero Real.log_mul_of_pos Real.logb_eq_div Real.max_def Real.min_def Real.ofScientific_eq
    Real.rpow_natCast_of_pos Reals Set.ncard_eq_card ZMod.gcdA isGreatest_iff isLeast_iff isSquare_iff ite_eq_or
    ite_le_iff le_ite_iff le_of_sq_le_sq nodup_finRange of_not_imp_not pow_left_injective_two
"""
OURS = frozenset(_OURS.split())
"""Names of the prelude that Mathlib does not have, besides all of the namespace `Certificate`."""
RENAMED = {
    "le_div_iff": "le_div_iff₀",
    "div_le_iff": "div_le_iff₀",
    "lt_div_iff": "lt_div_iff₀",
    "div_lt_iff": "div_lt_iff₀",
    "div_le_div_iff": "div_le_div_iff_of_pos",
    "pow_le_pow_left": "pow_le_pow_left₀",
    "abs_add": "abs_add_le",
    "Complex.abs": "norm",
    "Certificate.zero_of_mul_ordered": "mul_eq_zero.1",
    "Certificate.mul_ne_zero_ordered": "mul_ne_zero",
    "Certificate.sub_pos_of_lt": "sub_pos.2",
    "Certificate.sub_nonneg_of_le": "sub_nonneg.2",
    "Certificate.antisymm": "le_antisymm",
}
"""What a lemma of the prelude is called in Mathlib, where that is not its own name, the arguments being the same."""
_NUMERALS = re.compile(r"\(\s*(?:Core\.)?Certificate\.numeral_(?:pos|ne|nonneg)\s+\d+\s*\)")
_NAME = re.compile(r"(?<![\w.'«])(?:[A-Za-zα-ωℕ-ℝ_][\w'!?₀-₉]*)(?:\.[\w'!?₀-₉]+)*")
_SEPARATE = re.compile(r"\b(?:grind|simp|simp_all|norm_num|aesop|positivity|nlinarith|decide)\b")


def for_mathlib(proof: str, name: str) -> str:
    """Return the block of tactics that proves a theorem, in Mathlib's words.

    Raises `InputError` naming what Mathlib lacks.
    """
    if lacking := lacking_in_mathlib(proof):
        named = ", ".join(f"`{one}`" for one in lacking)
        raise InputError(
            f"the proof of {name} rests on {named}, which Mathlib lacks: write --comparator DIR, where the proof takes "
            "them along, or prove it again with another --policy"
        )
    proof = _NUMERALS.sub("(by norm_num)", proof)
    blank, _ = blanked(proof)
    pieces: list[str] = []
    end = 0
    for match in _NAME.finditer(blank):
        found = match[0].removeprefix("Core.")
        replacement = RENAMED.get(found, found)
        if replacement != match[0]:
            pieces += [proof[end : match.start()], replacement]
            end = match.end()
    return "".join([*pieces, proof[end:]])


def lacking_in_mathlib(proof: str) -> tuple[str, ...]:
    """Return the names in a proof that Mathlib lacks, and for which it has nothing else, each once."""
    blank, _ = blanked(_NUMERALS.sub("", proof))
    found = (match[0].removeprefix("Core.") for match in _NAME.finditer(blank))
    ours = (name for name in found if name in OURS or name.split(".")[0] == "Certificate")
    return tuple(dict.fromkeys(name for name in ours if name not in RENAMED))


def remarks(proof: str) -> list[str]:
    """Return what is to be known of a proof that was found in `core` and is read by Mathlib, a line each."""
    blank, _ = blanked(proof)
    used = dict.fromkeys(match[0] for match in _SEPARATE.finditer(blank))
    imitated = [one for one in used if one in imitated_tactics()]
    others = [one for one in used if one not in imitated]
    said = [f"{', '.join(imitated)}: only imitated in `core`; Mathlib's own does this here"] if imitated else []
    if others:
        said.append(f"{', '.join(others)}: depends on which lemmas are known, and Mathlib knows others than `core`")
    return said
