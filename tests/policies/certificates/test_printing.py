"""Terms printed with the brackets they need: what is printed reads as the term that it was made of."""

from __future__ import annotations

import pytest

from prover.policies.certificates.reading.grammar import parse
from prover.policies.certificates.reading.printing import show, spelled, substituted
from prover.policies.certificates.reading.terms import Term


def bare(term: Term) -> Term:
    return Term(term.kind, term.value, tuple(bare(part) for part in term.args), term.names)


@pytest.mark.parametrize(
    "text",
    [
        "a - b - c",
        "a - (b - c)",
        "a * (b + c) / d",
        "a / (b * c)",
        "-x ^ 2 + (-x) ^ 2",
        "(a ^ b) ^ c = a ^ b ^ c",
        "a ^ 2 ≤ b ∧ (c = d ∨ ¬a < b) → p",
        "(p → q) → r",
        "f (x + 1) (g y) + f x⁻¹ (-1)",
        "∃ n, ∀ x > 0, x < n ∧ n % 3 = 1",
        "(∀ x, x = y) → ∑ k ∈ range n, (k + 1) ^ 2 = m",
        "|x - y| + √(x + 1)",
        "(2 : ℝ) * (n : ℝ)",
    ],
)
def test_a_term_without_its_text_is_printed_as_it_was(text: str) -> None:
    term = parse(text)
    assert show(bare(term), 0) == text
    assert parse(show(bare(term))) == term


def test_what_is_put_for_a_name_has_brackets_where_it_needs_them() -> None:
    put = substituted(parse("2 * x - x ^ 2"), {"x": parse("a + 1")})
    assert spelled(put).text == "2 * (a + 1) - (a + 1) ^ 2"
