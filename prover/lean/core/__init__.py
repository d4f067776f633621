"""What the `core` context holds, next to what Mathlib has, read from the Lean prelude itself."""
