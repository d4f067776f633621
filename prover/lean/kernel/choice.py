"""Which kernels have to accept a proof."""

from __future__ import annotations

from enum import StrEnum


class KernelChoice(StrEnum):
    """What `--kernel` may be; `default` is the native kernel where it is set up, else the embedded one."""

    DEFAULT = "default"
    NATIVE = "native"
    EMBEDDED = "embedded"
    BOTH = "both"
