"""Conjectures: statements that a run makes from what it knows, and searches together with the given ones.

After STP (Dong and Ma 2025, 2502.00212, section 3): a conjecturer proposes from train statements, a gate keeps what is
new and neither false nor trivial, and what is proved becomes training data. Here rules and the prover's own open goals
propose, and a language model where one is named.
"""
