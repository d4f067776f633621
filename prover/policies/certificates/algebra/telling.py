"""Certificates as a person would write them: `linear_combination …` for equations, `nlinarith […]` for inequalities.

Both tactics are Mathlib's, and those of `core` do the same. They find the numbers of a certificate again, so only its
products are printed. What cannot be said that way stays an exact certificate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from prover.policies.certificates.algebra.facts import Equation
from prover.policies.certificates.algebra.products import Product
from prover.policies.certificates.algebra.trees import Tree
from prover.policies.certificates.reading.printing import is_whole

MOST = 600
"""Characters beyond which nobody reads a combination."""
_OURS = "Certificate."
"""Lemmas that Mathlib has not; and their numerals equal those of a statement by unfolding only."""
_NAMED = re.compile(r"\((?:sub_pos|sub_nonneg)\.2 [^\s().]+\)|[^\s().]+")
_TYPED = re.compile(r"\(((?:√[\w'₀-₉]+|Real\.(?:exp|log|sin|cos|sqrt) [\w'₀-₉]+|\|[^|]*\|)) : ℝ\)")
_LEVEL = {"add": 1, "sub": 1, "neg": 1, "mul": 2, "pow": 3}


def combined(domain: str, scale: int, factors: Sequence[tuple[Tree, Equation]], atoms: Sequence[str]) -> str | None:
    """Print the proof of an equation by trees times equations, over a number; None where it cannot be said or is long.

    Quotients by numerals and decimal fractions are left to the tactic. Integers have no quotients that a combination
    could use.
    """
    if domain == "ℤ" and scale != 1:
        return None
    parts: list[str] = []
    for tree, known in factors:
        if _by_numeral(known):
            continue
        minus, plain = (True, tree[1]) if tree[0] == "neg" else (False, tree)
        text = known.proof if plain == ("num", 1) else f"{shown(plain, atoms, 2)} * {known.proof}"
        parts.append((" - " if minus else " + ") + text if parts else ("-" if minus else "") + text)
    if not parts:
        return "ring"
    whole = "".join(parts)
    if scale != 1:
        whole = f"({whole}) / {scale}" if len(parts) > 1 else f"{whole} / {scale}"
    return f"linear_combination {whole}" if len(whole) <= MOST and _OURS not in whole else None


def hinted(
    parts: Sequence[tuple[int, Product]],
    multiples: Sequence[tuple[Tree, Equation]],
    atoms: Sequence[str],
    negated: tuple[str, str] | None,
) -> list[str] | None:
    """Print the proof of `False`, or of a goal whose negation has a name and is opened by a tactic, by its products.

    None where an equation is multiplied with more than a number, or it is too long.
    """
    hints: list[str] = []
    for tree, known in multiples:
        if not _by_numeral(known):
            if (tree[1] if tree[0] == "neg" else tree)[0] != "num":
                return None
            hints += [] if _NAMED.fullmatch(known.proof) else [known.proof]
    for product in (_without_numbers(whole) for _, whole in parts):
        if product.fact is not None:
            hints += [] if _NAMED.fullmatch(product.fact.proof) else [product.fact.proof]
        elif (text := _proof(product, atoms)) is not None:
            hints.append(text)
    body = ", ".join(dict.fromkeys(hint[1:-1] if is_whole(hint) else hint for hint in hints))
    tactic = f"nlinarith [{body}]" if hints else "linarith"
    if len(body) > MOST or _OURS in body:
        return None
    if negated is None or not re.search(rf"(?<![\w.]){re.escape(negated[0])}(?![\w'])", body):
        return [tactic]
    return [negated[1], tactic]


def _proof(product: Product, atoms: Sequence[str], outer: bool = True) -> str | None:
    """Print a proof that a product is positive, or not negative; None for 1."""
    product = _without_numbers(product)
    if product.factors is not None:
        left, right = product.factors
        lemma = "mul_pos" if product.strict else "mul_nonneg"
        sides = [_weak(side, atoms, product.strict) for side in (left, right)]
        text = f"{lemma} {' '.join(sides)}"
    elif product.root is not None:
        text = f"sq_nonneg {shown(product.root, atoms, 4)}"
    elif product.fact is not None:
        return product.fact.proof
    else:
        return None
    return text if outer else f"({text})"


def _without_numbers(product: Product) -> Product:
    """Return the product without factors that are numerals: the tactic finds numbers by itself."""
    while product.factors is not None:
        left, right = product.factors
        if left.tree[0] == "num":
            product = right
        elif right.tree[0] == "num":
            product = left
        else:
            break
    return product


def _weak(product: Product, atoms: Sequence[str], strict: bool) -> str:
    product = _without_numbers(product)
    text = _proof(product, atoms, outer=False) or ""
    return text if strict or not product.strict else f"(le_of_lt {text})"


def _by_numeral(known: Equation) -> bool:
    """Whether an equation says what a quotient by a numeral is, or a decimal fraction, which the tactics know."""
    left = known.left
    return known.proof.startswith(("(div_mul_cancel₀ ", "(by norm_num : ")) and left[0] == "mul" and left[2][0] == "num"


def shown(tree: Tree, atoms: Sequence[str], level: int = 0, typed: bool = False) -> str:
    """Print a tree with as few brackets as it takes; `level` says how strongly its neighbours bind.

    `typed` writes exponents as `(2 : ℕ)`: Lean's time for exponents whose type is a default grows with their square.
    """
    head = tree[0]
    if head == "num":
        return str(tree[1])
    if head == "var":
        known = _TYPED.fullmatch(atoms[tree[1]])
        atom = known[1] if known else atoms[tree[1]]
        return atom if known or re.fullmatch(r"[\w.'₀-₉]+", atom) or is_whole(atom) else f"({atom})"
    own = _LEVEL[head]
    if head == "neg":
        text = f"-{shown(tree[1], atoms, 2, typed)}"
    elif head == "pow":
        exponent = f"({tree[2]} : ℕ)" if typed else str(tree[2])
        text = f"{shown(tree[1], atoms, 4, typed)} ^ {exponent}"
    else:
        if head == "add" and tree[1][0] == "neg":
            head, tree = "sub", ("sub", tree[2], tree[1][1])
        symbol = {"add": "+", "sub": "-", "mul": "*"}[head]
        text = f"{shown(tree[1], atoms, own, typed)} {symbol} {shown(tree[2], atoms, own + 1, typed)}"
    return f"({text})" if own < level else text
