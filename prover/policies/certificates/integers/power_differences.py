"""Divisors of `x ^ n - y ^ n`: what divides `x - y`, by an induction that carries the quotient along."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.trees import Ring, printed
from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent, type_of
from prover.policies.certificates.reading.terms import Term


def power_difference(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof of `d ∣ x ^ n - y ^ n` or `d ∣ x ^ n - 1` where `x - y` is a multiple of `d` as a polynomial."""
    target = sequent.target
    if effort or not target.is_op("∣") or not target.args[1].is_op("-"):
        return
    divisor, (left, right) = target.args[0], target.args[1].args
    if not left.is_op("^") or left.args[1].kind != "name":
        return
    base, index = left.args
    if right.is_op("^") and right.args[1] == index:
        other, power = right.args[0], f"{show(right.args[0])} ^ n"
    elif right.kind == "num" and right.value == "1":
        other, power = right, "1"
    else:
        return
    kind = type_of(base, sequent.types) or type_of(other, sequent.types) or type_of(divisor, sequent.types)
    domain = kind.value if kind is not None else "ℕ"
    if domain not in ("ℕ", "ℤ") or {"n", "c", "hc", "ih"} & (sequent.names - {index.value}):
        return
    encoder = Encoder(sequent, domain, Signs(sequent, domain))
    trees = [encoder.encode(term) for term in (base, other, divisor)]
    ring = Ring(len(encoder.atoms))
    x, y, d = (ring.polynomial(tree) for tree in trees)
    if not len(d):
        return
    quotient, rest = divmod(x - y, d)
    if len(rest) or any(int(c.q) != 1 or (domain == "ℕ" and c < 0) for c in quotient.coeffs()):
        return
    yield _proof(domain, (base, divisor), printed(ring.tree(quotient)[0], encoder.atoms), power, index)


def _proof(domain: str, terms: tuple[Term, Term], quotient: str, power: str, index: Term) -> str:
    base, divisor = (show(term) for term in terms)
    carried = f"c * {base} + {quotient}" if power == "1" else f"c * {base} + {power} * {quotient}"
    unfolded = "pow_succ, hc" if power == "1" else "pow_succ, hc, pow_succ"
    ending = "Nat.add_sub_cancel_left" if domain == "ℕ" else "add_sub_cancel_left"
    return "\n".join(
        [
            f"have key : ∀ n : ℕ, ∃ c : {domain}, {base} ^ n = {power} + {divisor} * c := by",
            "  intro n",
            "  induction n with",
            "  | zero => exact ⟨0, by simp⟩",
            "  | succ n ih =>",
            "    obtain ⟨c, hc⟩ := ih",
            f"    exact ⟨{carried}, by rw [{unfolded}]; ring⟩",
            f"obtain ⟨c, hc⟩ := key {index.value}",
            f"exact ⟨c, by rw [hc]; first | exact {ending} _ _ | ring | omega⟩",
        ]
    )
