"""Statements from words: a model states an informal problem in Lean, and Lean says what speaks against it."""
