"""What the `core` context holds beside what Mathlib has, read from the Lean prelude itself."""
