"""Certificates: computer algebra proposes, Lean disposes.

A finder reads the goal, computes outside of Lean what a proof needs (coefficients, cofactors, witnesses, roots) and
prints it as a tactic block that Lean only has to check. Nothing here is trusted.

    reading/ (a goal as terms)  ->  algebra/ (terms as polynomials)  ->  programs/ (linear and semidefinite programs)
    finders.py: who is asked, in which order  ->  inequalities/, equations/, integers/, sequences/, reals/, logic/
    worker.py: the process in which finders run; policy.py: what they find, as the suggestions of a policy
"""
