"""Texts of clients that would run code inside the Lean that searches and steps share.

A verdict is safe from such a text: the verifier refuses it before anything runs, and judges in other processes. A
session runs what it is given, in a memory that the next search of another client starts from. So a session of a server
is not given what no verdict would accept anyway. This looks at words, comments and strings included (code may stand in
an interpolated string), and errs on the side of refusing; it makes harm harder and is no proof against it.
"""

from __future__ import annotations

import re

from prover.errors import InputError

_WORDS = re.compile(
    r"unsafe|ofReduce|eval%|\b(?:native|native_decide|bv_decide|bv_check|run_tac|run_elab|run_meta|run_cmd|by_elab|"
    r"include_str|dbg_trace|dbgTrace\w*|dbgSleep|dbgStackTrace|sleep|implemented_by|extern|csimp|elab|elab_rules|macro|"
    r"macro_rules|initialize|builtin_initialize|simproc|dsimproc|term_elab|command_elab)\b"
)
# Lean evaluates the value of a configuration: only names and literals in braces are known to be harmless.
_CONFIGURATION = re.compile(r"\b(?:config|cfg)\s*:=\s*(?P<value>\{[\w\s:=,.]*\})?")


def refuse_code(*texts: str) -> None:
    """Raise `InputError` for a text that would run code while Lean elaborates it."""
    for text in texts:
        found = _WORDS.search(text)
        if found is not None:
            raise InputError(f"`{found[0]}` is not run here, and no verdict would accept it: leave it out")
        if any(configuration["value"] is None for configuration in _CONFIGURATION.finditer(text)):
            raise InputError("a configuration is run here only as `{ option := value }`: write it so")
