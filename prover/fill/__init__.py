"""`prover fill`: proves the `sorry`s of a user's Lean file where they stand.

`holes` finds them in the text, `goal` states the goal of one inside a proof as a theorem of its own, `place` writes a
proof where a hole was, `run` searches, checks and puts together. Nothing but the holes changes in the file.
"""
