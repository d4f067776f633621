"""Terms as polynomials over atoms, with what is known about the atoms."""
