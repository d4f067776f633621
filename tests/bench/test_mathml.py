# ruff: noqa: RUF001 (letters of mathematics)
"""Formulas of informal statements, as MathML: what is drawn, and what is left as it was written."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from prover.report.mathml import formula, informal_html


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x^2", "<msup><mi>x</mi><mn>2</mn></msup>"),
        (r"\frac{1}{2}", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
        (r"\sum_{i=1}^n i", "<munderover><mo>∑</mo>"),
        (r"a \le b", "<mo>≤</mo>"),
        (r"\mathbb{R}", "<mi>ℝ</mi>"),
        (r"\text{ and }", "<mtext> and </mtext>"),
        (r"f'(x)", "<msup><mi>f</mi><mrow><mo>′</mo></mrow></msup>"),
        (r"\begin{cases} x & y \\ z & w \end{cases}", "<mtable><mtr><mtd>"),
        (r"\left( a \right)", "<mo>(</mo>"),
        (r"f(x)", '<mo stretchy="false">(</mo>'),
        (r"\left. x \right|", "<mrow><mi>x</mi><mo>|</mo>"),
        (r"\mathop{\text{lcm}}[n, k]", "<mtext>lcm</mtext>"),
        ("-1", "<mo>−</mo><mn>1</mn>"),
        ("a < b", "<mo>&lt;</mo>"),
    ],
)
def test_draws(source: str, expected: str) -> None:
    found = formula(source)
    assert found is not None and expected in found
    ElementTree.fromstring(found)  # it is well-formed


@pytest.mark.parametrize(
    "source",
    [r"\frac{1}", r"\unknown", "{x", "x}", r"\begin{tikz}\end{tikz}", "x^", r"\left(" * 0 + "a & b", "{" * 500],
)
def test_leaves_what_it_does_not_know(source: str) -> None:
    assert formula(source) is None


def test_prose_is_escaped_and_unknown_formulas_stay() -> None:
    assert informal_html("<b> $x<1$ & $\\foo$") == (
        "&lt;b&gt; <math><mrow><mi>x</mi><mo>&lt;</mo><mn>1</mn></mrow></math> &amp; <code>$\\foo$</code>"
    )
    assert informal_html("costs \\$5") == "costs \\$5"
    assert "script" not in informal_html("$\\text{<script>}$").replace("&lt;script&gt;", "")
    assert informal_html("a $$x = 1$$ b").count('display="block"') == 1
