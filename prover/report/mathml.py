# ruff: noqa: RUF001 (a table of mathematical letters)
"""Informal statements with their mathematics: LaTeX between dollars becomes MathML, which browsers draw by themselves.

The part of LaTeX that competition problems use is read: scripts, fractions, roots, sums, brackets, letters, relations,
text, matrices and cases. A formula with anything else stays as it was written, as code: nothing is drawn wrongly.
KaTeX reads more, and with its fonts adds half a megabyte to every page; of 783 formulas of miniF2F's `valid`, one
stays as code.
"""

from __future__ import annotations

import re
from html import escape

_FORMULA = re.compile(r"\$\$(.+?)\$\$|\\\[(.+?)\\\]|\$((?:\\.|[^$\\])+)\$|\\\((.+?)\\\)", re.DOTALL)
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[{}^_&]|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
_DEEPEST = 60

_GREEK = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi
    varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
"""
_LETTERS = {
    **dict(zip(_GREEK.split(), "αβγδϵεζηθικλμνξπρστυϕφχψωΓΔΘΛΞΠΣΦΨΩ", strict=True)),
    "infty": "∞", "ell": "ℓ", "emptyset": "∅", "varnothing": "∅", "partial": "∂", "angle": "∠", "triangle": "△",
    "degree": "°", "prime": "′", "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "hbar": "ℏ",
    "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "top": "⊤", "square": "□", "circ": "∘",
}  # fmt: skip
_OPERATORS = {
    "cdot": "·", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥",
    "geq": "≥", "geqslant": "≥", "ne": "≠", "neq": "≠", "equiv": "≡", "approx": "≈", "sim": "∼", "cong": "≅", "to": "→",
    "rightarrow": "→", "Rightarrow": "⇒", "implies": "⟹", "iff": "⟺", "leftrightarrow": "↔", "Leftrightarrow": "⇔",
    "leftarrow": "←", "mapsto": "↦", "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "cup": "∪",
    "cap": "∩", "setminus": "∖", "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨", "neg": "¬", "lnot": "¬",
    "forall": "∀", "exists": "∃", "mid": "∣", "nmid": "∤", "parallel": "∥", "perp": "⊥", "star": "⋆", "ast": "∗",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩", "lvert": "|", "rvert": "|",
    "vert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "{": "{", "}": "}", "|": "‖", "colon": ":", "propto": "∝",
    "ll": "≪", "gg": "≫", "oplus": "⊕", "otimes": "⊗", "backslash": "∖", "lbrace": "{", "rbrace": "}", "%": "%",
    "#": "#", "&": "&", "$": "$", "_": "_", "because": "∵", "therefore": "∴",
}  # fmt: skip
_BIG = {
    "sum": "∑", "prod": "∏", "int": "∫", "bigcup": "⋃", "bigcap": "⋂", "lim": "lim", "max": "max", "min": "min",
    "sup": "sup", "inf": "inf", "limsup": "lim sup", "liminf": "lim inf",
}  # fmt: skip
_NAMED = """
    sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln exp gcd lcm deg det dim ker arg mod hom
