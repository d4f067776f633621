"""Finders for sums, sequences and recursions."""
