"""Inequalities between variables of known sign, order by order, as sums of squares in the successive differences.

As in `differences`, `x₁ = t₁`, `x₂ = t₁ + t₂` and so on where `x₁ ≤ x₂ ≤ …`; here the polynomial in `t` becomes a sum
of products of the `t` times sums of squares. It is stated once as a lemma about `t`: orders that lead to the same
polynomial, all of them for a symmetric goal, use the same one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.facts import Equation, Fact
from prover.policies.certificates.algebra.products import Product
from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.algebra.telling import shown
from prover.policies.certificates.algebra.trees import Ring, sub
from prover.policies.certificates.inequalities.gram import by_squares
from prover.policies.certificates.inequalities.positivity import MAX_TEXT, Task, task_of
from prover.policies.certificates.programs.krivine import Part, printed_refutation
from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.printing import block
from prover.policies.certificates.reading.sequents import Assumption, Sequent
from prover.policies.certificates.reading.terms import Term

MAX_VARIABLES = 3
MAX_LEMMAS = 2
"""Lemmas that are tried: 1 for symmetric goals, 2 for cyclic ones."""
_NAMES = ("x", "t", "s")


@dataclass(frozen=True, slots=True)
class _Lemma:
    """A polynomial in the differences that is not negative, the name of the lemma and its proofs."""

    name: str
    polynomial: fmpq_mpoly
    claim: str
    proofs: Sequence[list[str]]


def in_order(
    encoder: Encoder, facts: Sequence[Fact], equations: Sequence[Equation], negated: tuple[str, str]
) -> list[list[str]]:
    """Return proofs, as lists of tactics, that the negated goal `facts[0]` is false, the one that reads best first.

    Only for goals that can be made homogeneous, with variables of known sign. Raises `TooLarge`.
    """
    task = task_of(encoder, facts, equations, False)
    if task is None or not task.homogeneous:
        return []
    if not 2 <= len(task.variables) <= MAX_VARIABLES or len(task.signs) < len(task.variables):
        return []
    images = {order: _image(task, order) for order in permutations(task.variables)}
    different = list(dict.fromkeys(map(str, images.values())))
    if len(different) > MAX_LEMMAS:
        return []
    sequent = encoder.sequent
    lemmas: dict[str, _Lemma] = {}
    taken = sequent
    for text in different:
        polynomial = next(image for image in images.values() if str(image) == text)
        name = taken.fresh("key")
        taken = taken.naming(name)
        lemma = _lemma(task, polynomial, name)
        if lemma is None:
            return []
        lemmas[text] = lemma
    tree, scale = task.ring.tree(task.wanted)
    names: list[str] = []
    for wish in ("hw", "ho", "ho", "ho"):
        names.append(taken.naming(*names).fresh(wish))
    claim = Fact(tree, names[0], task.strict)
    orders = _orders(task, names[1:], {order: lemmas[str(image)] for order, image in images.items()})
    symbol = "<" if task.strict else "≤"
    stated = f"have {names[0]} : 0 {symbol} {shown(tree, encoder.atoms, typed=True)} := by"
    parts = [(int(scale * size), lead) for size, lead in task.leads] + [
        (1, Part(Product.of(claim), task.ring.polynomial(tree)))
    ]
    scaled = [(scale * multiple, equation) for multiple, equation in task.multiples]
    ends = printed_refutation(encoder, task.ring, task.clearing, parts, scaled, negated)
    found = []
    for end, take in zip((ends[0], ends[-1]) if ends else (), (0, -1), strict=False):
        known = [
            f"have {lemma.name} : {lemma.claim} := by\n  {_inside(lemma.proofs[take])}" for lemma in lemmas.values()
        ]
        proof = "\n".join([*known, stated, "  " + orders.replace("\n", "\n  "), *end])
        if len(proof) <= MAX_TEXT and [proof] not in found:
            found.append([proof])
    return found


def _inside(lines: Sequence[str]) -> str:
    return "\n".join(lines).replace("\n", "\n  ")


def _image(task: Task, order: Sequence[int]) -> fmpq_mpoly:
    """Return the polynomial in the differences of variables that are in this order."""
    small = Ring(len(order))
    sums = [sum(small.gens[: at + 1], small.zero) for at in range(len(order))]
    places = dict(zip(order, sums, strict=True))
    images = [places.get(v, small.zero) for v in range(len(task.ring.gens))]
    return task.wanted.compose(*images, ctx=small.context)


def _lemma(task: Task, polynomial: fmpq_mpoly, name: str) -> _Lemma | None:
    """State that a polynomial in differences is not negative, with its proofs by sums of squares."""
    domain = task.encoder.domain
    small = Ring(len(polynomial.context().names()))
    tree, _ = small.tree(polynomial)
    variables = _NAMES[: len(small.gens)]
    strict = [task.strict and all(sign.strict for sign in task.signs.values()), False, False]
    comparisons = [f"0 {'<' if s else '≤'} {v}" for v, s in zip(variables, strict, strict=False)]
    text = shown(tree, variables, typed=True)
    symbol = "<" if task.strict else "≤"
    hypotheses = [f"h{v}" for v in variables]
    kind = Term("name", domain, text=domain)
    sequent = Sequent(
        dict.fromkeys(variables, kind),
        tuple(Assumption(h, parse(c)) for h, c in zip(hypotheses, comparisons, strict=True)),
        parse(f"0 {symbol} {shown(tree, variables)}"),
        frozenset([*variables, *hypotheses, "hn"]),
    )
    encoder = Encoder(sequent, domain, Signs(sequent, domain))
    for v in variables:
        encoder.encode(Term("name", v, text=v))
    lemma = "sub_pos" if symbol == "≤" else "sub_nonneg"
    negated = Fact(sub(("num", 0), tree), f"({lemma}.2 hn)", symbol == "≤")
    refused = f"refine {'not_lt' if symbol == '≤' else 'not_le'}.1 fun hn => ?_"
    proofs = by_squares(encoder, [negated], [], ("hn", refused))
    if not proofs:
        return None
    intro = f"intro {' '.join([*variables, *hypotheses])}"
    claim = f"∀ {' '.join(variables)} : {domain}, {' → '.join([*comparisons, f'0 {symbol} {text}'])}"
    return _Lemma(name, polynomial, claim, [[intro, *proof] for proof in proofs])


def _orders(task: Task, names: Sequence[str], lemmas: dict[tuple[int, ...], _Lemma]) -> str:
    """Print the distinction of all orders, each with its lemma."""
    atoms = task.encoder.atoms

    def insert(placed: tuple[int, ...], rest: tuple[int, ...], at: int, known: dict[tuple[int, int], str]) -> str:
        if not rest:
            return f"linarith [{' '.join(_applied(placed, known))}]"
        new = rest[0]
        if at == len(placed):
            return insert((*placed, new), rest[1:], 0, known)
        other, name = placed[at], names[len(known)]
        below = insert((*placed[:at], new, *placed[at:]), rest[1:], 0, {**known, (new, other): name})
        above = insert(placed, rest, at + 1, {**known, (other, new): name})
        cases = f"rcases le_total {atoms[new]} {atoms[other]} with {name} | {name}"
        return "\n".join([cases, block("· ", below), block("· ", above)])

    def _applied(placed: tuple[int, ...], known: dict[tuple[int, int], str]) -> Iterator[str]:
        yield lemmas[placed].name
        yield atoms[placed[0]]
        for low, high in pairwise(placed):
            yield f"({atoms[high]} - {atoms[low]})"
        sign = task.signs[placed[0]]
        wanted = task.strict and all(known.strict for known in task.signs.values())
        yield sign.proof if not sign.strict or wanted else f"(le_of_lt {sign.proof})"
        for low, high in pairwise(placed):
            yield f"(sub_nonneg.2 {known[low, high]})"

    return insert(task.variables[:1], task.variables[1:], 0, {})
