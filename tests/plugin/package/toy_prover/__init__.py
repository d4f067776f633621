"""A package that adds one of everything to proofsmith, a file each."""
