"""Counterexamples: found outside Lean, proved inside it."""
