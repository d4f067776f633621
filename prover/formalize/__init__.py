"""Statements from words: a model writes Lean statements of an informal problem, and Lean says what is wrong with them."""
