"""Stand-ins for `lake`, Lean's REPL and LeanDojo's: their own wire protocols, answered by the embedded Lean.

The real packages `lean_interact` and `lean_dojo` start these programs as if they were a native toolchain. What the
programs answer comes from one embedded Lean behind a socket (`brain.py`); they themselves need Python's library alone.
"""
