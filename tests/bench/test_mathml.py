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
        (r"a\text{ and }b", "<mtext>\xa0and\xa0</mtext>"),
        (r"f'(x)", "<msup><mi>f</mi><mrow><mo>′</mo></mrow></msup>"),
        (r"\begin{cases} x & y \\ z & w \end{cases}", '<mtable class="cases"><mtr><mtd>'),
        (r"\left( a \right)", '<mo form="prefix" stretchy="true">(</mo><mi>a</mi>'),
        (r"f(x)", '<mo stretchy="false">(</mo>'),
        (r"\left. x \right|", '<mrow><mi>x</mi><mo form="postfix" stretchy="true">|</mo></mrow>'),
        (r"\left(x\right) + y", "</mo></mrow><mo>+</mo><mi>y</mi>"),
        (r"\mathop{\text{lcm}}[n, k]", "<mtext>lcm</mtext>"),
        ("-1", '<mo form="prefix">−</mo><mn>1</mn>'),
        ("f(-1)", '(</mo><mo form="prefix">−</mo><mn>1</mn>'),
        ("(a)-1", ")</mo><mo>−</mo><mn>1</mn>"),
        ("|x|-1", '<mo form="postfix" stretchy="false">|</mo><mo>−</mo>'),
        ("a|b", '<mi>a</mi><mo stretchy="false">|</mo><mi>b</mi>'),
        (r"\sum\limits_{i=1}^n i", '<munderover><mo movablelimits="false">∑</mo>'),
        (r"\sum_{i=1} ^n i", "<munderover><mo>∑</mo>"),
        (r"\int_0^1 x", "<msubsup><mo>∫</mo>"),
        (r"\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        (
            r"2\sin x",
            '<mn>2</mn><mspace width="0.17em"></mspace><mi>sin</mi><mspace width="0.17em"></mspace><mi>x</mi>',
        ),
        (r"\sin(x)", '<mi>sin</mi><mo stretchy="false">('),
        (r"18{,}000", "<mn>18</mn><mtext>,</mtext><mn>000</mn>"),
        (r"18,\!000", "<mn>18</mn><mtext>,</mtext><mn>000</mn>"),
        (r"\$18", "<mtext>$</mtext><mn>18</mn>"),
        (r"a \not\equiv b", "<mo>≢</mo>"),
        (r"\dfrac{1}{2}", '<mstyle displaystyle="true"><mfrac>'),
        (r"\displaystyle\sum_k k", '<mstyle displaystyle="true"><mrow><munder>'),
        (r"\boxed{4}", '<mrow class="boxed"><mn>4</mn></mrow>'),
        (r"\mathbf{v}", '<mi mathvariant="normal" class="bold">v</mi>'),
        (r"\mathcal{A}", "<mi>𝒜</mi>"),
        (r"a = 1\\ b = 2", "</mtd></mtr><mtr><mtd>"),
        ("^2", "<msup><mrow></mrow><mn>2</mn></msup>"),
        ("a < b", "<mo>&lt;</mo>"),
    ],
)
def test_draws(source: str, expected: str) -> None:
    found = formula(source)
    assert found is not None and expected in found
    ElementTree.fromstring(found)  # it is well-formed


@pytest.mark.parametrize(
    "source",
    [
        r"\frac{1}",
        r"\unknown",
        "{x",
        "x}",
        r"\begin{tikz}\end{tikz}",
        "x^",
        "a & b",
        "{" * 500,
        r"\left(x",
        r"x\right)",
        r"\left\alpha x\right)",
        r"\not{x}",
        r"\not",
    ],
)
def test_leaves_what_it_does_not_know(source: str) -> None:
    assert formula(source) is None


def test_prose_is_escaped_and_unknown_formulas_stay() -> None:
    assert informal_html("<b> $x<1$ & $\\foo$") == (
        "&lt;b&gt; <math><mrow><mi>x</mi><mo>&lt;</mo><mn>1</mn></mrow></math> &amp; <code>$\\foo$</code>"
    )
    assert informal_html("costs \\$5, 20\\% and $x$") == "costs $5, 20% and <math><mi>x</mi></math>"
    assert "script" not in informal_html("$\\text{<script>}$").replace("&lt;script&gt;", "")
    assert informal_html("a $$x = 1$$ b").count('display="block"') == 1


def test_marks_between_formulas_are_taken_off() -> None:
    assert informal_html("a [[floor function|greatest integer]]<br>of a [[cube]]") == "a greatest integerof a cube"
    assert informal_html("a < b and b > c") == "a &lt; b and b &gt; c"
    assert informal_html("it is \\frac{25}{16}.") == "it is <math><mfrac><mn>25</mn><mn>16</mn></mfrac></math>."
    assert informal_html("it is 40,\\!000") == "it is <math><mrow><mn>40</mn><mtext>,</mtext><mn>000</mn></mrow></math>"
    aligned = informal_html("such that \\begin{align*}a&=1\\\\b&=2\\end{align*} then")
    assert aligned.count("<mtr>") == 2 and 'display="block"' in aligned and 'class="aligned"' in aligned
    assert informal_html("$a$\\n\\textbf{(A)} 5").endswith(" (A) 5")


def test_a_long_formula_can_be_broken_at_its_signs() -> None:
    long = informal_html(f"${' + '.join(f'x_{number}^2' for number in range(9))} = y$")
    parts = long.split("<wbr>")
    assert len(parts) == 10 and all(part.startswith("<math>") and part.endswith("</math>") for part in parts)
    assert parts[0].endswith('<mo form="infix">+</mo></mrow></math>') and "<wbr>" not in informal_html("$x + y = z$")
    lines = informal_html(f"${' + '.join('xyz')} = 1 {chr(92) * 2} {' + '.join('abcdefghijk')} = 2$")
    assert lines.count("<mtr>") == 2 and "<wbr>" not in lines
