"""The module that verifiers finds by its name, `proofsmith_lean`: see `prover.reward.taskset`."""

from prover.reward.taskset import LeanTaskset

__all__ = ["LeanTaskset"]