"""
_FUNCTIONS = tuple(_NAMED.split())
_SPACES = {
    ",": "0.17em",
    ";": "0.28em",
    ":": "0.22em",
    "!": "-0.17em",
    " ": "0.25em",
    "quad": "1em",
    "qquad": "2em",
    "~": "0.25em",
}
_ALPHABETS = {
    "mathbb": "double-struck",
    "mathbf": "bold",
    "mathrm": "normal",
    "mathcal": "script",
    "boldsymbol": "bold",
}
_DOUBLE = {"N": "ℕ", "Z": "ℤ", "Q": "ℚ", "R": "ℝ", "C": "ℂ", "P": "ℙ", "F": "𝔽"}
_ACCENTS = {
    "overline": "‾",
    "bar": "‾",
    "hat": "^",
    "widehat": "^",
    "vec": "→",
    "overrightarrow": "→",
    "tilde": "~",
    "dot": "˙",
}
_TEXTS = ("text", "textbf", "textit", "mbox", "textrm", "operatorname", "mathrm", "hbox", "operatorname*")
_IGNORED = (
    "left",
    "right",
    "big",
    "Big",
    "bigg",
    "Bigg",
    "bigl",
    "bigr",
    "Bigl",
    "Bigr",
    "displaystyle",
    "limits",
    "nolimits",
    "textstyle",
    "middle",
)
_TABLES = {
    "matrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "vmatrix": ("|", "|"), "cases": ("{", ""),
    "array": ("", ""), "aligned": ("", ""), "align": ("", ""), "align*": ("", ""), "gathered": ("", ""),
}  # fmt: skip


class _Unread(Exception):
    """A formula with something that is not read here."""


def informal_html(text: str) -> str:
    """Return an informal statement as HTML, its formulas as MathML; every other character is escaped."""
    parts: list[str] = []
    at = 0
    for match in _FORMULA.finditer(text):
        source = next(group for group in match.groups() if group is not None)
        block = match[0].startswith(("$$", "\\["))
        parts += [_prose(text[at : match.start()]), formula(source, block) or f"<code>{escape(match[0])}</code>"]
        at = match.end()
    return "".join([*parts, _prose(text[at:])])


def formula(source: str, block: bool = False) -> str | None:
    """Return the MathML of a formula, or None for one that is not read whole."""
    try:
        reader = _Reader(_TOKEN.findall(source))
        body = reader.row(("",))
        if not reader.done:
            return None
    except (_Unread, RecursionError):
        return None
    display = ' display="block"' if block else ""
    return f"<math{display}>{body}</math>"


def _prose(text: str) -> str:
    return escape(re.sub(r"\\(?:textbf|emph|textit)\{([^{}]*)\}", r"\1", text))


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    def row(self, ends: tuple[str, ...]) -> str:
        """Return the terms up to one of the ends, which is left in place."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Unread
        parts: list[str] = []
        while not self.done and self._next() not in ends:
            parts.append(self._scripted())
        self._depth -= 1
        return f"<mrow>{''.join(parts)}</mrow>" if len(parts) != 1 else parts[0]

    def _scripted(self) -> str:
        token = self._next()
        base, big = ("<mrow></mrow>", False) if token in "^_" else self._atom()
        low = high = ""
        while not self.done and self._next().strip() in ("^", "_", "") and self._next() != "":
            mark = self._next()
            if not mark.strip():
                if self._at + 1 < len(self._tokens) and self._tokens[self._at + 1] in "^_":
                    self._at += 1
                    continue
                break
            self._at += 1
            script = self._argument()
            if mark == "^":
                high = script
            else:
                low = script
        while not self.done and self._next() == "'":
            self._at += 1
            high += "<mo>′</mo>"
        under, over, both = ("munder", "mover", "munderover") if big else ("msub", "msup", "msubsup")
        if low and high:
            return f"<{both}>{base}{low}{_group(high)}</{both}>"
        if low:
            return f"<{under}>{base}{low}</{under}>"
        return f"<{over}>{base}{_group(high)}</{over}>" if high else base

    def _argument(self) -> str:
        self._skip()
        if self.done:
            raise _Unread
        if self._next() == "{":
            return self._braces()
        return self._atom()[0]

    def _braces(self) -> str:
        self._expect("{")
        body = self.row(("}",))
        self._expect("}")
        return body

    def _atom(self) -> tuple[str, bool]:
        token = self._take()
        if not token.strip():
            return "", False
        if token == "{":
            self._at -= 1
            return self._braces(), False
        if token[0].isdigit():
            return f"<mn>{token}</mn>", False
        if token == "~":
            return '<mspace width="0.25em"></mspace>', False
        if token[0] != "\\":
            if token in "^_&}":
                raise _Unread
            if token.isalpha():
                return f"<mi>{escape(token)}</mi>", False
            if token in "()[]|":  # of their own height; after \\left and \\right they grow
                return f'<mo stretchy="false">{token}</mo>', False
            return f"<mo>{escape('−' if token == '-' else token)}</mo>", False
        return self._command(token[1:])

    def _delimiter(self) -> str:
        self._skip()
        token = self._take()
        if token == ".":
            return ""
        return self._command(token[1:])[0] if token[0] == "\\" else f"<mo>{escape(token)}</mo>"

    def _command(self, name: str) -> tuple[str, bool]:
        if name in _LETTERS:
            return f"<mi>{_LETTERS[name]}</mi>", False
        if name in _OPERATORS:
            return f"<mo>{escape(_OPERATORS[name])}</mo>", False
        if name in _BIG:
            kind = "mo" if len(_BIG[name]) == 1 else "mi"
            return f"<{kind}>{_BIG[name]}</{kind}>", True
        if name in _FUNCTIONS:
            return f"<mi>{name}</mi>", False
        if name in _SPACES:
            return f'<mspace width="{_SPACES[name]}"></mspace>', False
        if name in ("left", "right"):
            return self._delimiter(), False
        if name in _IGNORED:
            return "", False
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            return f"<mfrac>{self._argument()}{self._argument()}</mfrac>", False
        if name in ("binom", "dbinom"):
            inner = f'<mfrac linethickness="0">{self._argument()}{self._argument()}</mfrac>'
            return f"<mrow><mo>(</mo>{inner}<mo>)</mo></mrow>", False
        if name == "sqrt":
            return self._root(), False
        if name in _TEXTS:
            return f"<mtext>{escape(self._raw())}</mtext>", False
        if name in _ALPHABETS:
            letters = self._raw()
            if name == "mathbb":
                return f"<mi>{''.join(_DOUBLE.get(letter, letter) for letter in letters)}</mi>", False
            return f'<mi mathvariant="{_ALPHABETS[name]}">{escape(letters)}</mi>', False
        if name in _ACCENTS:
            return f"<mover>{self._argument()}<mo>{_ACCENTS[name]}</mo></mover>", False
        if name == "pmod":
            return (
                f"<mrow><mo>(</mo><mi>mod</mi><mspace width='0.3em'></mspace>{self._argument()}<mo>)</mo></mrow>",
                False,
            )
        if name in ("bmod", "pod"):
            return "<mo>mod</mo>", False
        if name == "boxed":
            return f'<menclose notation="box">{self._argument()}</menclose>', False
        if name in ("mathop", "operatorname", "operatorname*"):
            return self._argument(), False
        if name == "begin":
            return self._table(), False
        raise _Unread

    def _root(self) -> str:
        self._skip()
        if not self.done and self._next() == "[":
            self._at += 1
            index = self.row(("]",))
            self._expect("]")
            return f"<mroot>{self._argument()}{index}</mroot>"
        return f"<msqrt>{self._argument()}</msqrt>"

    def _table(self) -> str:
        name = self._raw()
        if name not in _TABLES:
            raise _Unread
        if name == "array":
            self._raw()
        rows: list[list[str]] = [[]]
        while True:
            rows[-1].append(self.row(("&", "\\\\", "\\end")))
            mark = self._take()
            if mark == "\\\\":
                rows.append([])
            elif mark == "\\end":
                break
        if self._raw() != name:
            raise _Unread
        cells = "".join(
            "<mtr>" + "".join(f"<mtd>{cell}</mtd>" for cell in row) + "</mtr>"
            for row in rows
            if row != ["<mrow></mrow>"]
        )
        left, right = _TABLES[name]
        return f"<mrow><mo>{left}</mo><mtable>{cells}</mtable><mo>{right}</mo></mrow>"

    def _raw(self) -> str:
        self._expect("{")
        parts: list[str] = []
        depth = 1
        while True:
            token = self._take()
            depth += (token == "{") - (token == "}")
            if depth == 0:
                return "".join(parts)
            parts.append(token)

    def _skip(self) -> None:
        while not self.done and not self._next().strip():
            self._at += 1

    def _next(self) -> str:
        return self._tokens[self._at]

    def _take(self) -> str:
        if self.done:
            raise _Unread
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, token: str) -> None:
        self._skip()
        if self._take() != token:
            raise _Unread


def _group(parts: str) -> str:
    return f"<mrow>{parts}</mrow>" if parts.count("<mo>′</mo>") else parts
