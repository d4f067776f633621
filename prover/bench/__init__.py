"""Benchmarks: runs that survive anything, and numbers that say how sure they are."""
