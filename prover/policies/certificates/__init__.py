"""Certificates: computer algebra proposes, Lean disposes.

A finder reads the goal, computes outside of Lean what a proof needs (coefficients, cofactors, witnesses, roots) and
prints it as a tactic block that Lean only has to check. Nothing here is trusted.
"""
