"""Verify proofs of a statement that is trusted: a verdict is a value, accepted or rejected with a reason."""

from prover import Prover, Rejection, VerifiedProof

STATEMENT = "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by"

with Prover() as prover:
    for proof in ("exact ⟨hp, hq⟩", "exact ⟨hq, hp⟩", "sorry"):
        verdict = prover.verify(STATEMENT, proof)
        match verdict:
            case VerifiedProof():
                print(f"{proof}: accepted; axioms: {', '.join(verdict.axioms) or 'none'}")
            case Rejection():
                print(f"{proof}: rejected ({verdict.reason.value})")
