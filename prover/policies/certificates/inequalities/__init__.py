"""Finders for comparisons over ordered rings."""
