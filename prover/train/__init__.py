"""From verified proofs to a better policy: the store, examples, training, and the loop that joins them."""
