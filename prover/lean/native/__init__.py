"""Lean from elan and a Lake project: the REPL through `lean_interact` to search, `lean` itself to verify."""
