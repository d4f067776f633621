"""Routes: our own, those of the Kimina Lean Server, and what stands in front of them."""
