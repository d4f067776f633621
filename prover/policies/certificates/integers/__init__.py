"""Finders for whole numbers."""
