"""How large a document of `proofsmith-export/1` may be. Every bound lies far below what a kernel keeps of a term in
fixed-width fields (20 bits for loose variables and 24 for the depth of a level in Lean 4.28), so that none can wrap.
"""

from __future__ import annotations

LARGEST_DOCUMENT = 64 * 2**20  # bytes
MOST_NAMES = 2**20
MOST_LEVELS = 2**16
MOST_EXPRESSIONS = 4 * 2**20
MOST_DECLARATIONS = 2**14  # of a statement or a candidate
MOST_LIBRARY_DECLARATIONS = 2**18
MOST_PARAMETERS = 128  # universe parameters of a declaration, universe arguments of a constant
MOST_TYPES = 64  # types of an inductive declaration
MOST_CONSTRUCTORS = 2**12  # of one type
DEEPEST_NAME = 128
LONGEST_NAME = 2**12  # bytes of a part
LARGEST_NAME_NUMBER = 2**32 - 1  # Lean makes such names of hashes
DEEPEST_LEVEL = 255
DEEPEST_EXPRESSION = 2**16 - 1
LARGEST_VARIABLE = 2**16 - 2
LARGEST_FIELD = 2**12  # index of a projection
LARGEST_HEIGHT = 2**32 - 1
MOST_DIGITS = 100_000  # of a literal
LONGEST_TEXT = 2**20  # bytes of a string literal
