"""Adaptive compute: a model of what the next Lean calls at a problem will bring decides where a run spends them."""
