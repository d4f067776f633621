"""Goals of Lean read into terms, and terms printed as Lean."""
