# ruff: noqa: RUF001 (letters of mathematics)
"""Informal statements with their mathematics: LaTeX between dollars becomes MathML, which browsers draw by themselves.

The part of LaTeX that competition problems use is read: scripts, fractions, roots, sums, brackets, letters, relations,
text, matrices and cases. A formula with anything else stays as it was written, as code: nothing is drawn wrongly.
KaTeX 0.16 reads more, but a page that loads nothing would have to hold its program (277 KB), its style sheet (23 KB)
and its fonts (346 KB in base64). All 809 formulas of miniF2F's `valid` are 130 KB of MathML, and none stays as code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape

from prover.report.latex import (
    ACCENTS,
    BARS,
    BIG,
    CLOSING,
    COLUMNS,
    DOUBLE,
    FUNCTIONS,
    LETTERS,
    NAMES,
    OPENING,
    OPERATORS,
    SCRIPT,
    SIGNS,
    SIZES,
    SPACES,
    TABLES,
    TEXTS,
)

_BRACES = r"\{[^{}]*\}"
_FORMULA = re.compile(
    r"\$\$(?P<b1>.+?)\$\$|\\\[(?P<b2>.+?)\\\]|(?<!\\)\$(?P<i1>(?:\\.|[^$\\])+)\$|\\\((?P<i2>.+?)\\\)"
    # What some statements hold outside of dollars.
    rf"|(?P<b3>\\begin\{{(?P<name>[a-z]+\*?)\}}.+?\\end\{{(?P=name)\}})|(?P<i3>\\[cdt]?frac{_BRACES}{_BRACES}"
    rf"|\\(?:sqrt|mathrm|boxed){_BRACES}|\d+,\\!\d+)",
    re.DOTALL,
)
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[{}^_&]|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
_LEADING = re.compile(r"(?:<m(?:under|over|sub|sup|underover|subsup)>)?<mo[^>]*>(.*?)</mo>")
_MARKUP = re.compile(r"</?(?:div|span|center|br|nowiki)\b[^<>]*>")
_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_DEEPEST = 60
_LONG = 30
"""Formulas of so many tokens may be broken."""
_BREAKS = ("=", "&lt;", "&gt;", "≤", "≥", "≠", "≡", "→", "⟹", "⟺", "+", "−", "·", "×", ",")
_FUNCTION_SPACE = '<mspace width="0.17em"></mspace>'
_OPERANDS = ")]}⌋⌉⟩!′"
"""Operators behind which an operand has ended: a sign there is no prefix."""


class _Unread(Exception):
    """A formula with something that is not read here."""


def informal_html(text: str) -> str:
    """Return an informal statement as HTML, its formulas as MathML; every other character is escaped."""
    text = re.sub(r"\\n(?![A-Za-z])", " ", text)
    parts: list[str] = []
    at = 0
    for match in _FORMULA.finditer(text):
        name, source = next((name, group) for name, group in match.groupdict().items() if group is not None)
        drawn = formula(source, block=name.startswith("b")) or f"<code>{escape(match[0])}</code>"
        parts += [_prose(text[at : match.start()]), drawn]
        at = match.end()
    return "".join([*parts, _prose(text[at:])])


def formula(source: str, block: bool = False) -> str | None:
    """Return the MathML of a formula, or None for one that is not read whole.

    Browsers break no line inside of a formula: a long one that stands in a text is several, one behind the other.
    """
    tokens = _TOKEN.findall(source)
    try:
        if block or len(tokens) < _LONG or "\\\\" in tokens:
            body = _Reader(tokens).whole()
            return f'<math display="block">{body}</math>' if block else f"<math>{body}</math>"
        return "<wbr>".join(f"<math><mrow>{part}</mrow></math>" for part in _Reader(tokens).pieces())
    except (_Unread, RecursionError):
        return None


def _prose(text: str) -> str:
    """Return what stands between formulas: marks of LaTeX and of a wiki are taken off."""
    text = re.sub(r"\\(?:textbf|emph|textit|text)\{([^{}]*)\}", r"\1", text)
    return escape(re.sub(r"\\([$%&#])", r"\1", _LINK.sub(r"\1", _MARKUP.sub("", text))))


class _Reader:
    """Reads the tokens of one formula. Raises `_Unread` at what it does not know."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> str:
        """Return the formula; one of several lines is a table of one column."""
        rows = [self.row(("\\\\",))]
        while not self._done:
            self._at += 1
            rows.append(self.row(("\\\\",)))
        if len(rows) == 1:
            return rows[0]
        cells = "".join(f"<mtr><mtd>{row}</mtd></mtr>" for row in rows)
        return f"<mtable>{cells}</mtable>"

    def pieces(self) -> list[str]:
        """Return the formula in pieces, each of which ends behind a relation, a sum's sign or a wide space."""
        pieces = [""]
        for term in self._terms(()):
            sign = _LEADING.fullmatch(term)
            breaks = sign is not None and sign[1] in _BREAKS and "form=" not in term
            pieces[-1] += term.replace("<mo>", '<mo form="infix">', 1) if breaks else term
            if breaks or term == _space("qquad"):
                pieces.append("")
        return [piece for piece in pieces if piece]

    def row(self, ends: tuple[str, ...]) -> str:
        """Return the terms up to one of the ends, which is left in place."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Unread
        parts = list(self._terms(ends))
        self._depth -= 1
        return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"

    def _terms(self, ends: tuple[str, ...]) -> Iterator[str]:
        operand, bars = False, 0
        while not self._done and self._next() not in ends:
            token = self._next()
            if not token.strip():
                self._at += 1
                continue
            if token in ("\\displaystyle", "\\textstyle"):
                self._at += 1
                shown = "true" if token == "\\displaystyle" else "false"
                yield f'<mstyle displaystyle="{shown}">{self.row(ends)}</mstyle>'
                return
            named = token[1:] in FUNCTIONS or len(BIG.get(token[1:], "")) > 1
            bar = token in ("|", "\\|", "\\vert", "\\Vert")
            side = self._side(operand, bars, token) if bar else ""
            bars += {"prefix": 1, "postfix": -1}.get(side, 0)
            term = self._scripted()
            if not term:
                continue
            leading = _LEADING.match(term)
            if side or (not operand and leading is not None and leading[1] in ("−", "+", "±", "∓")):
                term = term.replace("<mo", f'<mo form="{side or "prefix"}"', 1)
            if named and operand:
                yield _FUNCTION_SPACE
            yield term
            operand = (leading is None or leading[1] in _OPERANDS or side == "postfix") and not named
            if named and self._is_argument(ends):
                yield _FUNCTION_SPACE

    def _side(self, operand: bool, bars: int, token: str) -> str:
        """Tell what a bar is: one that opens, one that closes, or one that stands between, as in `a | b`."""
        if not operand:
            return "prefix"
        if bars:
            return "postfix"
        return "prefix" if self._tokens[self._at :].count(token) % 2 == 0 else ""

    def _is_argument(self, ends: tuple[str, ...]) -> bool:
        """Tell whether the argument of a function follows without a bracket."""
        rest = next((token for token in self._tokens[self._at :] if token.strip()), "")
        return bool(rest) and rest not in (*ends, "(", "[", "\\left", "\\big", "\\Big", ",", "}", "=", ")")

    def _scripted(self) -> str:
        token = self._next()
        base, big = ("", False) if token in "^_" else self._atom()
        low = high = ""
        while mark := self._mark():
            if mark in ("\\limits", "\\nolimits"):
                big = mark == "\\limits"
                base = base.replace("<mo>", '<mo movablelimits="false">', 1) if big else base
            elif mark == "^":
                high = self._argument() + high
            elif mark == "_":
                low = self._argument()
            else:
                high += "<mo>′</mo>"
        if not low and not high:
            return base
        base = base or "<mrow></mrow>"
        under, over, both = ("munder", "mover", "munderover") if big else ("msub", "msup", "msubsup")
        if low and high:
            return f"<{both}>{base}{low}{_group(high)}</{both}>"
        return f"<{under}>{base}{low}</{under}>" if low else f"<{over}>{base}{_group(high)}</{over}>"

    def _mark(self) -> str:
        """Take what sets a script, with white space in front of it; an empty text where none follows."""
        at = self._at
        while at < len(self._tokens) and not self._tokens[at].strip():
            at += 1
        if at < len(self._tokens) and self._tokens[at] in ("^", "_", "'", "\\limits", "\\nolimits"):
            self._at = at + 1
            return self._tokens[at]
        return ""

    def _argument(self) -> str:
        self._skip()
        if self._done:
            raise _Unread
        token = self._next()
        if token == "{":
            return self._braces()
        if token[0].isdigit() and len(token) > 1:  # of several digits, the first: `\frac12`
            self._tokens[self._at] = token[1:]
            return f"<mn>{token[0]}</mn>"
        return self._atom()[0] or "<mrow></mrow>"

    def _braces(self) -> str:
        self._expect("{")
        if self._tokens[self._at : self._at + 2] == [",", "}"]:  # `10{,}000`
            self._at += 2
            return "<mtext>,</mtext>"
        body = self.row(("}",))
        self._expect("}")
        return body

    def _atom(self) -> tuple[str, bool]:
        """Return the next term without scripts, and whether its scripts stand above and below it."""
        token = self._take()
        if token == "{":
            self._at -= 1
            return self._braces(), False
        if token[0].isdigit():
            return f"<mn>{token}</mn>", False
        if token == "~":
            return '<mspace width="0.25em"></mspace>', False
        if token[0] == "\\":
            return self._command(token[1:])
        if token in "^_&}":
            raise _Unread
        if token.isalpha():
            return f"<mi>{escape(token)}</mi>", False
        if token in "()[]|":
            return _bracket(token), False
        if token == "," and not self._done and self._next() == "\\!":  # `10,\!000`
            return "<mtext>,</mtext>", False
        return f"<mo>{escape('−' if token == '-' else token)}</mo>", False

    def _command(self, name: str) -> tuple[str, bool]:
        if name in BIG:
            kind = "mo" if len(BIG[name]) == 1 else "mi"
            return f"<{kind}>{BIG[name]}</{kind}>", True
        return self._plain(name) if name not in _STRUCTURES else self._structure(name), False

    def _plain(self, name: str) -> str:
        for table, written in (
            (LETTERS, "<mi>{}</mi>"),
            (OPERATORS, "<mo>{}</mo>"),
            (SIGNS, "<mtext>{}</mtext>"),
        ):
            if name in table:
                return written.format(escape(table[name]))
        if name in SPACES:
            return _space(name)
        for brackets in (OPENING, CLOSING, BARS):
            if name in brackets:
                return _bracket(brackets[name])
        if name in FUNCTIONS:
            return f"<mi>{name}</mi>"
        if name in SIZES:
            return ""
        if name in TEXTS:
            return f"<mtext>{_text(self._raw())}</mtext>"
        if name == "textbf":
            return f'<mtext class="bold">{_text(self._raw())}</mtext>'
        if name in NAMES:
            return f'<mi mathvariant="normal">{_text(self._raw())}</mi>'
        if name in ("mathbf", "boldsymbol"):
            return f'<mi mathvariant="normal" class="bold">{escape(self._raw())}</mi>'
        if name in ("mathbb", "mathcal"):
            letters = DOUBLE if name == "mathbb" else SCRIPT
            return f"<mi>{''.join(letters.get(letter, escape(letter)) for letter in self._raw())}</mi>"
        raise _Unread

    def _structure(self, name: str) -> str:
        """Return what takes arguments that are formulas themselves."""
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            drawn = f"<mfrac>{self._argument()}{self._argument()}</mfrac>"
            style = {"dfrac": "true", "cfrac": "true", "tfrac": "false"}.get(name)
            return f'<mstyle displaystyle="{style}">{drawn}</mstyle>' if style is not None else drawn
        if name in ("binom", "dbinom"):
            inner = f'<mfrac linethickness="0">{self._argument()}{self._argument()}</mfrac>'
            return f"<mrow><mo>(</mo>{inner}<mo>)</mo></mrow>"
        if name in ("left", "right"):
            return self._grown() if name == "left" else self._unread()
        if name == "middle":
            return self._delimiter("infix")
        if name == "sqrt":
            return self._root()
        if name in ("overline", "bar", "underline"):
            return f'<mrow class="{"under" if name == "underline" else "over"}">{self._argument()}</mrow>'
        if name in ("pmod", "pod"):
            word = "<mi>mod</mi><mspace width='0.3em'></mspace>" if name == "pmod" else ""
            return f"<mspace width='0.5em'></mspace><mrow>{_bracket('(')}{word}{self._argument()}{_bracket(')')}</mrow>"
        if name == "bmod":
            return "<mo>mod</mo>"
        if name == "boxed":
            return f'<mrow class="boxed">{self._argument()}</mrow>'
        if name == "mathop":
            return self._argument()
        if name == "not":
            return self._negated()
        if name == "begin":
            return self._table()
        return f"<mover>{self._argument()}<mo>{ACCENTS[name]}</mo></mover>"

    def _unread(self) -> str:
        raise _Unread

    def _negated(self) -> str:
        self._skip()
        drawn, _ = self._atom()
        sign = _LEADING.fullmatch(drawn)
        struck = unicodedata.normalize("NFC", f"{sign[1]}\u0338") if sign is not None and len(sign[1]) == 1 else ""
        if len(struck) != 1:
            raise _Unread
        return f"<mo>{struck}</mo>"

    def _grown(self) -> str:
        """Return what stands between `\\left` and `\\right`, with brackets as high as it is."""
        first = self._delimiter("prefix")
        body = self.row(("\\right",))
        self._expect("\\right")
        return f"<mrow>{first}{body}{self._delimiter('postfix')}</mrow>"

    def _delimiter(self, form: str) -> str:
        self._skip()
        token = self._take()
        if token == ".":
            return ""
        name = token[1:]
        sign = next((table[name] for table in (OPENING, CLOSING, BARS) if name in table), token)
        sign = {"<": "⟨", ">": "⟩"}.get(sign, sign)
        if len(sign) != 1 or sign.isalnum():
            raise _Unread
        return f'<mo form="{form}" stretchy="true">{escape(sign)}</mo>'

    def _root(self) -> str:
        self._skip()
        if not self._done and self._next() == "[":
            self._at += 1
            index = self.row(("]",))
            self._expect("]")
            return f"<mroot>{self._argument()}{index}</mroot>"
        return f"<msqrt>{self._argument()}</msqrt>"

    def _table(self) -> str:
        name = self._raw()
        if name not in TABLES:
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
        left, right = TABLES[name]
        kind = f' class="{COLUMNS[name]}"' if name in COLUMNS else ""
        return f"<mrow><mo>{left}</mo><mtable{kind}>{cells}</mtable><mo>{right}</mo></mrow>"

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
        while not self._done and not self._next().strip():
            self._at += 1

    @property
    def _done(self) -> bool:
        return self._at >= len(self._tokens)

    def _next(self) -> str:
        return self._tokens[self._at]

    def _take(self) -> str:
        if self._done:
            raise _Unread
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, token: str) -> None:
        self._skip()
        if self._take() != token:
            raise _Unread


_STRUCTURES = {
    *("frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "left", "right", "middle", "sqrt", "overline", "bar"),
    *("underline", "pmod", "pod", "bmod", "boxed", "mathop", "not", "begin", *ACCENTS),
}


def _space(name: str) -> str:
    return f'<mspace width="{SPACES[name]}"></mspace>'


def _bracket(sign: str) -> str:
    return f'<mo stretchy="false">{sign}</mo>'


def _text(text: str) -> str:
    """Return a text of a formula; spaces at its ends are kept."""
    return escape(re.sub(r"^\s+|\s+$", "\xa0", text))


def _group(parts: str) -> str:
    return f"<mrow>{parts}</mrow>" if parts.count("<mo>′</mo>") else parts
