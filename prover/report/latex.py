# ruff: noqa: RUF001 (a table of mathematical letters)
"""The commands of LaTeX that formulas of informal statements use, and what is drawn for them."""

from __future__ import annotations

_GREEK = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi
    varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
"""
LETTERS = {
    **dict(zip(_GREEK.split(), "αβγδϵεζηθικλμνξπρστυϕφχψωΓΔΘΛΞΠΣΦΨΩ", strict=True)),
    "infty": "∞", "ell": "ℓ", "emptyset": "∅", "varnothing": "∅", "partial": "∂", "angle": "∠", "triangle": "△",
    "degree": "°", "prime": "′", "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "hbar": "ℏ",
    "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "top": "⊤", "square": "□",
}  # fmt: skip
OPERATORS = {
    "cdot": "·", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥",
    "geq": "≥", "geqslant": "≥", "ne": "≠", "neq": "≠", "equiv": "≡", "approx": "≈", "sim": "∼", "cong": "≅", "to": "→",
    "rightarrow": "→", "Rightarrow": "⇒", "implies": "⟹", "iff": "⟺", "leftrightarrow": "↔", "Leftrightarrow": "⇔",
    "leftarrow": "←", "mapsto": "↦", "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "cup": "∪",
    "cap": "∩", "setminus": "∖", "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨", "neg": "¬", "lnot": "¬",
    "forall": "∀", "exists": "∃", "mid": "∣", "nmid": "∤", "parallel": "∥", "perp": "⊥", "star": "⋆", "ast": "∗",
    "colon": ":", "propto": "∝", "ll": "≪", "gg": "≫", "oplus": "⊕", "otimes": "⊗", "backslash": "∖", "circ": "∘",
    "because": "∵", "therefore": "∴", "int": "∫", "iint": "∬", "oint": "∮", "lt": "<", "gt": ">",
}  # fmt: skip
SIGNS = {"%": "%", "#": "#", "&": "&", "$": "$", "_": "_"}
"""What has no space around it."""
OPENING = {"{": "{", "lbrace": "{", "lfloor": "⌊", "lceil": "⌈", "langle": "⟨", "lvert": "|", "lVert": "‖"}
CLOSING = {"}": "}", "rbrace": "}", "rfloor": "⌋", "rceil": "⌉", "rangle": "⟩", "rvert": "|", "rVert": "‖"}
BARS = {"|": "‖", "vert": "|", "Vert": "‖"}
"""Brackets are of their own height; behind `\\left` and `\\right` they grow."""
BIG = {
    "sum": "∑", "prod": "∏", "bigcup": "⋃", "bigcap": "⋂", "lim": "lim", "max": "max", "min": "min",
    "sup": "sup", "inf": "inf", "limsup": "lim sup", "liminf": "lim inf",
}  # fmt: skip
"""What has its limits above and below."""
_NAMED = """
    sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log lg ln exp gcd lcm deg det dim ker arg mod hom
"""
FUNCTIONS = tuple(_NAMED.split())
SPACES = {
    ",": "0.17em",
    ";": "0.28em",
    ":": "0.22em",
    " ": "0.25em",
    "quad": "1em",
    "qquad": "2em",
}
DOUBLE = {"N": "ℕ", "Z": "ℤ", "Q": "ℚ", "R": "ℝ", "C": "ℂ", "P": "ℙ", "F": "𝔽"}
SCRIPT = {
    letter: {"B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ"}.get(
        letter, chr(0x1D49C + number)
    )
    for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}
ACCENTS = {"hat": "^", "widehat": "^", "vec": "→", "overrightarrow": "→", "tilde": "~", "dot": "˙"}
TEXTS = ("text", "textit", "mbox", "textrm", "hbox")
NAMES = ("operatorname", "operatorname*", "mathrm")
SIZES = ("big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "!")
"""What is left out of account."""
TABLES = {
    "matrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "vmatrix": ("|", "|"), "cases": ("{", ""),
    "array": ("", ""), "aligned": ("", ""), "align": ("", ""), "align*": ("", ""), "gathered": ("", ""),
    "equation*": ("", ""), "gather*": ("", ""),
}  # fmt: skip
COLUMNS = {"cases": "cases", "aligned": "aligned", "align": "aligned", "align*": "aligned"}
"""How the columns of a table stand, a class of the style sheet."""
