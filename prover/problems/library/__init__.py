"""Theorems of Lean's own library as problems, each in the context that its module imports."""
