"""Finders for sets, functions, quantifiers and cases."""
