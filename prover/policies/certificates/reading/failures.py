"""Why a finder has nothing to say. These never leave the package: a goal without a certificate is no error."""

from __future__ import annotations


class CannotRead(Exception):
    """The text is outside of the grammar or the domain of the finders."""


class TooLarge(Exception):
    """The counted work of a finder ran out."""
