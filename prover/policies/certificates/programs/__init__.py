"""Linear and semidefinite programs whose exact solutions are certificates."""
