"""Finders for exponentials, logarithms and irrational numbers."""
