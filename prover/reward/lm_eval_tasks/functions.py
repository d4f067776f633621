"""The functions that the tasks of this folder name; lm-evaluation-harness loads this file by its path."""

from prover.reward.lm_eval import documents as documents
from prover.reward.lm_eval import process_results as process_results
